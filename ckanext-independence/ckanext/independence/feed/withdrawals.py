"""Withdrawals: that a record is to leave the feed, and who said so, when and why.

Owns the rows that say it, and whether a record that nobody offers any more was withdrawn or is
lost. Refuses to let a record leave: the publisher does that, when there is a withdrawal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ..catalog import owed
from ..catalog.withdrawal import REASONS
from .guard import PROTECTED
from .model import Baseline, Record, Withdrawal
from .rdf_files import RDF

__all__ = [
    "LISTED", "LOST", "WITHDRAWN", "Word", "cancel", "leave", "leave_baseline", "mark",
    "withdraw", "withdraw_identifier",
]  # fmt: skip

LISTED, WITHDRAWN, LOST = "listed", "withdrawn", "lost"

_withdrawals = Withdrawal.__table__
_WAITING = sa.and_(Withdrawal.left_at.is_(None), Withdrawal.cancelled_at.is_(None))


@dataclass(frozen=True)
class Word:
    """A step that was seen as it was taken.

    Attributes:
        who: took it: the name of an account, empty where none was at work
        reason: ``deleted`` or ``purged``; empty where the data set itself tells
        note: a sentence about it
    """

    who: str = ""
    reason: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return it as what is owed holds it."""
        return asdict(self)


def leave(rows: Sequence[Mapping[str, Any]], word: Word | None) -> dict[str, str]:
    """Mark records whose data set is not offered any more.

    Args:
        rows: of records, in any standing, with language, kind, key, package_id, identifier,
            title, department, standing and hash
        word: the step that was seen; None where the data set was found so

    Returns:
        the standing that each of their data sets has now, by its id
    """
    if not rows:
        return {}
    reasons = _reasons({row["package_id"] for row in rows}, word)
    standings: dict[str, str] = {}
    for row in rows:
        id_ = row["package_id"]
        standings[id_] = WITHDRAWN if reasons[id_] else LOST
    # What was said before holds: what is withdrawn is not lost because it is gone for good.
    moved = [
        row
        for row in rows
        if row["standing"] == LISTED or (row["standing"] == LOST and reasons[row["package_id"]])
    ]
    for standing in (WITHDRAWN, LOST):
        mark([row for row in moved if standings[row["package_id"]] == standing], standing)
    # Of two languages, the one in which there is a record says that there is one.
    known = sorted(rows, key=lambda row: row["hash"] is not None)
    for (kind, key), row in {(row["kind"], row["key"]): row for row in known}.items():
        if found := reasons[row["package_id"]]:
            _note(kind, key, row, found)
    return standings


def withdraw(row: Mapping[str, Any], reason: str, who: str = "", note: str = "") -> None:
    """Withdraw one record for a reason that is none of its data set's."""
    mark([row], WITHDRAWN)
    _note(row["kind"], row["key"], row, {"reason": reason, "note": note, "who": who})


def withdraw_identifier(row: Mapping[str, Any], reason: str) -> None:
    """Withdraw the identifier under which a record was published, which now has another one."""
    said = {"reason": reason, "note": "", "who": ""}
    _note(row["kind"], row["identifier"], {**row, "standing": LISTED}, said)


def leave_baseline(ids: Sequence[str], word: Word) -> None:
    """Withdraw data sets of which there never was a record, only one of the feed before ours.

    A draft that was taken over from there is withdrawn when it is deleted, purged or withdrawn;
    saving it as a draft says nothing.
    """
    if not ids:
        return
    query = sa.text(
        "SELECT DISTINCT p.id, b.identifier, b.title FROM package p"
        " JOIN independence_feed_baseline b ON b.identifier = p.extras->>'identifier'"
        " WHERE p.id = ANY(:ids) AND b.section = 'dataset'"
    )
    found = model.Session.execute(query, {"ids": list(ids)}).all()
    reasons = _reasons([row.id for row in found], word)
    for row in found:
        said = reasons[row.id]
        if said and said["reason"] not in ("hidden", "not listed"):
            record = {"identifier": row.identifier, "title": row.title, "department": ""}
            _note("dataset", row.id, {**record, "standing": LISTED, "hash": None}, said)


