"""Whatever a public data set holds, its records are valid, stable and read back as they were."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ckanext.independence.catalog import public_minimum
from ckanext.independence.catalog.addresses import check_public_url
from ckanext.independence.catalog.reading import read
from ckanext.independence.feed import (
    addresses,
    canonical,
    dcat_us_1_1,
    dcat_us_3_0,
    extent,
    gate,
    source,
)
from ckanext.independence.feed import media_types as types
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import FormatChecker

from tests.conftest import SHARED

from ..oracle import SCHEMAS, errors
from . import feed_sources as sources
from .feed_sources import DATASET, FILES, FULL, INVENTORY, SERIES, SITE

MODULES: dict[str, Any] = {"1.1": dcat_us_1_1, "3.0": dcat_us_3_0}
LANGUAGES = pytest.mark.parametrize("language", MODULES)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def absent(value: Any) -> list[Any]:
    """Return every member of a record that says nothing, wherever it stands."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in inner if one in (None, "", [], {})] + [
        one for part in inner for one in absent(part)
    ]


def nameless(value: Any) -> list[Any]:
    """Return every object in a list that has no ``@id`` of its own there."""
    found = []
    if isinstance(value, list):
        objects = [one for one in value if isinstance(one, dict)]
        if len({one.get("@id") for one in objects} - {None}) < len(objects):
            found += objects
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found + [one for part in inner for one in nameless(part)]


@LANGUAGES
@given(dataset=sources.datasets)
@example(dataset=DATASET)
@example(dataset=FULL)
@example(dataset=INVENTORY)
@quick
def test_a_record_is_valid_by_data_govs_schema_and_reads_back_as_it_was(
    language: Any, dataset: dict[str, Any]
) -> None:
    record = MODULES[language].dataset(dataset, SITE)
    assert errors(record, language) == []
    assert gate.check(record, language) == []
    body = canonical.encode(record)
    assert json.loads(body) == record
    assert b"\n" not in body
    assert absent(record) == []
    assert nameless(record) == []


@LANGUAGES
@given(series=sources.all_series)
@example(series=SERIES)
@quick
def test_so_is_the_record_of_a_series(language: str, series: dict[str, Any]) -> None:
    record = MODULES[language].series(series, SITE)
    kind = "dataset" if language == "1.1" else "series"
    assert errors(record, language, kind) == []
    assert gate.check(record, language, kind) == []
    assert json.loads(canonical.encode(record)) == record
    assert absent(record) == []
    assert nameless(record) == []
    assert "distribution" not in record


@given(dataset=sources.datasets, file=sources.files, identifier=sources.urns)
@quick
def test_and_that_of_a_tables_api(
    dataset: dict[str, Any], file: dict[str, Any], identifier: str
) -> None:
    source = {"identifier": identifier, "resource": file, "dataset": dataset}
    record = dcat_us_3_0.service(source, SITE)
    assert errors(record, "3.0", "service") == []
    assert gate.check(record, "3.0", "service") == []
    assert json.loads(canonical.encode(record)) == record
    assert absent(record) == []
    assert nameless(record) == []


@LANGUAGES
@given(dataset=sources.datasets, random=st.randoms(use_true_random=False))
@example(dataset=FULL, random=None)
@quick
def test_the_order_of_keywords_and_of_rows_read_changes_no_byte(
    language: str, dataset: dict[str, Any], random: Any
) -> None:
    first = canonical.encode(MODULES[language].dataset(dataset, SITE))
    other = json.loads(json.dumps(dataset))
    other = dict(reversed(other.items()))
    for field in ("tags", "resources"):
        random.shuffle(other[field]) if random else other[field].reverse()
    other["tags"] += [f" {other['tags'][0]} "]
    second = canonical.encode(MODULES[language].dataset(other, SITE))
    assert canonical.digest(first) == canonical.digest(second)


