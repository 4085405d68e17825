"""From records to a grid: the layout applied, columns named, rows handed over.

Owns the joining of layout, columns and reshaping, and the choice between the fast way (a file
that the typer reads itself) and rows one by one. What a reading declares and the file no longer
has becomes a misfit; where a value could come under a wrong name, a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from .cells import trimmed
from .columns import Columns, columns_of
from .grid import CsvSource, Grid, Limits
from .header import Row
from .layout import Layout, layout_of
from .model import Aside, Choice, Column, Question, Reading
from .names import names_of
from .records import Records
from .refusals import Ask
from .reshaping import Merged, Reshape, proved_fills, proved_footnotes, proved_unpivot, reshaped

__all__ = ["Made", "changed", "grid_of"]


@dataclass
class Made:
    """A grid and what is to be kept of how it was made."""

    grid: Grid
    reading: Reading
    misfits: list[str] = field(default_factory=list)


def grid_of(
    records: Records,
    given: Reading,
    into: Path,
    limits: Limits,
    *,
    merged: Sequence[Merged] | None = None,
) -> Made:
    """Make a grid of records, keeping to a reading.

    ``merged``: the merged cells of a sheet; None where the records are no sheet's.

    Raises:
        Ask, Refused, NotATable: see ``layout_of``; and declared columns that are gone.
    """
    layout = layout_of(records, given, limits)
    made = _made_columns(given)
    declared = [column for column in given.columns if column not in made]
    columns = columns_of(layout, declared, clean_footnotes=merged is not None)
    sideways = given.unpivot
    if sideways:
        wanted = {str(label) for label in sideways.get("columns", [])}
        columns.added = [label for label in columns.added if label not in wanted]
        columns.missing += sorted(wanted - {column.label for column in columns.kept})
    if columns.missing:
        raise changed(columns)
    rows = _rows_of_data(records, layout) if layout.body.sums_known else []
    if not given.columns:
        sideways = _prove(layout, columns, rows, merged or (), sideways)
    headings = _take_headings(layout) if any(c.fill_down for c in made) else {}
    kept, how = _reshape(columns, made, sideways)
    if merged is not None:
        how = _cut_footnotes(layout, columns, rows, how)
    grid = Grid(
        header_rows=[index + 1 for index in layout.header],
        columns=kept,
        asides=[layout.asides[index] for index in sorted(layout.asides)],
        blank_rows=len(layout.blank),
        source_rows=len(records),
        per_row=max(len(how.sideways), 1),
        notes=[*layout.notes, *columns.notes],
    )
    if layout.header and not layout.header_sure:
        grid.notes.append(
            f"Row {layout.header[-1] + 1:,} was taken for the header; only its place says so."
        )
    width = _even_width(records, layout)
    if width and not how:
        grid.csv = _source(records, layout, columns, width, into)
    else:
        data = _picked(_data(records, layout), columns)
        grid.rows = ((i + 1, cells) for i, cells in reshaped(data, how, headings))
    reading = Reading(
        header_rows=grid.header_rows,
        aside=given.aside,
        keep=given.keep,
        columns=[*kept, *columns.dropped],
        range=given.range,
        unpivot=sideways,
    )
    return Made(grid, reading, columns.misfits())


def _prove(
    layout: Layout,
    columns: Columns,
    rows: Sequence[Row],
    merged: Sequence[Merged],
    sideways: dict[str, Any] | None,
) -> dict[str, Any] | None:
    """Find out which columns are filled down and which become rows; return the unpivot."""
    for place in proved_fills(layout, rows, columns.kept, merged):
        column = next(one for one in columns.kept if one.source == place)
        column.fill_down = True
        columns.notes.append(f"Empty cells of “{column.label or column.name}” mean the one above.")
    first = columns.kept[0] if columns.kept else Column()
    empty = sum(not row.cells[first.source or 0] for row in rows)
    if not first.fill_down and rows and rows[0].cells[first.source or 0] and 3 * empty > len(rows):
        columns.notes.append(
            f"{empty:,} cells of “{first.label or first.name}” are empty and stay so. Declare it "
            "as filled down if an empty one means the one above."
        )
    if sideways is None:
        sideways = proved_unpivot(layout, columns.kept)
        if sideways:
            columns.notes.append(
                f"The columns {', '.join(sideways['columns'][:6])} became rows: each "
                f"row of the file makes {len(sideways['columns'])}."
            )
    return sideways


def _cut_footnotes(layout: Layout, columns: Columns, rows: Sequence[Row], how: Reshape) -> Reshape:
    sources, numbers = proved_footnotes(layout, rows, columns.kept)
    if not sources:
        return how
    places = [at for at, column in enumerate(columns.kept) if column.source in sources]
    shown = ", ".join(f"“{columns.kept[at].label or columns.kept[at].name}”" for at in places)
    columns.notes.append(f"Numbers of footnotes were cut off the words of {shown}.")
    return replace(how, footnotes=tuple(places), numbers=numbers)


def _made_columns(given: Reading) -> list[Column]:
    """Return declared columns that are not in the file but made of it.

    That is the column of section headings (filled down) and the two of an unpivot.
    """
    ours = set()
    if given.unpivot:
        ours = {str(given.unpivot.get("name")), str(given.unpivot.get("value"))}
    return [
        column
        for column in given.columns
        if column.source is None and (column.fill_down or column.name in ours)
    ]


def _reshape(
    columns: Columns, made: Sequence[Column], sideways: dict[str, Any] | None
) -> tuple[list[Column], Reshape]:
    """Return the grid's columns, and what is done to rows so that they come out like this."""
    kept = columns.kept
    how = Reshape(fills=tuple(at for at, column in enumerate(kept) if column.fill_down))
    result = list(kept)
    if sideways:
        wanted = [str(label) for label in sideways["columns"]]
        places = [at for at, column in enumerate(kept) if column.label in wanted]
        labels = tuple(kept[at].label for at in places)
        how = replace(how, sideways=tuple(places), labels=labels)
        names = [str(sideways.get("name") or "name"), str(sideways.get("value") or "value")]
        said = {column.name: column for column in made}
        result = [column for at, column in enumerate(kept) if at not in places]
        both = names_of([*(column.name for column in result), *names], range(len(result) + 2))
        result += [
            said.get(name) or Column(name=safe, label=name)
            for name, safe in zip(names, both[-2:], strict=True)
        ]
    section = next((column for column in made if column.fill_down), None)
    if section:
        how = replace(how, section=True)
        result = [replace(section, name=section.name or "section"), *result]
    return result, how


