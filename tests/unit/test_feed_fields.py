"""Records laid out for people, and the way from a record's field to the form's."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ckanext.independence.feed import dcat_us_1_1, dcat_us_3_0, examples, fields, gate

from tests.conftest import ROOT

from .feed_sources import FILES, FULL, SITE

SCHEMA = yaml.safe_load((ROOT / "schemas/catalog/dataset.yaml").read_text())
FORM = {row["field_name"] for row in SCHEMA["dataset_fields"]}
FILE_FORM = {row["field_name"] for row in SCHEMA["resource_fields"]}
FILE = FILES[0] | {"id": "5c2f7a10-0000-4000-8000-000000000001"}
SOURCE = FULL | {"resources": [FILE]}
MAPPINGS = {"1.1": dcat_us_1_1, "3.0": dcat_us_3_0}


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [inner for name, one in value.items() for inner in _paths(one, (*path, name))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [inner for n, one in enumerate(value) for inner in _paths(one, (*path, n))]
    return [path]


@pytest.mark.parametrize("language", MAPPINGS)
def test_every_field_of_a_record_is_shown_or_is_for_programs_alone(language: str) -> None:
    record = MAPPINGS[language].dataset(SOURCE, SITE)
    shown = {row.path for part in fields.laid_out(record) for row in part.rows}
    missing = {
        path
        for path in set(_paths(record)) - shown
        if not {"@id", "@type", "accessService"} & set(path)
        # The box is shown by the coordinates that stand beside it.
        and not {"bbox", "geometry"} & set(path)
        and path != ("spatial", "type")
    }
    assert missing == set()


@pytest.mark.parametrize("language", MAPPINGS)
def test_what_a_steward_wrote_leads_back_to_the_field_in_which_it_was_written(
    language: str,
) -> None:
    record = MAPPINGS[language].dataset(SOURCE, SITE)
    found = {
        row.where: row.behind for part in fields.laid_out(record) for row in part.rows if row.behind
    }
    assert found["title"] == fields.Behind("title")
    assert found["keyword"] == fields.Behind("tag_string")
    contact = "contactPoint.hasEmail" if language == "1.1" else "contactPoint[0].hasEmail"
    assert found[contact] == fields.Behind("steward_email")
    download = found["distribution[0].downloadURL"]
    assert download is not None and download.name == "url" and len(download.resource_id) == 36
    for behind in found.values():
        assert behind and behind.name in (FILE_FORM if behind.resource_id else FORM), behind


def test_a_problem_stands_beside_its_field_and_one_of_a_missing_field_has_a_row() -> None:
    record = dcat_us_1_1.dataset(SOURCE, SITE)
    del record["description"]
    record["contactPoint"]["hasEmail"] = "mailto:"
    record["distribution"][0]["mediaType"] = "a CSV"
    record["spatial"] = {"type": 7}
    problems = [one.as_dict() for one in gate.check(record, "1.1")]
    parts = fields.laid_out(record, problems)
    beside = {
        row.where: [one["where"] for one in row.problems]
        for part in parts
        for row in part.rows
        if row.problems
    }
    assert beside["description"] == ["description"]
    assert beside["contactPoint.hasEmail"] == ["contactPoint.hasEmail"]
    assert beside["distribution[0].mediaType"] == ["distribution[0].mediaType"]
    assert sum(map(len, beside.values())) == len(problems)
    # What is to be mended comes first, and the file's stays with the file.
    assert all(row.problems for row in parts[0].rows[:3])
    assert parts[1].rows[0].where == "distribution[0].mediaType"


def test_anything_at_all_can_be_laid_out() -> None:
    for value in (None, True, 7, "", "\x00", [], {}, [[]], [{}], {"a": [1, {"b": None}]}):
        for name in ("title", "distribution", "contactPoint", "spatial", "keyword"):
            record = {name: value, "distribution": value}
            problems = [one.as_dict() for one in gate.check(record, "3.0")]
            parts = fields.laid_out(record, problems)
            told = [one for part in parts for row in part.rows for one in row.problems]
            assert len(told) == len(problems), (name, value)


def test_examples_are_of_this_site_and_their_json_is_json() -> None:
    told = examples.examples("https://data.example.gov", 'Bob\'s "data"', "bobs-data")
    code = "\n".join(one.code for one in told)
    assert "https://data.example.gov/dcat-us/3.0.json" in code
    sent = next(one.code for one in told if "harvest_source_create" in one.code)
    body = sent.partition("--data ")[2].replace("'\"'\"'", "'").strip("'")
    assert json.loads(body)["title"] == 'Bob\'s "data"'
