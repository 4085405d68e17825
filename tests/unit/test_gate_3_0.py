"""The gate of DCAT-US 3.0, against data.gov's own schemas."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ckanext.independence.feed.gate.dcat_us_3_0 import Kind, check
from ckanext.independence.feed.gate.problem import Problem
from ckanext.independence.feed.gate.shapes_3_0 import CLASSES
from hypothesis import given, settings
from hypothesis import strategies as st

from ..conftest import SHARED
from ..oracle import SCHEMAS, with_schemas
from . import dcat_us_3_0_records as records

CLEAN = SHARED / "dcat-us/examples/clean-3.0.json"
CATALOGS = SHARED / "corpora/catalogs"
KINDS: dict[str, Kind] = {
    "dataset": "dataset",
    "datasetSeries": "series",
    "service": "service",
    "record": "record",
}

DATASET: dict[str, Any] = {
    "@type": "Dataset",
    "identifier": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a61",
    "title": "Crime incidents",
    "description": "Incidents by block.",
    "contactPoint": {"fn": "Data steward", "hasEmail": "mailto:data@example.gov"},
}

with_catalogs = pytest.mark.skipif(
    not SCHEMAS.is_dir() or not CATALOGS.is_dir(),
    reason="data.gov's schemas and real catalogs are not in ../shared",
)


def fields(problems: list[Problem]) -> set[str]:
    return {str(problem.path[0]) if problem.path else "" for problem in problems}


def entries(file: Path) -> list[tuple[Kind, Any]]:
    """The records of a catalog of either language, with their kind."""
    catalog = json.loads(file.read_bytes())
    if not isinstance(catalog, dict):
        return []
    return [(kind, record) for key, kind in KINDS.items() for record in catalog.get(key) or ()]


def only(record: dict[str, Any], kind: Kind = "dataset") -> Problem:
    problems = check(record, kind)
    assert len(problems) == 1, problems
    return problems[0]


@with_schemas
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(sorted(records.CLASS_OF)))
def test_a_record_made_from_the_schemas_and_spoilt_is_judged_as_data_gov_judges_it(
    seed: int, kind: Kind
) -> None:
    rng = Random(seed)
    record = records.Maker(rng).record(kind)
    assert check(record, kind) == []
    for _ in range(5):
        bad = records.spoilt(rng, record)
        assert fields(check(bad, kind)) == records.fields_in_error(kind, bad)


@with_schemas
def test_every_field_of_every_class_takes_what_data_gov_takes_there() -> None:
    rng = Random(3)
    seen = set()
    for name, kind, within, least in records.every_class():
        seen.add(name)
        for field in [*records.fields_of(name), "extra"]:
            without = {key: value for key, value in least.items() if key != field}
            tried = [without, *(least | {field: bad} for bad in rng.sample(records.BAD, 8))]
            for record in map(within, tried):
                assert fields(check(record, kind)) == records.fields_in_error(kind, record), (
                    name,
                    field,
                    record,
                )
    ours = {name.lower() for name in CLASSES} - {"boundingbox", "centroid", "geometry"}
    assert ours == seen


@with_catalogs
@pytest.mark.parametrize(
    "file", sorted(CATALOGS.rglob("*.json")), ids=lambda file: str(file.relative_to(CATALOGS))
)
def test_every_record_of_a_real_catalog_is_judged_as_data_gov_judges_it(file: Path) -> None:
    # A catalog repeats itself: a few dozen of its records show all that it gets wrong.
    for kind, record in entries(file)[:60]:
        assert fields(check(record, kind)) == records.fields_in_error(kind, record)


@with_catalogs
def test_the_feed_that_data_gov_took_without_an_error_passes() -> None:
    assert [check(record, kind) for kind, record in entries(CLEAN)] == [[], [], []]


@pytest.mark.parametrize(
    ("field", "value", "where", "message", "example"),
    [
        (
            "modified",
            "2026-01-01T00:00:00",
            "modified",
            "'2026-01-01T00:00:00' is not a 'date-time' with its offset from UTC, nor a 'date', "
            "a year, or a year and month",
            "2026-01-31T08:30:00-06:00",
        ),
        (
            "contactPoint",
            [{"fn": "Data steward", "hasEmail": "data@example.gov"}],
            "contactPoint[0].hasEmail",
            "'data@example.gov' is not 'mailto:' and one e-mail address",
            "mailto:data@example.gov",
        ),
        (
            "keyword",
            ["police", ""],
            "keyword[1]",
            "'' should be non-empty",
            "crime",
        ),
        (
            "distribution",
            [{"title": "CSV"}, {"byteSize": 12345}],
            "distribution[1].byteSize",
            "12345 is not of type 'string'",
            "12345",
        ),
        (
            "landingPage",
            "https://data.example.gov/",
            "landingPage",
            "'https://data.example.gov/' is not of type 'object' (Document)",
            '{"title": "Crime incidents", '
            '"accessURL": "https://data.example.gov/dataset/crime-incidents"}',
        ),
        (
            "language",
            "english",
            "language",
            "'english' is too long: a code of two letters",
            '["en"]',
        ),
        (
            "spatial",
            "Independence, Missouri",
            "spatial",
            "'Independence, Missouri' is not of type 'object' or 'array' (Location)",
            json.dumps(CLASSES["Location"].example),
        ),
        (
            "accrualPeriodicity",
            "Monthly",
            "accrualPeriodicity",
            "'Monthly' is not a frequency of ISO 19115 or Dublin Core, nor a repeating interval",
            "R/P1M",
        ),
        ("title", None, "title", "null is not of type 'string'", "Crime incidents"),
        (
            "temporal",
            [{"@type": "PeriodOfTime"}],
            "temporal[0]",
            "'startDate' or 'endDate' is a required property",
            '{"startDate": "2025-01-01", "endDate": "2025-12-31"}',
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_a_problem_says_where_what_and_how_it_would_be_right(
    field: str, value: object, where: str, message: str, example: str
) -> None:
    problem = only(DATASET | {field: value})
    assert (problem.where, problem.message, problem.example) == (where, message, example)
    assert problem.severity == "error"


@pytest.mark.parametrize("field", ["identifier", "title", "description", "contactPoint"])
def test_a_missing_field_is_told_where_it_would_stand(field: str) -> None:
    problem = only({key: value for key, value in DATASET.items() if key != field})
    assert problem.where == field
    assert problem.message == f"'{field}' is a required property"
    assert check(DATASET | {field: _read(problem.example)}) == []


def test_an_example_is_right_where_it_is_offered() -> None:
    """Whatever is wrong with a record, following the examples ends in a valid one."""
    for name, class_ in CLASSES.items():
        for field in class_.fields:
            for bad in (5, [5], "\ud800 ", {"type": 5}):
                record = DATASET | _place(name, {field: bad})
                for _ in range(4):
                    for problem in check(record):
                        record = _mended(record, problem)
                assert check(record) == [], (name, field, bad)


def _place(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """A field of a data set that holds an object of this class, however deep."""
    if name == "Dataset":
        return value
    for outer in ("Dataset", "Distribution", "Kind", "Location", "DataService", "Document"):
        for field, shape in CLASSES[outer].fields.items():
            if f"Nested(name='{name}')" in repr(shape):
                holds = [value] if "Many(" in repr(shape) else value
                return _place(outer, dict(CLASSES[outer].example) | {field: holds})
    return {}


def _mended(record: Any, problem: Problem) -> Any:
    record = json.loads(json.dumps(record))
    owner = record
    for part in problem.path[:-1]:
        owner = owner[part]
    if isinstance(owner, dict) or problem.path[-1] < len(owner):
        owner[problem.path[-1]] = _read(problem.example)
    return record


def _read(example: str) -> Any:
    """An example as the value that it is of."""
    return json.loads(example) if example[:1] in "[{" else example


def test_a_value_is_quoted_short_and_on_one_line() -> None:
    problem = only(DATASET | {"modified": "a\n\x00\ud800" + "b" * 5_000_000})
    assert len(problem.message) < 250
    assert problem.message.isprintable()
    assert only(DATASET | {"title": 10**5000}).message == "a huge number is not of type 'string'"


def test_a_record_nested_without_end_is_a_problem_and_no_crash() -> None:
    record = DATASET
    for _ in range(5_000):
        record = DATASET | {"hasPart": [record]}
    problem = only(record)
    assert (problem.rule, problem.where) == ("nesting", "hasPart")
    assert problem.message == "more than 100 objects lie in each other here"


def test_a_list_of_wrong_members_is_told_by_its_first_hundred() -> None:
    problems = check(DATASET | {"keyword": [1] * 1_000_000})
    assert [problem.path for problem in problems] == [("keyword", n) for n in range(100)]


def test_a_record_of_a_wrong_type_is_told_as_a_whole() -> None:
    assert only([], "series").where == ""  # type: ignore[arg-type]


def test_problems_hold_nothing_that_json_cannot_hold() -> None:
    problems = check({"modified": float("nan"), "title": "\ud800", "@id": "\ud800", "keyword": 1})
    assert json.loads(json.dumps([problem.as_dict() for problem in problems]))
    assert {problem.rule for problem in problems} == {"iri", "required", "type"}
