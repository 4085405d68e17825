"""Clean tables: what is taken as it is, and what is refused with its place and reason."""

from __future__ import annotations

import io
from typing import Any

import pytest
from ckanext.independence.catalog.columns import NotClean, NotFitting, read_columns, rows

SIX = [
    {"name": "case_number", "type": "text"},
    {"name": "count", "type": "integer"},
    {"name": "amount", "type": "numeric"},
    {"name": "day", "type": "date"},
    {"name": "moment", "type": "timestamp"},
    {"name": "open", "type": "boolean"},
]
HEADER = "case_number,count,amount,day,moment,open\n"


def read(text: str, declared: list[dict[str, Any]] | None = None) -> list[list[str]]:
    return list(rows(io.StringIO(text, newline=""), read_columns(declared or SIX)))


def test_clean_values_come_through_typed_and_unchanged() -> None:
    assert read(
        HEADER + '00712,-3,1250.75,2026-02-28,2026-02-28 14:05,TRUE\r\n"a, ""b""\nc",,,,,no\n\n'
    ) == [
        ["00712", "-3", "1250.75", "2026-02-28", "2026-02-28T14:05:00", "t"],
        ['a, "b"\nc', "", "", "", "", "f"],
    ]


@pytest.mark.parametrize(
    ("row", "place", "reason"),
    [
        ("a,1.5,1,,,", "column count", "no whole number"),
        ("a,007,1,,,", "column count", "zero that a number would lose"),
        ("a,99999999999999999999,1,,,", "column count", "too large"),
        ('a,1,"1,250",,,', "column amount", "no number"),
        ("a,1,NaN,,,", "column amount", "no number"),
        ("a,1,1,02/03/2026,,", "column day", "no date"),
        ("a,1,1,2026-02-30,,", "column day", "no day of the calendar"),
        ("a,1,1,,2026-02-03T10:00:00Z,", "column moment", "without a zone"),
        ("a,1,1,,,maybe", "column open", "neither true nor false"),
        ("a,1,1,,", "Row 3", "5 values"),
        ("a\0,1,1,,,", "Row 3", "NUL"),
        ('a,1,1,,,"true', "Line 3", "not CSV"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_reason(row: str, place: str, reason: str) -> None:
    with pytest.raises(NotClean) as refused:
        read(f"{HEADER}good,1,1,,,\n{row}\n")
    assert place in str(refused.value)
    assert reason in str(refused.value)


def test_a_file_in_another_encoding_says_where_it_stops_being_utf8() -> None:
    file = io.TextIOWrapper(io.BytesIO(b"name\nbetter\nNi\xf1o\n"), "utf-8-sig", newline="")
    with pytest.raises(NotClean, match="not UTF-8"):
        list(rows(file, read_columns([{"name": "name"}])))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("a,c", "lacks b and has 'c' besides"),
        ("b,a", "another order"),
        ("a,b,b", "another order or more than once"),
        ("", "no header row"),
    ],
)
def test_another_header_is_another_file(header: str, words: str) -> None:
    with pytest.raises(NotFitting, match=words):
        read(header, [{"name": "a"}, {"name": "b"}])


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ([], "No columns"),
        ([{"name": "_id"}], "begins with _"),
        ([{"name": 'say "what"'}], "quotation mark"),
        ([{"name": "a"}, {"name": "a"}], "two columns named a"),
        ([{"name": "a", "type": "money"}], "Known types: text, integer"),
        ([{"name": "ü" * 40}], "longer than 63 bytes"),
    ],
)
def test_a_declaration_that_cannot_be_a_table_is_refused(
    declared: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(NotFitting, match=words):
        read_columns(declared)


def test_the_unit_is_part_of_what_a_reader_sees() -> None:
    (column,) = read_columns(
        [{"name": "depth", "type": "numeric", "description": "Depth of the snow", "unit": "inches"}]
    )
    assert column.info == {"notes": "Depth of the snow (inches)", "unit": "inches"}
