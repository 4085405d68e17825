"""The rows of a table on their way out: taken at once, then written out from a DuckDB of their own.

Owns where they come from, and how much of the machine they may take. A whole table comes from
the Parquet file that its load has kept; a part of one, or a table without such a file, by one
COPY into an unnamed temporary file. Either way the database has been let go of before the
first byte is sent, and what was spooled is gone when the reader is. Refuses to begin while too
many are under way or the disk is short.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine
from psycopg2 import errors
from sqlalchemy.dialects import postgresql

from ..reading import database
from ..reading.grid import Limits
from ..table.query import Query
from .formats import Framed, literal, quoted

__all__ = ["AT_ONCE", "Busy", "Rows", "of_parquet", "of_store", "place"]

# Of one machine, whichever of its processes serves them: about 120 MB of memory each.
AT_ONCE = 4
# Bytes of the temporary folder's disk that no export touches.
KEPT_FREE = 256 << 20
# Less than a server in front waits for the first byte.
COPY_MS = 100_000
MEMORY_MB = 128
CHUNK = 256 << 10
# DuckDB's own, and the longest line that is read: a shape may be long.
LINE = 2 << 20


class Busy(Exception):
    """An export cannot be made now; the message says why and what to do."""


class Rows:
    """A table's rows, in order, every column as text, until ``close``.

    Attributes:
        columns: with ``name`` and ``type``
        relation: SQL that gives the columns as text
        typed: SQL that gives them with their types; empty where only the text is known
    """

    def __init__(
        self,
        columns: Sequence[Any],
        file: Path,
        relation: str,
        typed: str,
        held: contextlib.ExitStack,
    ) -> None:
        """Open a DuckDB that reads the relation from its file, with all that is ``held`` for it."""
        self.columns = columns
        self.relation = relation
        self.typed = typed
        self._held = held
        self._folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="export-")))
        limits = Limits(memory_mb=MEMORY_MB, threads=2)
        self._database = held.enter_context(
            database.connect(file, folder=self._folder, limits=limits)
        )

    def holding(self, held: contextlib.ExitStack) -> Rows:
        """Take over what is held for it; ``close`` lets go of it."""
        self._held = held
        return self

    def close(self) -> None:
        """Let go of memory, disk and place; harmless when it was done."""
        self._held.close()

    def count(self) -> int:
        """Return how many rows there are."""
        query = f"SELECT count(*) FROM ({self.relation})"  # noqa: S608
        return int((self._database.execute(query).fetchone() or [0])[0])

    def lines(self, line: str, between: str = "\n") -> Iterator[bytes]:
        """Yield the rows' lines, as an expression over the columns and ``_n`` makes them.

        ``_n`` is 2 for the first row: a sheet's header stands above it.
        """
        number = "*, row_number() OVER () + 1 AS _n" if "_n" in line else "*"
        source = f"SELECT {number} FROM ({self.relation})"  # noqa: S608
        cursor = self._database.execute(f"SELECT {line} FROM ({source})")  # noqa: S608
        size, begun, waiting = 0, False, []
        while rows := cursor.fetchmany(1024):
            for (text,) in rows:
                waiting.append(text)
                size += len(text)
            if size >= CHUNK:
                yield ((between if begun else "") + between.join(waiting)).encode()
                size, begun, waiting = 0, True, []
        if waiting:
            yield ((between if begun else "") + between.join(waiting)).encode()

    def framed(self, framed: Framed) -> Iterator[bytes]:
        """Yield a whole text: its head, its lines, its tail."""
        yield framed.head.encode()
        empty = True
        for lines in self.lines(framed.line, framed.between):
            empty = False
            yield lines
        yield (framed.tail if not empty else framed.tail.lstrip()).encode()

    def parquet(self) -> IO[bytes]:
        """Return the rows as a Parquet file, which ``close`` removes."""
        path = self._folder / "table.parquet"
        self._database.execute(
            f"COPY ({self.typed or self._cast()}) TO '{path}'"
            " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 60000)"
        )
        return path.open("rb")

    def _cast(self) -> str:
        """Return SQL that gives each column its type, or leaves it text if a cell would be lost.

        Numbers become decimals of the width that the data needs, doubles beyond 38 digits.
        """
        kinds = {
            "integer": "BIGINT", "numeric": "DOUBLE", "date": "DATE", "timestamp": "TIMESTAMP",
            "time": "TIME", "boolean": "BOOLEAN",
        }  # fmt: skip
        asked, names = [], []
        for column in self.columns:
            if column.type in kinds:
                name, kind = quoted(column.name), kinds[column.type]
                names.append(column.name)
                asked += [
                    f"count(*) FILTER ({name} IS NOT NULL AND try_cast({name} AS {kind}) IS NULL)",
                    rf"bool_or(NOT regexp_full_match({name}, '-?[0-9]+(\.[0-9]+)?'))",
                    f"max(length(split_part(ltrim({name}, '-'), '.', 1)))",
                    f"max(length(split_part({name}, '.', 2)))",
                ]
        found: Sequence[Any] = ()
        if asked:
            query = f"SELECT {', '.join(asked)} FROM ({self.relation})"  # noqa: S608
            found = self._database.execute(query).fetchone() or ()
        types = {}
        for index, name in enumerate(names):
            lost, odd, whole, scale = found[index * 4 : index * 4 + 4]
            kind = next(kinds[c.type] for c in self.columns if c.name == name)
            if kind == "DOUBLE" and not odd and whole is not None and whole + scale <= 38:
                kind = f"DECIMAL({max(18, whole + scale)}, {scale})"
            types[name] = "VARCHAR" if lost else kind
        chosen = ", ".join(
            f"{quoted(c.name)}::{types.get(c.name, 'VARCHAR')} AS {quoted(c.name)}"
            for c in self.columns
        )
        return f"SELECT {chosen} FROM ({self.relation})"  # noqa: S608


def of_parquet(columns: Sequence[Any], file: contextlib.AbstractContextManager[Path]) -> Rows:
    """Return the rows of a version's kept Parquet file.

    Raises:
        Busy: too many exports are under way.
        MissingFileError: the file is not kept.
        duckdb.BinderException: it has not these columns.
    """
    with contextlib.ExitStack() as held:
        held.enter_context(place())
        path = held.enter_context(file)
        text = ", ".join(f"{quoted(c.name)}::VARCHAR AS {quoted(c.name)}" for c in columns)
        typed = ", ".join(quoted(c.name) for c in columns)
        source = f"read_parquet({literal(database.literal(path))})"
        rows = Rows(
            columns,
            path,
            f"SELECT {text} FROM {source}",  # noqa: S608
            f"SELECT {typed} FROM {source}",  # noqa: S608
            held,
        )
        rows.count()
        return rows.holding(held.pop_all())


def of_store(query: Query, columns: Sequence[Any]) -> Rows:
    """Return the rows of the DataStore's table that a query asks for, as they are now.

    Args:
        query: which rows, and in which order
        columns: of the table, those that are wanted

    Raises:
        Busy: too many exports are under way, the disk is short, or it takes too long.
    """
    with contextlib.ExitStack() as held:
        held.enter_context(place())
        spool = held.enter_context(_Spool())
        source = query.source.c
        # A row of nulls alone would be an empty line, which no reader of CSV takes for a row.
        wanted = [source["_id"], *(sa.cast(source[c.name], sa.Text) for c in columns)]
        statement = query.select(*wanted).compile(dialect=postgresql.psycopg2.dialect())
        connection = get_read_engine().raw_connection()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL datestyle = 'ISO, MDY'")
                cursor.execute("SET LOCAL statement_timeout = %s", (COPY_MS,))
                # With nothing bound, psycopg2 would leave the doubled % of names as they are.
                rows = cursor.mogrify(
                    f"{statement} LIMIT %(every)s", {**statement.params, "every": None}
                )
                cursor.copy_expert(b"COPY (" + rows + b") TO STDOUT (FORMAT csv)", spool)
        except errors.QueryCanceled as error:
            raise Busy("The table takes too long to read at the moment.") from error
        finally:
            connection.rollback()
            connection.close()
        spool.file.flush()
        types = ", ".join(["'_id': 'BIGINT'", *(f"{literal(c.name)}: 'VARCHAR'" for c in columns)])
        path = Path(f"/dev/fd/{spool.file.fileno()}")
        line = max(spool.longest + 1, LINE)
        relation = (
            f"SELECT * EXCLUDE (_id) FROM read_csv('{path}', header = false,"  # noqa: S608
            f" auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
            f" allow_quoted_nulls = false, parallel = false, new_line = '\\n',"
            f" max_line_size = {line}, buffer_size = {line * 4}, columns = {{{types}}})"
        )
        return Rows(columns, path, relation, "", held).holding(held.pop_all())


class _Spool:
    """An unnamed file that minds the disk, and the length of the longest row."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()
        self.longest = 0
        self._until_look = 0
        self._folder = tempfile.gettempdir()

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def write(self, row: bytes) -> int:
        """Take one row, as psycopg2 hands it over.

        Raises:
            Busy: the disk is short.
        """
        self.longest = max(self.longest, len(row))
        self._until_look -= len(row)
        if self._until_look < 0:
            if shutil.disk_usage(self._folder).free < KEPT_FREE:
                raise Busy("The server's disk is short of space at the moment.")
            self._until_look = 16 << 20
        return self.file.write(row)


@contextlib.contextmanager
def place() -> Iterator[None]:
    """Hold one of the machine's few places for exports.

    The lock is the kernel's: it goes with the process, however that ends.

    Raises:
        Busy: all are taken.
    """
    folder = Path(tk.config["ckan.storage_path"]) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(AT_ONCE):
        with (folder / f"place-{number}").open("ab") as place:
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
    raise Busy("Many people are downloading tables at the moment.")
