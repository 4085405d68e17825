"""Notices: who is told of what, once, and by mail when mail can be sent.

Owns the outbox. A notice is a row that is committed with the work that made it; sending is
another piece of work, so that a mail server that is down delays and loses nothing, and no save
waits for it. Refuses to tell a receiver what he has muted.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.dialects.postgresql import insert

from ..catalog import clock, owed, reader, shown
from ..catalog.site import city
from . import book, findings, messages
from .model import Finding, Mute, Notice
from .rulebook import ADVICE, BLOCKER
from .rules.verdicts import FAILS
from .work import BLOCKED

__all__ = ["DIGEST", "ESCALATION", "SEND", "is_muted", "mute", "receiver", "token"]

log = logging.getLogger(__name__)

DIGEST, ESCALATION, SEND = "policy-digest", "policy-escalation", "policy-send"

ESCALATED_AFTER = 30
# The first pause after a mail could not be sent, and the longest.
_PAUSE, _LONGEST = dt.timedelta(minutes=5), dt.timedelta(hours=6)
_BATCH = 500
_AT_ONCE = 200
_FIRST_ORDER = {BLOCKER: 0, "warning": 1, ADVICE: 2}


# ---- What stands open -----------------------------------------------------------------------


def _open(ids: Sequence[str]) -> Iterator[tuple[dict[str, Any], list[messages.Open]]]:
    """Yield each data set of which something is asked, gravest first; advice is no demand."""
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        told = findings.shown(batch, book.today())
        for values in reader.read([id_ for id_ in batch if id_ in told]):
            files = {one["id"]: one["name"] or "Unnamed file" for one in values["resources"]}
            found = [
                _said(one, files)
                for one in told[values["id"]]
                if one.state == FAILS and one.severity != ADVICE
            ]
            if found:
                found.sort(key=lambda one: (_FIRST_ORDER[one.severity], one.since))
                yield values, found


def _said(one: findings.Shown, files: Mapping[str, str]) -> messages.Open:
    place = (one.rule.id, one.resource_id, one.column, one.field, one.kind, one.since)
    return messages.Open(
        key="|".join(place),
        title=one.rule.title,
        severity=one.severity,
        evidence=one.evidence,
        fix=one.fix,
        clause=", ".join(clause.code for clause in one.rule.clauses),
        since=dt.date.fromisoformat(one.since),
        where=messages.place(files.get(one.resource_id, ""), one.column),
    )


def _data_set(values: Mapping[str, Any], found: Sequence[messages.Open]) -> messages.DataSet:
    address = shown.full(f"/dataset/{values['name']}/policy")
    return messages.DataSet(values["title"] or values["name"], address, found)


def receiver(values: Mapping[str, Any]) -> tuple[str, str]:
    """Return name and address of who is told about a data set.

    It is its steward, else the coordinator of its department, else the city's own contact.
    """
    if values.get("steward_email"):
        return values.get("steward_name") or "", values["steward_email"]
    name = (values.get("department") or {}).get("name")
    department = next((d for d in city().departments if d.name == name), None)
    if department is not None and department.coordinator.email:
        return department.coordinator.name, department.coordinator.email
    return city().contact.name, city().contact.email


# ---- Making notices -------------------------------------------------------------------------


@owed.handler(BLOCKED)
def of_blockers(key: str, payload: dict[str, Any] | None) -> None:
    """Tell of blockers of which nobody was told: of data that is public, or asked to be.

    Args:
        key: id of a data set; "" for all of them
        payload: nothing
    """
    chosen = sa.select(Finding.subject).where(Finding.severity == BLOCKER).distinct()
    if key:
        chosen = chosen.where(Finding.subject == key)
    ids = [id_ for id_ in model.Session.scalars(chosen) if "/" not in id_]
    for values, found in _open(ids):
        if values["state"] != "active":
            continue
        if values["private"] and not values.get("publish_requested"):
            continue
        grave = [one for one in found if one.severity == BLOCKER]
        known = _told("blocker", values["id"])
        new = [one for one in grave if one.key not in known]
        if new:
            title, body = messages.blockers(
                _data_set(values, grave), is_public=not values["private"]
            )
            _make("blocker", values["id"], new, [receiver(values)], title, body)


@owed.handler(DIGEST)
def of_the_week(key: str, payload: dict[str, Any] | None) -> None:
    """Tell every steward what is asked of his data sets, where anything is."""
    year, number, _ = book.today().isocalendar()
    week = f"{year}-W{number:02}"
    by_receiver: dict[str, tuple[str, list[messages.DataSet]]] = {}
    for values, found in _open(_active()):
        name, email = receiver(values)
        if email:
            by_receiver.setdefault(email.lower(), (name, []))[1].append(_data_set(values, found))
    for email, (name, data_sets) in sorted(by_receiver.items()):
        data_sets.sort(key=lambda one: (_FIRST_ORDER[one.open[0].severity], one.open[0].since))
        title, body = messages.digest(data_sets, shown.full("/desk"))
        _make("digest", week, (), [(name, email)], title, body)


@owed.handler(ESCALATION)
def to_heads(key: str, payload: dict[str, Any] | None) -> None:
    """Tell the head of a department what has been open for 30 days, each thing once."""
    today = book.today()
    before = today - dt.timedelta(days=ESCALATED_AFTER)
    by_department: dict[str, list[tuple[dict[str, Any], list[messages.Open]]]] = {}
    for values, found in _open(_active()):
        old = [one for one in found if one.since <= before]
        name = (values.get("department") or {}).get("name")
        if old and name:
            by_department.setdefault(name, []).append((values, old))
    for name, entries in sorted(by_department.items()):
        department = next((d for d in city().departments if d.name == name), None)
        if department is None or not department.head_email:
            continue
        known = _told("escalation", f"department/{name}")
        new = [
            (values, [one for one in old if f"{values['id']}|{one.key}" not in known])
            for values, old in entries
        ]
        new = [(values, old) for values, old in new if old]
        if not new:
            continue
        title, body = messages.escalation(
            department.title,
            [_data_set(values, old) for values, old in new],
            ESCALATED_AFTER,
            shown.full(f"/policy/scorecard/{name}"),
        )
        keys = [f"{values['id']}|{one.key}" for values, old in new for one in old]
        receivers = [(department.head, department.head_email)]
        _make("escalation", f"department/{name}", keys, receivers, title, body)


def _active() -> list[str]:
    chosen = sa.select(model.Package.id).where(
        model.Package.state == "active", model.Package.type == "dataset"
    )
    return list(model.Session.scalars(chosen.order_by(model.Package.id)))


def _told(kind: str, subject: str) -> set[str]:
    """Return the findings of which was told."""
    query = sa.select(Notice.about).where(Notice.kind == kind, Notice.subject == subject)
    return {key for about in model.Session.scalars(query) for key in about}


def _make(
    kind: str,
    subject: str,
    found: Iterable[messages.Open | str],
    receivers: Iterable[tuple[str, str]],
    title: str,
    body: str,
) -> None:
    about = [one if isinstance(one, str) else one.key for one in found]
    for name, email in receivers:
        if not email or is_muted(email, kind):
            continue
        told = f"{kind}\n{subject}\n{email.lower()}\n" + "\n".join(sorted(about))
        row = {
            "kind": kind,
            "key": sha256(told.encode()).hexdigest()[:32],
            "subject": subject,
            "about": about,
            "name": name,
            "email": email,
            "title": title,
            "body": body,
        }
        model.Session.execute(insert(Notice).values(row).on_conflict_do_nothing())
    owed.owe(SEND, "")


# ---- Sending --------------------------------------------------------------------------------


@owed.handler(SEND)
def send(key: str, payload: dict[str, Any] | None) -> None:
    """Send what is due; what cannot be sent is tried again, ever more rarely."""
    now = dt.datetime.now(dt.UTC)
    due = (
        sa.select(Notice.id)
        .where(Notice.sent.is_(None), Notice.due <= now)
        .order_by(Notice.due, Notice.id)
        .limit(_AT_ONCE)
    )
    for id_ in model.Session.scalars(due).all():
        # Each is committed alone: what was sent is not sent again, whatever happens to the next.
        notice = model.Session.get(Notice, id_, with_for_update={"skip_locked": True})
        if notice is None or notice.sent is not None:
            continue
        if is_muted(notice.email, notice.kind):
            model.Session.delete(notice)
        else:
            _send(notice, now)
        model.Session.commit()
    upcoming = model.Session.scalar(sa.select(sa.func.min(Notice.due)).where(Notice.sent.is_(None)))
    if upcoming is not None:
        owed.owe(SEND, "", due=max(upcoming, now + dt.timedelta(seconds=10)))


def _send(notice: Notice, now: dt.datetime) -> None:
    stop = shown.full(f"/policy/notices/{token(notice.email, notice.kind)}")
    text = (
        f"{notice.body}\n\n-- \n{city().portal_name}\n"
        f"You can stop or resume messages of this kind here: {stop}"
    )
    try:
        tk.mail_recipient(
            notice.name or notice.email,
            notice.email,
            notice.title,
            text,
            headers={"List-Unsubscribe": f"<{stop}>"},
        )
    except Exception as error:
        # A mailer may raise anything.
        notice.attempts += 1
        notice.error = type(error).__name__
        notice.due = now + min(_PAUSE * 2 ** min(notice.attempts - 1, 12), _LONGEST)
        log.warning("Notice %s could not be sent (%s); it is tried again", notice.id, notice.error)
    else:
        notice.sent, notice.error = now, ""


# ---- Muting ---------------------------------------------------------------------------------


def is_muted(email: str, kind: str) -> bool:
    """Say whether a receiver does not want notices of this kind."""
    return model.Session.get(Mute, (email.lower(), kind)) is not None


def mute(email: str, kind: str, on: bool) -> None:
    """Stop notices of a kind to a receiver, or let them come again, once the session commits."""
    if on:
        row = insert(Mute).values(email=email.lower(), kind=kind)
        model.Session.execute(row.on_conflict_do_nothing())
    else:
        model.Session.execute(sa.delete(Mute).where(Mute.email == email.lower(), Mute.kind == kind))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(tk.config["SECRET_KEY"], salt="independence-policy-notices")


def token(email: str, kind: str) -> str:
    """Return what lets whoever received a notice stop its kind, without an account."""
    signed = _serializer().dumps([email.lower(), kind])
    return signed.decode() if isinstance(signed, bytes) else signed


def holder(given: str) -> tuple[str, str] | None:
    """Return the address and the kind that a token stands for; None where it is none of ours."""
    try:
        email, kind = _serializer().loads(given)
    except (BadSignature, ValueError, TypeError):
        return None
    return (str(email), str(kind)) if kind in messages.KINDS else None


clock.schedule(BLOCKED, "5 * * * *")
clock.schedule(DIGEST, "0 8 * * 1")
clock.schedule(ESCALATION, "30 7 * * *")
