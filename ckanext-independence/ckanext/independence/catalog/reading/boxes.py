"""Where data lies: boxes, shapes and named places of a source.

Owns the reading of a box ("west,south,east,north"), GeoJSON and WKT into one box in
degrees, and of places that the city's file names. It looks no name up elsewhere.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .records import Problems
from .values import choices, is_blank, is_template, items, literal

_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_BOX = re.compile(rf"\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}\s*")
_WKT = re.compile(
    r"\s*(?:<[^>]*>\s*)?(?:SRID=\d+;)?\s*(POINT|POLYGON|MULTIPOLYGON|BBOX|ENVELOPE)\b",
    re.IGNORECASE,
)

Box = tuple[float, float, float, float]


def coverage(
    value: Any, field: str, places: Mapping[str, str], problems: Problems
) -> tuple[str | None, list[str]]:
    """Take over where a data set lies.

    Returns:
        a box as ``west,south,east,north`` or None, and the ids of named places
    """
    if is_blank(literal(value)):
        problems.say(field, "empty", None, "is empty.")
        return None, []
    boxes: list[Box] = []
    named: list[Any] = []
    for entry in items(literal(value)):
        boxes_here, names = _read(literal(entry))
        boxes.extend(boxes_here)
        named.extend(names)
        if (
            not boxes_here
            and not names
            and not (isinstance(entry, str) and is_template(entry, field, problems))
        ):
            problems.say(
                field,
                "spatial",
                entry,
                "is not a box in degrees. Left out.",
                "Give west, south, east and north, such as -94.50,39.01,-94.27,39.16.",
            )
    ids = choices(named, field, places, "place", problems) if named else []
    if not boxes:
        return None, ids
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return ",".join(
        f"{part:.6f}".rstrip("0").rstrip(".") for part in (west, south, east, north)
    ), ids


def _read(entry: Any) -> tuple[list[Box], list[Any]]:
    """Return the boxes and the names that one entry holds; neither where it is wrong."""
    if isinstance(entry, dict):
        return _read_object(entry)
    if not isinstance(entry, str):
        # 1.1's other shape: a list of pairs
        box = _bounds(entry) if isinstance(entry, list) else None
        return ([box] if box else []), []
    text = entry.strip()
    if text.startswith("{"):
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            return [], []
        return _read_object(parsed) if isinstance(parsed, dict) else ([], [])
    box = _box_of_text(text)
    if box:
        return [box], []
    if _BOX.fullmatch(text) or _WKT.match(text) or "{{" in text:
        return [], []
    return [], [text]


def _read_object(entry: dict[str, Any]) -> tuple[list[Box], list[Any]]:
    for key in ("bbox", "geometry", "coordinates", "centroid"):
        inner = literal(entry.get(key))
        if is_blank(inner):
            continue
        if isinstance(inner, str) and inner.strip().startswith("{"):
            try:
                inner = json.loads(inner)
            except (ValueError, RecursionError):
                continue
        if isinstance(inner, dict):
            inner = inner.get("coordinates") or inner.get("bbox")
        box = _box_of_text(inner) if isinstance(inner, str) else _bounds(inner)
        if box:
            return [box], []
    label = entry.get("prefLabel") or entry.get("name") or entry.get("title")
    return [], [literal(label)] if not is_blank(label) else []


def _box_of_text(text: str) -> Box | None:
    if _BOX.fullmatch(text):
        west, south, east, north = (float(part) for part in text.split(","))
        return _checked((west, south, east, north))
    match = _WKT.match(text)
    if not match:
        return None
    numbers = [float(part) for part in re.findall(_NUMBER, text[match.end() :])[:100_000]]
    if match[1].upper() == "ENVELOPE":  # ENVELOPE(west, east, north, south)
        if len(numbers) != 4:
            return None
        return _checked((numbers[0], numbers[3], numbers[1], numbers[2]))
    if match[1].upper() == "BBOX":
        return (
            _checked((numbers[0], numbers[1], numbers[2], numbers[3]))
            if len(numbers) == 4
            else None
        )
    if len(numbers) < 2 or len(numbers) % 2:
        return None
    xs, ys = numbers[::2], numbers[1::2]
    return _checked((min(xs), min(ys), max(xs), max(ys)))


def _bounds(coordinates: Any) -> Box | None:
    """Return the box around GeoJSON coordinates of any nesting, or around a list of four."""
    if (
        isinstance(coordinates, list)
        and len(coordinates) == 4
        and all(map(_is_number, coordinates))
    ):
        return _checked(tuple(float(part) for part in coordinates))
    points: list[tuple[float, float]] = []
    for point in _points(coordinates, 0):
        if point is None:  # at once: what nests without end is never walked
            return None
        points.append(point)
    if not points:
        return None
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return _checked((min(xs), min(ys), max(xs), max(ys)))


def _points(value: Any, depth: int) -> Iterator[tuple[float, float] | None]:
    if not isinstance(value, list) or depth > 6 or not value:
        yield None
    elif all(map(_is_number, value)):
        yield (float(value[0]), float(value[1])) if len(value) in (2, 3) else None
    else:
        for member in value:
            yield from _points(member, depth + 1)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e6


def _checked(box: tuple[float, ...]) -> Box | None:
    west, south, east, north = box
    sound = all(math.isfinite(part) for part in box)
    sound = sound and -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return (west, south, east, north) if sound else None
