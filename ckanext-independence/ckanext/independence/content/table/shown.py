"""A table as its template is given it: heads, rows, the filters in words, the ways to other pages.

Owns the step from a query and its answer to words and addresses. Addresses are relative: the same
part of a page stands on the file's page and on the table's own. Refuses to judge who may see it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from ..described import Column, Described
from . import cells, rows
from .cells import Cell
from .query import PAGE_SIZES, Filter, Query, read
from .summaries import Summary, summary

__all__ = ["Shown", "shown", "whole_row"]


@dataclass(frozen=True)
class Choice:
    """A value that a column may be filtered by: what it is, how it reads, how many rows have it."""

    value: str
    text: str
    rows: str
    share: str
    width: int
    is_chosen: bool


@dataclass(frozen=True)
class Head:
    """A column's head: what it is called and holds, how it is sorted and filtered."""

    column: Column
    number: int
    kind: str
    is_figure: bool
    sorted: str
    sort_address: str
    up: str
    down: str
    up_address: str
    down_address: str
    hide_address: str
    summary: Summary | None
    contains: str
    least: str
    most: str
    truth: str
    empty: str
    choices: list[Choice]
    input_type: str
    is_filtered: bool


@dataclass(frozen=True)
class Line:
    """A row: its number, its address, its cells."""

    id: int
    address: str
    cells: list[Cell]


@dataclass(frozen=True)
class Chip:
    """A condition in words, and the address without it."""

    words: str
    address: str


@dataclass
class Shown:
    """A page of a table. ``trouble`` says why there is none."""

    query: Query
    heads: list[Head]
    lines: list[Line] = field(default_factory=list)
    trouble: str = ""
    problems: list[str] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    count: str = ""
    address: str = ""
    all_address: str = ""
    every_column: str = ""
    own_address: str = ""
    pages: list[tuple[str, str, str]] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    sizes: Sequence[int] = PAGE_SIZES

    @property
    def is_summarised(self) -> bool:
        """Tell whether any column has a summary."""
        return any(head.summary for head in self.heads)


KINDS = {
    "text": "text",
    "integer": "whole number",
    "numeric": "number",
    "date": "date",
    "timestamp": "date and time",
    "time": "time",
    "boolean": "yes or no",
    "geometry": "shape",
}


def shown(table: Described, pairs: Iterable[tuple[str, str]], file_address: str) -> Shown:
    """Return the page of a table that an address asks for.

    Args:
        table: of a file that the reader may see
        pairs: the address's parameters
        file_address: of the file's page, for the rows' own addresses
    """
    query = read(table, pairs, language=tk.config["ckan.datastore.default_fts_lang"])
    one = Shown(
        query,
        heads=[_head(query, number, column) for number, column in enumerate(query.columns)],
        problems=list(query.problems),
        chips=_chips(query),
        address=_address(query, page=True),
        all_address=_address(query.turned(filters=(), search="")),
        own_address=query.address(f"{file_address}/table"),
        every_column=_address(query.turned(columns=tuple(table.columns))),
        hidden=_hidden(query),
    )
    try:
        page = rows.page(query)
    except rows.Unanswered as error:
        one.trouble = str(error)
        return one
    if page.moved:
        one.problems.append(
            tk._("The table has changed since that page was shown. This is its first page.")
        )
    kept = urlencode(query.pairs())
    one.lines = [
        Line(
            row.id,
            f"{file_address}/row/{row.id}" + (f"?{kept}" if kept else ""),
            [
                cells.cell(column, value, row.marks, rows.SHOWN)
                for column, value in zip(query.columns, row.values, strict=True)
            ],
        )
        for row in page.rows
    ]
    start = _start(query, page)
    one.count = _count(query, page, start)
    one.pages = _pages(query, page, start)
    return one


def whole_row(table: Described, id_: int) -> list[tuple[Column, str, Cell]] | None:
    """Return one row of a table, whole: column, kind in words, cell; None where there is none.

    Raises:
        Unanswered: the table does not answer.
    """
    row = rows.one(read(table, ()), id_)
    if row is None:
        return None
    return [
        (column, KINDS[column.type], cells.cell(column, value, row.marks))
        for column, value in zip(table.columns, row.values, strict=True)
    ]


