"""Rows given another shape: cells filled down, headings made a column, columns turned into rows.

Owns the proof that a sheet means "as above" by an empty cell, and that a row of labels is one
variable (quarters, months, years) laid out sideways. Without proof nothing is reshaped: a note
says what a steward may declare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .cells import is_year
from .header import Row
from .layout import Layout
from .model import Column

__all__ = ["Merged", "Reshape", "proved_fills", "proved_footnotes", "proved_unpivot", "reshaped"]

Merged = tuple[int, int, int, int]
_QUARTERS = {"q1", "q2", "q3", "q4"}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_FOOTNOTED = re.compile(r"(.*[A-Za-z.)])(\d{1,2}(?:,\s*\d{1,2})*)", re.DOTALL)
_DERIVED = re.compile(
    r"(grand )?totals?|year|annual|average|avg\.?|mean|sum"
    r"|(%|percent|pct)\.? ?(chg|change)\.?|change",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reshape:
    """What is done to rows: all positions are those of the kept columns.

    Attributes:
        fills: cells that mean the cell above when empty.
        footnotes: cells at whose end one of the numbers is a footnote's and is cut.
        numbers: of the footnotes.
        section: a first column is made of the headings.
        sideways: columns that become rows, in order; their labels become values.
        labels: those values.
    """

    fills: tuple[int, ...] = ()
    footnotes: tuple[int, ...] = ()
    numbers: frozenset[str] = frozenset()
    section: bool = False
    sideways: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is done."""
        return bool(self.fills or self.footnotes or self.section or self.sideways)


def proved_fills(
    layout: Layout, rows: Sequence[Row], columns: Sequence[Column], merged: Sequence[Merged]
) -> list[int]:
    """Return the sources of the leading columns in which an empty cell means the one above."""
    found: list[int] = []
    for column in columns[:4]:
        place = column.source
        if place is None or not rows or not _cell(rows[0], place):
            break
        empty = [row.index for row in rows if not _cell(row, place)]
        if len(empty) < 0.2 * len(rows):
            break
        covered: set[int] = set()
        for top, left, bottom, right in merged:
            if left <= place <= right and bottom > top:
                covered.update(range(top + 1, bottom + 1))
        by_merge = place not in layout.body.figures and len(covered & set(empty)) >= 0.9 * len(
            empty
        )
        if not by_merge and not _by_key(rows, place, columns, found):
            break
        found.append(place)
    return found


def proved_footnotes(
    layout: Layout, rows: Sequence[Row], columns: Sequence[Column]
) -> tuple[list[int], frozenset[str]]:
    """Return the sources of columns whose words end in numbers of footnotes, and those numbers.

    The notes below the table begin with the numbers, and most of the column's cells have none.
    """
    notes = [one for one in layout.asides.values() if one.kind == "note" and one.cells]
    starts = [re.match(r"\(?(\d{1,2})\)?[.)]?\s+\S", one.cells[0]) for one in notes]
    numbers = frozenset(found[1] for found in starts if found)
    if len(numbers) < 2:
        return [], frozenset()
    places = []
    for column in columns:
        place = column.source
        if place is None or place in layout.body.figures:
            continue
        cells = [cell for row in rows if (cell := _cell(row, place))]
        ended = [cell for cell in cells if _without_footnote(cell, numbers) != cell]
        digits = sum(any(c.isdigit() for c in cell) for cell in cells)
        if ended and len(ended) == digits < 0.3 * len(cells):
            places.append(place)
    return places, numbers


def _without_footnote(cell: str, numbers: frozenset[str]) -> str:
    found = _FOOTNOTED.fullmatch(cell)
    if found and set(re.split(r",\s*", found[2])) <= numbers:
        return found[1]
    return cell


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _by_key(
    rows: Sequence[Row], place: int, columns: Sequence[Column], above: Sequence[int]
) -> bool:
    """Tell groups by another column that has the same few values, each once, in every group."""
    groups: list[list[Row]] = []
    for row in rows:
        if _cell(row, place):
            groups.append([])
        groups[-1].append(row)
    if len(groups) < 3 or len(rows) < 2 * len(groups):
        return False
    values = [_cell(group[0], place) for group in groups]
    if len(set(values)) < len(values) and not above:
        return False
    size = len(rows) / len(groups)
    for other in columns[:6]:
        if other.source is None or other.source == place or other.source in above:
            continue
        keys = [[_cell(row, other.source) for row in group] for group in groups]
        every = {key for group in keys for key in group}
        if "" in every or len(every) > 1.5 * size or len(every) < 2:
            continue
        if all(len(set(group)) == len(group) for group in keys):
            return True
    return False


def proved_unpivot(layout: Layout, columns: Sequence[Column]) -> dict[str, Any] | None:
    """Return the unpivot that the labels prove, as a reading keeps it."""
    figures = set(layout.body.figures)
    for name, run in _runs(columns):
        inside = {column.source for column in run}
        if not inside <= figures:
            continue
        others = [column for column in columns if column.source not in inside]
        # Four questions of a survey are no quarters: there must be something that they are of.
        if any(not _DERIVED.fullmatch(column.label) for column in others) and all(
            column.source not in figures
            or column.source == columns[0].source
            or _DERIVED.fullmatch(column.label)
            for column in others
        ):
            labels = [column.label for column in run]
            return {"columns": labels, "name": name, "value": "value"}
    return None


def _runs(columns: Sequence[Column]) -> Iterator[tuple[str, list[Column]]]:
    """Give neighbouring columns whose labels are all quarters, all months or bare years."""
    run: list[Column] = []
    for column in [*columns, Column()]:
        if is_year(column.label):
            run.append(column)
            continue
        labels = {one.label for one in run}
        if len(labels) >= 3 and len(labels) == len(run):
            yield "year", run
        run = []
    for at in range(len(columns)):
        if {_quarter(column.label) for column in columns[at : at + 4]} == _QUARTERS:
            yield "quarter", list(columns[at : at + 4])
        months = [column.label.lower()[:3] for column in columns[at : at + 12]]
        if months == _MONTHS and all(len(c.label.split()) == 1 for c in columns[at : at + 12]):
            yield "month", list(columns[at : at + 12])


def _quarter(label: str) -> str:
    found = re.fullmatch(
        r"(?:q(?:tr|uarter)?\.? ?([1-4]|i{1,3}|iv)|([1-4])(?:st|nd|rd|th)? ?(?:q|qtr|quarter))",
        label.strip(),
        re.IGNORECASE,
    )
    if not found:
        return ""
    number = (found[1] or found[2]).lower()
    return f"q{_ROMAN.get(number, number)}"


def reshaped(
    rows: Iterator[tuple[int, list[str]]], how: Reshape, headings: dict[int, str]
) -> Iterator[tuple[int, list[str]]]:
    """Apply a reshape to (index, cells of the kept columns).

    ``headings``: by index, what stands over the rows below it.
    """
    last = dict.fromkeys(how.fills, "")
    over = sorted(headings)
    at, section = 0, ""
    sideways = set(how.sideways)
    for index, cells in rows:
        while at < len(over) and over[at] < index:
            section = headings[over[at]]
            at += 1
        for place in how.footnotes:
            cells[place] = _without_footnote(cells[place].strip(), how.numbers)
        for place in how.fills:
            cells[place] = last[place] = cells[place].strip() or last[place]
        start = [section] if how.section else []
        if not sideways:
            yield index, start + cells
            continue
        kept = [cell for place, cell in enumerate(cells) if place not in sideways]
        for place, label in zip(how.sideways, how.labels, strict=True):
            yield index, [*start, *kept, label, cells[place]]
