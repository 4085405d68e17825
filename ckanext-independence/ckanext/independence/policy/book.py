"""The rulebook in force on this site, and the city as checks need to know it.

Owns where the rulebook is and when it is read: once, at the start, so that a wrong one stops
the start and not a save.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.scheming.helpers import scheming_field_by_name, scheming_get_dataset_schema

from ..catalog.site import city
from .interfaces import IPolicyChecks
from .rulebook import MODES, Rulebook, RulebookError, read
from .rules.checks import CHECKS
from .rules.registry import Check
from .rules.subjects import City, Department

__all__ = ["checks", "city_facts", "read_again", "rulebook", "today"]


def checks() -> dict[str, Check]:
    """Return all checks that a rulebook can name, other plugins' too.

    Raises:
        RulebookError: two have the same name
    """
    known = dict(CHECKS)
    for plugin in p.PluginImplementations(IPolicyChecks):
        for check in plugin.policy_checks():
            if check.name in known:
                raise RulebookError(
                    f"The plugin {plugin.name} brings a check named {check.name}, which there is."
                )
            known[check.name] = check
    return known


@lru_cache(maxsize=8)
def _read(path: str, ceiling: str) -> Rulebook:
    return read(Path(path), checks(), ceiling)


def rulebook() -> Rulebook:
    """Return the rulebook of this site.

    Raises:
        RulebookError: it cannot be used
    """
    ceiling = tk.config["ckanext.independence.policy.highest_mode"]
    if ceiling not in MODES:
        raise RulebookError(
            f"ckanext.independence.policy.highest_mode is {ceiling!r}; it can be "
            f"{', '.join(MODES)}."
        )
    return _read(tk.config["ckanext.independence.policy.rulebook"], ceiling)


def read_again() -> None:
    """Let the rulebook be read anew when it is asked for next: plugins have come or gone."""
    _read.cache_clear()


def today() -> dt.date:
    """Return the present day where the city is."""
    return city().today()


def city_facts(day: dt.date) -> City:
    """Return what checks need to know of the city on a day."""
    here = city()
    field = scheming_field_by_name(
        scheming_get_dataset_schema("dataset")["dataset_fields"], "update_frequency"
    )
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
            row.id: [text.lower() for text in (row.url, row.title) if text]
            for row in model.Package.get_license_register().values()
        },
        staff_domains=tuple(here.mail_domains),
        shared_mailboxes=frozenset(box.lower() for box in here.shared_mailboxes),
        frequencies={
            c["value"]: (int(c.get("months", 0)), int(c.get("days", 0))) for c in field["choices"]
        },
        bbox=here.bbox,
    )  # fmt: skip
