"""Whatever a column holds: nothing changes in silence, and both ways in give the same."""

from __future__ import annotations

import csv
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from ckanext.independence.content.reading.grid import CsvSource, Grid
from ckanext.independence.content.reading.model import Column, Table
from ckanext.independence.content.typing import type_grid
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
_FORMS = [
    "5", "-7", "1,597", "0.25", "01056", "$1,161.11", "(997,920.00)", "83%", "1E5", "1.5E-3", "12-",
    "9/14/20", "13/2/2020", "2/30/2020", "2020-09-14", "2020-09-14T10:00:00Z", "20200914", "0",
    "9:00 AM", "24 October 2011", "N/A", "--", "T", "None", "_", "?", "yes", "N", "true", "x",
    "5*", "? 7", "00/00/0000", "inf", "nan", "0x1F", "1_000", " 12", "\u22125", "\u0665",
]  # fmt: skip
cells = st.sampled_from(_FORMS) | st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12
)


def typed(columns: list[list[str]], *, fast: bool = False) -> tuple[Table, list[dict[str, Any]]]:
    """Type columns of equal length by one of the two ways in."""
    rows = [list(row) for row in zip(*columns, strict=True)]
    grid = Grid(
        columns=[Column(i, f"c{i}", f"c{i}") for i in range(len(columns))],
        rows=enumerate(rows, 2),
        header_rows=[1],
        source_rows=1 + len(rows),
    )
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder)
        if fast:
            grid.csv = as_file(rows, into / "source.csv", len(columns))
        table = type_grid(grid, into=into)
        found = duckdb.read_parquet(str(table.parquet)).order("_row")
        stored = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return table, stored


def as_file(rows: list[list[str]], path: Path, width: int) -> CsvSource:
    """Write rows as a regular file with one line before them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(["the header"] * width)
        writer.writerows(rows)
    return CsvSource(path, ",", '"', 1, width, list(range(width)), len(rows), 2)


@few
@given(st.lists(st.integers(-(10**17), 10**17), min_size=1, max_size=30), st.booleans())
@example([100_000_000_000], True)
def test_integers_come_back_equal_however_they_are_written(
    numbers: list[int], grouped: bool
) -> None:
    table, rows = typed([[f"{n:,}" if grouped else str(n) for n in numbers]])
    if table.columns[0].type == "text":  # Twelve digits and more, all alike, name something.
        assert len({len(str(abs(n))) for n in numbers}) == 1
        assert len(str(abs(numbers[0]))) >= 12
        numbers = [str(n) for n in numbers]  # type: ignore[misc]
    assert [row["c0"] for row in rows] == numbers


@few
@given(
    st.lists(
        st.decimals(-(10**9), 10**9, places=6, allow_nan=False, allow_infinity=False),
        min_size=1,
        max_size=30,
    )
)
def test_decimals_come_back_exactly(numbers: list[Decimal]) -> None:
    _, rows = typed([[f"{n:f}" for n in numbers]])
    assert [row["c0"] for row in rows] == numbers


@few
@given(st.lists(st.from_regex(r"[0-9]{1,9}", fullmatch=True), min_size=1, max_size=30))
@example(["1", "01"])
@example(["0", "5"])
def test_leading_zeros_are_never_lost(digits: list[str]) -> None:
    _, rows = typed([digits])
    assert [str(row["c0"]) for row in rows] == digits or all(
        hasattr(row["c0"], "isoformat") and row["c0"].strftime("%Y%m%d") == cell
        for row, cell in zip(rows, digits, strict=True)
    )


@few
@given(st.lists(cells, min_size=1, max_size=30))
@example(["1.5", "N/A", "1E5"])
@example(["9/14/20", "00/00/0000", "2/30/2020"])
def test_every_cell_is_a_value_a_mark_or_empty(column: list[str]) -> None:
    table, rows = typed([column])
    only = table.columns[0]
    assert table.rows + table.set_aside_total == len(column)
    assert table.source_rows == 1 + table.rows + table.set_aside_total
    values = sum(row["c0"] is not None for row in rows)
    empty = sum(not _trimmed(cell) for cell in column)
    beside = sum(count for mark, count in only.marks.items() if mark.strip("?*\u2020\u2021") or
                 mark in {cell.strip() for cell in column})  # fmt: skip
    assert values + beside + empty == len(column)
    if only.type == "text":
        kept = [row["c0"] for row in rows if row["c0"] is not None]
        assert kept == [
            text for cell in column if (text := _trimmed(cell)) and text not in only.marks
        ]


@few
@given(st.integers(1, 3), st.data())
def test_a_file_that_duckdb_reads_itself_gives_the_same_table(width: int, data: Any) -> None:
    size = data.draw(st.integers(1, 12))
    columns = [
        data.draw(st.lists(cells | st.just('a "b"\r\n\nc'), min_size=size, max_size=size))
        for _ in range(width)
    ]
    slow, slow_rows = typed(columns)
    fast, fast_rows = typed(columns, fast=True)
    assert fast_rows == slow_rows
    assert fast.columns == slow.columns


def _trimmed(cell: str) -> str:
    return cell.strip(" \t\n\r\f\v\u00a0\u1680\u2007\u200b\u202f\u3000\ufeff")
