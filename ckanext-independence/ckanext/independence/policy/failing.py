"""Checks that fail: whom that is told, and once.

Owns the memory of them. A check that fails is fenced where it is called; here it is told to the
log and to the administrators, once per rule and version, however many data sets it fails on.
Refuses to repeat a message, which may quote a value: its kind and place are told.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .model import Notice
from .remembered import named, recall, remember
from .rules.judging import Judged

__all__ = ["FAILING", "failing", "mended", "note"]

log = logging.getLogger(__name__)

FAILING = "failing/"
"""Under this, followed by the rule's id, is remembered what its check raised."""
NOTICE = "failing-check"


def failing() -> dict[str, Any]:
    """Return by rule ``version``, ``error``, ``since`` (ISO) and ``subject``, the first it met."""
    return named(FAILING)


def note(subject: str, judged: Iterable[Judged]) -> set[str]:
    """Tell administrators of checks that failed on a subject; return the ids of their rules."""
    rules = set()
    for one in judged:
        if one.error:
            rules.add(one.rule.id)
            _note(subject, one)
    return rules


def _note(subject: str, one: Judged) -> None:
    known = recall(FAILING + one.rule.id)
    if known and known["version"] == one.rule.version:
        return
    log.error(
        "The check of the rule %s (version %d) failed on %s: %s. What it judges cannot be judged; "
        "this is told once.", one.rule.id, one.rule.version, subject, one.error,
    )  # fmt: skip
    remember(
        FAILING + one.rule.id,
        {
            "version": one.rule.version,
            "error": one.error,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "subject": subject,
        },
    )
    for person in _administrators():
        values = {
            "kind": NOTICE,
            "key": f"{NOTICE}/{one.rule.id}/{one.rule.version}/{person.email}",
            "name": person.fullname or person.name,
            "email": person.email,
            "title": f"A check of the open data policy fails: {one.rule.title}",
            "body": (
                f"The check of the rule {one.rule.id} ended with an error ({one.error}). Until it "
                "is mended, the portal answers that this rule cannot be judged. No data set is "
                "held back or let pass because of it. `policy status` lists the checks that fail."
            ),
        }
        row = insert(Notice.__table__).values(values)
        model.Session.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def _administrators() -> Any:
    query = sa.select(model.User.name, model.User.fullname, model.User.email).where(
        model.User.sysadmin, model.User.state == model.State.ACTIVE, model.User.email != ""
    )
    return model.Session.execute(query).all()


def mended(still: Collection[str]) -> None:
    """Forget the checks that failed on nothing when everything was judged."""
    for rule in failing():
        if rule not in still:
            remember(FAILING + rule, None)
