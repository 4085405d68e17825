"""Template helpers of the catalog's pages and forms."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import request
from markupsafe import Markup

from . import forms, shown, site_assets, words
from .city import City
from .site import city


def independence_catalog_city() -> City:
    """Return the city of this site."""
    return city()


def independence_catalog_theme_choices(field: dict[str, Any]) -> list[dict[str, str]]:
    """Return the themes as choices of a form field."""
    return [{"value": theme.id, "label": theme.title} for theme in city().themes]


def independence_catalog_goal_choices(field: dict[str, Any]) -> list[dict[str, str]]:
    """Return the goals, those that are no longer in force included, as choices."""
    return [{"value": goal.id, "label": goal.title} for goal in city().goals]


def independence_catalog_place_choices(field: dict[str, Any]) -> list[dict[str, str]]:
    """Return the named places as choices of a form field."""
    return [{"value": place.id, "label": place.title} for place in city().places]


def independence_catalog_asset(name: str) -> str:
    """Return the address of a file of the site's own style, script or pictures."""
    return site_assets.address(name)


def independence_catalog_icon(name: str) -> Markup:
    """Return an icon as inline SVG."""
    return site_assets.icon(name)


def independence_catalog_root() -> str:
    """Return what every address of the site begins with, in the reader's language."""
    return shown.root()


def independence_catalog_full(path: str) -> str:
    """Return the full address of a path, the same in every language."""
    return shown.full(path)


def independence_catalog_day(value: Any) -> str:
    """Write a day as ``September 14, 2026``."""
    return words.day(value)


def independence_catalog_number(value: int) -> str:
    """Write a number with separators."""
    return words.number(value)


def independence_catalog_counted(count: int, one: str) -> str:
    """Write a number with its word, such as 12,300 rows."""
    return words.counted(count, one)


def independence_catalog_links() -> list[tuple[str, str, str]]:
    """Return the header's links that exist: word, path, and the name of their part."""
    links = [
        (tk._("Data"), "/dataset/", "data"),
        (tk._("Departments"), "/organization/", "departments"),
    ]
    if city().texts.get("policy"):
        links.append((tk._("Policy"), "/policy", "policy"))
    return [*links, (tk._("Help"), "/help", "help")]


def independence_catalog_here() -> tuple[str, bool]:
    """Return the part of the site that is shown, and whether it is that part's own first page."""
    if request.endpoint == "independence_catalog.home":
        return "home", True
    for _word, path, name in independence_catalog_links():
        beginning = path.rstrip("/")
        if request.path.rstrip("/") == beginning:
            return name, True
        if request.path.startswith(f"{beginning}/"):
            return name, False
    return "", False


def independence_catalog_form(
    kind: str,
    data: dict[str, Any] | None,
    errors: dict[str, Any] | None,
    dataset: dict[str, Any] | None = None,
) -> forms.Form:
    """Return a steward's form: its parts, fields, values and errors."""
    return forms.form(kind, data or {}, errors or {}, dataset or None)


def independence_catalog_form_departments(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the departments in which the user may publish."""
    return forms.departments(data)


def independence_catalog_form_licences(chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the licences in parts, those of the city's policy first."""
    return forms.licences(chosen)


def independence_catalog_form_map() -> str:
    """Return what the picker of an area draws, as JSON."""
    return forms.map_data()


def independence_catalog_form_limit() -> dict[str, Any]:
    """Return how large a file may be: ``bytes``, and ``words`` for people."""
    return forms.upload_limit()


def independence_catalog_size(value: Any) -> str:
    """Write a number of bytes as people do."""
    return words.size(value)
