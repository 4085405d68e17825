"""What the rules say of somebody's catalog, counted: by rule, worst first, and by publisher.

Owns the report as data and as text. Titles are told as they stand in the catalog. Pure.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..catalog.reading import Catalog, Record
from .foreign import Found, unreadable
from .rulebook import BLOCKER, SEVERITIES, Rule, Rulebook
from .rules.judging import Judged
from .rules.values import counted, said
from .rules.verdicts import FAILS, NOT_APPLICABLE, PASSES, UNJUDGED

__all__ = ["has_blockers", "lines", "report"]

_EXAMPLES = 3
_PUBLISHERS = 15
_REASONS = 4
_TITLE = 70
# How many there are; what is asked stays.
_VARIES = re.compile(r"(?<=has )[0-9,]+(?= character)")


def report(
    where: str, catalog: Catalog, rulebook: Rulebook, day: dt.date, found: Sequence[Found]
) -> dict[str, Any]:
    """Return all of it as JSON has it.

    Returns:
        ``rules`` (worst first, with ``fails``, ``passes``, ``unjudged``, ``not_asked``, and
        ``reasons`` with examples), ``publishers`` (worst first), ``datasets`` (each with what it
        fails), and ``unread``: records of which nothing can be judged.
    """
    return {
        "catalog": where,
        "format": catalog.format,
        "day": day.isoformat(),
        "rulebook": {"title": rulebook.title, "edition": rulebook.edition},
        "datasets_judged": len(found),
        "rules": _rules(found),
        "publishers": _publishers(found),
        "unread": [_named(record) | {"why": record.unusable} for record in unreadable(catalog)],
        "datasets": [_named(one.record) | {"fails": _failing(one)} for one in found],
    }


def has_blockers(found: Sequence[Found]) -> bool:
    """Say whether a data set fails a rule that would stop it here."""
    return any(
        judged.state == FAILS and judged.gravest == BLOCKER
        for one in found
        for judged in one.judged
    )


def _named(record: Record) -> dict[str, Any]:
    return {
        "place": record.place,
        "title": record.title,
        "identifier": record.identifier,
        "publisher": record.department,
    }


def _failing(one: Found) -> list[dict[str, str]]:
    return [
        {
            "rule": judged.rule.id,
            "severity": judged.severity_of(verdict),
            "evidence": verdict.evidence,
            "fix": verdict.fix or judged.rule.fix,
            "field": verdict.field,
        }
        for judged in one.judged
        for verdict in judged.verdicts
        if verdict.state == FAILS
    ]


def _rules(found: Sequence[Found]) -> list[dict[str, Any]]:
    by_rule: dict[str, list[tuple[Found, Judged]]] = {}
    for one in found:
        for judged in one.judged:
            by_rule.setdefault(judged.rule.id, []).append((one, judged))
    told = [_rule(pairs[0][1].rule, pairs) for pairs in by_rule.values()]
    return sorted(
        told, key=lambda rule: (not rule["fails"], SEVERITIES.index(rule["severity"]),
                                -rule["fails"], -rule["unjudged"])
    )  # fmt: skip


def _rule(rule: Rule, pairs: Sequence[tuple[Found, Judged]]) -> dict[str, Any]:
    states = Counter(judged.state for _found, judged in pairs)
    reasons: dict[tuple[str, str, str], dict[str, Record]] = {}
    said: dict[tuple[str, str, str], str] = {}
    for one, judged in pairs:
        for verdict in judged.verdicts:
            if verdict.state == judged.state and verdict.state in (FAILS, UNJUDGED):
                reason = (verdict.state, _alike(verdict.evidence), verdict.fix)
                reasons.setdefault(reason, {})[one.record.place] = one.record
                before = said.setdefault(reason, verdict.evidence)
                if before != verdict.evidence:
                    said[reason] = reason[1]
    worst = sorted(reasons.items(), key=lambda item: (item[0][0] != FAILS, -len(item[1])))
    return {
        "rule": rule.id,
        "title": rule.title,
        "clauses": [clause.code for clause in rule.clauses],
        "severity": rule.severity,
        "fails": states[FAILS],
        "passes": states[PASSES],
        "unjudged": states[UNJUDGED],
        "not_asked": states[NOT_APPLICABLE],
        "reasons": [
            {
                "state": reason[0],
                "evidence": said[reason],
                "fix": reason[2] or rule.fix,
                "datasets": len(records),
                "examples": [_named(record) for record in [*records.values()][:_EXAMPLES]],
            }
            for reason, records in worst
        ],
    }


def _alike(evidence: str) -> str:
    """Return a sentence without what differs from data set to data set: names and numbers."""
    parts = evidence.split("“")
    named = [parts[0], *(f"“…”{part.partition('”')[2]}" for part in parts[1:])]
    return _VARIES.sub(lambda found: "…", "".join(named))


def _publishers(found: Sequence[Found]) -> list[dict[str, Any]]:
    by_publisher: dict[str, list[Found]] = {}
    for one in found:
        by_publisher.setdefault(one.publisher, []).append(one)
    told = []
    for publisher, mine in by_publisher.items():
        states = Counter(judged.state for one in mine for judged in one.judged)
        judged = states[FAILS] + states[PASSES]
        told.append(
            {
                "publisher": publisher,
                "datasets": len(mine),
                "with_blockers": sum(has_blockers([one]) for one in mine),
                "fails": states[FAILS],
                "passes": states[PASSES],
                "share": round(states[PASSES] / judged, 3) if judged else None,
            }
        )
    return sorted(told, key=lambda one: (-one["with_blockers"], -one["fails"], one["publisher"]))


# ---- As text --------------------------------------------------------------------------------


def lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield the report as lines for a terminal."""
    datasets = counted(told["datasets_judged"], "data set")
    yield f"{told['format']}, {datasets}, judged as of {said(dt.date.fromisoformat(told['day']))}"
    yield f"by: {told['rulebook']['title']}"
    if told["unread"]:
        first = told["unread"][0]
        unread = counted(len(told["unread"]), "record")
        yield f"{unread} cannot be read; first {first['place']}: {first['why']}"
    yield ""
    yield f"{'fails':>7}{'passes':>8}{'unknown':>9}{'not asked':>11}  rule"
    for rule in told["rules"]:
        yield (
            f"{rule['fails']:>7,}{rule['passes']:>8,}{rule['unjudged']:>9,}{rule['not_asked']:>11,}"
            f"  {rule['severity']}: {rule['title']}"
        )
    for rule in told["rules"]:
        if rule["fails"]:
            yield from _of_rule(rule, told["datasets_judged"])
    unknown = [rule for rule in told["rules"] if rule["unjudged"]]
    if unknown:
        yield ""
        yield "Cannot be judged from such a file:"
    for rule in unknown:
        why = next(one for one in rule["reasons"] if one["state"] == UNJUDGED)
        yield f"  {rule['title']}, in {rule['unjudged']:,}: {why['evidence']}"
    if told["publishers"]:
        yield ""
        yield "By publisher:"
    for one in told["publishers"][:_PUBLISHERS]:
        share = "nothing judged" if one["share"] is None else f"{one['share']:.0%} of points met"
        named = _cut(one["publisher"] or "(no publisher)")
        datasets = counted(one["datasets"], "data set")
        yield f"  {named}: {datasets}, {share}, {one['with_blockers']:,} would be held back"
    if len(told["publishers"]) > _PUBLISHERS:
        yield f"  and {len(told['publishers']) - _PUBLISHERS:,} more"


def _of_rule(rule: dict[str, Any], total: int) -> Iterator[str]:
    clauses = f" ({', '.join(rule['clauses'])})" if rule["clauses"] else ""
    yield ""
    yield f"{rule['title']}: {rule['fails']:,} of {total:,} fail. {rule['severity']}{clauses}"
    reasons = [one for one in rule["reasons"] if one["state"] == FAILS]
    for reason in reasons[:_REASONS]:
        first = reason["examples"][0]
        yield f"  {reason['datasets']:>5,}  {reason['evidence']} {reason['fix']}"
        yield f"         such as: {_cut(first['title'])} ({first['place']})"
    if len(reasons) > _REASONS:
        rest = sum(one["datasets"] for one in reasons[_REASONS:])
        yield f"  {rest:>5,}  for {counted(len(reasons) - _REASONS, 'other reason')}"


def _cut(title: str) -> str:
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
