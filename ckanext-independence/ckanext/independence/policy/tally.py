"""Counting: how public data sets stand with each rule today, and how they stood on earlier days.

Owns the queries, each one however many data sets there are; time and waivers are applied in them
as ``findings.shown`` applies them to one data set. Whatever is not public is not counted, except
for those who may see it and ask for the number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa
from ckan import model

from .model import CITY, History
from .rules.verdicts import FAILS, PASSES, UNJUDGED
from .scores import Count, Day, Tally

__all__ = [
    "Now", "days_between", "judged_since", "last_day_until", "list_of", "now", "series",
]  # fmt: skip

# In the order of `findings.GRAVITY`: of several places the gravest is the rule's.
_STANDS = """
    seen AS (
      SELECT p.id AS subject, coalesce(g.name, '') AS department,
             coalesce(p.extras->>'access_level', 'public') = 'public' AS is_data
        FROM package p LEFT JOIN "group" g ON g.id = p.owner_org
       WHERE p.type = 'dataset' AND p.state = 'active' AND NOT p.private
    ),
    asked AS (
      SELECT subject, department FROM seen
       UNION ALL
      SELECT subject, department FROM independence_policy_judgement
       WHERE subject = :city OR starts_with(subject, 'department/')
    ),
    gravest AS (
      SELECT f.subject, f.rule, min(CASE
               WHEN f.state = 'passes' AND (f.until IS NULL OR :day <= f.until) THEN 4
               WHEN f.state NOT IN ('passes', 'fails') THEN 2
               WHEN EXISTS (
                 SELECT 1 FROM independence_policy_waiver w
                  WHERE w.package_id = f.subject AND w.decision = 'granted' AND w.ended IS NULL
                    AND (w.expires IS NULL OR w.expires >= :day)
                    AND (w.rule, w.kind, w.resource_id, w.column_name, w.field)
                      = (f.rule, f.kind, f.resource_id, f.column_name, f.field)
                    AND (w.most IS NULL OR coalesce(f.count, 0) <= w.most)) THEN 3
               ELSE 1 END) AS rank
        FROM independence_policy_finding f JOIN asked a ON a.subject = f.subject
       WHERE f.rule = ANY(:rules)
       GROUP BY f.subject, f.rule
    ),
    stands AS (
      SELECT a.subject, a.department, s.key AS rule,
             CASE gravest.rank WHEN 1 THEN 'fails' WHEN 2 THEN 'cannot-be-judged'
                               WHEN 3 THEN 'waived' ELSE 'passes' END AS state,
             s.value->>'since' AS since
        FROM asked a
        JOIN independence_policy_judgement j ON j.subject = a.subject
       CROSS JOIN LATERAL jsonb_each(j.states) s
        LEFT JOIN gravest ON gravest.subject = a.subject AND gravest.rule = s.key
       WHERE s.key = ANY(:rules) AND s.value->>'state' <> 'not-applicable'
    )
