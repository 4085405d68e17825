"""The gate of DCAT-US 1.1 against data.gov's own schema, on real, mutated and odd records."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from ckanext.independence.feed.gate import check, is_valid
from hypothesis import given, settings
from hypothesis import strategies as st

from ..conftest import SHARED
from ..oracle import validator, with_schemas

CATALOGS = SHARED / "corpora/catalogs"
corpora = pytest.mark.skipif(not CATALOGS.exists(), reason=f"no real catalogs are at {CATALOGS}")

# Every field that the gate knows, each with a right value.
FULL: dict[str, Any] = {
    "@type": "dcat:Dataset",
    "title": "Building permits",
    "description": "Every permit since 2021.",
    "keyword": ["housing", "permits"],
    "modified": "2026-01-31T08:30:00-06:00",
    "publisher": {
        "@type": "org:Organization",
        "name": "Permits",
        "subOrganizationOf": {"name": "Works", "subOrganizationOf": {"name": "City"}},
    },
    "contactPoint": {
        "@type": "vcard:Contact",
        "fn": "Permits desk",
        "hasEmail": "mailto:permits@example.gov",
    },
    "identifier": "urn:uuid:1b671a64-40d5-491e-99b0-da01ff1f3341",
    "accessLevel": "public",
    "rights": "Addresses are left out.",
    "accrualPeriodicity": "R/P1M",
    "bureauCode": ["015:11"],
    "programCode": ["015:001"],
    "primaryITInvestmentUII": "023-000000001",
    "dataQuality": True,
    "systemOfRecords": "none",
    "describedBy": "https://data.example.gov/columns.csv",
    "describedByType": "text/csv",
    "conformsTo": "https://www.open311.org/",
    "distribution": [
        {
            "@type": "dcat:Distribution",
            "title": "Permits",
            "description": "One row each.",
            "format": "CSV",
            "downloadURL": "https://data.example.gov/permits.csv",
            "accessURL": "https://data.example.gov/permits",
            "mediaType": "text/csv",
            "conformsTo": "https://www.open311.org/",
            "describedBy": "https://data.example.gov/columns.csv",
            "describedByType": "text/csv",
        },
        {"accessURL": "https://data.example.gov/permits/api"},
    ],
    "issued": "2021-07-01",
    "landingPage": "https://data.example.gov/permits",
    "language": ["en-US"],
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "references": ["https://example.gov/a", "https://example.gov/b"],
    "spatial": {"type": "Line", "coordinates": [[-94.5, 39], [-94.2, 39.1]]},
    "temporal": "2021-01-01/2026-01-31",
    "isPartOf": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
    "theme": ["Building", "Housing"],
}
TEXTS = """
|x|public|Public|non-public|irregular|monthly|[[REDACTED-EX B3]]|[[REDACTED]]x|x[[REDACTED]]
R/P1M|R/P|R/P0.5Y|R/P1W2D|R/P1DT|R/PT1H|R5/P1D|P1D|P|2020|202001|2020-1|2020-01|20200101|2020-0101
2020-W01|2020-W011|2020W01-1|2020-W53|2020-366|2020-367|2020366|2020-000|2020-13-01|01/02/2026
2020-01-01T|2020-01-01 |2020-01-01T12|2020-01-01T24:00|2020-01-01T24:00:00|2020-01-01T1230
2020-01-01T12:3000|2020-01-01T12:30:00|2020-01-01T123000|2020-01-01T12:30:00.123456|2020T12
2020-01-01T12:30.5|2020-01-01T12.5:00|2020-01-01T12:30:00Z|2020-01-01T12:30:00+05:00|2020-01-01TZ
2020-01-01T12:30:00+05|2020-01-01T12:30:00+05:|2020-01-01T12:30:60|+2020-01-01|02020
2020/2021|2020-01-01/2021-01-01|2020-01-01/20210101|20200101/2021-01-01|2020/2021-01-01
2020-01-01/|/2021|2020-01-01/..|2020-01-01T12:30/2021-01-01T123000|2020-01-01T12/2021-01-01T12:30
2020-01-01/P1Y|R/2020-01-01/P1Y|R5/2020/P1D|P1Y/2020-01-01|R/P1Y/2020|P/2020|2020/P|2020-W01/2021
text/csv|CSV|text/csv; charset=utf-8|application/vnd.ms-excel|a/b+c|a/b.c+d|a/b..c|é/é|text/
https://a.gov/|https://a b/|https://é.gov/|x:y|http:|//a|http://[::1]/|http://[::z]/|http://a/%zz
urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66|notspecified|<p>none</p>
mailto:a@b.c|mailto: a@b.c|mailto:a|mailto:a@b|a@b.c|mailto:a@b..|mailto:é@é.é|mailto:a@b.c,d@e.f
en|en-US|e|english|i-klingon|x-foo|en-x-foo|en-a|zh-min-nan|zh-cmn-Hans-CN|en-GB-oed|sl-rozaj|X-foo
015:10|15:10|x015:100y|023-000000001|dcat:Dataset|org:Organization|vcard:Contact|dcat:Distribution
""".replace("\n", "|").split("|")
VALUES: list[Any] = [
    *TEXTS,
    "\u0662\u0660\u0662\u0660",
    *(f"{text}\n" for text in ("2020-01-01", "https://a.gov/", "text/csv", "en", "mailto:a@b.c")),
    *("a" * length for length in (255, 256, 1000, 1001, 10000, 10001)),
    *(None, True, False, 0, 1, 1.5, [], {}, [[]], [None], [""], ["a", "a"], [1, 1.0, True]),
    *(["a"] * 1000, ["a"] * 1001, ["https://a.gov/"] * 2, ["015:10"] * 2, ["[[REDACTED]]"]),
    *({"name": ""}, {"name": "n"}, {"fn": "x"}, {"fn": "x", "hasEmail": "mailto:a@b.c"}),
    *({"downloadURL": "https://a.gov/"}, {"downloadURL": "https://a.gov/", "mediaType": None}),
    *({"downloadURL": None}, [{"downloadURL": "https://a.gov/"}], ["https://a.gov/"]),
    *({"type": "Point", "coordinates": [1, 2]}, {"coordinates": [[True]]}, {"coordinates": None}),
    *({"coordinates": [[[1, 2]]]}, {"type": 1}, {"coordinates": [["1"]]}, "\0", "\ud800"),
]
Place = tuple[str | int, ...]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    children = value if isinstance(value, dict) else dict(enumerate(value))
    for key, child in children.items():
        if isinstance(child, dict | list):
            yield from places(child, (*place, key))
        else:
            yield (*place, key)


PLACES = list(places(FULL))


def put(record: Any, place: Place, value: Any) -> Any:
    """The record with another value at a place, or without it where the value is `...`."""
    changed = deepcopy(record)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    if value is ...:
        del holder[place[-1]]
    elif isinstance(holder, dict):
        holder[place[-1]] = deepcopy(value)
    else:
        holder[place[-1] : place[-1] + 1] = [deepcopy(value)]
    return changed


def structure(record: Any) -> list[Any]:
    """The problems that a schema can see."""
    return [each for each in check(record, "1.1") if not each.rule.startswith("stored")]


def agrees(record: Any) -> bool:
    return validator("1.1").is_valid(record) == (not structure(record))


def test_a_record_with_every_field_is_taken() -> None:
    assert check(FULL, "1.1") == []


@with_schemas
def test_the_schema_takes_it_too_and_knows_no_other_field() -> None:
    assert validator("1.1").is_valid(FULL)
    assert set(FULL) == set(validator("1.1").schema["properties"])  # type: ignore[arg-type, index]


@with_schemas
@given(st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_any_value_at_any_place_gets_the_schemas_verdict(seed: int) -> None:
    chance = random.Random(seed)
    mutants = [(chance.choice(PLACES), chance.choice([..., *VALUES])) for _ in range(100)]
    assert [one for one in mutants if not agrees(put(FULL, *one))] == []


NEAR = st.text("-:/.,+TZRPWx0123456789 \n\u0663é", max_size=6)


@with_schemas
@given(
    st.sampled_from([place for place in PLACES if isinstance(place[-1], str)]),
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.floats(0, 1), NEAR, st.booleans()), max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_text_that_is_nearly_right_gets_the_schemas_verdict(
    place: Place, text: str, edits: list[tuple[float, str, bool]]
) -> None:
    for where, inserted, instead in edits:
        at = round(where * len(text))
        text = text[:at] + inserted + text[at + instead :]
    assert agrees(put(FULL, place, text))


@with_schemas
@given(
    st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(VALUES) | st.just(FULL[name]) for name in FULL}
    )
)
@settings(max_examples=200, deadline=None)
def test_any_record_gets_the_schemas_verdict(record: dict[str, Any]) -> None:
    assert agrees(record)


# How many data.gov takes. OpenDataPhilly's three more, 52, pass only where nothing checks the
# format `uri`: their addresses hold blanks.
TAKEN = {
    "austin.socrata.2013-08-28.pod10": (0, 139),
    "baltimore.socrata.2020-07-22": (90, 295),
    "cincinnati.socrata.2020-07-22": (131, 145),
    "detroit.hub.2022-03-27": (0, 159),
    "detroit.hub.2022-04-17": (0, 164),
    "detroit.socrata.2019-04-26": (37, 193),
    "howard-county-md.socrata.2020-07-22": (23, 116),
    "opendataphilly": (49, 468),
    "opendataphilly.null-modified": (11, 402),
    "pittsburgh-wprdc.ckan.2019-06": (316, 316),
    "weatherford-tx.socrata.2013-08-28.pod10": (0, 29),
    "wisconsin-rapids.hub.2022-04-17": (0, 24),
}


@with_schemas
@corpora
@pytest.mark.parametrize("name", TAKEN)
def test_every_record_of_a_real_catalog_gets_the_schemas_verdict(name: str) -> None:
    body = json.loads((CATALOGS / f"{name}.data.json").read_text())
    records = body if isinstance(body, list) else body["dataset"]
    assert [record for record in records if not agrees(record)] == []
    assert (sum(is_valid(check(record, "1.1")) for record in records), len(records)) == TAKEN[name]


@with_schemas
@corpora
def test_broken_records_and_those_of_the_other_language_get_the_schemas_verdict() -> None:
    seen = 0
    for file in [*CATALOGS.glob("broken/*.json"), *CATALOGS.glob("dcat-us-3/*.json")]:
        for record in json.loads(file.read_text()).get("dataset", []):
            seen += 1
            assert agrees(record), file.name
    assert seen > 30


@pytest.mark.parametrize("value", [..., "", 7])
def test_the_example_mends_what_it_is_shown_for(value: Any) -> None:
    for place in PLACES:
        for problem in check(put(FULL, place, value), "1.1"):
            example: Any = problem.example
            if example and (example[0] in "[{" or example == "true"):
                example = json.loads(example)
            assert example, problem
            broken = put(FULL, place, value)
            holder = broken
            for key in problem.path[:-1]:
                holder = holder[key]
            holder[problem.path[-1]] = example
            assert check(broken, "1.1") == []


@pytest.mark.parametrize(
    ("place", "value", "where", "message"),
    [
        (("title",), ..., "title", "'title' is a required property"),
        (
            ("contactPoint", "hasEmail"),
            ...,
            "contactPoint.hasEmail",
            "'hasEmail' is a required property",
        ),
        (
            ("contactPoint", "hasEmail"),
            "mailto: a@b.org",
            "contactPoint.hasEmail",
            "'mailto: a@b.org' does not match any of the acceptable formats: "
            "mailto: and one address, without a blank",
        ),
        (
            ("distribution", 0, "mediaType"),
            "CSV",
            "distribution[0].mediaType",
            "'CSV' does not match any of the acceptable formats: a media type",
        ),
        (("distribution", 0, "mediaType"), ..., "distribution[0].mediaType", "is a required"),
        (("keyword",), [], "keyword", "[] should be non-empty"),
        (("keyword",), ["a", ""], "keyword[1]", "'' does not match"),
        (("modified",), None, "modified", "null does not match any of the acceptable formats"),
        (("description",), "x" * 10001, "description", "max string length of 10000 characters"),
        (("theme",), ["a", "b", "a"], "theme", "non-unique elements: 'a'"),
        (("publisher", "subOrganizationOf"), {}, "publisher.subOrganizationOf.name", "required"),
    ],
)
def test_a_problem_says_where_and_in_data_govs_words(
    place: Place, value: Any, where: str, message: str
) -> None:
    (problem,) = check(put(FULL, place, value), "1.1")
    assert problem.where == where
    assert message in problem.message


def test_every_problem_of_a_record_is_told_at_once() -> None:
    told = {problem.where for problem in check({"distribution": [{"downloadURL": "x y"}]}, "1.1")}
    assert told == {
        *("title", "description", "keyword", "modified", "publisher", "contactPoint"),
        *("identifier", "accessLevel", "distribution[0].downloadURL", "distribution[0].mediaType"),
    }
