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
from .known import known
from .rulebook import MODES, Rulebook, RulebookError, read
from .rules.checks import CHECKS
from .rules.registry import Check
from .rules.subjects import City

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
    licences = (
        {"id": row.id, "url": row.url, "title": row.title}
        for row in model.Package.get_license_register().values()
    )
    return known(here, day, licences, field["choices"])
