"""Small tables with one kind of mess each: what is read right, what is asked, what is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from ckanext.independence.content.reading import Outcome, Reading, read
from ckanext.independence.content.reading.model import Column
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HEADER = "id,street,amount,day\n"
LINES = [f"{i},Main St {i},{100 + i * 7.5},{1 + i % 12}/{1 + i % 28}/2024" for i in range(1, 31)]
ROWS = "\n".join(LINES) + "\n"
SUM = sum(100 + i * 7.5 for i in range(1, 31))

Reader = Callable[..., Outcome]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Read a text (or bytes) as a file of its own."""

    def go(text: str | bytes, reading: dict[str, object] | None = None) -> Outcome:
        file = tmp_path / "file.csv"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        into = tmp_path / "into"
        into.mkdir(exist_ok=True)
        return read(file, Reading.of(reading) if reading else None, into=into)

    return go


def values(outcome: Outcome) -> list[tuple[object, ...]]:
    """Return the rows of the table, ``_row`` first, without marks."""
    (table,) = outcome.tables
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return duckdb.sql(
        f"SELECT _row, {names} FROM read_parquet('{table.parquet}')"  # noqa: S608
    ).fetchall()


def adds_up(outcome: Outcome) -> bool:
    (table,) = outcome.tables
    told = len(table.header_rows) + table.blank_rows + table.set_aside_total
    return table.source_rows == told + table.rows / len(
        (outcome.reading.unpivot or {}).get("columns", [1])
    )


def asides(outcome: Outcome) -> dict[str, int]:
    return dict(Counter(aside.kind for aside in outcome.tables[0].set_aside))


