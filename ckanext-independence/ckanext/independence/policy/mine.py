"""My list: which data sets need their stewards, the most urgent first.

Owns the order and the counts, reckoned by the database however many data sets there are. How each
finding stands ``findings`` says. Refuses to decide whose list it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from . import findings
from .book import rulebook
from .model import Finding, Waiver
from .publishing import REQUESTED
from .rulebook import ADVICE, BLOCKER, DRY_RUN
from .rules.verdicts import FAILS, PASSES

__all__ = ["ADVISED", "LATE", "OPEN", "URGENT", "WAITING", "at_fields", "listed"]

URGENT, WAITING, LATE, OPEN, ADVISED = range(5)
"""Why a data set is on the list: a blocker in public data, it waits to be published, it is
overdue, something is asked, something could be better."""

_P = model.Package
_WAITS = sa.and_(_P.private, sa.func.coalesce(_P.extras[REQUESTED].astext, "") != "")


def listed(
    departments: Collection[str] | None,
    day: dt.date,
    *,
    department: str = "",
    rule: str = "",
    limit: int,
    offset: int,
) -> dict[str, Any]:
    """Return a part of the list, and how much of what there is.

    Args:
        departments: names of those whose data sets are meant; None for all
        day: on which it is read
        department: only data sets of this one
        rule: only data sets that fail this rule
        limit: data sets to return
        offset: data sets to pass over

    Returns:
        ``count`` of data sets; ``results``, dicts of ``id``, ``name``, ``title``, ``department``,
        ``department_title``, ``is_public``, ``waits``, ``next_due`` (ISO day or ""), ``urgency``
        and ``open`` (what fails, as ``findings.Shown``); ``by_rule`` and ``by_department``, pairs
        of a name and a count of data sets, each reckoned without the filter of its own kind
    """
    asked = _asked(day)
    late = [one.id for one in rulebook().rules if one.check.name == "on-time"]
    urgency = sa.case(
        (sa.and_(asked.c.severity == BLOCKER, ~_P.private), URGENT),
        (_WAITS, WAITING),
        (asked.c.rule.in_(late), LATE),
        (asked.c.severity == ADVICE, ADVISED),
        else_=OPEN,
    )
    home = model.Group
    joined = (
        sa.select(_P.id, asked.c.rule, home.name.label("department"))
        .select_from(sa.outerjoin(_P, asked, asked.c.subject == _P.id))
        .outerjoin(home, home.id == _P.owner_org)
        .where(_P.state == model.State.ACTIVE, _P.type == "dataset")
        .where(sa.or_(asked.c.rule.is_not(None), _WAITS))
    )
    if departments is not None:
        joined = joined.where(home.name.in_(list(departments)))
    here = joined.where(home.name == department) if department else joined
    by_rule = _counted(here, "rule")
    by_department = _counted(joined.where(asked.c.rule == rule) if rule else joined, "department")
    chosen = here.where(asked.c.rule == rule) if rule else here
    ranked = chosen.with_only_columns(
        _P.id, sa.func.min(urgency).label("urgency"), sa.func.min(asked.c.since)
    ).group_by(_P.id)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(ranked.subquery()))
    order = (sa.func.min(urgency), sa.func.min(asked.c.since), _P.title, _P.id)
    rows = model.Session.execute(ranked.order_by(*order).limit(limit).offset(offset)).all()
    return {
        "count": count,
        "results": _results({row.id: row.urgency for row in rows}, day),
        "by_rule": by_rule,
        "by_department": by_department,
    }


def at_fields(
    departments: Collection[str] | None, day: dt.date, fields: Collection[str], most: int
) -> list[dict[str, Any]]:
    """Return the data sets of which something is asked at one of these fields, by title.

    Args:
        departments: names of those whose data sets are meant; None for all
        day: on which it is read
        fields: of the data set's form
        most: data sets to return

    Returns:
        as ``results`` of ``listed``, without ``urgency``
    """
    asked = _asked(day)
    chosen = (
        sa.select(_P.id)
        .join(model.Group, model.Group.id == _P.owner_org)
        .where(_P.state == model.State.ACTIVE, _P.type == "dataset")
        .where(
            sa.exists().where(
                asked.c.subject == _P.id, asked.c.field.in_(list(fields)), asked.c.resource_id == ""
            )
        )
        .order_by(_P.title, _P.id)
        .limit(most)
    )
    if departments is not None:
        chosen = chosen.where(model.Group.name.in_(list(departments)))
    return _results(dict.fromkeys(model.Session.scalars(chosen), OPEN), day)


def _asked(day: dt.date) -> sa.Subquery:
    """Return what fails on a day and nobody waived, of the rules that stewards are shown."""
    rules = [one.id for one in rulebook().rules if one.in_force(day) and one.mode != DRY_RUN]
    waived = sa.exists().where(
        Waiver.package_id == Finding.subject,
        Waiver.decision == "granted",
        Waiver.ended.is_(None),
        sa.or_(Waiver.expires.is_(None), Waiver.expires >= day),
        Waiver.rule == Finding.rule,
        Waiver.kind == Finding.kind,
        Waiver.resource_id == Finding.resource_id,
        Waiver.column_name == Finding.column_name,
        Waiver.field == Finding.field,
        sa.or_(Waiver.most.is_(None), sa.func.coalesce(Finding.count, 0) <= Waiver.most),
    )
    turned = sa.and_(Finding.state == PASSES, Finding.until < day)
    return (
        sa.select(
            Finding.subject, Finding.rule, Finding.severity, Finding.field, Finding.resource_id,
            sa.case((turned, sa.cast(Finding.until, sa.DateTime)), else_=Finding.since).label(
                "since"
            ),
        )
        .where(Finding.rule.in_(rules), sa.or_(Finding.state == FAILS, turned), ~waived)
        .subquery()
    )  # fmt: skip


def _counted(query: Any, name: str) -> list[tuple[str, int]]:
    column = next(one for one in query.selected_columns if one.name == name)
    counted = query.with_only_columns(column, sa.func.count(sa.distinct(_P.id)).label("n"))
    rows = model.Session.execute(counted.where(column.is_not(None)).group_by(column))
    return sorted(((row[0], row.n) for row in rows), key=lambda pair: (-pair[1], pair[0]))


def _results(chosen: Mapping[str, int], day: dt.date) -> list[dict[str, Any]]:
    told = findings.shown(chosen, day)
    home = model.Group
    query = (
        sa.select(_P, home.name, home.title)
        .outerjoin(home, home.id == _P.owner_org)
        .where(_P.id.in_(list(chosen)))
    )
    rows = {package.id: (package, *of) for package, *of in model.Session.execute(query)}
    gravity = {BLOCKER: 0, ADVICE: 2}
    results = []
    for id_, urgency in chosen.items():
        package, name, title = rows[id_]
        failing = [one for one in told.get(id_, []) if one.state == FAILS]
        results.append(
            {
                "id": id_,
                "name": package.name,
                "title": package.title or package.name,
                "department": name or "",
                "department_title": title or name or "",
                "is_public": not package.private,
                "waits": bool(package.private and package.extras.get(REQUESTED)),
                "next_due": package.extras.get("next_update_due") or "",
                "urgency": urgency,
                "open": sorted(failing, key=lambda one: gravity.get(one.severity, 1)),
            }
        )
    return results
