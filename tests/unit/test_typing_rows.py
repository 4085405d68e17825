"""Row numbers and rejects: what a person needs to find a row again in the file."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from ckanext.independence.content.reading.grid import CsvSource, Grid, Limits
from ckanext.independence.content.reading.model import Aside, Column
from ckanext.independence.content.reading.refusals import Refused
from ckanext.independence.content.typing import type_grid


def source(path: Path, text: str, records: int, gaps: list[int]) -> CsvSource:
    path.write_text(text, "utf-8", newline="")
    return CsvSource(path, ",", '"', 1, 3, [2, 0], records, 2, gaps)


def grid_of(csv_source: CsvSource, **more: object) -> Grid:
    columns = [Column(2, "c", "c"), Column(0, "a", "a")]
    return Grid(columns=columns, csv=csv_source, header_rows=[1], **more)  # type: ignore[arg-type]


def test_row_numbers_count_over_rows_that_are_blank_or_set_aside(tmp_path: Path) -> None:
    text = 'h,h,h\n1,x,"two\n\nlines"\n2,x,b\n3,x,c\n4,x,d\n'
    note = Aside(4, "note", "A remark.", ["remark"])
    grid = grid_of(
        source(tmp_path / "a.csv", text, 4, [3, 4, 7]), asides=[note], blank_rows=2, source_rows=8
    )
    table = type_grid(grid, into=tmp_path)
    rows = duckdb.read_parquet(str(table.parquet)).fetchall()
    assert rows == [("two\n\nlines", 1, 2), ("b", 2, 5), ("c", 3, 6), ("d", 4, 8)]
    assert (table.set_aside_total, table.blank_rows) == (1, 2)


def test_rows_are_in_the_order_of_the_file_however_many_there_are(tmp_path: Path) -> None:
    lines = "".join(f"{n},x,{n % 7}\n" for n in range(300_000))
    gaps = [3, 150_000]
    grid = grid_of(source(tmp_path / "a.csv", "h,h,h\n" + lines, 300_000, gaps))
    grid.blank_rows, grid.source_rows = 2, 300_003
    table = type_grid(grid, into=tmp_path)
    wrong = duckdb.read_parquet(str(table.parquet)).filter(
        "_row <> a + 2 + (a > 0)::INT + (a >= 149997)::INT"
    )
    assert wrong.fetchall() == []
    stored = duckdb.read_parquet(str(table.parquet)).project("a").fetchnumpy()["a"]
    assert (stored[1:] > stored[:-1]).all()


def test_a_source_that_is_not_as_it_was_counted_is_an_error(tmp_path: Path) -> None:
    grid = grid_of(source(tmp_path / "a.csv", "h,h,h\n1,2,3\n", 2, []), source_rows=3)
    with pytest.raises(RuntimeError, match="2 records were counted, but 1 were read"):
        type_grid(grid, into=tmp_path)


def test_rejects_hold_every_row_that_was_set_aside_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [[str(n), "x"] for n in range(5_000)]
    rows[2_000][0] = "none of it"
    asides = [Aside(n, "footer", "Below the table.", [f"line {n}"]) for n in range(5_002, 6_502)]
    grid = Grid(
        columns=[Column(0, "n", "Visits"), Column(1, "t", "t")],
        rows=enumerate(rows, 2),
        header_rows=[1],
        asides=asides,
        source_rows=6_501,
    )
    table = type_grid(grid, into=tmp_path)
    assert (table.rows, table.set_aside_total, len(table.set_aside)) == (4_999, 1_501, 1_000)
    with Path(str(table.rejects)).open(encoding="utf-8", newline="") as file:
        header, first, *others = csv.reader(file)
    assert header == ["row", "kind", "reason", "cell 1", "cell 2"]
    assert first == ["2002", "bad", "Visits: “none of it” is no whole number.", "none of it", "x"]
    assert [row[0] for row in others] == [str(n) for n in range(5_002, 6_502)]


def test_nothing_but_table_and_rejects_is_left_behind(tmp_path: Path) -> None:
    grid = Grid(columns=[Column(0, "a", "a")], rows=[(1, ["1"])], source_rows=1)
    type_grid(grid, into=tmp_path, limits=Limits(memory_mb=60, threads=1))
    assert [path.name for path in tmp_path.iterdir()] == ["table.parquet"]


def test_a_file_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    def endless() -> Iterator[tuple[int, list[str]]]:
        for number in itertools.count(1):
            yield number, ["x"]

    with pytest.raises(Refused, match="took longer than 0 seconds"):
        type_grid(
            Grid(columns=[Column(0, "a", "a")], rows=endless()),
            into=tmp_path,
            limits=Limits(seconds=0.2),
        )


def test_what_is_being_done_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    grid = Grid(columns=[Column(0, "a", "a")], rows=[(1, ["1"])], source_rows=1)
    type_grid(grid, into=tmp_path, progress=lambda *step: told.append(step))
    assert told == [("Finding out types", 0, 1), ("Writing rows", 0, 0)]
