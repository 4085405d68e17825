"""How often things happen: seasons, weekdays, hours, and counts of a day.

Owns the dice. A day's dice depend on the table and the day alone, so a sample made tomorrow
tells the same yesterday. Refuses to know what it is that happens.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import exp, sqrt
from random import Random
from typing import Any

from generator.dates import Period
from generator.geography import Weighted

EVEN_YEAR: Sequence[float] = (1.0,) * 12
SUMMER: Sequence[float] = (0.84, 0.82, 0.93, 0.99, 1.08, 1.14, 1.17, 1.15, 1.07, 1.02, 0.92, 0.87)
GROWING: Sequence[float] = (0.30, 0.35, 0.75, 1.30, 1.75, 1.70, 1.50, 1.30, 1.05, 0.85, 0.60, 0.40)
BUILDING: Sequence[float] = (0.60, 0.65, 0.95, 1.20, 1.30, 1.25, 1.15, 1.15, 1.10, 1.10, 0.85, 0.65)
FREEZE_AND_THAW: Sequence[float] = (
    1.55,
    1.90,
    2.10,
    1.45,
    0.95,
    0.70,
    0.60,
    0.55,
    0.60,
    0.70,
    0.75,
    1.05,
)
STORMS: Sequence[float] = (0.65, 0.60, 0.85, 1.20, 1.60, 1.85, 1.65, 1.30, 0.85, 0.65, 0.60, 0.75)
FROST: Sequence[float] = (2.30, 1.80, 1.00, 0.60, 0.50, 0.55, 0.80, 0.95, 0.75, 0.65, 0.90, 1.60)

EVERY_DAY: Sequence[float] = (0.97, 0.97, 0.98, 1.00, 1.06, 1.06, 0.96)
OFFICE_DAYS: Sequence[float] = (1.55, 1.45, 1.40, 1.35, 1.25, 0.0, 0.0)
# Offices close on these days of the year, month and day; the movable ones are left out.
HOLIDAYS = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))

AROUND_THE_CLOCK = Weighted(dict(enumerate(
    (30, 24, 20, 14, 11, 13, 20, 32, 40, 44, 47, 50, 54, 53, 54, 58, 62, 64, 61, 57, 53, 49, 43, 36)
)))  # fmt: skip


@dataclass
class Table:
    """Rows in the order of `columns`; `geometries`, where there are shapes, has one per row."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    geometries: list[dict[str, Any]] = field(default_factory=list)


def dice(*parts: object) -> Random:
    """Make the dice of one thing, the same in every run."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - a made-up city has no secrets


def count(rng: Random, mean: float) -> int:
    """Draw a Poisson count; above 25 by its normal approximation."""
    if mean > 25:
        return max(0, round(rng.gauss(mean, sqrt(mean))))
    limit, product, drawn = exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        drawn += 1
    return drawn


def daily(
    name: str,
    period: Period,
    per_day: float,
    *,
    season: Sequence[float] = EVEN_YEAR,
    week: Sequence[float] = EVERY_DAY,
    growth: float = 0.0,
) -> Iterator[tuple[date, Random]]:
    """Yield the day and its dice once for every event of the period.

    Args:
        name: whose dice these are.
        period: first and last day.
        per_day: mean events a day in 2024.
        season: a factor for each month.
        week: a factor for each weekday, Monday first; `OFFICE_DAYS` also keeps holidays.
        growth: change a year, as a fraction.
    """
    for day in period.days():
        if week is OFFICE_DAYS and (day.month, day.day) in HOLIDAYS:
            continue
        rng = dice(name, day.isoformat())
        mean = per_day * season[day.month - 1] * week[day.weekday()]
        for _ in range(count(rng, mean * (1 + growth * (day.year - 2024)))):
            yield day, rng


def moment(rng: Random, day: date, hours: Weighted[int] = AROUND_THE_CLOCK) -> datetime:
    """Draw a local time on the day, to the minute."""
    return datetime.combine(day, time(hours.pick(rng), rng.randrange(60)))


def later(
    rng: Random, day: date | None, mean_days: float, end: date, minimum: int = 0
) -> date | None:
    """Draw the day on which what began is finished; None when that is after the end.

    Throws the dice even where nothing began (no day): were a throw left out because the end is
    near, all that the same dice tell afterwards would change when the end moves.
    """
    wait = timedelta(days=minimum + int(rng.expovariate(1 / mean_days)))
    return day + wait if day is not None and day + wait <= end else None


class Numbers:
    """Running numbers that start again each year, as in `PD25-000417`."""

    def __init__(self, form: str) -> None:
        """Begin every year at one; `form` names `year` and `number`."""
        self._form = form
        self._last: dict[int, int] = {}

    def next(self, day: date) -> str:
        """Give the next number of the day's year."""
        self._last[day.year] = self._last.get(day.year, 0) + 1
        return self._form.format(year=day.year % 100, number=self._last[day.year])

    def before(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Order rows by the moment that they begin with, and put a number before each."""
        return [(self.next(row[0]), *row) for row in sorted(rows, key=lambda row: row[0])]
