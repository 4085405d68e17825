"""What was asked of a table: columns, filters, search, order, page. Out of an address and into SQL.

Owns the names of the parameters, their check against the table's columns and types, and the
conditions that they become; identifiers are quoted and values bound by SQLAlchemy. Refuses to run
anything, and to fail on a bad parameter: it is left out, and ``problems`` says so in words.

In an address::

    q=water leak                 rows in whose text the words stand
    status.is=Open               one of the values; may come several times
    notes.contains=fence         text, in capitals or not
    fine.min=100&fine.max=250    numbers, dates and times, the ends included
    closed.empty=yes             without a value; ``no``: with one
    sort=filed&order=desc        by a column; empty cells last either way
    column=case&column=filed     only these columns
    rows=50&after=1200           the page after the row with this ``_id``; ``before`` goes back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from . import values

if TYPE_CHECKING:
    from ..described import Column, Described

__all__ = ["OPERATORS", "PAGE_SIZES", "Filter", "Query", "read"]

OPERATORS = {
    "text": ("contains", "is", "empty"),
    "integer": ("min", "max", "is", "empty"),
    "numeric": ("min", "max", "is", "empty"),
    "date": ("min", "max", "is", "empty"),
    "timestamp": ("min", "max", "is", "empty"),
    "time": ("min", "max", "is", "empty"),
    "boolean": ("is", "empty"),
    "geometry": ("empty",),
}
"""What can be asked of a column, by its type."""

PAGE_SIZES = (25, 50, 100, 250)
PER_PAGE = 50

_LONGEST_TEXT = 300
_MOST_VALUES = 50
_MOST_FILTERS = 100
_LARGEST_ID = 2**63 - 1
_ALL_OPERATORS = frozenset(operator for known in OPERATORS.values() for operator in known)
_ID = "_id"
_WORDS = "_full_text"


@dataclass(frozen=True)
class Filter:
    """A condition on a column; ``values`` as they were typed, ``read`` as SQL takes them."""

    column: Column
    operator: str
    values: tuple[str, ...]
    read: tuple[Any, ...] = field(compare=False)

    @property
    def key(self) -> str:
        """Its name in an address."""
        return f"{self.column.name}.{self.operator}"


@dataclass(frozen=True)
class Query:
    """What was asked of a table. Made by ``read``; changed with ``dataclasses.replace``.

    ``columns`` are those shown, in the table's order. ``after`` and ``before`` are the ``_id`` of
    the row next to the page; ``last`` asks for the end of the table. ``start`` is where the page
    begins, as its address says, for people alone. ``problems`` say what could not be understood.
    """

    table: Described
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: str = ""
    language: str = "english"
    sort: Column | None = None
    descending: bool = False
    limit: int = PER_PAGE
    after: int | None = None
    before: int | None = None
    last: bool = False
    start: int = 1
    problems: tuple[str, ...] = ()

    # ---- In an address

    def pairs(self, *, page: bool = True) -> list[tuple[str, str]]:
        """Return the parameters that reproduce it, without those that say nothing.

        Args:
            page: whether its page is among them; without, it is the first one
        """
        found = [("q", self.search)] if self.search else []
        found += [(one.key, value) for one in self.filters for value in one.values]
        if self.sort:
            found.append(("sort", self.sort.name))
            if self.descending:
                found.append(("order", "desc"))
        if len(self.columns) < len(self.table.columns):
            found += [("column", column.name) for column in self.columns]
        if self.limit != PER_PAGE:
            found.append(("rows", str(self.limit)))
        if page:
            for name, id_ in (("after", self.after), ("before", self.before)):
                if id_ is not None:
                    found.append((name, str(id_)))
            if self.last:
                found.append(("before", "end"))
            elif self.start > 1:
                found.append(("start", str(self.start)))
        return found

    def address(self, base: str, *, page: bool = True) -> str:
        """Return an address that reproduces it; ``base`` may have parameters already."""
        query = urlencode(self.pairs(page=page))
        if not query:
            return base
        return f"{base}{'&' if '?' in base else '?'}{query}"

    def turned(self, **changes: Any) -> Query:
        """Return it with changes, at its first page."""
        return replace(self, after=None, before=None, last=False, start=1, problems=(), **changes)

    def without(self, *keys: str) -> Query:
        """Return it without the filters of these keys, such as ``status.is``."""
        return self.turned(filters=tuple(one for one in self.filters if one.key not in keys))

    def values_of(self, column: Column, operator: str) -> tuple[str, ...]:
        """Return what a column is filtered by; nothing where it is not."""
        key = f"{column.name}.{operator}"
        return next((one.values for one in self.filters if one.key == key), ())

    @property
    def is_filtered(self) -> bool:
        """Tell whether it leaves rows out."""
        return bool(self.filters or self.search)

    # ---- In SQL

    @cached_property
    def source(self) -> sa.TableClause:
        """The table in the DataStore, with all that can be asked of it."""
        names = [column.name for column in self.table.columns]
        return sa.table(self.table.resource_id, *map(sa.column, [_ID, _WORDS, "_marks", *names]))

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the filters and the search; a row is wanted if it meets all of them."""
        found: list[sa.ColumnElement[bool]] = []
        if self.search:
            words = postgresql.websearch_to_tsquery(
                sa.bindparam("f_language", self.language), sa.bindparam("f_words", self.search)
            )
            found.append(self.source.c[_WORDS].op("@@")(words))
        for number, one in enumerate(self.filters):
            found.append(_condition(self.source.c[one.column.name], one, f"f_{number}"))
        return found

    def where(self) -> sa.ColumnElement[bool]:
        """Return all conditions as one."""
        return sa.and_(sa.true(), *self.conditions())

    def where_sql(self) -> tuple[str, dict[str, Any]]:
        """Return the conditions as SQL for psycopg2 (``%(f_0)s``), and what is bound in it.

        Columns stand with their table, ``"<resource id>"."<column>"``; all names bound begin
        with ``f_``.
        """
        compiled = self.where().compile(dialect=postgresql.psycopg2.dialect())
        return str(compiled), dict(compiled.params)

    def order(self, *, backwards: bool = False) -> list[sa.ColumnElement[Any]]:
        """Return the order of rows: the sorted column, empty cells last, then ``_id``."""
        id_ = self.source.c[_ID]
        if self.sort is None:
            return [id_.desc() if backwards else id_.asc()]
        column = self.source.c[self.sort.name]
        down = self.descending is not backwards
        first = column.desc() if down else column.asc()
        return [
            first.nulls_first() if backwards else first.nulls_last(),
            id_.desc() if down else id_.asc(),
        ]

    def beyond(
        self, id_: int, is_empty: bool, *, backwards: bool = False
    ) -> sa.ColumnElement[bool]:
        """Return the condition that a row comes after the row ``id_``, or before it.

        Args:
            id_: of a row that exists
            is_empty: whether that row's cell of the sorted column is empty
            backwards: before it
        """
        own_id = self.source.c[_ID]
        if self.sort is None:
            bound = sa.bindparam("anchor", id_)
            return own_id < bound if backwards else own_id > bound
        column = self.source.c[self.sort.name]
        down = self.descending is not backwards
        bound = sa.bindparam("anchor", id_)
        next_by_id = own_id < bound if down else own_id > bound
        if is_empty:
            among = sa.and_(column.is_(None), next_by_id)
            return sa.or_(column.is_not(None), among) if backwards else among
        # The cell is compared inside the database, where its value keeps every digit.
        there = self.source.alias("there")
        place = (
            sa.select(there.c[self.sort.name], there.c[_ID])
            .where(there.c[_ID] == bound)
            .scalar_subquery()
        )
        here = sa.tuple_(column, own_id)
        farther = here < place if down else here > place
        return farther if backwards else sa.or_(farther, column.is_(None))

    def select(self, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
        """Return the statement for all its rows in order; by default ``_id`` and its columns."""
        wanted = columns or (
            self.source.c[_ID],
            *(self.source.c[column.name] for column in self.columns),
        )
        return (
            sa.select(*wanted)
            .select_from(self.source)
            .where(*self.conditions())
            .order_by(*self.order())
        )


def _condition(column: Any, one: Filter, name: str) -> sa.ColumnElement[bool]:
    kind = one.column.type

    def bound(value: Any, suffix: str = "") -> sa.BindParameter[Any]:
        return sa.bindparam(f"{name}{suffix}", value)

    if one.operator == "empty":
        nothing = column.is_(None)
        if kind == "text":
            nothing = sa.or_(nothing, column == sa.literal_column("''"))
        return nothing if one.read[0] else sa.not_(nothing)
    if one.operator == "contains":
        text = sa.cast(column, sa.Text)
        return sa.and_(
            *(
                # Letters of English alone are compared twice as fast without the rest's rules.
                (sa.collate(text, "C") if pattern.isascii() else text).ilike(
                    bound(pattern, f"_{n}"), escape="/"
                )
                for n, pattern in enumerate(one.read)
            )
        )
    if kind in ("date", "timestamp", "time"):
        if one.operator == "min":
            return column >= bound(one.read[0][0])
        if one.operator == "max":
            after = one.read[0][1]
            return column.is_not(None) if after is None else column < bound(after)
        return sa.or_(
            *(
                sa.and_(
                    column >= bound(first, f"_{n}"),
                    *([] if after is None else [column < bound(after, f"_{n}_end")]),
                )
                for n, (first, after) in enumerate(one.read)
            )
        )
    if one.operator == "min":
        return column >= bound(one.read[0])
    if one.operator == "max":
        return column <= bound(one.read[0])
    return sa.or_(*(column == bound(value, f"_{n}") for n, value in enumerate(one.read)))


def read(table: Described, pairs: Iterable[tuple[str, str]], *, language: str = "english") -> Query:
    """Read what an address asks of a table.

    Args:
        table: as ``described`` tells it
        pairs: the address's parameters in order, names may repeat; those of others are left alone
        language: the text search configuration of the DataStore
    """
    asked: dict[str, list[str]] = {}
    for key, value in pairs:
        asked.setdefault(key, []).append(value)
    problems: list[str] = []
    filters = _filters(table, asked, problems)
    sort = _sort(table, asked, problems)
    after, before, last = _page(asked, problems)
    start = _whole(asked, "start", [])
    return Query(
        table=table,
        columns=_columns(table, asked, problems),
        filters=tuple(filters),
        search=_search(table, asked, problems),
        language=language,
        sort=sort,
        descending=sort is not None and asked.get("order", [""])[-1] == "desc",
        limit=_limit(asked, problems),
        after=after,
        before=before,
        last=last,
        start=start if start and (after is not None or before is not None) else 1,
        problems=tuple(problems),
    )


def _filters(table: Described, asked: dict[str, list[str]], problems: list[str]) -> list[Filter]:
    found: list[Filter] = []
    for key, texts in asked.items():
        name, dot, operator = key.rpartition(".")
        given = list(dict.fromkeys(text for text in texts if text.strip()))
        if not dot or operator not in _ALL_OPERATORS or not given:
            continue
        column = table.column(name)
        if column is None:
            problems.append(f"There is no column “{_short(name)}” in this table.")
        elif operator not in OPERATORS.get(column.type, ()):
            problems.append(f"The column {column.title} cannot be filtered by “{operator}”.")
        elif len(given) > _MOST_VALUES:
            problems.append(f"Choose no more than {_MOST_VALUES} values of {column.title}.")
        elif len(found) == _MOST_FILTERS:
            problems.append(f"No more than {_MOST_FILTERS} filters are taken at once.")
            break
        else:
            if operator in ("min", "max", "empty"):
                given = given[-1:]
            one = _filter(column, operator, given, problems)
            found += [one] if one else []
    return found


def _filter(
    column: Column, operator: str, given: Sequence[str], problems: list[str]
) -> Filter | None:
    try:
        taken = [(text, _value(column, operator, text)) for text in given]
    except values.NotRead as error:
        problems.append(f"{column.title}: {error}.")
        return None
    return Filter(
        column, operator, tuple(text for text, _ in taken), tuple(value for _, value in taken)
    )


def _value(column: Column, operator: str, text: str) -> Any:
    if len(text) > _LONGEST_TEXT:
        raise values.NotRead(f"“{_short(text)}” is longer than {_LONGEST_TEXT} characters")
    if "\0" in text:
        raise values.NotRead("a value cannot hold a NUL character")
    try:
        if operator == "empty" or column.type == "boolean":
            return values.yes_or_no(text)
        if operator == "contains":
            return "%" + _escaped(text.strip()) + "%"
        if column.type in ("integer", "numeric"):
            return values.number(text)
        if column.type in ("date", "timestamp", "time"):
            return values.span(text, column.type)
    except values.NotRead as error:
        raise values.NotRead(f"“{_short(text)}” {error}") from None
    return text


def _escaped(text: str) -> str:
    """Return a text in which LIKE finds no sign of its own; ``/`` is the escape."""
    for sign in "/%_":
        text = text.replace(sign, f"/{sign}")
    return text


def _search(table: Described, asked: dict[str, list[str]], problems: list[str]) -> str:
    text = asked.get("q", [""])[-1].strip()
    if not text:
        return ""
    if not table.searchable:
        problems.append(
            "This table is being made ready for search. Filter its columns meanwhile, or try again "
            "in some minutes."
        )
        return ""
    if "\0" in text or len(text) > _LONGEST_TEXT:
        problems.append(f"Search for no more than {_LONGEST_TEXT} characters.")
        return ""
    return text


def _sort(table: Described, asked: dict[str, list[str]], problems: list[str]) -> Column | None:
    name = asked.get("sort", [""])[-1]
    if not name:
        return None
    column = table.column(name)
    if column is None:
        problems.append(f"There is no column “{_short(name)}” to sort by.")
    elif column.type == "geometry":
        problems.append(f"The column {column.title} holds shapes, which have no order.")
        return None
    return column


def _columns(
    table: Described, asked: dict[str, list[str]], problems: list[str]
) -> tuple[Column, ...]:
    wanted = {name for name in asked.get("column", []) if name}
    unknown = sorted(wanted - {column.name for column in table.columns})
    if unknown:
        named = ", ".join(f"“{_short(name)}”" for name in unknown[:5])
        problems.append(f"There is no column {named} in this table.")
    chosen = tuple(column for column in table.columns if column.name in wanted)
    return chosen or tuple(table.columns)


def _limit(asked: dict[str, list[str]], problems: list[str]) -> int:
    text = asked.get("rows", [""])[-1]
    if not text:
        return PER_PAGE
    if text not in map(str, PAGE_SIZES):
        sizes = ", ".join(map(str, PAGE_SIZES[:-1]))
        problems.append(f"A page has {sizes} or {PAGE_SIZES[-1]} rows.")
        return PER_PAGE
    return int(text)


def _page(asked: dict[str, list[str]], problems: list[str]) -> tuple[int | None, int | None, bool]:
    if asked.get("before", [""])[-1] == "end":
        return None, None, True
    after = _whole(asked, "after", problems)
    before = _whole(asked, "before", problems)
    return after, None if after is not None else before, False


def _whole(asked: dict[str, list[str]], name: str, problems: list[str]) -> int | None:
    text = asked.get(name, [""])[-1]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST_ID):
        problems.append(f"“{_short(text)}” is no row of this table; this is its first page.")
        return None
    return int(text)


def _short(text: str) -> str:
    plain = "".join(char if char.isprintable() else "�" for char in text)
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
