"""The places of a table: how many there are, where, and which lie in a part of the map.

Owns the two ways to a row's place: numbers of longitude and latitude, asked in SQL, and shapes,
whose extents are kept in memory per version (``extents``). Either way at most ``SINGLE`` rows
leave the DataStore for one part of the map; more become counts per cell of a grid, whose cells
stay where they are when the map is moved. Refuses to judge who may see the table and to wait:
after ``SECONDS`` a statement is stopped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine

from ..described import Described
from ..table.query import Query
from .extents import Extents, extents

__all__ = [
    "SECONDS", "SINGLE", "Box", "Cell", "Counts", "Part", "TooLong", "asked", "by_columns",
    "counts", "part",
]  # fmt: skip

SINGLE = 600
"""Up to how many places of a part of the map are shown each by itself."""

MOST_SENT = 600_000
"""Characters of shapes that one answer holds."""

SECONDS = 10
# How many cells of the grid lie along the longer side of a part, at the least.
_CELLS = 24


class TooLong(Exception):
    """The DataStore was stopped, because it took longer than ``SECONDS``."""


@dataclass(frozen=True)
class Box:
    """A part of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> Box:
        """Read ``west,south,east,north``; a map that was turned around the earth is cut.

        Raises:
            ValueError: it is none.
        """
        west, south, east, north = (float(value) for value in text.split(","))
        if not all(map(math.isfinite, (west, south, east, north))):
            raise ValueError(text)
        west, east = max(west, -180.0), min(east, 180.0)
        south, north = max(south, -90.0), min(north, 90.0)
        if west >= east or south >= north:
            raise ValueError(text)
        return cls(west, south, east, north)

    def within(self, outer: Box) -> bool:
        """Tell whether it lies in another."""
        return (
            self.west >= outer.west
            and self.south >= outer.south
            and self.east <= outer.east
            and self.north <= outer.north
        )

    def widened(self, part: float) -> Box:
        """Return it wider and higher by a part of itself on each side, and never a point."""
        wide = max((self.east - self.west) * part, 0.002)
        tall = max((self.north - self.south) * part, 0.002)
        return Box(self.west - wide, self.south - tall, self.east + wide, self.north + tall)

    @property
    def corners(self) -> list[float]:
        """Return west, south, east, north."""
        return [self.west, self.south, self.east, self.north]


@dataclass
class Counts:
    """How many rows have a place, and where those lie.

    ``missing`` have none; ``zero`` lie at 0, 0, where no city is; ``outside`` have numbers that
    are no degrees. ``box`` holds all places; ``near`` those within the box that was given, of
    which there are ``close``.
    """

    rows: int = 0
    placed: int = 0
    missing: int = 0
    zero: int = 0
    outside: int = 0
    close: int = 0
    box: Box | None = None
    near: Box | None = None


@dataclass(frozen=True)
class Cell:
    """Rows counted together, at the middle of their places."""

    longitude: float
    latitude: float
    rows: int


@dataclass
class Part:
    """What lies in a part of the map: cells, or the ``_id`` of each row with its geometry.

    Cells are ``wide`` degrees apart. Shapes are GeoJSON text, simplified; points are a pair of
    degrees.
    """

    rows: int = 0
    wide: float = 0.0
    cells: list[Cell] = field(default_factory=list)
    points: dict[int, tuple[float, float]] = field(default_factory=dict)
    shapes: dict[int, str] = field(default_factory=dict)


def counts(query: Query, city: Box) -> Counts:
    """Count the rows of a query by whether they have a place.

    Args:
        query: which rows of which table
        city: where places are expected

    Raises:
        TooLong: the DataStore was stopped.
        TooMany: there are more shapes than can be kept.
    """
    with asked() as connection:
        if by_columns(query.table):
            return _Columns(query, connection).counts(city)
        return _Shapes(query, connection).counts(city)


