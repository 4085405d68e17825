"""What a department and the whole city owe: a coordinator, an inventory, dates, reasons, answers.

Owns the rules that no single data set can keep. Verdicts about time carry the day on which they
turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from dateutil.relativedelta import relativedelta

from ..registry import CITY, DEPARTMENT, Declared, Parameter
from ..subjects import Holdings
from ..values import counted, day, listed, said, shown, text
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged

__all__ = ["CHECKS"]

CHECKS = Declared()

# What the report to the Council holds, by clause R1 and R2.
PARTS = ["progress", "goals", "next-year", "suggestions"]
_PARTS_SAID = {
    "progress": "progress on goals",
    "goals": "how data serves the strategic goals",
    "next-year": "next year's data sets with their dates",
    "suggestions": "suggestions for improvement",
}


def _called(values: Mapping[str, Any]) -> str:
    title = text(values, "title") or text(values, "name") or "Unnamed data set"
    return f"“{shown(title)}”"


def _is_entry(values: Mapping[str, Any]) -> bool:
    return (text(values, "access_level") or "public") != "public"


@CHECKS.check("department-has-coordinator", DEPARTMENT)
def department_has_coordinator(holdings: Holdings, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Each department names who leads its open data, and how that person is reached."""
    department = holdings.department
    if department is None or not department.is_current(holdings.today):
        yield not_applicable("It is asked of departments that there are today.")
        return
    name = department.title or department.name
    if not department.coordinator_name.strip():
        yield fails(
            f"{name} names no open data coordinator.",
            fix="Name one on the department's form, with an e-mail address.",
            field="coordinator_name",
        )
    elif not department.coordinator_email.strip():
        yield fails(
            f"{name} gives no e-mail address of its coordinator.",
            fix="Give it on the department's form.",
            field="coordinator_email",
        )
    else:
        yield passes(f"{name} names {department.coordinator_name.strip()}.")


