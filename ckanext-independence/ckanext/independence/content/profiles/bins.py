"""Bins of a histogram with edges that a person would choose.

Owns the steps: 1, 2, 2.5, 5 and their tens for numbers; minutes, hours, days, months and years
for moments. At most twenty bins, from the edge at or below the least value to the one at or above
the greatest; a value on an edge belongs to the bin that begins there, the last edge to the last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

__all__ = ["MOST", "Bins", "bins_of_moments", "bins_of_numbers", "bins_of_times"]

MOST = 20

# What floating point may miss an edge by, in bins.
_NEAR = 1e-9
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_MINUTES = [n * _MINUTE for n in (1, 5, 15, 30)]
_HOURS = [n * _HOUR for n in (1, 2, 6, 12)]
_SECONDS = [1, 5, 15, 30, *_MINUTES, *_HOURS, _DAY, 2 * _DAY, 7 * _DAY]
_MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 12_000, 120_000]


@dataclass(frozen=True)
class Bins:
    """Equal steps along an axis.

    Attributes:
        axis: number, second (since 1970) or month (since the year 0).
        start: the first edge on the axis.
        step: the width of a bin.
        edges: as they are told, one more than there are bins.
    """

    axis: str
    start: float
    step: float
    edges: list[int | float | str]


def bins_of_numbers(least: float, greatest: float, *, whole: bool) -> Bins:
    """Return the bins of numbers; ``whole`` ones have no step below 1."""
    span = greatest - least
    step = 1.0
    if span > 0:
        power = 10.0 ** math.floor(math.log10(span / MOST))
        power = max(power, 1.0) if whole else power
        steps = (power * factor for factor in (1, 2, 2.5, 5, 10, 20, 25, 50))
        step = next(s for s in steps if _closed(least, greatest, s, whole) <= MOST)
    count = _closed(least, greatest, step, whole)
    first = math.floor(least / step + _NEAR)
    places = max(0, 1 - math.floor(math.log10(step)))
    edges = [round((first + i) * step, places) for i in range(count + 1)]
    integral = all(float(edge).is_integer() and abs(edge) < 2**53 for edge in edges)
    return Bins("number", first * step, step, [int(e) if integral else e for e in edges])


def _closed(least: float, greatest: float, step: float, whole: bool) -> int:
    """Return how many bins there are; whole numbers have each its own where the step is 1."""
    if whole and (step < 1 or not step.is_integer()):
        return MOST + 1
    if whole and step == 1:
        return _count(least, greatest, step)
    first = math.floor(least / step + _NEAR)
    return max(1, math.ceil(greatest / step - first - _NEAR))


def bins_of_moments(least: datetime, greatest: datetime, *, days: bool) -> Bins:
    """Return the bins of moments; where these are whole ``days``, so are the edges."""
    low, high = _seconds(least), _seconds(greatest)
    for step in (s for s in _SECONDS if not days or s >= _DAY):
        # Weeks begin on a Monday; 1970 began on a Thursday.
        shift = 4 * _DAY if step == 7 * _DAY else 0
        if (count := _count(low - shift, high - shift, step)) <= MOST:
            start = math.floor((low - shift) / step) * step + shift
            edges = [_moment(start + i * step, step) for i in range(count + 1)]
            return Bins("second", start, step, [*edges])
    low, high = (moment.year * 12 + moment.month - 1 for moment in (least, greatest))
    step = next(s for s in _MONTHS if _count(low, high, s) <= MOST)
    start = low // step * step
    edges = [f"{m // 12:04}-{m % 12 + 1:02}-01" for m in
             range(start, start + (_count(low, high, step) + 1) * step, step)]  # fmt: skip
    return Bins("month", start, step, [*edges])


def bins_of_times(least: time, greatest: time) -> Bins:
    """Return the bins of times of day; the last edge may be 24:00."""
    low, high = (datetime.combine(date(1970, 1, 1), at) for at in (least, greatest))
    bins = bins_of_moments(low, high, days=False)
    midnight = "1970-01-02T00:00:00"
    edges = ["24:00:00" if edge == midnight else str(edge)[11:] for edge in bins.edges]
    return replace(bins, edges=[*edges])


def _count(least: float, greatest: float, step: float) -> int:
    return math.floor(greatest / step) - math.floor(least / step) + 1


def _seconds(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1)).total_seconds() // 1)


def _moment(seconds: int, step: int) -> str:
    moment = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    return date.isoformat(moment.date()) if step >= _DAY else moment.isoformat()
