"""What data.gov will do when it next reads the feed: against what was published, or any feed.

Owns how the records of the database become a feed to be compared, which of them leave, are held
or are carried over, and the limits of what one page compares. What differs between two feeds is
``diffing``'s to say, what may leave the publisher's. It refuses to change anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa
from ckan import model

from . import guard, published, publisher, streaming
from .diffing import Changes, compare
from .gate import Kind
from .model import Baseline, Record, Snapshot, Withdrawal
from .reading import Entry, Feed

__all__ = ["MOST", "Outlook", "TooMany", "against", "held", "next_publication"]

# Records that are compared at once for a page: more would keep others waiting for it.
MOST = 5_000
_KINDS: dict[str, Kind] = {"dataset": "dataset", "datasetSeries": "series", "service": "service"}


class TooMany(Exception):
    """There are more records than one page compares: ``count``."""

    def __init__(self, count: int) -> None:
        """Keep how many there are."""
        super().__init__(f"{count:,} records")
        self.count = count


@dataclass
class Outlook:
    """What data.gov would do.

    Attributes:
        changes: what it adds, updates, deletes, or only finds under another identifier
        held: withdrawals that wait for a release; their records stay as they are
        carried: records whose data set is gone without a word; they stay as they are
        refused: how many records are invalid, and served as they last were, or not at all
        left_out: how many further records differ that were not compared
    """

    changes: Changes
    held: list[dict[str, Any]] = field(default_factory=list)
    carried: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    left_out: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it."""
        return {
            **self.changes.as_dict(),
            "held": self.held,
            "carried": self.carried,
            "refused": self.refused,
            "left_out": self.left_out,
        }


def next_publication(language: str, departments: Collection[str] | None) -> Outlook:
    """Compare what the next publication will hold with what the last one holds.

    Args:
        language: "1.1" or "3.0"
        departments: whose records are looked at; None for all
    """
    mine = _of(departments)
    differs = sa.or_(
        sa.and_(Record.standing == "listed", Record.hash.is_distinct_from(Record.published_hash)),
        Record.standing != "listed",
    )
    query = sa.select(Record).where(Record.language == language, differs, *mine)
    total = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = list(model.Session.scalars(query.order_by(Record.identifier).limit(MOST)))
    asked, verdict = _foreseen()
    leaving = {one for id_ in verdict.leaving for one in asked.identifiers[id_]}
    held_ = {one for id_ in verdict.held for one in asked.identifiers[id_]}
    before = _before(language, rows)
    old, new, carried = [], [], []
    for row in rows:
        was = before.get((row.kind, row.identifier))
        if row.standing == "listed":
            if row.body is not None:
                old += [Entry(_kind(row), row.identifier, was, ())] if was is not None else []
                new.append(Entry(_kind(row), row.identifier, orjson.loads(row.body), ()))
        elif was is not None and row.identifier in leaving:
            old.append(Entry(_kind(row), row.identifier, was, ()))
        elif was is not None and row.identifier not in held_:
            carried.append(_named(row))
    if departments is None:
        without_row = leaving - {row.identifier for row in rows}
        old += _from_before(language, Baseline.identifier.in_(without_row))
        carried += _carried_without_row(carried)
    changes = compare(old, new)
    changes.unchanged += _unchanged(language, mine)
    return Outlook(
        changes,
        _held(departments, asked, verdict),
        carried,
        refused(language, departments),
        max(total - MOST, 0),
    )


def _foreseen() -> tuple[streaming.Asked, guard.Verdict]:
    """Return the withdrawals that wait, and what a publication would make of them now."""
    asked = streaming.asked(model.Session.connection())
    counts = (publisher.published() or {"counts": {}})["counts"].values()
    listed = max((one.get("dataset", 0) for one in counts), default=0)
    return asked, guard.judge(asked.waiting, asked.left, listed, publisher.limits())


def against(known: Feed, departments: Collection[str] | None) -> Outlook:
    """Compare what the next publication will hold with a feed that data.gov knows.

    Args:
        known: that feed
        departments: whose records are looked at; None for all. Of what would be deleted, those
            are told whose publisher is one of these departments by its title

    Raises:
        TooMany: there are more records than one page compares
    """
    language = known.language
    asked, verdict = _foreseen()
    leaving = {one for id_ in verdict.leaving for one in asked.identifiers[id_]}
    # What was withdrawn and is held, and what is gone without a word, stays as it is.
    query = sa.select(Record).where(
        Record.language == language,
        Record.body.is_not(None),
        sa.or_(
            Record.standing == "listed",
            sa.and_(Record.published_hash.is_not(None), Record.identifier.not_in(leaving)),
        ),
    )
    total = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    most = max(total, len(known.entries))
    if most > MOST:
        raise TooMany(most)
    rows = list(model.Session.scalars(query))
    new = {
        (_kind(row), row.identifier): Entry(
            _kind(row), row.identifier, orjson.loads(row.body or "{}"), ()
        )
        for row in rows
    }
    for one in _from_before(language, Baseline.identifier.not_in(leaving)):
        new.setdefault((one.kind, one.identifier), one)
    changes = compare(known.entries, new.values())
    if departments is not None:
        ours = {(_kind(row), row.identifier) for row in rows if row.department in departments}
        _narrow(changes, ours, _titles(departments))
    return Outlook(changes, refused=refused(language, departments))


