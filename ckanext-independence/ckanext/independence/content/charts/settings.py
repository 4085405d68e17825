"""What a chart shows: read from an address or a steward's choice, or chosen from the columns.

Owns the names of kinds, aggregates and intervals, which of them fit which columns, and the chart
that a table gets when nobody chose one. Refuses, in words for the reader, what cannot be drawn;
it knows nothing of SQL, of pages or of Vega.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..described import Column, Described

__all__ = [
    "AGGREGATES", "INTERVALS", "KINDS", "NAMES", "Chart", "ChartError", "chart_of", "default",
    "is_number", "is_when",
]  # fmt: skip

KINDS = {
    "bar": "Bars",
    "line": "Line",
    "area": "Area",
    "point": "Points",
    "histogram": "Spread (histogram)",
}
AGGREGATES = {
    "count": "Number of rows",
    "sum": "Total of",
    "mean": "Average of",
    "median": "Median of",
    "min": "Smallest of",
    "max": "Largest of",
}
INTERVALS = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week": "week",
    "day": "day",
    "hour": "hour",
}
# What a chart is called by in an address.
NAMES = ("kind", "x", "y", "agg", "by", "interval")
LONGEST_TITLE = 200


class ChartError(ValueError):
    """What was asked for cannot be drawn; the message says why and what can be."""


@dataclass(frozen=True)
class Chart:
    """A chart: names of columns, and how they are put together.

    ``x`` runs along; ``agg`` of ``y`` is measured (``count`` measures rows and has no ``y``);
    ``by`` splits it into series; ``interval`` puts dates together (empty: as the span asks).
    ``title`` is the steward's own, the finding in words.
    """

    kind: str
    x: str
    y: str = ""
    agg: str = "count"
    by: str = ""
    interval: str = ""
    title: str = ""

    def settings(self) -> dict[str, str]:
        """Return what is not empty, as an address and the steward's choice hold it."""
        return {name: value for name, value in asdict(self).items() if value}


def is_when(column: Column) -> bool:
    """Tell whether a column holds days or moments."""
    return column.type in ("date", "timestamp")


def is_number(column: Column) -> bool:
    """Tell whether a column holds numbers."""
    return column.type in ("integer", "numeric")


def chart_of(asked: Mapping[str, str], table: Described) -> Chart:
    """Return the chart that an address or a steward asks for.

    Args:
        asked: values by the names of ``NAMES``, and ``title``; what is left out is chosen
        table: the table with its columns

    Raises:
        ChartError: a column is not there, or does not fit the kind of chart.
    """
    kind = asked.get("kind") or "bar"
    if kind not in KINDS:
        raise ChartError(f"There is no chart “{kind[:40]}”. Choose one of: {', '.join(KINDS)}.")
    x = _column(asked.get("x", ""), table, "What runs along the chart")
    title = " ".join(asked.get("title", "").split())[:LONGEST_TITLE]
    if kind == "histogram":
        if not is_number(x):
            raise ChartError(f"{x.title} holds no numbers, so it has no spread. Choose bars.")
        return Chart(kind, x.name, title=title)
    by = _column(asked["by"], table, "What splits the chart").name if asked.get("by") else ""
    if by == x.name:
        by = ""
    if kind == "point":
        y = _column(asked.get("y", ""), table, "The second number")
        for one in (x, y):
            if not is_number(one):
                raise ChartError(f"{one.title} holds no numbers. Points need two numbers.")
        return Chart(kind, x.name, y.name, "", by, title=title)
    if kind in ("line", "area") and not (is_when(x) or is_number(x)):
        raise ChartError(f"A {kind} needs dates or numbers along it. Choose bars for {x.title}.")
    agg = asked.get("agg") or "count"
    if agg not in AGGREGATES:
        raise ChartError(f"“{agg[:40]}” is not known. Choose one of: {', '.join(AGGREGATES)}.")
    y_name = ""
    if agg != "count":
        y = _column(asked.get("y", ""), table, f"For “{AGGREGATES[agg].lower()}”, a number")
        if not is_number(y):
            raise ChartError(f"{y.title} holds no numbers. Count rows, or choose a number.")
        y_name = y.name
        if kind == "area" and agg != "sum":
            raise ChartError("An area shows a count or a total. Choose a line for the rest.")
    interval = asked.get("interval", "")
    if interval and interval not in INTERVALS:
        raise ChartError(f"“{interval[:40]}” is not known. Choose one of: {', '.join(INTERVALS)}.")
    return Chart(kind, x.name, y_name, agg, by, interval if is_when(x) else "", title)


def _column(name: str, table: Described, part: str) -> Column:
    if not name:
        raise ChartError(f"{part} is missing. Choose a column.")
    column = table.column(name)
    if column is None:
        raise ChartError(f"This file has no column “{name[:60]}”. Choose another.")
    if column.type == "geometry":
        raise ChartError(f"{column.title} holds shapes, which a map shows and a chart does not.")
    return column


def default(table: Described) -> Chart | None:
    """Choose a chart from what is known of the columns; None where nothing is worth drawing.

    The first that there is of: rows over time; rows by a category of a few; the spread of a
    measure; rows by the first text.
    """
    columns = [column for column in table.columns if column.type != "geometry"]
    for column in columns:
        if is_when(column) and _varies(column) and column.profile.get("filled", 1) >= 0.5:
            return Chart("line", column.name)
    category = _category(columns, table.rows)
    if category:
        return Chart("bar", category.name)
    for column in columns:
        if is_number(column) and _varies(column) and not _names_a_row(column, table.rows):
            return Chart("histogram", column.name)
    texts = [column for column in columns if column.type in ("text", "boolean")]
    return Chart("bar", (texts or columns)[0].name) if columns else None


def _category(columns: Sequence[Column], rows: int) -> Column | None:
    told = [column for column in columns if column.role == "category"]
    if told:
        return told[0]
    for column in columns:
        distinct = column.profile.get("distinct")
        if column.type in ("text", "boolean") and distinct and 2 <= distinct <= 60:
            if rows <= 20 or distinct <= rows / 2:
                return column
    return None


def _varies(column: Column) -> bool:
    return column.profile.get("distinct", 2) > 1


def _names_a_row(column: Column, rows: int) -> bool:
    """Tell whether a number only names its row, or a place on the earth."""
    if column.role in ("identifier", "longitude", "latitude"):
        return True
    if column.name.lower() in ("id", "fid", "objectid", "lon", "lng", "latitude", "longitude"):
        return True
    return column.type == "integer" and rows > 20 and column.profile.get("distinct", 0) >= rows