@LANGUAGES
@given(dataset=sources.datasets)
@quick
def test_what_is_written_about_a_save_changes_no_byte(
    language: str, dataset: dict[str, Any]
) -> None:
    first = canonical.encode(MODULES[language].dataset(dataset, SITE))
    saved = dataset | {
        "metadata_modified": "2026-11-25T20:47:39.123456",
        "metadata_created": "2026-11-25T20:47:39",
        "next_update_due": "2027-01-01",
        "private": False,
        "state": "active",
        "resources": [file | {"created": "2026-11-25"} for file in dataset["resources"]],
    }
    assert canonical.encode(MODULES[language].dataset(saved, SITE)) == first


@LANGUAGES
@given(dataset=sources.datasets)
@example(dataset=FULL | {"access_level": "non-public"})
@quick
def test_data_that_is_not_public_is_listed_and_no_file_of_it_is(
    language: str, dataset: dict[str, Any]
) -> None:
    text = canonical.encode(MODULES[language].dataset(dataset, SITE)).decode()
    named = [file for file in dataset["resources"] if file["id"] in text]
    assert named == (dataset["resources"] if dataset["access_level"] == "public" else [])


# --- Addresses, boxes, days -------------------------------------------------------------------


@given(url=sources.links | st.text(max_size=40).map("https://example.gov/{}".format))
@example(url="https://example.gov/a b/größe.csv?q=[1]|2#a#b")
@example(url="https://example.gov/100%/%zz/%C3%A9")
@example(url="https://[2001:db8::1]:8443/x")
@example(url="HTTP://Example.GOV")
@example(url="https://example.gov?a=b")
@settings(max_examples=200, deadline=None)
def test_what_may_be_linked_to_becomes_a_uri_and_a_uri_stays(url: str) -> None:
    if check_public_url(url.replace(" ", "")) is not None:
        return
    encoded = addresses.encoded(url)
    assert FormatChecker().conforms(encoded, "uri")
    assert addresses.encoded(encoded) == encoded
    if FormatChecker().conforms(url, "uri"):
        assert encoded.lower() == url.lower()


@pytest.mark.parametrize(
    ("name", "as_written"),
    [
        ("permits.csv", "permits.csv"),
        ("permits 2026.csv", "permits%202026.csv"),
        ("größe.csv", "gr%C3%B6%C3%9Fe.csv"),
        ("100%.csv", "100%25.csv"),
        ("a?b#c.csv", "a%3Fb%23c.csv"),
    ],
)
@LANGUAGES
def test_a_files_own_name_is_encoded(language: str, name: str, as_written: str) -> None:
    record = MODULES[language].dataset(FULL | {"resources": [FILES[0] | {"url": name}]}, SITE)
    assert record["distribution"][0]["downloadURL"] == (
        f"https://data.example.gov/dataset/building-permits/resource/5c2f/download/{as_written}"
    )


@LANGUAGES
def test_an_address_that_is_none_is_left_for_the_gate_to_find(language: str) -> None:
    for url in ("www.example.gov/x.csv", "", "http://[::1", "https://", "\ud800"):
        files = [FILES[0] | {"url": url, "url_type": ""}]
        MODULES[language].dataset(FULL | {"resources": files}, SITE)


@given(day=sources.days)
@example(day="0001-01-01")
@example(day="9999-12-31")
@example(day="2026-03-08")
@settings(max_examples=100, deadline=None)
def test_a_day_begins_at_midnight_in_the_city_with_an_offset_that_rfc_3339_has(day: str) -> None:
    moment = extent.at_midnight(day, "America/Chicago")
    assert moment.startswith(f"{day}T00:00:00-0")
    assert FormatChecker().conforms(moment, "date-time")


def test_a_summers_day_and_a_winters_day_have_their_own_offset() -> None:
    assert extent.at_midnight("2026-07-01", "America/Chicago") == "2026-07-01T00:00:00-05:00"
    assert extent.at_midnight("2026-01-01", "America/Chicago") == "2026-01-01T00:00:00-06:00"
    assert extent.at_midnight("2026-01-01", "UTC") == "2026-01-01T00:00:00+00:00"


