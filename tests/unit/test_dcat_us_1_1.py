"""The mapping into DCAT-US 1.1: which field says what, judged by data.gov's own schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ckanext.independence.feed import dcat_us_1_1

from ..oracle import errors
from .feed_sources import DATASET, FILES, FULL, INVENTORY, SERIES, SITE

ROOT = Path(__file__).parents[2]


def record(**changes: Any) -> dict[str, Any]:
    return dcat_us_1_1.dataset(FULL | changes, SITE)


@pytest.mark.parametrize("dataset", [DATASET, FULL, INVENTORY], ids=["minimum", "full", "listed"])
def test_a_record_is_valid_by_the_harvesters_own_schema(dataset: dict[str, Any]) -> None:
    assert errors(dcat_us_1_1.dataset(dataset, SITE), "1.1") == []


def test_every_frequency_and_access_level_of_our_schema_is_valid_there() -> None:
    schema = yaml.safe_load((ROOT / "schemas/catalog/dataset.yaml").read_text())
    fields = {field["field_name"]: field for field in schema["dataset_fields"]}
    for name in ("update_frequency", "access_level"):
        for choice in fields[name]["choices"]:
            assert errors(record(**{name: choice["value"]}), "1.1") == [], choice["value"]


def test_the_fields_of_a_data_set_are_said_in_the_words_of_1_1() -> None:
    said = {key: value for key, value in record().items() if key != "distribution"}
    assert said == {
        "@type": "dcat:Dataset",
        "identifier": "urn:uuid:1b671a64-40d5-491e-99b0-da01ff1f3341",
        "title": "Building permits",
        "description": "Every permit since 2021.",
        "keyword": ["housing", "permits"],
        "modified": "2026-09-14",
        "issued": "2021-07-01",
        "publisher": {
            "@type": "org:Organization",
            "name": "Community Development",
            "subOrganizationOf": {
                "@type": "org:Organization",
                "name": "City of Independence, Missouri",
            },
        },
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": "Permits desk",
            "hasEmail": "mailto:permits@example.gov",
        },
        "accessLevel": "public",
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "spatial": "-94.5,39.01,-94.27,39.16",
        "temporal": "2021-01-01/2026-06-30",
        "accrualPeriodicity": "R/P1M",
        "theme": ["Building and business"],
        "landingPage": "https://example.gov/permits",
        "references": ["https://example.gov/code", "https://example.gov/plan%202026.pdf"],
        "describedBy": FILES[0]["dictionary"],
        "describedByType": "text/csv",
        "language": ["en"],
        "isPartOf": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a69",
    }


def test_our_files_are_downloads_under_our_own_address_and_a_table_has_an_api() -> None:
    ours, api, page, link = record()["distribution"]
    assert ours == {
        "@id": "https://data.example.gov/dataset/b3a1/resource/5c2f",
        "@type": "dcat:Distribution",
        "title": "Permits (CSV)",
        "description": "One row for each permit.",
        "format": "CSV",
        "mediaType": "text/csv",
        "downloadURL": "https://data.example.gov/dataset/building-permits/resource/5c2f/download/"
        "permits.csv",
        "describedBy": FILES[0]["dictionary"],
        "describedByType": "text/csv",
        "byteSize": "12345",
        "checksum": {
            "@type": "Checksum",
            "algorithm": "SHA-256",
            "checksumValue": "0a" * 32,
        },
    }
    assert (api["@id"], api["format"], api["accessURL"]) == (
        f"{ours['@id']}#api",
        "API",
        "https://data.example.gov/api/3/action/datastore_search?resource_id=5c2f",
    )
    assert page["accessURL"] == "https://example.gov/map"
    assert "downloadURL" not in page
    assert link["downloadURL"] == "https://example.gov/x.csv"


def test_rows_that_came_by_the_api_are_downloaded_as_csv() -> None:
    rows = {"id": "5c32", "url": "_datastore_only_resource", "url_type": "datastore"}
    (only,) = record(resources=[rows])["distribution"]
    assert (only["downloadURL"], only["mediaType"]) == (
        "https://data.example.gov/datastore/dump/5c32",
        "text/csv",
    )


def test_a_file_that_is_one_standard_says_which() -> None:
    (only,) = record(resources=[FILES[2] | {"format": "GeoJSON"}])["distribution"]
    assert only["conformsTo"] == "https://www.rfc-editor.org/rfc/rfc7946"


def test_the_dictionary_of_a_data_set_is_its_own_or_that_of_its_only_table() -> None:
    assert record(dictionary_url="https://example.gov/words")["describedBy"] == (
        "https://example.gov/words"
    )
    two = [FILES[0], FILES[0] | {"id": "5c33"}]
    assert "describedBy" not in record(resources=two)


def test_what_is_absent_has_no_key() -> None:
    plain = dcat_us_1_1.dataset(DATASET, SITE)
    assert not {"license", "spatial", "temporal", "issued", "theme", "rights"} & plain.keys()
    assert plain["landingPage"] == "https://data.example.gov/dataset/building-permits"


def test_a_period_without_an_end_is_left_out_since_1_1_has_no_open_end() -> None:
    assert "temporal" not in record(temporal_end="")


def test_an_inventory_entry_says_why_and_until_when_and_names_no_file() -> None:
    entry = dcat_us_1_1.dataset(INVENTORY, SITE)
    assert entry["accessLevel"] == "non-public"
    assert entry["rights"] == (
        "Holds the addresses of victims. Legal basis: RSMo 610.100. Waits for the new court"
        " records system. Planned release: 2027-01-31."
    )
    assert "distribution" not in entry


def test_a_reason_that_no_longer_holds_is_not_said_of_public_data() -> None:
    assert "rights" not in record(access_rationale="Holds the addresses of victims.")


def test_what_is_longer_than_the_schema_takes_is_cut_and_shows_it() -> None:
    long = dcat_us_1_1.dataset(
        INVENTORY | {"notes": "word " * 4_000, "access_rationale": "r" * 400}, SITE
    )
    assert (len(long["description"]), len(long["rights"])) == (10_000, 255)
    assert long["description"].endswith("d…")
    assert errors(long, "1.1") == []


def test_a_series_is_a_parent_record_that_covers_its_members() -> None:
    parent = dcat_us_1_1.series(SERIES, SITE)
    assert errors(parent, "1.1") == []
    assert parent["identifier"] == record()["isPartOf"]
    assert parent["keyword"] == ["housing", "housing starts", "permits"]
    assert parent["modified"] == "2026-09-14"
    assert parent["spatial"] == "-94.6,39.01,-94.27,39.2"
    assert parent["temporal"] == "2019-01-01/2026-06-30"
    assert parent["publisher"]["name"] == "Community Development"
    assert parent["contactPoint"]["fn"] == "Permits desk"
    assert "distribution" not in parent


def test_the_city_answers_for_a_series_of_several_departments_and_stewards() -> None:
    first, second = SERIES["members"]
    other = second | {
        "department": {"name": "fire", "title": "Fire Department"},
        "steward_email": "fire@example.gov",
        "access_level": "non-public",
    }
    parent = dcat_us_1_1.series(SERIES | {"members": [first, other]}, SITE)
    assert parent["publisher"] == {"@type": "org:Organization", "name": SITE.city}
    assert parent["contactPoint"]["hasEmail"] == "mailto:opendata@example.gov"
    assert parent["accessLevel"] == "public"
    assert errors(parent, "1.1") == []


def test_the_head_of_the_catalog_is_that_of_data_json() -> None:
    head = dcat_us_1_1.head(SITE)
    assert "dataset" not in head
    assert head["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    assert head["@id"] == "https://data.example.gov/data.json"
    assert json.loads(json.dumps(head)) == head
