"""What a publication reads of the database: withdrawals, and records in the order of identifiers.

Owns the queries, all of them for one repeatable-read transaction. It decides nothing: the guard
says who leaves, the ledger whose text is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from . import guard
from .ledger import Row
from .model import Baseline, Record, Withdrawal

__all__ = ["Asked", "asked", "baseline", "left_since", "now", "renewed", "rows"]

# Records that are fetched at once. Few, since one may have megabytes.
BATCH = 200
WINDOW = sa.text("interval '24 hours'")
_LANGUAGES = ("1.1", "3.0")


def now(connection: sa.Connection) -> datetime:
    """Return the database's time."""
    told: datetime = connection.scalar(sa.select(sa.func.now()))
    return told


def rows(connection: sa.Connection, language: str, section: str) -> Iterator[Row]:
    """Yield the records of an array that have a text, in the order of identifiers."""
    query = (
        sa.select(
            Record.identifier,
            Record.standing,
            Record.hash,
            Record.body,
            Record.department,
            Record.published_hash,
        )
        .where(Record.language == language, Record.section == section, Record.body.is_not(None))
        .order_by(Record.identifier)
    )
    return _stream(connection, query)


def baseline(connection: sa.Connection, language: str, section: str) -> Iterator[Row]:
    """Yield the records of the feed before ours, in the order of identifiers."""
    query = (
        sa.select(
            Baseline.identifier,
            sa.literal("baseline"),
            sa.func.encode(sa.func.sha256(sa.func.convert_to(Baseline.body, "UTF8")), "hex"),
            Baseline.body,
            sa.literal(""),
            sa.null(),
        )
        .where(Baseline.language == language, Baseline.section == section)
        .order_by(Baseline.identifier)
    )
    return _stream(connection, query)


def _stream(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> Iterator[Row]:
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield Row(*row)


@dataclass(frozen=True)
class Asked:
    """The withdrawals that have not left, and what they mean.

    Attributes:
        waiting: those that the guard judges
        left: what left within 24 hours and is counted
        void: ids of withdrawals whose data set is listed again
        identifiers: by id, the identifiers that leave with a withdrawal
        latest: the highest id of all
    """

    waiting: list[guard.Waiting]
    left: set[guard.Subject]
    void: list[int]
    identifiers: dict[int, set[str]]
    latest: int


def asked(connection: sa.Connection) -> Asked:
    """Read the withdrawals that have not left."""
    of_record = (
        sa.select(
            sa.func.max(Record.package_id).label("package"),
            sa.func.bool_or(Record.published_hash.is_not(None)).label("published"),
        )
        .where(
            Record.language.in_(_LANGUAGES),
            Record.kind == Withdrawal.kind,
            Record.key == Withdrawal.key,
        )
        .lateral("of_record")
    )
    listed = (
        sa.select(sa.literal(1))
        .where(
            Record.language.in_(_LANGUAGES),
            Record.kind == Withdrawal.kind,
            Record.identifier == Withdrawal.identifier,
            Record.section.in_(("dataset", "datasetSeries", "service")),
            Record.standing == "listed",
            Record.body.is_not(None),
        )
        .exists()
    )
    before = sa.select(1).where(Baseline.identifier == Withdrawal.identifier).exists()
    query = (
        sa.select(
            Withdrawal.id,
            Withdrawal.kind,
            Withdrawal.key,
            Withdrawal.identifier,
            Withdrawal.reason,
            Withdrawal.released_at.is_not(None).label("released"),
            Withdrawal.held_at.is_not(None).label("held"),
            sa.func.coalesce(of_record.c.package, Withdrawal.key).label("package"),
            # Without a row it is not known, and it may have been published.
            sa.or_(sa.func.coalesce(of_record.c.published, True), before).label("published"),
            listed.label("listed"),
        )
        .select_from(Withdrawal)
        .join(of_record, sa.true(), isouter=True)
        .where(_IS_WAITING)
    )
    waiting, void = [], []
    identifiers: dict[int, set[str]] = {}
    packages: dict[str, list[int]] = {}
    for row in connection.execute(query):
        if row.listed:
            void.append(row.id)
            continue
        identifiers[row.id] = {row.identifier}
        series = row.kind == "series"
        if row.kind == "dataset":
            packages.setdefault(row.key, []).append(row.id)
        waiting.append(
            guard.Waiting(
                row.id,
                ("series", row.key) if series else ("dataset", row.package),
                row.kind != "service" and row.published,
                row.reason,
                row.released or not row.published,
                row.held,
            )
        )
    _with_services(connection, packages, identifiers)
    latest = connection.scalar(sa.select(sa.func.max(Withdrawal.id))) or 0
    return Asked(waiting, _left(connection), void, identifiers, latest)


_IS_WAITING = sa.and_(Withdrawal.left_at.is_(None), Withdrawal.cancelled_at.is_(None))


def _with_services(
    connection: sa.Connection, packages: dict[str, list[int]], identifiers: dict[int, set[str]]
) -> None:
    """Let the APIs of a data set's tables leave with it."""
    query = sa.select(Record.package_id, Record.identifier).where(
        Record.package_id.in_(sa.bindparam("ids", expanding=True)), Record.standing != "listed"
    )
    ids = list(packages)
    for start in range(0, len(ids), 1000):
        for row in connection.execute(query, {"ids": ids[start : start + 1000]}):
            for one in packages[row.package_id]:
                identifiers[one].add(row.identifier)


def _left(connection: sa.Connection) -> set[guard.Subject]:
    query = sa.select(Withdrawal.kind, Withdrawal.key).where(
        Withdrawal.left_at > sa.func.now() - WINDOW,
        Withdrawal.kind.in_(("dataset", "series")),
        Withdrawal.reason != guard.PROTECTED,
        Withdrawal.released_at.is_(None),
    )
    return {(row.kind, row.key) for row in connection.execute(query)}


def left_since(connection: sa.Connection, made: str) -> set[str]:
    """Return the identifiers that left after a snapshot was made (ISO 8601)."""
    query = sa.select(Withdrawal.identifier).where(
        Withdrawal.left_at > sa.cast(made, sa.DateTime(timezone=True))
    )
    return set(connection.scalars(query))


def renewed(connection: sa.Connection, since: int, made: datetime) -> Collection[str]:
    """Return the identifiers that were withdrawn, or left, since a snapshot.

    Args:
        connection: in which is read
        since: the highest id of a withdrawal at that time
        made: when it was made
    """
    query = sa.select(Withdrawal.identifier).where(
        sa.or_(Withdrawal.id > since, Withdrawal.left_at >= made)
    )
    return set(connection.scalars(query))
