"""What becomes of a column: the form in which deciding hands over to writing.

Owns the plan of one column and the rule of how many odd cells a type bears.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..reading.grid import Limits
from ..reading.model import Column
from .shapes import Word, read_shape, shape_of
from .staging import literal

__all__ = ["Found", "Plan", "Tally", "bears"]

# A type that nobody declared is found only where so many cells have it, of so many.
_SHARE = 0.999
_LEAST = 1_000


@dataclass
class Tally:
    """The cells of one column, counted by their shapes.

    Attributes:
        cell: the column's name in the stage.
        shapes: shape to the number of cells; empty cells are not among them.
        declared: marks that the column's reading declares, as they are written.
    """

    cell: str
    shapes: Mapping[str, int]
    declared: list[str] = field(default_factory=list)

    @property
    def filled(self) -> int:
        """How many cells are not empty, marks among them."""
        return sum(self.shapes.values())

    def words(self) -> dict[str, int]:
        """Return the words that there are, in small letters, declared marks as written."""
        found: dict[str, int] = {}
        for shape, count in self.shapes.items():
            meaning = read_shape(shape)
            if isinstance(meaning, Word):
                found[meaning.text] = found.get(meaning.text, 0) + count
        return found

    def guard(self, shapes: Mapping[str, int]) -> str:
        """Return SQL that keeps cells of other shapes from a lenient cast; words it never takes."""
        others = self.filled - sum(shapes.values()) - sum(self.words().values())
        return self.within(shapes) if others else "true"

    def count(self, value: str, shapes: Mapping[str, int]) -> str:
        """Return SQL that counts, in ``Stage.counted``, the cells of these shapes with a value."""
        return self.count_where(f"({value}) IS NOT NULL AND {self.guard(shapes)}")

    def count_where(self, test: str) -> str:
        """Return SQL that counts, in ``Stage.counted``, the cells of which something is true."""
        return f"coalesce(sum(n) FILTER ({test}), 0)::BIGINT"

    def within(self, shapes: Mapping[str, object]) -> str:
        """Return SQL that is true where a cell has one of these shapes."""
        listed = ", ".join(map(literal, shapes))
        return f"{shape_of(self.cell, self.declared)} IN ({listed})" if shapes else "false"


@dataclass(frozen=True)
class Found:
    """What a column could be, if enough of its cells are.

    Attributes:
        type: empty where there is none.
        shapes: those that have the type, and how many cells each.
        accepted: how many cells have a value, as DuckDB counted them.
        value: SQL of the value, good for cells of these shapes.
        unit: %, $, € or £.
        order: mdy or dmy, where days are written so that it matters.
        proved: a value shows the order.
        flag: SQL of what annotates the value, such as a star; NULL where nothing does.
        no_day: how many cells are such as 0000-00-00, which mean that there is no day.
        notes: sentences for the steward, where the column comes to have the type.
        why: a sentence for the steward, where it does not.
    """

    type: str
    shapes: Mapping[str, int] = field(default_factory=dict)
    accepted: int = 0
    value: str = ""
    unit: str = ""
    order: str = ""
    proved: bool = True
    flag: str = ""
    no_day: int = 0
    notes: list[str] = field(default_factory=list)
    why: str = ""


@dataclass
class Plan:
    """How a column is written.

    Attributes:
        column: with type, unit, date order and notes as found.
        cell: the column's name in the stage.
        value: SQL of the typed value; NULL where the cell is empty, a mark, or odd.
        mark: SQL that is true where the cell is a mark; empty: there is none.
        marked: how many cells are marks.
        flag: SQL of a mark that stands at a value; empty: there is none.
        odd: how many cells are neither empty nor a mark, and have no value.
        wanted: what an odd cell is not, as in "abc is no {wanted}".
    """

    column: Column
    cell: str
    value: str
    mark: str = ""
    marked: int = 0
    flag: str = ""
    odd: int = 0
    wanted: str = ""

    @property
    def is_odd(self) -> str:
        """SQL that is true where the cell cannot be taken."""
        marked = f"AND NOT ({self.mark}) " if self.mark else ""
        return f"({self.cell} IS NOT NULL {marked}AND ({self.value}) IS NULL)"


def bears(accepted: int, total: int, declared: bool, limits: Limits) -> bool:
    """Say whether a type holds for a column of which ``accepted`` of ``total`` cells have it.

    A declared type is kept to as long as it fits most cells; one that was found bears one odd
    cell in a thousand, and none in a small column.
    """
    odd = total - accepted
    if not accepted or odd > limits.aside_rows:
        return False
    if declared:
        return accepted * 2 >= total
    return odd == 0 or (accepted >= _LEAST and accepted >= _SHARE * total)