def part(query: Query, box: Box) -> Part:
    """Return what lies in a part of the map.

    Raises:
        TooLong: the DataStore was stopped.
        TooMany: there are more shapes than can be kept.
    """
    with asked() as connection:
        if by_columns(query.table):
            return _Columns(query, connection).part(box)
        return _Shapes(query, connection).part(box)


def by_columns(table: Described) -> bool:
    """Tell whether a table's places come from its longitude and latitude."""
    if table.point is None:
        return False
    geometry = table.geometry
    return geometry is None or geometry.profile.get("geometry") == "Point"


@contextmanager
def asked() -> Iterator[sa.Connection]:
    """Give a connection whose statements are stopped after ``SECONDS``.

    Raises:
        TooLong: one was.
    """
    try:
        with get_read_engine().begin() as connection:
            connection.execute(sa.text(f"SET LOCAL statement_timeout = {SECONDS * 1000}"))
            yield connection
    except sa.exc.OperationalError as error:
        if "statement timeout" in str(error.orig):
            raise TooLong from error
        raise


def _grid(box: Box) -> tuple[float, float]:
    """Return the width and height of a cell in degrees: halves of halves of the earth."""
    longer = max(box.east - box.west, (box.north - box.south) / _flat(box))
    wide = 360 / 2 ** math.ceil(math.log2(360 * _CELLS / longer))
    # A cell is about as high as it is wide on the screen; steps of 10 degrees keep it in place.
    return wide, wide * _flat(box)


def _flat(box: Box) -> float:
    """Return how much higher than wide a square of degrees is drawn, where the box lies."""
    middle = round((box.south + box.north) / 20) * 10
    return max(math.cos(math.radians(middle)), 0.1)


class _Columns:
    """Places by numbers of longitude and latitude."""

    def __init__(self, query: Query, connection: sa.Connection) -> None:
        if query.table.point is None:
            raise LookupError(f"{query.table.resource_id} has no longitude and latitude")
        longitude, latitude = query.table.point
        self.query, self.connection = query, connection
        self.x, self.y = query.source.c[longitude.name], query.source.c[latitude.name]
        self.id = query.source.c["_id"]

    def _select(self, *columns: Any) -> sa.Select[Any]:
        return sa.select(*columns).select_from(self.query.source).where(*self.query.conditions())

    def _in(self, box: Box) -> sa.ColumnElement[bool]:
        return sa.and_(self.x.between(box.west, box.east), self.y.between(box.south, box.north))

    def counts(self, city: Box) -> Counts:
        known = sa.and_(self.x.is_not(None), self.y.is_not(None))
        zero = sa.and_(self.x == 0, self.y == 0)
        placed = sa.and_(self._in(Box(-180, -90, 180, 90)), sa.not_(zero))
        close = sa.and_(self._in(city), placed)
        count = sa.func.count()

        def ends(which: sa.ColumnElement[bool]) -> list[Any]:
            return [
                sa.func.min(self.x).filter(which), sa.func.min(self.y).filter(which),
                sa.func.max(self.x).filter(which), sa.func.max(self.y).filter(which),
            ]  # fmt: skip

        row = self.connection.execute(
            self._select(
                count, count.filter(known), count.filter(zero), count.filter(placed),
                count.filter(close), *ends(placed), *ends(close),
            )
        ).one()  # fmt: skip
        rows, with_both, zeros, good, near = row[:5]
        return Counts(
            rows=rows, placed=good, missing=rows - with_both, zero=zeros,
            outside=with_both - zeros - good, close=near, box=_box(row[5:9]), near=_box(row[9:13]),
        )  # fmt: skip

    def part(self, box: Box) -> Part:
        wide, tall = _grid(box)
        x, y = sa.cast(self.x, sa.Float), sa.cast(self.y, sa.Float)
        column = sa.cast(sa.func.floor((x + 180) / wide), sa.Integer)
        line = sa.cast(sa.func.floor((y + 90) / tall), sa.Integer)
        inside = sa.and_(self._in(box), sa.not_(sa.and_(self.x == 0, self.y == 0)))
        cells = self.connection.execute(
            self._select(column, line, sa.func.count(), sa.func.avg(x), sa.func.avg(y))
            .where(inside)
            .group_by(column, line)
        ).all()
        found = Part(rows=sum(row[2] for row in cells), wide=wide)
        if found.rows > SINGLE:
            found.cells = [Cell(row[3], row[4], row[2]) for row in cells]
            return found
        singles = self.connection.execute(self._select(self.id, x, y).where(inside))
        found.points = {row[0]: (row[1], row[2]) for row in singles}
        return found


