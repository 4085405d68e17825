"""The rulebook in force on this site, and the city as checks need to know it.

Owns where the rulebook is and when it is read: once, at the start, so that a wrong one stops
the start and not a save.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import orjson
import sqlalchemy as sa
from ckan import model
from ckanext.scheming.helpers import scheming_field_by_name, scheming_get_dataset_schema

from ..catalog.site import city
from .identifiers import EDITION
from .interfaces import IPolicyChecks
from .known import known
from .rulebook import MODES, Rulebook, RulebookError, read
from .rules.checks import CHECKS
from .rules.registry import Check
from .rules.subjects import City, Department
from .rules.values import day, text

__all__ = [
    "checks", "city_facts", "edition", "highest_mode", "read_again",
    "rulebook", "today",
]  # fmt: skip


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
    return _read(tk.config["ckanext.independence.policy.rulebook"], highest_mode())


def highest_mode() -> str:
    """Return the mode above which no rule acts.

    Raises:
        RulebookError: the setting is none
    """
    ceiling: str = tk.config["ckanext.independence.policy.highest_mode"]
    if ceiling not in MODES:
        raise RulebookError(
            f"ckanext.independence.policy.highest_mode is {ceiling!r}; it can be "
            f"{', '.join(MODES)}."
        )
    return ceiling


def read_again() -> None:
    """Let the rulebook be read anew when it is asked for next: plugins have come or gone."""
    _read.cache_clear()
    _city.cache_clear()
    _city_of.cache_clear()


def edition() -> str:
    """Return a mark of all that decides what is said of data sets, beside themselves.

    Another rulebook, other recognisers, another city's file, and the day on which a rule or a goal
    comes into force make another one. Departments are left out: one that changes is judged anew by
    itself.
    """
    book, day = rulebook(), today()
    in_force = [rule.id for rule in book.rules if rule.in_force(day)]
    told = [book.edition, in_force, EDITION, _city_of(day)]
    return sha256(orjson.dumps(told)).hexdigest()[:16]


@lru_cache(maxsize=8)
def _city_of(day: dt.date) -> str:
    told = orjson.dumps(
        replace(_city(day), departments={}), default=sorted, option=orjson.OPT_SORT_KEYS
    )
    return sha256(told).hexdigest()


def today() -> dt.date:
    """Return the present day where the city is."""
    return city().today()


def _departments() -> dict[str, Department]:
    """Return the departments as the catalog has them.

    Some are there by hand or by a load, and the form of each is where it is corrected.
    """
    query = sa.select(model.Group.name, model.Group.title, model.Group.extras).where(
        model.Group.is_organization, model.Group.state == model.State.ACTIVE
    )
    return {
        row.name: Department(
            row.name,
            row.title or "",
            day(row.extras or {}, "valid_from"),
            day(row.extras or {}, "valid_to"),
            text(row.extras or {}, "replaced_by"),
            text(row.extras or {}, "coordinator_name"),
            text(row.extras or {}, "coordinator_email"),
        )
        for row in model.Session.execute(query)
    }


def city_facts(on: dt.date) -> City:
    """Return what checks need to know of the city on a day."""
    here = _city(on)
    return replace(here, departments={**here.departments, **_departments()})


@lru_cache(maxsize=8)
def _city(on: dt.date) -> City:
    field = scheming_field_by_name(
        scheming_get_dataset_schema("dataset")["dataset_fields"], "update_frequency"
    )
    licences = (
        {"id": row.id, "url": row.url, "title": row.title}
        for row in model.Package.get_license_register().values()
    )
    return known(city(), on, licences, field["choices"])
