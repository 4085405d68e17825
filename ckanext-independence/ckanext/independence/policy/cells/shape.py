"""Which columns count persons, and what a look at them found, as it is stored. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Cells", "Counted", "declared"]


@dataclass(frozen=True, slots=True)
class Counted:
    """A column of counts: its cells that say something, and how many of these do harm.

    Attributes:
        cells: those with a count.
        small: those with a count from 1 to below the limit.
        given_away: suppressed ones that are such a count, as the published totals show.
    """

    cells: int = 0
    small: int = 0
    given_away: int = 0


@dataclass(frozen=True, slots=True)
class Cells:
    """What was found in a table: ``below`` is the limit, ``note`` what was left out."""

    below: int
    columns: Mapping[str, Counted] = field(default_factory=dict)
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Cells:
        """Return it from what ``as_json`` gave."""
        columns = {name: Counted(**counted) for name, counted in stored["columns"].items()}
        return cls(int(stored["below"]), columns, str(stored["note"]))


def declared(
    columns: Iterable[Mapping[str, Any]], names: Iterable[str] = (), units: Iterable[str] = ()
) -> list[str]:
    """Return the names of the columns that are declared as counts of persons, in order.

    Args:
        columns: dicts with ``name``, ``role`` and ``unit``
        names: of columns that a rule declares
        units: that mean persons, in small letters
    """
    known, persons = frozenset(names), frozenset(units)
    return [
        str(column.get("name"))
        for column in columns
        if column.get("role") == "count-of-persons"
        or column.get("name") in known
        or str(column.get("unit") or "").strip().lower() in persons
    ]
