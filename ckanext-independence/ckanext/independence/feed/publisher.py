"""The publisher: when a publication is due, and one at a time in the whole site.

Owns the lock, the least time between two publications, the pin of a rollback, and what is told
when a publication fails. What is served stays as it is until the next snapshot is complete.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import orjson
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ..catalog import clock, owed
from ..catalog.model import Owed
from . import (
    changes,
    gather,
    guard,
    ledger,
    publication,
    records,
    settling,
    telling,
)
from .model import Record, Snapshot, State, Withdrawal
from .snapshot import Folder

__all__ = [
    "PUBLISH", "Busy", "folder", "forget", "is_pending", "limits", "pin", "pinned", "publish",
    "published", "status", "unpin",
]  # fmt: skip

log = logging.getLogger(__name__)

PUBLISH = "feed-publish"
LOCK = 0x1DFEED
# Whoever asks for a publication waits so long for one that is under way.
PATIENCE = "120s"
PINNED = "pinned"


class Busy(Exception):
    """Another publication is under way, or may have begun."""


def folder() -> Path:
    """Return the folder of the published files."""
    named = tk.config["ckanext.independence.feed.folder"]
    return Path(named or Path(tk.config["ckan.storage_path"]) / "feed")


def is_pending() -> bool:
    """Say whether there is anything that the next snapshot would say otherwise."""
    session = model.Session
    number = session.scalar(sa.select(sa.func.max(Snapshot.number)))
    here = Folder(folder())
    if number is not None and (here.number() != number or here.manifest(number) is None):
        return True
    differs = Record.hash.is_distinct_from(Record.published_hash)
    if pinned() is not None:
        # Texts stay as they are.
        differs = sa.and_(differs, Record.published_hash.is_(None))
    query = sa.select(Record.key).where(differs, Record.standing == "listed").limit(1)
    if session.execute(query).first() is not None:
        return True
    asking = sa.select(Withdrawal.id).where(
        Withdrawal.left_at.is_(None),
        Withdrawal.cancelled_at.is_(None),
        sa.or_(Withdrawal.held_at.is_(None), Withdrawal.released_at.is_not(None)),
    )
    return session.execute(asking.limit(1)).first() is not None


def pinned() -> int | None:
    """Return the number of the snapshot whose texts are served, if one is pinned."""
    return remembered(PINNED)


def pin(number: int) -> None:
    """Let the texts of an earlier snapshot be served from the next publication on.

    Raises:
        LookupError: it is not kept
    """
    if Folder(folder()).manifest(number) is None:
        raise LookupError(number)
    remember(PINNED, number)
    model.Session.commit()


def unpin() -> None:
    """Let the present texts be served again."""
    remember(PINNED, None)
    model.Session.commit()


def status() -> dict[str, Any]:
    """Return what is published, and what waits, as `independence_feed_status_show` gives it."""
    manifest = published()
    latest = model.Session.scalars(sa.select(Snapshot).order_by(Snapshot.number.desc())).first()
    held = sa.select(sa.func.count()).where(
        Withdrawal.held_at.is_not(None),
        Withdrawal.released_at.is_(None),
        Withdrawal.left_at.is_(None),
        Withdrawal.cancelled_at.is_(None),
    )
    numbers = latest.report.get("numbers", {}) if latest else {}
    return {
        "published": manifest
        and {name: manifest[name] for name in ("number", "made", "counts", "files")},
        "pinned": pinned(),
        "pending": is_pending(),
        "failing": remembered(telling.FAILING) is not None,
        "held": model.Session.scalar(held),
        "carried": numbers.get("carried", 0),
        "baseline": numbers.get("baseline", 0),
    }


def remembered(name: str) -> Any:
    """Return what the feed remembers under a name."""
    return model.Session.scalar(sa.select(State.value).where(State.name == name))


def remember(name: str, value: Any) -> None:
    """Remember something in CKAN's session, or forget it (None)."""
    if value is None:
        model.Session.execute(sa.delete(State).where(State.name == name))
        return
    statement = insert(State).values(name=name, value=value)
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=[State.name], set_={"value": value})
    )


@owed.handler(PUBLISH)
def publish_owed(key: str, payload: dict[str, Any] | None) -> None:
    """Publish, where something changed."""
    if is_pending() or _heads_differ():
        model.Session.rollback()
        publish()


