"""Reading a rulebook: what it takes, what it refuses and in which words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from ckanext.independence.policy import rulebook
from ckanext.independence.policy.rules.checks import CHECKS
from ckanext.independence.policy.rules.registry import (
    CITY,
    DEPARTMENT,
    METADATA,
    Check,
    Parameter,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "schemas/policy/rulebook.yaml"

BOOK = """\
title: A policy
sources:
  O: {title: An ordinance, url: https://example.gov/p1}
clauses:
  P1: {text: Open formats., source: O}
  P2: {text: Keep it current., source: O}
rules:
  - id: title-names-the-data
    title: The title says what the data is
    clauses: [P1, P2]
    severity: warning
    stricter: {health: blocker}
    mode: enforce
    about: all
    check: title-names-the-data
    parameters:
      least: 5
    why: People choose from a list of titles.
    fix: Write what the data is.
    version: 2
    valid_from: 2027-04-26
    valid_to: 2030-01-01
"""


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(text: str | bytes, **how: Any) -> rulebook.Rulebook:
        path = tmp_path / "rulebook.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return rulebook.read(path, how.pop("checks", CHECKS), **how)

    return read


def test_a_rule_has_all_that_its_file_says_and_the_defaults_of_its_check(read: Any) -> None:
    (rule,) = read(BOOK).rules
    assert [clause.code for clause in rule.clauses] == ["P1", "P2"]
    assert rule.clauses[0].source == "An ordinance"
    assert rule.clauses[0].url == "https://example.gov/p1"
    assert rule.parameters == {"least": 5, "most": 120}
    assert (rule.version, rule.mode, rule.about) == (2, "enforce", "all")
    assert rule.severity_for(frozenset({"health"})) == "blocker"
    assert rule.severity_for(frozenset({"justice"})) == "warning"
    assert not rule.in_force(dt.date(2027, 4, 25))
    assert rule.in_force(dt.date(2030, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title: A policy", "titel: A policy", 1, "titel is not known. Did you mean title?"),
        ("{title: An", "{tilte: An", 3, "source O: tilte is not known. Did you mean title?"),
        ("https://example.gov/p1", "example.gov/p1", 3, "must begin with https://"),
        ("formats., source: O", "formats., sauce: O", 5, "clause P1: sauce is not known"),
        ("formats., source: O", "formats.", 5, "clause P1: source is missing"),
        ("formats., source: O", "formats., source: P", 5, "no source 'P'. Known are O."),
        ("text: Keep it current.", "text: ''", 6, "text is empty"),
        ("text: Keep it current., ", "", 6, "text is missing"),
        ("text: Keep it current.", "text: 12", 6, "must be a text, not 12"),
        ("  P2:", "  P1:", 6, "P1 stands there twice"),
        ("  P2:", "  '<P2>':", 6, "a code is made of letters"),
        ("id: title-names", "id: Title_names", 8, "an id is made of"),
        ("    title: The", "    colour: The", 9, "colour is not known. Known are id, title"),
        ("    title: The title says what the data is\n", "", 8, "title is missing"),
        ("[P1, P2]", "[P1, P3]", 10, "no clause 'P3'"),
        ("[P1, P2]", "[P1, P1]", 10, "P1 stands there twice"),
        ("[P1, P2]", "P1", 10, "must be a list of codes"),
        ("severity: warning", "severity: warnung", 11, "Did you mean warning?"),
        ("severity: warning", "severity: [warning]", 11, "is not known"),
        ("    severity: warning\n", "", 8, "It is one of blocker, warning, advice"),
        ("{health: blocker}", "{heath: blocker}", 12, "Did you mean health?"),
        ("{health: blocker}", "{health: advice}", 12, "no stricter than warning"),
        ("mode: enforce", "mode: strict", 13, "Known are off, dry-run, warn, enforce"),
        ("about: all", "about: everything", 14, "Known are published, inventory, all"),
        ("check: title-names-the-data", "check: title-names-data", 15, "Did you mean title-names"),
        ("least: 5", "leest: 5", 17, "it takes least, most"),
        ("least: 5", "least: 0", 17, "must be 1 or more, not 0"),
        ("least: 5", "least: five", 17, "must be a whole number, not 'five'"),
        ("least: 5", "least: .nan", 17, "must be a whole number"),
        ("least: 5", "least: 5\n      least: 6", 18, "least stands there twice"),
        ("version: 2", "version: 0", 20, "must be a whole number from 1 on"),
        ("version: 2", "version: true", 20, "must be a whole number from 1 on"),
        ("version: 2", "version: '2'", 20, "must be a whole number from 1 on"),
        ("    version: 2\n", "", 8, "version is missing"),
        ("2027-04-26", "2027-02-30", 21, "no such day"),
        ("2027-04-26", "soon", 21, "Write it as 2027-04-26"),
        ("2027-04-26", "2027-04-26 10:00:00", 21, "Write it as 2027-04-26"),
        ("2030-01-01", "2026-01-01", 22, "valid_to 2026-01-01 is earlier"),
        ("    why: People", "   why: People", 18, "this is no YAML"),
        ("title: A policy", "title: &a A policy\nother: *a", 2, "written elsewhere"),
        ("least: 5", "least: " + "[" * 12 + "]" * 12, 17, "deeper than 12 levels"),
        ("least: 5", "least: !!python/name:os.system ''", 17, "could not determine"),
        ("least: 5", "? [1, 2]\n      : 3", 17, "must be a text"),
        ("least: 5", "? {a: 1}\n      : 3", 17, "must be a text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    read: Any, old: str, new: str, line: int, said: str
) -> None:
    assert BOOK.count(old) >= 1
    # The last place is the rule's, where a word stands twice.
    head, tail = BOOK.rsplit(old, 1) if old.startswith("check") else BOOK.split(old, 1)
    with pytest.raises(rulebook.RulebookError) as refused:
        read(head + new + tail)
    told = [one for one in refused.value.mistakes if said in one]
    assert told, refused.value.mistakes
    assert f"rulebook.yaml, line {line}: " in told[0]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(read: Any) -> None:
    wrong = BOOK.replace("least: 5", "least: x").replace("mode: enforce", "mode: x")
    with pytest.raises(rulebook.RulebookError) as refused:
        read(wrong.replace("formats., source", "formats., sauce"))
    assert [one.split(": ")[0].rpartition(" ")[2] for one in refused.value.mistakes] == [
        "5", "5", "13", "17",
    ]  # fmt: skip


def test_two_rules_of_one_id_are_refused_at_the_second(read: Any) -> None:
    head, rules = BOOK.split("rules:\n")
    with pytest.raises(rulebook.RulebookError, match="line 23: title-names-the-data stands there"):
        read(f"{head}rules:\n{rules}{rules}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"# nothing\n", "is empty"),
        (b"- one\n", "must hold names and values"),
        (b"title: A policy\n", "rules: there is none"),
        (b"title: A policy\nrules: {}\n", "must be a list"),
        (b"title: A policy\nrules: [1, [], {}]\n", "a rule"),
        ("title: Stra\xdfe\n".encode("latin-1"), "line 1: this is not written in UTF-8"),
        (b"title: a\n---\ntitle: b\n", "no YAML"),
        (b"\x00\x01", "no YAML"),
        (b"title: " + b"x" * 1_000_001, "larger than 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_rulebook_is_refused(read: Any, content: bytes, said: str) -> None:
    with pytest.raises(rulebook.RulebookError, match=said):
        read(content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(rulebook.RulebookError, match=r"gone\.yaml is missing"):
        rulebook.read(tmp_path / "gone.yaml", CHECKS)
    with pytest.raises(rulebook.RulebookError, match="cannot be read"):
        rulebook.read(tmp_path, CHECKS)


def test_no_rule_is_stricter_than_the_site_allows(read: Any) -> None:
    assert read(BOOK, ceiling="dry-run").rules[0].mode == "dry-run"
    off = BOOK.replace("mode: enforce", "mode: off")
    assert read(off, ceiling="warn").rules[0].mode == "off"
    with pytest.raises(rulebook.RulebookError, match="must be one of off, dry-run"):
        read(BOOK, ceiling="strict")


def test_the_edition_is_of_what_a_rulebook_means(read: Any) -> None:
    edition = read(BOOK).edition
    lines = BOOK.splitlines()
    lines[10], lines[12] = lines[12], lines[10]
    same = "# A comment\n" + "\n".join(lines).replace("'", '"')
    assert read(same).edition == edition
    assert read(BOOK.replace("least: 5", "least: 5\n      most: 120")).edition == edition
    for old, new in (
        ("least: 5", "least: 6"), ("version: 2", "version: 3"), ("mode: enforce", "mode: warn"),
        ("2027-04-26", "2027-04-27"), ("{health: blocker}", "{minors: blocker}"),
        ("Keep it current", "Keep it very current"), ("about: all", "about: published"),
    ):  # fmt: skip
        assert read(BOOK.replace(old, new)).edition != edition, new
    check = CHECKS["title-names-the-data"]
    newer = Check(check.name, check.sees, check.function, check.parameters, check.version + 1)
    assert read(BOOK, checks={check.name: newer}).edition != edition
    assert read(BOOK, ceiling="warn").edition != edition


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_damaged_rulebook_is_read_or_refused_and_nothing_else(read: Any, data: Any) -> None:
    start = data.draw(st.integers(0, len(BOOK)))
    length = data.draw(st.integers(0, 40))
    put = data.draw(st.text(alphabet="ab1-: \n[]{}'\"#&*!|>%@?,.\t\0é", max_size=8))
    try:
        read(BOOK[:start] + put + BOOK[start + length :])
    except rulebook.RulebookError as refused:
        assert refused.mistakes


def test_the_topics_are_those_of_the_form() -> None:
    form = yaml.safe_load((ROOT / "schemas/catalog/dataset.yaml").read_text("utf-8"))
    (field,) = (f for f in form["dataset_fields"] if f["field_name"] == "subject_sensitivity")
    assert {choice["value"] for choice in field["choices"]} == set(rulebook.TOPICS)


def test_a_parameter_takes_what_its_kind_says() -> None:
    check = Check(
        "x", METADATA, lambda *_: [], {
            "by_topic": Parameter("map", {}, 1, 20, ("health", "justice")),
            "since": Parameter("date", None),
            "formats": Parameter("list", []),
        },
    )  # fmt: skip
    taken = check.read({"by_topic": {"health": 10}, "since": dt.date(2027, 4, 26)})
    assert taken == {"by_topic": {"health": 10}, "since": dt.date(2027, 4, 26), "formats": []}
    for wrong in (
        {"by_topic": {"heath": 1}}, {"by_topic": {1: 1}}, {"by_topic": {"health": 0}},
        {"by_topic": {"health": float("nan")}}, {"by_topic": {"health": 10**400}},
        {"since": "2027-04-26"}, {"since": dt.datetime(2027, 4, 26)}, {"formats": [1]},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(wrong))):
            check.read(wrong)


def test_our_own_rulebook_is_read() -> None:
    book = rulebook.read(OURS, CHECKS)
    assert book.rules
    assert {rule.check.sees for rule in book.rules} <= {
        "metadata", "resources", "content", "freshness", "links", DEPARTMENT, CITY,
    }  # fmt: skip
