"""A chart in words: its title, what it counts, what it leaves out, and each mark's own.

Owns plain English for people who read a chart or have it read to them. Refuses to count and to
fetch.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from ..described import Column, Described
from ..table.query import Query
from .rows import REST, Drawn, Mark
from .settings import Chart, is_number, is_when

__all__ = ["Words", "along", "filtered", "number", "said", "series", "sign"]

_MEASURED = {"sum": "Total", "mean": "Average", "median": "Median", "min": "Smallest",
             "max": "Largest"}  # fmt: skip


_SIGNS = {"us dollars": "$", "us dollar": "$", "dollars": "$", "usd": "$", "percent": "%"}


def sign(unit: str) -> str:
    """Return the sign of a unit that has one, else the unit."""
    return _SIGNS.get(unit.lower(), unit)


def number(value: Any, unit: str = "", *, short: bool = False) -> str:
    """Write a number as people do, with its unit: ``$1,250.75``, ``83%``, ``12 days``.

    Args:
        value: None is "no value"
        unit: as the dictionary has it
        short: large ones rounded, as ``$18.4M``
    """
    if value is None:
        return "no value"
    unit = sign(unit)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if short and abs(value) >= 1_000_000:
        power, letter = (1e9, "B") if abs(value) >= 1e9 else (1e6, "M")
        text = f"{value / power:,.1f}{letter}"
    elif short and abs(value) >= 10_000:
        text = f"{value:,.0f}"
    elif isinstance(value, int) or float(value).is_integer():
        text = f"{int(value):,}"
    elif unit == "$":
        text = f"{value:,.2f}"
    else:
        size = abs(value)
        digits = 1 if size >= 100 else 2 if size >= 1 else 4
        text = f"{value:,.{digits}f}".rstrip("0").rstrip(".")
    if unit == "$":
        return f"-${text[1:]}" if text.startswith("-") else f"${text}"
    if unit == "%":
        return f"{text}%"
    return f"{text} {unit}" if unit else text


class Words:
    """What is said about one chart."""

    def __init__(
        self,
        chart: Chart,
        found: Drawn,
        table: Described,
        filters: Sequence[str] = (),
        name: str = "",
    ) -> None:
        """Take the chart with what was counted.

        Args:
            chart: what was asked for
            found: what was counted
            table: the table
            filters: the filters that were set, each in words
            name: what its rows are called: the title of the file
        """
        self.chart, self.found, self.table, self.filters = chart, found, table, filters
        self.name = name
        self.x = _column(table, chart.x)
        self.y = _column(table, chart.y) if chart.y else None
        self.by = _column(table, chart.by) if chart.by else None

    # ---- The whole

    @property
    def measure(self) -> str:
        """Name what is measured, without its unit."""
        if self.chart.kind == "point" and self.y:
            return self.y.title
        if self.y is None:
            return "Number of rows"
        return f"{_MEASURED[self.chart.agg]} of {self.y.title}"

    @property
    def unit(self) -> str:
        """Return the unit of what is measured."""
        return self.y.unit if self.y else ""

    @property
    def title(self) -> str:
        """Say what is shown: the steward's own words, or else plain ones."""
        if self.chart.title:
            return self.chart.title
        x = self.x.title
        if self.chart.kind == "histogram":
            return f"How {x} is spread"
        if self.chart.kind == "point" and self.y:
            return f"{self.y.title} against {x}"
        split = f" and {self.by.title}" if self.by else ""
        if self.y is None and self.name:
            return f"{self.name} by {self.found.interval or x}{split}"
        return f"{self._measured_by}{split}"

    @property
    def _measured_by(self) -> str:
        interval = self.found.interval
        per = f"{interval} of {self.x.title}" if interval else self.x.title
        return f"{self.measure} by {per}"

    @property
    def about(self) -> str:
        """Say what is measured, of how many rows, and of which."""
        rows = _counted(self.found.rows, "row")
        if self.filters:
            which = f"{rows} where {'; '.join(self.filters)}"
        else:
            which = f"All {rows}" if self.found.rows > 1 else rows
        plain = self.chart.kind in ("histogram", "point") or (self.y and not self.chart.title)
        return f"{which}." if plain else f"{self._measured_by}. {which}."

    def drawn(self) -> list[Mark]:
        """Return the marks that are drawn: the rest is not where it would dwarf all others."""
        marks = [mark for mark in self.found.marks if mark.value is not None]
        return [mark for mark in marks if mark.x is not REST] if self._dwarfs() else marks

    def _dwarfs(self) -> bool:
        size = {True: 0.0, False: 0.0}
        for mark in self.found.marks:
            size[mark.x is REST] = max(size[mark.x is REST], abs(mark.value or 0))
        return size[True] > 1.5 * size[False] > 0

    def left_out(self) -> list[str]:
        """Say what is not drawn, in sentences."""
        found, told = self.found, []
        if found.empty:
            names = [self.x.title]
            if self.y:
                names = [self.y.title] if self._is_by_category() else [*names, self.y.title]
            verb = "has" if found.empty == 1 else "have"
            told.append(
                f"{_counted(found.empty, 'row')} {verb} no {' or no '.join(names)}"
                f" and {'is' if found.empty == 1 else 'are'} not drawn."
            )
        if found.beyond:
            verb = "lies" if found.beyond == 1 else "lie"
            told.append(f"{_counted(found.beyond, 'row')} {verb} beyond what can be drawn at once.")
        if self._dwarfs():
            rest = [mark for mark in found.marks if mark.x is REST]
            total = sum(mark.rows or 0 for mark in rest)
            told.append(
                f"{along(rest[0], self)}, with {_counted(total, 'row')}, are in the table alone."
            )
        if self.chart.kind == "point" and found.step:
            told.append("Each point stands for all rows that lie near it; the larger, the more.")
        return told

    def finding(self) -> str:
        """Say the main thing that the chart shows, for who does not see it."""
        marks = [mark for mark in self.found.marks if mark.value is not None]
        if not marks:
            return "There is nothing to draw."
        if self.chart.kind == "point":
            total = self.found.rows - self.found.empty - self.found.beyond
            return f"{_counted(total, 'row')} with both {self.x.title} and {self.measure}."
        if self.chart.by:
            return self._largest_part(marks)
        most = max(marks, key=lambda mark: (mark.x is not REST, mark.value))
        value, place = said(most.value, self), along(most, self)
        if self.chart.kind == "histogram":
            return f"Most rows lie at {place}: {value} of {self.found.rows - self.found.empty:,}."
        if self.found.interval:
            last = marks[-1]
            return (
                f"The highest is {value}, {place}; "
                f"the last is {said(last.value, self)}, {along(last, self)}."
            )
        sentence = f"{place} comes first with {value}"
        if self.chart.agg in ("count", "sum") and all(mark.value >= 0 for mark in marks):
            total = sum(mark.value for mark in marks)
            if total and len(marks) > 1:
                sentence += f", {number(round(100 * most.value / total, 1), '%')} of the whole"
        return f"{sentence[0].upper()}{sentence[1:]}."

    def _largest_part(self, marks: Sequence[Mark]) -> str:
        names = list(dict.fromkeys(series(mark, self) for mark in marks))
        if self.chart.agg not in ("count", "sum"):
            return f"{self.by_title}: {', '.join(names)}."
        parts = dict.fromkeys(names, 0.0)
        for mark in marks:
            parts[series(mark, self)] += mark.value or 0
        name = max(parts, key=lambda one: parts[one])
        part, whole = said(parts[name], self), number(sum(parts.values()), self.unit)
        name = f"{name[:1].upper()}{name[1:]}"
        return f"{name} is the largest part of {self.by_title}: {part} of {whole}."

    @property
    def by_title(self) -> str:
        """Name what splits the chart."""
        return self.by.title if self.by else ""

    def _is_by_category(self) -> bool:
        if self.chart.kind in ("histogram", "point") or is_when(self.x):
            return False
        return not (is_number(self.x) and self.chart.kind in ("line", "area"))