def _address(query: Query, *, page: bool = False) -> str:
    return "?" + urlencode([("view", "table"), *query.pairs(page=page)]) + "#data"


# ---- Heads and filters


def _head(query: Query, number: int, column: Column) -> Head:
    direction = ""
    if query.sort is not None and query.sort.name == column.name:
        direction = "descending" if query.descending else "ascending"
    up = _address(query.turned(sort=column, descending=False))
    down = _address(query.turned(sort=column, descending=True))
    neither = _address(query.turned(sort=None, descending=False))
    other = {"": up, "ascending": down, "descending": neither}
    rest = tuple(c for c in query.columns if c is not column)
    at_a_glance = summary(column, query.table.rows)
    return Head(
        column=column,
        number=number + 1,
        kind=KINDS[column.type],
        is_figure=column.type in cells.FIGURES,
        sorted=direction,
        sort_address="" if column.type == "geometry" else other[direction],
        up=_ways(column)[0],
        down=_ways(column)[1],
        up_address=up,
        down_address=down,
        hide_address=_address(query.turned(columns=rest)) if rest else "",
        summary=at_a_glance,
        contains=next(iter(query.values_of(column, "contains")), ""),
        least=_end(query, column, "min"),
        most=_end(query, column, "max"),
        truth=_truth(query, column),
        empty=_yes_or_no(query.values_of(column, "empty")),
        choices=_choices(query, column, at_a_glance),
        input_type=_input_type(query, column),
        is_filtered=any(one.column.name == column.name for one in query.filters),
    )


def _ways(column: Column) -> tuple[str, str]:
    """Return what sorting up and down are called."""
    if column.type in cells.FIGURES:
        return tk._("Smallest first"), tk._("Largest first")
    if column.type in ("date", "timestamp", "time"):
        return tk._("Earliest first"), tk._("Latest first")
    if column.type == "boolean":
        return tk._("No first"), tk._("Yes first")
    return tk._("Sort from A to Z"), tk._("Sort from Z to A")


def _choices(query: Query, column: Column, at_a_glance: Summary | None) -> list[Choice]:
    """Return the values to choose from: the frequent ones, those explained, those chosen."""
    if column.type == "boolean":
        return []
    chosen = query.values_of(column, "is")
    found = {
        value.filter: Choice(
            value.filter, value.text, f"{value.rows:,}", value.share, value.width,
            value.filter in chosen,
        )
        for value in (at_a_glance.values if at_a_glance else [])
    }  # fmt: skip
    for value in [*list(column.codes)[:20], *chosen]:
        found.setdefault(value, Choice(value, value, "", "", 0, value in chosen))
    return list(found.values())


def _truth(query: Query, column: Column) -> str:
    if column.type != "boolean":
        return ""
    return _yes_or_no(query.values_of(column, "is"))


def _yes_or_no(values: Sequence[str]) -> str:
    """Return the one value of a choice between two, as its form says it."""
    words = {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}
    said = {words.get(value.strip().lower(), "") for value in values}
    return said.pop() if len(said) == 1 else ""


def _end(query: Query, column: Column, operator: str) -> str:
    """Return an end of a range as the form's field takes it: a day where it asks for days."""
    found = next((one for one in query.filters if one.key == f"{column.name}.{operator}"), None)
    if found is None:
        return ""
    if _input_type(query, column) != "date":
        return found.values[0]
    first, after = found.read[0]
    if operator == "min":
        return str(first)
    return str(after - dt.timedelta(days=1)) if after else str(first)


def _input_type(query: Query, column: Column) -> str:
    """Return the kind of field; a moment that somebody asked for is kept as text."""
    if column.type == "timestamp":
        spans = [
            value
            for one in query.filters
            if one.column.name == column.name and one.operator in ("min", "max")
            for value in one.read
        ]
        return "text" if any(isinstance(first, dt.datetime) for first, _ in spans) else "date"
    return {"date": "date", "time": "time"}.get(column.type, "text")


