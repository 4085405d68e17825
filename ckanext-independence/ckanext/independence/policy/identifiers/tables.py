"""Tables that DuckDB reads: every cell is tried there, and only telling ones come to Python.

Owns the two passes over a table (how many cells are filled; which cells are worth a look) and the
sample of one that is too large. Refuses, through the reader's own DuckDB, any other file.
"""

# ruff: noqa: S608  (every name and text goes through `quoted` and `literal`)

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ...content.reading import Limits as ReadingLimits
from ...content.reading.database import connect, literal
from ...content.reading.header import Row, find_header, labels_of
from ...content.reading.names import names_of
from ...content.reading.records import Records
from .columns import Column
from .deciding import decide
from .hits import Hit
from .limits import Limits

__all__ = ["named", "scan_delimited", "scan_parquet"]

_FIRST = 2_000
_BATCH = 10_000
_HEAD = 400
# Cells of a table for which it does not pay to ask DuckDB.
_SMALL = 200_000


def named(rows: Sequence[Sequence[str]], width: int) -> tuple[list[str], list[str]]:
    """Return the names and labels of a table's columns, from its first rows.

    A column without a header is called by its position.
    """
    filled = [
        Row(at, [cell.strip() for cell in cells])
        for at, cells in enumerate(rows[:_HEAD])
        if any(cell.strip() for cell in cells)
    ]
    header = find_header(filled)
    chosen = [row for row in filled if header and row.index in header.rows]
    labels = labels_of(chosen, width) if chosen else [""] * width
    return names_of(labels, range(width)), labels


def scan_delimited(
    records: Records, into: Path, limits: Limits, words: Mapping[str, str], place: str
) -> tuple[list[Hit], bool]:
    """Scan a file of delimited text, every row of it, those above the header included.

    Returns:
        the hits, and whether they are of a sample.
    """
    width = int(records.widths.max()) if len(records) else 0
    if not width:
        return [], False
    even = bool((records.widths == width).all())
    fields = ", ".join(f"'f{at}': 'VARCHAR'" for at in range(width))
    source = (
        f"read_csv({_text(literal(records.path))}, auto_detect = false, header = false, "
        f"delim = {_text(records.delimiter)}, quote = '\"', escape = '\"', buffer_size = 16000000, "
        f"max_line_size = 8000000, columns = {{{fields}}}"
        + (")" if even else ", null_padding = true, strict_mode = false, parallel = false)")
    )
    names, labels = named(list(records.rows(0, _HEAD)), width)
    columns = [
        Column(name, words=f"{label} {words.get(name, '')}", place=place)
        for name, label in zip(names, labels, strict=True)
    ]
    if len(records) * width <= min(_SMALL, limits.cells):
        return _scan_rows(list(records.rows()), columns), False
    cells = [f"f{at}" for at in range(width)]
    with _opened(records.path, into, limits) as database:
        return _scan(database, source, cells, columns, len(records), limits)


def scan_parquet(
    path: Path, into: Path, limits: Limits, words: Mapping[str, str], place: str
) -> tuple[list[Hit], bool]:
    """Scan a Parquet file; nested values count as their JSON text, bytes not at all.

    Returns:
        the hits, and whether they are of a sample.
    """
    source = f"read_parquet({_text(literal(path))})"
    with _opened(path, into, limits) as database:
        rows = database.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
        columns, cells = [], []
        for name, kind, *_ in database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall():
            if kind == "BLOB" or kind.startswith("GEOMETRY"):
                continue
            columns.append(Column(name, words=words.get(name, ""), place=place))
            quoted = '"' + name.replace('"', '""') + '"'
            nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))
            cells.append(f"CAST({f'to_json({quoted})' if nested else quoted} AS VARCHAR)")
        return _scan(database, source, cells, columns, rows, limits)


@contextmanager
def _opened(path: Path, into: Path, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database that is stopped when the file has had its time."""
    settings = ReadingLimits(memory_mb=limits.memory_mb, threads=limits.threads)
    with connect(path, folder=into, limits=settings) as database:
        timer = threading.Timer(limits.seconds, database.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield database
        finally:
            timer.cancel()


def _scan(
    database: duckdb.DuckDBPyConnection,
    source: str,
    cells: Sequence[str],
    columns: Sequence[Column],
    rows: int,
    limits: Limits,
) -> tuple[list[Hit], bool]:
    if not columns or not rows:
        return [], False
    step = -(-rows * len(columns) // limits.cells)
    if step > 1:
        listed = ", ".join(f"{cell} AS s{at}" for at, cell in enumerate(cells))
        source = (
            f"(SELECT * FROM (SELECT {listed}, row_number() OVER () AS _at FROM {source}) "
            f"WHERE (_at - 1) % {step} = 0)"
        )
        cells = [f"s{at}" for at in range(len(cells))]
    first = database.execute(f"SELECT {', '.join(cells)} FROM {source} LIMIT {_FIRST}").fetchall()
    for column, values in zip(columns, zip(*first, strict=True), strict=True):
        column.begin(value for value in values if value)
    counted = ", ".join(f"count(nullif(trim({cell}), ''))" for cell in cells)
    for column, filled in zip(
        columns, database.execute(f"SELECT {counted} FROM {source}").fetchall()[0], strict=True
    ):
        column.filled = filled
    tested = ", ".join(
        f"CASE WHEN regexp_matches({cell}, {_text(column.telling())}) THEN {cell} END AS t{at}"
        for at, (cell, column) in enumerate(zip(cells, columns, strict=True))
    )
    worth = " OR ".join(f"t{at} IS NOT NULL" for at in range(len(cells)))
    answer = database.execute(f"SELECT * FROM (SELECT {tested} FROM {source}) WHERE {worth}")
    # DuckDB tries the next rows while Python looks at these.
    with ThreadPoolExecutor(max_workers=1) as ahead:
        coming = ahead.submit(answer.fetchmany, _BATCH)
        while batch := coming.result():
            coming = ahead.submit(answer.fetchmany, _BATCH)
            for column, values in zip(columns, zip(*batch, strict=True), strict=True):
                column.look(filter(None, values))
    return decide(columns, sampled=step > 1), step > 1


def _scan_rows(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> list[Hit]:
    for at, column in enumerate(columns):
        cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
        column.begin(cells)
        column.filled = len(cells)
        column.look(cells)
    return decide(columns)


def _text(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
