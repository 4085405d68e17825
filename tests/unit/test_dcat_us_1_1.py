"""The mapping into DCAT-US 1.1, judged by data.gov's own schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ckanext.independence.feed import dcat_us_1_1

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT.parent / "shared/dcat-us/1.1/non-federal_dataset.json"
SITE = dcat_us_1_1.Site(
    url="https://data.example.gov",
    city="City of Independence, Missouri",
    licences={"cc-zero": "https://creativecommons.org/publicdomain/zero/1.0/"},
    themes={"development": "Building and business"},
)
DATASET: dict[str, Any] = {
    "id": "b3a1",
    "name": "building-permits",
    "identifier": "urn:uuid:1b671a64-40d5-491e-99b0-da01ff1f3341",
    "title": "Building permits",
    "notes": "Every permit since 2021.",
    "tags": ["housing", "permits"],
    "data_modified": "2026-09-14",
    "department": {"name": "community-development", "title": "Community Development"},
    "steward_name": "Permits desk",
    "steward_email": "permits@example.gov",
    "access_level": "public",
    "resources": [],
}
FULL: dict[str, Any] = DATASET | {
    "issued": "2021-07-01",
    "license_id": "cc-zero",
    "spatial_bbox": "-94.5,39.01,-94.27,39.16",
    "temporal_start": "2021-01-01",
    "temporal_end": "2026-06-30",
    "update_frequency": "R/P1M",
    "themes": ["development", "gone"],
    "references": ["https://example.gov/code"],
    "dictionary_url": "https://example.gov/dictionary",
    "access_rationale": "r" * 400,
    "resources": [
        {
            "id": "5c2f",
            "name": "Permits (CSV)",
            "description": "One row for each permit.",
            "url": "permits.csv",
            "url_type": "upload",
            "format": "CSV",
        },
        {"id": "5c30", "name": "Map", "url": "https://example.gov/map", "format": ""},
        {"id": "5c31", "name": "Odd", "url": "https://example.gov/x.csv", "format": "CSV"},
    ],
}


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    """Return data.gov's validator for non-federal records."""
    if not SCHEMA.exists():
        pytest.skip(f"data.gov's schema is not here: {SCHEMA}")
    return jsonschema.Draft202012Validator(
        json.loads(SCHEMA.read_text()), format_checker=jsonschema.FormatChecker()
    )


@pytest.mark.parametrize("dataset", [DATASET, FULL], ids=["minimum", "full"])
def test_a_record_is_valid_by_the_harvesters_own_schema(
    dataset: dict[str, Any], validator: jsonschema.Draft202012Validator
) -> None:
    errors = [
        f"{error.json_path}: {error.message}"
        for error in validator.iter_errors(dcat_us_1_1.dataset(dataset, SITE))
    ]
    assert errors == []


def test_every_frequency_and_access_level_of_our_schema_is_valid_there(
    validator: jsonschema.Draft202012Validator,
) -> None:
    schema = yaml.safe_load((ROOT / "schemas/catalog/dataset.yaml").read_text())
    fields = {field["field_name"]: field for field in schema["dataset_fields"]}
    for name in ("update_frequency", "access_level"):
        for choice in fields[name]["choices"]:
            record = dcat_us_1_1.dataset(FULL | {name: choice["value"]}, SITE)
            assert list(validator.iter_errors(record)) == [], choice["value"]


def test_our_files_are_downloads_under_our_own_address() -> None:
    ours, page, link = dcat_us_1_1.dataset(FULL, SITE)["distribution"]
    assert ours["downloadURL"] == (
        "https://data.example.gov/dataset/building-permits/resource/5c2f/download/permits.csv"
    )
    assert ours["mediaType"] == "text/csv"
    assert page["accessURL"] == "https://example.gov/map"
    assert "downloadURL" not in page
    assert link["downloadURL"] == "https://example.gov/x.csv"


def test_what_is_absent_has_no_key() -> None:
    record = dcat_us_1_1.dataset(DATASET, SITE)
    assert not {"license", "spatial", "temporal", "issued", "theme"} & record.keys()


def test_a_period_without_an_end_is_left_out_since_1_1_has_no_open_end() -> None:
    record = dcat_us_1_1.dataset(FULL | {"temporal_end": ""}, SITE)
    assert "temporal" not in record


def test_the_same_data_set_gives_the_same_record() -> None:
    assert dcat_us_1_1.dataset(FULL, SITE) == dcat_us_1_1.dataset(dict(FULL), SITE)
