"""What a rulebook is: which rules are in force, how strictly, and in whose words.

Owns its shape only; ``reading`` makes it from a file and refuses what it does not know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..rules.registry import Check

__all__ = [
    "ABOUT", "ADVICE", "BLOCKER", "DRY_RUN", "ENFORCE", "MODES", "OFF", "SEVERITIES", "TOPICS",
    "WARN", "WARNING", "Clause", "Rule", "Rulebook", "RulebookError",
]  # fmt: skip

BLOCKER, WARNING, ADVICE = "blocker", "warning", "advice"
SEVERITIES = (BLOCKER, WARNING, ADVICE)
# Each does what those before it do, and more: off is not judged, dry-run is judged and shown to
# administrators only, warn is shown to stewards and the public, enforce also stops a blocker.
OFF, DRY_RUN, WARN, ENFORCE = "off", "dry-run", "warn", "enforce"
MODES = (OFF, DRY_RUN, WARN, ENFORCE)
ABOUT = ("published", "inventory", "all")
# What a data set can be about that asks for more care, as its field `subject_sensitivity` has it.
TOPICS = ("minors", "health", "justice", "victims")


class RulebookError(ValueError):
    """A rulebook that cannot be used.

    Attributes:
        mistakes: each with the file, the line, what is wrong and how it is mended.
    """

    def __init__(self, *mistakes: str) -> None:
        """Take all that is wrong with it, in the order of the file."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Clause:
    """A clause of a policy or law: its code, what it says in plain words, and where it stands."""

    code: str
    text: str
    source: str = ""
    url: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes:
        id: what must be true, as ``open-format``.
        title: the same in words, short enough for a line of a list.
        clauses: the clauses that ask it.
        severity: ``blocker``, ``warning`` or ``advice``.
        stricter: severity by topic of a data set (``subject_sensitivity``).
        mode: one of ``MODES``.
        about: ``published`` (public data), ``inventory`` (records of data that is not public) or
            ``all``.
        check: what judges it.
        parameters: of the check, complete.
        why: why it matters, for people who did not read the policy.
        fix: what to do.
        version: goes up with every change of what it asks.
        valid_from: first day in force.
        valid_to: last day in force.
    """

    id: str
    title: str
    clauses: tuple[Clause, ...]
    severity: str
    mode: str
    about: str
    check: Check
    parameters: Mapping[str, Any]
    why: str
    fix: str
    version: int = 1
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    stricter: Mapping[str, str] = field(default_factory=dict)

    def severity_for(self, topics: frozenset[str]) -> str:
        """Return the severity for a data set about these topics: the gravest that is asked."""
        asked = [self.severity, *(s for topic, s in self.stricter.items() if topic in topics)]
        return min(asked, key=SEVERITIES.index)

    def in_force(self, day: dt.date) -> bool:
        """Say whether it is judged on a day."""
        return (
            self.mode != OFF
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True)
class Rulebook:
    """A city's rules in the order of its file.

    Attributes:
        title: of the policy.
        clauses: by code, those that no rule can judge too.
        rules: in the order of the file.
        edition: another one for any other meaning: a comment, or the order of the names of a rule,
            leaves it as it is; a word, a parameter or a check's new version does not.
    """

    title: str
    clauses: Mapping[str, Clause]
    rules: tuple[Rule, ...]
    edition: str

    def rule(self, id: str) -> Rule | None:
        """Return a rule by its id."""
        return next((rule for rule in self.rules if rule.id == id), None)
