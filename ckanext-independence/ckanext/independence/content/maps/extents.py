"""Where the shapes of a table lie: their boxes, kept in memory per version of the table.

Owns reading a column of GeoJSON once, in small steps, into arrays of 40 bytes a row, and the
questions that a map asks of them. Keeps the last ``KEPT`` tables; one that belongs to no version,
since it takes rows by API, is looked at again after ten minutes. Refuses more shapes than ``MOST``.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import sqlalchemy as sa

if TYPE_CHECKING:
    from ..table.query import Query
    from .places import Box

__all__ = ["KEPT", "MOST", "Extents", "TooMany", "extents"]

MOST = 2_000_000
KEPT = 3
_SECONDS = 600
_PATIENCE = 60
_AT_ONCE = 10_000

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_POINTS = re.compile(
    r'(?:\{"type": ?"Point", ?"coordinates": ?\[NUMBER, ?NUMBER\]\}(?:\n|\Z))+'.replace(
        "NUMBER", _NUMBER.pattern
    ),
    re.ASCII,
)

Flags = np.ndarray[Any, np.dtype[np.bool_]]


class TooMany(Exception):
    """A table has more shapes than can be kept."""


@dataclass(frozen=True)
class Extents:
    """The boxes of all rows with a shape, as columns west, south, east, north.

    ``zero`` marks those at 0, 0; ``odd`` those that are no degrees or no shape; ``good`` the rest.
    """

    ids: np.ndarray[Any, np.dtype[np.int64]]
    boxes: np.ndarray[Any, np.dtype[np.float64]]
    zero: Flags
    odd: Flags
    good: Flags

    def meets(self, box: Box) -> Flags:
        """Return which of them reach into a box."""
        west, south, east, north = self.boxes.T
        return (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)

    def box(self, which: Flags) -> list[float | None]:
        """Return the box around some of them; Nones where there are none."""
        if not which.any():
            return [None] * 4
        some = self.boxes[which]
        return [*some[:, :2].min(axis=0).tolist(), *some[:, 2:].max(axis=0).tolist()]

    def cells(self, which: Flags, wide: float, tall: float) -> list[tuple[float, float, int]]:
        """Return longitude, latitude and count of some of them, put together by cells."""
        some = self.boxes[which]
        x, y = (some[:, 0] + some[:, 2]) / 2, (some[:, 1] + some[:, 3]) / 2
        keys = np.floor((y + 90) / tall) * 10_000_000 + np.floor((x + 180) / wide)
        _keys, place = np.unique(keys, return_inverse=True)
        count = np.bincount(place)
        at_x, at_y = np.bincount(place, x) / count, np.bincount(place, y) / count
        return list(zip(at_x.tolist(), at_y.tolist(), count.tolist(), strict=True))


_kept: OrderedDict[tuple[Any, ...], tuple[float, Extents]] = OrderedDict()
_guard = threading.Lock()
# Held by whoever reads a table, so that it is read once however many ask.
_reading: dict[tuple[Any, ...], threading.Lock] = {}


def extents(query: Query, connection: sa.Connection) -> Extents:
    """Return the boxes of a table's shapes, read once.

    Raises:
        TooMany: there are more than ``MOST``, or reading them takes longer than ``_PATIENCE``.
    """
    table = query.table
    if table.rows > MOST:
        raise TooMany
    key = (table.resource_id, table.version_id, table.sha256, table.rows)
    with _guard:
        lock = _reading.setdefault(key, threading.Lock())
    with lock:
        with _guard:
            known = _kept.get(key)
        is_fresh = known is not None and (
            table.version_id is not None or time.monotonic() - known[0] < _SECONDS
        )
        if known is None or not is_fresh:
            known = (time.monotonic(), _read(query, connection))
        with _guard:
            _kept[key] = known
            _kept.move_to_end(key)
            while len(_kept) > KEPT:
                oldest, _ = _kept.popitem(last=False)
                _reading.pop(oldest, None)
    return known[1]


def _read(query: Query, connection: sa.Connection) -> Extents:
    geometry = query.table.geometry
    if geometry is None:
        raise LookupError(f"{query.table.resource_id} has no shapes")
    column, id_ = query.source.c[geometry.name], query.source.c["_id"]
    statement = (
        sa.select(id_, column).select_from(query.source).where(column.is_not(None)).order_by(id_)
    )
    ids, boxes, after = [], [], 0
    until = time.monotonic() + _PATIENCE
    while True:
        rows = connection.execute(statement.where(id_ > after).limit(_AT_ONCE)).all()
        if not rows:
            break
        ids.append(np.array([row[0] for row in rows], dtype=np.int64))
        boxes.append(_boxes([row[1] for row in rows]))
        after = rows[-1][0]
        if sum(map(len, ids)) > MOST or time.monotonic() > until:
            raise TooMany
    all_ids = np.concatenate(ids) if ids else np.empty(0, dtype=np.int64)
    all_boxes = np.concatenate(boxes) if boxes else np.empty((0, 4))
    zero = (all_boxes == 0).all(axis=1)
    with np.errstate(invalid="ignore"):
        west, south, east, north = all_boxes.T
        inside = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    return Extents(all_ids, all_boxes, zero, ~inside, inside & ~zero)


def _boxes(texts: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the box of each GeoJSON text; NaN where it is no shape."""
    # Points are most of what there is in large tables; a million of them are read all at once.
    lines = "\n".join(texts)
    if _POINTS.fullmatch(lines):
        points = np.array(_NUMBER.findall(lines), dtype=np.float64).reshape(-1, 2)
        return np.hstack([points, points])
    return shapely.bounds(shapely.from_geojson(texts, on_invalid="ignore"))