@CHECKS.check(
    "inventory-covers-departments",
    CITY,
    share=Parameter("float", 0.8, least=0, most=1),
    months=Parameter("int", 12, least=1),
)
def inventory_covers(holdings: Holdings, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """More than ``share`` of the departments are in the inventory, which was worked on lately.

    Source: What Works Cities, Data Governance 1; Kansas City, MO, Code § 2-2133(5).
    """
    known = holdings.city.departments.values()
    departments = [one for one in known if one.is_current(holdings.today)]
    if not departments:
        yield unjudged("The city's file names no department.")
        return
    names = {one.name for one in departments}
    covered: set[str] = set()
    last: dt.date | None = None
    for values in holdings.datasets:
        of = values.get("department")
        name = of.get("name") if isinstance(of, Mapping) else None
        if isinstance(name, str) and name in names:
            covered.add(name)
        changed = [day(values, field) for field in ("metadata_modified", "last_reviewed")]
        for one in changed:
            if one is not None and one <= holdings.today and (last is None or one > last):
                last = one
    missing = [one.title or one.name for one in departments if one.name not in covered]
    if len(covered) <= float(given["share"]) * len(departments):
        yield fails(
            f"{len(covered):,} of {counted(len(departments), 'department')} have a data set or an "
            f"entry in the inventory. {listed(missing)} {'has' if len(missing) == 1 else 'have'} "
            "none.",
            fix="Enter what these departments hold, also what is not public.",
            count=len(missing),
        )
        return
    seen = f"{len(covered):,} of {counted(len(departments), 'department')} are in the inventory."
    if last is None:
        yield unjudged("When the inventory was last worked on is not known.")
        return
    until = _later(last, months=int(given["months"]))
    late = f"Nothing in the inventory changed since {said(last)}."
    if until < holdings.today:
        yield fails(late, fix="Go through the inventory and bring it up to date.")
    else:
        yield passes(seen, until=until, afterwards=late)


def _later(day: dt.date, **by: int) -> dt.date:
    try:
        return day + relativedelta(**by)
    except (OverflowError, ValueError):
        return dt.date.max


@CHECKS.check("planned-release-on-time", DEPARTMENT)
def planned_release(holdings: Holdings, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """What is to be published has a date, and comes out by then.

    Source: clause R1, a publication timeline. Planned is an entry of the inventory that carries a
    date, or that says why it waits without a law that forbids it.
    """
    planned = False
    for values in holdings.datasets:
        if not _is_entry(values):
            continue
        due = day(values, "planned_release_date")
        waits = text(values, "withheld_reason") and not text(values, "access_legal_basis")
        name, at = _called(values), text(values, "id")
        if due is None and not waits:
            continue
        planned = True
        if due is None:
            yield fails(
                f"{name} waits to be published, without a date.",
                fix="Give the day on which it is planned to be published.",
                field="planned_release_date",
                resource=at,
            )
            continue
        late = f"{name} was to be published on {said(due)}."
        fix = "Publish it, or say why it waits and give another day."
        if due < holdings.today:
            yield fails(late, fix=fix, field="planned_release_date", resource=at)
        else:
            yield passes(
                f"{name} is planned for {said(due)}.",
                until=due,
                afterwards=late,
                field="planned_release_date",
                resource=at,
            )
    if not planned:
        yield not_applicable("Nothing is planned to be published.")


@CHECKS.check("withheld-has-reason", DEPARTMENT)
def withheld_has_reason(holdings: Holdings, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Each entry of the inventory says why its data is not published.

    Source: Kansas City, MO, Code § 2-2133(7). Drafts of public data are on their way and are not
    asked.
    """
    entries = [values for values in holdings.datasets if _is_entry(values)]
    silent = [
        values
        for values in entries
        if not text(values, "withheld_reason") and not text(values, "access_rationale")
    ]
    for values in silent:
        yield fails(
            f"{_called(values)} is not published and does not say why.",
            fix="Say why, and which law or order applies, if one does.",
            field="withheld_reason",
            resource=text(values, "id"),
        )
    if not entries:
        yield not_applicable("All that is known of is public.")
    elif not silent:
        yield passes(f"All {len(entries):,} say why." if len(entries) > 1 else "It says why.")


@CHECKS.check("feedback-answered", DEPARTMENT, days=Parameter("int", 30, least=1))
def feedback_answered(holdings: Holdings, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No comment and no request waits longer than ``days``. Source: clause G2."""
    if holdings.open_feedback is None:
        yield unjudged("The portal does not take feedback yet.")
        return
    if not holdings.open_feedback:
        yield passes("Nothing waits for an answer.")
        return
    days = int(given["days"])
    oldest = min(holdings.open_feedback)
    overdue = [one for one in holdings.open_feedback if (holdings.today - one).days > days]
    fix = "Answer it on the page of the data set, or say when an answer comes."
    if overdue:
        yield fails(
            f"{counted(len(overdue), 'comment or request', 'comments and requests')} waited more "
            f"than {days} days, the oldest since {said(oldest)}.",
            fix=fix,
            count=len(overdue),
        )
    else:
        yield passes(
            f"{len(holdings.open_feedback):,} wait, the oldest since {said(oldest)}.",
            until=_later(oldest, days=days),
            afterwards=f"Something waits for an answer since {said(oldest)}.",
        )


@CHECKS.check(
    "annual-report-current",
    CITY,
    months=Parameter("int", 12, least=1),
    parts=Parameter("list", PARTS),
)
def annual_report(holdings: Holdings, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """The Council got a report within ``months``, and it holds what clause R1 and R2 ask."""
    report = holdings.report
    if report is None:
        yield fails(
            "No report was given to the Council yet.",
            fix="Write this year's report and mark it as given.",
        )
        return
    lacking = [_PARTS_SAID.get(part, part) for part in given["parts"] if part not in report.parts]
    if lacking:
        yield fails(
            f"The report of {said(report.given)} lacks {listed(lacking)}.",
            fix="Add what is lacking to the next report.",
            count=len(lacking),
        )
    until = _later(report.given, months=int(given["months"]))
    late = f"The last report was given on {said(report.given)}."
    if until < holdings.today:
        yield fails(late, fix="Write this year's report and mark it as given.")
    elif not lacking:
        yield passes(late, until=until, afterwards=late)
