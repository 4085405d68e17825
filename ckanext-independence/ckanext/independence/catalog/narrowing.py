"""How a search is narrowed, as a page shows it: facets with readable values, counts and addresses.

Owns the words and the order of the options. Which fields there are, and what is asked of Solr,
``search`` says. What is late and what is on time is told as of the day on which somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import search
from .shown import choice
from .site import city

__all__ = ["Group", "Option", "currency_group", "facet_groups"]

# Options of a facet that stand open; the rest folds away.
OPEN_OPTIONS = 8
MOST_OPTIONS = 60


@dataclass
class Option:
    """A value by which a search can be narrowed."""

    label: str
    count: int
    address: str
    chosen: bool


@dataclass
class Group:
    """A facet: its label and its options, those that are chosen first."""

    name: str
    label: str
    options: list[Option]

    @property
    def open(self) -> list[Option]:
        """Return the options that are always in sight."""
        return self.options[:OPEN_OPTIONS]

    @property
    def folded(self) -> list[Option]:
        """Return the others."""
        return self.options[OPEN_OPTIONS:]


def facet_groups(
    fields: dict[str, str],
    found: dict[str, Any],
    chosen: list[tuple[str, str]],
    address: Callable[..., str],
) -> list[Group]:
    """Return the facets with readable labels; one that offers no choice is left out."""
    labels = {
        "vocab_themes": {theme.id: theme.title for theme in city().themes},
        "vocab_goals": {goal.id: goal.title for goal in city().goals},
        "vocab_places": {place.id: place.title for place in city().places},
    }
    groups = []
    for name, label in fields.items():
        counts = {
            item["name"]: (item["display_name"], item["count"])
            for item in found.get(name, {}).get("items", [])
            if item["name"]
        }
        for field_name, value in chosen:
            if field_name == name:
                counts.setdefault(value, (value, 0))
        options = []
        for value, (display, count) in counts.items():
            pair = (name, value)
            is_chosen = pair in chosen
            pairs = [p for p in chosen if p != pair] if is_chosen else [*chosen, pair]
            text = labels.get(name, {}).get(value, display)
            if name == "vocab_frequency":
                text = choice("update_frequency", value)
            options.append(Option(text, count, address(pairs=pairs), is_chosen))
        options.sort(key=lambda o: (not o.chosen, -o.count, o.label.lower()))
        if options:
            groups.append(Group(name, label, options[:MOST_OPTIONS]))
    return groups


def currency_group(
    by_day: dict[str, int], chosen: list[tuple[str, str]], address: Callable[..., str]
) -> list[Group]:
    """Return the facet of what is on time and what is late, as of today; none without choice.

    Args:
        by_day: how many data sets are due on each day
        chosen: by what the search is narrowed
        address: makes the address of a search
    """
    name, label, values = search.currency()
    counts = search.by_currency(by_day, city().today())
    options = [
        Option(
            label=values[value],
            count=count,
            address=address(
                pairs=[p for p in chosen if p != (name, value)]
                if (name, value) in chosen
                else [*[p for p in chosen if p[0] != name], (name, value)]
            ),
            chosen=(name, value) in chosen,
        )
        for value, count in counts.items()
        if count or (name, value) in chosen
    ]
    return [Group(name, label, options)] if options else []
