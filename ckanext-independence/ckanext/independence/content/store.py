"""A resource's table in the DataStore: built beside the old one, and put in its place.

Owns how such a table looks (key, columns with their explanations, marks, words to search in,
who may read it), the copy of typed rows into it, and the one moment in which it replaces the
one before. Readers see the old table until then and the new one after it. Refuses to decide
what belongs into a table, and whose rows may be shown.

The words that ``datastore_search`` looks for are a *virtual* column: PostgreSQL computes it
when it is asked for, and an index over the same expression answers searches. So a table is
readable as soon as its rows are in it, and the words take no room beside their index.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
import psycopg2
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_write_engine
from psycopg2.errors import LockNotAvailable
from psycopg2.sql import SQL, Composable, Identifier, Literal

from .reading.database import connect, literal
from .reading.grid import Limits

__all__ = [
    "LARGE", "Column", "NotATable", "building", "comment", "drop", "held_versions", "hide",
    "index_words", "leftovers",
]  # fmt: skip

# What a column's type is called in PostgreSQL; shapes are GeoJSON text.
TYPES = {
    "text": "text", "integer": "bigint", "numeric": "numeric", "date": "date",
    "timestamp": "timestamp", "time": "time", "boolean": "boolean", "geometry": "text",
}  # fmt: skip
# New readers queue behind a waiting swap: it waits this long, then lets them through.
SWAP_WAIT = "500ms"
SWAP_PAUSE = 1.0
SWAP_TRIES = 60
DROP_WAIT = "5s"
# Rows from which on the index of words is made after the table can be read.
LARGE = 50_000
# A row's words, in characters, that full text search can take in (1 MB of lexemes at the most);
# and columns that are searched: an expression of more is too deep for PostgreSQL.
SEARCHED = 250_000
SEARCHED_COLUMNS = 400
CHUNK = 1 << 17
BUILT = "_built_"
_VERSION = "version "

Progress = Callable[[int], None]


class NotATable(Exception):
    """PostgreSQL cannot take these rows, now or later; the message says why, for people."""


@dataclass(frozen=True)
class Column:
    """A column to be made. ``info`` is what the dictionary says of it, as CKAN keeps it."""

    name: str
    type: str
    info: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def building(
    resource_id: str,
    version_id: int,
    columns: Sequence[Column],
    parquet: Path,
    folder: Path,
    *,
    marks: bool = False,
    progress: Progress | None = None,
) -> Iterator[Built]:
    """Build a table out of typed rows, beside the one that is there.

    Nothing is seen of it before ``Built.take_place``; a block that ends without it leaves nothing.

    Args:
        resource_id: whose table it will be
        version_id: whose rows it holds
        columns: of the file with the rows, in order
        parquet: the typed rows, with ``_row`` and (where ``marks``) ``_marks``
        folder: where a pipe can be made
        marks: whether cells are marked
        progress: told how many rows are in, now and then

    Raises:
        NotATable: PostgreSQL does not take these rows
    """
    connection = get_write_engine().raw_connection()
    try:
        with connection.cursor() as cursor:
            built = Built(resource_id, connection, cursor)
            try:
                built.fill(version_id, columns, parquet, folder, marks, progress)
            except (psycopg2.DataError, psycopg2.errors.ProgramLimitExceeded) as error:
                raise NotATable(f"The rows cannot be kept as a table: {_said(error)}") from error
            yield built
    finally:
        connection.rollback()
        connection.close()


class Built:
    """A table that was built and is not seen yet."""

    def __init__(self, resource_id: str, connection: Any, cursor: Any) -> None:
        """Begin; see `building`."""
        self.rows = 0
        self.searchable = False
        self._resource_id = resource_id
        self._connection = connection
        self._cursor = cursor
        self._name = f"{BUILT}{uuid4().hex}"

    def fill(
        self,
        version_id: int,
        columns: Sequence[Column],
        parquet: Path,
        folder: Path,
        marks: bool,
        progress: Progress | None,
    ) -> None:
        """Make the table and copy the rows."""
        run, table = self._cursor.execute, Identifier(self._name)
        named = [Identifier(column.name) for column in columns]
        typed = [
            SQL("{} {}").format(name, SQL(TYPES[column.type]))
            for name, column in zip(named, columns, strict=True)
        ]
        if marks:
            named.append(Identifier("_marks"))
            typed.append(SQL("_marks jsonb"))
        run(
            SQL(
                "CREATE TABLE {} (_id serial, {}, _full_text tsvector"
                " GENERATED ALWAYS AS ({}) VIRTUAL)"
            ).format(table, SQL(", ").join(typed), _words(columns))
        )
        copy = SQL("COPY {} (_id, {}) FROM STDIN (FORMAT csv, NULL '', FREEZE true)").format(
            table, SQL(", ").join(named)
        )
        names = [column.name for column in columns] + (["_marks"] if marks else [])
        with _rows(parquet, names, folder) as stream:
            counted = _Counted(stream, progress)
            self._cursor.copy_expert(copy.as_string(self._cursor), counted, size=CHUNK)
        self.rows = self._cursor.rowcount
        run(SQL("ALTER TABLE {} ADD PRIMARY KEY (_id)").format(table))
        run("SELECT setval(pg_get_serial_sequence(%s, '_id'), %s)", (self._name, self.rows + 1))
        if self.rows < LARGE:
            self._index(table)
            self.searchable = True
        run(SQL("ANALYZE {}").format(table))
        run(SQL("COMMENT ON TABLE {} IS {}").format(table, Literal(f"{_VERSION}{version_id}")))
        reader = sa.engine.make_url(tk.config["ckan.datastore.read_url"]).username or ""
        run(SQL("GRANT SELECT ON {} TO {}").format(table, Identifier(reader)))

    def _index(self, table: Composable) -> None:
        _make_index(self._cursor, table, self._resource_id, f"{self._name}_words")

    def explain(self, columns: Sequence[Column]) -> None:
        """Write what the dictionary says of each column."""
        for column in columns:
            self._cursor.execute(_commented(Identifier(self._name), column.name, column.info))

    def take_place(self, then: Callable[[], None]) -> None:
        """Put the table in the place of the old one, between two readers, and let all see it.

        Args:
            then: writes what belongs to it in CKAN's own session, in a moment; readers of the
                old table wait meanwhile. It may be called again after it could not get a lock.

        Raises:
            LockNotAvailable: somebody reads the old table, or writes its data set, for too
                long; try again later
        """
        name, run = self._name, self._cursor.execute
        for tries_left in reversed(range(SWAP_TRIES)):
            run("SAVEPOINT place")
            try:
                self._replace()
                then()
                break
            except (LockNotAvailable, sa.exc.OperationalError) as error:
                if not isinstance(getattr(error, "orig", error), LockNotAvailable):
                    raise
                run("ROLLBACK TO SAVEPOINT place")
                self._name = name
                if not tries_left:
                    raise
                time.sleep(SWAP_PAUSE)
        self._connection.commit()

    def _replace(self) -> None:
        run, table = self._cursor.execute, Identifier(self._resource_id)
        run(SQL("SET LOCAL lock_timeout = {}").format(Literal(SWAP_WAIT)))
        run(SQL("DROP TABLE IF EXISTS {} CASCADE").format(table))
        run(SQL("ALTER TABLE {} RENAME TO {}").format(Identifier(self._name), table))
        if self.searchable:
            run(
                SQL("ALTER INDEX {} RENAME TO {}").format(
                    Identifier(f"{self._name}_words"), Identifier(_index_name(self._resource_id))
                )
            )
        run(
            "INSERT INTO _table_stats VALUES (%s, jsonb_build_object('rows', %s))"
            " ON CONFLICT (resource_id) DO UPDATE SET stats = excluded.stats",
            (self._resource_id, self.rows),
        )
        self._name = self._resource_id


class _Counted:
    """A stream that counts the lines that are read from it, about one for each row."""

    def __init__(self, stream: IO[bytes], progress: Progress | None) -> None:
        self._stream = stream
        self._progress = progress
        self._lines = 0

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        if self._progress:
            self._lines += chunk.count(b"\n")
            self._progress(self._lines)
        return chunk


@contextmanager
def _rows(parquet: Path, names: Sequence[str], folder: Path) -> Iterator[IO[bytes]]:
    """Give the rows of a Parquet file as CSV, written while they are read.

    The rows are numbered from 1 in the order of the file.
    """
    pipe = folder / "rows"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    # Held until all is written, so that the end of the pipe is the end of the rows.
    writer = os.open(pipe, os.O_WRONLY)
    fcntl.fcntl(reader, fcntl.F_SETFL, fcntl.fcntl(reader, fcntl.F_GETFL) & ~os.O_NONBLOCK)
    failures: list[Exception] = []
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    source, target = (name.replace("'", "''") for name in (literal(parquet), str(pipe)))
    query = (
        f"COPY (SELECT row_number() OVER () AS _id, {columns} FROM read_parquet('{source}'))"  # noqa: S608
        f" TO '{target}' (FORMAT csv, HEADER false, USE_TMP_FILE false)"
    )

    def write() -> None:
        try:
            with closing(connect(parquet, folder=folder, limits=Limits())) as database:
                database.execute(query)
        except Exception as error:
            failures.append(error)
        finally:
            os.close(writer)

    thread = threading.Thread(target=write, name="rows for COPY")
    thread.start()
    try:
        with os.fdopen(reader, "rb") as stream:
            yield stream
    finally:
        # A reader that stopped early has closed the pipe, and the writer ends with an error.
        thread.join()
        pipe.unlink()
    if failures:
        raise failures[0]


def _words(columns: Sequence[Column]) -> Composable:
    """Return the expression of the words that a row is found by: of texts and whole numbers.

    Dates and amounts are found by filters; their text depends on settings of the session, so
    that PostgreSQL takes them into no index.
    """
    parts = []
    for column in columns:
        name: Composable = Identifier(column.name)
        if column.type == "integer":
            name = SQL("{}::text").format(name)
        elif column.type != "text":
            continue
        parts.append(SQL("coalesce({}, '')").format(name))
    language = Literal(tk.config["ckan.datastore.default_fts_lang"])
    if not parts:
        return SQL("to_tsvector({}::regconfig, '')").format(language)
    return SQL("to_tsvector({}::regconfig, left({}, {}))").format(
        language, SQL(" || ' ' || ").join(parts[:SEARCHED_COLUMNS]), Literal(SEARCHED)
    )


def _index_name(resource_id: str) -> str:
    # The name that CKAN gives it: another one, and CKAN would build a second index.
    text = f'{resource_id}"_full_text"'
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _make_index(cursor: Any, table: Composable, resource_id: str, name: str) -> None:
    cursor.execute(
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a"
        " ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
        " WHERE d.adrelid = %s::regclass AND a.attname = '_full_text'",
        (table.as_string(cursor),),
    )
    expression = cursor.fetchone()
    if expression is None:
        return
    cursor.execute(
        SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING {} (({}))").format(
            Identifier(name),
            table,
            SQL(tk.config["ckan.datastore.default_fts_index_method"]),
            SQL(expression[0]),
        )
    )


@contextmanager
def _cursor() -> Iterator[Any]:
    """Give a cursor of a transaction of its own."""
    connection = get_write_engine().raw_connection()
    try:
        with connection.cursor() as cursor:
            yield cursor
        connection.commit()
    finally:
        connection.rollback()
        connection.close()


def index_words(resource_id: str) -> None:
    """Make the index by which the words of a table are found; readers go on reading."""
    with _cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SELECT to_regclass(%s)", (Identifier(resource_id).as_string(cursor),))
        if cursor.fetchone()[0] is None:
            return
        table = Identifier(resource_id)
        _make_index(cursor, table, resource_id, _index_name(resource_id))
        cursor.execute(SQL("ANALYZE {} (_id)").format(table))


def comment(resource_id: str, columns: Sequence[Column]) -> None:
    """Write anew what the dictionary says of the columns of a table that is there."""
    with _cursor() as cursor:
        for column in columns:
            cursor.execute(_commented(Identifier(resource_id), column.name, column.info))


def _commented(table: Composable, name: str, info: Mapping[str, Any]) -> Composable:
    # The space before the brace is how CKAN tells this form from an older one.
    text = " " + json.dumps({"_info": dict(info)}, ensure_ascii=False) if info else None
    return SQL("COMMENT ON COLUMN {}.{} IS {}").format(table, Identifier(name), Literal(text))


def drop(resource_id: str) -> None:
    """Take a resource's table away.

    Raises:
        LockNotAvailable: somebody reads it for too long; try again later
    """
    with _cursor() as cursor:
        cursor.execute(SQL("SET LOCAL lock_timeout = {}").format(Literal(DROP_WAIT)))
        cursor.execute(SQL("DROP TABLE IF EXISTS {} CASCADE").format(Identifier(resource_id)))
        cursor.execute("DELETE FROM _table_stats WHERE resource_id = %s", (resource_id,))


def hide(resource_id: str) -> None:
    """Take a table away at once: where somebody is reading it, nobody else can from now on."""
    with suppress(LockNotAvailable):
        drop(resource_id)
        return
    reader = sa.engine.make_url(tk.config["ckan.datastore.read_url"]).username or ""
    with _cursor() as cursor:
        cursor.execute(
            SQL("REVOKE SELECT ON {} FROM {}").format(Identifier(resource_id), Identifier(reader))
        )


def held_versions(resource_ids: Sequence[str] | None = None) -> dict[str, int]:
    """Return of which version the rows are that each table holds, by resource.

    Tables that were not built here are left out; without ids, all are told.
    """
    query = (
        "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND obj_description(oid, 'pg_class') LIKE %s"
    )
    values: list[Any] = [f"{_VERSION}%"]
    if resource_ids is not None:
        query += " AND relname = ANY(%s)"
        values.append(list(resource_ids))
    with _cursor() as cursor:
        cursor.execute(query, values)
        found = cursor.fetchall()
    held = {}
    for name, text in found:
        with suppress(ValueError):
            held[name] = int(text.removeprefix(_VERSION))
    return held


def leftovers() -> list[str]:
    """Return the tables that are named like a resource; whose resource it is, is not asked."""
    with _cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND relname ~ %s",
            (r"^[0-9a-f]{8}-[0-9a-f]{4}-",),
        )
        return [row[0] for row in cursor.fetchall()]


def _said(error: psycopg2.Error) -> str:
    return str(error.diag.message_primary or error).strip()
