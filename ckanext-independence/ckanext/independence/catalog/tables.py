"""The plain loader: a clean CSV file of a resource becomes its table in the DataStore.

Owns the step from the served file to a typed, searchable table under the resource's
id, and what is known of it (rows, which file, why a newer file is not in it). The new
table is built beside the old one and takes its place in one moment; a file that is not
clean leaves the old table as it was, marked as not the present file's.

Refuses to guess: columns and types are declared (``columns``), and stay declared when a
file is replaced. Tables of resources without declared columns are not its business.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import psycopg2
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckanext.datastore.backend.postgres import get_write_engine
from psycopg2.errors import LockNotAvailable
from sqlalchemy.dialects.postgresql import insert

from . import clock, files, owed
from .columns import LONGEST_NAME, Column, NotClean, NotFitting, read_columns, rows
from .model import Table, Version

__all__ = ["State", "states"]

log = logging.getLogger(__name__)

# New readers queue behind a waiting swap: it waits this long, then lets them through.
SWAP_WAIT = "500ms"
SWAP_PAUSE = 1.0
SWAP_TRIES = 60
# A row's words, in characters, that full text search can take in (1 MB of lexemes at the most).
SEARCHED = 250_000


@dataclass(frozen=True)
class State:
    """What is known of a resource's table.

    ``current`` says whether the table holds the file that is served now. ``error`` says
    why not, in words for people; empty while the load is still to come.
    """

    rows: int | None
    loaded_at: datetime | None
    current: bool
    error: str


def states(resource_ids: Iterable[str]) -> dict[str, State]:
    """Return what is known of the tables of these resources; those without one are left out."""
    query = (
        sa.select(
            Table.resource_id, Table.rows, Table.loaded_at, Table.sha256, Table.error,
            Version.sha256.label("served"),
        )
        .outerjoin(Version, sa.and_(Version.resource_id == Table.resource_id, Version.served))
        .where(Table.resource_id.in_(list(resource_ids)))
    )  # fmt: skip
    return {
        row.resource_id: State(
            row.rows,
            row.loaded_at,
            row.sha256 is not None and row.sha256 == row.served,
            row.error or "",
        )
        for row in model.Session.execute(query)
    }


@owed.handler("table")
def load(resource_id: str, payload: dict[str, Any] | None) -> None:
    """Bring a resource's table up to date with its file.

    Args:
        resource_id: whose
        payload: ``{"columns": [...]}`` declares the columns anew; None keeps them
    """
    if not p.plugin_loaded("datastore"):
        raise RuntimeError("The plugin datastore is off; tables wait until it is on.")
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != "active":
        forget(resource_id)
        return
    known = model.Session.execute(
        sa.select(Table.columns, Table.sha256).where(Table.resource_id == resource_id)
    ).first()
    declared = (payload or {}).get("columns") or (known.columns if known else None)
    if not declared:
        return
    served = files.stored(resource_id)
    if (
        known is not None
        and served is not None
        and (known.columns, known.sha256) == (declared, served.sha256)
        and _exists(resource_id)
    ):
        _note(resource_id, error=None)
        _offer(resource, True)
        return
    try:
        if served is None:
            raise NotFitting("The resource is a link; only uploaded files become tables.")
        if len(resource_id) > LONGEST_NAME:
            raise NotFitting(f"The resource's id is longer than {LONGEST_NAME} characters.")
        columns = read_columns(declared)
        count = _fill(resource_id, columns, served)
    except NotClean as error:
        log.warning("Resource %s was not loaded: %s", resource_id, error)
        _note(resource_id, columns=declared, error=str(error))
        if isinstance(error, NotFitting):
            _offer(resource, False)
        return
    _note(
        resource_id,
        columns=declared,
        sha256=served.sha256,
        rows=count,
        loaded_at=sa.func.now(),
        error=None,
    )
    _offer(resource, True)
    log.info("Loaded %d rows of resource %s", count, resource_id)


def _note(resource_id: str, **facts: Any) -> None:
    values = insert(Table).values(resource_id=resource_id, **({"columns": []} | facts))
    model.Session.execute(
        values.on_conflict_do_update(index_elements=[Table.resource_id], set_=facts)
    )


def _offer(resource: Any, on: bool) -> None:
    """Say in the resource whether it has a table, without a new version of the data set."""
    if bool(resource.extras.get("datastore_active")) == on:
        return
    resource.extras = {**resource.extras, "datastore_active": on}
    model.Session.flush()
    if on:
        dataset = tk.get_action("package_show")(
            {"ignore_auth": True, "use_cache": False}, {"id": resource.package_id}
        )
        shown = next((r for r in dataset["resources"] if r["id"] == resource.id), None)
        if shown is not None:
            tk.get_action("resource_create_default_resource_views")(
                {"ignore_auth": True, "user": "", "defer_commit": True},
                {"resource": shown, "package": dataset, "create_datastore_views": True},
            )
    owed.owe("index", resource.package_id)


@owed.handler("index")
def index(package_id: str, payload: dict[str, Any] | None) -> None:
    """Send a data set to the search index again."""
    if model.Package.get(package_id) is not None:
        search.rebuild(package_id)


# The DataStore: a database of its own


def _exists(resource_id: str) -> bool:
    with get_write_engine().connect() as connection:
        name = {"name": _quoted(resource_id)}
        return connection.scalar(sa.text("SELECT to_regclass(:name)"), name) is not None


def _fill(resource_id: str, columns: list[Column], served: files.StoredFile) -> int:
    """Build the table beside the old one and put it in its place; return its number of rows."""
    built = f"_built_{uuid4().hex}"
    with get_write_engine().begin() as connection:
        cursor = connection.connection.cursor()
        names = ", ".join(_quoted(c.name) for c in columns)
        typed = ", ".join(f"{_quoted(c.name)} {c.sql_type}" for c in columns)
        # Typed first, without log or index; then written once, with its words to search in.
        cursor.execute(f"CREATE TEMP TABLE incoming (_id serial, {typed}) ON COMMIT DROP")
        _copy(cursor, names, columns, served)
        cursor.execute(f"CREATE TABLE {built} (_id serial, _full_text tsvector, {typed})")
        words = ", ".join(f"{_quoted(c.name)}::text" for c in columns)
        language = _literal(cursor, tk.config["ckan.datastore.default_fts_lang"])
        cursor.execute(
            f"INSERT INTO {built} (_id, _full_text, {names}) SELECT _id, "  # noqa: S608
            f"to_tsvector({language}::regconfig, left(concat_ws(' ', {words}), {SEARCHED})), "
            f"{names} FROM incoming ORDER BY _id"
        )
        count: int = cursor.rowcount
        _finish(cursor, built, columns, count)
        _swap(cursor, resource_id, built, count)
    with get_write_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ANALYZE {_quoted(resource_id)}")
    return count


def _copy(cursor: Any, names: str, columns: list[Column], served: files.StoredFile) -> None:
    with served.open() as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
        lines = _Lines(rows(text, columns))
        try:
            cursor.copy_expert(
                f"COPY incoming ({names}) FROM STDIN (FORMAT csv, NULL '', FORCE_NULL ({names}))",
                lines,
                size=1 << 16,
            )
        except psycopg2.DataError as error:
            raise NotClean(f"PostgreSQL does not take a value: {error}") from error
        except psycopg2.Error:
            # What stops the reading reaches us as PostgreSQL's complaint about a broken COPY.
            if lines.stopped_by is not None:
                raise lines.stopped_by from None
            raise


class _Lines:
    """Rows as the text of a CSV file, for COPY to read."""

    def __init__(self, values: Iterator[list[str]]) -> None:
        self.stopped_by: Exception | None = None
        self._values = values
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer)

    def read(self, size: int) -> str:
        """Return whole rows, about as much as is asked for; nothing at the end."""
        self._buffer.seek(0)
        self._buffer.truncate()
        try:
            for row in self._values:
                self._writer.writerow(row)
                if self._buffer.tell() >= size:
                    break
        except Exception as error:
            self.stopped_by = error
            raise
        return self._buffer.getvalue()


def _finish(cursor: Any, built: str, columns: list[Column], count: int) -> None:
    """Give the table what CKAN expects of one: key, search index, dictionary, readers."""
    cursor.execute(f"ALTER TABLE {built} ADD PRIMARY KEY (_id)")
    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, '_id'), %s)", (built, count + 1))
    method = _quoted(tk.config["ckan.datastore.default_fts_index_method"])
    cursor.execute(f"CREATE INDEX {built}_words ON {built} USING {method} (_full_text)")
    cursor.execute(
        f"CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON {built} "
        "FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()"
    )
    for column in columns:
        if column.info:
            # The space before the brace is how CKAN tells this form from an older one.
            comment = " " + json.dumps({"_info": column.info}, ensure_ascii=False)
            cursor.execute(
                f"COMMENT ON COLUMN {built}.{_quoted(column.name)} IS {_literal(cursor, comment)}"
            )
    reader = sa.engine.make_url(tk.config["ckan.datastore.read_url"]).username or ""
    cursor.execute(f"GRANT SELECT ON {built} TO {_quoted(reader)}")


def _swap(cursor: Any, resource_id: str, built: str, count: int) -> None:
    """Put the built table in the place of the old one, between two readers.

    Raises:
        LockNotAvailable: somebody reads the old table for too long; it is tried again later.
    """
    table = _quoted(resource_id)
    # The name that CKAN gives it: another one, and CKAN would build a second index.
    index = hashlib.sha1(f'{resource_id}"_full_text"'.encode(), usedforsecurity=False).hexdigest()
    cursor.execute(f"SET LOCAL lock_timeout = '{SWAP_WAIT}'")
    for tries_left in reversed(range(SWAP_TRIES)):
        cursor.execute("SAVEPOINT swap")
        try:
            cursor.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
            break
        except LockNotAvailable:
            cursor.execute("ROLLBACK TO SAVEPOINT swap")
            if not tries_left:
                raise
            time.sleep(SWAP_PAUSE)
    cursor.execute(f"ALTER TABLE {built} RENAME TO {table}")
    cursor.execute(f'ALTER INDEX {built}_words RENAME TO "{index}"')
    cursor.execute(
        "INSERT INTO _table_stats VALUES (%s, jsonb_build_object('rows', %s)) "
        "ON CONFLICT (resource_id) DO UPDATE SET stats = excluded.stats",
        (resource_id, count),
    )


def forget(resource_id: str) -> None:
    """Drop the table of a resource that is gone, and what was known of it."""
    with get_write_engine().begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{SWAP_WAIT}'")
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_quoted(resource_id)} CASCADE")
        connection.execute(
            sa.text("DELETE FROM _table_stats WHERE resource_id = :id"), {"id": resource_id}
        )
    model.Session.execute(sa.delete(Table).where(Table.resource_id == resource_id))


@owed.handler("tables-sweep")
def sweep(key: str, payload: dict[str, Any] | None) -> None:
    """Drop the tables of resources that were purged."""
    gone = ~sa.exists().where(model.Resource.id == Table.resource_id)
    for resource_id in model.Session.scalars(sa.select(Table.resource_id).where(gone)).all():
        forget(resource_id)


clock.schedule("tables-sweep", "30 3 * * *")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(cursor: Any, text: str) -> str:
    literal: str = cursor.mogrify("%s", (text,)).decode()
    return literal
