"""A grid of a file that is structured by itself, made to fit what a reading declares.

Owns leaving out columns and rows, filling down, and what no longer fits. Row numbers are those of
records, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .columns import Columns, fit
from .grid import Grid
from .layout import row_ranges
from .model import Aside, Column, Reading
from .tabular import Made, changed

__all__ = ["structured"]


def structured(grid: Grid, given: Reading) -> Made:
    """Fit a grid to a reading.

    Raises:
        Ask: declared columns are gone.
    """
    columns = Columns()
    fit(grid.columns, given.columns, columns)
    if columns.missing:
        raise changed(columns)
    grid.rows = _rows(
        grid, grid.rows, list(grid.columns), columns.kept, list(row_ranges(given.aside))
    )
    grid.columns = columns.kept
    reading = Reading(
        header_rows=grid.header_rows,
        aside=given.aside,
        keep=given.keep,
        columns=[*columns.kept, *columns.dropped],
    )
    return Made(grid, reading, columns.misfits())


def _rows(
    grid: Grid,
    rows: Iterable[tuple[int, list[str]]],
    found: Sequence[Column],
    kept: Sequence[Column],
    aside: Sequence[range],
) -> Iterator[tuple[int, list[str]]]:
    places = [at for at, column in enumerate(found) if any(column is one for one in kept)]
    fills = [at for at, column in enumerate(kept) if column.fill_down]
    last = dict.fromkeys(fills, "")
    for number, cells in rows:
        if any(number - 1 in some for some in aside):
            grid.asides.append(Aside(number, "note", "Set aside by a steward.", cells))
            continue
        row = [cells[place] for place in places]
        for at in fills:
            last[at] = row[at] = row[at].strip() or last[at]
        yield number, row
