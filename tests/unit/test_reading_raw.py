"""The first rows of a file as they stand in it, before anything is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from ckanext.independence.content.reading.grid import Limits
from ckanext.independence.content.reading.model import Reading
from ckanext.independence.content.reading.raw import first_records


def first(path: Path, into: Path, count: int = 60, **reading: str) -> list[list[str]]:
    return first_records(
        path, Reading(**reading), name=path.name, into=into, limits=Limits(), count=count
    )


def test_rows_of_a_text_come_as_they_are_with_the_encoding_that_the_reader_found(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes('Stra\xdfe;H\xf6he\n\n"a;b";2\n'.encode("cp1252"))
    rows = first(file, tmp_path, encoding="cp1252", delimiter=";")
    assert rows == [["Straße", "Höhe"], [], ["a;b", "2"]]


def test_of_a_large_text_only_the_head_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    with file.open("w") as out:
        for number in range(300_000):
            out.write(f"{number},x\n")
        out.write('"never closed\n')
    rows = first(file, tmp_path, count=3)
    assert rows == [["0", "x"], ["1", "x"], ["2", "x"]]
    assert (tmp_path / "head").stat().st_size < 2 << 20


def test_a_sheet_and_a_range_are_looked_at_by_themselves(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("One").write_row(0, 0, ["first"])
        other = book.add_worksheet("Other")
        for at in range(9):
            other.write_row(at, 0, [at, "b", "c", "d"])
    assert first(file, tmp_path, sheet="One") == [["first"]]
    assert first(file, tmp_path, sheet="Other", range="B3:C4") == [["b", "c"], ["b", "c"]]
    assert first(file, tmp_path, sheet="Other", range="A8:B")[0] == ["7", "b"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b'{"a": 1}'])
def test_what_has_no_rows_of_its_own_shows_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(content)
    assert first(file, tmp_path) == []


def test_a_sheet_that_is_not_chosen_yet_shows_none(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name in ("One", "Two"):
            sheet = book.add_worksheet(name)
            for at in range(4):
                sheet.write_row(at, 0, [f"{name} {at}", at])
    assert first(file, tmp_path) == []
    assert first(file, tmp_path, sheet="Three") == []
