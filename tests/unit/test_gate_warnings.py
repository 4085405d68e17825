"""What data.gov remarks on in a record of DCAT-US 3.0 that it takes."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from ckanext.independence.feed.gate import check as gate
from ckanext.independence.feed.gate.dcat_us_3_0 import Kind
from ckanext.independence.feed.gate.geometry import resolves
from ckanext.independence.feed.gate.problem import Problem
from ckanext.independence.feed.gate.registers import terms
from ckanext.independence.feed.gate.warnings import check
from hypothesis import given, settings
from hypothesis import strategies as st

from ..conftest import SHARED
from ..oracle import with_schemas
from . import dcat_us_3_0_records as records

REFERENCE = SHARED / "dcat-us/reference"
CLEAN = SHARED / "dcat-us/examples/clean-3.0.json"

SQUARE = [[-94.5, 39.0], [-94.25, 39.0], [-94.25, 39.15], [-94.5, 39.15], [-94.5, 39.0]]
BOX: dict[str, Any] = {"type": "Polygon", "coordinates": [SQUARE]}
PLACE = {"@type": "Location", "prefLabel": "Independence", "bbox": BOX, **BOX}
DATASET: dict[str, Any] = {
    "@type": "Dataset",
    "identifier": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a61",
    "title": "Crime incidents",
    "description": "Incidents by block.",
    "contactPoint": {"@type": "Kind", "fn": "Steward", "hasEmail": "mailto:data@example.gov"},
    "spatial": PLACE,
}


def typed(name: str, **fields: Any) -> dict[str, Any]:
    return {"@type": name} | {key.replace("_", "-"): value for key, value in fields.items()}


def on_file(**fields: Any) -> dict[str, Any]:
    return {"distribution": [typed("Distribution", **fields)]}


def on_contact(**fields: Any) -> dict[str, Any]:
    address = (
        {"address": [typed("Address", **fields.pop("address"))]} if "address" in fields else {}
    )
    return {"contactPoint": typed("Kind", **fields) | address}


def on_measure(**fields: Any) -> dict[str, Any]:
    return {"hasQualityMeasurement": [{"isMeasurementOf": typed("Metric", **fields), "value": "1"}]}


def told(fields: dict[str, Any]) -> list[tuple[str, str]]:
    problems = check(DATASET | fields)
    assert all(problem.severity == "warning" for problem in problems)
    assert all(problem.message.isprintable() and problem.message for problem in problems)
    return [(problem.where, problem.rule) for problem in problems]


RESTRICTED = {"restrictionStatus": "closed", "specificRestriction": {"prefLabel": "secret"}}

SLIPS: list[tuple[dict[str, Any], str, str]] = [
    ({"keyword": ["a", "b", "a", "", ""]}, "keyword[2]", "keyword-twice"),
    ({"language": ["en", "xx"]}, "language[1]", "language-code"),
    ({"language": "e"}, "language", "language-code"),
    ({"accessRights": " Restricted public "}, "accessRights", "access-rights"),
    ({"accessRights": "non-public"}, "accessRights", "access-rights"),
    ({"temporalResolution": "daily"}, "temporalResolution", "duration"),
    ({"temporalResolution": "P1DT"}, "temporalResolution", "duration"),
    ({"temporalResolution": "P"}, "temporalResolution", "duration"),
    ({"spatialResolutionInMeters": "10 m"}, "spatialResolutionInMeters", "resolution"),
    ({"spatialResolutionInMeters": "1e3"}, "spatialResolutionInMeters", "resolution"),
    ({"spatialResolutionInMeters": "-1"}, "spatialResolutionInMeters", "resolution"),
    ({"spatialResolutionInMeters": "0.0"}, "spatialResolutionInMeters", "resolution"),
    ({"created": "2026-02-01", "modified": "2026-01"}, "created", "date-order"),
    ({"created": "2026", "issued": "2025-12-31T23:00:00-06:00"}, "created", "date-order"),
    ({"issued": "2030-01-01", "modified": "2020-01-01"}, "issued", "date-order"),
    (on_file(mediaType="CSV"), "distribution[0].mediaType", "media-type"),
    (on_file(mediaType="application/x-parquet"), "distribution[0].mediaType", "media-type"),
    (on_file(byteSize="12 kB"), "distribution[0].byteSize", "byte-size"),
    (
        on_file(characterEncoding=["UTF-8", "utf8"]),
        "distribution[0].characterEncoding[1]",
        "character-encoding",
    ),
    (on_file(language="xx"), "distribution[0].language", "language-code"),
    (
        on_file(describedBy=typed("Distribution", mediaType="html")),
        "distribution[0].describedBy.mediaType",
        "media-type",
    ),
    (
        on_file(accessService=[typed("DataService", temporalResolution="1 day")]),
        "distribution[0].accessService[0].temporalResolution",
        "duration",
    ),
    (
        on_file(cuiRestriction=typed("CUIRestriction", cuiBannerMarking="SECRET")),
        "distribution[0].cuiRestriction.cuiBannerMarking",
        "cui-marking",
    ),
    (
        on_file(useRestriction=[typed("UseRestriction", specificRestriction="FOIA")]),
        "distribution[0].useRestriction[0].specificRestriction",
        "restriction",
    ),
    ({"landingPage": typed("Document", mediaType="html")}, "landingPage.mediaType", "media-type"),
    (on_contact(tel="816-CALL-US"), "contactPoint.tel", "telephone"),
    (on_contact(address={"locality": ""}), "contactPoint.address[0]", "address-empty"),
    (
        on_contact(address={"postal_code": "MO 64050", "country_name": "United States"}),
        "contactPoint.address[0].postal-code",
        "postal-code",
    ),
    (
        on_measure(expectedDataType="decimal"),
        "hasQualityMeasurement[0].isMeasurementOf.expectedDataType",
        "data-type",
    ),
    (
        {"temporal": [typed("PeriodOfTime", startDate="2026-01-02", endDate="2026-01-01")]},
        "temporal[0].startDate",
        "date-order",
    ),
    ({"spatial": PLACE | {"bbox": "POLYGON((0 0, 1 1))"}}, "spatial.bbox", "geometry"),
    (
        {"spatial": PLACE | {"geometry": {"type": "Circle", "coordinates": [1, 2]}}},
        "spatial.geometry",
        "geometry",
    ),
    ({"spatial": [PLACE]}, "spatial", "geometry-lost"),
    ({"spatial": typed("Location", prefLabel="Independence")}, "spatial", "geometry-lost"),
    ({"spatial": typed("Location", bbox=BOX)}, "spatial", "geometry-lost"),
    ({"@type": None}, "@type", "type-name"),
    ({"@type": "dcat:Dataset"}, "@type", "type-name"),
    ({"unheard": [[typed("Kind", tel="x")]]}, "unheard[0][0].tel", "telephone"),
]


@pytest.mark.parametrize(("fields", "where", "rule"), SLIPS)
def test_a_slip_is_told_where_it_is(fields: dict[str, Any], where: str, rule: str) -> None:
    assert told(fields) == [(where, rule)]


@pytest.mark.parametrize(
    "fields",
    [
        {"keyword": ["a", "A", "a "]},
        {"language": ["EN", "es"]},
        {"language": ["english", 5, None]},
        {"accessRights": "public"},
        {"temporalResolution": "P1Y2M3W4DT5H6M7.5S"},
        {"temporalResolution": "-PT1M"},
        {"spatialResolutionInMeters": "0.5"},
        {"created": "2026-01", "issued": "2026-01-01", "modified": "2026-01-01T00:00:00Z"},
        {"created": "2026-13", "issued": "0000", "modified": "never"},
        on_file(mediaType="text/CSV; charset=UTF-8", byteSize="1e3", characterEncoding=["utf-8"]),
        on_file(mediaType="application/vnd.apache.parquet", byteSize=12, characterEncoding="?"),
        on_contact(tel="+1 (816) 555-0100", address={"region": "Missouri"}),
        on_contact(address={"postal_code": "SW1A 1AA", "country_name": "United Kingdom"}),
        on_measure(expectedDataType="xsd:decimal"),
        {"temporal": [typed("PeriodOfTime", startDate="2026-01-01", endDate="2026-01-01")]},
        {"temporal": [typed("PeriodOfTime", startDate=None, endDate="2026-01-01")]},
        {"distribution": [{"mediaType": "CSV"}]},
        on_file(accessRestriction=[typed("AccessRestriction", restrictionStatus="unrestricted")]),
        on_file(cuiRestriction=typed("CUIRestriction", cuiBannerMarking="CUI//SP-PRVCY")),
        {"spatial": PLACE | {"bbox": {"type": "Point", "coordinates": []}}},
        {"spatial": None},
    ],
)
def test_what_data_gov_takes_in_silence_is_not_remarked_on(fields: dict[str, Any]) -> None:
    assert told(fields) == []


def test_both_terms_of_a_restriction_are_looked_up() -> None:
    assert told(on_file(accessRestriction=[typed("AccessRestriction", **RESTRICTED)])) == [
        ("distribution[0].accessRestriction[0].restrictionStatus", "restriction"),
        ("distribution[0].accessRestriction[0].specificRestriction.prefLabel", "restriction"),
    ]


def test_a_prefix_before_the_name_of_a_class_hides_nothing_and_is_told_once() -> None:
    turned = typed("dct:PeriodOfTime", startDate="2026", endDate="2025")
    assert told({"temporal": [turned, turned]}) == [
        ("temporal[0].@type", "type-name"),
        ("temporal[0].startDate", "date-order"),
        ("temporal[1].startDate", "date-order"),
    ]


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (BOX, True),
        (BOX | {"coordinates": [SQUARE[::-1]]}, True),
        (BOX | {"coordinates": [SQUARE[:-1]]}, True),
        (BOX | {"coordinates": [[SQUARE[0], *SQUARE]]}, True),
        (BOX | {"coordinates": [[[0, 0], [3, 0], [1, 2], [0, 0]]]}, True),
        (BOX | {"coordinates": [SQUARE, SQUARE]}, False),
        (BOX | {"coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, False),
        (BOX | {"coordinates": [[[0, 0], [1, 1], [0, 0]]]}, False),
        (BOX | {"coordinates": [[[-94.1234567, 39], *SQUARE[1:]]]}, False),
        (BOX | {"coordinates": [[[39.0, -94.5], [39, -94.2], [40, -94.2]]]}, False),
        (BOX | {"coordinates": [[[0, 0, 5], [1, 0, 5], [1, 1, 5]]]}, False),
        (BOX | {"coordinates": [[[170, 0], [-170, 0], [-170, 1], [170, 1]]]}, True),
        (BOX | {"coordinates": [[[x / 1000, x % 2] for x in range(1001)]]}, False),
        (BOX | {"coordinates": []}, False),
        (BOX | {"coordinates": None}, False),
        (BOX | {"coordinates": [[["a", "b"]] * 4]}, False),
        (BOX | {"coordinates": [[[10**400, 0], [1, 0], [1, 1]]]}, False),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, True),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE, SQUARE]]}, False),
        ({"type": "Point", "coordinates": [-94.4, 39.1]}, True),
        ({"type": "MultiPoint", "coordinates": [[-94.4, 39.1], [0, 0]]}, True),
        ({"type": "LineString", "coordinates": [[-94.4, 39.1], [0, 0]]}, True),
        ({"type": "LineString", "coordinates": [[0, 0], [0, 0], [1, 1]]}, False),
        ({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]}, True),
        (json.dumps(BOX), True),
        (json.dumps({"type": "Feature", "geometry": BOX}), True),
        ("-94.5,39,-94.25,39.15", True),
        ("-94.5, 39", True),
        ("-94 39", True),
        ("[[-94.5, 39], [-94.25, 39.15]]", True),
        ("[1, 2]", False),
        ("1,2,3", False),
        ("Independence, Missouri", False),
        ("POLYGON((0 0, 1 0, 1 1, 0 0))", False),
        ("", False),
        ("[" * 100_000, False),
        ("1," * 1_000_000, False),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_place_is_drawn_where_data_gov_can_draw_it(value: Any, drawn: bool) -> None:
    assert resolves(value) is drawn


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="data.gov's registers are not in ../shared")
@pytest.mark.parametrize(
    ("register", "file"),
    [("media-types", "iana_media_types"), ("languages", "iso639_1_language_codes")],
)
def test_a_register_is_the_one_that_data_gov_looks_into(register: str, file: str) -> None:
    values = json.loads((REFERENCE / f"{file}.json").read_bytes())["values"]
    assert terms(register) == {value.lower() for value in values}


def test_registers_of_words_hold_what_people_write() -> None:
    assert {"utf-8", "iso-8859-1", "windows-1252", "us-ascii"} <= terms("character-sets")
    for register in ("restriction-status", "specific-access-restrictions"):
        assert all(term == term.strip().lower() and term for term in terms(register))


@pytest.mark.skipif(not CLEAN.is_file(), reason="data.gov's clean feed is not in ../shared")
def test_the_feed_that_data_gov_took_without_a_warning_has_none() -> None:
    feed = json.loads(CLEAN.read_bytes())
    kinds: list[tuple[str, Kind]] = [
        ("dataset", "dataset"),
        ("datasetSeries", "series"),
        ("service", "service"),
    ]
    assert [gate(record, "3.0", kind) for key, kind in kinds for record in feed[key]] == [[]] * 3


@with_schemas
@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(sorted(records.CLASS_OF)))
def test_whatever_stands_in_a_record_it_ends_in_remarks(seed: int, kind: Kind) -> None:
    rng = Random(seed)
    record = _typed_anyhow(rng, records.Maker(rng).record(kind))
    for _ in range(4):
        for problem in gate(records.spoilt(rng, record), "3.0", kind):
            assert isinstance(problem, Problem)
            assert problem.message.isprintable()
            json.dumps(problem.as_dict()).encode()


def _typed_anyhow(rng: Random, value: Any) -> Any:
    """The record with a class at random in its objects, so that every rule meets every value."""
    names = "Dataset Distribution Document Kind Location Metric PeriodOfTime Address".split()
    if isinstance(value, list):
        return [_typed_anyhow(rng, member) for member in value]
    if isinstance(value, dict):
        inner = {key: _typed_anyhow(rng, member) for key, member in value.items()}
        return inner | {"@type": rng.choice(names)}
    return value


def test_a_list_of_slips_is_told_by_its_first_hundred() -> None:
    assert len(check(DATASET | {"language": ["xx"] * 200_000})) == 100


@pytest.mark.parametrize("record", [None, "text", 5, [], {}])
def test_what_is_no_record_is_no_crash(record: Any) -> None:
    assert any(problem.severity == "error" for problem in gate(record, "3.0"))


def test_remarks_are_found_however_deep_they_lie() -> None:
    inner: Any = typed("Kind", tel="x")
    for _ in range(50_000):
        inner = [inner]
    assert [problem.rule for problem in check(DATASET | {"deep": inner})] == ["telephone"]
