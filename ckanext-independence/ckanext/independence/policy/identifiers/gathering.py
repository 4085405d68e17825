"""Cells that come one by one, gathered into the columns that they belong to.

Owns the columns of one table whose cells pass through Python: a workbook's sheet, JSON, rows of
the DataStore. Keeps a few thousand cells of each column for a moment, then only counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from .columns import Column
from .deciding import decide
from .hits import Hit

__all__ = ["Gathering"]

_HELD = 2_000
# A file with more columns than any table has uses values for names.
_COLUMNS = 2_000


class Gathering:
    """The columns of one table, or the fields of one text."""

    def __init__(
        self, place: str = "", words: Mapping[str, str] | None = None, *, places: bool = False
    ) -> None:
        """Begin a table.

        Args:
            place: where it is, such as a sheet.
            words: what is known of columns beside their names: label, description.
            places: these are texts: every place counts, and not the cell once.
        """
        self.place = place
        self.cells = 0
        self._words, self._places = words or {}, places
        self._columns: dict[str, Column] = {}
        self._held: dict[str, list[str]] = {}

    def put(self, column: str, cell: str) -> None:
        """Take a cell that is not empty."""
        held = self._held.get(column)
        if held is None and len(self._held) > _COLUMNS:
            column = ""
            held = self._held.get(column)
        if held is None:
            words = self._words.get(column, "")
            self._columns[column] = Column(
                column, words=words, place=self.place, places=self._places
            )
            held = self._held[column] = []
        held.append(cell)
        if len(held) >= _HELD:
            self._let_go(column)

    def _let_go(self, name: str) -> None:
        column, held = self._columns[name], self._held[name]
        if not column.filled:
            column.begin(held)
        column.filled += len(held)
        self.cells += len(held)
        column.look(held)
        held.clear()

    def hits(self, *, sampled: bool = False) -> list[Hit]:
        """Return what was found in all that was put."""
        for name, held in self._held.items():
            if held:
                self._let_go(name)
        return decide(self._columns.values(), sampled=sampled)