def test_a_time_of_day_that_is_there_stays_and_what_is_no_date_stays_as_it_is() -> None:
    assert extent.at_midnight("2026-07-01T08:30:00", "America/Chicago") == (
        "2026-07-01T08:30:00-05:00"
    )
    assert extent.at_midnight("2026-07-01T08:30:00Z", "America/Chicago") == (
        "2026-07-01T08:30:00+00:00"
    )
    assert extent.at_midnight("last year", "America/Chicago") == "last year"


@given(text=sources.boxes)
@settings(max_examples=100, deadline=None)
def test_a_box_is_written_with_six_decimals_and_as_a_closed_counterclockwise_ring(
    text: str,
) -> None:
    box = extent.box({"spatial_bbox": text}, SITE)
    assert box is not None
    assert not re.search(r"\d\.\d{7}|e|-0(,|$)", extent.as_text(box))
    geometry = extent.as_geometry(box)
    if geometry["type"] == "Polygon":
        ((first, *rest),) = geometry["coordinates"]
        assert rest[-1] == first
        corners = list(zip([first, *rest], rest, strict=False))
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in corners) > 0


@pytest.mark.parametrize("text", ["", "nonsense", "1,2,3", "nan,0,1,1", "0,0,inf,1", "9,0,1,1"])
def test_a_box_that_is_none_is_not_said(text: str) -> None:
    assert extent.box({"spatial_bbox": text}, SITE) is None


def test_places_stand_for_a_box_where_none_was_drawn_and_every_one_has_its_own() -> None:
    assert extent.box({"spatial_places": ["square"]}, SITE) == SITE.places["square"][1]
    assert (
        extent.box({"spatial_places": ["square", "citywide"]}, SITE) == (SITE.places["citywide"][1])
    )
    assert extent.box({"spatial_places": ["square", "nowhere"]}, SITE) is None
    assert extent.box({"spatial_places": ["gone"]}, SITE) is None


@pytest.mark.parametrize(
    ("before", "members", "home"),
    [
        ("", ["fire", "water"], "fire"),
        ("water", ["fire", "water"], "water"),
        ("parks", ["fire", "water"], "fire"),
        ("", [None, "fire"], "fire"),
        ("fire", [None], ""),
    ],
)
def test_a_series_of_several_departments_stands_in_the_feed_of_one_and_stays_there(
    before: str, members: list[str | None], home: str
) -> None:
    found = [{"department": {"name": name} if name else None} for name in members]
    assert source.home(found, before) == home


def test_a_series_is_open_where_one_of_its_data_sets_is() -> None:
    closed = {"temporal_start": "2019-01-01", "temporal_end": "2019-12-31"}
    open_ = {"temporal_start": "2020-01-01"}
    assert extent.of_all([closed, {}]) == ("2019-01-01", "2019-12-31")
    assert extent.of_all([closed, open_]) == ("2019-01-01", None)
    assert extent.of_all([]) == (None, None)


# --- Media types ------------------------------------------------------------------------------


def test_every_media_type_that_is_said_is_registered_and_fits_the_schema() -> None:
    registry = SCHEMAS / "reference/iana_media_types.json"
    if not registry.exists():
        pytest.skip(f"the list of IANA's media types is not here: {registry}")
    known = {one.lower() for one in json.loads(registry.read_text())["values"]}
    assert {one.lower() for one in types.REGISTERED} - known == set()
    pattern = r"[-\w]+/[-\w]+(\.[-\w]+)*([+][-\w]+)?"
    assert [one for one in types.REGISTERED if not re.fullmatch(pattern, one)] == []


