"""Template helpers of the catalog's pages and forms."""

from __future__ import annotations

from typing import Any

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
