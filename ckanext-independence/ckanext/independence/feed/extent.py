"""Where and when: boxes and periods, of one data set or of all of a series.

Owns their sums, and a box as text and as GeoJSON (RFC 7946), to six decimals, which is a
hand's breadth. A box that is none, and a place whose box nobody knows, cover nothing that
can be said: both give None.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from .source import Box, Site, Source, listed

__all__ = [
    "Period", "around", "as_geometry", "as_text", "at_midnight", "box", "box_of_all", "of_all",
    "period", "places",
]  # fmt: skip

Period = tuple[str | None, str | None]
"""The first and the last day, as ISO dates; an open end is None."""


def box(dataset: Source, site: Site) -> Box | None:
    """Return the box that a data set was given, or the one around its named places."""
    drawn = _parsed(dataset.get("spatial_bbox") or "")
    return drawn or around(box for _, box in _places(dataset, site))


def box_of_all(members: Iterable[Source], site: Site) -> Box | None:
    """Return the box around those data sets of a series that have one."""
    return around([one for member in members if (one := box(member, site))])


def around(boxes: Iterable[Box | None]) -> Box | None:
    """Return the box around boxes; None where there are none or where one is not known."""
    known = list(boxes)
    sure = [one for one in known if one]
    if not sure or len(sure) < len(known):
        return None
    west, south, east, north = zip(*sure, strict=True)
    return _rounded(min(west), min(south), max(east), max(north))


def places(dataset: Source, site: Site) -> list[str]:
    """Return the titles of a data set's named places."""
    return [title for title, _ in _places(dataset, site)]


def as_text(box: Box) -> str:
    """Return a box as "west,south,east,north"."""
    return ",".join(f"{part:.6f}".rstrip("0").rstrip(".") for part in box)


def as_geometry(box: Box) -> dict[str, Any]:
    """Return a box as GeoJSON: a counterclockwise polygon; without area, a line or a point."""
    west, south, east, north = box
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    if west == east or south == north:
        return {"type": "LineString", "coordinates": [[west, south], [east, north]]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def period(dataset: Source) -> Period:
    """Return the days that a data set covers."""
    return dataset.get("temporal_start") or None, dataset.get("temporal_end") or None


def of_all(members: Iterable[Source]) -> Period:
    """Return the days that a series covers: open where one of its data sets is open."""
    known = [days for member in members if any(days := period(member))]
    starts, ends = [start for start, _ in known if start], [end for _, end in known if end]
    return (
        min(starts) if starts and len(starts) == len(known) else None,
        max(ends) if ends and len(ends) == len(known) else None,
    )


@lru_cache(maxsize=4096)
def at_midnight(day: str, timezone: str) -> str:
    """Return the beginning of a day where the city is, as RFC 3339 has it, with an offset.

    A time of day that is there already stays; what is no date is returned as it came.
    """
    try:
        moment = dt.datetime.fromisoformat(day)
    except ValueError:
        return day
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    # Before there were time zones, the sun's own offset had seconds, which RFC 3339 has not.
    offset = moment.utcoffset() or dt.timedelta()
    minutes = dt.timedelta(minutes=round(offset.total_seconds() / 60))
    return moment.replace(tzinfo=dt.timezone(minutes)).isoformat()


def _places(dataset: Source, site: Site) -> list[tuple[str, Box | None]]:
    return [site.places[id_] for id_ in listed(dataset, "spatial_places") if id_ in site.places]


def _parsed(text: str) -> Box | None:
    try:
        west, south, east, north = (float(part) for part in str(text).split(","))
    except ValueError:
        return None
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return _rounded(west, south, east, north)
    return None


def _rounded(west: float, south: float, east: float, north: float) -> Box:
    # A negative zero would be another text than zero.
    return round(west, 6) + 0.0, round(south, 6) + 0.0, round(east, 6) + 0.0, round(north, 6) + 0.0
