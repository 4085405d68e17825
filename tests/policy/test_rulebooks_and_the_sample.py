"""The City's rulebook and another city's, put to all data sets of the sample."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from ckanext.independence.policy import rulebook
from ckanext.independence.policy.check_command import check_command
from ckanext.independence.policy.rules.checks import CHECKS
from ckanext.independence.policy.rules.checks.describing import FIELDS
from ckanext.independence.policy.rules.judging import judge
from ckanext.independence.policy.rules.registry import DATASET_SIGHTS
from ckanext.independence.policy.rules.subjects import File, Holdings, Subject
from click.testing import CliRunner

from tests.conftest import SHARED
from tests.policy.sample import AS_OF, ROOT, facts, subjects

OURS = rulebook.read(ROOT / "schemas/policy/rulebook.yaml", CHECKS)
THEIRS = rulebook.read(Path(__file__).with_name("kansas-city.yaml"), CHECKS)
RECORDS = ("metadata", "resources", "freshness")


def failing(book: rulebook.Rulebook) -> dict[str, set[str]]:
    """Return by rule which data sets of the sample fail it, drafts apart."""
    found: dict[str, set[str]] = defaultdict(set)
    for subject in subjects():
        for one in judge(book, subject, sees=RECORDS):
            assert not one.error
            if one.state == "fails" and subject.values.get("publish", True):
                found[one.rule.id].add(subject.values["name"])
    return dict(found)


def test_nothing_stops_the_sample_from_becoming_public_and_little_is_to_be_mended() -> None:
    assert failing(OURS) == {
        "title-names-the-data": {"parks", "trails"},
        "description-explains": {
            "employee-turnover", "fire-hydrants", "historic-site-visitors", "sales-tax-receipts",
            "trails", "website-visits",
        },
        "serves-a-goal": {"incident-narratives"},
        "on-time": {"animal-shelter-intakes", "court-cases", "traffic-counts"},
    }  # fmt: skip
    blockers = {rule.id for rule in OURS.rules if rule.severity == "blocker"}
    assert not blockers & failing(OURS).keys()


def test_another_citys_policy_is_another_rulebook_and_no_other_code() -> None:
    assert THEIRS.title != OURS.title
    assert THEIRS.edition != OURS.edition
    assert {rule.id for rule in THEIRS.rules} - {rule.id for rule in OURS.rules}
    for rule in THEIRS.rules:
        assert rule.clauses, rule.id
    # It asks for fewer characters and no law, for one of two licenses, and for data of this year.
    found = failing(THEIRS)
    assert found.pop("explicit-public-domain") == {"council-districts", "website-visits"}
    assert {"council-districts", "traffic-counts", "adopted-budget-2024-25"} <= found.pop("timely")
    assert found == {"goals-set-the-order": {"incident-narratives"}}


def test_the_other_citys_rules_on_departments_and_the_city_run_too() -> None:
    everything = [subject.values for subject in subjects()]
    said = {}
    for department in (None, *facts().departments.values()):
        name = department.name if department else ""
        mine = [v for v in everything if not name or v["department"]["name"] == name]
        holdings = Holdings(department, mine, AS_OF, facts())
        for one in judge(THEIRS, holdings, sees=("department", "city")):
            assert not one.error
            said[one.rule.id, name] = one.state
    assert said["designee", "police"] == "passes"
    assert said["timelines", "police"] == "passes"
    assert said["report", ""] == "fails"


def test_the_other_citys_rules_judge_a_real_catalog_of_a_third_one() -> None:
    catalog = SHARED / "corpora/catalogs/wisconsin-rapids.hub.2022-04-17.data.json"
    if not catalog.exists():
        pytest.skip(f"There is no {catalog}.")
    book = str(Path(__file__).with_name("kansas-city.yaml"))
    words = [str(catalog), "--rulebook", book, "--day", "2022-04-17", "--json"]
    done = CliRunner().invoke(check_command, words)
    assert done.exit_code == 1, done.output
    told = json.loads(done.output)
    counted = {rule["rule"]: (rule["fails"], rule["passes"]) for rule in told["rules"]}
    assert counted["explicit-public-domain"] == (24, 0)
    assert told["rulebook"]["title"] == THEIRS.title


def test_a_rule_can_ask_for_fields_of_the_form_and_for_no_other() -> None:
    form = yaml.safe_load((ROOT / "schemas/catalog/dataset.yaml").read_text("utf-8"))
    there = {field["field_name"] for field in form["dataset_fields"]}
    assert set(FIELDS) - {"tags"} <= there


def test_all_rules_of_both_books_say_something_of_every_data_set() -> None:
    for subject in subjects():
        for book in (OURS, THEIRS):
            for one in judge(book, subject, sees=DATASET_SIGHTS):
                assert one.verdicts, one.rule.id
                assert not one.error, one.rule.id


def test_the_manifest_to_begin_with_fails_no_rule() -> None:
    text = (ROOT / "sample-city/example/manifest.yaml").read_text("utf-8")
    (entry,) = yaml.safe_load(text)["datasets"]
    entry = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in entry.items()}
    files = [File(id="f1", format="CSV", columns=file["columns"]) for file in entry["resources"]]
    values = entry | {
        "notes": entry["description"],
        "tags": entry["keywords"],
        "department": {"name": entry["department"]},
    }
    subject = Subject(values, AS_OF, facts(), files)
    assert not [
        (one.rule.id, one.verdicts)
        for one in judge(OURS, subject, sees=RECORDS)
        if one.state == "fails"
    ]
