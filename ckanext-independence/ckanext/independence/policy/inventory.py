"""The inventory: what an entry is, how much its release matters, and how it is listed. Pure.

Owns status, priority, filters, order and the coverage of departments. Refuses to know who asks: it
lists what it is given.

The priority of what is not published follows Kansas City, Kansas (Governance 6) and Kansas City,
Missouri (Code § 2-2133(2)), which weigh strategic goals, public demand and cost: two points for
each goal in force that it serves, at most four; two points where people ask for it now and then,
four where they often do; two points where its release costs little, one where it costs something.
So it lies between 0 and 10. What nobody has estimated counts nothing, and is named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .rules.values import day, text, texts

__all__ = [
    "COLUMNS", "COST", "DEMAND", "NOT_PUBLISHED", "SORTS", "STATUSES", "Coverage", "Entry",
    "chosen", "coverage", "entry", "ordered", "row",
]  # fmt: skip

PUBLISHED, PLANNED, WITHHELD, DRAFT, WITHDRAWN = (
    "published", "planned", "withheld", "draft", "withdrawn",
)  # fmt: skip
STATUSES = (PUBLISHED, PLANNED, WITHHELD, DRAFT, WITHDRAWN)
NOT_PUBLISHED = "not-published"
"""A filter: planned and withheld together."""

DEMAND: Mapping[str, int] = {"none": 0, "some": 2, "high": 4}
COST: Mapping[str, int] = {"low": 2, "medium": 1, "high": 0}
GOAL, MOST_FOR_GOALS = 2, 4

SORTS = ("priority", "title", "department", "status", "planned")

COLUMNS: Mapping[str, str] = {
    "title": "What it is called.",
    "department": "The department that holds it.",
    "status": "published, planned (to be published) or withheld.",
    "reason": "Why it is not published.",
    "law": "The statute or order that applies where it is not published.",
    "planned_release": "The day on which it is planned to be published.",
    "overdue": "yes where that day is over.",
    "priority": "How much its release matters, 0 to 10; empty where it is published.",
    "goals": "The City's strategic goals that it serves, separated by semicolons.",
    "public_demand": "How much people ask for it: none, some or high; empty where not estimated.",
    "release_cost": "What its release would cost: low, medium, high; empty where not estimated.",
    "address": "Where it is listed in the portal.",
}
"""The columns of the exported inventory, explained."""


@dataclass(frozen=True)
class Entry:
    """Something that the city holds.

    Attributes:
        priority: 0 to 10; None for what is published or was withdrawn.
        unknown: what nobody estimated of ``goals``, ``demand`` and ``cost``.
        issued: when it was first published, or listed.
        changed: when it was last worked on.
    """

    id: str
    name: str
    title: str
    department: str
    department_title: str
    status: str
    reason: str = ""
    law: str = ""
    planned: dt.date | None = None
    overdue: bool = False
    priority: int | None = None
    goals: tuple[str, ...] = ()
    demand: str = ""
    cost: str = ""
    unknown: tuple[str, ...] = ()
    issued: dt.date | None = None
    changed: dt.date | None = None


def entry(values: Mapping[str, Any], today: dt.date, goals: Collection[str]) -> Entry:
    """Return a data set as the inventory lists it.

    Args:
        values: as ``catalog.reader`` gives them
        today: the present day
        goals: ids of the goals that are in force
    """
    status = _status(values)
    served = tuple(goal for goal in texts(values, "goals") if goal in goals)
    demand, cost = text(values, "public_demand"), text(values, "release_cost")
    planned = day(values, "planned_release_date") if status == PLANNED else None
    department = values.get("department") or {}
    is_held = status in (PLANNED, WITHHELD, DRAFT)
    unknown = [
        name
        for name, known in (("goals", served), ("demand", demand in DEMAND), ("cost", cost in COST))
        if not known
    ]
    changed = max(
        filter(None, (day(values, "last_reviewed"), _moment(values, "metadata_modified"))),
        default=None,
    )
    return Entry(
        id=str(values["id"]),
        name=str(values["name"]),
        title=text(values, "title") or str(values["name"]),
        department=department.get("name") or "",
        department_title=department.get("title") or "",
        status=status,
        reason=(text(values, "withheld_reason") or text(values, "access_rationale"))
        if status in (PLANNED, WITHHELD)
        else "",
        law=text(values, "access_legal_basis") if status in (PLANNED, WITHHELD) else "",
        planned=planned,
        overdue=planned is not None and planned < today,
        priority=_priority(served, demand, cost) if is_held else None,
        goals=served,
        demand=demand if demand in DEMAND else "",
        cost=cost if cost in COST else "",
        unknown=tuple(unknown) if is_held else (),
        issued=day(values, "issued") or _moment(values, "metadata_created"),
        changed=changed,
    )


def _moment(values: Mapping[str, Any], field: str) -> dt.date | None:
    moment = values.get(field)
    return moment.date() if isinstance(moment, dt.datetime) else None


def _status(values: Mapping[str, Any]) -> str:
    if values.get("private"):
        return WITHDRAWN if text(values, "withdrawal_reason") else DRAFT
    if (text(values, "access_level") or "public") == "public":
        return PUBLISHED
    waits = text(values, "withheld_reason") and not text(values, "access_legal_basis")
    return PLANNED if day(values, "planned_release_date") or waits else WITHHELD


def _priority(goals: Sequence[str], demand: str, cost: str) -> int:
    return min(GOAL * len(goals), MOST_FOR_GOALS) + DEMAND.get(demand, 0) + COST.get(cost, 0)


def chosen(
    entries: Iterable[Entry],
    *,
    q: str = "",
    department: str = "",
    status: str = "",
    overdue: bool = False,
) -> list[Entry]:
    """Return the entries that fit: words of the title, department, status, what is overdue."""
    words = q.casefold().split()
    statuses = (PLANNED, WITHHELD) if status == NOT_PUBLISHED else (status,) if status else STATUSES
    return [
        one
        for one in entries
        if one.status in statuses
        and department in ("", one.department)
        and (one.overdue or not overdue)
        and all(word in one.title.casefold() for word in words)
    ]


def ordered(entries: Iterable[Entry], sort: str = "priority", *, down: bool = False) -> list[Entry]:
    """Return entries by a column; what has nothing there comes last, whichever way.

    By priority the greatest comes first; ``down`` turns every order round.
    """
    key = {
        "priority": lambda one: None if one.priority is None else -one.priority,
        "title": lambda one: one.title.casefold(),
        "department": lambda one: one.department_title.casefold() or None,
        "status": lambda one: STATUSES.index(one.status),
        "planned": lambda one: one.planned,
    }[sort]
    by_title = sorted(entries, key=lambda one: (one.title.casefold(), one.id))
    known = [one for one in by_title if key(one) is not None]
    known.sort(key=key, reverse=down)
    return known + [one for one in by_title if key(one) is None]


def row(one: Entry, address: str, goals: Mapping[str, str]) -> dict[str, str]:
    """Return an entry as a row of ``COLUMNS``; ``goals`` are titles by id."""
    return {
        "title": one.title,
        "department": one.department_title,
        "status": one.status,
        "reason": one.reason,
        "law": one.law,
        "planned_release": one.planned.isoformat() if one.planned else "",
        "overdue": "yes" if one.overdue else "",
        "priority": "" if one.priority is None else str(one.priority),
        "goals": "; ".join(goals.get(goal, goal) for goal in one.goals),
        "public_demand": one.demand,
        "release_cost": one.cost,
        "address": address,
    }


@dataclass(frozen=True)
class Coverage:
    """How many departments are in the inventory, and when it was last worked on.

    Source: What Works Cities, Data Governance 1: more than 80 % of departments, within 12 months.
    """

    covered: int
    departments: int
    missing: tuple[str, ...]
    changed: dt.date | None

    @property
    def share(self) -> float | None:
        """The part of the departments that is covered; None where there are none."""
        return self.covered / self.departments if self.departments else None


def coverage(entries: Iterable[Entry], departments: Mapping[str, str], today: dt.date) -> Coverage:
    """Say which departments have something in the inventory.

    Args:
        entries: the inventory
        departments: titles of the present departments, by name
        today: what is said to have changed later is not believed
    """
    seen, last = set(), None
    for one in entries:
        seen.add(one.department)
        if one.changed and one.changed <= today and (last is None or one.changed > last):
            last = one.changed
    missing = tuple(title for name, title in departments.items() if name not in seen)
    return Coverage(len(departments) - len(missing), len(departments), missing, last)
