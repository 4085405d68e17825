"""Downloads of tables: every form says the same, streams, holds nothing, and is safe to open."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import tempfile
import zipfile
from collections import namedtuple
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.integration.inside import Inside

FIELDS = [
    {"id": "case", "type": "text", "info": {"label": "Case number", "notes": "As filed"}},
    {"id": "opened", "type": "date"},
    {"id": "seen", "type": "timestamp"},
    {"id": "fine", "type": "numeric", "info": {"unit": "$"}},
    {"id": "people", "type": "integer"},
    {"id": "100% done", "type": "boolean"},
    {"id": "latitude", "type": "numeric"},
    {"id": "longitude", "type": "numeric"},
]
NAMES = [field["id"] for field in FIELDS]
RECORDS = [
    {
        "case": "00712", "opened": "2026-02-28", "seen": "2026-02-28T05:06:07", "fine": "1250.75",
        "people": 3, "100% done": True, "latitude": "39.09", "longitude": "-94.41",
    },
    {"case": '=HYPERLINK("http://x")', "fine": "-0.50", "people": 12345678901234567},
    {"case": 'She said "no", twice\nand left', "opened": "0900-01-01", "latitude": "95"},
    {"case": "+1 816 555", "seen": "2026-01-01T00:00:00"},
    {"case": "-5"}, {"case": "@home"}, {"case": "\tTab"}, {"case": "\rreturn"},
    {"case": ""}, {"case": None},
    {"case": "<b>&amp; ünï 😀 _x0041_ \x01 end "},
]  # fmt: skip


@pytest.fixture(scope="module")
def file(inside: Inside) -> dict[str, Any]:
    """A resource with a table of awkward values, sent row by row."""
    made: dict[str, Any] = inside.act(
        "resource_create",
        package_id=inside.dataset()["id"],
        name="Lamps",
        url="https://www.example.gov/lamps",
    )
    inside.act("independence_content_stream_declare", id=made["id"], fields=FIELDS)
    inside.act("datastore_upsert", resource_id=made["id"], method="insert", records=RECORDS)
    inside.work()
    return made


@pytest.fixture
def address(file: dict[str, Any]) -> str:
    return f"/dataset/{file['package_id']}/resource/{file['id']}/export"


def rows_of_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_for_programs_holds_every_value_as_it_is(inside: Inside, address: str) -> None:
    answer = inside.client.get(f"{address}/csv?exact=1")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=street-lamps")
    assert disposition.endswith(".csv")
    header, *rows = rows_of_csv(answer.text)
    assert header == NAMES
    assert [row[0] for row in rows] == [record.get("case") or "" for record in RECORDS]
    assert rows[0] == [
        "00712", "2026-02-28", "2026-02-28 05:06:07", "1250.75", "3", "true", "39.09", "-94.41",
    ]  # fmt: skip
    assert rows[1][3:5] == ["-0.50", "12345678901234567"]


def test_csv_for_a_spreadsheet_runs_no_formula(inside: Inside, address: str) -> None:
    text = inside.client.get(f"{address}/csv").text
    assert text.startswith("\ufeff"), "Excel takes it for UTF-8"
    _header, *rows = rows_of_csv(text)
    cases = [row[0] for row in rows]
    for dangerous in ('=HYPERLINK("http://x")', "+1 816 555", "-5", "@home", "\tTab", "\rreturn"):
        assert f"'{dangerous}" in cases
    assert rows[1][3] == "-0.50", "a number is no formula"
    assert cases[0] == "00712"


def test_json_and_json_lines_are_records_with_types(inside: Inside, address: str) -> None:
    records = inside.client.get(f"{address}/json").json
    assert [record["case"] for record in records] == [r.get("case") for r in RECORDS]
    assert records[0] == {
        "case": "00712", "opened": "2026-02-28", "seen": "2026-02-28T05:06:07", "fine": 1250.75,
        "people": 3, "100% done": True, "latitude": 39.09, "longitude": -94.41,
    }  # fmt: skip
    assert records[4]["fine"] is None
    lines = inside.client.get(f"{address}/jsonl").text.splitlines()
    assert [json.loads(line) for line in lines] == records


def test_parquet_has_the_types_and_no_hidden_column(
    inside: Inside, address: str, tmp_path: Path
) -> None:
    path = tmp_path / "cases.parquet"
    path.write_bytes(inside.client.get(f"{address}/parquet").data)
    shape = duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()
    assert [(name, kind) for name, kind, *_ in shape] == [
        ("case", "VARCHAR"), ("opened", "DATE"), ("seen", "TIMESTAMP"), ("fine", "DECIMAL(18,2)"),
        ("people", "BIGINT"), ("100% done", "BOOLEAN"), ("latitude", "DECIMAL(18,2)"),
        ("longitude", "DECIMAL(18,2)"),
    ]  # fmt: skip
    found = duckdb.read_parquet(str(path)).project('"case"').fetchall()
    assert [case for (case,) in found] == [record.get("case") for record in RECORDS]


def test_geojson_has_a_place_where_there_is_one(inside: Inside, address: str) -> None:
    answer = inside.client.get(f"{address}/geojson")
    assert answer.content_type == "application/geo+json"
    features = answer.json["features"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [-94.41, 39.09]}
    assert features[0]["properties"]["case"] == "00712"
    assert features[2]["geometry"] is None, "there is no latitude of 95 degrees"
    part = inside.client.get(f"{address}/geojson?column=case&case.is=00712").json["features"]
    assert part[0]["geometry"]["coordinates"] == [-94.41, 39.09]


def _sheet(content: bytes, name: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name(name).to_python()


def test_a_workbook_holds_what_xlsxwriter_would_have_written(inside: Inside, address: str) -> None:
    answer = inside.client.get(f"{address}/xlsx").data
    expected = io.BytesIO()
    with xlsxwriter.Workbook(expected, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for index, name in enumerate(["Case number", *NAMES[1:]]):
            sheet.write_string(0, index, name)
        for row, record in enumerate(RECORDS, 1):
            if record.get("case") is not None:
                sheet.write_string(row, 0, record["case"].replace("\x01", "\ufffd"))
            if record.get("opened") == "2026-02-28":
                sheet.write_datetime(row, 1, dt.datetime(2026, 2, 28), day)
            elif record.get("opened"):
                sheet.write_string(row, 1, record["opened"])
            if record.get("seen"):
                sheet.write_datetime(row, 2, dt.datetime.fromisoformat(record["seen"]), moment)
            if record.get("people") == 3:
                sheet.write_number(row, 4, 3)
            elif record.get("people"):
                sheet.write_string(row, 4, str(record["people"]))
            if "100% done" in record:
                sheet.write_boolean(row, 5, record["100% done"])
            for index, name in ((3, "fine"), (6, "latitude"), (7, "longitude")):
                if name in record:
                    sheet.write_number(row, index, float(record[name]))
    ours, theirs = _sheet(answer, "Data"), _sheet(expected.getvalue(), "Data")
    assert ours == theirs
    explained = _sheet(answer, "Columns explained")
    assert explained[1][:5] == ["Case number", "case", "text", "", "As filed"]
    assert {"Data set", "File", "Address"} <= {row[0] for row in explained}


def test_a_part_of_a_table_is_what_the_tables_page_shows(inside: Inside, address: str) -> None:
    asked = "?fine.min=-1&sort=fine&order=desc&column=case&column=fine&exact=1"
    answer = inside.client.get(f"{address}/csv{asked}")
    assert rows_of_csv(answer.text) == [
        ["case", "fine"], ["00712", "1250.75"], ['=HYPERLINK("http://x")', "-0.50"],
    ]  # fmt: skip
    assert "-part.csv" in answer.headers["Content-Disposition"]
    assert inside.client.get(f"{address}/json?case.is=none-such").json == []


def test_a_filter_that_is_not_understood_gives_no_wrong_file(inside: Inside, address: str) -> None:
    answer = inside.client.get(f"{address}/csv?colour.is=red")
    assert answer.status_code == 400
    assert "There is no column “colour” in this table." in answer.text


def test_a_form_that_is_not_offered_is_not_there(inside: Inside, address: str) -> None:
    assert inside.client.get(f"{address}/docx").status_code == 404
    assert inside.client.get(address.replace("/export", "") + "x/export/csv").status_code == 404


def test_a_table_is_named_in_the_head_without_being_read(
    inside: Inside, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.content.exports import tables

    monkeypatch.setattr(tables, "rows", None)
    answer = inside.client.head(f"{address}/parquet")
    assert answer.status_code == 200
    assert "parquet" in answer.headers["Content-Disposition"]


def test_nothing_of_the_database_is_held_while_a_table_is_sent(
    inside: Inside, address: str, file: dict[str, Any]
) -> None:
    from ckanext.datastore.backend.postgres import get_write_engine

    answer = inside.client.get(f"{address}/csv", buffered=False)
    held = sa.text(
        "SELECT count(*) FROM pg_locks WHERE relation = to_regclass(:table)"
        " UNION ALL SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
    )
    with get_write_engine().connect() as connection:
        counts = [row[0] for row in connection.execute(held, {"table": f'"{file["id"]}"'})]
    assert counts == [0, 0]
    assert len(b"".join(answer.response)) > 100
    answer.close()


def test_too_many_at_once_are_told_to_come_back(inside: Inside, address: str) -> None:
    from ckanext.independence.content.exports.rows import AT_ONCE

    before = _open_files()
    begun = [inside.client.get(f"{address}/csv", buffered=False) for _ in range(AT_ONCE)]
    try:
        assert {answer.status_code for answer in begun} == {200}
        late = inside.client.get(f"{address}/csv")
        assert late.status_code == 503
        assert late.headers["Retry-After"] == "60"
        assert "Many people are downloading" in late.text
    finally:
        for answer in begun:
            answer.close()
    # Readers who went away in the middle have left nothing behind.
    assert inside.client.get(f"{address}/csv").status_code == 200
    assert _open_files() == before
    assert not list(Path(tempfile.gettempdir()).glob("export-*"))


def _open_files() -> set[str]:
    opened = Path("/dev/fd").iterdir()
    names = {str(one.readlink()) for one in opened if one.is_symlink()}
    return {name for name in names if name.startswith("/")}


def test_a_disk_that_is_short_is_said_and_not_filled(
    inside: Inside, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1 << 40, 1 << 40, 1 << 20))
    answer = inside.client.get(f"{address}/csv")
    assert answer.status_code == 503
    assert "disk is short of space" in answer.text
    monkeypatch.undo()
    assert inside.client.get(f"{address}/csv").status_code == 200


def test_more_rows_than_a_sheet_holds_are_refused_in_words(
    inside: Inside, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.content.exports import workbook

    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    answer = inside.client.get(f"{address}/xlsx")
    assert answer.status_code == 400
    assert "take CSV" in answer.text
    assert inside.client.get(f"{address}/xlsx?case.is=00712").status_code == 200


def test_a_zip_holds_what_a_data_set_serves_and_what_explains_it(inside: Inside) -> None:
    data = inside.dataset(source_system="Lamp register", known_limits="Some are dark.")
    first = inside.upload("lamps.csv", b"lamp,watts\n1,60\n", package_id=data["id"])
    inside.upload("lamps.csv", b"lamp\n2\n", package_id=data["id"])
    inside.act(
        "resource_create", package_id=data["id"], name="Map", url="https://www.example.gov/map"
    )
    words = [{"name": "lamp", "description": "Its number"}]
    inside.act("independence_content_dictionary_update", id=first["id"], columns=words)
    answer = inside.client.get(f"/dataset/{data['name']}/download.zip")
    assert answer.content_type == "application/zip"
    assert f"filename={data['name']}-20" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        assert parts.testzip() is None
        assert sorted(parts.namelist()) == [
            "README.txt", "columns/lamps-columns-2.csv", "columns/lamps-columns.csv",
            "files/lamps-2.csv", "files/lamps.csv", "record.json",
        ]  # fmt: skip
        assert parts.read("files/lamps.csv") == b"lamp,watts\n1,60\n"
        assert parts.read("files/lamps-2.csv") == b"lamp\n2\n"
        assert b"Its number" in parts.read("columns/lamps-columns.csv")
        assert json.loads(parts.read("record.json"))["identifier"] == data["identifier"]
        readme = parts.read("README.txt").decode()
    for said in ("Lamp register", "Some are dark.", first["hash"], "https://www.example.gov/map"):
        assert said in readme


def test_a_whole_table_is_the_same_whether_kept_rows_or_the_database_give_it(
    inside: Inside,
) -> None:
    lines = ["Case number,Opened,Seen,Fine,Done,Zip,Latitude,Longitude"]
    for number in range(1, 60):
        lines.append(
            f"A-{number:03},2026-02-{number % 28 + 1:02},2026-03-01 0{number % 10}:15,"
            f'"${number * 1000.5:,.2f}",{"yes" if number % 3 else "no"},0{number + 1000},'
            f"39.{number:03},-94.{number:03}"
        )
    lines.append("=1+1,,,,,,,")
    data = inside.dataset()
    resource = inside.upload("cases.csv", "\n".join(lines).encode(), package_id=data["id"])
    page = f"/dataset/{data['name']}/resource/{resource['id']}/export"
    header = inside.client.get(f"{page}/csv?exact=1").text.splitlines()[0].split(",")
    # A filter that every row meets: these come from the database.
    every = f"{header[0]}.empty=no"
    for form in ("csv", "json", "jsonl", "geojson"):
        whole = inside.client.get(f"{page}/{form}")
        assert whole.data == inside.client.get(f"{page}/{form}?{every}").data, form
    for form in ("xlsx", "parquet"):
        whole, part = (inside.client.get(f"{page}/{form}{q}") for q in ("", f"?{every}"))
        assert _table(form, whole.data) == _table(form, part.data)
    records = inside.client.get(f"{page}/json").json
    assert records[0] == dict(
        zip(header, ["A-001", "2026-02-02", "2026-03-01T01:15:00", 1000.5, True, "01001", 39.001,
                     -94.001], strict=True)
    )  # fmt: skip
    assert records[-1][header[0]] == "=1+1" and records[-1][header[3]] is None
    known = inside.client.get(f"{page}/csv")
    again = inside.client.get(f"{page}/csv", headers={"If-None-Match": known.headers["ETag"]})
    assert again.status_code == 304
    assert inside.client.get(f"{page}/csv?exact=1").headers["ETag"] != known.headers["ETag"]


def _table(form: str, content: bytes) -> Any:
    if form == "xlsx":
        return _sheet(content, "Data")
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(content)
        file.flush()
        found = duckdb.read_parquet(file.name)
        return found.columns, found.fetchall()
