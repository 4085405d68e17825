"""Real and broken catalogs: how each of them reads, and what of it does not come through."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from ckanext.independence.catalog.reading import Catalog, Refused, Tables, licence_table, read

SHARED = Path(__file__).resolve().parents[3] / "shared"
CATALOGS = SHARED / "corpora" / "catalogs"

TABLES = Tables(
    licences=licence_table(
        [
            {
                "id": "cc-zero",
                "url": "https://creativecommons.org/publicdomain/zero/1.0/",
                "also": ["http://www.opendefinition.org/licenses/cc-zero"],
            },
            {
                "id": "cc-by",
                "url": "https://creativecommons.org/licenses/by/4.0/",
                "also": ["http://www.opendefinition.org/licenses/cc-by"],
            },
            {"id": "odc-pddl", "url": "http://www.opendefinition.org/licenses/odc-pddl"},
            {"id": "us-pd", "url": "http://www.usa.gov/publicdomain/label/1.0/"},
        ]
    )
)

# format, records, of them unusable, files, problems by kind
EXPECTED: dict[str, tuple[str, int, int, int, dict[str, int]]] = {
    "austin.socrata.2013-08-28.pod10.data.json": (
        "Project Open Data 1.0",
        139,
        0,
        657,
        {"empty": 75, "frequency": 1, "licence": 11, "media-type": 10},
    ),
    "baltimore.socrata.2020-07-22.data.json": (
        "DCAT-US 1.1",
        295,
        0,
        1250,
        {
            "email": 134,
            "empty": 32,
            "html": 7,
            "licence-unknown": 167,
            "media-type": 1,
            "theme-unknown": 267,
        },
    ),
    "broken/missing-catalog.data.json": ("DCAT-US 1.1", 2, 1, 0, {"empty": 1, "no-identifier": 1}),
    "broken/missing-dataset-fields.data.json": (
        "DCAT-US 1.1",
        2,
        1,
        0,
        {"empty": 1, "no-identifier": 1},
    ),
    "broken/missing-identifier-title.data.json": (
        "DCAT-US 1.1",
        3,
        1,
        2,
        {"empty": 3, "no-identifier": 1},
    ),
    "broken/null-spatial.data.json": ("DCAT-US 1.1", 1, 0, 1, {"empty": 1}),
    "broken/numerical-title.data.json": ("DCAT-US 1.1", 1, 0, 1, {"empty": 1, "number": 1}),
    "broken/ny.data.json": ("DCAT-US 1.1", 1, 0, 4, {"theme-unknown": 1}),
    "broken/oakland-county-mi.hub.bad-license.data.json": (
        "DCAT-US 1.1",
        1,
        0,
        1,
        {"html": 1, "licence": 1, "theme-unknown": 1},
    ),
    "broken/oakland-county-mi.hub.multiple-invalid.data.json": (
        "DCAT-US 1.1",
        1,
        0,
        0,
        {"html": 1, "licence": 1, "theme-unknown": 1, "url": 1},
    ),
    "broken/reserved-title.data.json": ("DCAT-US 1.1", 1, 0, 1, {}),
    "catalog-data-gov.ckan-package_search.10.json": (
        "CKAN package_search",
        10,
        0,
        60,
        {
            "duplicate-file": 4,
            "empty": 2,
            "html": 1,
            "media-type": 4,
            "place-unknown": 4,
            "theme-unknown": 2,
        },
    ),
    "cincinnati.socrata.2020-07-22.data.json": (
        "DCAT-US 1.1",
        145,
        0,
        435,
        {"email": 1, "empty": 6, "keyword-changed": 1, "theme-unknown": 109},
    ),
    "dcat-us-3/dataset-complete-example.json": (
        "DCAT-US 3.0",
        1,
        0,
        2,
        {
            "access-level": 1,
            "identifier": 1,
            "identifier-from-id": 1,
            "not-kept": 1,
            "telephone": 1,
            "theme-unknown": 2,
        },
    ),
    "dcat-us-3/dcatus3_0.json": ("DCAT-US 3.0", 4, 0, 0, {"identifier": 1, "no-identifier": 1}),
    "dcat-us-3/dcatus3_0_invalid.json": ("DCAT-US 3.0", 2, 0, 0, {}),
    "dcat-us-3/dcatus3_0_nested_catalog.json": ("DCAT-US 3.0", 3, 0, 0, {}),
    "dcat-us-3/dcatus3_0_no_identifier.json": (
        "DCAT-US 3.0",
        1,
        0,
        0,
        {"identifier": 1, "no-identifier": 1},
    ),
    "dcat-us-3/dcatus3_0_record_no_id.json": ("DCAT-US 3.0", 1, 0, 0, {}),
    "dcat-us-3/dcatus3_0_series_member_also_top_level.json": ("DCAT-US 3.0", 2, 0, 0, {}),
    "dcat-us-3/dcatus3_0_series_with_members.json": ("DCAT-US 3.0", 2, 0, 0, {}),
    "dcat-us-3/dcatus3_0_service_no_identifier.json": (
        "DCAT-US 3.0",
        2,
        0,
        1,
        {"no-identifier": 1, "service": 1},
    ),
    "dcat-us-3/dcatus3_0_service_serves_dataset.json": ("DCAT-US 3.0", 1, 0, 1, {}),
    "dcat-us-3/dcatus3_0_warning.json": ("DCAT-US 3.0", 3, 0, 1, {}),
    "dcat-us-3/dcatus3_0_with_records.json": ("DCAT-US 3.0", 1, 0, 0, {}),
    "dcat-us-3/dcatus3_0_with_services.json": ("DCAT-US 3.0", 3, 0, 2, {"service": 2}),
    "dcat-us-3/doi-do-example1.json": (
        "DCAT-US 3.0",
        1,
        0,
        3,
        {"place-unknown": 1, "theme-unknown": 1},
    ),
    "dcat-us-3/gsa-tools-dcatus-modified.json": ("DCAT-US 3.0", 7, 0, 7, {"place-unknown": 1}),
    "detroit.hub.2022-03-27.data.json": (
        "DCAT-US 1.1",
        159,
        0,
        821,
        {
            "email": 159,
            "empty": 149,
            "html": 86,
            "licence": 16,
            "no-address": 7,
            "template": 22,
            "theme-unknown": 157,
        },
    ),
    "detroit.hub.2022-04-17.data.json": (
        "DCAT-US 1.1",
        164,
        1,
        852,
        {
            "duplicate-identifier": 1,
            "email": 164,
            "empty": 154,
            "html": 91,
            "licence": 16,
            "no-address": 7,
            "template": 22,
            "theme-unknown": 162,
        },
    ),
    "detroit.socrata.2019-04-26.data.json": (
        "DCAT-US 1.1",
        193,
        0,
        937,
        {"html": 1, "keyword-changed": 2, "licence-unknown": 3, "theme-unknown": 177},
    ),
    "howard-county-md.socrata.2020-07-22.data.json": (
        "DCAT-US 1.1",
        116,
        0,
        392,
        {"email": 53, "empty": 10, "theme-unknown": 107},
    ),
    "opendataphilly.data.json": (
        "DCAT-US 1.1",
        468,
        1,
        3239,
        {
            "date": 2,
            "email": 3,
            "empty": 1,
            "frequency": 5,
            "frequency-as-date": 32,
            "html": 11,
            "keyword-changed": 416,
            "licence-unknown": 427,
            "no-address": 3,
            "place-unknown": 189,
            "url": 193,
        },
    ),
    "opendataphilly.null-modified.data.json": (
        "DCAT-US 1.1",
        402,
        0,
        2840,
        {
            "empty": 391,
            "frequency-as-date": 11,
            "html": 7,
            "keyword-changed": 1,
            "licence-unknown": 401,
            "media-type": 843,
            "place-unknown": 295,
            "url": 1,
        },
    ),
    "pittsburgh-wprdc.ckan.2019-06.data.json": (
        "DCAT-US 1.1",
        316,
        0,
        1896,
        {"html": 83, "licence-unknown": 10, "media-type": 132, "theme-unknown": 238, "url": 1},
    ),
    "pittsburgh-wprdc.ckan.2019-06.datapackages.json": (
        "Data Packages",
        316,
        0,
        0,
        {"html": 83, "no-identifier": 316},
    ),
    "weatherford-tx.socrata.2013-08-28.pod10.data.json": (
        "Project Open Data 1.0",
        29,
        0,
        225,
        {"empty": 5, "frequency": 1, "licence": 20},
    ),
    "wisconsin-rapids.hub.2022-04-17.data.json": (
        "DCAT-US 1.1",
        24,
        0,
        119,
        {"empty": 29, "html": 2, "no-address": 1, "theme-unknown": 20},
    ),
}

REFUSED = {
    "opendataphilly.jkan.json": "a list of JKAN records",
    "seattle.socrata-catalog-v1.excerpt.json": "Socrata's catalog API",
    "washington-ecology.socrata-view.json": "one Socrata /api/views record",
}


@cache
def catalog(name: str) -> Catalog:
    """Read one of the collected catalogs, once."""
    path = CATALOGS / name
    if not path.exists():
        pytest.skip(f"{path} is missing: the collected catalogs lie beside the project")
    return read(path.read_bytes(), path.name, TABLES)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_collected_catalog_reads_with_what_is_known_to_be_wrong_with_it(name: str) -> None:
    read_catalog = catalog(name)
    kinds = Counter(problem.kind for record in read_catalog.records for problem in record.problems)
    assert (
        read_catalog.format,
        len(read_catalog.records),
        sum(bool(record.unusable) for record in read_catalog.records),
        sum(len(record.files) for record in read_catalog.records),
        dict(kinds),
    ) == EXPECTED[name]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_catalog_is_refused_by_name_with_what_is_accepted(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        catalog(name)
    assert REFUSED[name] in str(refusal.value)
    assert "Accepted are a manifest" in str(refusal.value)


def test_every_collected_catalog_is_expected_here() -> None:
    if not CATALOGS.exists():
        pytest.skip(f"{CATALOGS} is missing: the collected catalogs lie beside the project")
    found = {str(path.relative_to(CATALOGS)) for path in CATALOGS.rglob("*.json")}
    assert found == EXPECTED.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_names_are_unique_within_a_file(name: str) -> None:
    names = [record.name for record in catalog(name).records if record.name]
    assert len(names) == len(set(names))


def test_names_are_the_same_however_often_a_file_is_read() -> None:
    name = "detroit.hub.2022-04-17.data.json"
    again = read((CATALOGS / name).read_bytes(), name) if CATALOGS.exists() else catalog(name)
    assert [r.name for r in again.records] == [r.name for r in catalog(name).records]


def test_identifiers_come_through_byte_for_byte() -> None:
    name = "detroit.socrata.2019-04-26.data.json"
    read_here = [record.identifier for record in catalog(name).records]
    assert read_here == [
        entry["identifier"] for entry in json.loads((CATALOGS / name).read_bytes())["dataset"]
    ]
    single = catalog("dcat-us-3/doi-do-example1.json").records[0]
    assert single.identifier == "GSA-4495"
    objects = catalog("dcat-us-3/dcatus3_0.json").records
    assert objects[2].identifier == "https://example.gov/datasets/three"
    assert objects[3].identifier is None


def test_a_hub_record_keeps_its_box_and_loses_the_address_with_a_blank() -> None:
    record = catalog("detroit.hub.2022-03-27.data.json").records[0]
    assert record.fields["spatial_bbox"].startswith("-83.")
    assert "steward_email" not in record.fields
    assert "license_id" not in record.fields
    assert record.fields["data_modified"][:2] == "20"
    assert "<" not in record.fields["notes"]


def test_members_of_a_series_share_a_word_and_a_service_becomes_a_link() -> None:
    both = catalog("dcat-us-3/dcatus3_0_series_member_also_top_level.json").records
    assert {record.fields.get("series") for record in both} == {both[0].fields["series"]}
    served = catalog("dcat-us-3/dcatus3_0_service_serves_dataset.json").records
    assert [file.fields["url"] for file in served[0].files] == [
        "https://api.example.gov/climate/v1"
    ]
    nested = catalog("dcat-us-3/dcatus3_0_nested_catalog.json").records
    assert [record.place.count("catalog[") for record in nested] == [0, 1, 2]


def test_a_frequency_in_the_place_of_a_date_is_taken_as_a_frequency_only() -> None:
    records = catalog("opendataphilly.null-modified.data.json").records
    daily = [record for record in records if record.fields.get("update_frequency") == "R/P1D"]
    assert len(daily) == 11
    assert not any("data_modified" in record.fields for record in records)


def test_the_answer_of_package_search_gives_what_harvesters_keep_in_extras() -> None:
    record = catalog("catalog-data-gov.ckan-package_search.10.json").records[0]
    assert record.identifier == "FSA_2015999"
    assert record.fields["access_level"] == "restricted public"
    assert record.fields["data_modified"] == "2016-09-27"
    assert record.department == "Office of Federal Student Aid"
