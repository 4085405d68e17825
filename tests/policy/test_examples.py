"""Every rule of the City's rulebook, put to cases that pass and cases that fail."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ckanext.independence.policy import rulebook
from ckanext.independence.policy.rules.checks import CHECKS
from ckanext.independence.policy.rules.judging import judge
from ckanext.independence.policy.rules.subjects import Subject

from tests.policy.examples import Example
from tests.policy.made import a_dataset, an_entry

HERE = Path(__file__).parent
BOOK = rulebook.read(HERE.parents[1] / "schemas/policy/rulebook.yaml", CHECKS)
EXAMPLES: list[Example] = [
    example
    for module in sorted(HERE.glob("examples_*.py"))
    for example in importlib.import_module(f"tests.policy.{module.stem}").EXAMPLES
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.rule}: {e.case}")
def test_an_example_is_judged_as_it_says(example: Example) -> None:
    sees = CHECKS.get(BOOK.rule(example.rule).check.name).sees  # type: ignore[union-attr]
    judged = {one.rule.id: one for one in judge(BOOK, example.subject, sees=[sees])}
    one = judged[example.rule]
    assert not one.error
    verdicts = [verdict.on(example.on or example.subject.today) for verdict in one.verdicts]
    order = ("fails", "cannot-be-judged", "passes", "not-applicable")
    assert min((v.state for v in verdicts), key=order.index) == example.state, verdicts
    (found, *_) = [v for v in verdicts if example.words in v.evidence and v.state == example.state]
    assert found.field == example.field or example.state != "fails"
    if example.severity:
        assert (found.severity or one.severity) == example.severity
    if example.state in ("fails", "cannot-be-judged"):
        assert found.evidence.endswith((".", "?")), "evidence is a sentence"


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_every_rule_has_an_example_that_passes_and_one_that_fails(rule: rulebook.Rule) -> None:
    states = {example.state for example in EXAMPLES if example.rule == rule.id}
    assert {"passes", "fails"} <= states


def test_a_good_data_set_fails_no_rule() -> None:
    for subject in (a_dataset(), an_entry()):
        assert isinstance(subject, Subject)
        failing = [
            (one.rule.id, one.verdicts) for one in judge(BOOK, subject) if one.state == "fails"
        ]
        assert not failing
