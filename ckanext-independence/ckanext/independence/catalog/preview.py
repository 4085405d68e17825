"""The first rows, the columns and the row counts of files that are in the DataStore.

Owns one look at each table, straight from the DataStore with its read-only user: CKAN's own
action asks again, for each table, who may read a data set that the page has just been allowed to
read. So it refuses to judge that: callers pass only files of a data set that the reader may see.
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend.postgres import get_read_engine

log = logging.getLogger(__name__)

# Below this, counting takes a few milliseconds; above, PostgreSQL's own estimate is told as one.
_COUNTED = 100_000

_KINDS = {
    "text": "text",
    "boolean": "yes or no",
    "date": "date",
    "integer": "whole number",
    "bigint": "whole number",
    "smallint": "whole number",
    "numeric": "number",
    "double precision": "number",
    "real": "number",
    "json": "structured",
    "jsonb": "structured",
}
_FIGURES = {"whole number", "number"}

_COLUMNS = sa.text(
    """
    SELECT t.relname, a.attname, format_type(a.atttypid, a.atttypmod), d.description, t.reltuples
    FROM pg_class t
    JOIN pg_attribute a ON a.attrelid = t.oid
    LEFT JOIN pg_description d
      ON d.objoid = t.oid AND d.objsubid = a.attnum AND d.classoid = 'pg_class'::regclass
    WHERE t.relname = ANY(:tables) AND t.relkind IN ('r', 'v', 'm')
      AND t.relnamespace = 'public'::regnamespace
      -- One that is held back is closed to the reader before it is gone.
      AND has_table_privilege(t.oid, 'SELECT')
      AND a.attnum > 0 AND NOT a.attisdropped AND left(a.attname, 1) <> '_'
    ORDER BY t.relname, a.attnum
    """
)


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, what it is called and means, its kind in words."""

    id: str
    label: str = ""
    description: str = ""
    unit: str = ""
    kind: str = "text"

    @property
    def is_figure(self) -> bool:
        """Tell whether its values are set to the right."""
        return self.kind in _FIGURES


@dataclass
class Table:
    """A file's table: its columns, how many rows, and the first of them where asked for."""

    columns: list[Column]
    rows: int
    estimated: bool = False
    first: list[list[str]] = field(default_factory=list)

    @property
    def explained(self) -> bool:
        """Tell whether somebody wrote what the columns mean."""
        return any(column.description for column in self.columns)


def tables(files: Sequence[str], show: str | None = None, limit: int = 10) -> dict[str, Table]:
    """Return the tables of these files that exist; none while the DataStore does not answer.

    Args:
        files: ids of resources that the reader may see
        show: the one whose first rows are wanted
        limit: how many rows
    """
    if not files:
        return {}
    try:
        with get_read_engine().connect() as connection:
            found = _described(connection, files)
            for name, table in found.items():
                if table.rows < _COUNTED:
                    table.rows = connection.execute(
                        sa.select(sa.func.count()).select_from(sa.table(name))
                    ).scalar_one()
                    table.estimated = False
            if show in found:
                wanted: list[Any] = [sa.column(column.id) for column in found[show].columns]
                rows = connection.execute(
                    sa.select(*wanted)
                    .select_from(sa.table(show))
                    .order_by(sa.column("_id"))
                    .limit(limit)
                )
                found[show].first = [[cell(value) for value in row] for row in rows]
            return found
    except sa.exc.SQLAlchemyError:
        # The page stands without its tables; what is wrong is for the log.
        log.exception("the DataStore did not answer")
        return {}


def _described(connection: Any, files: Sequence[str]) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for name, column, kind, comment, estimate in connection.execute(
        _COLUMNS, {"tables": list(files)}
    ):
        table = found.setdefault(name, Table([], rows=max(int(estimate), 0), estimated=True))
        info = _info(comment)
        table.columns.append(
            Column(
                column,
                str(info.get("label") or ""),
                str(info.get("notes") or info.get("description") or ""),
                str(info.get("unit") or ""),
                "date and time" if kind.startswith("timestamp") else _KINDS.get(kind, kind),
            )
        )
    return found


def _info(comment: str | None) -> dict[str, Any]:
    try:
        info = json.loads(comment or "{}")
    except ValueError:
        return {}
    if not isinstance(info, dict):
        return {}
    inner = info.get("_info", info)
    return inner if isinstance(inner, dict) else {}


def cell(value: Any) -> str:
    """Write a value as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == dt.time() else "%Y-%m-%d %H:%M")
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    return str(value)


_PUBLIC_TABLES = sa.text(
    """
    SELECT r.id FROM resource r JOIN package p ON p.id = r.package_id
    WHERE p.state = 'active' AND NOT p.private AND r.state = 'active'
      AND r.extras LIKE '%"datastore_active": true%'
    """
)
_kept: tuple[float, int] = (0.0, 0)


def rows_of_all(now: float | None = None) -> int:
    """Return about how many rows the public tables have together; looked up every ten minutes."""
    global _kept
    now = time.monotonic() if now is None else now
    if _kept[1] and now - _kept[0] < 600:
        return _kept[1]
    try:
        files = [row[0] for row in model.Session.execute(_PUBLIC_TABLES)]
        with get_read_engine().connect() as connection:
            rows = connection.execute(
                sa.text(
                    "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class"
                    " WHERE relname = ANY(:tables) AND relkind = 'r'"
                ),
                {"tables": files},
            ).scalar_one()
    except sa.exc.SQLAlchemyError:
        log.exception("the DataStore did not answer")
        return 0
    _kept = (now, rows)
    return rows
