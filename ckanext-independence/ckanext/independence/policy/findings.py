"""Findings as people see them: what the rules said of each subject, as it stands on a day.

Owns their reading: time and waivers are applied when somebody looks. Refuses to judge, and to
write (``keeping`` does).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ckan import model

from ..catalog.site import city
from .book import rulebook
from .model import Finding, Judgement, Waiver
from .rulebook import DRY_RUN, Rule, Rulebook
from .rules.checks import protected, small_cells
from .rules.verdicts import FAILS, NOT_APPLICABLE, PASSES, UNJUDGED

__all__ = [
    "GRAVITY", "PROTECTED", "WAIVED", "Shown", "covers", "for_the_public", "live_waivers", "shown",
]  # fmt: skip

WAIVED = "waived"
# Of several places of a rule, the state that comes first here is the rule's.
GRAVITY = (FAILS, UNJUDGED, WAIVED, PASSES, NOT_APPLICABLE)
PROTECTED = frozenset({*protected.CHECKS, *small_cells.CHECKS})
"""Checks of which the public is not told that a data set fails: it would lead whoever looks for
protected information to it, before its department has taken it away."""


@dataclass(frozen=True)
class Shown:
    """A rule as it stands for a subject in one place, on a day.

    ``state`` is one of the verdicts' or ``waived``; ``finding`` is None where the rule passes or
    does not apply, and then there is one for the whole subject.
    """

    subject: str
    department: str
    rule: Rule
    state: str
    severity: str
    since: str
    evidence: str = ""
    fix: str = ""
    field: str = ""
    resource_id: str = ""
    column: str = ""
    kind: str = ""
    count: int | None = None
    finding: int | None = None
    waiver: Waiver | None = None


def live_waivers(package_ids: Iterable[str], day: dt.date) -> dict[str, list[Waiver]]:
    """Return the waivers that are granted and in force on a day, by data set."""
    query = sa.select(Waiver).where(
        Waiver.package_id.in_(list(package_ids)),
        Waiver.decision == "granted",
        Waiver.ended.is_(None),
        sa.or_(Waiver.expires.is_(None), Waiver.expires >= day),
    )
    found: dict[str, list[Waiver]] = {}
    for waiver in model.Session.scalars(query):
        found.setdefault(waiver.package_id, []).append(waiver)
    return found


def covers(
    waiver: Waiver,
    rule: str,
    *,
    kind: str = "",
    resource_id: str = "",
    column: str = "",
    field: str = "",
    count: int | None = None,
) -> bool:
    """Say whether a waiver covers a finding in this place, at most as often as it was granted."""
    return (
        (waiver.rule, waiver.kind, waiver.resource_id, waiver.column_name, waiver.field)
        == (rule, kind, resource_id, column, field)
    ) and (waiver.most is None or (count or 0) <= waiver.most)


def shown(
    subjects: Iterable[str], day: dt.date, *, with_dry_runs: bool = False
) -> dict[str, list[Shown]]:
    """Return how every rule stands for these subjects on a day, in the rulebook's order.

    Args:
        subjects: as in ``model``
        day: verdicts that time turns are read with it
        with_dry_runs: also rules in mode ``dry-run``, which only administrators see

    Returns:
        by subject; a rule stands once, or once for each place where it fails, cannot be judged
        or is waived. Subjects that were not judged are left out.
    """
    wanted = list(subjects)
    book = rulebook()
    waivers = live_waivers(wanted, day)
    places: dict[tuple[str, str], list[Finding]] = {}
    query = sa.select(Finding).where(Finding.subject.in_(wanted)).order_by(Finding.id)
    for finding in model.Session.scalars(query):
        places.setdefault((finding.subject, finding.rule), []).append(finding)
    told: dict[str, list[Shown]] = {}
    for row in model.Session.scalars(sa.select(Judgement).where(Judgement.subject.in_(wanted))):
        told[row.subject] = [
            one
            for rule in _rules(book, day, with_dry_runs)
            if rule.id in row.states
            for one in _stands(
                row, rule, places.get((row.subject, rule.id), []), waivers.get(row.subject, []), day
            )
        ]
    return told


def for_the_public(told: Iterable[Shown]) -> list[Shown]:
    """Return what everybody may be told of a data set: nothing of protected information in it."""
    hidden = {
        one.rule.id
        for one in told
        if one.rule.check.name in PROTECTED and one.state in (FAILS, UNJUDGED)
    }
    return [one for one in told if one.rule.id not in hidden]


def _rules(book: Rulebook, day: dt.date, with_dry_runs: bool) -> list[Rule]:
    return [r for r in book.rules if r.in_force(day) and (with_dry_runs or r.mode != DRY_RUN)]


def _stands(
    row: Judgement, rule: Rule, findings: Sequence[Finding], waivers: Sequence[Waiver], day: dt.date
) -> list[Shown]:
    told = row.states[rule.id]
    if told["state"] == NOT_APPLICABLE:
        return [_whole(row, rule, told, NOT_APPLICABLE)]
    standing = [one for f in findings if (one := _standing(f, rule, waivers, day)) is not None]
    return standing or [_whole(row, rule, told, PASSES)]


def _whole(row: Judgement, rule: Rule, told: Mapping[str, Any], state: str) -> Shown:
    return Shown(row.subject, row.department, rule, state, told["severity"], told["since"])


def _standing(
    finding: Finding, rule: Rule, waivers: Sequence[Waiver], day: dt.date
) -> Shown | None:
    """Return a finding as it stands on a day; None where the place passes on that day."""
    zone = ZoneInfo(city().timezone)
    state, evidence, since = finding.state, finding.evidence, finding.since.astimezone(zone).date()
    if state == PASSES:
        if finding.until is None or day <= finding.until:
            return None
        state, evidence = FAILS, finding.afterwards
        since = finding.until + dt.timedelta(days=1)
    waiver = None
    if state == FAILS:
        waiver = next(
            (
                w
                for w in waivers
                if covers(
                    w, rule.id, kind=finding.kind, resource_id=finding.resource_id,
                    column=finding.column_name, field=finding.field, count=finding.count,
                )
            ),
            None,
        )  # fmt: skip
    return Shown(
        subject=finding.subject,
        department=finding.department,
        rule=rule,
        state=WAIVED if waiver else state,
        severity=finding.severity,
        since=since.isoformat(),
        evidence=evidence,
        fix=finding.fix or rule.fix,
        field=finding.field,
        resource_id=finding.resource_id,
        column=finding.column_name,
        kind=finding.kind,
        count=finding.count,
        finding=finding.id,
        waiver=waiver,
    )