@pytest.mark.parametrize(
    ("text", "header", "rows", "columns", "aside"),
    [
        pytest.param(HEADER + ROWS, [1], 30, 4, {}, id="clean"),
        pytest.param(
            "City\nPermits issued,,,\n\n" + HEADER + ROWS, [4], 30, 4, {"title": 2}, id="titles"
        ),
        pytest.param(
            "Report:,Monthly\nDate:,2024-01-05\n" + HEADER + ROWS, [3], 30, 4, {"title": 2},
            id="facts above",
        ),
        pytest.param(f"{HEADER}{ROWS}Total,,{SUM},\n", [1], 30, 4, {"total": 1}, id="total"),
        pytest.param(f"{HEADER}{ROWS},,{SUM},\n", [1], 30, 4, {"total": 1}, id="nameless total"),
        pytest.param(
            HEADER + ROWS + "\nSource: Finance\n* preliminary\n", [1], 30, 4, {"note": 2},
            id="notes",
        ),
        pytest.param((HEADER + ROWS).replace("\n", "\r\n"), [1], 30, 4, {}, id="CRLF"),
        pytest.param((HEADER + ROWS).replace("\n", "\r"), [1], 30, 4, {}, id="CR"),
        pytest.param((HEADER + ROWS).replace("\n", ",\n"), [1], 30, 4, {}, id="trailing commas"),
        pytest.param(
            HEADER + "\n".join(HEADER + x if i % 10 == 9 else x for i, x in enumerate(LINES)),
            [1], 30, 4, {"header": 3}, id="header again",
        ),
        pytest.param(
            HEADER + ROWS.replace("\n5,", "\n5,x,"), [1], 29, 4, {"bad": 1}, id="one cell too many"
        ),
        pytest.param(HEADER + ROWS + "31,Main", [1], 30, 4, {"bad": 1}, id="cut off at the end"),
        pytest.param(
            "id,a,b,c\n"
            + "\n".join(f"{i},x" if i % 3 == 0 else f"{i},x,{i},note" for i in range(40)),
            [1], 40, 4, {}, id="empty cells at the end left out",
        ),
        pytest.param(
            "Station,Depth,Flow,Date\n,(ft),(cfs),\n"
            + "\n".join(f"S{i},{i * 1.5},{i * 10},2024-02-01" for i in range(30)),
            [1, 2], 30, 4, {}, id="units below the header",
        ),
        pytest.param(
            ",,2023,,2024,\nDept,Head,Budget,Actual,Budget,Actual\n"
            + "\n".join(f"D{i},H{i},{i},{i + 1},{i + 2},{i + 3}" for i in range(20)),
            [1, 2], 20, 6, {}, id="groups above the header",
        ),
        pytest.param(
            "Department,Item,Amount,Count\n"
            + "\n".join(
                "\n".join(f"D{d},item {k},{d * 10 + k},{k}" for k in range(1, 5))
                + f"\nD{d} Total,,{d * 40 + 10},10"
                for d in range(1, 6)
            )
            + f"\nGrand Total,,{sum(d * 40 + 10 for d in range(1, 6))},50",
            [1], 20, 4, {"total": 6}, id="subtotals",
        ),
        pytest.param(
            "year,sex,count\n"
            + "\n".join(f"{2000 + i},Male,{i}\n{2000 + i},Total,{i * 3}" for i in range(10)),
            [1], 20, 3, {}, id="total as a category",
        ),
        pytest.param(
            "sep=;\nid;n;t\n" + "\n".join(f"{i};{i};t{i}" for i in range(20)),
            [2], 20, 3, {"title": 1}, id="sep line",
        ),
        pytest.param(
            "Province,1/22/20,1/23/20,1/24/20\n" + "\n".join(f"P{i},{i},2,3" for i in range(20)),
            [1], 20, 4, {}, id="days as headers",
        ),
        pytest.param(
            "naam;bedrag\n" + "\n".join(f"Ort {i};{i},5" for i in range(20)),
            [1], 20, 2, {}, id="semicolons and decimal commas",
        ),
        pytest.param(
            "id\tdesc\tn\n" + "\n".join(f'{i}\t"Big" Joe\t{i}' for i in range(10))
            + "\n" + "\n".join(f'{i}\t"open {i}\t{i}' for i in range(20)),
            [1], 30, 3, {}, id="tabs with quotes that are none",
        ),
        pytest.param(
            "id|name|note\n" + "\n".join(f'{i}|"A|B"|n{i}' for i in range(20)),
            [1], 20, 3, {}, id="pipes",
        ),
        pytest.param("code,meaning\nA,Alpha\nB,Beta\nC,Gamma\n", [1], 3, 2, {}, id="words only"),
    ],
)  # fmt: skip
def test_a_mess_of_one_kind_is_read_right(
    reader: Reader, text: str, header: list[int], rows: int, columns: int, aside: dict[str, int]
) -> None:
    outcome = reader(text)
    assert outcome.status == "read", outcome.message
    (table,) = outcome.tables
    assert (table.header_rows, table.rows, len(table.columns)) == (header, rows, columns)
    assert asides(outcome) == aside
    assert adds_up(outcome)
    assert values(reader(text, outcome.reading.as_json())) == values(outcome)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        pytest.param(ROWS, "header", id="no header"),
        pytest.param(
            "id,street,amount\n"
            + "\n".join(f"{i},S {i},{i * 2}" for i in range(10))
            + "\n\nname,category,score\n"
            + "\n".join(f"N{i},c{i % 3},{i}" for i in range(10)),
            "tables", id="two tables below one another",
        ),
        pytest.param(
            "Goal,Dept,Cost,,Goal,Dept,Cost\n"
            + "\n".join(f"g{i},d{i},{i},,g{i},d{i},{i * 2}" for i in range(10)),
            "tables", id="two tables beside one another",
        ),
        pytest.param(
            "id,min,max,min,max\n" + "\n".join(f"{i},1,2,3,4" for i in range(10)),
            "columns", id="equal groups of columns",
        ),
        pytest.param(
            "x,y,name\n" + "\n".join(f"{i},{i * 2},{i * 3},n{i}" for i in range(20)),
            "header", id="header one name short",
        ),
        pytest.param(
            "a,b,c,d\n" + "\n".join(f"{i},{i * 2},{i * 3}" for i in range(20)),
            "header", id="rows one cell short",
        ),
        pytest.param(
            HEADER + "\n".join(f"{i},Main\nSt {i},{i},2024-01-01" for i in range(20)),
            "rows", id="lines broken in two",
        ),
        pytest.param(
            "Fund,FY23,FY24\nGeneral,,\nPolice,100,110\nFire,90,95\nUtility,,\nWater,200,210\n",
            "rows", id="headings of sections",
        ),
    ],
)  # fmt: skip
def test_what_can_be_understood_in_two_ways_is_asked_and_every_answer_is_taken(
    reader: Reader, text: str, about: str
) -> None:
    asked = reader(text)
    assert asked.status == "ask"
    assert asked.questions[0].about == about
    for choice in asked.questions[0].choices[:3]:
        answered = reader(text, choice.reading)
        assert answered.status == "read", (choice.label, answered.message)
        assert adds_up(answered)
        assert values(reader(text, answered.reading.as_json())) == values(answered)