"""
_COUNTS = sa.text(
    f"""
    WITH {_STANDS}
    SELECT 'rule' AS what, department, rule, state, count(*) AS n
      FROM stands GROUP BY department, rule, state
     UNION ALL
    SELECT 'whole', department, '', '', count(*) FROM (
      SELECT department, subject FROM stands JOIN seen USING (subject, department)
       GROUP BY department, subject
      HAVING count(*) FILTER (WHERE state = 'fails' AND rule = ANY(:required)) = 0
    ) whole GROUP BY department
     UNION ALL
    SELECT CASE WHEN is_data THEN 'data' ELSE 'entry' END, department, '', '', count(*)
      FROM seen GROUP BY is_data, department
    """  # noqa: S608 - only this module's own text is put in
)
_LIST = sa.text(
    f"""
    WITH {_STANDS}
    SELECT p.name, p.title, s.department, g.title AS department_title, s.state, s.since,
           count(*) OVER () AS total
      FROM stands s JOIN package p ON p.id = s.subject LEFT JOIN "group" g ON g.id = p.owner_org
     WHERE s.rule = ANY(:rules) AND (:state = '' OR s.state = :state)
       AND (:department = '' OR s.department = :department)
     ORDER BY p.title, p.id LIMIT :limit OFFSET :offset
    """  # noqa: S608 - only this module's own text is put in
)
_PART = {PASSES: "passing", FAILS: "failing", "waived": "waived", UNJUDGED: "unjudged"}


@dataclass
class Now:
    """How what is public stands today.

    Attributes:
        counts: by department and rule, departments and the city themselves included
        data: how many data sets each department has published, by its name
        entries: how many it lists that are planned or withheld
        whole: how many of both keep everything that is required
    """

    counts: list[Count] = field(default_factory=list)
    data: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)


def now(day: dt.date, rules: Collection[str], required: Collection[str]) -> Now:
    """Count by these rules as of a day; ``required`` are those that a whole data set keeps."""
    asked = {"day": day, "city": CITY, "rules": list(rules), "required": list(required)}
    found = Now()
    tallies: dict[tuple[str, str], dict[str, int]] = {}
    for row in model.Session.execute(_COUNTS, asked):
        if row.what == "rule":
            tallies.setdefault((row.department, row.rule), {})[_PART[row.state]] = row.n
        else:
            told = {"data": found.data, "entry": found.entries, "whole": found.whole}[row.what]
            told[row.department] = row.n
    found.counts = [Count(name, rule, Tally(**parts)) for (name, rule), parts in tallies.items()]
    return found


def list_of(
    day: dt.date, rule: str, *, department: str = "", state: str = "", limit: int, offset: int = 0
) -> tuple[int, list[sa.Row]]:
    """Return how many public data sets stand so with a rule, and some of them, by title.

    Returns:
        rows with ``name``, ``title``, ``department``, ``department_title``, ``state``, ``since``
    """
    asked = {
        "day": day, "city": CITY, "rules": [rule], "department": department, "state": state,
        "limit": limit, "offset": offset,
    }  # fmt: skip
    rows = list(model.Session.execute(_LIST, asked))
    return (rows[0].total if rows else 0), rows


# ---- History --------------------------------------------------------------------------------


def last_day_until(day: dt.date) -> dt.date | None:
    """Return the last day up to this one that is in the history, else the first after it."""
    before = model.Session.scalar(sa.select(sa.func.max(History.day)).where(History.day <= day))
    return before or model.Session.scalar(sa.select(sa.func.min(History.day)))


def days_between(
    first: dt.date, last: dt.date, rules: Collection[str], department: str | None = None
) -> list[Day]:
    """Return what the history holds of these rules from one day to another, in order."""
    query = (
        sa.select(History)
        .where(History.day.between(first, last), History.rule.in_(list(rules)))
        .order_by(History.day, History.rule, History.department)
    )
    if department is not None:
        query = query.where(History.department == department)
    return [
        Day(
            row.day, row.department, row.rule, row.rule_version,
            Tally(row.passing, row.failing, row.waived, row.unjudged),
        )
        for row in model.Session.scalars(query)
    ]  # fmt: skip


def series(
    first: dt.date, rules: Collection[str], department: str | None = None
) -> list[tuple[dt.date, Tally]]:
    """Return the tallies of these rules together for each day since one, in order."""
    query = (
        sa.select(
            History.day,
            sa.func.sum(History.passing), sa.func.sum(History.failing),
            sa.func.sum(History.waived), sa.func.sum(History.unjudged),
        )
        .where(History.day >= first, History.rule.in_(list(rules)))
        .group_by(History.day)
        .order_by(History.day)
    )  # fmt: skip
    if department is not None:
        query = query.where(History.department == department)
    return [(day, Tally(*map(int, parts))) for day, *parts in model.Session.execute(query)]


def judged_since(rules: Collection[str]) -> dict[tuple[str, int], dt.date]:
    """Return the first day in the history of each version of these rules."""
    query = (
        sa.select(History.rule, History.rule_version, sa.func.min(History.day))
        .where(History.rule.in_(list(rules)))
        .group_by(History.rule, History.rule_version)
    )
    return {(rule, version): day for rule, version, day in model.Session.execute(query)}
