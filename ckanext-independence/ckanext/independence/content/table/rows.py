"""The rows that answer a query, straight from the DataStore with its read-only user.

Owns paging by key, in both directions from a row that is named, and counting up to a limit.
Refuses to judge who may see a table, and to wait: what takes longer than a few seconds is given
up, and said so. A page costs about one look through the table, whichever page it is and however
few rows a filter leaves: those are found once, and counted and ordered among themselves.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine
from psycopg2 import errors
from sqlalchemy.dialects.postgresql import ARRAY

from ..described import Column
from .query import Query

__all__ = ["COUNTED", "SHOWN", "Page", "Row", "Unanswered", "one", "page"]

log = logging.getLogger(__name__)

COUNTED = 10_000
"""Up to how many rows are counted where a filter leaves some out."""

SHOWN = 500
"""How much of a text is fetched for a page of rows."""

_SECONDS = 5


class Unanswered(Exception):
    """The DataStore gave no answer; the message is for people."""


@dataclass(frozen=True)
class Row:
    """A row: its ``_id``, its values in the query's order of columns, its marks by column.

    Text, shapes, dates and times are text as PostgreSQL writes it; a long one ends after
    ``SHOWN`` characters and one more.
    """

    id: int
    values: Sequence[Any]
    marks: dict[str, str]


@dataclass(frozen=True)
class Page:
    """Some rows in order; whether there are others before and after them.

    ``count`` is how many rows the filters leave, None where they are more than ``COUNTED`` or
    there are no filters. ``moved`` tells that the row next to which the page was asked for is
    gone, so that this is the first page.
    """

    rows: Sequence[Row]
    has_before: bool
    has_after: bool
    count: int | None = None
    moved: bool = False


def page(query: Query) -> Page:
    """Return the page that a query asks for.

    Raises:
        Unanswered: it takes too long, or the table cannot be asked that.
    """
    anchor = query.after if query.after is not None else query.before
    backwards = query.last or (query.after is None and query.before is not None)
    with _asked() as connection:
        place = None if anchor is None else _place(connection, query, anchor)
        moved = anchor is not None and place is None
        if moved:
            backwards = False
        among = _few(connection, query) if query.is_filtered else None
        order = query.order(backwards=backwards)
        key = query.source.c["_id"]
        statement = (
            sa.select(key)
            .where(*(query.conditions() if among is None else [_one_of(query, among)]))
            .order_by(*order)
            .limit(query.limit + 1)
        )
        if place is not None:
            statement = statement.where(query.beyond(*place, backwards=backwards))
        # The rest of a row is read when the page is found, and not on the way to it.
        ids = statement.subquery("ids")
        whole = (
            sa.select(*_ready(query))
            .join_from(query.source, ids, key == ids.c["_id"])
            .order_by(*order)
        )
        found = [_row(query, row) for row in connection.execute(whole)]
    is_more = len(found) > query.limit
    del found[query.limit :]
    count = None if among is None else len(among)
    if backwards:
        return Page(found[::-1], is_more, place is not None, count)
    return Page(found, place is not None, is_more, count, moved)


def one(query: Query, id_: int) -> Row | None:
    """Return one row of the table by its ``_id``; None where there is none.

    Raises:
        Unanswered: the table cannot be asked.
    """
    with _asked() as connection:
        statement = sa.select(*_ready(query, whole=True)).where(query.source.c["_id"] == id_)
        row = connection.execute(statement).first()
    return None if row is None else _row(query, row)


def _few(connection: Any, query: Query) -> list[int] | None:
    """Return the ``_id`` of all rows that the filters leave; None where they are many."""
    statement = sa.select(query.source.c["_id"]).where(*query.conditions()).limit(COUNTED + 1)
    found = list(connection.execute(statement).scalars())
    return None if len(found) > COUNTED else found


def _one_of(query: Query, ids: list[int]) -> sa.ColumnElement[bool]:
    return query.source.c["_id"] == sa.func.any(sa.bindparam("ids", ids, ARRAY(sa.BigInteger)))


def _place(connection: Any, query: Query, id_: int) -> tuple[int, bool] | None:
    """Return what ``Query.beyond`` wants to know of a row; None where it is gone."""
    key = query.source.c["_id"]
    is_empty = query.source.c[query.sort.name].is_(None) if query.sort else sa.false()
    row = connection.execute(sa.select(is_empty).where(key == id_)).first()
    return None if row is None else (id_, bool(row[0]))


def _ready(query: Query, *, whole: bool = False) -> list[sa.ColumnElement[Any]]:
    def value(column: Column) -> sa.ColumnElement[Any]:
        stored: sa.ColumnElement[Any] = query.source.c[column.name]
        if column.type in ("integer", "numeric", "boolean"):
            return stored
        # PostgreSQL knows days that Python does not, and texts that no page has room for.
        text = sa.cast(stored, sa.Text)
        is_long = column.type in ("text", "geometry") and not whole
        return sa.func.left(text, SHOWN + 1) if is_long else text

    marks = [sa.cast(query.source.c["_marks"], sa.Text)] if query.table.marked else []
    return [query.source.c["_id"], *map(value, query.columns), *marks]


def _row(query: Query, row: Any) -> Row:
    values = list(row)
    marks = values.pop() if query.table.marked else None
    return Row(values[0], values[1:], json.loads(marks) if marks else {})


@contextmanager
def _asked() -> Iterator[Any]:
    """Give a connection on which a statement may run for a few seconds.

    Raises:
        Unanswered: a statement was given up or refused.
    """
    try:
        with get_read_engine().connect() as connection:
            # Compiling a plan takes longer than running it here.
            connection.exec_driver_sql(
                f"SET LOCAL statement_timeout = {round(_SECONDS * 1000)}; SET LOCAL jit = off"
            )
            yield connection
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, errors.QueryCanceled):
            raise Unanswered(
                f"This takes longer than {_SECONDS} seconds, so it was given up. Filter by fewer "
                "columns or sort by another one, or download the table and look there."
            ) from error
        if isinstance(error.orig, errors.UndefinedTable | errors.UndefinedColumn):
            raise Unanswered("The table has just been replaced. Load the page again.") from error
        log.exception("a table could not be asked")
        raise Unanswered(
            "The table does not answer at present. Try again in a minute, or download the file."
        ) from error
