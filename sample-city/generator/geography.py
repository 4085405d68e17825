"""The map that the rows happen on: districts, streets, hundred-blocks, parks and trails.

Owns places and their coordinates (longitude, latitude, as GeoJSON orders them). Refuses
rows: what happens in a place belongs to the subject's module under `tables/`.
"""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Generic, TypeVar

import yaml

Point = tuple[float, float]
Choice = TypeVar("Choice")

BLOCK_DEGREES_EAST = 0.00138
BLOCK_DEGREES_NORTH = 0.00107
WEST_EDGE, TRUMAN_ROAD = -94.50, 39.0956
FIRST_BLOCK_EAST = 8800
HOMES = {"arterial": 1.0, "collector": 2.0, "residential": 3.0}
TRAFFIC = {"arterial": 6.0, "collector": 2.0, "residential": 1.0}


class Weighted(Generic[Choice]):
    """A choice whose answers differ in likelihood; picks faster than `random.choices`."""

    def __init__(self, weights: Mapping[Choice, float]) -> None:
        """Take each answer with its weight; weights need not sum to anything."""
        self._choices = list(weights)
        self._cumulative = list(accumulate(weights.values()))

    def pick(self, rng: Random) -> Choice:
        """Draw one answer."""
        return self._choices[bisect(self._cumulative, rng.random() * self._cumulative[-1])]


@dataclass(frozen=True)
class Block:
    """One side-to-side stretch of a street with one hundred house numbers."""

    street: str
    number: int
    point: Point
    kind: str
    zip_code: str
    district: str

    @property
    def label(self) -> str:
        """Say the block without saying the house, as in `3600 block S Noland Rd`."""
        return f"{self.number} block {self.street}"

    @property
    def latitude(self) -> float:
        """Give the middle of the block in degrees north."""
        return self.point[1]

    @property
    def longitude(self) -> float:
        """Give the middle of the block in degrees east."""
        return self.point[0]

    @property
    def near(self) -> tuple[float, float]:
        """Give latitude and longitude to about 100 meters, where a place could lead to a person."""
        return round(self.point[1], 3), round(self.point[0], 3)


@dataclass(frozen=True)
class Street:
    """A whole street as one straight line."""

    name: str
    kind: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class City:
    """Everything that has a place, and ways to draw one at random."""

    districts: Sequence[Mapping[str, Any]]
    streets: Sequence[Street]
    parks: Mapping[str, Sequence[Any]]
    trails: Mapping[str, Mapping[str, Any]]
    homes: Weighted[Block] = field(init=False)
    traffic: Weighted[Block] = field(init=False)
    shops: Weighted[Block] = field(init=False)

    def __post_init__(self) -> None:
        """Weigh the blocks once: by homes, by traffic, and by shops along busy streets."""
        blocks = [block for street in self.streets for block in street.blocks]
        west_is_older = {block: 1.6 if block.longitude < -94.41 else 1.0 for block in blocks}
        weighings = {
            "homes": {b: HOMES[b.kind] * west_is_older[b] for b in blocks},
            "traffic": {b: TRAFFIC[b.kind] for b in blocks},
            "shops": {b: 1.0 for b in blocks if b.kind != "residential"},
        }
        for name, weights in weighings.items():
            object.__setattr__(self, name, Weighted(weights))

    def district_of(self, point: Point) -> str | None:
        """Name the council district that holds a point; None outside the city."""
        return next((d["id"] for d in self.districts if inside(point, d["ring"])), None)


def inside(point: Point, ring: Sequence[Sequence[float]]) -> bool:
    """Tell whether a ring holds a point: a ray to the east crosses it an odd number of times."""
    x, y = point
    held = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            held = not held
    return held


def read_city(path: Path) -> City:
    """Read the map and lay its streets out in hundred-blocks within the city limits."""
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = [
        (name, kind, [(x, lat) for x in _steps(west, east, BLOCK_DEGREES_EAST)])
        for name, (lat, west, east, kind) in words["east_west"].items()
    ] + [
        (name, kind, [(lon, y) for y in _steps(south, north, BLOCK_DEGREES_NORTH)])
        for name, (lon, south, north, kind) in words["north_south"].items()
    ]
    streets = []
    for name, kind, points in lines:
        vertical = name in words["north_south"]
        blocks = [_block(name, kind, point, vertical, words) for point in points]
        kept = {block.label: block for block in blocks if block is not None}
        streets.append(Street(name, kind, tuple(kept.values())))
    return City(words["districts"], streets, words["parks"], words["trails"])


def _steps(start: float, end: float, step: float) -> list[float]:
    return [round(start + step * (index + 0.5), 5) for index in range(int((end - start) / step))]


def _block(
    name: str, kind: str, point: Point, vertical: bool, words: Mapping[str, Any]
) -> Block | None:
    district = next((d["id"] for d in words["districts"] if inside(point, d["ring"])), None)
    if district is None:
        return None
    x, y = point
    if vertical:
        side = "N" if y > TRUMAN_ROAD else "S"
        number = 100 * (1 + int(abs(y - TRUMAN_ROAD) / BLOCK_DEGREES_NORTH))
        name = f"{side} {name}"
    else:
        number = FIRST_BLOCK_EAST + 100 * int((x - WEST_EDGE) / BLOCK_DEGREES_EAST)
    zip_code = next(
        code
        for code, (west, south, east, north) in words["zip_codes"].items()
        if west <= x < east and south <= y < north
    )
    return Block(name, number, point, kind, zip_code, district)