def mark(rows: Sequence[Mapping[str, Any]], standing: str) -> None:
    """Give records a standing; one that nobody was ever sent goes at once where it leaves."""
    keys = {(row["kind"], row["key"]) for row in rows}
    if not keys:
        return
    these = sa.tuple_(Record.kind, Record.key).in_(sorted(keys))
    if standing == WITHDRAWN:
        unsent = sa.and_(Record.body.is_(None), Record.published_hash.is_(None))
        model.Session.execute(sa.delete(Record.__table__).where(these, unsent))
    model.Session.execute(
        sa.update(Record.__table__)
        .where(these, Record.standing != standing)
        .values(standing=standing)
    )


def cancel(keys: Iterable[tuple[str, str]] = (), identifiers: Iterable[str] = ()) -> None:
    """Take back what was said of records before they had left: by kind and key, or identifier."""
    keys, identifiers = list(keys), list(identifiers)
    if not keys and not identifiers:
        return
    which = sa.or_(
        sa.tuple_(Withdrawal.kind, Withdrawal.key).in_(keys),
        Withdrawal.identifier.in_(identifiers),
    )
    model.Session.execute(
        sa.update(_withdrawals).where(_WAITING, which).values(cancelled_at=sa.func.now())
    )


def _reasons(
    ids: Iterable[str | None], word: Word | None
) -> dict[str | None, dict[str, str] | None]:
    """Return reason, note and who of each data set's leaving; None where nobody said a word."""
    wanted = [id_ for id_ in ids if id_]
    query = sa.text(
        "SELECT id, state, private, extras->>'withdrawal_reason' AS reason,"
        " extras->>'withdrawal_note' AS note FROM package WHERE id = ANY(:ids)"
    )
    known = {row.id: row for row in model.Session.execute(query, {"ids": wanted})}
    return {id_: _reason(known.get(id_), word) for id_ in wanted}


def _reason(package: Any, word: Word | None) -> dict[str, str] | None:
    who = word.who if word else ""
    if package is not None and package.reason in REASONS:
        # Whoever withdraws a data set writes down why: no fault does.
        return {"reason": package.reason, "note": package.note or "", "who": who}
    if word is not None and word.reason:
        return {"reason": word.reason, "note": word.note, "who": who}
    if package is not None and package.state == "active" and not package.private:
        # It is public still, and the site does not list such data sets.
        return {"reason": "not listed", "note": "", "who": who}
    if word is None:
        return None
    if package is None:
        return {"reason": "purged", "note": word.note, "who": who}
    reason = "deleted" if package.state == "deleted" else "hidden"
    return {"reason": reason, "note": word.note, "who": who}


def _note(kind: str, key: str, row: Mapping[str, Any], said: Mapping[str, str]) -> None:
    """Write a withdrawal, unless one waits; a stronger word takes the place of one that waits."""
    this = sa.and_(_WAITING, Withdrawal.kind == kind, Withdrawal.key == key)
    waiting = model.Session.execute(sa.select(Withdrawal.reason).where(this)).first()
    if waiting is not None:
        if said["reason"] in REASONS and said["reason"] != waiting.reason:
            model.Session.execute(
                sa.update(_withdrawals).where(this).values(at=sa.func.now(), **said)
            )
        return
    if row["standing"] == WITHDRAWN:
        # Said before, and has left; its row waits for the end of that publication only.
        return
    if row["hash"] is None and not _is_in_baseline(row["identifier"]):
        return
    model.Session.execute(
        sa.insert(_withdrawals).values(
            kind=kind,
            key=key,
            identifier=row["identifier"],
            title=row["title"],
            department=row["department"],
            **said,
        )
    )
    if said["reason"] == PROTECTED:
        # What the law protects is not served until the hour is over.
        owed.owe(RDF, "")


def _is_in_baseline(identifier: str) -> bool:
    query = sa.select(Baseline.identifier).where(Baseline.identifier == identifier).limit(1)
    return model.Session.execute(query).first() is not None