def _take_headings(layout: Layout) -> dict[int, str]:
    """Take headings of sections out of the rows; their words go into a column."""
    found: dict[int, str] = {}
    above = [layout.asides[index] for index in sorted(layout.asides) if index < layout.first]
    if above and len(list(filter(None, above[-1].cells))) == 1:
        found[above[-1].row - 1] = "".join(above[-1].cells)
    for row in layout.headings:
        text = row.cells[row.filled[0]]
        found[row.index] = text
        layout.asides[row.index] = Aside(
            row.index + 1, "title", "The heading of a section; it is in a column.", [text]
        )
    return found


def changed(columns: Columns) -> Ask:
    """Ask what became of declared columns that a file no longer has."""
    gone = ", ".join(f"“{name}”" for name in columns.missing)
    new = ", ".join(f"“{name}”" for name in columns.added)
    text = f"The file no longer has the columns {gone}" + (f"; new are {new}." if new else ".")
    anew = Choice(
        "Forget what was declared and read the file anew", {"columns": [], "unpivot": None}
    )
    ask = Ask(text, [Question("columns", f"{text} Was something renamed?", [anew])])
    ask.misfits = columns.misfits()
    return ask


def _data(records: Records, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of data with their index, at the table's width."""
    width = layout.width
    for index, cells in enumerate(records.rows(layout.first), layout.first):
        if index in layout.asides or index in layout.blank:
            continue
        yield index, cells + [""] * (width - len(cells)) if len(cells) < width else cells


def _rows_of_data(records: Records, layout: Layout) -> list[Row]:
    return [Row(index, trimmed(cells)) for index, cells in _data(records, layout)]


def _picked(
    rows: Iterator[tuple[int, list[str]]], columns: Columns
) -> Iterator[tuple[int, list[str]]]:
    sources = [column.source or 0 for column in columns.kept]
    for index, cells in rows:
        yield index, [cells[source] for source in sources]


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
    path, skip = records.path, first
    # What DuckDB takes for lines to skip is not the same with quoted breaks and blank lines.
    if out or first > 1 or records.lines(first) != first:
        path, skip = into / "kept.csv", 0
        _copy_without(records, first, out, path)
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
