"""Putting rules to a subject: which of them apply, and what each says.

Owns the fence around a check: one that raises, or a budget that is used up, makes a rule that
cannot be judged, never an error of whoever asked.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..rulebook import SEVERITIES, Rule, Rulebook
from .registry import DATASET_SIGHTS
from .subjects import Holdings, Subject
from .verdicts import FAILS, NOT_APPLICABLE, PASSES, UNJUDGED, Verdict, unjudged

__all__ = ["Judged", "judge", "left_for_later"]

_GRAVITY = (FAILS, UNJUDGED, PASSES, NOT_APPLICABLE)
LATER = "It is judged in a moment."


@dataclass(frozen=True)
class Judged:
    """A rule and all that its check said; ``error`` is what it raised, and where."""

    rule: Rule
    verdicts: Sequence[Verdict]
    severity: str
    error: str = ""
    late: bool = False

    @property
    def state(self) -> str:
        """The state of the rule as a whole: the gravest of its verdicts."""
        return min((v.state for v in self.verdicts), key=_GRAVITY.index, default=PASSES)

    def severity_of(self, verdict: Verdict) -> str:
        """Return how grave one of its verdicts is: never graver than the rule."""
        if verdict.severity not in SEVERITIES:
            return self.severity
        return max(self.severity, verdict.severity, key=SEVERITIES.index)

    @property
    def gravest(self) -> str:
        """How grave the gravest of what fails is; where nothing fails, the rule."""
        failing = [self.severity_of(v) for v in self.verdicts if v.state == FAILS]
        return min(failing, key=SEVERITIES.index, default=self.severity)


def judge(
    rulebook: Rulebook,
    subject: Subject | Holdings,
    *,
    sees: Collection[str] = DATASET_SIGHTS,
    seconds: float | None = None,
    ends: tuple[type[Exception], ...] = (),
) -> Iterator[Judged]:
    """Put the rules in force to a subject, in the order of the rulebook.

    Args:
        rulebook: whose rules
        subject: a data set, or what a department or the city holds
        sees: only rules whose check looks at one of these
        seconds: after which the rules that are left are answered with ``late``
        ends: what is raised in a check and is not its own: it ends the judging
    """
    until = None if seconds is None else time.monotonic() + seconds
    topics = subject.topics if isinstance(subject, Subject) else frozenset()
    for rule in rulebook.rules:
        if rule.check.sees not in sees or not rule.in_force(subject.today):
            continue
        severity = rule.severity_for(topics)
        if isinstance(subject, Subject) and not _is_about(rule, subject):
            continue
        if until is not None and time.monotonic() > until:
            yield Judged(rule, [unjudged(LATER)], severity, late=True)
            continue
        try:
            verdicts = list(rule.check.function(subject, rule.parameters))
        except ends:
            raise
        except Exception as error:
            # A message may quote a value; its kind and its place do not.
            said = type(error).__name__
            yield Judged(
                rule,
                [unjudged(f"The check failed ({said}). The portal's administrators are told.")],
                severity,
                error=f"{said} in {_place(error)}",
            )
            continue
        yield Judged(rule, verdicts, severity)


def _place(error: Exception) -> str:
    """Return the file and line in which something was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"


def left_for_later(judged: Sequence[Judged]) -> bool:
    """Say whether the budget was used up before all rules were judged."""
    return any(one.late for one in judged)


def _is_about(rule: Rule, subject: Subject) -> bool:
    return rule.about == "all" or (rule.about == "inventory") == subject.is_entry
