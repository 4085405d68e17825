"""Which records data.gov takes from a feed, and what it does with a body that is none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ckanext.independence.feed.gate import check, is_valid
from ckanext.independence.feed.reading import Feed, FeedUnreadable, read

from ..conftest import SHARED

CATALOGS = SHARED / "corpora/catalogs"
CLEAN = SHARED / "dcat-us/examples/clean-3.0.json"
V3 = {"conformsTo": {"identifier": "https://resources.data.gov/dcat-us/3.0.0"}}
V1 = {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema"}
corpora = pytest.mark.skipif(not CATALOGS.exists(), reason=f"no real catalogs are at {CATALOGS}")


def feed(body: Any, **head: Any) -> Feed:
    return read(json.dumps(head | body if isinstance(body, dict) else body).encode())


def taken(found: Feed) -> list[tuple[str, str]]:
    return [(entry.kind, entry.identifier) for entry in found.entries]


def told(found: Feed) -> list[tuple[str, str]]:
    return [(problem.where, problem.rule) for problem in found.problems]


def data_set(identifier: Any, **more: Any) -> dict[str, Any]:
    return {"identifier": identifier, "title": f"Title of {identifier}", **more}


@pytest.mark.parametrize(
    ("body", "language"),
    [
        (V1 | {"dataset": [data_set("a")]}, "1.1"),
        (V3 | {"dataset": [data_set("a")]}, "3.0"),
        ({"@context": "https://x/DOI-DO/dcat-us/dcat-us-3.0.jsonld", "dataset": []}, "3.0"),
        ({"dataset": [data_set("a", accessLevel="public")]}, "1.1"),
        ({"dataset": [data_set("a", **{"@type": "Dataset"})]}, "3.0"),
        ({"dataset": [data_set("a", contactPoint=[{"fn": "x"}])]}, "3.0"),
        ({"dataset": [], "service": []}, "3.0"),
        ({"dataset": []}, "1.1"),
        ([], "1.1"),
    ],
)
def test_the_language_is_found_in_the_content(body: Any, language: str) -> None:
    assert feed(body).language == language


def test_1_1_takes_the_data_sets_and_nothing_else() -> None:
    found = feed(
        {
            "dataset": [data_set("a"), data_set("b")],
            "service": [data_set("s")],
            "catalog": [{"dataset": [data_set("c")]}],
        },
        **V1,
    )
    assert taken(found) == [("dataset", "a"), ("dataset", "b")]
    assert found.problems == []
    assert found.entries[1].place == ("dataset", 1)


def test_3_0_takes_every_kind_also_of_catalogs_within_the_catalog() -> None:
    deepest = {"datasetSeries": [{"@id": "urn:s", "title": "S"}], "dataset": [data_set("c")]}
    found = feed(
        {
            "dataset": [data_set("a"), data_set({"@id": "urn:b"})],
            "service": [data_set("a")],
            "record": [{"@id": "urn:r", "modified": "2026-01-01"}],
            "catalog": [{"dataset": [data_set("d")]}, {"catalog": [deepest]}],
        },
        **V3,
    )
    assert sorted(taken(found)) == [
        *(("dataset", "a"), ("dataset", "c"), ("dataset", "d"), ("dataset", "urn:b")),
        *(("record", "urn:r"), ("series", "urn:s"), ("service", "a")),
    ]
    assert found.problems == []
    places = {entry.identifier: entry.place for entry in found.entries}
    assert places["c"] == ("catalog", 1, "catalog", 0, "dataset", 0)


def test_a_member_is_a_record_of_its_own_unless_it_stands_at_the_top() -> None:
    found = feed(
        {
            "dataset": [data_set("a", keyword=["top"])],
            "datasetSeries": [
                {
                    "@id": "urn:s",
                    "first": data_set("a"),
                    "last": data_set("b"),
                    "seriesMember": [data_set("a"), data_set("b"), data_set("c")],
                }
            ],
            "service": [data_set("s", servesDataset=[data_set("d")])],
        },
        **V3,
    )
    sets = [entry for entry in found.entries if entry.kind == "dataset"]
    assert [entry.identifier for entry in sets] == ["a", "d", "b", "c"]
    assert sets[0].record["keyword"] == ["top"]
    assert sets[2].place == ("datasetSeries", 0, "seriesMember", 1)
    assert found.problems == []


def test_a_member_of_two_records_is_an_error_the_second_time() -> None:
    series = [{"@id": f"urn:{n}", "seriesMember": [data_set("a")]} for n in (1, 2)]
    found = feed({"dataset": [], "datasetSeries": series}, **V3)
    assert taken(found) == [("dataset", "a"), ("series", "urn:1"), ("series", "urn:2")]
    assert told(found) == [("datasetSeries[1].seriesMember[0].identifier", "feed-duplicate")]


@pytest.mark.parametrize("head", [V1, V3])
def test_of_two_with_one_identifier_the_first_is_taken(head: Any) -> None:
    found = feed({"dataset": [data_set("a", n=1), data_set("b"), data_set("a", n=2)]}, **head)
    assert taken(found) == [("dataset", "a"), ("dataset", "b")]
    assert found.entries[0].record["n"] == 1
    assert [entry.record["n"] for entry in found.left_out] == [2]
    assert told(found) == [("dataset[2].identifier", "feed-duplicate")]
    assert "at dataset[0]" in found.problems[0].message


@pytest.mark.parametrize(
    ("identifier", "says"),
    [
        (None, "is null"),
        (7, "is a number"),
        ("", "is empty"),
        (" \t", "is empty"),
        ({"notation": "x"}, "is an object without `@id`"),
        (["a"], "is a list"),
        (True, "is true"),
    ],
)
def test_a_record_without_a_usable_identifier_is_left_out(identifier: Any, says: str) -> None:
    found = feed({"dataset": [data_set(identifier), data_set("b")]}, **V3)
    assert taken(found) == [("dataset", "b")]
    assert len(found.left_out) == 1
    assert says in found.problems[0].message
    assert "deletes it where it had it" in found.problems[0].message


def test_an_object_is_no_identifier_in_1_1() -> None:
    found = feed({"dataset": [data_set({"@id": "urn:a"})]}, **V1)
    assert (taken(found), len(found.left_out)) == ([], 1)
    assert "`identifier` is an object: data.gov does not take" in found.problems[0].message


def test_a_series_is_known_by_its_id_and_a_service_by_its_identifier() -> None:
    found = feed(
        {
            "dataset": [data_set("a")],
            "datasetSeries": [{"identifier": "urn:s", "title": "S"}],
            "service": [{"@id": "urn:v", "title": "V"}],
        },
        **V3,
    )
    assert taken(found) == [("dataset", "a")]
    assert told(found) == [
        ("service[0].identifier", "feed-identity"),
        ("datasetSeries[0].@id", "feed-identity"),
    ]


def test_a_catalog_record_without_id_is_known_by_subject_and_date() -> None:
    bodies = [
        feed(
            {"dataset": [], "record": [{"primaryTopic": {"@id": "urn:a"}, "modified": date}]}, **V3
        )
        for date in ("2026-01-01", "2026-01-02")
    ]
    first, second = ([each.identifier for each in body.entries] for body in bodies)
    assert first != second
    assert [each.severity for each in bodies[0].problems if each.rule == "feed-identity"] == [
        "warning"
    ]


@pytest.mark.parametrize(
    ("body", "rule", "says"),
    [
        ({"error": "maintenance"}, "feed-no-dataset", "would delete every record"),
        ({"error": "maintenance"}, "feed-no-dataset", "stops with an error"),
        (V3 | {"error": "x"}, "feed-no-dataset", "would delete every record"),
        (V1 | {"error": "x"}, "feed-no-dataset", "stops with an error and keeps what it has"),
        ({"dataset": []}, "feed-empty", "would delete all"),
        (V3 | {"dataset": []}, "feed-empty", "would delete all"),
        (V3 | {"dataset": None}, "feed-empty", "would delete all"),
        (V1 | {"dataset": None}, "feed-list", "is null, not a list: data.gov stops"),
        (V1 | {"dataset": {"a": 1}}, "feed-list", "is an object, not a list"),
        (V3 | {"dataset": {"a": 1}}, "feed-list", "is an object, not a list"),
        (V3 | {"dataset": [data_set("a")], "catalog": [1]}, "feed-object", "a number, not an"),
        (V1 | {"dataset": ["a"]}, "feed-object", "A record is text, not an object"),
        ([data_set("a")], "feed-object", "Project Open Data 1.0"),
        ("text", "feed-object", "is text, not an object"),
        (None, "feed-object", "is null, not an object"),
    ],
)
def test_a_body_that_is_no_feed_says_what_data_gov_would_do(
    body: Any, rule: str, says: str
) -> None:
    found = feed(body)
    assert any(says in each.message for each in found.problems if each.rule == rule)
    assert not is_valid(found.problems)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf  \n", "is empty"),
        (b"<!DOCTYPE html>\n<html><title> Down </title>", 'a web page or XML, titled "Down"'),
        (b'<?xml version="1.0"?><rdf/>', "a web page or XML, not JSON"),
        (b'{"dataset": [\n  {"a": 1,}\n]}', "in line 2, column"),
        (b'{"dataset": [{"a": 1}', "the text ends there; it may have been cut off"),
        ('{"a": 1,\n "b": "é"}'.encode("cp1252"), "byte 0xE9 in line 2, column 8"),
        ("{}".encode("utf-16"), "UTF-16"),
        (b"[" * 100_000, "nested deeper"),
        (b"[" * 300 + b"]" * 300, "nested deeper"),
        (b"1" * 10_000, "number that cannot be read"),
    ],
)
def test_what_is_not_json_is_refused_with_the_place(content: bytes, says: str) -> None:
    with pytest.raises(FeedUnreadable, match=re.escape(says)):
        read(content)


def test_a_byte_order_mark_changes_nothing() -> None:
    body = json.dumps(V1 | {"dataset": [data_set("a")]}).encode()
    assert read(b"\xef\xbb\xbf" + body) == read(body)


def test_the_language_can_be_given() -> None:
    body = json.dumps(V1 | {"dataset": [data_set("a")], "service": [data_set("s")]}).encode()
    assert taken(read(body, "3.0")) == [("dataset", "a"), ("service", "s")]


@pytest.mark.skipif(not CLEAN.exists(), reason=f"no clean feed is at {CLEAN}")
def test_the_feed_that_data_gov_took_is_read_whole_and_valid() -> None:
    found = read(CLEAN.read_bytes())
    assert found.language == "3.0"
    assert sorted(entry.kind for entry in found.entries) == ["dataset", "series", "service"]
    assert found.problems == []
    assert all(is_valid(check(e.record, "3.0", e.kind)) for e in found.entries)


@corpora
@pytest.mark.parametrize(
    ("name", "entries", "problems"),
    [
        ("dcatus3_0", 3, ["feed-identity"]),
        ("dcatus3_0_nested_catalog", 3, []),
        ("dcatus3_0_with_services", 3, []),
        ("dcatus3_0_with_records", 3, []),
        ("dcatus3_0_service_serves_dataset", 2, []),
        ("dcatus3_0_series_with_members", 3, []),
        ("dcatus3_0_series_member_also_top_level", 3, []),
        ("dcatus3_0_no_identifier", 0, ["feed-identity"]),
        ("dcatus3_0_service_no_identifier", 1, ["feed-identity"]),
        ("dcatus3_0_record_no_id", 2, ["feed-identity"]),
    ],
)
def test_data_govs_own_test_feeds_are_read_as_there(
    name: str, entries: int, problems: list[str]
) -> None:
    found = read((CATALOGS / f"dcat-us-3/{name}.json").read_bytes())
    assert found.language == "3.0"
    assert (len(found.entries), [each.rule for each in found.problems]) == (entries, problems)
