"""From records to a grid: the layout applied, columns named, rows handed over.

Owns the joining of layout, columns and reshaping, and the choice between the fast way (a file
that the typer reads itself) and rows one by one. What a reading declares and the file no longer
has becomes a misfit; where a value could come under a wrong name, a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .columns import Columns, columns_of
from .grid import CsvSource, Grid, Limits
from .layout import Layout, layout_of
from .model import Choice, Question, Reading
from .records import Records
from .refusals import Ask

__all__ = ["Made", "changed", "grid_of"]


@dataclass
class Made:
    """A grid and what is to be kept of how it was made."""

    grid: Grid
    reading: Reading
    misfits: list[str] = field(default_factory=list)


def grid_of(
    records: Records, given: Reading, into: Path, limits: Limits, *, sheet: bool = False
) -> Made:
    """Make a grid of records, keeping to a reading.

    Raises:
        Ask, Refused, NotATable: see ``layout_of``; and declared columns that are gone.
    """
    layout = layout_of(records, given, limits)
    columns = columns_of(layout, given.columns, clean_footnotes=sheet)
    misfits = columns.misfits()
    if columns.missing:
        raise changed(columns)
    grid = Grid(
        header_rows=[index + 1 for index in layout.header],
        columns=columns.kept,
        asides=[layout.asides[index] for index in sorted(layout.asides)],
        blank_rows=len(layout.blank),
        source_rows=len(records),
        notes=[*layout.notes, *columns.notes],
    )
    if layout.header and not layout.header_sure:
        grid.notes.append(
            f"Row {layout.header[-1] + 1:,} was taken for the header; only its place says so."
        )
    width = _even_width(records, layout)
    if width and not any(column.fill_down for column in columns.kept):
        grid.csv = _source(records, layout, columns, width, into)
    else:
        grid.rows = _rows(records, layout, columns)
    reading = Reading(
        header_rows=grid.header_rows,
        aside=given.aside,
        keep=given.keep,
        columns=[*columns.kept, *columns.dropped],
        range=given.range,
        unpivot=given.unpivot,
    )
    return Made(grid, reading, misfits)


def changed(columns: Columns) -> Ask:
    """Ask what became of declared columns that a file no longer has."""
    gone = ", ".join(f"“{name}”" for name in columns.missing)
    new = ", ".join(f"“{name}”" for name in columns.added)
    text = f"The file no longer has the columns {gone}" + (f"; new are {new}." if new else ".")
    return Ask(
        text,
        [
            Question(
                "columns",
                text + " Was something renamed, or is it another file?",
                [Choice("Forget what was declared and read the file anew", {"columns": []})],
            )
        ],
    )


def _data(records: Records, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of data with their index, at the table's width."""
    width = layout.width
    for index, cells in enumerate(records.rows(layout.first), layout.first):
        if index in layout.asides or index in layout.blank:
            continue
        yield index, cells + [""] * (width - len(cells)) if len(cells) < width else cells


def _rows(records: Records, layout: Layout, columns: Columns) -> Iterator[tuple[int, list[str]]]:
    sources = [column.source or 0 for column in columns.kept]
    fills = [at for at, column in enumerate(columns.kept) if column.fill_down]
    last = dict.fromkeys(fills, "")
    for index, cells in _data(records, layout):
        row = [cells[source] for source in sources]
        for at in fills:
            last[at] = row[at] = row[at].strip() or last[at]
        yield index + 1, row


def _even_width(records: Records, layout: Layout) -> int:
    """Return how many cells every row of data has, or 0 where they differ."""
    kept = np.ones(len(records), dtype=bool)
    kept[: layout.first] = False
    kept[list({*layout.asides, *layout.blank})] = False
    widths = np.unique(records.widths[kept])
    return int(widths[0]) if len(widths) == 1 and widths[0] >= layout.width else 0


def _source(
    records: Records, layout: Layout, columns: Columns, width: int, into: Path
) -> CsvSource:
    """Let the typer read the file itself, or a copy of it without the rows set aside."""
    first, count = layout.first, len(records)
    out = sorted(index for index in {*layout.asides, *layout.blank} if index >= first)
    path, skip = records.path, 0
    if out:
        path = into / "kept.csv"
        _copy_without(records, first, out, path)
    elif first:
        skip = records.lines(first)
    return CsvSource(
        path=path,
        delimiter=records.delimiter,
        quote='"',
        skip_lines=skip,
        width=width,
        positions=[column.source or 0 for column in columns.kept],
        records=count - first - len(out),
        first_row=first + 1,
        gaps=[index + 1 for index in out],
    )


def _copy_without(records: Records, first: int, out: list[int], target: Path) -> None:
    """Copy the records from ``first`` on, but for some."""
    offsets = records.offsets
    edges = [first, *(edge for index in out for edge in (index, index + 1)), len(records)]
    with records.path.open("rb") as source, target.open("wb") as copy:
        for start, stop in zip(edges[0::2], edges[1::2], strict=True):
            left = int(offsets[stop] - offsets[start])
            source.seek(int(offsets[start]))
            while left > 0 and (block := source.read(min(left, 1 << 20))):
                copy.write(block)
                left -= len(block)
