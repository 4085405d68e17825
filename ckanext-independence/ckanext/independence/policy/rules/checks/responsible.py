"""Who is answerable for a data set, under which license it is given, and why it is not public."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from dateutil.relativedelta import relativedelta

from ..registry import METADATA, Declared, Parameter
from ..subjects import Subject
from ..values import day, listed, said, text
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged

__all__ = ["CHECKS"]

CHECKS = Declared()

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


@CHECKS.check("license-allowed", METADATA, licenses=Parameter("list", []))
def license_allowed(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """The license is one of these, or else of those that the city's file allows."""
    allowed = frozenset(wanted["licenses"]) or subject.city.public_domain
    found = text(subject.values, "license_id")
    fix = f"Choose one of these: {listed(sorted(allowed))}."
    if not allowed:
        yield unjudged("The City's file names no license that is allowed.")
    elif found in allowed:
        yield passes(f"Its license is {found}.")
    elif not found:
        yield fails("It has no license.", fix=fix, field="license_id")
    elif found in subject.city.licences:
        yield fails(f"Its license, {found}, is none of those allowed.", fix=fix, field="license_id")
    else:
        yield fails("Its license is none that the portal knows.", fix=fix, field="license_id")


@CHECKS.check("department-current", METADATA)
def department_current(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Its owner is a department of the city on the day."""
    stored = subject.values.get("department")
    name = text(stored, "name") if isinstance(stored, Mapping) else ""
    department = subject.city.departments.get(name)
    if not subject.city.departments:
        yield unjudged("The City's file names no departments.")
    elif not name:
        yield fails("It belongs to no department.", field="owner_org")
    elif department is None:
        # Made in the portal, by hand or with a catalog, and not yet written into the file.
        yield unjudged("The City's file does not name its department.", field="owner_org")
    elif not department.is_current(subject.today):
        if department.valid_from and subject.today < department.valid_from:
            evidence = f"{_title(department)} exists from {said(department.valid_from)} on."
            yield fails(evidence, field="owner_org")
        else:
            yield fails(_ended(department), fix=_hand_over(subject, department), field="owner_org")
    else:
        yield passes(
            f"{_title(department)} is a department of the City.",
            until=department.valid_to,
            afterwards=_ended(department) if department.valid_to else "",
            fix=_hand_over(subject, department) if department.valid_to else "",
            field="owner_org",
        )


def _title(department: Any) -> str:
    return department.title or department.name


def _ended(department: Any) -> str:
    return f"{_title(department)} is no department of the City after {said(department.valid_to)}."


def _hand_over(subject: Subject, department: Any) -> str:
    heir = subject.city.departments.get(department.replaced_by)
    return f"Hand it over to {_title(heir)}." if heir else "Hand it over to a department of today."


@CHECKS.check("steward-reachable", METADATA, shared_allowed=Parameter("bool", False))
def steward_reachable(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """A steward is named whose address is the city's and, by default, no shared one."""
    name = text(subject.values, "steward_name")
    address = text(subject.values, "steward_email").lower()
    domains = [domain.lower().lstrip("@") for domain in subject.city.staff_domains]
    shared = {one.lower() for one in subject.city.shared_mailboxes}
    objection = ""
    if not address:
        objection = "It gives no address of a steward."
    elif not _ADDRESS.fullmatch(address):
        objection = "The steward's address is no e-mail address."
    elif domains and address.rpartition("@")[2] not in domains:
        objection = "The steward's address is none of the City's."
    elif address in shared and not wanted["shared_allowed"]:
        objection = "The steward's address is the shared mailbox of the whole City."
    if not name:
        yield fails("It names no steward.", field="steward_name")
    if objection:
        yield fails(
            objection,
            fix=f"Give an address that ends in @{listed(domains)} and is read by whoever answers"
            " questions about this data set."
            if domains
            else "Give the address of whoever answers questions about this data set.",
            field="steward_email",
        )
    if name and not objection:
        yield passes("It names a steward with an address of the City.")


@CHECKS.check(
    "access-explained",
    METADATA,
    reason=Parameter("bool", True),
    legal_basis=Parameter("bool", True),
)
def access_explained(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """What is not public says why, and on which legal basis."""
    if not subject.is_entry:
        yield not_applicable("The data is public.")
        return
    complete = True
    if wanted["reason"] and not text(subject.values, "access_rationale"):
        complete = False
        yield fails("It does not say why the data is not public.", field="access_rationale")
    if wanted["legal_basis"] and not text(subject.values, "access_legal_basis"):
        complete = False
        yield fails(
            "It names no statute or order by which the data is not public.",
            fix="Name the statute or order, such as: RSMo 610.021.",
            field="access_legal_basis",
        )
    if complete:
        yield passes("It says why the data is not public.")


@CHECKS.check("privacy-reviewed", METADATA, months=Parameter("int", 12, 1, 120))
def privacy_reviewed(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Somebody reviewed its privacy within so many months: who, when, with which outcome."""
    asked = {
        "privacy_reviewer": "It does not say who reviewed its privacy.",
        "privacy_review_outcome": "It does not say what the privacy review found.",
    }
    missing = [field for field in asked if not text(subject.values, field)]
    for field in missing:
        yield fails(asked[field], field=field)
    reviewed = day(subject.values, "privacy_review_date")
    if reviewed is None:
        yield fails("It does not say when its privacy was reviewed.", field="privacy_review_date")
    elif reviewed > subject.today:
        yield fails("The day of its privacy review is still to come.", field="privacy_review_date")
    elif not missing:
        yield good_for(
            reviewed,
            wanted["months"],
            subject.today,
            "Its privacy was reviewed",
            "privacy_review_date",
        )


def good_for(
    since: dt.date, months: int, today: dt.date, what: str, field: str, fix: str = ""
) -> Verdict:
    """Return the verdict on something done on a day that is good for so many months."""
    try:
        until = since + relativedelta(months=months)
    except (ValueError, OverflowError):
        until = dt.date.max
    evidence = f"{what} on {said(since)}."
    afterwards = f"{what} last on {said(since)}; that was good until {said(until)}."
    if today > until:
        return fails(afterwards, fix=fix, field=field)
    return passes(evidence, until=until, afterwards=afterwards, fix=fix, field=field)
