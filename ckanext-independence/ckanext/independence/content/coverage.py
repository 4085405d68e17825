"""What time and which place a table covers, out of its profile. Pure.

Owns the choice of the column that says when things happened, and the box around what has a
place. Refuses to decide: what it finds is told with the column's name, and proposed.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Period", "box", "period", "together"]

# Columns that tell when somebody wrote, or what is still to come, not when things happened.
_ASIDE = re.compile(
    r"(^|[_\W])(updated?|modified|edited|loaded|extract(ed)?|import(ed)?|exported|birth|dob|due"
    r"|next|expir\w*|expected|planned|scheduled|target|renewal)([_\W]|$)"
)
_YEAR = re.compile(r"(^|[_\W])(year|yr)([_\W]|$)")
_YEARS = range(1700, 2200)
# A column that lacks more than a tenth of what the fullest one has says less of the whole.
_NEARLY = 0.9
# Degrees to four places: about eleven metres.
_PLACES = 4


@dataclass(frozen=True)
class Period:
    """First and last day, and what the column that says so is called."""

    start: dt.date
    end: dt.date
    column: str


def period(columns: Iterable[Mapping[str, Any]], today: dt.date) -> Period | None:
    """Return the days that a table's main column of dates runs over.

    Args:
        columns: in order, each with ``name``, ``label``, ``type`` and ``profile``
        today: what lies beyond next year is planned or mistyped, if another column is there

    Returns:
        of the columns of dates, or else of years, the first that is (nearly) the fullest and is
        not about writing, planning or birth; None where there is none.
    """
    found = []
    for column in columns:
        profile = column.get("profile") or {}
        said = f"{column.get('name') or ''} {column.get('label') or ''}".lower()
        by_year = column["type"] == "integer" and bool(_YEAR.search(said))
        if not by_year and column["type"] not in ("date", "timestamp"):
            continue
        days = _days(profile.get("min"), profile.get("max"), by_year)
        if days is None:
            continue
        doubtful = bool(_ASIDE.search(said)) or days[1].year > today.year + 1
        title = str(column.get("label") or column.get("name"))
        rank = (by_year, doubtful, -_share(profile))
        found.append((rank, Period(*days, title)))
    if not found:
        return None
    best = min(rank for rank, _period in found)
    for rank, one in found:
        if rank[:2] == best[:2] and rank[2] <= best[2] * _NEARLY:
            return one
    return None


def _share(profile: Mapping[str, Any]) -> float:
    filled = profile.get("filled")
    return float(filled) if isinstance(filled, int | float) else 0.0


def _days(low: Any, high: Any, by_year: bool) -> tuple[dt.date, dt.date] | None:
    try:
        if by_year:
            years = int(low), int(high)
            if years[0] not in _YEARS or years[1] not in _YEARS:
                return None
            return dt.date(years[0], 1, 1), dt.date(years[1], 12, 31)
        days = dt.date.fromisoformat(str(low)[:10]), dt.date.fromisoformat(str(high)[:10])
    except (TypeError, ValueError):
        return None
    return days if days[0].year in _YEARS and days[1].year in _YEARS else None


def box(columns: Iterable[Mapping[str, Any]], point: tuple[str, str] | None) -> list[float] | None:
    """Return west, south, east, north of what has a place in a table; None where nothing has.

    Args:
        columns: each with ``name``, ``type`` and ``profile``
        point: names of the columns of longitude and latitude, where there are such
    """
    columns = list(columns)
    profiles = {str(column["name"]): column.get("profile") or {} for column in columns}
    boxes = [
        profiles[str(column["name"])].get("bbox")
        for column in columns
        if column["type"] == "geometry"
    ]
    if point:
        longitude, latitude = (profiles.get(name) or {} for name in point)
        boxes.append(
            [longitude.get("min"), latitude.get("min"), longitude.get("max"), latitude.get("max")]
        )
    return together([made for made in map(_box, boxes) if made])


def _box(sides: Any) -> list[float] | None:
    try:
        west, south, east, north = (float(side) for side in sides)
    except (TypeError, ValueError):
        return None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    # Rounded outward, so that the box still holds everything.
    scale = 10**_PLACES
    low = [math.floor(round(side * scale, 3)) / scale for side in (west, south)]
    high = [math.ceil(round(side * scale, 3)) / scale for side in (east, north)]
    return [*low, *high]


def together(boxes: Sequence[Sequence[float]]) -> list[float] | None:
    """Return the box around boxes."""
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return [min(wests), min(souths), max(easts), max(norths)]
