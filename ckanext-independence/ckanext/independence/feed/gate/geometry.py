"""Whether data.gov can make a geometry of what a place says.

Owns the reading of its harvester: GeoJSON (RFC 7946) as an object or as text, or numbers with
commas, of a point or a box. It mends an open ring, a ring of the wrong direction and a point twice
in a row; it gives up on holes, crossings, heights, more than six decimals, more than 999 points and
places that are not on the globe. Refuses to know names of places: whether data.gov does is not
known, and of several of one name it takes none.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

_DECIMALS = 6
_MOST_POINTS = 999

_NUMBERS = (int, float)

_Point = tuple[float, float]


def resolves(value: dict[str, Any] | str) -> bool:
    """Say whether data.gov would draw this on its map."""
    try:
        if isinstance(value, dict):
            return _is_drawn(value)
        return _has_corners(value) or _text_is_drawn(json.loads(value))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        # What is not shaped as GeoJSON is, wherever in it that shows.
        return False


def _text_is_drawn(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) == 2 and all(len(corner) >= 2 for corner in value)
    if isinstance(value, dict) and value["type"] == "Feature":
        value = value["geometry"]
    return isinstance(value, dict) and _is_drawn(value)


def _has_corners(text: str) -> bool:
    """Say whether these are two or four numbers, with commas between them or blanks."""
    if len(text) > 200:
        return False
    parts = text.split(",") if "," in text else text.split()
    try:
        return len([float(part.replace("+", "")) for part in parts]) in (2, 4)
    except ValueError:
        return False


def _is_drawn(geometry: dict[str, Any]) -> bool:
    parts = geometry["coordinates"]
    match geometry["type"]:
        case "Point":
            return _points([parts]) is not None
        case "MultiPoint":
            return _points(parts) is not None
        case "LineString":
            return _is_line(parts)
        case "MultiLineString":
            return all(map(_is_line, parts))
        case "Polygon":
            return _is_area(parts, across=True)
        case "MultiPolygon":
            return all(_is_area(part, across=len(parts) == 1) for part in parts)
    return False


def _points(positions: Any) -> list[_Point] | None:
    """The positions as points; None where data.gov refuses one of them."""
    points: list[_Point] = []
    for position in positions:
        east, north = position
        for value in (east, north):
            if isinstance(value, bool) or not isinstance(value, _NUMBERS):
                raise TypeError
            if not math.isfinite(value) or round(value, _DECIMALS) != value:
                return None
        if not (-180 <= east <= 180 and -90 <= north <= 90):
            return None
        points.append((east, north))
    return points


def _is_line(positions: Any) -> bool:
    points = _points(positions)
    if points is None or not 2 <= len(points) <= _MOST_POINTS or _goes_around(points):
        return False
    return len(set(points)) >= len(points) - (points[0] == points[-1])


def _is_area(rings: Any, across: bool) -> bool:
    """Say whether one polygon is drawn; `across` where one over the 180th meridian is split."""
    if len(rings) == 1:
        points = _points(rings[0])
        if points is not None and not _goes_around(points):
            return len(points) <= _MOST_POINTS and _is_ring(points)
    return across and any(_goes_around([(at[0], at[1]) for at in ring]) for ring in rings)


def _is_ring(points: list[_Point]) -> bool:
    ring = [
        point for point, before in zip(points, [None, *points], strict=False) if point != before
    ]
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3 or len(set(ring)) < len(ring):
        return False
    return _is_box(ring) or _does_not_cross_itself(ring)


def _goes_around(points: Sequence[_Point]) -> bool:
    """Say whether a step leads over the 180th meridian."""
    lengths = [(east + 180) % 360 for east, _ in points]
    if not lengths or max(lengths) - min(lengths) <= 180:
        return False
    return any(abs(end - start) > 180 for start, end in pairwise(lengths))


def _is_box(ring: list[_Point]) -> bool:
    if len(ring) != 4:
        return False
    (a, b), (c, d), (e, f), (g, h) = ring
    return (a == c and d == f and e == g and h == b) or (b == d and c == e and f == h and g == a)


def _does_not_cross_itself(ring: list[_Point]) -> bool:
    # Most places are boxes; the library would cost every program that checks a feed its start.
    import shapely

    return bool(shapely.Polygon(ring).is_valid)
