"""What the DataStore counts for a chart: at most ``MOST`` marks, and what they leave out.

Owns the SQL. Dates are put together by interval, categories are the ``TOP`` first with the rest
as one, numbers fall into steps, and many points become a grid of counts, so that a million rows
never leave the database. Names are quoted by SQLAlchemy and values bound. Refuses to judge who may
see the table and to say anything in words.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine

from ..table.query import Query
from .settings import Chart, is_number, is_when

__all__ = ["MOST", "Drawn", "Mark", "TooLong", "drawn"]

MOST = 2000
TOP = 20
SERIES = 6
# Ordered numbers, such as years or districts, are shown in their order up to so many.
IN_ORDER = 40
SECONDS = 10

Condition = sa.ColumnElement[bool]


class TooLong(Exception):
    """The DataStore was stopped, because counting took longer than ``SECONDS``."""


@dataclass(frozen=True)
class Mark:
    """One mark: where it begins and ends along, its series, its value, and its rows.

    ``x`` and ``to`` are numbers, texts or times; ``to`` is the end of a step and else None. The
    rest of the categories, and of the series, is ``REST``.
    """

    x: Any
    value: float | None
    by: Any = None
    to: Any = None
    rows: int | None = None


class _Rest:
    def __repr__(self) -> str:
        return "REST"


REST = _Rest()


@dataclass
class Drawn:
    """What was counted.

    Attributes:
        marks: in the order in which they are drawn.
        rows: how many rows the filters leave.
        empty: how many of them have no value where one is needed, and are in no mark.
        beyond: how many lie outside what is drawn.
        groups: how many values along there are, drawn or not.
        series: the names of the series, in order; ``REST`` last where there are more.
        interval: by which dates were put together.
        step: of a histogram, or of points that were put together; None where they were not.
    """

    marks: list[Mark] = field(default_factory=list)
    rows: int = 0
    empty: int = 0
    beyond: int = 0
    groups: int = 0
    series: list[Any] = field(default_factory=list)
    interval: str = ""
    step: float | None = None


def drawn(chart: Chart, query: Query) -> Drawn:
    """Count what a chart shows.

    Args:
        chart: what is asked for; its columns are the table's
        query: which rows of which table

    Raises:
        TooLong: it takes longer than ``SECONDS``.
    """
    counting = _Counting(chart, query)
    try:
        with get_read_engine().begin() as connection:
            connection.execute(sa.text(f"SET LOCAL statement_timeout = {SECONDS * 1000}"))
            return counting.run(connection)
    except sa.exc.OperationalError as error:
        if "statement timeout" in str(error.orig):
            raise TooLong from error
        raise


class _Counting:
    """One chart's questions to the DataStore."""

    def __init__(self, chart: Chart, query: Query) -> None:
        self.chart = chart
        self.table = query.table
        self.source = query.source
        self.conditions = query.conditions()
        self.x: sa.ColumnElement[Any] = self.source.c[chart.x]
        self.y = self.source.c[chart.y] if chart.y else None
        self.by = self.source.c[chart.by] if chart.by else None
        self.found = Drawn()
        self.splitting: sa.ColumnElement[Any] | None = None

    def run(self, connection: sa.Connection) -> Drawn:
        self.connection = connection
        along = self.table.column(self.chart.x)
        if along is None:
            raise LookupError(f"{self.table.resource_id} has no column {self.chart.x}")
        if self.chart.kind == "histogram":
            self._spread(along.type == "integer")
        elif self.chart.kind == "point":
            self._points()
        elif is_when(along):
            self._over_time()
        elif is_number(along) and self.chart.kind in ("line", "area"):
            self._in_order(MOST)
        else:
            self._categories(ordered=is_number(along))
        return self.found

    # ---- Pieces of SQL

    def _select(self, *columns: Any, where: Sequence[Condition] = ()) -> sa.Select[Any]:
        return sa.select(*columns).select_from(self.source).where(*self.conditions, *where)

    def _all(self, query: sa.Select[Any]) -> Sequence[Any]:
        return self.connection.execute(query).all()

    def _measure(self) -> sa.ColumnElement[Any]:
        if self.y is None:
            return sa.func.count()
        if self.chart.agg == "median":
            return sa.func.percentile_cont(0.5).within_group(_float(self.y))
        name = {"mean": "avg"}.get(self.chart.agg, self.chart.agg)
        return getattr(sa.func, name)(self.y)

    def _series(self) -> sa.ColumnElement[Any]:
        """Return the expression of the series; the names are kept in ``found``."""
        if self.by is None:
            return sa.null()
        if self.splitting is not None:
            return self.splitting
        text = sa.cast(self.by, sa.Text)
        count = sa.func.count()
        first = self._all(
            self._select(text, count, sa.func.count().over(), where=[self.x.is_not(None)])
            .group_by(text)
            .order_by(count.desc(), text)
            .limit(SERIES)
        )
        names = [row[0] for row in first]
        self.found.series = names + ([REST] if first and first[0][2] > SERIES else [])
        # Numbers of the places: the others and "no value" can be told apart in any language.
        places = [
            (text.is_(None) if name is None else text == name, place)
            for place, name in enumerate(names)
        ]
        self.splitting = sa.case(*places, else_=len(names)) if places else sa.null()
        return self.splitting

    def _named(self, place: Any) -> Any:
        return None if place is None else self.found.series[place]

    def _count(self, *needed: sa.ColumnElement[Any], extra: Sequence[Any] = ()) -> Sequence[Any]:
        whole = sa.and_(sa.true(), *(one.is_not(None) for one in needed))
        row = self._all(self._select(sa.func.count(), sa.func.count().filter(whole), *extra))[0]
        self.found.rows, self.found.empty = row[0], row[0] - row[1]
        return row[2:]

    # ---- Kinds of charts

    def _over_time(self) -> None:
        needed = [self.x] if self.y is None else [self.x, self.y]
        # PostgreSQL knows days, and an infinity of them, that a calendar does not show.
        shown = self.x.between(sa.literal_column("'1000-01-01'"), sa.literal_column("'9998-12-31'"))
        first, last = self._count(
            *needed,
            extra=(
                sa.func.min(self.x).filter(shown),
                sa.func.max(self.x).filter(shown),
            ),
        )
        if first is None:
            return
        interval = self.found.interval = self.chart.interval or _interval(first, last)
        start = sa.cast(sa.func.date_trunc(interval, self.x), sa.DateTime)
        series = self._series()
        group = [start] if self.by is None else [start, series]
        rows = self._all(
            self._select(start, series, self._measure(), sa.func.count(),
                         where=[shown, *(one.is_not(None) for one in needed)])
            .group_by(*group)
            .order_by(start.desc(), *group[1:])
            .limit(MOST + 1)
        )  # fmt: skip
        self.found.groups = len({row[0] for row in rows})
        kept = rows[:MOST][::-1]
        self.found.beyond = self.found.rows - self.found.empty - sum(row[3] for row in kept)
        marks = [
            Mark(row[0], _number(row[2]), self._named(row[1]), _end(row[0], interval), row[3])
            for row in kept
        ]
        if self.chart.agg in ("count", "sum") and self.by is None and len(rows) <= MOST:
            marks = _without_gaps(marks, interval)
        self.found.marks = marks

    def _in_order(self, most: int) -> None:
        needed = [self.x] if self.y is None else [self.x, self.y]
        self._count(*needed)
        series = self._series()
        group = [self.x] if self.by is None else [self.x, series]
        rows = self._all(
            self._select(self.x, series, self._measure(), sa.func.count(),
                         where=[one.is_not(None) for one in needed])
            .group_by(*group)
            .order_by(*group)
            .limit(most + 1)
        )  # fmt: skip
        kept = rows[:most]
        self.found.groups = len({row[0] for row in rows})
        self.found.beyond = self.found.rows - self.found.empty - sum(row[3] for row in kept)
        self.found.marks = [
            Mark(_number(row[0]), _number(row[2]), self._named(row[1]), None, row[3])
            for row in kept
        ]

    def _categories(self, ordered: bool) -> None:
        """Take the first by value, and put the rest together; a few numbers stay in order."""
        value, count = self._measure(), sa.func.count()
        needed = [] if self.y is None else [self.y]
        self._count(*needed)
        where = [one.is_not(None) for one in needed]
        grouped = (
            self._select(self.x.label("x"), value.label("value"), count.label("rows"), where=where)
            .group_by(self.x)
            .subquery()
        )
        rows = self._all(
            sa.select(grouped.c.x, grouped.c.value, grouped.c.rows, sa.func.count().over())
            .order_by(grouped.c.value.desc().nulls_last(), grouped.c.x)
            .limit(IN_ORDER if ordered else TOP + 1)
        )
        self.found.groups = groups = rows[0][3] if rows else 0
        if ordered and groups <= IN_ORDER:
            rows = sorted(rows, key=lambda row: (row[0] is None, row[0]))
        elif groups > TOP + 1:
            rows = rows[:TOP]
        first = [row[0] for row in rows]
        is_first = _among(self.x, first)
        if self.by is None:
            self.found.marks = [
                Mark(_number(row[0]), _number(row[1]), None, None, row[2]) for row in rows
            ]
        else:
            series = self._series()
            parts = self._all(
                self._select(self.x, series, value, count, where=[*where, is_first])
                .group_by(self.x, series)
                .order_by(series)
            )
            place = {name: at for at, name in enumerate(first)}
            self.found.marks = [
                Mark(_number(row[0]), _number(row[2]), self._named(row[1]), None, row[3])
                for row in sorted(parts, key=lambda row: place[row[0]])
            ]
        if groups > len(first):
            self._rest(value, [*where, sa.not_(is_first)])

    def _rest(self, value: sa.ColumnElement[Any], where: Sequence[Condition]) -> None:
        series = self._series() if self.by is not None else None
        columns = [value, sa.func.count()] + ([] if series is None else [series])
        query = self._select(*columns, where=where)
        if series is not None:
            query = query.group_by(series).order_by(series)
        for row in self._all(query):
            by = None if series is None else self._named(row[2])
            self.found.marks.append(Mark(REST, _number(row[0]), by, None, row[1]))

    def _spread(self, whole: bool) -> None:
        x = _float(self.x)
        # NaN is greater than any number, and in no step.
        self.conditions.append(x.is_distinct_from(sa.cast("NaN", sa.Float)))
        ends = sa.func.percentile_cont(sa.cast([0.01, 0.99], sa.ARRAY(sa.Float))).within_group(x)
        least, greatest, most_of = self._count(self.x, extra=(sa.func.min(x), sa.func.max(x), ends))
        if least is None:
            return
        low, high = most_of
        # A few far values would press all others into one step: they are counted at the ends.
        trimmed = greatest - least > 3 * (high - low) > 0
        start, end = (low, high) if trimmed else (least, greatest)
        step = self.found.step = _step(end - start, whole)
        start = math.floor(start / step) * step
        count = max(math.floor((end - start) / step) + 1, 1)
        place = sa.cast(
            sa.func.least(sa.func.greatest(sa.func.floor((x - start) / step), -1), count),
            sa.Integer,
        )
        rows = self._all(
            self._select(place, sa.func.count(), where=[self.x.is_not(None)])
            .group_by(place)
            .order_by(place)
        )
        counted = {row[0]: row[1] for row in rows}
        self.found.groups = count
        for at in range(-1, count + 1):
            if 0 <= at < count or at in counted:
                begin = -math.inf if at < 0 else _round(start + at * step, step)
                stop = math.inf if at == count else _round(start + (at + 1) * step, step)
                n = counted.get(at, 0)
                self.found.marks.append(Mark(begin, float(n), None, stop, n))

    def _points(self) -> None:
        if self.y is None:
            raise LookupError("points need a second column")
        x, y = _float(self.x), _float(self.y)
        parts = sa.cast([0.005, 0.995], sa.ARRAY(sa.Float))
        known = sa.and_(self.x.is_not(None), self.y.is_not(None))
        self._count(self.x, self.y)
        total = self.found.rows - self.found.empty
        if total <= MOST:
            series = self._series()
            rows = self._all(self._select(x, y, series, where=[known]).limit(MOST))
            self.found.marks = [Mark(row[0], row[1], self._named(row[2]), None, 1) for row in rows]
            self.found.groups = len(rows)
            return
        (row,) = self._all(
            self._select(
                sa.func.percentile_cont(parts).within_group(x),
                sa.func.percentile_cont(parts).within_group(y),
                where=[known],
            )
        )
        (left, right), (low, high) = row
        wide, tall = (right - left) / 40 or 1.0, (high - low) / 28 or 1.0
        column, line = sa.func.floor((x - left) / wide), sa.func.floor((y - low) / tall)
        inside = sa.and_(x.between(left, right), y.between(low, high))
        rows = self._all(
            self._select(column, line, sa.func.count(), where=[known, inside])
            .group_by(column, line)
            .limit(MOST)
        )
        self.found.step = wide
        self.found.groups = len(rows)
        self.found.beyond = total - sum(row[2] for row in rows)
        self.found.marks = [
            Mark(left + (row[0] + 0.5) * wide, low + (row[1] + 0.5) * tall, None, None, row[2])
            for row in rows
        ]