def refused(language: str, departments: Collection[str] | None) -> int:
    """Return how many records of data sets data.gov would refuse as they are."""
    query = sa.select(sa.func.count()).where(
        Record.language == language,
        Record.standing == "listed",
        Record.valid.is_(False),
        *_of(departments),
    )
    return model.Session.scalar(query) or 0


def _of(departments: Collection[str] | None) -> tuple[Any, ...]:
    return () if departments is None else (Record.department.in_(list(departments)),)


def _before(language: str, rows: Sequence[Record]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the records as they were published, or stand in the feed before ours."""
    hashes = {row.published_hash for row in rows if row.published_hash}
    texts = published.texts(language, hashes)
    found = {
        (row.kind, row.identifier): texts[row.published_hash]
        for row in rows
        if row.published_hash in texts
    }
    missing = [row for row in rows if (row.kind, row.identifier) not in found]
    by_place = {(row.section, row.identifier): row.kind for row in missing}
    query = sa.select(Baseline).where(
        Baseline.language == language,
        Baseline.identifier.in_([row.identifier for row in missing]),
    )
    for one in model.Session.scalars(query):
        kind = by_place.get((one.section, one.identifier))
        if kind is not None:
            found[kind, one.identifier] = orjson.loads(one.body)
    return found


def held(departments: Collection[str] | None) -> list[dict[str, Any]]:
    """Return what is held back, or will be by the next publication, the first withdrawn first.

    Args:
        departments: whose; None for all

    Returns:
        for each data set or series its withdrawal, with ``ids``: its number and those of the
        withdrawals of its tables' APIs, which go with it, and ``apis``: how many these are
    """
    return _held(departments, *_foreseen())


def _held(
    departments: Collection[str] | None, asked: streaming.Asked, verdict: guard.Verdict
) -> list[dict[str, Any]]:
    subjects = {one.id: one.subject for one in asked.waiting}
    query = sa.select(Withdrawal).where(Withdrawal.id.in_(verdict.held))
    if departments is not None:
        query = query.where(Withdrawal.department.in_(list(departments)))
    found: dict[guard.Subject, dict[str, Any]] = {}
    # Data sets and series come before services by their kinds' names.
    for one in model.Session.scalars(query.order_by(Withdrawal.kind, Withdrawal.id)):
        told = found.setdefault(
            subjects[one.id],
            {
                "ids": [],
                "kind": one.kind,
                "identifier": one.identifier,
                "title": one.title,
                "department": one.department,
                "reason": one.reason,
                "note": one.note,
                "who": one.who,
                "at": one.at.isoformat(),
            },
        )
        told["ids"].append(one.id)
        told["apis"] = len(told["ids"]) - 1
    return sorted(found.values(), key=lambda told: told["at"])


def _from_before(language: str, which: sa.ColumnElement[bool]) -> list[Entry]:
    """Return records of the feed before ours."""
    query = sa.select(Baseline).where(Baseline.language == language, which).limit(MOST)
    return [
        Entry(_KINDS.get(one.section, "record"), one.identifier, orjson.loads(one.body), ())
        for one in model.Session.scalars(query)
    ]


def _carried_without_row(known: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what the last publication carried over although no row tells of it."""
    last = sa.select(Snapshot.report).order_by(Snapshot.number.desc()).limit(1)
    told = ((model.Session.scalar(last) or {}).get("named") or {}).get("carried") or []
    rows = sa.select(Record.identifier).where(
        Record.identifier.in_([one["identifier"] for one in told])
    )
    have = {one["identifier"] for one in known} | set(model.Session.scalars(rows))
    return [
        {"kind": "dataset", "department": "", **one}
        for one in told
        if one["identifier"] not in have
    ]


def _unchanged(language: str, mine: tuple[Any, ...]) -> int:
    query = sa.select(sa.func.count()).where(
        Record.language == language,
        Record.standing == "listed",
        Record.hash == Record.published_hash,
        *mine,
    )
    return model.Session.scalar(query) or 0


def _kind(row: Record) -> Kind:
    """Return what data.gov takes a record for: series of 1.1 are data sets to it."""
    return _KINDS[row.section]


def _named(row: Record) -> dict[str, Any]:
    return {
        "kind": _kind(row),
        "identifier": row.identifier,
        "title": row.title,
        "department": row.department,
    }


def _titles(departments: Collection[str]) -> set[str]:
    query = sa.select(model.Group.title).where(model.Group.name.in_(list(departments)))
    return {title for title in model.Session.scalars(query) if title}


def _narrow(changes: Changes, ours: set[tuple[str, str]], titles: set[str]) -> None:
    """Leave only what concerns some departments."""

    def is_ours(entry: Entry) -> bool:
        return (entry.kind, entry.identifier) in ours

    def was_ours(entry: Entry) -> bool:
        publisher_ = entry.record.get("publisher")
        return isinstance(publisher_, dict) and publisher_.get("name") in titles

    changes.added = [one for one in changes.added if is_ours(one)]
    changes.updated = [one for one in changes.updated if is_ours(one.new)]
    changes.moved = [one for one in changes.moved if is_ours(one.new)]
    changes.deleted = [one for one in changes.deleted if was_ours(one)]
    seen = sum(map(len, (changes.added, changes.updated, changes.moved)))
    changes.unchanged = len(ours) - seen
