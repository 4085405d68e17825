"""Telling those who run the site what happened to the feed, once for each thing that happened.

Owns what is told, and what was told already. It refuses to stand in the way of a publication:
where mail cannot be sent, the log has it.
"""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ..catalog import owed
from .model import State

__all__ = ["failed", "published", "tell", "works_again"]

log = logging.getLogger(__name__)

TELL = "feed-tell"
"""The kind of work that is owed when a message is to be sent."""

FAILING = "failing"
TOLD = "told"
# Identifiers of which it is remembered that they were told.
_REMEMBERED = 10_000
_NAMED = 20


def failed(error: Exception) -> None:
    """Tell that a publication failed, unless the one before it failed, too."""
    log.exception("The feed could not be published; the last one is served on")
    said = f"{type(error).__name__}: {error}"[:1000]
    try:
        with model.meta.engine.begin() as connection:
            before = _state(connection, FAILING)
            _remember(connection, FAILING, {"error": said})
    except sa.exc.DBAPIError:
        log.warning("That the feed could not be published cannot be remembered either")
        return
    if before is None:
        model.Session.rollback()
        tell(
            "The feed could not be published",
            "The last feed is served on, and it is tried again by itself. What went wrong:\n\n"
            + said,
        )


def works_again() -> None:
    """Forget that publications failed."""
    with model.meta.engine.begin() as connection:
        done = connection.execute(sa.delete(State).where(State.name == FAILING))
    if done.rowcount:
        log.info("The feed is published again")


def published(report: dict[str, Any]) -> None:
    """Tell which records were carried over or held, those that were not told before."""
    with model.meta.engine.begin() as connection:
        before = _state(connection, TOLD) or {}
        now = {
            origin: sorted(one["identifier"] for one in report["named"].get(origin, ()))
            for origin in _SENTENCES
        }
        if now != before:
            _remember(connection, TOLD, now)
    for origin, (subject, sentence) in _SENTENCES.items():
        known = set(before.get(origin, ()))
        new = [one for one in report["named"].get(origin, ()) if one["identifier"] not in known]
        if new:
            lines = [f"- {one['title'] or one['identifier']}" for one in new[:_NAMED]]
            if len(new) > _NAMED:
                lines.append(f"and {len(new) - _NAMED} more")
            tell(subject, sentence + "\n\n" + "\n".join(lines))


_SENTENCES = {
    "carried": (
        "Records of the feed were kept that nobody withdrew",
        "These data sets are no longer in the catalog, and nobody withdrew them. The feed goes on "
        "saying what it said of them, so that no harvester deletes them. Find out where they are: "
        "bring them back, or let them go with `ckan independence feed release`.",
    ),
    "held": (
        "Many data sets were withdrawn: the feed waits for you",
        "So many data sets were withdrawn within a day that the feed still has them, in case it "
        "was a mistake. If it was none, let them go with `ckan independence feed release`.",
    ),
}


def tell(subject: str, text: str) -> None:
    """Write a message into the log, and owe it to every sysadmin who has an address."""
    log.warning("%s. %s", subject, text)
    key = sha256(f"{subject}\n{text}".encode()).hexdigest()[:16]
    owed.owe(TELL, key, {"subject": subject, "text": text})
    model.Session.commit()


@owed.handler(TELL)
def send(key: str, payload: dict[str, Any] | None) -> None:
    """Send a message; where mail cannot be sent, the log has it."""
    told = payload or {}
    query = sa.select(model.User.fullname, model.User.name, model.User.email).where(
        model.User.sysadmin,
        model.User.state == model.State.ACTIVE,
        model.User.email.is_not(None),
    )
    for person in model.Session.execute(query).all():
        try:
            tk.mail_recipient(
                person.fullname or person.name, person.email, told["subject"], told["text"]
            )
        except Exception as error:
            # A mailer may raise anything; the others are told all the same.
            log.warning("%s could not be told by mail: %s", person.name, error)


def _state(connection: sa.Connection, name: str) -> Any:
    return connection.scalar(sa.select(State.value).where(State.name == name))


def _remember(connection: sa.Connection, name: str, value: Any) -> None:
    statement = insert(State).values(name=name, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[State.name], set_={"value": value})
    )