def _float(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(column, sa.Float)


def _among(column: sa.ColumnElement[Any], values: Sequence[Any]) -> Condition:
    known = [value for value in values if value is not None]
    found = column.in_(known)
    return (
        sa.or_(found, column.is_(None)) if None in values else sa.and_(column.is_not(None), found)
    )


def _number(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | dt.date | dt.time | int):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


# ---- Time ------------------------------------------------------------------------------------


def _interval(first: dt.date, last: dt.date) -> str:
    """Choose what dates are put together by: some 20 to 250 marks."""
    days = (last - first).days
    if isinstance(first, dt.datetime) and days <= 3:
        return "hour"
    if days <= 92:
        return "day"
    if days <= 365 * 20:
        return "month"
    return "year"


def _end(start: dt.datetime, interval: str) -> dt.datetime:
    if interval in ("hour", "day", "week"):
        return start + {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1)}.get(
            interval, dt.timedelta(weeks=1)
        )
    months = {"month": 1, "quarter": 3, "year": 12}[interval]
    number = start.year * 12 + start.month - 1 + months
    if number >= 12 * 10_000:
        return dt.datetime.max
    return start.replace(year=number // 12, month=number % 12 + 1)


def _without_gaps(marks: list[Mark], interval: str) -> list[Mark]:
    """Put a zero where nothing happened; a gap would be drawn as a slope."""
    whole: list[Mark] = []
    for mark in marks:
        while whole and whole[-1].to < mark.x and len(whole) < MOST:
            start = whole[-1].to
            whole.append(Mark(start, 0, None, _end(start, interval), 0))
        if len(whole) >= MOST:
            # A date far from all others: what is between would fill the chart.
            return marks
        whole.append(mark)
    return whole


# ---- Steps -----------------------------------------------------------------------------------


def _step(span: float, whole: bool) -> float:
    """Return a round step that divides a span into some 15 to 35 parts."""
    if span <= 0:
        return 1.0
    rough = span / 25
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(part * power for part in (1, 2, 5, 10) if part * power >= rough)
    return max(step, 1.0) if whole else step


def _round(value: float, step: float) -> float:
    digits = max(0, 2 - math.floor(math.log10(step)))
    return round(value, min(digits, 15))
