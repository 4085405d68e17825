"""A rulebook as Markdown: its rules, its clauses and the checks that there are, in three tables.

Owns how they are written for people. Refuses to judge: a rulebook that is wrong was refused when
it was read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .rulebook import Clause, Rule, Rulebook
from .rules.registry import Check

__all__ = ["markdown"]

_SEES = {
    "metadata": "record", "resources": "files' records", "content": "contents of files",
    "freshness": "dates", "links": "links", "department": "department", "city": "whole city",
}  # fmt: skip


def markdown(book: Rulebook, checks: Mapping[str, Check]) -> str:
    """Return rules, clauses and checks, each under a heading of the third level."""
    return "\n".join(
        [
            f"### The {len(book.rules)} rules",
            "",
            *_table(
                ["Rule", "What must be true", "Clauses", "Severity", "Mode", "About", "Looks at"],
                map(_rule, book.rules),
            ),
            "",
            "### The clauses",
            "",
            *_table(["Clause", "What it says, in plain words", "Source", "Rules"], _clauses(book)),
            "",
            "### The checks",
            "",
            *_table(
                [
                    "Check",
                    "What it asks",
                    "Looks at",
                    "Parameters, and what they are without a word",
                ],
                (_check(checks[name]) for name in sorted(checks)),
            ),
            "",
        ]
    )


def _rule(rule: Rule) -> list[str]:
    severity = rule.severity
    by_severity: dict[str, list[str]] = defaultdict(list)
    for topic, asked in rule.stricter.items():
        by_severity[asked].append(topic)
    for asked, topics in by_severity.items():
        severity += f"; {asked} about {', '.join(topics)}"
    mode = rule.mode
    if rule.valid_from:
        mode += f", from {rule.valid_from} on"
    if rule.valid_to:
        mode += f", until {rule.valid_to}"
    return [
        f"`{rule.id}`", rule.title, ", ".join(clause.code for clause in rule.clauses), severity,
        mode, rule.about, _SEES[rule.check.sees],
    ]  # fmt: skip


def _clauses(book: Rulebook) -> Iterable[list[str]]:
    asked: dict[str, list[str]] = defaultdict(list)
    for rule in book.rules:
        for clause in rule.clauses:
            asked[clause.code].append(f"`{rule.id}`")
    for code, clause in book.clauses.items():
        yield [code, clause.text, _source(clause), ", ".join(asked[code]) or "people judge it"]


def _source(clause: Clause) -> str:
    return f"[{clause.source}]({clause.url})" if clause.url else clause.source


def _check(check: Check) -> list[str]:
    says = (check.function.__doc__ or "").strip().partition("\n")[0]
    parameters = [
        f"`{name}`: {_value(parameter.default)}" for name, parameter in check.parameters.items()
    ]
    return [f"`{check.name}`", says, _SEES[check.sees], "; ".join(parameters)]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {number}" for name, number in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dt.date):
        return "any day" if value == dt.date.min else value.isoformat()
    return str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        cells = (" ".join(cell.replace("|", "\\|").split()) for cell in row)
        yield f"| {' | '.join(cells)} |"
