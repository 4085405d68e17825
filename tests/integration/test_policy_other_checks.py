"""A check that another plugin brings: named by a rulebook, it judges like the portal's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.inside import Inside

ROOT = Path(__file__).resolve().parents[2]

RULE = """
  - id: lamps-are-counted
    title: Lamps are counted
    severity: warning
    mode: warn
    about: all
    check: {check}
    parameters: {{least: 2}}
    why: Nobody counts them otherwise.
    fix: Count them.
    version: 1
"""


@pytest.fixture
def book(inside: Inside, tmp_path: Path) -> Iterator[Path]:
    """A file of rules of its own, which can be changed; the site's is in force again afterwards."""
    from ckanext.independence.policy import book

    path = tmp_path / "rulebook.yaml"
    path.write_text((ROOT / "schemas/policy/rulebook.yaml").read_text("utf-8"))
    with inside.settings({"ckanext.independence.policy.rulebook": str(path)}):
        yield path
    book.read_again()


@contextmanager
def brought(name: str) -> Iterator[None]:
    """Load a plugin with a check of this name, without installing it."""
    import ckan.plugins as p
    from ckan.plugins import core
    from ckanext.independence.policy import book
    from ckanext.independence.policy.interfaces import IPolicyChecks
    from ckanext.independence.policy.rules.registry import METADATA, Check, Parameter
    from ckanext.independence.policy.rules.values import text
    from ckanext.independence.policy.rules.verdicts import fails, passes

    def counts(subject: Any, wanted: Mapping[str, Any]) -> list[Any]:
        found = text(subject.values, "notes").count("lamp")
        if found >= wanted["least"]:
            return [passes("Lamps are counted.")]
        return [fails(f"It counts {found} of {wanted['least']} lamps.", field="notes")]

    class Lamps(p.SingletonPlugin):
        p.implements(IPolicyChecks)

        def policy_checks(self) -> list[Check]:
            return [Check(name, METADATA, counts, {"least": Parameter("int", 1, 1)})]

    core._PLUGINS_SERVICE["lamps"] = Lamps(name="lamps")
    book.read_again()
    try:
        yield
    finally:
        del core._PLUGINS_SERVICE["lamps"]
        book.read_again()


def test_a_rule_can_name_a_check_of_another_plugin(inside: Inside, book: Path) -> None:
    book.write_text(book.read_text() + RULE.format(check="lamps-counted"))
    with brought("lamps-counted"):
        made = inside.dataset(notes="Every lamp in the city.", private=True)
        told = inside.act("independence_policy_dataset_show", id=made["id"])
    (rule,) = [rule for rule in told["rules"] if rule["rule"] == "lamps-are-counted"]
    assert rule["state"] == "fails"
    assert rule["findings"][0]["evidence"] == "It counts 1 of 2 lamps."
    assert rule["findings"][0]["field"] == "notes"


def test_without_that_plugin_the_rulebook_is_refused_with_the_line(
    inside: Inside, book: Path
) -> None:
    from ckanext.independence.policy import book as ours
    from ckanext.independence.policy.rulebook import RulebookError

    lines = book.read_text().count("\n")
    book.write_text(book.read_text() + RULE.format(check="lamps-counted"))
    ours.read_again()
    with pytest.raises(RulebookError, match=f"line {lines + 7}: rule lamps-are-counted: there is"):
        ours.rulebook()


def test_a_plugin_cannot_take_the_name_of_a_check_that_there_is(inside: Inside) -> None:
    from ckanext.independence.policy import book as ours
    from ckanext.independence.policy.rulebook import RulebookError

    with brought("open-format"), pytest.raises(RulebookError, match=r"lamps brings .* open-format"):
        ours.checks()
