"""Findings: what the rules said of each subject, kept until they say otherwise.

Owns their keeping, in CKAN's session, and their reading: time and waivers are applied when
somebody looks. Refuses to judge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .book import rulebook
from .model import Finding, Judgement, Waiver
from .rulebook import DRY_RUN, Rule, Rulebook
from .rules.judging import Judged
from .rules.verdicts import FAILS, NOT_APPLICABLE, PASSES, UNJUDGED

__all__ = ["GRAVITY", "WAIVED", "Shown", "covers", "keep", "live_waivers", "shown"]

WAIVED = "waived"
# Of several places of a rule, the state that comes first here is the rule's.
GRAVITY = (FAILS, UNJUDGED, WAIVED, PASSES, NOT_APPLICABLE)

_PLACE = ("subject", "rule", "resource_id", "column_name", "field", "kind")
_findings = Finding.__table__


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


def keep(
    subject: str,
    department: str,
    edition: str,
    hash: str,
    judged: Sequence[Judged],
) -> None:
    """Keep what rules said of a subject; rules that were not asked keep what they said before.

    Args:
        subject: as in ``model``
        department: name of the department that answers for it; "" for the city
        edition: of the rulebook
        hash: of what was judged
        judged: what was said; rules left over by the budget keep what they said
    """
    before = model.Session.get(Judgement, subject)
    states: dict[str, Any] = dict(before.states) if before else {}
    known = {rule.id for rule in rulebook().rules}
    states = {rule: told for rule, told in states.items() if rule in known}
    today = dt.datetime.now(dt.UTC)
    rows = []
    done = [one for one in judged if not one.late]
    for one in done:
        old = states.get(one.rule.id) or {}
        same = old.get("state") == one.state
        told = {
            "state": one.state,
            "severity": one.gravest,
            "version": one.rule.version,
            "since": old["since"] if same else today.date().isoformat(),
        }
        until = min((v.until for v in one.verdicts if v.until), default=None)
        if one.state == PASSES and until:
            told["until"] = until.isoformat()
        states[one.rule.id] = told
        rows += [_row(subject, department, hash, one, v) for v in one.verdicts if _is_kept(v)]
    # Of two verdicts in one place the first is kept.
    places = {tuple(row[name] for name in _PLACE): row for row in reversed(rows)}
    rules = [one.rule.id for one in done]
    _replace(subject, rules, places)
    values = {
        "subject": subject,
        "department": department,
        "edition": edition,
        "hash": hash,
        "states": states,
        "pending": len(done) < len(judged),
        "judged": today,
    }
    written = insert(Judgement).values(values)
    model.Session.execute(
        written.on_conflict_do_update(index_elements=["subject"], set_=written.excluded)
    )


def _is_kept(verdict: Any) -> bool:
    return verdict.state in (FAILS, UNJUDGED) or verdict.until is not None


def _row(subject: str, department: str, hash: str, one: Judged, verdict: Any) -> dict[str, Any]:
    return {
        "subject": subject,
        "department": department,
        "rule": one.rule.id,
        "rule_version": one.rule.version,
        "resource_id": verdict.resource,
        "column_name": verdict.column,
        "field": verdict.field,
        "kind": verdict.kind,
        "state": verdict.state,
        "severity": one.severity_of(verdict),
        "evidence": verdict.evidence,
        "fix": verdict.fix,
        "count": verdict.count,
        "hash": hash,
        "until": verdict.until,
        "afterwards": verdict.afterwards,
    }


def _replace(subject: str, rules: Collection[str], places: Mapping[Any, dict[str, Any]]) -> None:
    """Write the findings of these rules; one that stays in its place keeps its ``since``."""
    gone = sa.delete(Finding).where(
        Finding.subject == subject,
        sa.or_(
            Finding.rule.in_(rules), Finding.rule.not_in([rule.id for rule in rulebook().rules])
        ),
    )
    if places:
        place = sa.tuple_(*(_findings.c[name] for name in _PLACE))
        gone = gone.where(place.not_in(list(places)))
    model.Session.execute(gone)
    if not places:
        return
    written = insert(Finding).values(list(places.values()))
    taken = {
        column.name: written.excluded[column.name]
        for column in _findings.columns
        if column.name not in ("id", "since", *_PLACE)
    }
    taken["since"] = sa.case(
        (_findings.c.state == written.excluded.state, _findings.c.since), else_=sa.func.now()
    )
    model.Session.execute(written.on_conflict_do_update(index_elements=list(_PLACE), set_=taken))


# ---- Reading --------------------------------------------------------------------------------


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
    state, evidence, since = finding.state, finding.evidence, finding.since.date()
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