@pytest.mark.parametrize(
    ("file", "type_"),
    [
        ({"format": "csv"}, "text/csv"),
        ({"format": " .GeoJSON "}, "application/geo+json"),
        ({"format": "SHP"}, "application/zip"),
        ({"format": "Parquet"}, "application/vnd.apache.parquet"),
        ({"format": "", "mimetype": "text/csv; charset=utf-8"}, "text/csv"),
        ({"format": "", "mimetype": "text/x-made-up"}, None),
        ({"format": "", "mimetype": "text/x-made-up", "url_type": "upload"}, types.ANY),
        ({"url_type": "datastore"}, "text/csv"),
        ({"format": "WMS"}, None),
    ],
)
def test_a_format_is_said_in_the_registrys_words(file: dict[str, str], type_: str | None) -> None:
    assert types.media_type(file) == type_


# --- Much -------------------------------------------------------------------------------------


@LANGUAGES
def test_ten_thousand_files_and_a_title_of_three_thousand_characters_are_a_record(
    language: str,
) -> None:
    many = [
        FILES[number % 3] | {"id": f"f{number:05}", "position": number} for number in range(10_000)
    ]
    dataset = FULL | {"title": "Größe " * 500, "resources": many[::-1]}
    record = MODULES[language].dataset(dataset, SITE)
    ids = [one["@id"] for one in record["distribution"] if not one["@id"].endswith("#api")]
    assert ids == [f"{SITE.url}/dataset/b3a1/resource/f{number:05}" for number in range(10_000)]
    assert record["title"] == dataset["title"]
    assert errors(record | {"distribution": record["distribution"][:5]}, language) == []


@LANGUAGES
def test_text_stays_as_it_was_written(language: str) -> None:
    text = '<p onclick="x">5 < 6 & "so"</p>\r\n\u202eright\x07{{x}}'
    record = MODULES[language].dataset(FULL | {"title": text, "notes": text}, SITE)
    read = json.loads(canonical.encode(record))
    assert (read["title"], read["description"]) == (text, text)


def test_a_lone_surrogate_has_no_bytes() -> None:
    with pytest.raises(TypeError):
        canonical.encode({"title": "\ud800"})


@LANGUAGES
def test_a_stored_value_of_an_odd_shape_breaks_no_record(language: str) -> None:
    odd = FULL | {
        "tags": ["permits", None],
        "themes": [{"a": 1}, "development"],
        "goals": [3],
        "references": [None, "https://example.gov/code"],
        "spatial_places": [[], "square"],
        "spatial_bbox": "here",
        "department": None,
    }
    record = MODULES[language].dataset(odd, SITE)
    assert errors(record, language) == []
    assert record["publisher"]["name"] == SITE.city


# --- Real catalogs ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "enough"),
    [
        ("pittsburgh-wprdc.ckan.2019-06.data.json", 316),
        ("cincinnati.socrata.2020-07-22.data.json", 131),
        ("baltimore.socrata.2020-07-22.data.json", 90),
        ("opendataphilly.data.json", 28),
    ],
)
def test_a_real_data_set_that_meets_the_minimum_is_valid_in_both_languages(
    name: str, enough: int
) -> None:
    path = SHARED / "corpora/catalogs" / name
    if not path.exists():
        pytest.skip(f"the catalog of a real city is not here: {path}")
    rendered = 0
    for number, record in enumerate(read(path.read_bytes(), name).records):
        files = [
            file.fields | {"id": f"{number}-{place}", "position": place}
            for place, file in enumerate(record.files)
        ]
        dataset = record.fields | {
            "id": str(number),
            "name": record.name,
            "identifier": record.identifier,
            "title": record.title,
            "tags": record.tags,
            "department": {"name": "department", "title": record.department},
            "owner_org": "department",
            "resources": files,
        }
        if public_minimum.missing({"access_level": "public"} | dataset):
            continue
        rendered += 1
        for language, module in MODULES.items():
            made = module.dataset({"access_level": "public"} | dataset, SITE)
            assert errors(made, language) == [], record.place
            assert gate.check(made, language) == [], record.place
    assert rendered >= enough
