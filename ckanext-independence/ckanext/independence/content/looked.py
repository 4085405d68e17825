"""What came of looking into resources' files, in bulk, for the slices that judge files.

Owns the one question to the tables of versions and contents: which version counts, how far the
load came with it, and what was counted in it and in the one before. Refuses to pass on a cell of
a file: of rows that were set aside it tells number, kind and reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from . import described
from .described import Described

__all__ = ["Looked", "columns_of", "looked_into"]

# The version that is served counts; where none is, the one that came last.
_VERSIONS = sa.text(
    """
    SELECT v.resource_id, v.sha256, v.created, v.served, v.state, v.reason,
           f.status, f.message, f.rows,
           f.set_aside, f.profile, coalesce(c.streamed, false) AS streamed,
           c.columns AS words, f.outcome #>> '{reading,kind}' AS kind,
           f.outcome #> '{tables,0,columns}' AS columns,
           CASE WHEN jsonb_typeof(f.outcome #> '{reading,unpivot}') = 'object'
                 AND f.outcome #> '{reading,unpivot}' <> '{}' THEN NULL
                ELSE (f.outcome #>> '{tables,0,source_rows}')::bigint
                     - (f.outcome #>> '{tables,0,blank_rows}')::bigint
                     - jsonb_array_length(f.outcome #> '{tables,0,header_rows}')
           END AS data_rows,
           CASE WHEN f.set_aside > 0 THEN (
               SELECT jsonb_agg(a.value - 'cells' ORDER BY a.ordinality)
                 FROM jsonb_array_elements(f.outcome #> '{tables,0,set_aside}')
                      WITH ORDINALITY AS a
           ) END AS asides,
           b.rows AS rows_before, b.columns AS columns_before
      FROM (
          SELECT DISTINCT ON (resource_id) *
            FROM independence_catalog_version
           WHERE resource_id = ANY(:ids)
           ORDER BY resource_id, served DESC, id DESC
      ) v
      LEFT JOIN independence_content_version f ON f.version_id = v.id
      LEFT JOIN independence_content_resource c ON c.resource_id = v.resource_id
      LEFT JOIN LATERAL (
          SELECT bf.rows, (
              SELECT jsonb_agg(one.value ->> 'name' ORDER BY one.ordinality)
                FROM jsonb_array_elements(bf.outcome #> '{tables,0,columns}')
                     WITH ORDINALITY AS one
          ) AS columns
            FROM independence_catalog_version bv
            JOIN independence_content_version bf ON bf.version_id = bv.id
           WHERE bv.resource_id = v.resource_id AND bv.source = v.source AND bv.id < v.id
             AND bv.state = 'served' AND bf.rows IS NOT NULL
           ORDER BY bv.id DESC LIMIT 1
      ) b ON true
    """
)


@dataclass(frozen=True)
class Looked:
    """What is known of the file that counts for a resource.

    Attributes:
        sha256: of its bytes.
        created: when it came.
        served: whether it is the one that is served.
        status: as in ``model.Found``; ``held`` where it is kept back unread.
        message: what the reader said of it.
        kind: of file, as ``reading.model.Reading`` names it; "" where nobody knows.
        rows: of its table.
        set_aside: rows that the table could not take.
        asides: the first of these: dicts with ``row``, ``kind`` and ``reason``.
        data_rows: rows of the file below its header that hold a value; None where that is not
            known, or where columns of the file became rows of the table.
        columns: dicts with ``name``, ``label``, ``type``, ``description``, ``unit``, ``role``,
            ``codes``.
        profile: of each column by its name.
        rows_before: of the version that was served before it.
        columns_before: names of that version's columns.
        table: the resource's table, None without one.
        streamed: whether its rows come by API, and not from the file.
    """

    sha256: str
    created: datetime
    served: bool
    status: str
    message: str = ""
    kind: str = ""
    rows: int | None = None
    set_aside: int | None = None
    asides: Sequence[Mapping[str, Any]] = ()
    data_rows: int | None = None
    columns: Sequence[Mapping[str, Any]] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    rows_before: int | None = None
    columns_before: Sequence[str] | None = None
    table: Described | None = None
    streamed: bool = False


def looked_into(resource_ids: Sequence[str]) -> tuple[dict[str, Looked], dict[str, Described]]:
    """Return what is known of these resources' files, and their tables, by resource.

    A resource that has a table without a file (its rows come by API) is in the second alone.
    """
    if not resource_ids:
        return {}, {}
    tables = described.tables(resource_ids)
    rows = model.Session.execute(_VERSIONS, {"ids": list(resource_ids)})
    return {row.resource_id: _looked(row, tables.get(row.resource_id)) for row in rows}, tables


def _looked(row: Any, table: Described | None) -> Looked:
    told = {
        "sha256": row.sha256, "created": row.created, "served": row.served,
        "status": row.status or ("held" if row.state == "held" else "waiting"),
        "message": row.reason or row.message or "", "kind": row.kind or "",
        "table": table, "streamed": row.streamed,
    }  # fmt: skip
    if row.streamed or row.status != "loaded":
        return Looked(**told, columns=_columns(row, table), rows=table.rows if table else None)
    return Looked(
        **told,
        rows=row.rows,
        set_aside=row.set_aside,
        asides=row.asides or (),
        data_rows=row.data_rows,
        columns=_columns(row, table),
        profile=row.profile or {},
        rows_before=row.rows_before,
        columns_before=row.columns_before,
    )


def _columns(row: Any, table: Described | None) -> list[dict[str, Any]]:
    """Return the columns as the table's dictionary explains them, else as file and steward do."""
    if table is not None:
        return columns_of(table)
    words = {str(one.get("name")): one for one in row.words or ()}
    return [_column(one | words.get(str(one.get("name")), {})) for one in row.columns or ()]


def columns_of(table: Described) -> list[dict[str, Any]]:
    """Return a table's columns as dicts."""
    names = ("name", "label", "type", "description", "unit", "role", "codes")
    return [{name: getattr(column, name) for name in names} for column in table.columns]


def _column(said: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("name", "label", "type", "description", "unit", "role")
    return {name: str(said.get(name) or "") for name in texts} | {"codes": said.get("codes") or {}}