def _hidden(query: Query) -> list[tuple[str, str]]:
    """Return what the form carries along without a field for it: order, and unseen filters."""
    names = {column.name for column in query.columns}
    found = [(key, value) for key, value in query.pairs() if key in ("sort", "order")]
    found += [
        (one.key, value)
        for one in query.filters
        for value in one.values
        if one.column.name not in names
        or (one.operator == "is" and one.column.type == "boolean" and len(one.values) > 1)
    ]
    # A second text that a cell is to hold has no field either.
    found += [
        (one.key, value)
        for one in query.filters
        if one.operator == "contains" and one.column.name in names
        for value in one.values[1:]
    ]
    return found


# ---- In words


def _chips(query: Query) -> list[Chip]:
    chips = [Chip(_words(one), _address(query.without(one.key))) for one in query.filters]
    if query.search:
        words = tk._("Search: {words}").format(words=query.search)
        chips.insert(0, Chip(words, _address(query.turned(search=""))))
    return chips


def _words(one: Filter) -> str:
    title = one.column.title
    if one.operator == "empty":
        pattern = tk._("{column} is empty") if one.read[0] else tk._("{column} is filled")
        return pattern.format(column=title)
    pattern = {
        "contains": tk._("{column} contains {values}"),
        "is": tk._("{column} is {values}"),
        "min": tk._("{column} from {values}"),
        "max": tk._("{column} to {values}"),
    }[one.operator]
    joined = tk._(" and ") if one.operator == "contains" else tk._(" or ")
    return pattern.format(column=title, values=joined.join(one.values[:5])) + (
        "…" if len(one.values) > 5 else ""
    )


def _start(query: Query, page: rows.Page) -> int | None:
    """Return the number of the page's first row in the order; None where it is not known."""
    if not page.has_before:
        return 1
    if not page.has_after:
        whole = page.count if query.is_filtered else _whole(query)
        if whole is not None:
            return max(whole - len(page.rows) + 1, 1)
    if query.last:
        return None
    return query.start if query.start > 1 else None


def _whole(query: Query) -> int | None:
    """Return how many rows the table has, where they were counted."""
    return query.table.rows if query.table.version_id is not None else None


def _count(query: Query, page: rows.Page, start: int | None) -> str:
    number = len(page.rows)
    if not number:
        return tk._("No rows")
    if query.is_filtered:
        whole = f"{page.count:,}" if page.count is not None else tk._("more than 10,000")
    elif not page.has_before and not page.has_after:
        whole = f"{number:,}"
    elif _whole(query) is not None:
        whole = f"{query.table.rows:,}"
    else:
        whole = tk._("about {n}").format(n=f"{max(query.table.rows, number):,}")
    if not page.has_before and not page.has_after:
        return tk._("{n} rows").format(n=whole) if number > 1 else tk._("1 row")
    if start is None:
        place = tk._("The last {n} rows of {whole}") if query.last else tk._("{n} rows of {whole}")
        return place.format(n=number, whole=whole)
    return tk._("Rows {first} to {last} of {whole}").format(
        first=f"{start:,}", last=f"{start + number - 1:,}", whole=whole
    )


def _pages(query: Query, page: rows.Page, start: int | None) -> list[tuple[str, str, str]]:
    """Return the ways to other pages: name, word, address; empty where there is nothing."""
    if not page.rows or not (page.has_before or page.has_after):
        return []
    first = query.turned()
    length = len(page.rows)

    def beside(after: int | None, before: int | None, begins: int | None) -> str:
        place: list[tuple[str, Any]] = [("after", after)] if after is not None else []
        place += [("before", before)] if before is not None else []
        place += [("start", begins)] if begins is not None and begins > 1 else []
        pairs = [("view", "table"), *first.pairs(), *place]
        return "?" + urlencode(pairs) + "#data"

    following = start + length if start is not None else None
    leading = max(start - query.limit, 1) if start is not None else None
    return [
        ("first", tk._("First"), _address(first) if page.has_before else ""),
        (
            "previous",
            tk._("Previous"),
            beside(None, page.rows[0].id, leading) if page.has_before else "",
        ),
        ("next", tk._("Next"), beside(page.rows[-1].id, None, following) if page.has_after else ""),
        (
            "last",
            tk._("Last"),
            "?" + urlencode([("view", "table"), *first.pairs(), ("before", "end")]) + "#data"
            if page.has_after
            else "",
        ),
    ]
