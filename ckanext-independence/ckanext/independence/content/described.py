"""The tables that there are, as pages, exports and other slices need them described.

Owns one look at a resource's table: its columns as they are in the DataStore with what the
dictionary says of each, how many rows, which version they are of, and the profile. Refuses to
judge who may see it: callers pass resources that the reader may see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend.postgres import get_read_engine

from ..catalog import shown
from ..catalog.interfaces import Facts
from ..catalog.site import city
from . import coverage
from .model import Contents, Found

__all__ = ["Column", "Described", "facts", "tables"]

# What PostgreSQL calls the types of `typing`, where the dictionary does not say.
_TYPES = {
    "bigint": "integer",
    "integer": "integer",
    "smallint": "integer",
    "numeric": "numeric",
    "double precision": "numeric",
    "real": "numeric",
    "date": "date",
    "boolean": "boolean",
    "time without time zone": "time",
}

_COLUMNS = sa.text(
    """
    SELECT t.relname AS resource_id, a.attname AS name, t.reltuples AS estimate,
           format_type(a.atttypid, NULL) AS kind, d.description AS comment
      FROM pg_class t
      JOIN pg_attribute a ON a.attrelid = t.oid
      LEFT JOIN pg_description d
        ON d.objoid = t.oid AND d.objsubid = a.attnum AND d.classoid = 'pg_class'::regclass
     WHERE t.relname = ANY(:ids) AND t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
       -- One that is held back is closed to the reader before it is gone.
       AND has_table_privilege(t.oid, 'SELECT')
       AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY t.relname, a.attnum
    """
)


@dataclass(frozen=True)
class Column:
    """A column of a table. ``profile`` is what ``profiles`` found, empty where nobody looked.

    ``type`` is one of text, integer, numeric, date, timestamp, time, boolean, geometry; ``role``
    is one of the dictionary's roles or empty; ``codes`` maps values to what they mean.
    """

    name: str
    type: str
    label: str = ""
    description: str = ""
    unit: str = ""
    role: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.label or self.name


@dataclass(frozen=True)
class Described:
    """A resource's table. ``rows`` is exact where the load counted them, else an estimate.

    ``marked`` tables have a column ``_marks``: what stands in the file where a row has no value,
    as JSON by column, NULL where nothing is marked.
    """

    resource_id: str
    columns: Sequence[Column]
    rows: int
    version_id: int | None = None
    sha256: str | None = None
    searchable: bool = True
    marked: bool = False

    def column(self, name: str) -> Column | None:
        """Return a column by its name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def geometry(self) -> Column | None:
        """The column that holds shapes, as GeoJSON text in WGS 84."""
        return next((column for column in self.columns if column.type == "geometry"), None)

    @property
    def point(self) -> tuple[Column, Column] | None:
        """The columns that hold longitude and latitude in degrees."""
        longitude = self._named("longitude", "lon", "lng", "long", "x")
        latitude = self._named("latitude", "lat", "y")
        return (longitude, latitude) if longitude and latitude else None

    @property
    def explained(self) -> bool:
        """Whether somebody wrote what any column means."""
        return any(column.description or column.codes for column in self.columns)

    @property
    def covering(self) -> list[dict[str, Any]]:
        """Its columns as ``coverage`` takes them."""
        return [
            {"name": c.name, "label": c.label, "type": c.type, "profile": c.profile}
            for c in self.columns
        ]

    @property
    def box(self) -> list[float] | None:
        """West, south, east and north of what has a place in it."""
        point = self.point
        names = (point[0].name, point[1].name) if point else None
        return coverage.box(self.covering, names)

    def _named(self, role: str, *names: str) -> Column | None:
        numbers = [column for column in self.columns if column.type in ("numeric", "integer")]
        for wanted in (role, *names):
            for column in numbers:
                if column.role == wanted or column.name.lower() == wanted:
                    return column
        return None