class _Shapes:
    """Places by a column of GeoJSON."""

    def __init__(self, query: Query, connection: sa.Connection) -> None:
        if query.table.geometry is None:
            raise LookupError(f"{query.table.resource_id} has no shapes")
        self.query, self.connection = query, connection
        self.column = query.source.c[query.table.geometry.name]
        self.id = query.source.c["_id"]
        self.all: Extents = extents(query, connection)

    def _wanted(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which of all rows with a shape the filters leave."""
        if not self.query.is_filtered:
            return np.ones(len(self.all.ids), dtype=bool)
        ids = self.connection.execute(
            sa.select(self.id).select_from(self.query.source).where(*self.query.conditions())
        )
        return np.isin(self.all.ids, np.fromiter((row[0] for row in ids), dtype=np.int64))

    def counts(self, city: Box) -> Counts:
        wanted = self._wanted()
        rows = self.connection.execute(
            sa.select(sa.func.count())
            .select_from(self.query.source)
            .where(*self.query.conditions())
        ).scalar_one()
        good = wanted & self.all.good
        close = good & self.all.meets(city)
        return Counts(
            rows=rows, placed=int(good.sum()), missing=rows - int(wanted.sum()),
            zero=int((wanted & self.all.zero).sum()), outside=int((wanted & self.all.odd).sum()),
            close=int(close.sum()), box=_box(self.all.box(good)), near=_box(self.all.box(close)),
        )  # fmt: skip

    def part(self, box: Box) -> Part:
        here = self._wanted() & self.all.good & self.all.meets(box)
        found = Part(rows=int(here.sum()))
        if found.rows > SINGLE:
            found.wide, tall = _grid(box)
            found.cells = [Cell(*cell) for cell in self.all.cells(here, found.wide, tall)]
            return found
        ids = [int(one) for one in self.all.ids[here]]
        rows = self.connection.execute(
            sa.select(self.id, self.column).where(self.id.in_(ids)).select_from(self.query.source)
        ).all()
        found.shapes = simplified({row[0]: row[1] for row in rows}, box)
        return found


def _box(ends: Sequence[Any]) -> Box | None:
    return None if ends[0] is None else Box(*(float(end) for end in ends))


def simplified(shapes: dict[int, str], box: Box) -> dict[int, str]:
    """Return shapes no finer than a part of the map can show, and never more than can be sent."""
    ids = list(shapes)
    whole = shapely.from_geojson([shapes[one] for one in ids], on_invalid="ignore")
    tolerance = (box.east - box.west) / 1500
    texts: dict[int, str] = {}
    for _attempt in range(10):
        drawn = shapely.simplify(whole, tolerance)
        drawn = shapely.transform(drawn, lambda points: np.round(points, 6))
        made = zip(ids, shapely.to_geojson(drawn), strict=True)
        texts = {one: text for one, text in made if text}
        if sum(map(len, texts.values())) <= MOST_SENT:
            break
        tolerance *= 2
    sent, room = {}, MOST_SENT
    for one, text in sorted(texts.items(), key=lambda item: len(item[1])):
        room -= len(text)
        if room < 0:
            break
        sent[one] = text
    return sent
