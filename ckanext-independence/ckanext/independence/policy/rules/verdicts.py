"""What a check answers: a state, what was seen, and where it is mended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

__all__ = [
    "FAILS", "NOT_APPLICABLE", "PASSES", "STATES", "UNJUDGED", "Verdict", "fails",
    "not_applicable", "passes", "unjudged",
]  # fmt: skip

PASSES, FAILS, UNJUDGED, NOT_APPLICABLE = "passes", "fails", "cannot-be-judged", "not-applicable"
STATES = (PASSES, FAILS, UNJUDGED, NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer of a check; a check that sees several places answers for each that fails.

    Attributes:
        state: one of ``STATES``.
        evidence: a sentence of what was seen, or why it cannot be judged; never a value that
            is protected.
        fix: how this one is mended, where the rule's own words are not precise enough.
        field: the form's field at which it is mended, of the data set or of the file.
        resource: id of the file; "" for the data set as a whole. Where a department or the city is
            judged, id of the data set that is meant.
        column: name of the column.
        kind: the recogniser, where one found it.
        count: how many cells or places were found.
        until: of a pass, the last day on which it holds if nothing changes; it is read with the
            day's date, so that nothing has to run for a verdict to turn.
        afterwards: of such a pass, what the evidence is once that day is over.
        severity: of this one, where it is less grave than its rule: a recogniser that only
            suspects warns, whatever the rule stops; "" is as the rule has it.
    """

    state: str
    evidence: str = ""
    fix: str = ""
    field: str = ""
    resource: str = ""
    column: str = ""
    kind: str = ""
    count: int | None = None
    until: dt.date | None = None
    afterwards: str = ""
    severity: str = ""

    def on(self, day: dt.date) -> Verdict:
        """Return the verdict as it is on a day."""
        if self.state != PASSES or self.until is None or day <= self.until:
            return self
        return replace(self, state=FAILS, evidence=self.afterwards, until=None, afterwards="")


def passes(
    evidence: str = "",
    *,
    until: dt.date | None = None,
    afterwards: str = "",
    fix: str = "",
    field: str = "",
    resource: str = "",
) -> Verdict:
    """Say that what is asked is so; the others are what is said once ``until`` is over."""
    return Verdict(PASSES, evidence, fix, field, resource, until=until, afterwards=afterwards)


def fails(
    evidence: str,
    *,
    fix: str = "",
    field: str = "",
    resource: str = "",
    column: str = "",
    kind: str = "",
    count: int | None = None,
    severity: str = "",
) -> Verdict:
    """Say that it is not so, and what was seen."""
    return Verdict(FAILS, evidence, fix, field, resource, column, kind, count, severity=severity)


def unjudged(why: str, *, resource: str = "", field: str = "") -> Verdict:
    """Say that it cannot be known, and why."""
    return Verdict(UNJUDGED, why, field=field, resource=resource)


def not_applicable(why: str = "") -> Verdict:
    """Say that nothing is asked here."""
    return Verdict(NOT_APPLICABLE, why)
