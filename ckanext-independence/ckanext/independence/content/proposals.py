"""What a data set could say of itself, as its files have it: period, area, day of its data.

Owns the comparison of a data set with the tables of its files. Refuses to change anything: a
steward takes each proposal, or leaves it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ckan import model

from ..catalog.model import Version
from ..catalog.site import city
from . import coverage, described

__all__ = ["Proposal", "proposals"]


@dataclass(frozen=True)
class Proposal:
    """Values for fields of a data set, and where they come from.

    Attributes:
        about: ``period``, ``area`` or ``modified``.
        values: by field name, as the schema has them.
        column: the column that says so; empty where no single one does.
    """

    about: str
    values: Mapping[str, str]
    column: str = ""

    @property
    def key(self) -> str:
        """What a form sends to take exactly this proposal, and no later one."""
        return "|".join([self.about, *self.values.values()])


def proposals(data: Mapping[str, Any]) -> list[Proposal]:
    """Return what the files of a data set suggest and it does not say yet.

    Args:
        data: the data set, as ``package_show`` has it
    """
    files = [one["id"] for one in data.get("resources") or [] if one.get("datastore_active")]
    tables = list(described.tables(files).values())
    found = [_period(data, tables), _area(data, tables), _modified(data, tables)]
    return [one for one in found if one]


def _period(data: Mapping[str, Any], tables: Sequence[described.Described]) -> Proposal | None:
    today = city().today()
    periods = [one for one in (coverage.period(t.covering, today) for t in tables) if one]
    if not periods:
        return None
    start, end = min(one.start for one in periods), max(one.end for one in periods)
    values = {"temporal_start": start.isoformat(), "temporal_end": end.isoformat()}
    if all(data.get(name) == value for name, value in values.items()):
        return None
    columns = {one.column for one in periods}
    return Proposal("period", values, columns.pop() if len(columns) == 1 else "")


def _area(data: Mapping[str, Any], tables: Sequence[described.Described]) -> Proposal | None:
    box = coverage.together([made for made in (table.box for table in tables) if made])
    if box is None:
        return None
    try:
        west, south, east, north = map(float, (data.get("spatial_bbox") or "").split(","))
    except ValueError:
        pass
    else:
        if west <= box[0] and south <= box[1] and east >= box[2] and north >= box[3]:
            return None
    return Proposal("area", {"spatial_bbox": ",".join(map(_degrees, box))})


def _degrees(side: float) -> str:
    return f"{side:.4f}".rstrip("0").rstrip(".")


def _modified(data: Mapping[str, Any], tables: Sequence[described.Described]) -> Proposal | None:
    ids = [table.version_id for table in tables if table.version_id is not None]
    # What a command loaded came from elsewhere, and says of its day what it knows of it.
    latest: dt.datetime | None = model.Session.scalar(
        sa.select(sa.func.max(Version.created)).where(
            Version.id.in_(ids), Version.author.is_not(None)
        )
    )
    if latest is None:
        return None
    day = latest.astimezone(ZoneInfo(city().timezone)).date().isoformat()
    if day <= (data.get("data_modified") or ""):
        return None
    return Proposal("modified", {"data_modified": day})
