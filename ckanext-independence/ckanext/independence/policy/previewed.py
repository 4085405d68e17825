"""What another rulebook would change, before it is put in force.

Owns the comparison: everything is judged by both rulebooks as it is today, and nothing of it is
kept. Waivers count in both.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException

from . import book, findings, gather, portfolio
from .model import CITY
from .rulebook import BLOCKER, ENFORCE, Rule, Rulebook
from .rules.judging import Judged, judge
from .rules.registry import CITY as SEES_CITY
from .rules.registry import DATASET_SIGHTS, DEPARTMENT
from .rules.subjects import Holdings, Subject
from .rules.verdicts import FAILS

__all__ = ["NAMED", "preview"]

# Data sets that are named for each change; all of them are counted.
NAMED = 20


@dataclass
class _Turned:
    """What becomes of one rule. Each list holds ``id``, ``title`` of the first by title."""

    failing: int = 0
    would_fail: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def add(self, what: str, id_: str, title: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        named = self.named.setdefault(what, [])
        insort(named, {"id": id_, "title": title}, key=lambda one: one["title"].casefold())
        del named[NAMED:]


@dataclass(frozen=True)
class _Stands:
    """How a rule stands for a subject: whether it fails, and whether that stops publication."""

    fails: bool
    blocks: bool


def preview(
    new: Rulebook,
    *,
    limit: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> dict[str, Any]:
    """Say what a rulebook would change, had it been in force today.

    Args:
        new: the other rulebook
        limit: data sets that are looked at; the same ones each time
        progress: is told how many are judged, of how many

    Returns:
        ``datasets`` that were judged, ``of`` how many; ``added`` and ``removed`` (ids of rules);
        ``rules``: of each for which something changes ``rule``, ``title``, ``severity``, ``mode``,
        ``failing`` now, ``would_fail``, and for ``to_fail``, ``to_pass`` and ``to_block`` (fails as
        a blocker in force that was none) a dict of ``count`` and ``named``, the first as ``id`` and
        ``title``
    """
    old = book.rulebook()
    query = sa.select(model.Package.id).where(
        model.Package.type == "dataset", model.Package.state == model.State.ACTIVE
    )
    # In no order of time or place, so that a part of them stands for all.
    ids = list(model.Session.scalars(query.order_by(sa.func.md5(model.Package.id))))
    chosen = ids[:limit]
    turned: dict[str, _Turned] = {}
    for start in range(0, len(chosen), gather.BATCH):
        batch = chosen[start : start + gather.BATCH]
        for id_, title, subject, waivers in _datasets(batch):
            _compare(turned, old, new, id_, title, subject, waivers)
        model.Session.rollback()
        progress(start + len(batch), len(chosen))
    for id_, title, holdings in _holdings():
        _compare(turned, old, new, id_, title, holdings, ())
    model.Session.rollback()
    before = {rule.id for rule in old.rules}
    return {
        "datasets": len(chosen),
        "of": len(ids),
        "added": [rule.id for rule in new.rules if rule.id not in before],
        "removed": sorted(before - {rule.id for rule in new.rules}),
        "rules": [
            _told(rule, turned[rule.id])
            for rule in _every(new, old)
            if rule.id in turned and turned[rule.id].counts
        ],
    }


def _datasets(ids: Sequence[str]) -> Iterator[tuple[str, str, Subject, Sequence[Any]]]:
    waivers = findings.live_waivers(ids, book.today())
    for id_, subject in gather.subjects(ids):
        yield id_, str(subject.values.get("title") or id_), subject, waivers.get(id_, ())


def _holdings() -> Iterator[tuple[str, str, Holdings]]:
    for id_, holdings in portfolio.all_holdings(book.today()):
        department = holdings.department
        yield id_, (department.title or department.name) if department else "The city", holdings


def _every(new: Rulebook, old: Rulebook) -> list[Rule]:
    ids = {rule.id for rule in new.rules}
    return [*new.rules, *(rule for rule in old.rules if rule.id not in ids)]


def _compare(
    turned: dict[str, _Turned],
    old: Rulebook,
    new: Rulebook,
    id_: str,
    title: str,
    subject: Subject | Holdings,
    waivers: Iterable[Any],
) -> None:
    sees: Sequence[str] = DATASET_SIGHTS
    if isinstance(subject, Holdings):
        sees = (SEES_CITY if id_ == CITY else DEPARTMENT,)
    before, after = (
        {
            one.rule.id: _stands(one, subject, waivers)
            for one in judge(rules, subject, sees=sees, ends=(JobTimeoutException,))
        }
        for rules in (old, new)
    )
    nothing = _Stands(False, False)
    for rule in before.keys() | after.keys():
        was, would = before.get(rule, nothing), after.get(rule, nothing)
        if not (was.fails or would.fails):
            continue
        one = turned.setdefault(rule, _Turned())
        one.failing += was.fails
        one.would_fail += would.fails
        if would.fails and not was.fails:
            one.add("to_fail", id_, title)
        if was.fails and not would.fails:
            one.add("to_pass", id_, title)
        if would.blocks and not was.blocks:
            one.add("to_block", id_, title)


def _stands(one: Judged, subject: Subject | Holdings, waivers: Iterable[Any]) -> _Stands:
    standing = [
        verdict
        for verdict in (v.on(subject.today) for v in one.verdicts)
        if verdict.state == FAILS
        and not any(
            findings.covers(
                waiver, one.rule.id, kind=verdict.kind, resource_id=verdict.resource,
                column=verdict.column, field=verdict.field, count=verdict.count,
            )
            for waiver in waivers
        )
    ]  # fmt: skip
    blocks = one.rule.mode == ENFORCE and any(one.severity_of(v) == BLOCKER for v in standing)
    return _Stands(bool(standing), blocks)


def _told(rule: Rule, turned: _Turned) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "mode": rule.mode,
        "failing": turned.failing,
        "would_fail": turned.would_fail,
    } | {
        what: {"count": turned.counts.get(what, 0), "named": turned.named.get(what, [])}
        for what in ("to_fail", "to_pass", "to_block")
    }
