"""The scorecards as they are told: of the whole city, and of a department beside it.

Owns what is put side by side and over which time; the arithmetic is ``scores``', the counting
``tally``'s. Only public data sets are counted, whoever asks; how many drafts there are is told to
those who may see them, as a number. Rules that are only tried out are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ..catalog import departments_shown, staff
from . import book, scores, tally
from .model import CITY, of_department
from .rulebook import DRY_RUN, Rule
from .scores import Count, Tally

__all__ = ["shown_rules", "told"]

# How far back a chart goes, and with which day a month ago is compared.
REACH = dt.timedelta(days=400)
MONTH = dt.timedelta(days=30)


def shown_rules(day: dt.date) -> list[Rule]:
    """Return the rules that the public is told of on a day, in the rulebook's order."""
    return [r for r in book.rulebook().rules if r.in_force(day) and r.mode != DRY_RUN]


def told(department: str | None, context: dict[str, Any]) -> dict[str, Any]:
    """Return the scorecard of a department, or of the whole city.

    Raises:
        ObjectNotFound: there is no such department
    """
    day = book.today()
    rules = shown_rules(day)
    of_sets = [rule for rule in rules if scores.about_data_sets(rule)]
    required = [rule.id for rule in of_sets if scores.is_required(rule)]
    advice = [rule.id for rule in of_sets if not scores.is_required(rule)]
    present = tally.now(day, [rule.id for rule in rules], required)
    held = {
        name: present.data.get(name, 0) + present.entries.get(name, 0)
        for name in {*present.data, *present.entries}
    }
    departments = departments_shown.listed(held, day)
    named = {one.name: one.title for one in departments}
    if department is not None and department not in named:
        raise tk.ObjectNotFound(tk._("There is no department at this address."))
    counts = [one for one in present.counts if one.rule in {*required, *advice}]
    own = [one for one in counts if department in (None, one.department)]
    rates = {name: (only(counts, name, required), only(counts, name, advice)) for name in named}
    answer: dict[str, Any] = {
        "day": day.isoformat(),
        "department": department,
        "title": named[department] if department else None,
        **_figures(present, own, department, required, advice),
        "clauses": [
            {
                "code": clause.code,
                "text": clause.text,
                "source": clause.source,
                "url": clause.url,
                "rules": number,
                **as_dict(one),
            }
            for clause, one, number in scores.by_clause(own, book.rulebook())
        ],
        "rules": _rules(of_sets, own),
        "itself": _itself(rules, present.counts, department, named),
        "changes": _changes(day, of_sets, own, department),
        "trend": _trend(day, required, advice, counts, department, named),
    }
    if department is None:
        order = scores.worst_first((name, rates[name][0]) for name in named)
        answer["departments"] = [
            {
                "name": name,
                "title": named[name],
                "data_sets": present.data.get(name, 0),
                "entries": present.entries.get(name, 0),
                "whole": present.whole.get(name, 0),
                "few": held.get(name, 0) < scores.FEW,
                "required": as_dict(rates[name][0]),
                "advice": as_dict(rates[name][1]),
            }
            for name in order
        ]
    drafts = _drafts(department, context)
    return answer if drafts is None else answer | {"drafts": drafts}


def as_dict(one: Tally) -> dict[str, Any]:
    """Return a tally as the API has it; ``share`` is 0 to 1, None where nothing was judged."""
    return {
        "passing": one.passing,
        "failing": one.failing,
        "waived": one.waived,
        "unjudged": one.unjudged,
        "kept": one.kept,
        "asked": one.asked,
        "share": None if one.share is None else round(one.share, 4),
    }


def only(counts: Iterable[Count], department: str | None, rules: Iterable[str]) -> Tally:
    """Count a department (None for all) by some rules alone."""
    wanted = set(rules)
    return scores.total(
        one for one in counts if one.rule in wanted and department in (None, one.department)
    )


