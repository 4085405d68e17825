"""The page on the policy: complete, and renewed with the rulebook."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.independence.policy import rulebook
from ckanext.independence.policy.rule_table import markdown
from ckanext.independence.policy.rules.checks import CHECKS
from ckanext.independence.policy.rules_command import renewed, rules_command
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/policy.md"
OURS = ROOT / "schemas/policy/rulebook.yaml"
BOOK = rulebook.read(OURS, CHECKS)


def test_the_page_has_the_tables_of_the_rulebook_as_it_is() -> None:
    again = "./portal ckan independence policy rules schemas/policy/rulebook.yaml --into "
    text = PAGE.read_text("utf-8")
    assert text == renewed(text, markdown(BOOK, CHECKS)), f"run {again}docs/policy.md"


def test_every_rule_clause_and_check_stands_on_the_page_and_the_readme_leads_there() -> None:
    text = PAGE.read_text("utf-8")
    assert len(BOOK.rules) == 43
    for name in (*(rule.id for rule in BOOK.rules), *CHECKS):
        assert f"| `{name}` |" in text, name
    for code in BOOK.clauses:
        assert f"\n| {code} |" in text, code
    assert "](docs/policy.md)" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_speaks_in_whole_sentences_of_a_line(rule: rulebook.Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert not rule.title.endswith(".")
    assert len(rule.title) <= 60
    assert len(rule.why) <= 200
    assert "dataset" not in f"{rule.title}{rule.why}{rule.fix}".lower()
    assert not {"resource", "package", "dictionary"} & set(
        f"{rule.title} {rule.why} {rule.fix}".lower().replace(",", " ").split()
    )


def test_blockers_are_enforced_and_nothing_that_is_only_advised_is() -> None:
    for rule in BOOK.rules:
        gravest = rule.severity_for(frozenset(rulebook.TOPICS))
        assert (gravest == "blocker") == (rule.mode == "enforce"), rule.id
        assert rule.severity != "advice" or not rule.stricter, rule.id


def test_a_wrong_rulebook_is_refused_with_its_line_and_a_page_without_a_place_too(
    tmp_path: Path,
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(OURS.read_text("utf-8").replace("severity: advice", "severity: grave", 1))
    done = CliRunner().invoke(rules_command, [str(wrong)])
    assert done.exit_code == 1
    assert "severity 'grave' is not known" in done.output
    assert ", line " in done.output
    bare = tmp_path / "bare.md"
    bare.write_text("# Policy\n")
    done = CliRunner().invoke(rules_command, [str(OURS), "--into", str(bare)])
    assert done.exit_code == 1
    assert "It must hold the lines" in done.output
    assert bare.read_text() == "# Policy\n"


def test_the_command_prints_the_tables() -> None:
    done = CliRunner().invoke(rules_command, [str(OURS)])
    assert done.exit_code == 0
    assert done.output == markdown(BOOK, CHECKS)