# ---- One mark --------------------------------------------------------------------------------


def along(mark: Mark, told: Words) -> str:
    """Say where a mark stands: ``March 2021``, ``$0 to $50``, a category with its meaning."""
    if mark.x is REST:
        count = told.found.groups - len({m.x for m in told.found.marks if m.x is not REST})
        return f"All {count:,} others"
    if isinstance(mark.x, dt.datetime):
        return _moment(mark.x, told.found.interval)
    if told.chart.kind == "histogram":
        if mark.x == -math.inf:
            return f"below {number(mark.to, told.x.unit)}"
        if mark.to == math.inf:
            return f"{number(mark.x, told.x.unit)} and more"
        if told.x.type == "integer" and mark.to - mark.x == 1:
            return number(mark.x, told.x.unit)
        unit = sign(told.x.unit)
        return f"{number(mark.x, unit if unit == '$' else '')} to {number(mark.to, unit)}"
    if told.chart.kind == "point":
        return number(mark.x, told.x.unit)
    return _value(mark.x, told.x)


def series(mark: Mark, told: Words) -> str:
    """Name the series of a mark; nothing where there are none."""
    if told.by is None:
        return ""
    return "All others" if mark.by is REST else _value(mark.by, told.by)


def said(value: Any, told: Words) -> str:
    """Write what a mark measures."""
    if value is None:
        return "no value"
    if told.y is None:
        return _counted(int(value), "row")
    return number(value, told.unit)


def _value(value: Any, column: Column) -> str:
    if value is None:
        return "No value"
    if isinstance(value, bool) or (column.type == "boolean" and value in ("true", "false")):
        return "Yes" if value in (True, "true") else "No"
    meaning = column.codes.get(str(value))
    if meaning:
        return meaning
    if isinstance(value, int | float):
        # Years and districts are names, which have no separators.
        return str(value)
    return str(value).strip() or "Blank"


def _moment(start: dt.datetime, interval: str) -> str:
    if interval == "year":
        return str(start.year)
    if interval == "quarter":
        return f"{start.year}, quarter {(start.month + 2) // 3}"
    if interval == "month":
        return f"{start:%B} {start.year}"
    day = f"{start:%B} {start.day}, {start.year}"
    if interval == "week":
        return f"week of {day}"
    return f"{day}, {start:%H:%M}" if interval == "hour" else day


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _column(table: Described, name: str) -> Column:
    column = table.column(name)
    if column is None:
        raise LookupError(f"{table.resource_id} has no column {name}")
    return column


# ---- Which rows ------------------------------------------------------------------------------


def filtered(query: Query) -> list[str]:
    """Say each filter of a query in words: ``Kind is Trash or Noise``, ``Fine is at least 100``."""
    told = [f"the words “{query.search}” stand in the row"] if query.search else []
    for one in query.filters:
        name = one.column.title
        if one.operator == "empty":
            told.append(f"{name} has {'no' if one.read[0] else 'a'} value")
        elif one.operator == "contains":
            told.append(f"{name} contains “{'” and “'.join(one.values)}”")
        elif one.operator == "is":
            told.append(f"{name} is {' or '.join(_value(v, one.column) for v in one.values)}")
        else:
            bound = "at least" if one.operator == "min" else "at most"
            if is_when(one.column):
                bound = "from" if one.operator == "min" else "up to"
            told.append(f"{name} is {bound} {one.values[0]}")
    return told
