"""The manifest: what it says comes through as it stands, and its paths stay inside."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.independence.catalog.reading import Tables, read

WHOLE = """
manifest: 1
departments:
  - {name: police, title: Police Department, code: NO, valid_from: 2021-07-01}
datasets:
  - name: crime-incidents
    identifier: 0123
    title: Crime incidents
    department: police
    description: |
      One row for each report.
    keywords: [crime, police reports]
    update_frequency: R/P1D
    data_modified: 2026-09-14
    themes: [safety]
    publish: true
    resources:
      - name: Incidents (CSV)
        path: files/crime.csv
        format: CSV
        columns:
          - {name: case, type: text, label: Case number}
          - {name: reported, type: date}
      - name: Incidents (GeoJSON)
        url: https://data.example.gov/crime.geojson
        alternative_of: Incidents (CSV)
"""


def test_a_manifest_reads_as_people_mean_it() -> None:
    catalog = read(
        WHOLE.encode(),
        "manifest.yaml",
        Tables(fields={"themes": True, "update_frequency": False, "data_modified": False}),
    )
    assert not catalog.problems
    assert catalog.departments == [
        {
            "name": "police",
            "title": "Police Department",
            "code": "NO",
            "valid_from": "2021-07-01",
        }
    ]
    (record,) = catalog.records
    assert (record.name, record.named, record.identifier) == ("crime-incidents", True, "0123")
    assert record.fields == {
        "title": "Crime incidents",
        "notes": "One row for each report.\n",
        "update_frequency": "R/P1D",
        "data_modified": "2026-09-14",
        "access_level": "public",
        "themes": ["safety"],
    }
    assert record.tags == ["crime", "police reports"]
    assert record.publish
    table, link = record.files
    assert (table.path, table.columns[1]) == (
        "files/crime.csv",
        {"name": "reported", "type": "date"},
    )
    assert (link.path, link.alternative_of) == (None, "Incidents (CSV)")
    assert not record.problems


@pytest.mark.parametrize(
    "path", ["../x.csv", "a/../../x.csv", "/etc/passwd", "C:\\x.csv", "c:/x.csv", "a\x00b", "."]
)
def test_a_path_out_of_the_folder_is_left_out_and_reported(path: str) -> None:
    manifest = {
        "manifest": 1,
        "datasets": [{"title": "A b", "resources": [{"name": "f", "path": path}]}],
    }
    (record,) = read(manifest, "m").records
    assert record.files == []
    assert record.problems


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"titel": "x"}, "titel"),
        ({"publish": "yes"}, "publish"),
        ({"steward_name": ["a", {}]}, "steward_name"),
        ({"resources": [{"name": "f"}]}, "resources[0]"),
        ({"resources": [{"name": "f", "url": "https://a.gov", "path": "a"}]}, "resources[0]"),
        ({"resources": "none"}, "resources"),
        ({"resources": [{"url": "https://a.gov/", "nme": "f"}]}, "resources[0].nme"),
        ({"resources": [{"path": "a", "alternative_of": "b"}]}, "alternative_of"),
        ({"resources": [{"path": "a", "columns": [{"type": "x"}]}]}, "resources[0].columns"),
        (
            {"resources": [{"path": "a", "columns": [{"name": "c", "type": "money"}]}]},
            "resources[0].columns",
        ),
    ],
)
def test_what_a_manifest_does_not_know_is_reported(entry: dict[str, Any], field: str) -> None:
    manifest = {"manifest": 1, "datasets": [{"title": "A b"} | entry]}
    (record,) = read(manifest, "m", Tables(fields={"steward_name": False})).records
    assert [problem.field for problem in record.problems] == [field]


def test_a_record_that_says_not_to_publish_stays_a_draft() -> None:
    for publish in (False, "no", None):
        manifest = {"manifest": 1, "datasets": [{"title": "A b", "publish": publish}]}
        assert read(manifest, "m").records[0].publish is False


@pytest.mark.parametrize(
    "entry", [None, "x", {}, {"title": ""}, {"title": "A b", "name": "Bad Name"}]
)
def test_what_cannot_be_a_data_set_is_said_to_be_unusable(entry: Any) -> None:
    (record,) = read({"manifest": 1, "datasets": [entry]}, "m").records
    assert record.unusable


def test_two_data_sets_of_one_name_are_not_both_loaded() -> None:
    manifest = {"manifest": 1, "datasets": [{"title": t, "name": "same"} for t in ("One", "Two")]}
    first, second = read(manifest, "m").records
    assert not first.unusable
    assert "'same'" in second.unusable
