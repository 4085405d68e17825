"""The mapping into DCAT-US 3.0: which field says what, in shapes that data.gov takes clean."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ckanext.independence.feed import dcat_us_3_0, gate

from ..oracle import SCHEMAS, errors
from .feed_sources import DATASET, FILES, FULL, INVENTORY, SERIES, SERVICE, SITE

ROOT = Path(__file__).parents[2]
HERE = "https://data.example.gov/dataset/b3a1"


def record(**changes: Any) -> dict[str, Any]:
    return dcat_us_3_0.dataset(FULL | changes, SITE)


def kinds(value: Any, path: str = "") -> dict[str, str]:
    """Return the type of each place of a record, lists by their first member."""
    if isinstance(value, dict):
        return {
            place: kind
            for key, one in value.items()
            for place, kind in kinds(one, f"{path}.{key}").items()
        }
    if isinstance(value, list):
        return {f"{path}[]": "list"} | kinds(value[0], f"{path}[]")
    return {path: type(value).__name__}


@pytest.mark.parametrize("dataset", [DATASET, FULL, INVENTORY], ids=["minimum", "full", "listed"])
def test_a_record_is_valid_and_nothing_in_it_is_a_warning(dataset: dict[str, Any]) -> None:
    made = dcat_us_3_0.dataset(dataset, SITE)
    assert errors(made, "3.0") == []
    assert gate.check(made, "3.0") == []


def test_so_are_a_series_a_service_and_the_catalog_as_a_whole() -> None:
    series, service = dcat_us_3_0.series(SERIES, SITE), dcat_us_3_0.service(SERVICE, SITE)
    assert errors(series, "3.0", "series") == []
    assert errors(service, "3.0", "service") == []
    assert gate.check(series, "3.0", "series") == []
    assert gate.check(service, "3.0", "service") == []
    head = dcat_us_3_0.head(SITE)
    assert not {"dataset", "datasetSeries", "service"} & head.keys()
    whole = head | {"dataset": [record()], "datasetSeries": [series], "service": [service]}
    assert errors(whole, "3.0", "catalog") == []


def test_every_frequency_and_access_level_of_our_schema_is_clean_there() -> None:
    schema = yaml.safe_load((ROOT / "schemas/catalog/dataset.yaml").read_text())
    fields = {field["field_name"]: field for field in schema["dataset_fields"]}
    for name in ("update_frequency", "access_level"):
        for choice in fields[name]["choices"]:
            made = record(**{name: choice["value"]})
            assert errors(made, "3.0") == [], choice["value"]
            assert gate.check(made, "3.0") == [], choice["value"]


def test_shapes_are_those_of_a_feed_that_was_harvested_without_a_word() -> None:
    example = SCHEMAS / "examples/clean-3.0.json"
    if not example.exists():
        pytest.skip(f"the feed that was harvested is not here: {example}")
    clean = json.loads(example.read_text())
    pairs = [
        (record(), clean["dataset"][0]),
        (dcat_us_3_0.series(SERIES, SITE), clean["datasetSeries"][0]),
        (dcat_us_3_0.service(SERVICE, SITE), clean["service"][0]),
        (dcat_us_3_0.head(SITE), {key: clean[key] for key in ("@id", "title", "conformsTo")}),
    ]
    for ours, theirs in pairs:
        made, wanted = kinds(ours), kinds(theirs)
        assert {place: made[place] for place in made if place in wanted} == {
            place: wanted[place] for place in wanted if place in made
        }
    # What it has and we cannot know, or say in another way.
    assert kinds(clean["dataset"][0]).keys() - kinds(record()).keys() == {
        ".rights[]",
        ".distribution[].characterEncoding[]",
        ".distribution[].describedBy.accessURL",
    }


def test_the_fields_of_a_data_set_are_said_in_the_words_of_3_0() -> None:
    made = record()
    assert made["@id"] == made["identifier"] == FULL["identifier"]
    assert (made["accessLevel"], made["accessRights"]) == ("public", "public")
    assert made["modified"] == "2026-09-14T00:00:00-05:00"
    assert made["issued"] == "2021-07-01"
    assert made["accrualPeriodicity"] == "R/P1M"
    assert made["publisher"] == {
        "@id": "https://data.example.gov/organization/community-development",
        "@type": "Organization",
        "name": "Community Development",
        "subOrganizationOf": [
            {
                "@id": "https://www.example.gov",
                "@type": "Organization",
                "name": "City of Independence, Missouri",
            }
        ],
    }
    assert made["contactPoint"] == [
        {
            "@id": f"{HERE}#contact",
            "@type": "Kind",
            "fn": "Permits desk",
            "hasEmail": "mailto:permits@example.gov",
            "tel": "816-555-0100",
        }
    ]
    assert made["landingPage"] == {
        "@type": "Document",
        "title": "Building permits",
        "accessURL": "https://example.gov/permits",
        "bibliographicCitation": "City of Independence (2026). Building permits.",
    }
    assert made["relation"] == ["https://example.gov/code", "https://example.gov/plan%202026.pdf"]
    assert made["purpose"] == "Strategic goals served: Quality, Growth."
    assert made["provenance"] == [
        "Entered by inspectors on site.",
        "Source system: Cityworks",
        "Taken over from https://old.example.gov/data.json",
    ]
    assert made["scopeNote"] == "Addresses are rounded to the block."
    assert made["isPartOf"] == SERIES["identifier"]
    assert made["describedBy"] == made["distribution"][0]["describedBy"]
    assert not {"license", "seriesMember", "inSeries"} & made.keys()


def test_a_file_carries_its_licence_its_size_its_checksum_and_its_api() -> None:
    first = record()["distribution"][0]
    assert first["@id"] == f"{HERE}/resource/5c2f"
    assert first["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert first["byteSize"] == "12345"
    assert first["checksum"]["checksumValue"] == "0a" * 32
    (api,) = first["accessService"]
    service = dcat_us_3_0.service(SERVICE, SITE)
    assert api["identifier"] == service["identifier"] == FILES[0]["service"]
    assert {key: service[key] for key in api} == api
    assert service["endpointURL"] == [
        "https://data.example.gov/api/3/action/datastore_search?resource_id=5c2f"
    ]
    assert "servesDataset" not in service


def test_a_place_is_the_one_shape_whose_geometry_is_kept() -> None:
    place = record()["spatial"]
    assert place["@id"] == f"{HERE}#spatial"
    assert place["prefLabel"] == "Historic Square"
    assert place["bbox"] == {"type": place["type"], "coordinates": place["coordinates"]}
    ring = [[-94.5, 39.01], [-94.27, 39.01], [-94.27, 39.16], [-94.5, 39.16], [-94.5, 39.01]]
    assert place["coordinates"] == [ring]
    named = record(spatial_bbox="")["spatial"]
    assert named["coordinates"][0][0] == [-94.4205, 39.0885]


@pytest.mark.parametrize(
    ("box", "kind"), [("-94.5,39,-94.5,39", "Point"), ("-94.5,39,-94.5,39.1", "LineString")]
)
def test_a_box_without_area_is_a_point_or_a_line(box: str, kind: str) -> None:
    place = record(spatial_bbox=box)["spatial"]
    assert place["type"] == place["geometry"]["type"] == kind
    assert "bbox" not in place
    assert errors(record(spatial_bbox=box), "3.0") == []


@pytest.mark.parametrize("places", [[], ["nowhere"], ["gone"]])
def test_a_place_without_a_box_is_not_said_since_a_name_alone_is_a_warning(
    places: list[str],
) -> None:
    assert "spatial" not in record(spatial_bbox="", spatial_places=places)


def test_a_period_may_be_open_at_either_end() -> None:
    period = {"@id": f"{HERE}#temporal", "@type": "PeriodOfTime"}
    assert record(temporal_end="")["temporal"] == [period | {"startDate": "2021-01-01"}]
    assert record(temporal_start=None)["temporal"] == [period | {"endDate": "2026-06-30"}]
    assert "temporal" not in record(temporal_start="", temporal_end="")


def test_an_inventory_entry_says_why_in_words_that_are_no_warning_and_names_no_file() -> None:
    entry = dcat_us_3_0.dataset(INVENTORY, SITE)
    assert (entry["accessLevel"], entry["accessRights"]) == ("non-public", "not public")
    assert entry["rights"] == [
        "Holds the addresses of victims",
        "Legal basis: RSMo 610.100",
        "Waits for the new court records system.",
        "Planned release: 2027-01-31",
    ]
    assert "distribution" not in entry
    restricted = record(access_level="restricted public")
    assert (restricted["accessLevel"], restricted["accessRights"]) == (
        "restricted public",
        "restricted",
    )


def test_data_that_is_older_than_its_publication_says_its_own_day_alone() -> None:
    assert "issued" not in record(issued="2026-09-15")
    assert record(issued="2026-09-14")["issued"] == "2026-09-14"


def test_an_imported_identifier_stays_and_is_an_iri_only_where_it_is_one() -> None:
    hub = "https://data.example.gov/datasets/0a1b::permits?layer=0"
    assert record(identifier=hub)["@id"] == hub
    odd = record(identifier="Permits #1 (größe)")
    assert (odd["identifier"], odd["@id"]) == ("Permits #1 (größe)", HERE)


@pytest.mark.parametrize(
    ("phone", "tel"),
    [
        ("816-555-0100", "816-555-0100"),
        ("(816) 555-0100 x12", "(816) 555-0100"),
        ("816-555-0100, ext. 12", "816-555-0100"),
        ("", None),
    ],
)
def test_a_telephone_number_has_no_letters(phone: str, tel: str | None) -> None:
    assert record(steward_phone=phone)["contactPoint"][0].get("tel") == tel


def test_a_series_covers_its_members_without_holding_them() -> None:
    series = dcat_us_3_0.series(SERIES, SITE)
    assert series["@id"] == series["identifier"] == record()["isPartOf"]
    assert series["modified"] == "2026-09-14T00:00:00-05:00"
    assert [(one["startDate"], one["endDate"]) for one in series["temporal"]] == [
        ("2019-01-01", "2026-06-30")
    ]
    assert series["publisher"]["name"] == "Community Development"
    assert not {"seriesMember", "first", "last", "spatial"} & series.keys()
    first, second = SERIES["members"]
    renamed = SERIES | {"members": [first | {"title": "Permits, old"}, second]}
    assert dcat_us_3_0.series(renamed, SITE) == series


def test_a_language_of_three_letters_is_left_out_since_only_two_are_taken() -> None:
    assert record()["language"] == ["en"]
    for language, said in (("es-MX", ["es"]), ("haw", None)):
        site = dataclasses.replace(SITE, language=language)
        assert dcat_us_3_0.dataset(FULL, site).get("language") == said
