"""The rows of a grid as text in a Parquet file, and the DuckDB that works on them.

Owns the way in (a delimited file that DuckDB reads itself, or rows out of Python), the row
numbers, and the outer blanks, which are cut off here once: whatever comes later sees trimmed text
or NULL. Refuses to know what a cell means.
"""

# ruff: noqa: S608  (every name and text goes through `quoted` and `literal`)

from __future__ import annotations

import csv
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from ..reading import database
from ..reading.grid import CsvSource, Grid, Limits
from ..reading.refusals import Refused

__all__ = ["Progress", "Stage", "in_time", "literal", "quoted", "staged"]

Progress = Callable[[str, int, int], None]

# What stands around a cell without saying anything, beside the blanks of ASCII.
_BLANKS = " \t\n\r\f\v\u00a0\u1680\u2007\u200b\u202f\u3000\ufeff"
# Small row groups keep the buffers of writer and readers small: so many rows, or fewer where rows
# are long, so that a group has about this many bytes.
_GROUP_ROWS, _GROUP_BYTES, _LEAST_ROWS = 61_440, 12_000_000, 2_048


def literal(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return a name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def in_time(db: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[None]:
    """Stop whatever the block asks of DuckDB when the file has had its time.

    Raises:
        Refused: it had.
    """
    timer = threading.Timer(limits.seconds, db.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException as interrupt:
        raise _too_long(limits) from interrupt
    finally:
        timer.cancel()


def _too_long(limits: Limits) -> Refused:
    return Refused(
        f"Reading the file took longer than {limits.seconds:,.0f} seconds, so it was stopped."
        " Please upload it in parts."
    )


class Stage:
    """A table of text: columns ``c0``, ``c1`` … and ``_row``, in the order of the file."""

    def __init__(self, db: duckdb.DuckDBPyConnection, path: Path, width: int, group: int) -> None:
        """Take the Parquet file that ``staged`` wrote, in groups of so many rows."""
        self.db = db
        self.path = path
        self.width = width
        self.group = group
        self.table = f"read_parquet({literal(str(path))})"
        self._repeated = {
            name
            for name, encodings in self.ask(
                "SELECT path_in_schema, list(DISTINCT encodings)"
                f" FROM parquet_metadata({literal(str(path))}) GROUP BY path_in_schema"
            )
            if all("DICTIONARY" in encoding for encoding in encodings)
        }

    def counted(self, cell: str) -> str:
        """Return SQL of a column's cells with ``n``, how many there are of each.

        Where the file has a dictionary of a column, each of its few texts comes once.
        """
        if cell in self._repeated:
            return f"(SELECT {cell}, count(*) AS n FROM {self.table} GROUP BY {cell})"
        return f"(SELECT {cell}, 1 AS n FROM {self.table})"

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.db.execute(query).fetchall()


def staged(
    db: duckdb.DuckDBPyConnection,
    grid: Grid,
    folder: Path,
    limits: Limits,
    progress: Progress | None,
) -> Stage:
    """Write the grid's rows to ``folder`` and return them.

    Raises:
        Refused: giving the rows took too long.
        RuntimeError: DuckDB did not see the records that the reader had counted.
    """
    path = folder / "staged.parquet"
    if grid.csv:
        source = _from_csv(db, grid.csv)
        expected, size = grid.csv.records, grid.csv.path.stat().st_size
    else:
        loose = folder / "staged.csv"
        expected = _write(grid, loose, limits, progress)
        size = loose.stat().st_size
        source = _read(
            loose, ",", '"', 0, {"_row": "BIGINT"} | {f"c{i}": "VARCHAR" for i in _of(grid)}
        )
    group = min(_GROUP_ROWS, max(_LEAST_ROWS, _GROUP_BYTES * expected // max(size, 1)))
    cells = ", ".join(f"{_trimmed(f'c{i}')} AS c{i}" for i in _of(grid))
    taken = db.execute(
        f"COPY (SELECT _row, {cells} FROM {source}) TO {literal(str(path))} "
        f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {group})"
    ).fetchall()[0][0]
    (folder / "staged.csv").unlink(missing_ok=True)
    if taken != expected:
        raise RuntimeError(f"{expected} records were counted, but {taken} were read.")
    return Stage(db, path, len(grid.columns), group)


def _of(grid: Grid) -> range:
    return range(len(grid.columns))


def _from_csv(db: duckdb.DuckDBPyConnection, source: CsvSource) -> str:
    fields = {f"f{i}": "VARCHAR" for i in range(source.width)}
    records = _read(source.path, source.delimiter, source.quote, source.skip_lines, fields)
    cells = ", ".join(f"f{position} AS c{i}" for i, position in enumerate(source.positions))
    if not source.gaps:
        number = f"row_number() OVER () + {source.first_row - 1}"
        return f"(SELECT {number} AS _row, {cells} FROM {records})"
    last = source.first_row + source.records + len(source.gaps)
    numbers = np.setdiff1d(np.arange(source.first_row, last), np.array(source.gaps))
    db.register("numbers", {"_row": numbers[: source.records].astype(np.int64)})
    return f"(SELECT _row, {cells} FROM {records} POSITIONAL JOIN numbers)"


def _read(path: Path, delimiter: str, quote: str, skip: int, fields: dict[str, str]) -> str:
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in fields.items())
    return (
        f"read_csv({literal(database.literal(path))}, "
        f"auto_detect = false, header = false, skip = {skip}, "
        f"delim = {literal(delimiter)}, quote = {literal(quote)}, escape = {literal(quote)}, "
        f"buffer_size = 16000000, max_line_size = 8000000, columns = {{{columns}}})"
    )


def _write(grid: Grid, path: Path, limits: Limits, progress: Progress | None) -> int:
    count, until = 0, time.monotonic() + limits.seconds
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        for number, cells in grid.rows:
            writer.writerow([number, *cells])
            count += 1
            if count % 10_000 == 0:
                if time.monotonic() > until:
                    raise _too_long(limits)
                if progress:
                    progress("Reading rows", count, 0)
    return count


def _trimmed(cell: str) -> str:
    edges = f"{cell} < '!' OR {cell} > '~' OR {cell}[-1] NOT BETWEEN '!' AND '~'"
    return f"nullif(CASE WHEN {edges} THEN trim({cell}, {literal(_BLANKS)}) ELSE {cell} END, '')"
