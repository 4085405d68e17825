"""What the public's table answers: filters, order and pages, as a slow reading has them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cmp_to_key
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import sql

from tests.integration.inside import Inside

TYPES = {
    "word": "text",
    "count": "bigint",
    "fine": "numeric",
    "day": "date",
    "moment": "timestamp",
    "done": "boolean",
    'odd "name", 100%': "text",
}
Row = dict[str, Any]


@dataclass
class Table:
    """A table of all types in the DataStore, of a public file."""

    inside: Inside
    data_set: str
    resource: str

    @property
    def address(self) -> str:
        return f"/dataset/{self.data_set}/resource/{self.resource}"

    def fill(self, rows: list[Row]) -> None:
        """Put these rows in, numbered from 1."""
        from ckanext.datastore.backend.postgres import get_write_engine

        names = sql.SQL(", ").join(map(sql.Identifier, ["_id", "_full_text", *TYPES]))
        values = sql.SQL(", ").join([sql.Placeholder()] * len(TYPES))
        insert = sql.SQL("INSERT INTO {} ({}) VALUES (%s, to_tsvector(%s), {})")
        with get_write_engine().begin() as connection:
            cursor = connection.connection.cursor()
            columns = sql.SQL(names.as_string(cursor.connection).replace("%", "%%"))
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(self.resource)))
            for number, row in enumerate(rows, 1):
                words = " ".join(str(value) for value in row.values() if isinstance(value, str))
                cursor.execute(
                    insert.format(sql.Identifier(self.resource), columns, values),
                    [number, words, *(row.get(name) for name in TYPES)],
                )

    def mark(self, number: int, marks: dict[str, str]) -> None:
        """Say what stands in the file where a row has no value."""
        from ckanext.datastore.backend.postgres import get_write_engine

        update = sql.SQL("UPDATE {} SET _marks = %s WHERE _id = %s")
        with get_write_engine().begin() as connection:
            connection.connection.cursor().execute(
                update.format(sql.Identifier(self.resource)), (json.dumps(marks), number)
            )

    def ask(self, *pairs: tuple[str, str], limit: int | None = None) -> Any:
        """Return the page that these parameters ask for."""
        from ckanext.independence.content.table import rows

        query = self.read(*pairs)
        return rows.page(query if limit is None else replace(query, limit=limit))

    def read(self, *pairs: tuple[str, str]) -> Any:
        """Return these parameters as a query."""
        from ckanext.independence.content import described
        from ckanext.independence.content.table.query import read

        return read(described.tables([self.resource])[self.resource], pairs)

    def ids(self, *pairs: tuple[str, str]) -> list[int]:
        """Return the numbers of the rows of a page."""
        return [row.id for row in self.ask(*pairs).rows]

    def get(self, path: str = "", *pairs: tuple[str, str]) -> Any:
        """Fetch an address of the file as the public."""
        query = f"?{urlencode(pairs)}" if pairs else ""
        return self.inside.client.get(self.address + path + query)


@pytest.fixture(scope="module")
def table(inside: Inside) -> Iterator[Table]:
    """A table of all types, with nothing in it."""
    made = inside.dataset(title="Fines of all kinds")
    resource = inside.act(
        "resource_create", package_id=made["id"], url="https://data.example.gov/f.csv", name="Fines"
    )
    name = resource["id"]
    create_table(name, TYPES, labels={"fine": {"label": "Fine", "unit": "$"}})
    yield Table(inside, made["name"], name)
    drop_table(name)


def create_table(name: str, types: dict[str, str], labels: dict[str, Any] | None = None) -> None:
    from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine

    table, reader = sql.Identifier(name), sql.Identifier(str(get_read_engine().url.username))
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in types.items()
    )
    create = sql.SQL(
        "CREATE TABLE {} (_id serial PRIMARY KEY, _full_text tsvector, {}, _marks jsonb)"
    )
    with get_write_engine().begin() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(create.format(table, columns))
        for column, info in (labels or {}).items():
            cursor.execute(
                sql.SQL("COMMENT ON COLUMN {}.{} IS %s").format(table, sql.Identifier(column)),
                (" " + json.dumps({"_info": info}),),
            )
        cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(table, reader))


def drop_table(name: str) -> None:
    from ckanext.datastore.backend.postgres import get_write_engine

    with get_write_engine().begin() as connection:
        connection.exec_driver_sql(f'DROP TABLE "{name}"')


# ---- As a slow reading has it


words = st.one_of(st.none(), st.sampled_from(["", "a", "A", "ab", "b%", "a_b", "/", "é"]))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "word": words,
    "count": st.one_of(st.none(), st.integers(-2, 2)),
    "fine": st.one_of(st.none(), st.decimals(-2, 2, places=1)),
    "day": st.one_of(st.none(), st.dates(dt.date(2019, 12, 30), dt.date(2020, 2, 2))),
    "moment": st.one_of(
        st.none(), st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 2, 0, 2))
    ),
    "done": st.one_of(st.none(), st.booleans()),
    'odd "name", 100%': words,
}
tables_of_rows = st.lists(st.fixed_dictionaries(VALUES), max_size=14)
Condition = tuple[str, str, list[str]]

_of_text = st.one_of(
    st.tuples(st.just("contains"), st.lists(st.sampled_from(["a", "B", "%", "_", "/"]), min_size=1,
                                            max_size=2, unique=True)),
    st.tuples(st.just("is"), st.lists(st.sampled_from(["a", "A", "ab", "b%", "none"]), min_size=1,
                                      max_size=2, unique=True)),
)  # fmt: skip


def _range(texts: list[str]) -> st.SearchStrategy[tuple[str, list[str]]]:
    return st.tuples(
        st.sampled_from(["min", "max", "is"]), st.sampled_from(texts).map(lambda text: [text])
    )


OPERATIONS: dict[str, st.SearchStrategy[tuple[str, list[str]]]] = {
    "word": _of_text,
    'odd "name", 100%': _of_text,
    "count": _range(["-1", "0", "2", "1.5", "1,000"]),
    "fine": _range(["-1.5", "0", "$1", "0.0"]),
    "day": _range(["2020", "2020-01", "2019-12-31", "2020-01-15"]),
    "moment": _range(["2020", "2020-01-01", "2020-01-01T12:00", "2020-01-02 00:01:30"]),
    "done": st.tuples(st.just("is"), st.sampled_from(["yes", "no"]).map(lambda text: [text])),
}
empties = st.tuples(st.just("empty"), st.sampled_from(["yes", "no"]).map(lambda text: [text]))
conditions = st.lists(
    st.sampled_from(sorted(TYPES)).flatmap(
        lambda name: st.one_of(OPERATIONS[name], empties).map(lambda pair: (name, *pair))
    ),
    max_size=2,
    unique_by=lambda one: one[:2],
)


def meets(row: Row, condition: Condition) -> bool:
    name, operator, texts = condition
    value, kind = row[name], TYPES[name]
    if operator == "empty":
        return (value is None or value == "") is (texts[0] == "yes")
    if value is None:
        return False
    if operator == "contains":
        return all(text.lower() in value.lower() for text in texts)
    if kind == "text":
        return value in texts
    if kind == "boolean":
        return value is (texts[0] == "yes")
    if kind in ("bigint", "numeric"):
        wanted = Decimal(texts[0].replace(",", "").replace("$", ""))
        first = last = wanted
    else:
        value = str(value) if kind == "date" else value.isoformat(" ", "microseconds")
        text = texts[0].replace("T", " ")
        # What begins with the text is in the span that it names; "~" comes after every digit.
        first, last = text, text + "~"
    if operator == "min":
        return bool(value >= first)
    if operator == "max":
        return bool(value <= last)
    return bool(first <= value <= last)


def in_order(rows: list[tuple[int, Row]], sort: str | None, descending: bool) -> list[int]:
    def compare(one: tuple[int, Row], other: tuple[int, Row]) -> int:
        if sort is None:
            return one[0] - other[0]
        a, b = one[1][sort], other[1][sort]
        if (a is None) is not (b is None):
            return 1 if a is None else -1
        sign = -1 if descending else 1
        if a is not None and a != b:
            return sign if a > b else -sign
        return sign * (one[0] - other[0])

    return [number for number, _ in sorted(rows, key=cmp_to_key(compare))]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=tables_of_rows,
    wanted=conditions,
    sort=st.one_of(st.none(), st.sampled_from(sorted(TYPES))),
    descending=st.booleans(),
    limit=st.integers(1, 5),
)
def test_walking_all_pages_gives_each_wanted_row_once_and_in_order_forth_and_back(
    table: Table,
    rows: list[Row],
    wanted: list[Condition],
    sort: str | None,
    descending: bool,
    limit: int,
) -> None:
    table.fill(rows)
    pairs = [(f"{name}.{operator}", text) for name, operator, texts in wanted for text in texts]
    pairs += [("sort", sort), ("order", "desc" if descending else "asc")] if sort else []
    met = [
        (number, row)
        for number, row in enumerate(rows, 1)
        if all(meets(row, condition) for condition in wanted)
    ]
    expected = in_order(met, sort, descending)

    forth: list[int] = []
    page = table.ask(*pairs, limit=limit)
    assert not page.has_before
    while True:
        forth += [row.id for row in page.rows]
        if wanted:
            assert page.count == len(expected)
        if not page.has_after:
            break
        page = table.ask(*pairs, ("after", str(forth[-1])), limit=limit)
        assert page.has_before
        assert page.rows
    assert forth == expected

    back: list[int] = []
    page = table.ask(*pairs, ("before", "end"), limit=limit)
    assert not page.has_after
    while True:
        back = [row.id for row in page.rows] + back
        if not page.has_before:
            break
        page = table.ask(*pairs, ("before", str(back[0])), limit=limit)
        assert page.has_after
    assert back == expected


def test_an_address_made_of_a_query_asks_for_the_same(table: Table) -> None:
    pairs = [
        ("q", "tall grass"), ("word.contains", "50%_/"), ("word.is", "a"), ("word.is", "b & c"),
        ('odd "name", 100%.empty', "no"), ("fine.min", "$1,200.50"), ("day.max", "2020-02"),
        ("done.is", "yes"), ("sort", 'odd "name", 100%'), ("order", "desc"), ("column", "word"),
        ("column", "fine"), ("rows", "25"), ("after", "7"), ("start", "51"),
    ]  # fmt: skip
    query = table.read(*pairs)
    assert query.problems == ()
    assert sorted(query.pairs()) == sorted(pairs)
    assert table.read(*query.pairs()) == query
    assert ("after", "7") not in query.turned().pairs()


def test_words_are_found_in_the_whole_row(table: Table) -> None:
    table.fill([{"word": "Tall grasses"}, {"word": "Fence"}, {'odd "name", 100%': "grass"}])
    assert table.ids(("q", "grass")) == [1, 3]
    assert table.ids(("q", '"tall grass"')) == [1]
    assert table.ids(("q", "grass -tall")) == [3]
    assert table.ids(("q", "a & | !' ) (")) == []


# ---- What is typed wrong, or in bad faith


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("nothing.is", "1"), "no column “nothing”"),
        (("fine.min", "a lot"), "Fine: “a lot” is no number"),
        (("fine.min", "1e400000"), "is no number"),
        (("fine.max", "NaN"), "is no number"),
        (("count.is", "9" * 60), "is no number"),
        (("day.min", "14.9.2020"), "is no date, such as 2020-09-14"),
        (("day.max", "2020-02-30"), "is no date"),
        (("day.is", "0000"), "is no date"),
        (("moment.is", "2020-01 10:00"), "is no date"),
        (("done.is", "perhaps"), "neither yes nor no"),
        (("done.min", "yes"), "cannot be filtered by “min”"),
        (("word.empty", "x"), "neither yes nor no"),
        (("word.is", "x" * 301), "longer than 300"),
        (("q", "x" * 301), "no more than 300"),
        (("sort", "_id; DROP TABLE x"), "no column “_id; DROP TABLE x”"),
        (("sort", "_full_text"), "no column"),
        (("_id.is", "1"), "no column"),
        (("column", "password"), "no column “password”"),
        (("rows", "1000000"), "25, 50, 100 or 250"),
        (("after", "1 OR 1=1"), "no row"),
        (("before", "-1"), "no row"),
        (("after", "9" * 30), "no row"),
    ],
)
def test_what_cannot_be_understood_is_said_and_left_out(
    table: Table, pair: tuple[str, str], words: str
) -> None:
    table.fill([{"word": "a"}, {"word": "b"}])
    assert [problem for problem in table.read(pair).problems if words in problem]
    answer = table.get("/table/part", pair)
    assert answer.status_code == 200
    assert answer.text.count('scope="row"') == 2
    assert 'role="alert"' in answer.text


def test_a_character_that_cannot_be_stored_is_refused(table: Table) -> None:
    for name in ("word.contains", "word.is", "q"):
        assert table.read((name, "a\0b")).problems
        assert table.get("/table/part", (name, "a\0b")).status_code == 400


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE x; --", "%' OR '1'='1", "\\'; SELECT pg_sleep(9) --", "%s", "%(anchor)s",
     ":anchor", "$1", "a''b", "\x7f\ufffe", "🦊", "a\nb", "{{7*7}}", "<script>alert(1)</script>"],
)  # fmt: skip
def test_a_value_is_never_anything_but_a_value(table: Table, text: str) -> None:
    table.fill([{"word": text, 'odd "name", 100%': text}, {"word": "other"}])
    for column in ("word", 'odd "name", 100%'):
        assert table.ids((f"{column}.is", text)) == [1]
        assert table.ids((f"{column}.contains", text)) == [1]
    answer = table.get("/table/part", ("word.is", text))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert len(table.ids()) == 2


def test_numbers_and_days_at_the_edge_of_what_can_be_are_taken(table: Table) -> None:
    table.fill([{"count": 2**63 - 1, "day": "9999-12-31", "moment": "294276-12-31 23:59:59"}])
    assert table.ids(("count.min", "9" * 38)) == []
    assert table.ids(("count.max", "9" * 38)) == [1]
    assert table.ids(("day.max", "9999")) == [1]
    assert table.ids(("day.is", "9999-12-31")) == [1]
    assert "294276-12-31 23:59:59" in table.get("/table/part").text


def test_a_page_beside_a_row_that_is_gone_is_the_first_page_and_says_so(table: Table) -> None:
    table.fill([{"word": "a"}, {"word": "b"}])
    answer = table.get("/table/part", ("after", "77"))
    assert "has changed since that page was shown" in answer.text
    assert answer.text.count('scope="row"') == 2


# ---- How it is shown


def test_the_first_rows_stand_in_the_files_page_and_on_a_page_of_their_own(table: Table) -> None:
    table.fill([{"word": f"lamp {n}", "fine": Decimal("12345.50")} for n in range(1, 61)])
    for path in ("", "/table", "/table/part"):
        answer = table.get(path)
        assert answer.status_code == 200
        assert "lamp 50" in answer.text
        assert "lamp 51" not in answer.text
        assert "12,345.50" in answer.text
    assert "lamp 51" in table.get("", ("after", "50")).text


def test_a_link_is_followed_only_to_the_web_and_a_mark_is_no_value(table: Table) -> None:
    table.fill([{"word": "javascript:alert(1)"}, {"word": "https://example.gov/a?b=1&c=2"}, {}])
    table.mark(3, {"fine": "N/A"})
    text = table.get("/table/part").text
    assert '<a href="https://example.gov/a?b=1&amp;c=2"' in text
    assert 'href="javascript' not in text
    assert "the file says “N/A”" in text


def test_a_row_is_shown_whole(table: Table) -> None:
    table.fill([{"word": "x" * 3000, "moment": "2020-09-14 10:05:00"}])
    part = table.get("/table/part").text
    assert part.count("x" * 501) == 0
    row = table.get("/row/1")
    assert "x" * 3000 in row.text
    assert "2020-09-14 10:05" in row.text
    assert table.get("/row/2").status_code == 404
    assert table.get(f"/row/{2**70}").status_code == 404


def test_what_takes_too_long_is_given_up_and_said(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.content.table import rows

    table.fill([{"word": "a"}])
    monkeypatch.setattr(rows, "_SECONDS", 0.001)
    from ckanext.datastore.backend.postgres import get_write_engine

    # Somebody else holds the table, as a load does for a moment.
    with get_write_engine().begin() as connection:
        connection.exec_driver_sql(f'LOCK TABLE "{table.resource}"')
        answer = table.get("/table/part")
    assert answer.status_code == 200
    assert "so it was given up" in answer.text


def test_outsiders_find_no_table_of_a_data_set_that_they_may_not_see(
    inside: Inside, table: Table
) -> None:
    table.fill([{"word": "hidden lamp"}])
    inside.act("package_patch", id=table.data_set, private=True)
    try:
        for path in ("", "/table", "/table/part", "/row/1"):
            answer = table.get(path)
            assert answer.status_code == 404
            assert "hidden lamp" not in answer.text
    finally:
        inside.act("package_patch", id=table.data_set, private=False)
    other = inside.dataset()["name"]
    assert inside.client.get(f"/dataset/{other}/resource/{table.resource}/table").status_code == 404