@pytest.mark.parametrize(
    ("content", "says", "download"),
    [
        (b"", "empty", False),
        (b"\xef\xbb\xbf\r\n", "empty", False),
        (b"id,street,amount\n", "no row below", False),
        (b"<!DOCTYPE html><title>404 Not found</title>", "404 Not found", False),
        (b"%PDF-1.4 ...", "PDF", True),
        (b"\x89PNG\r\n\x1a\n....", "PNG", True),
        (("A letter, with commas, and more of them.\n" * 9).encode(), "not a table", True),
        (
            ("NAME      CITY      NUMBER\n" + "ab        cd        5\n" * 9).encode(),
            "spaces",
            False,
        ),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    reader: Reader, content: bytes, says: str, download: bool
) -> None:
    outcome = reader(content)
    assert outcome.status == "refused"
    assert says in outcome.message
    assert outcome.download_only is download


def test_quotes_within_cells_are_kept_though_nobody_doubled_them(reader: Reader) -> None:
    text = "id,name,n\n" + "\n".join(f'{i},"The "Old, New" Inn",{i}' for i in range(9))
    outcome = reader(text)
    assert [row[2] for row in values(outcome)] == ['The "Old, New" Inn'] * 9
    assert "9 lines have quotation marks" in " ".join(outcome.notes)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("inner", ["\n", "\r\n", "\r"])
def test_line_breaks_of_any_kind_within_quotes_are_taken(
    reader: Reader, ending: str, inner: str
) -> None:
    text = ending.join(["id,text,n", *(f'{i},"one{inner}two",{i}' for i in range(3000))])
    outcome = reader(text)
    assert outcome.tables[0].rows == 3000
    assert {str(row[2]).split() == ["one", "two"] for row in values(outcome)} == {True}
    assert values(outcome)[-1][0] == 3001


def test_columns_of_quarters_become_rows(reader: Reader) -> None:
    outcome = reader("Department,Q1,Q2,Q3,Q4\nPolice,1,2,3,4\nFire,5,6,7,8\n")
    assert [row[1:] for row in values(outcome)][:5] == [
        ("Police", "Q1", 1), ("Police", "Q2", 2), ("Police", "Q3", 3), ("Police", "Q4", 4),
        ("Fire", "Q1", 5),
    ]  # fmt: skip
    assert "became rows" in " ".join(outcome.notes)
    wide = reader("Department,Q1,Q2,Q3,Q4\nPolice,1,2,3,4\nFire,5,6,7,8\n", {"unpivot": {}})
    assert [column.name for column in wide.tables[0].columns] == [
        "Department",
        "Q1",
        "Q2",
        "Q3",
        "Q4",
    ]


def test_columns_of_years_with_another_measure_beside_them_stay_columns(reader: Reader) -> None:
    outcome = reader("Town,People,2019,2020,2021\nA,100,1,2,3\nB,200,4,5,6\n")
    assert outcome.tables[0].rows == 2


def test_empty_cells_are_filled_down_only_where_the_rows_prove_it(reader: Reader) -> None:
    proved = "City,Year,Crimes\n" + "".join(f"C{i},2023,{i}\n,2024,{i + 1}\n" for i in range(5))
    assert [row[1] for row in values(reader(proved))][:4] == ["C0", "C0", "C1", "C1"]
    optional = "Permit,Street,Cost\n" + "".join(f"P{i},A {i},{i}\n,B {i},{i}\n" for i in range(9))
    outcome = reader(optional)
    assert [row[1] for row in values(outcome)][:2] == ["P0", None]
    assert "filled down" in " ".join(outcome.notes)


def test_headings_of_sections_can_become_a_column(reader: Reader) -> None:
    text = "Fund,FY23,FY24\nGeneral,,\nPolice,100,110\nFire,90,95\nUtility,,\nWater,200,210\n"
    choice = reader(text).questions[0].choices[0]
    assert [row[1:3] for row in values(reader(text, choice.reading))] == [
        ("General", "Police"), ("General", "Fire"), ("Utility", "Water"),
    ]  # fmt: skip


# What a steward declares.


def test_every_declared_part_is_kept_to(reader: Reader) -> None:
    reading = {
        "header_rows": [1],
        "aside": ["3-4"],
        "columns": [
            {"source": 0, "label": "id", "name": "number", "type": "text"},
            {"source": 1, "label": "street", "drop": True},
        ],
    }
    outcome = reader(HEADER + ROWS, reading)
    (table,) = outcome.tables
    assert [(c.name, c.type) for c in table.columns][:2] == [
        ("number", "text"),
        ("amount", "numeric"),
    ]
    assert [aside.row for aside in table.set_aside] == [3, 4]
    assert values(outcome)[:2] == [(2, "1", 107.5, *values(outcome)[0][3:]), *values(outcome)[1:2]]
    assert [column.drop for column in outcome.reading.columns].count(True) == 1


def test_a_row_set_aside_can_be_put_back(reader: Reader) -> None:
    text = f"{HEADER}{ROWS}Total,,{SUM},\n"
    outcome = reader(text, {"keep": ["32"], "columns": [{"label": "id", "type": "text"}]})
    assert outcome.tables[0].rows == 31
    assert values(outcome)[-1][1] == "Total"


def test_a_range_delimiter_and_encoding_are_kept_to(reader: Reader) -> None:
    outcome = reader("junk;1;2\na;b;c\n1;é;3\n4;5;6\nx;y;z".encode("cp850"), {
        "range": "B2:C4", "delimiter": ";", "encoding": "cp850", "header_rows": [2],
    })  # fmt: skip
    assert [column.name for column in outcome.tables[0].columns] == ["b", "c"]
    assert [row[1:] for row in values(outcome)] == [("é", 3), ("5", 6)]
    assert adds_up(outcome)


def test_a_declared_column_that_is_gone_is_asked_about_and_never_another_taken_for_it(
    reader: Reader,
) -> None:
    kept = reader(HEADER + ROWS).reading.as_json()
    outcome = reader((HEADER + ROWS).replace("amount", "cost"), kept)
    assert outcome.status == "ask"
    assert outcome.misfits == [
        "The column “amount” is not in this file.",
        "The column “cost” is new.",
    ]


def test_a_new_column_is_taken_and_said_and_moved_ones_are_followed(reader: Reader) -> None:
    kept = reader(HEADER + ROWS).reading.as_json()
    rows = [[line.split(",")[i] for i in (3, 0, 1, 2)] + ["x"] for line in [HEADER.strip(), *LINES]]
    rows[0][-1] = "ward"
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    outcome = reader(text.getvalue(), kept)
    assert outcome.status == "read"
    assert outcome.misfits == ["The column “ward” is new."]
    types = {column.name: column.type for column in outcome.tables[0].columns}
    assert types["day"] == "date" and types["amount"] == "numeric" and types["ward"] == "text"


def test_next_months_file_with_another_title_above_is_read(reader: Reader) -> None:
    kept = reader("City\n\n" + HEADER + ROWS).reading.as_json()
    outcome = reader("City\nDepartment\n\n" + HEADER + ROWS + "31,Main,5,1/1/2024\n", kept)
    assert outcome.status == "read"
    assert outcome.tables[0].header_rows == [4]
    assert outcome.tables[0].rows == 31


def test_next_months_file_may_come_in_another_encoding_or_with_another_delimiter(
    reader: Reader,
) -> None:
    text = "name,city,n\n" + "\n".join(f"José,Köln {i},{i}" for i in range(9))
    kept = reader(text.encode("cp1252")).reading.as_json()
    assert kept["encoding"] == "cp1252"
    outcome = reader(text.replace(",", ";"), kept)
    assert values(outcome)[0][1:] == ("José", "Köln 0", 0)
    assert (outcome.reading.encoding, outcome.reading.delimiter) == ("utf-8", ";")


def test_types_that_no_longer_fit_are_asked_about(reader: Reader) -> None:
    lines = [f"{i},{i}" for i in range(500)]
    kept = reader("id,count\n" + "\n".join(lines)).reading.as_json()
    lines = [f"{i},{i}" if i % 4 else f"{i},{i} or so" for i in range(500)]
    asked = reader("id,count\n" + "\n".join(lines), kept)
    assert asked.status == "ask" and asked.questions[0].about == "types"
    again = reader("id,count\n" + "\n".join(lines), kept | asked.questions[0].choices[0].reading)
    assert again.status == "read"
    assert [column.type for column in again.tables[0].columns] == ["integer", "text"]
    fewer = reader("id,count\n" + "\n".join(lines), kept | asked.questions[0].choices[1].reading)
    assert fewer.status == "read" and fewer.tables[0].rows == 375


# Workbooks.


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for index, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("=1/0"):
                    sheet.write_formula(index, place, cell, None, "#DIV/0!")
                elif cell is not None:
                    sheet.write(index, place, cell)
    book.close()
    return path


TABLE: list[list[object]] = [["Ward", "Calls", "Share"], *([i, i * 10, i / 8] for i in range(1, 9))]


def test_the_one_sheet_with_figures_is_chosen_and_said(tmp_path: Path) -> None:
    prose: list[list[object]] = [["About", "These are calls."], ["Contact", "Clerk"]]
    file = workbook(tmp_path / "a.xlsx", {"Overview": prose, "Calls": TABLE})
    outcome = read(file, into=tmp_path)
    assert outcome.tables[0].sheet == "Calls"
    assert "Overview" in outcome.notes[0]


def test_several_sheets_are_asked_about_and_the_answer_is_kept(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"2023": TABLE, "2024": TABLE})
    asked = read(file, into=tmp_path)
    assert [choice.reading for choice in asked.questions[0].choices] == [
        {"sheet": "2023"}, {"sheet": "2024"},
    ]  # fmt: skip
    outcome = read(file, Reading(sheet="2024"), into=tmp_path)
    assert outcome.reading.sheet == "2024" and outcome.tables[0].rows == 8
    gone = workbook(tmp_path / "b.xlsx", {"2025": TABLE})
    assert read(gone, outcome.reading, into=tmp_path).status == "ask"


