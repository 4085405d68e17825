"""Planted numbers are found wherever a file can hold them, and files of every kind are survived."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyogrio
import pypdf
import pytest
import xlsxwriter
from ckanext.independence.policy.identifiers import CERTAIN, KINDS, POSSIBLE, Limits, scan_file
from fpdf import FPDF
from PIL import ExifTags, Image
from pypdf.annotations import FreeText

PLANTED = "512-33-1234"


def comma(path: Path) -> None:
    rows = [["id", "notes"], *([str(at), "no answer"] for at in range(300)), ["301", PLANTED]]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def above_the_header(path: Path) -> None:
    path.write_text(f"Report for {PLANTED}\n\nid,amount\n1,2\n2,3\n3,4\n")


def ragged(path: Path) -> None:
    path.write_text(f"id,amount\n1,2\n2,3\n3,4,see SSN {PLANTED},x\n4,5\n")


def wide_encoding(path: Path) -> None:
    path.write_text(f"id\tname\n1\tA\n2\t{PLANTED}\n", encoding="utf-16")


def broken_json(path: Path) -> None:
    path.write_text('{"a": [1, 2}, "ssn": "' + PLANTED)


def nested_json(path: Path) -> None:
    path.write_text(json.dumps({"a": {"b": [{"c": {"note": [f"his ssn: {PLANTED}"]}}]}}))


def keys_of_json(path: Path) -> None:
    path.write_text(json.dumps({"people": {PLANTED: {"age": 3}}}))


def named_json(path: Path) -> None:
    path.write_text(json.dumps([{"ssn": 512331234}, {"ssn": 12331234}]))


def lines_of_json(path: Path) -> None:
    path.write_text("".join(json.dumps({"a": one}) + "\n" for one in (1, PLANTED, 2)))


def geojson(path: Path) -> None:
    point = {"type": "Point", "coordinates": [-94.41551, 39.09111]}
    feature = {"type": "Feature", "geometry": point, "properties": {"who": PLANTED}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))


def xml(path: Path) -> None:
    path.write_text(f'<?xml version="1.0"?><rows><row who="{PLANTED}"><b>x</b></row></rows>')


def text_behind_an_element(path: Path) -> None:
    path.write_text(f"<rows><row>Call <b>her</b> about {PLANTED}</row></rows>")


def kml(path: Path) -> None:
    path.write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><ExtendedData>'
        '<Data name="SSN"><value>512331234</value></Data></ExtendedData></Placemark></Document>'
        "</kml>"
    )


def parquet(path: Path) -> None:
    duckdb.sql(f"COPY (SELECT 1 AS a, '{PLANTED}' AS b) TO '{path}' (FORMAT parquet)")


def hidden_sheet(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Shown").write_row(0, 0, ["a", "b"])
        hidden = book.add_worksheet("Old")
        hidden.hide()
        hidden.write_column(0, 0, ["Employee SSN", 512331234, 512331235])


def comment(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_comment("A1", f"ask {PLANTED}")


def page(path: Path) -> None:
    document = FPDF()
    document.set_font("helvetica")
    for text in ("first", f"Applicant {PLANTED}"):
        document.add_page()
        document.cell(text=text)
    document.output(str(path))


def form(path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    note = FreeText(text=f"SSN {PLANTED}", rect=(0, 0, 100, 100))
    writer.add_annotation(0, note)
    writer.write(path)


def word(path: Path) -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in ("Number 512-", "33-", "1234"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {w}><w:p>{runs}</w:p></w:document>")


def table_in_word(path: Path) -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    cells = [("Name", "SSN"), ("A", "512331234"), ("B", "512331235")]
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row)
        + "</w:tr>"
        for row in cells
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {w}><w:tbl>{rows}</w:tbl></w:document>")


def web_page(path: Path) -> None:
    path.write_text(f"<!DOCTYPE html><html><body><p>His <b>SSN</b> is {PLANTED}</p></body></html>")


def prose(path: Path) -> None:
    path.write_text(f"Dear all,\n\nplease call about {PLANTED}, thank you.\n")


def archive_in_archive(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("list.csv", f"a,b\n1,{PLANTED}\n2,x\n")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
        archive.writestr("inner.zip", inner.getvalue())


def packed(path: Path) -> None:
    path.write_bytes(gzip.compress(f"a,b\n1,{PLANTED}\n2,x\n".encode()))


def layer(path: Path, driver: str) -> None:
    point = np.array([bytes.fromhex("010100000000000000000000000000000000000000")], dtype=object)
    pyogrio.raw.write(
        path,
        geometry=point,
        field_data=[np.array([PLANTED], dtype=object)],
        fields=["who"],
        geometry_type="Point",
        crs="EPSG:4326",
        driver=driver,
    )


def geopackage(path: Path) -> None:
    layer(path, "GPKG")


def shapefile(path: Path) -> None:
    layer(path.with_suffix(".shp"), "ESRI Shapefile")
    with zipfile.ZipFile(path, "w") as archive:
        for part in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(path.with_suffix(part), f"map{part}")


FILES: list[tuple[str, Callable[[Path], None]]] = [
    ("a.csv", comma),
    ("a.csv", above_the_header),
    ("a.csv", ragged),
    ("a.tsv", wide_encoding),
    ("a.json", nested_json),
    ("a.json", keys_of_json),
    ("a.json", broken_json),
    ("a.json", named_json),
    ("a.jsonl", lines_of_json),
    ("a.geojson", geojson),
    ("a.xml", xml),
    ("a.xml", text_behind_an_element),
    ("a.kml", kml),
    ("a.parquet", parquet),
    ("a.xlsx", hidden_sheet),
    ("a.xlsx", comment),
    ("a.pdf", page),
    ("a.pdf", form),
    ("a.docx", word),
    ("a.docx", table_in_word),
    ("a.html", web_page),
    ("a.txt", prose),
    ("a.zip", archive_in_archive),
    ("a.csv.gz", packed),
    ("a.gpkg", geopackage),
    ("a.zip", shapefile),
]


@pytest.mark.parametrize(("name", "write"), FILES, ids=[write.__name__ for _, write in FILES])
def test_a_planted_number_is_found(
    name: str, write: Callable[[Path], None], tmp_path: Path
) -> None:
    write(tmp_path / name)
    scan = scan_file(tmp_path / name, name)
    found = [hit for hit in scan.hits if hit.kind == "social-security"]
    assert [hit.certainty for hit in found] == [CERTAIN], scan
    assert "512" not in repr(scan)
    assert "33-1234" not in repr(scan)


def test_what_files_say_of_their_makers_is_only_possible(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.set_properties({"author": "Jane Roe"})
        book.add_worksheet().write(0, 0, "a")
    document = FPDF()
    document.set_author("Jane Roe")
    document.add_page()
    document.output(str(tmp_path / "a.pdf"))
    for name in ("a.xlsx", "a.pdf"):
        hit = scan_file(tmp_path / name).hits[0]
        assert (hit.kind, hit.certainty, hit.shape) == ("file-metadata", POSSIBLE, "aaaa aaa")
        assert hit.place == "author of the file"


def test_a_photograph_says_where_it_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Jane Roe"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: (39.0, 5.0, 28.1), 3: "W", 4: (94.0, 24.0, 55.0)}
    )
    Image.new("RGB", (4, 4)).save(tmp_path / "a.jpg", exif=exif)
    scan = scan_file(tmp_path / "a.jpg")
    assert {hit.kind for hit in scan.hits} == {"file-metadata", "exact-point"}
    assert "39.0" not in repr(scan)


def locked_pdf(path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path)


def cut_off(path: Path) -> None:
    page(path)
    path.write_bytes(path.read_bytes()[:400])


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 50)


def old_workbook(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 5_000)


def database(path: Path) -> None:
    sqlite3.connect(path).execute("CREATE TABLE a (b)").connection.commit()


def broken_zip(path: Path) -> None:
    archive_in_archive(path)
    path.write_bytes(path.read_bytes()[:200])


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 3_000_000)


def deep(path: Path) -> None:
    content = b"a,b\n1,2\n"
    for _ in range(5):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w") as archive:
            archive.writestr("a.zip", content)
        content = outer.getvalue()
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.pdf", locked_pdf),
        ("a.pdf", cut_off),
        ("a.bin", noise),
        ("a.xls", old_workbook),
        ("a.sqlite", database),
        ("a.zip", broken_zip),
        ("a.zip", bomb),
        ("a.zip", deep),
    ],
)
def test_what_cannot_be_looked_at_is_said(
    name: str, write: Callable[[Path], None], tmp_path: Path
) -> None:
    write(tmp_path / name)
    scan = scan_file(tmp_path / name, limits=Limits(unpacked_bytes=1_000_000))
    assert not scan.complete
    assert scan.notes


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"PK\x03\x04", b"%PDF-1.7", b"\x1f\x8b\x08", b"{"]
)
def test_no_file_makes_a_scan_raise(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert scan_file(path).hits == []


def test_a_large_table_is_looked_at_in_a_sample_that_is_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("id,ssn\n")
        file.writelines(f"{at},{100_000_000 + 97 * at}\n" for at in range(20_000))
    scans = [scan_file(path, limits=Limits(cells=10_000)) for _ in range(2)]
    assert scans[0] == scans[1]
    [hit] = scans[0].hits
    assert hit.sampled
    assert 4_000 <= hit.looked_at <= 5_000
    assert "sample" in scans[0].notes[0]


def test_every_kind_says_what_it_is() -> None:
    for kind in KINDS.values():
        assert kind.sentence.endswith(".")
        assert kind.title != kind.plural
