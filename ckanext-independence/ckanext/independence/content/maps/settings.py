"""How a map shows its places: which columns hold them, what colours them, what they tell.

Owns the steward's settings and their check, and which of a table's columns are on the map.
Refuses, in words, columns that are not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..described import Column, Described

__all__ = ["MapError", "Settings", "settings_of"]

# How many columns a place tells of itself, where the steward chose none.
TOLD = 8
MOST_TOLD = 20


class MapError(ValueError):
    """The map cannot be set up so; the message says why."""


@dataclass(frozen=True)
class Settings:
    """What a steward chose: the column that colours places, and those that they tell."""

    colour: str = ""
    columns: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what is not empty."""
        values = asdict(self)
        return {name: list(v) if name == "columns" else v for name, v in values.items() if v}

    def told(self, table: Described) -> list[Column]:
        """Return the columns that a place tells: those chosen, or the first few."""
        able = [column for column in table.columns if column.type != "geometry"]
        chosen = [column for column in able if column.name in self.columns]
        if chosen:
            return chosen
        point = table.point or ()
        return [column for column in able if column not in point][:TOLD] or able[:TOLD]


def settings_of(asked: Mapping[str, Any], table: Described) -> Settings:
    """Read what a steward chose.

    Raises:
        MapError: a column is not there, or cannot be used so.
    """
    colour = str(asked.get("colour") or "")
    columns = asked.get("columns") or []
    if not isinstance(columns, list | tuple) or not all(isinstance(one, str) for one in columns):
        raise MapError("columns: must be a list of the columns' names.")
    for name in [colour, *columns] if colour else columns:
        column = table.column(name)
        if column is None:
            raise MapError(f"This file has no column “{name[:60]}”. Choose another.")
        if column.type == "geometry":
            raise MapError(f"{column.title} holds the shapes themselves. Choose another column.")
    if len(columns) > MOST_TOLD:
        raise MapError(f"A place tells at most {MOST_TOLD} columns. Take some away.")
    return Settings(colour, tuple(dict.fromkeys(columns)))
