"""What changed between two versions of a table: by a key where there is one, else by whole rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from ckanext.independence.content.changes import SHOWN, compare
from ckanext.independence.content.reading.grid import Limits

Types = dict[str, str]


@pytest.fixture
def between(tmp_path: Path) -> Any:
    """Compare what two queries give."""

    def between(
        old: str, new: str, types: Types, new_types: Types | None = None, **more: Any
    ) -> dict[str, Any]:
        paths = []
        for name, query in (("old", old), ("new", new)):
            path = tmp_path / f"{name}.parquet"
            duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
            paths.append(path)
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        return compare(
            *paths, types=(types, new_types or types), folder=folder, limits=Limits(), **more
        )

    return between


CASES = 'SELECT * FROM (VALUES {}) t("case", status, _row)'
TYPES = {"case": "text", "status": "text"}


def test_rows_are_added_removed_and_changed_by_their_key(between: Any) -> None:
    found = between(
        CASES.format("('A', 'open', 2), ('B', 'open', 3), ('C', NULL, 4), ('D', 'open', 5)"),
        CASES.format("('E', 'new', 2), ('D', 'open', 3), ('B', 'closed', 4), ('C', '', 5)"),
        TYPES,
    )
    assert found["key"] == "case"
    assert found["rows"] == {
        "old": 4, "new": 4, "added": 1, "removed": 1, "changed": 2, "same": 1,
    }  # fmt: skip
    assert found["added"] == {"columns": ["case", "status"], "rows": [["E", "new"]]}
    assert found["removed"]["rows"] == [["A", "open"]]
    assert found["changed"] == [
        {"key": "B", "cells": [["status", "open", "closed"]]},
        {"key": "C", "cells": [["status", None, ""]]},
    ]


def test_an_identifier_is_the_key_before_any_other_unique_column(between: Any) -> None:
    old = "SELECT 'x' || range AS note, range AS id FROM range(20)"
    new = "SELECT 'y' || range AS note, range AS id FROM range(20)"
    types = {"note": "text", "id": "integer"}
    found = between(old, new, types, identifiers=["id"])
    assert found["key"] == "id"
    assert found["rows"]["changed"] == 20


def test_what_is_unique_by_chance_is_no_key(between: Any) -> None:
    query = "SELECT range / 7 AS amount, DATE '2026-01-01' + range::INT AS day FROM range(9)"
    found = between(query, query, {"amount": "numeric", "day": "date"})
    assert found["key"] is None
    assert found["rows"]["changed"] is None
    assert found["rows"]["same"] == 9


def test_without_a_key_equal_rows_are_counted_off(between: Any) -> None:
    found = between(
        CASES.format("('A', 'x', 1), ('A', 'x', 2), ('A', 'x', 3), ('B', 'y', 4)"),
        CASES.format("('A', 'x', 1), ('B', 'y', 2), ('B', 'y', 3), ('C', 'z', 4)"),
        TYPES,
    )
    assert found["rows"] == {
        "old": 4, "new": 4, "added": 2, "removed": 2, "changed": None, "same": 2,
    }  # fmt: skip
    assert found["added"]["rows"] == [["B", "y"], ["C", "z"]]
    assert found["removed"]["rows"] == [["A", "x"], ["A", "x"]]


def test_columns_that_come_go_and_change_their_kind_are_named(between: Any) -> None:
    found = between(
        "SELECT 'A' AS k, '5' AS n, 1 AS gone",
        "SELECT 'A' AS k, 5 AS n, 'x' AS come",
        {"k": "text", "n": "text", "gone": "integer"},
        {"k": "text", "n": "integer", "come": "text"},
    )
    assert found["columns"] == {
        "added": ["come"],
        "removed": ["gone"],
        "retyped": [{"name": "n", "old": "text", "new": "integer"}],
    }
    assert found["rows"]["same"] == 1, "5 is 5, whatever its kind"


def test_a_number_that_is_only_written_otherwise_has_not_changed(between: Any) -> None:
    found = between(
        "SELECT 'A' AS k, 12.50::DECIMAL(18, 2) AS n",
        "SELECT 'A' AS k, 12.5::DECIMAL(18, 1) AS n",
        {"k": "text", "n": "numeric"},
    )
    assert found["rows"]["changed"] == 0


def test_a_hundred_rows_of_each_kind_are_kept_and_all_are_counted(between: Any) -> None:
    found = between(
        "SELECT 'old' || range AS k, 1 AS v FROM range(500)",
        "SELECT 'new' || range AS k, repeat('x', 1000) AS v FROM range(700)",
        {"k": "text", "v": "text"},
    )
    assert (found["rows"]["added"], found["rows"]["removed"]) == (700, 500)
    assert len(found["added"]["rows"]) == len(found["removed"]["rows"]) == SHOWN
    assert max(len(text) for row in found["added"]["rows"] for text in row) == 300


def test_odd_names_and_no_common_column_are_compared_too(between: Any) -> None:
    found = between(
        'SELECT 1 AS "a ""quoted"" \'name\'; --"',
        "SELECT 2 AS b",
        {"a \"quoted\" 'name'; --": "integer"},
        {"b": "integer"},
    )
    assert found["rows"]["added"] == 0, "nothing of the two can be told apart"
    assert found["columns"]["added"] == ["b"]
