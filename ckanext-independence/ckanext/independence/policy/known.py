"""The city as checks need to know it: from its file, its list of licenses and its form. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from ..catalog.city import City as CityFile
from .rules.subjects import City, Department

__all__ = ["known"]


def known(
    here: CityFile,
    day: dt.date,
    licences: Iterable[Mapping[str, Any]],
    frequencies: Iterable[Mapping[str, Any]],
) -> City:
    """Return what checks need to know of the city on a day.

    Args:
        here: the city's file
        day: on which goals and departments are in force
        licences: dicts with ``id``, ``url`` and ``title``
        frequencies: the form's choices, dicts with ``value`` and ``months`` or ``days``
    """
    return City(
        departments={
            d.name: Department(
                d.name, d.title, d.valid_from, d.valid_to, d.replaced_by,
                d.coordinator.name, d.coordinator.email,
            )
            for d in here.departments
        },
        goals=frozenset(goal.id for goal in here.goals if goal.in_force(day)),
        public_domain=frozenset(here.public_domain_licences),
        licences={
            str(row["id"]): [str(row[key]).lower() for key in ("url", "title") if row.get(key)]
            for row in licences
        },
        staff_domains=tuple(here.mail_domains),
        shared_mailboxes=frozenset(box.lower() for box in here.shared_mailboxes),
        frequencies={
            str(c["value"]): (int(c.get("months", 0)), int(c.get("days", 0))) for c in frequencies
        },
        bbox=here.bbox,
    )  # fmt: skip
