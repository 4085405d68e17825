"""The forms in which cities offer structured files: what becomes of records, shapes, archives."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ckanext.independence.content.reading import Outcome, Reading, read

from .bad_files import shapefile, zipped

CSV = b"id,name\n1,school\n2,park\n"


def of(folder: Path, name: str, content: bytes | str | Any, **reading: Any) -> Outcome:
    if not isinstance(content, (bytes, str)):
        content = json.dumps(content)
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    into = folder / "into"
    into.mkdir(exist_ok=True)
    return read(file, Reading(**reading), into=into)


def table(outcome: Outcome) -> list[tuple[Any, ...]]:
    """The labels, then the rows."""
    assert outcome.status == "read", outcome.message
    (found,) = outcome.tables
    names = ", ".join(f'"{column.name}"' for column in found.columns)
    with duckdb.connect() as database:
        rows = database.execute(f"SELECT {names} FROM '{found.parquet}'").fetchall()  # noqa: S608
    return [tuple(column.label for column in found.columns), *rows]


def test_what_lies_within_a_record_becomes_columns_with_a_dot(tmp_path: Path) -> None:
    records = [{"id": 7, "at": {"street": "Main", "no": 1}}, {"id": 8, "tags": ["a", "b"]}]
    assert table(of(tmp_path, "a.json", records)) == [
        ("id", "at.street", "at.no", "tags"),
        (7, "Main", 1, None),
        (8, None, None, '["a", "b"]'),
    ]


def test_columns_apart_from_rows_as_socrata_has_them(tmp_path: Path) -> None:
    columns = [
        {"name": "sid", "dataTypeName": "meta_data", "fieldName": ":sid"},
        {"name": "Case No", "dataTypeName": "text", "fieldName": "case_no"},
        {"name": "Fee", "dataTypeName": "number", "fieldName": "fee"},
    ]
    whole = {
        "meta": {"view": {"name": "Fees", "columns": columns, "grants": [{"type": "viewer"}]}},
        "data": [["row-1", "A-1", "12.50"], ["row-2", "A-2", "7"]],
    }
    found = table(of(tmp_path, "rows.json", whole))
    assert found[0] == ("Case No", "Fee")
    assert [(case, float(fee)) for case, fee in found[1:]] == [("A-1", 12.5), ("A-2", 7.0)]


def test_fields_and_records_as_a_datastore_dumps_them(tmp_path: Path) -> None:
    whole = {"fields": [{"id": "_id", "type": "int"}, {"id": "name", "type": "text"}]}
    found = table(of(tmp_path, "dump.json", whole | {"records": [[1, "school"], [2, "park"]]}))
    assert found == [("_id", "name"), (1, "school"), (2, "park")]


def test_codes_in_quotes_stay_text_beside_numbers_without(tmp_path: Path) -> None:
    records = [{"ward": "4", "zip": "02108", "n": 1}, {"ward": "5", "zip": "02109", "n": 2}]
    (found,) = of(tmp_path, "a.json", records).tables
    assert [column.type for column in found.columns] == ["text", "text", "integer"]


def test_a_broken_line_among_json_lines_is_set_aside(tmp_path: Path) -> None:
    outcome = of(tmp_path, "a.jsonl", '{"a": 1}\n\n{"a": 2}\n{"a": \n{"a": 3}\n')
    assert table(outcome) == [("a",), (1,), (2,), (3,)]
    (found,) = outcome.tables
    assert [(aside.row, aside.kind) for aside in found.set_aside] == [(4, "bad")]
    assert (found.source_rows, found.blank_rows) == (5, 1)


def test_broken_json_is_refused_with_its_line(tmp_path: Path) -> None:
    outcome = of(tmp_path, "a.json", '[{"a": 1,\n"b": 2}\n{"a": 3}]')
    assert outcome.status == "refused"
    assert "line 3" in outcome.message and "comma" in outcome.message


def test_features_in_feet_and_without_a_shape(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [1176000.0, 1901000.0]}
    whole = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"geometry": "x"}, "geometry": point},
            {"type": "Feature", "properties": {"geometry": "y"}, "geometry": None},
        ],
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3435"}},
    }
    outcome = of(tmp_path, "a.geojson", whole)
    _, first, second = table(outcome)
    west, north = json.loads(first[1])["coordinates"]
    assert (round(west, 1), round(north, 1)) == (-87.6, 41.9)
    assert second == ("y", None)
    assert [column.name for column in outcome.tables[0].columns] == ["geometry_2", "geometry"]


def test_a_places_description_becomes_columns(tmp_path: Path) -> None:
    place = (
        "<Placemark><name>{0}</name><description><![CDATA[<table><tr><td>Kind</td><td>{1}</td></tr>"
        "</table>]]></description><Point><coordinates>-94.4, 39.1 ,0</coordinates></Point>"
        "</Placemark>"
    )
    places = place.format("A", "school") + place.format("B", "park")
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{places}</Document></kml>'
    header, first, _ = table(of(tmp_path, "a.kml", kml))
    assert header == ("name", "Kind", "geometry")
    assert first[:2] == ("A", "school")
    assert json.loads(first[2])["coordinates"] == [-94.4, 39.1]


def test_a_shapefiles_letters_and_a_missing_index(tmp_path: Path) -> None:
    outcome = of(tmp_path, "a.zip", zipped(shapefile(shx=b"")))
    assert [row[0] for row in table(outcome)] == ["NAME", "Cañon", "second"]
    assert any(".shx" in note for note in outcome.notes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"dbf": b""}, "no .dbf file"), ({"shx": b"\0\0\x27\x0a" + b"\0" * 96}, "do not belong")],
)
def test_a_shapefile_in_parts_is_refused_in_words(
    tmp_path: Path, changes: dict[str, bytes], says: str
) -> None:
    outcome = of(tmp_path, "a.zip", zipped(shapefile(**changes)))
    assert outcome.status == "refused"
    assert says in outcome.message


def test_several_shapefiles_are_asked_about_and_the_answer_is_kept_to(tmp_path: Path) -> None:
    two = {f"{name}/{part}": content for name in "ab" for part, content in shapefile().items()}
    outcome = of(tmp_path, "two.zip", zipped(two))
    assert outcome.status == "ask"
    chosen = of(tmp_path, "two.zip", zipped(two), **outcome.questions[0].choices[1].reading)
    assert len(table(chosen)) == 3


def test_the_one_table_beside_a_readme_is_taken_out_of_an_archive(tmp_path: Path) -> None:
    packed = zipped({"data/places.csv": CSV, "README.txt": b"Places.", "__MACOSX/._x.csv": b"x"})
    outcome = of(tmp_path, "a.zip", packed)
    assert table(outcome) == [("id", "name"), (1, "school"), (2, "park")]
    assert "places.csv" in " ".join(outcome.notes) and "README.txt" in " ".join(outcome.notes)


def test_several_tables_in_an_archive_are_asked_about(tmp_path: Path) -> None:
    packed = zipped({"2024.csv": CSV, "2025.csv": CSV + b"3,pool\n"})
    outcome = of(tmp_path, "a.zip", packed)
    assert [choice.reading for choice in outcome.questions[0].choices] == [
        {"sheet": "2024.csv"},
        {"sheet": "2025.csv"},
    ]
    chosen = of(tmp_path, "a.zip", packed, sheet="2025.csv")
    assert len(table(chosen)) == 4
    again = of(tmp_path, "a.zip", packed, **{"sheet": chosen.reading.sheet})
    assert len(table(again)) == 4


def test_a_gzip_file_is_the_file_in_it(tmp_path: Path) -> None:
    assert len(table(of(tmp_path, "a.csv.gz", gzip.compress(CSV)))) == 3


def test_a_column_left_out_by_a_steward_stays_left_out(tmp_path: Path) -> None:
    from ckanext.independence.content.reading.model import Column

    drop = [Column(source=0, label="id", drop=True)]
    outcome = of(tmp_path, "a.json", [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}], columns=drop)
    assert table(outcome) == [("name",), ("x",), ("y",)]
    assert [column.label for column in outcome.reading.columns if column.drop] == ["id"]
