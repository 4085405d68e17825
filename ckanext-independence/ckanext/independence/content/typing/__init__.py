"""What a column's cells are: types over the whole column, marks, and what could not be taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..reading.database import connect
from ..reading.grid import Grid, Limits
from ..reading.model import Table
from .deciding import decide
from .staging import Progress, Stage, in_time, staged
from .writing import odd_rows, write_rejects, write_table

__all__ = ["type_grid"]

# How many rows set aside a table tells of itself; all of them are in its rejects.
_TOLD = 1_000
# Beyond so many columns a table gets a megabyte for each, up to a bound.
_WIDE, _MOST_MB = 150, 400


def type_grid(
    grid: Grid,
    *,
    into: Path,
    date_order: str = "mdy",
    limits: Limits = Limits(),  # noqa: B008
    progress: Progress | None = None,
) -> Table:
    """Decide the types of a grid's columns and write its rows, typed.

    Args:
        grid: what a reader hands over; its rows are gone through once.
        into: an existing folder: ``table.parquet`` and ``rejects.csv`` come to lie there.
        date_order: how the site writes dates, mdy or dmy, where a column does not prove it.
        limits: memory and threads of DuckDB, seconds, and how many rows may be set aside.
        progress: is told a stage in words, how much is done, and of how much (0: unknown).

    Raises:
        Refused: it took too long.
        RuntimeError: the numbers of rows or of cells do not add up.
    """
    parquet, rejects = into / "table.parquet", into / "rejects.csv"
    files = [grid.csv.path] if grid.csv else []
    limits = _roomy(limits, len(grid.columns))
    with connect(*files, folder=into, limits=limits) as db, in_time(db, limits):
        stage = staged(db, grid, into, limits, progress)
        plans = []
        for position, column in enumerate(grid.columns):
            if progress:
                progress("Finding out types", position, len(grid.columns))
            plans.append(decide(stage, position, column, date_order, limits))
        if progress:
            progress("Writing rows", 0, 0)
        bad = odd_rows(stage, plans)
        taken = _records(stage, grid)
        rows = write_table(stage, plans, parquet)
        stage.path.unlink()
    asides = sorted([*grid.asides, *bad], key=lambda aside: aside.row)
    known = len(grid.header_rows) + grid.blank_rows + len(asides) + taken
    if known != grid.source_rows:
        raise RuntimeError(
            f"The file has {grid.source_rows} rows, but {known} are accounted for: "
            f"{len(grid.header_rows)} of the header, {grid.blank_rows} blank, {len(asides)} set"
            f" aside, {taken} taken."
        )
    if asides:
        write_rejects(asides, rejects)
    return Table(
        sheet=grid.sheet,
        header_rows=grid.header_rows,
        columns=grid.columns,
        rows=rows,
        set_aside=asides[:_TOLD],
        set_aside_total=len(asides),
        source_rows=grid.source_rows,
        blank_rows=grid.blank_rows,
        parquet=str(parquet),
        rejects=str(rejects) if asides else None,
    )


def _roomy(limits: Limits, columns: int) -> Limits:
    """Let a wide table have more memory: each column has buffers of its own."""
    if columns <= _WIDE:
        return limits
    return replace(limits, threads=1, memory_mb=max(limits.memory_mb, min(columns, _MOST_MB)))


def _records(stage: Stage, grid: Grid) -> int:
    """Return how many of the file's rows are in the table."""
    what = "DISTINCT _row" if grid.per_row > 1 else "*"
    query = f"SELECT count({what}) FROM {stage.table} WHERE _row NOT IN (FROM odd)"  # noqa: S608
    return int(stage.ask(query)[0][0])