def _figures(
    present: tally.Now,
    own: list[Count],
    department: str | None,
    required: list[str],
    advice: list[str],
) -> dict[str, Any]:
    def number(by: Mapping[str, int]) -> int:
        return sum(by.values()) if department is None else by.get(department, 0)

    return {
        "data_sets": number(present.data),
        "entries": number(present.entries),
        "whole": number(present.whole),
        "required": as_dict(only(own, None, required)),
        "advice": as_dict(only(own, None, advice)),
    }


def _rules(rules: list[Rule], own: list[Count]) -> list[dict[str, Any]]:
    tallies = scores.by_rule(own)
    named = {rule.id: rule for rule in rules}
    order = scores.worst_first((id_, tallies.get(id_, Tally())) for id_ in named)
    return [
        {
            "rule": id_,
            "title": named[id_].title,
            "severity": named[id_].severity,
            "version": named[id_].version,
            "clauses": [clause.code for clause in named[id_].clauses],
            **as_dict(tallies.get(id_, Tally())),
        }
        for id_ in order
    ]


def _itself(
    rules: list[Rule], counts: list[Count], department: str | None, named: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return how departments and the city stand with what is asked of themselves."""
    of_them = {rule.id: rule for rule in rules if not scores.about_data_sets(rule)}
    found = []
    for one in counts:
        if one.rule not in of_them or (department is not None and one.department != department):
            continue
        if one.department and one.department not in named:
            continue
        rule, it = of_them[one.rule], one.tally
        state = (
            "fails" if it.failing
            else "cannot-be-judged" if it.unjudged
            else "waived" if it.waived
            else "passes"
        )  # fmt: skip
        found.append(
            {
                "department": one.department or None,
                "title": named.get(one.department),
                "subject": of_department(one.department) if one.department else CITY,
                "rule": rule.id,
                "rule_title": rule.title,
                "severity": rule.severity,
                "state": state,
            }
        )
    states = ("fails", "cannot-be-judged", "waived", "passes")
    found.sort(key=lambda one: (states.index(one["state"]), one["rule"], one["title"] or ""))
    return found


def _changes(
    day: dt.date, rules: list[Rule], own: list[Count], department: str | None
) -> dict[str, Any] | None:
    before = tally.last_day_until(day - MONTH)
    if before is None or before >= day:
        return None
    versions = {rule.id: rule.version for rule in rules}
    titles = {rule.id: rule.title for rule in rules}
    days = tally.days_between(before, before, versions, department)
    return {
        "since": before.isoformat(),
        "rules": [
            {
                "rule": one.rule,
                "title": titles[one.rule],
                "before": as_dict(one.before),
                "now": as_dict(one.now),
                "points": round(one.points, 1),
                "other_version": one.other_version,
            }
            for one in scores.changes(days, scores.by_rule(own), versions)
        ],
    }


def _trend(
    day: dt.date,
    required: list[str],
    advice: list[str],
    counts: list[Count],
    department: str | None,
    named: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the lines of the chart, by day, each line ended by how it stands now."""
    lines = (
        [(tk._("Required"), None, required), (tk._("Advice"), None, advice)]
        if department is None
        else [(named[department], department, required), (tk._("The whole City"), None, required)]
    )
    found = []
    for name, of, rules in lines:
        points = [p for p in tally.series(day - REACH, rules, of) if p[0] < day]
        points.append((day, only(counts, of, rules)))
        found += [{"day": at.isoformat(), "series": name, **as_dict(one)} for at, one in points]
    return found


def _drafts(department: str | None, context: dict[str, Any]) -> int | None:
    """Return how many data sets are not public, to those who may see all of them; else None."""
    own = staff.own_departments(context)
    if own is not None and (department is None or department not in own):
        return None
    query = (
        sa.select(sa.func.count())
        .select_from(model.Package)
        .join(model.Group, model.Group.id == model.Package.owner_org)
        .where(
            model.Package.type == "dataset",
            model.Package.state == model.State.ACTIVE,
            model.Package.private.is_(True),
        )
    )
    if department is not None:
        query = query.where(model.Group.name == department)
    return int(model.Session.scalar(query) or 0)