def tables(resource_ids: Sequence[str]) -> dict[str, Described]:
    """Return the tables that these resources have, by resource."""
    if not resource_ids:
        return {}
    with get_read_engine().connect() as connection:
        rows = connection.execute(_COLUMNS, {"ids": list(resource_ids)}).all()
    found = _found([*{row.resource_id for row in rows}])
    described: dict[str, Described] = {}
    for resource_id in dict.fromkeys(row.resource_id for row in rows):
        stored = [row for row in rows if row.resource_id == resource_id]
        mine = [row for row in stored if not row.name.startswith("_")]
        known = found.get(resource_id)
        profile = (known.profile or {}) if known else {}
        described[resource_id] = Described(
            resource_id=resource_id,
            columns=[_column(row, profile) for row in mine],
            rows=known.rows
            if known and known.rows is not None
            else max(int(stored[0].estimate), 0),
            version_id=known.version_id if known else None,
            sha256=known.sha256 if known else None,
            searchable=known.searchable if known else True,
            marked=any(row.name == "_marks" for row in stored),
        )
    return described


def facts(resource_ids: Sequence[str]) -> dict[str, Facts]:
    """Return what is known of these resources' served files, for the other slices."""
    found = tables(resource_ids)
    addresses = _addresses([id for id, table in found.items() if table.explained])
    return {
        resource_id: _facts(table, addresses.get(resource_id))
        for resource_id, table in found.items()
    }


def _facts(table: Described, dictionary: str | None) -> Facts:
    days = coverage.period(table.covering, city().today())
    return Facts(
        rows=table.rows,
        columns=[
            {"name": c.name, "label": c.label, "type": c.type, "role": c.role}
            for c in table.columns
        ],
        sha256=table.sha256,
        dictionary=dictionary,
        start=days.start.isoformat() if days else None,
        end=days.end.isoformat() if days else None,
        bbox=table.box,
    )


def _addresses(resource_ids: Sequence[str]) -> dict[str, str]:
    """Return where the columns explained of these resources are, as a table that people open."""
    query = (
        sa.select(model.Resource.id, model.Package.name)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(model.Resource.id.in_(resource_ids))
    )
    return {
        row.id: shown.full(f"/dataset/{row.name}/resource/{row.id}/columns.csv")
        for row in model.Session.execute(query)
    }


def _found(resource_ids: Sequence[str]) -> dict[str, Any]:
    version = sa.table("independence_catalog_version", sa.column("id"), sa.column("sha256"))
    query = (
        sa.select(
            Contents.resource_id, Found.version_id, Found.rows, Found.profile, Found.searchable,
            version.c.sha256,
        )
        .join(Found, Found.version_id == Contents.version_id)
        .join(version, version.c.id == Contents.version_id)
        .where(Contents.resource_id.in_(resource_ids))
    )  # fmt: skip
    return {row.resource_id: row for row in model.Session.execute(query)}


def _column(row: Any, profile: Mapping[str, Any]) -> Column:
    info = _info(row.comment)
    kind = "timestamp" if row.kind.startswith("timestamp") else _TYPES.get(row.kind, "text")
    # The dictionary alone knows shapes, which are stored as text; else the stored type holds.
    if kind == "text" and info.get("type") == "geometry":
        kind = "geometry"
    codes = info.get("codes")
    return Column(
        name=row.name,
        type=kind,
        label=str(info.get("label") or ""),
        description=str(info.get("notes") or info.get("description") or ""),
        unit=str(info.get("unit") or ""),
        role=str(info.get("role") or ""),
        codes=codes if isinstance(codes, dict) else {},
        profile=profile.get(row.name) or {},
    )


def _info(comment: str | None) -> dict[str, Any]:
    try:
        info = json.loads(comment or "{}")
    except ValueError:
        return {}
    inner = info.get("_info", info) if isinstance(info, dict) else {}
    return inner if isinstance(inner, dict) else {}
