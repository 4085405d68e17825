"""Waivers: leave to pass a rule in one place, asked by one person and granted by another.

Owns who may ask and grant, for what, how long, and what follows. Refuses to let anybody grant what
they asked, a sysadmin to grant because of being one, and true Social Security and card numbers to
be permitted. A waiver covers the count that was seen; more of it opens the finding again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from dateutil.relativedelta import relativedelta

from ..catalog import owed, versions
from ..catalog.city import Contact
from ..catalog.model import Version
from ..catalog.site import city
from . import gather, held, protected
from .book import rulebook, today
from .findings import live_waivers
from .model import Finding, Waiver
from .rulebook import BLOCKER, ENFORCE
from .rules.judging import judge
from .rules.registry import METADATA, RESOURCES
from .rules.verdicts import FAILS
from .versions_judged import blocking, waived

__all__ = [
    "FALSE_ALARM", "GROUNDS", "MONTHS", "PERMITTED", "TAKEN_OVER", "after_save", "approver",
    "ask", "decide", "end", "follow", "is_asked", "is_never_permitted", "last_day", "take_over",
]  # fmt: skip

FALSE_ALARM, PERMITTED, TAKEN_OVER = "false-alarm", "permitted-by-law", "taken-over"
GROUNDS = (FALSE_ALARM, PERMITTED)
MONTHS = 12
LONGEST = 2000
# No law permits these to be published: RSMo 610.035.
NEVER_PERMITTED = ("social-security", "payment-card")


def approver(user: Any) -> Contact | None:
    """Return how the city's file names an account among those who grant waivers; None: it is none.

    Args:
        user: as CKAN's model has it
    """
    email = (getattr(user, "email", None) or "").strip().lower()
    if not email or user.state != model.State.ACTIVE:
        return None
    return next((one for one in city().waiver_approvers if one.email.lower() == email), None)


def ask(finding: Finding, user: Any, given: dict[str, Any]) -> Waiver:
    """Ask for a waiver of a finding, in CKAN's session.

    Args:
        finding: which
        user: who asks
        given: ``grounds``, ``citation``, ``reason``, ``expires`` and ``is_public``

    Raises:
        ValidationError: it cannot be asked so; the message says why
    """
    errors: dict[str, list[str]] = {}
    grounds = str(given.get("grounds") or "")
    citation, reason = (_text(given, name, errors) for name in ("citation", "reason"))
    if grounds not in GROUNDS:
        errors["grounds"] = [f"Grounds: choose one of {', '.join(GROUNDS)}."]
    elif grounds == PERMITTED and is_never_permitted(finding):
        errors["grounds"] = [
            "Grounds: no law permits these numbers to be published (RSMo 610.035). If they are "
            "something else, say that it is a false alarm."
        ]
    elif grounds == PERMITTED and not citation:
        errors["citation"] = ["Citation: name the statute or order that permits it."]
    if not reason:
        errors.setdefault("reason", []).append("Reason: say in a sentence why.")
    expires = _day(given.get("expires"), errors)
    if finding.state != FAILS:
        errors["finding"] = ["Nothing has to be waived here: the rule does not fail."]
    place = _place(finding)
    if not errors and is_asked(finding):
        errors["finding"] = ["A waiver was asked for here already, and nobody has decided yet."]
    if errors:
        raise tk.ValidationError(errors)
    waiver = Waiver(
        **place,
        most=finding.count,
        grounds=grounds,
        citation=citation,
        reason=reason,
        is_public=tk.asbool(given.get("is_public", False)),
        asked_by=user.id,
        expires=expires,
    )
    model.Session.add(waiver)
    model.Session.flush()
    return waiver


def _place(finding: Finding) -> dict[str, Any]:
    return {
        "package_id": finding.subject,
        "rule": finding.rule,
        "kind": finding.kind,
        "resource_id": finding.resource_id,
        "column_name": finding.column_name,
        "field": finding.field,
    }


def is_asked(finding: Finding) -> bool:
    """Say whether a waiver was asked for in this place that nobody has decided yet."""
    query = sa.select(Waiver.id).filter_by(**_place(finding)).where(Waiver.decision == "")
    return model.Session.scalar(query.limit(1)) is not None


def is_never_permitted(finding: Finding) -> bool:
    """Say whether no law permits what was found, so that only a false alarm can be waived."""
    return finding.kind in NEVER_PERMITTED and finding.severity == BLOCKER


def last_day() -> dt.date:
    """Return the last day on which a waiver that is asked for today can hold."""
    return today() + relativedelta(months=MONTHS)


def _text(given: dict[str, Any], name: str, errors: dict[str, list[str]]) -> str:
    text = " ".join(str(given.get(name) or "").replace("\0", "").split())
    if len(text) > LONGEST:
        errors[name] = [f"{name.capitalize()}: at most {LONGEST:,} characters."]
    elif text and protected.holds(text):
        errors[name] = [
            f"{name.capitalize()}: it seems to hold a protected number or address itself. Say it "
            "without one."
        ]
    return text


def _day(value: Any, errors: dict[str, list[str]]) -> dt.date:
    last = last_day()
    if value in (None, ""):
        return last
    try:
        day = dt.date.fromisoformat(str(value))
    except ValueError:
        errors["expires"] = [f"Ends on: give a day, such as {last}."]
        return last
    if not today() < day <= last:
        errors["expires"] = [f"Ends on: a day after today, and {last} at the latest."]
    return day


def decide(waiver: Waiver, user: Any, grant: bool, is_public: bool | None) -> None:
    """Grant or refuse a waiver, in CKAN's session, with all that follows.

    Raises:
        NotAuthorized: whoever decides is no approver, or has asked for it
        ValidationError: somebody has decided already
    """
    named = approver(user)
    if named is None:
        raise tk.NotAuthorized("Only those whom the city's file names grant waivers.")
    if waiver.asked_by == user.id:
        raise tk.NotAuthorized("Nobody grants a waiver that they asked for themselves.")
    if waiver.decision:
        raise tk.ValidationError({"id": ["This waiver was decided already."]})
    waiver.decision = "granted" if grant else "refused"
    waiver.decided_by, waiver.approver = user.id, named.name
    waiver.decided = dt.datetime.now(dt.UTC)
    if is_public is not None:
        waiver.is_public = is_public
    model.Session.flush()
    follow(waiver.package_id)


def end(waiver: Waiver, user: Any) -> None:
    """Take a waiver back, or what was asked, in CKAN's session, with all that follows.

    Raises:
        ValidationError: it is over already
    """
    if waiver.ended is not None or waiver.decision == "refused":
        raise tk.ValidationError({"id": ["This waiver is over already."]})
    if not waiver.decision:
        waiver.decision = "refused"
    waiver.ended, waiver.ended_by = dt.datetime.now(dt.UTC), user.id
    model.Session.flush()
    follow(waiver.package_id)


def follow(package_id: str) -> None:
    """Owe what a waiver changes: what waited for it is served and published."""
    owed.owe("policy-judge", package_id)
    owed.owe("policy-publish", package_id)
    granted = live_waivers([package_id], today()).get(package_id, [])
    rules = {rule.id: rule for rule in rulebook().rules if rule.mode == ENFORCE}
    ids = list(
        model.Session.scalars(
            sa.select(model.Resource.id).where(
                model.Resource.package_id == package_id, model.Resource.state == "active"
            )
        )
    )
    for version_id, said in held.said(ids).values():
        left = [v for rule, v in said if rule in rules and not waived(rules[rule], v, granted)]
        version = model.Session.get(Version, version_id)
        if not left and version is not None:
            versions.look_again(version)


# ---- What a catalog that is taken over lacks ------------------------------------------------


def after_save(context: dict[str, Any], dataset: dict[str, Any]) -> None:
    """Waive what a data set lacks that a load has just taken over as it is."""
    if context.get("independence_publish_as_is") and not tk.asbool(dataset.get("private")):
        take_over(dataset["id"], str(context.get("user") or ""))


def take_over(package_id: str, user: str) -> None:
    """Waive for a year what a blocker asks of the record of a data set that is taken over public.

    Nothing is waived of what is in files or texts: no catalog is taken over with that.
    """
    found = next(gather.subjects([package_id]), None)
    account = model.User.get(user)
    if found is None or account is None:
        return
    known = live_waivers([package_id], today()).get(package_id, [])
    judged = list(judge(rulebook(), found[1], sees=(METADATA, RESOURCES)))
    model.Session.add_all(_taken_over(package_id, account.id, judged, known))
    model.Session.flush()


def _taken_over(
    package_id: str, account: str, judged: Sequence[Any], known: Sequence[Waiver]
) -> list[Waiver]:
    now = dt.datetime.now(dt.UTC)
    return [
        Waiver(
            package_id=package_id,
            rule=rule.id,
            kind=verdict.kind,
            resource_id=verdict.resource,
            column_name=verdict.column,
            field=verdict.field,
            most=verdict.count,
            grounds=TAKEN_OVER,
            reason="It was public before it came to this portal, and lacked this there.",
            is_public=True,
            asked_by=account,
            decision="granted",
            decided_by=account,
            decided=now,
            expires=today() + relativedelta(months=MONTHS),
        )
        for rule, verdict in blocking(judged)
        if not waived(rule, verdict, known)
    ]
