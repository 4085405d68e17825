"""Parquet: columns that are typed already, read by DuckDB.

Owns what its types are called here, and the coordinate system that a shape column carries.
Leaves out the index that pandas adds, and binary columns. Refuses broken and encrypted files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ..database import connect, literal
from ..grid import Grid, Limits
from ..model import Column
from ..names import label_of, names_of
from ..refusals import Refused
from .flat import rows_of_records, too_many_columns
from .shapes import Shapes, crs_of

__all__ = ["parquet_grid"]

_BATCH = 2_000
_INDEX = re.compile(r"__index_level_\d+__")
_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "numeric",
    "FLOAT": "numeric",
    "TIME": "time",
    "VARCHAR": "text",
    "UUID": "text",
}
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}


@dataclass(frozen=True)
class _Field:
    """A column of the file: ``system`` is the coordinate system of a column of shapes."""

    name: str
    kind: str
    type: str
    system: str = ""


def parquet_grid(path: Path, limits: Limits, into: Path) -> Grid:
    """Read a Parquet file.

    Raises:
        Refused: it is broken, encrypted, or has more columns than a table can have.
    """
    with _open(path, limits, into) as database:
        described = _ask(database, "DESCRIBE SELECT * FROM read_parquet(?)", path).fetchall()
    fields, left_out = [], []
    for name, kind, *_ in described:
        found = _field(str(name), str(kind))
        if found.kind == "BLOB" or _INDEX.fullmatch(found.name):
            left_out.append(found.name)
        else:
            fields.append(found)
    if len(fields) > limits.columns:
        raise too_many_columns(limits)
    labels = [label_of(one.name) for one in fields]
    names = names_of(labels, range(len(fields)))
    grid = Grid(
        columns=[
            Column(source=at, name=name, label=label, type=one.type)
            for at, (name, label, one) in enumerate(zip(names, labels, fields, strict=True))
        ]
    )
    if left_out:
        listed = ", ".join(f"“{name}”" for name in left_out)
        grid.notes.append(f"Left out, as they are no data for people: {listed}.")
    system = next((one.system for one in fields if one.system), "")
    keys = [one.name for one in fields]
    records = _records(path, fields, limits, into)
    grid.rows = rows_of_records(grid, keys, records, limits, Shapes(crs_of(system)))
    return grid


def _records(
    path: Path, fields: list[_Field], limits: Limits, into: Path
) -> Iterator[tuple[int, dict[str, Any]]]:
    chosen = ", ".join(_text_of(one) for one in fields)
    keys = [one.name for one in fields]
    number = 0
    with _open(path, limits, into) as database:
        answer = _ask(database, f"SELECT {chosen} FROM read_parquet(?)", path)  # noqa: S608
        while True:
            try:
                batch = answer.fetchmany(_BATCH)
            except duckdb.Error as error:
                raise _broken(error) from error
            if not batch:
                return
            for row in batch:
                number += 1
                yield number, dict(zip(keys, row, strict=True))


def _text_of(one: _Field) -> str:
    name = '"' + one.name.replace('"', '""') + '"'
    if one.type == "geometry":
        return f"ST_AsWKB({name})"
    if one.kind.endswith("]") or one.kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"CAST(to_json({name}) AS VARCHAR)"
    if one.kind in ("DOUBLE", "FLOAT"):
        return f"CAST(CASE WHEN NOT isnan({name}) THEN {name} END AS VARCHAR)"
    return f"CAST({name} AS VARCHAR)"


def _field(name: str, kind: str) -> _Field:
    if kind.startswith("GEOMETRY"):
        found = re.fullmatch(r"GEOMETRY\('(.*)'\)", kind, re.DOTALL)
        system = found[1].replace("''", "'") if found else ""
        return _Field(name, "GEOMETRY", "geometry", system)
    if kind.startswith("TIMESTAMP"):
        return _Field(name, kind, "timestamp")
    if kind.startswith(("DECIMAL", "HUGEINT", "UHUGEINT", "UBIGINT")):
        return _Field(name, kind, "numeric")
    # Whole numbers may be codes: that is told by their names and values, as everywhere.
    return _Field(
        name, kind, "" if kind in _WHOLE else _TYPES.get(kind, "" if kind[0] == "U" else "text")
    )


def _open(path: Path, limits: Limits, into: Path) -> duckdb.DuckDBPyConnection:
    return connect(path, folder=into, limits=limits)


def _ask(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return database.execute(query, [literal(path)])
    except duckdb.Error as error:
        raise _broken(error) from error


def _broken(error: duckdb.Error) -> Refused:
    if "encrypt" in str(error).lower():
        return Refused("The Parquet file is encrypted. Send it without encryption.")
    if isinstance(error, duckdb.OutOfMemoryException):
        return Refused("The Parquet file unpacks to more than the memory that may be used for it.")
    return Refused("The Parquet file is broken or was cut off. Make and send it again.")