def publish() -> int | None:
    """Publish what has changed; return the number of the new snapshot, or None.

    Raises:
        Busy: another publication takes long
        Exception: it failed; the last snapshot is served on
    """
    try:
        with _alone() as still_alone:
            number = _publish(still_alone)
    except Busy:
        raise
    except Exception as error:
        telling.failed(error)
        raise
    telling.works_again()
    return number


def _publish(still_alone: Any) -> int | None:
    engine = model.meta.engine
    here = Folder(folder())
    try:
        settling.mend(engine, here)
    except settling.Unsettled as error:
        raise Busy(str(error)) from error
    pin = None
    if (number := pinned()) is not None:
        manifest = here.manifest(number)
        if manifest is None:
            log.error("Snapshot %s is pinned and is not kept any longer; it is let go", number)
            remember(PINNED, None)
            model.Session.commit()
        else:
            pin = publication.Pin(number, manifest)
    model.Session.rollback()
    made = publication.make(engine, here, _heads(), limits(), pin, still_alone)
    manifest = here.manifest(made.number) if made.number is not None else None
    try:
        settling.settle(engine, made.into, manifest)
    except settling.Unsettled as error:
        # The next publication begins with it, and is due as long as it was not done.
        log.warning("%s", error)
        return made.number
    publication.discard(made)
    changes.write_atom(here.path)
    model.Session.rollback()
    here.keep(tk.config["ckanext.independence.feed.keep_snapshots"], [pin.number if pin else None])
    telling.published(made.report)
    return made.number


def forget(identifiers: Collection[str]) -> list[int]:
    """Remove every kept snapshot, but the one that is served, that holds any of these records.

    Returns:
        their numbers

    Raises:
        Busy: a publication is under way and takes long
    """
    with _alone():
        here = Folder(folder())
        served = here.number()
        numbers = [
            number
            for number in here.numbers()
            if number != served and _holds(here.of(number), identifiers)
        ]
        here.drop(numbers)
    return numbers


def _holds(snapshot: Path, identifiers: Collection[str]) -> bool:
    books = (
        snapshot / publication.book(language, section)
        for language in publication.FILES
        for section in publication.ARRAYS[language]
    )
    return any(line.identifier in identifiers for book in books for line in ledger.lines(book))


def published() -> dict[str, Any] | None:
    """Return what the served snapshot says of itself; None where there is none."""
    here = Folder(folder())
    number = here.number()
    return here.manifest(number) if number is not None else None


def _heads() -> dict[str, bytes]:
    site = gather.site()
    return {
        language: orjson.dumps(mapping.head(site))
        for language, mapping in records.LANGUAGES.items()
    }


def _heads_differ() -> bool:
    manifest = published()
    return manifest is not None and manifest["heads"] != publication.heads_digest(_heads())


def limits() -> guard.Limits:
    """Return how many may leave at once, as it is configured."""
    return guard.Limits(
        *(
            tk.config[f"ckanext.independence.feed.{name}"]
            for name in ("hold_least", "hold_share", "hold_most")
        )
    )


@contextmanager
def _alone() -> Iterator[Any]:
    """Be the only publisher, on whichever host; PostgreSQL lets go when this process dies."""
    with model.meta.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"SET lock_timeout = '{PATIENCE}'"))
        try:
            connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
        except sa.exc.OperationalError as error:
            connection.execute(sa.text("RESET lock_timeout"))
            raise Busy("Another publication is under way and takes long.") from error
        try:
            yield lambda: connection.execute(sa.text("SELECT 1"))
        finally:
            if not connection.invalidated:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
                connection.execute(sa.text("RESET lock_timeout"))


@clock.every_tick
def publish_when_due() -> None:
    """Owe a publication when there is something to publish."""
    waits = sa.select(Owed.key).where(Owed.kind == PUBLISH)
    if model.Session.execute(waits).first() is None and is_pending():
        times = sa.select(sa.func.max(Snapshot.made).label("made"), sa.func.now().label("now"))
        last, now = model.Session.execute(times).one()
        least = timedelta(seconds=tk.config["ckanext.independence.feed.least_interval"])
        # A clock that was moved back does not put it off for longer.
        owed.owe(PUBLISH, "", due=min(last, now) + least if last else None)
        model.Session.commit()
    model.Session.rollback()


# What no change tells of: a folder that was lost, a publication that failed for hours.
clock.schedule(PUBLISH, "*/10 * * * *")