def test_errors_of_a_workbook_are_said_and_no_values(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"Calls": [*TABLE, [9, "=1/0", 1.5]]})
    outcome = read(file, into=tmp_path)
    assert "1 cells hold an error" in outcome.notes[0]
    calls = next(column for column in outcome.tables[0].columns if column.name == "Calls")
    assert calls.type == "integer" and calls.marks == {"#DIV/0!": 1}


def test_a_workbook_that_reaches_too_far_is_refused_before_it_is_held(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"Calls": TABLE})
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("Far")
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 500, "z")
    book.close()
    assert read(file, into=tmp_path).status == "read"
    refused = read(tmp_path / "b.xlsx", into=tmp_path)
    assert refused.status == "refused" and "limit of a sheet" in refused.message


ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS = "urn:oasis:names:tc:opendocument:xmlns:"


def open_document(path: Path, rows: str) -> Path:
    """Write an OpenDocument sheet of rows that are XML already."""
    manifest = (
        f'<manifest:manifest xmlns:manifest="{ODS}manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/></manifest:manifest>'
    )
    content = (
        f'<office:document-content xmlns:office="{ODS}office:1.0" xmlns:table="{ODS}table:1.0" '
        f'xmlns:text="{ODS}text:1.0"><office:body><office:spreadsheet><table:table '
        f'table:name="T">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def open_row(*cells: str | int) -> str:
    written = "".join(
        f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
        if isinstance(cell, int)
        else '<table:table-cell office:value-type="string">'
        f"<text:p>{cell}</text:p></table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{written}</table:table-row>"


def test_an_open_document_is_read_and_one_that_repeats_without_end_is_refused(
    tmp_path: Path,
) -> None:
    rows = open_row("Ward", "Calls") + "".join(open_row(i, i * 3) for i in range(1, 9))
    empty = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="1024"/></table:table-row>'
    )
    read_well = read(open_document(tmp_path / "a.ods", rows + empty), into=tmp_path)
    assert (read_well.status, read_well.tables[0].rows) == ("read", 8)
    endless = empty.replace('1024"', '1024" office:value-type="float" office:value="1"')
    refused = read(open_document(tmp_path / "b.ods", rows + endless), into=tmp_path)
    assert refused.status == "refused" and "limit" in refused.message


# Any table.

cells = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.text("abc äß,;|\"'\n\t#", max_size=8),
    st.sampled_from(["", "N/A", "$5.00", "3/4/2024", "Total"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=4, max_size=12),
    titles=st.integers(0, 2),
    blanks=st.integers(0, 2),
    delimiter=st.sampled_from(",;\t|"),
)
def test_no_row_of_any_table_is_lost_and_no_value_changes_its_column(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    titles: int,
    blanks: int,
    delimiter: str,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    file = folder / "any.csv"
    numbered = [[str(number), *row] for number, row in enumerate(rows, 1)]
    with file.open("w", newline="", encoding="utf-8") as out:
        write = csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow
        for title in range(titles):
            write([f"Title {title}"])
        for _ in range(blanks):
            out.write("\r\n")
        write(["number", "first one", "second one", "third one"])
        for row in numbered:
            write(row)
    reading = Reading(
        header_rows=[titles + blanks + 1],
        columns=[Column(source=place, type="text") for place in range(4)],
        delimiter=delimiter,
    )
    outcome = read(file, reading, into=folder)
    assert outcome.status == "read", outcome.message
    assert adds_up(outcome)
    loaded = {row[0]: row[1:] for row in values(outcome)}
    aside = {one.row for one in outcome.tables[0].set_aside}
    start = titles + blanks + 2
    assert set(loaded) | {n for n in aside if n >= start} == set(range(start, start + len(rows)))
    for number, row in loaded.items():
        wanted = numbered[int(str(number)) - start]
        for have, want in zip(row, wanted, strict=True):
            assert have is None or str(have).split() == want.split()
