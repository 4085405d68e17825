"""Letting records leave the feed that wait for a person: held withdrawals, and what is lost.

Owns the list of what waits, and that somebody said it may go. Refuses to let go what is listed:
that is withdrawn where its data set is.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from . import ledger
from .model import Baseline, Record, Withdrawal
from .publication import ARRAYS, FILES, KINDS, book
from .publisher import folder
from .snapshot import Folder

__all__ = ["NotWaiting", "release", "release_all", "waiting"]

REASON = "not listed"
_WAITING = sa.and_(Withdrawal.left_at.is_(None), Withdrawal.cancelled_at.is_(None))


class NotWaiting(Exception):
    """Something that was to be let go does not wait; the message says what."""


def waiting() -> list[dict[str, Any]]:
    """Return the withdrawals that have not left the feed, oldest first."""
    columns = ("id", "kind", "identifier", "title", "department", "reason", "note", "who")
    times = ("at", "held_at", "released_at")
    query = sa.select(Withdrawal).where(_WAITING).order_by(Withdrawal.at, Withdrawal.id)
    return [
        {name: getattr(row, name) for name in columns}
        | {name: _iso(getattr(row, name)) for name in times}
        | {"released_by": row.released_by}
        for row in model.Session.scalars(query)
    ]


def _iso(time: Any) -> str | None:
    return time.isoformat() if time else None


def release_all(who: str) -> int:
    """Let all withdrawals leave that wait now; return how many."""
    return _release(_WAITING, who)


def release(which: Collection[str | int], who: str) -> int:
    """Let records leave the feed; return how many withdrawals that were.

    Args:
        which: numbers of withdrawals, or identifiers, also of records that nobody withdrew:
            those that were carried over, and those of the feed before ours
        who: the name of the account; empty for a command

    Raises:
        NotWaiting: one of them is listed, or is not in the feed; nothing is released then
    """
    numbers = {int(one) for one in which if str(one).isdecimal()}
    identifiers = {str(one) for one in which if not str(one).isdecimal()}
    query = sa.select(Withdrawal.id, Withdrawal.identifier).where(
        _WAITING, sa.or_(Withdrawal.id.in_(numbers), Withdrawal.identifier.in_(identifiers))
    )
    found = model.Session.execute(query).all()
    ids = {row.id for row in found}
    if unknown := numbers - ids:
        raise NotWaiting(
            tk._("No withdrawal of this number waits: {numbers}.").format(
                numbers=", ".join(map(str, sorted(unknown)))
            )
        )
    count = _release(Withdrawal.id.in_(ids), who)
    for identifier in sorted(identifiers - {row.identifier for row in found}):
        _withdraw(identifier, who)
        count += 1
    return count


def _release(which: Any, who: str) -> int:
    done = model.Session.execute(
        sa.update(Withdrawal)
        .where(which, Withdrawal.released_at.is_(None))
        .values(released_at=sa.func.now(), released_by=who)
    )
    return int(done.rowcount)


def _withdraw(identifier: str, who: str) -> None:
    """Write the withdrawal of a record that nobody withdrew, and release it."""
    rows = model.Session.execute(
        sa.select(Record.kind, Record.key, Record.title, Record.department, Record.standing)
        .where(Record.identifier == identifier, Record.language.in_(FILES))
        .where(Record.section.in_(KINDS), Record.body.is_not(None))
    ).all()
    if any(row.standing == "listed" for row in rows):
        raise NotWaiting(
            tk._("{identifier} is listed. Withdraw its data set instead.").format(
                identifier=identifier
            )
        )
    before = model.Session.execute(
        sa.select(Baseline.section, Baseline.title).where(Baseline.identifier == identifier)
    ).first()
    if rows:
        kind, key, title, department = rows[0][:4]
    elif before is not None:
        kind, key, title, department = KINDS[before.section], "", before.title, ""
    elif (section := _in_snapshot(identifier)) is not None:
        kind, key, title, department = KINDS[section], "", "", ""
    else:
        raise NotWaiting(tk._("{identifier} is not in the feed.").format(identifier=identifier))
    model.Session.execute(
        sa.insert(Withdrawal).values(
            kind=kind,
            key=key,
            identifier=identifier,
            title=title,
            department=department,
            reason=REASON,
            who=who,
            released_at=sa.func.now(),
            released_by=who,
        )
    )


def _in_snapshot(identifier: str) -> str | None:
    """Return the array of the served snapshot in which a record stands."""
    here = Folder(folder())
    number = here.number()
    for language in FILES if number is not None else ():
        for section in ARRAYS[language]:
            for line in ledger.lines(here.of(number or 0) / book(language, section)):
                if line.identifier == identifier:
                    return section
    return None
