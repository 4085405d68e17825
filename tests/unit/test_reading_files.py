"""Real files of cities, and what comes of each: read, asked about, or refused, with words."""

from __future__ import annotations

import csv
import json
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from ckanext.independence.content.reading import Outcome, Reading, read

from ..conftest import SHARED
from .corpus_tables import OUTCOMES, TEXT_FILES, WORKBOOKS, Expected

FILES = SHARED / "corpora/files"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason=f"the corpus of files is not in {FILES}")


def outcome_of(path: Path, reading: Reading | None = None) -> Outcome:
    with TemporaryDirectory() as folder:
        return read(path, reading, name=path.name, into=Path(folder))


@cache
def outcome(name: str) -> Outcome:
    return outcome_of(FILES / name)


def seen(found: Outcome) -> object:
    """What a steward would notice if it were not the same again."""
    return [
        found.status,
        [
            (t.sheet, t.header_rows, t.rows, t.source_rows, t.blank_rows, t.set_aside)
            for t in found.tables
        ],
        [[(c.name, c.label, c.type, c.unit) for c in t.columns] for t in found.tables],
    ]


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_file_comes_out_as_a_careful_reader_has_it(name: str) -> None:
    expected, found = OUTCOMES[name], outcome(name)
    assert found.status == expected.status, found.message
    assert expected.says in " ".join([found.message, *found.notes])
    assert found.download_only == expected.download_only
    if expected.about:
        assert [question.about for question in found.questions][:1] == [expected.about]
        assert all(question.choices for question in found.questions)
    if expected.status == "read":
        the_table_is(found, expected)


def the_table_is(found: Outcome, expected: Expected) -> None:
    (table,) = found.tables
    columns = {column.name: column for column in table.columns}
    assert tuple(table.header_rows) == expected.header
    assert (table.rows, len(columns)) == (expected.rows, expected.columns)
    assert {name: columns[name].type for name in expected.types} == expected.types
    assert Counter(aside.kind for aside in table.set_aside) == expected.aside
    assert table.blank_rows == expected.blank
    assert {name: columns[name].marks for name in expected.marks} == expected.marks


@pytest.mark.parametrize("name", [n for n, e in OUTCOMES.items() if e.status == "read"])
def test_a_reading_gives_the_same_again_and_no_row_is_lost(name: str) -> None:
    found = outcome(name)
    again = outcome_of(FILES / name, Reading.of(json.loads(json.dumps(found.reading.as_json()))))
    assert seen(again) == seen(found)
    assert again.misfits == []
    (table,) = found.tables
    unpivoted = len((found.reading.unpivot or {}).get("columns", [1]))
    counted = len(table.header_rows) + table.blank_rows + table.set_aside_total
    assert table.source_rows == counted + table.rows / unpivoted


@pytest.mark.parametrize("name", [n for n, e in OUTCOMES.items() if e.status == "ask"])
def test_every_answer_to_a_question_leads_on(name: str) -> None:
    """Each choice gives a table or another question, and not the same one again."""
    asked = outcome(name).questions[0]
    for choice in asked.choices[:3]:
        found = outcome_of(FILES / name, Reading.of(choice.reading))
        assert found.status in ("read", "ask"), found.message
        assert not found.questions or found.questions[0].text != asked.text


def test_most_files_are_read_unasked_and_few_are_asked_about() -> None:
    status = Counter(outcome(name).status for name in OUTCOMES)
    assert status["ask"] <= 10
    assert status["read"] + status["refused"] >= 32
    assert Counter(outcome(name).status for name in WORKBOOKS)["read"] >= 6


@pytest.mark.parametrize(
    ("name", "column", "first", "last"),
    [
        ("nyc-dob-violations.csv", "BLOCK", None, None),
        ("greater-london-payments-2012-13-p10.csv", "Vendor_Name", 8, None),
        ("newcastle-uk-invoices-2011-10.csv", "Supplier_Name", 4, None),
        ("nyc-housing-court-decisions.csv", "resultof", 2, 101),
        ("boston-311-100.bad.tsv", "case_title", 2, 101),
    ],
)
def test_each_value_is_under_its_own_column_and_row(
    name: str, column: str, first: int | None, last: int | None
) -> None:
    """Against the file itself, by Python's own reader."""
    path = FILES / name
    with TemporaryDirectory() as folder:
        found = read(path, into=Path(folder))
        (table,) = found.tables
        place = next(c.source for c in table.columns if c.name == column)
        loaded = duckdb.sql(
            f"SELECT _row, \"{column}\" FROM read_parquet('{table.parquet}') ORDER BY _row"  # noqa: S608
        ).fetchall()
    with path.open(encoding=found.reading.encoding, newline="") as file:
        rows = list(csv.reader(file, delimiter=found.reading.delimiter))
    assert len(loaded) == table.rows
    for number, value in loaded:
        assert (value or "") == rows[number - 1][place or 0].strip()
    if first:
        assert loaded[0][0] == first
    if last:
        assert loaded[-1][0] == last


@pytest.mark.parametrize("name", ["nyc-mci-applications.csv", "florida-bike-lanes.csv"])
def test_the_next_file_of_the_same_shape_is_read_with_the_kept_reading(
    name: str, tmp_path: Path
) -> None:
    kept = outcome(name)
    longer = tmp_path / name
    content = (FILES / name).read_bytes()
    lines = content.splitlines(keepends=True)
    longer.write_bytes(content.rstrip(b"\r\n") + b"\r\n" + b"".join(lines[1:40]))
    found = outcome_of(longer, kept.reading)
    assert found.status == "read"
    assert found.misfits == []
    assert found.tables[0].rows == kept.tables[0].rows + 39


def test_all_text_files_and_workbooks_of_the_corpus_have_an_expectation() -> None:
    endings = {".csv", ".tsv", ".txt", ".xls", ".xlsx"}
    names = {path.name for path in FILES.iterdir() if path.suffix in endings}
    assert names == set(TEXT_FILES) | set(WORKBOOKS)
