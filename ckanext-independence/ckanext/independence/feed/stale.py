"""What makes records stale besides a save of their data set, and their rendering anew.

Owns what is owed when files, departments, the site or the mappings change: in the transaction
of the change where there is one; what has none shows in the records' fingerprint, and the
clock sees it. Refuses to render in the way of whoever made the change.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException

from ..catalog import clock, owed
from ..catalog.model import Owed
from . import gather, listing, records
from .model import Record
from .withdrawals import LISTED

__all__ = ["DEPARTMENT", "STALE", "of_department", "of_files", "settle"]

log = logging.getLogger(__name__)

STALE, DEPARTMENT = "feed-stale", "feed-department"
# Data sets that are rendered anew at a time, in a transaction of their own.
BATCH = 500

_records = Record.__table__


def of_files(package_id: str) -> None:
    """Owe the records of a data set of whose files something else is known now."""
    owed.owe(records.RENDER, package_id)


def of_department(department_id: str) -> None:
    """Owe the records of a department that was changed."""
    owed.owe(DEPARTMENT, department_id)


@owed.handler(DEPARTMENT)
def mark_department(department_id: str, payload: dict[str, Any] | None) -> None:
    """Let all records of a department be stale, and name it as it is called now."""
    model.Session.execute(
        sa.text(
            "UPDATE independence_feed_record r SET dialect = '', department = g.name"
            ' FROM package p JOIN "group" g ON g.id = p.owner_org'
            " WHERE r.package_id = p.id AND g.id = :id"
        ),
        {"id": department_id},
    )
    owed.owe(STALE, "")


@clock.every_tick
def owe_when_stale() -> None:
    """Owe the rendering of what was rendered with another mapping, or for another site."""
    try:
        waiting = sa.select(Owed.key).where(Owed.kind == STALE)
        if model.Session.execute(waiting).first() is None and _is_any_stale():
            owed.owe(STALE, "")
            model.Session.commit()
    finally:
        model.Session.rollback()


def _is_any_stale() -> bool:
    # The least and the greatest are at the ends of an index, however many there are.
    ends = sa.select(sa.func.min(Record.dialect), sa.func.max(Record.dialect))
    low, high = model.Session.execute(ends.where(Record.standing == LISTED)).one()
    if low is None:
        return bool(listing.unlisted(1))
    return (low, high) != (now := records.dialect(gather.site()), now)


@owed.handler(STALE)
def render_stale(key: str, payload: dict[str, Any] | None) -> None:
    """Render some of what is stale or missing; while there is more, owe it again."""
    now = records.dialect(gather.site())
    stale = sa.and_(Record.standing == LISTED, sa.or_(Record.dialect < now, Record.dialect > now))
    query = sa.select(Record.package_id, Record.kind, Record.key).where(stale).limit(BATCH)
    found = model.Session.execute(query).all()
    for row in found:
        if row.kind == "series":
            owed.owe(records.SERIES, row.key)
            _is_fresh(sa.and_(Record.kind == "series", Record.key == row.key), now)
    ids = sorted({row.package_id for row in found if row.kind != "series"})
    if not found:
        ids = listing.unlisted(BATCH)
    settle(ids)
    if found or ids:
        owed.owe(STALE, "")


def settle(ids: Sequence[str]) -> records.Settled:
    """Settle data sets together; where one of them cannot be, settle the others.

    The one is owed by itself, and tried again until it can be.
    """
    records.lock(ids)
    try:
        with model.Session.connection().begin_nested():
            return records.settle(ids)
    except JobTimeoutException:
        raise
    except Exception:
        if len(ids) == 1:
            log.exception("Records of %s could not be made; it is tried again", ids[0])
            owed.owe(records.RENDER, ids[0])
            _is_fresh(Record.package_id == ids[0], records.dialect(gather.site()))
            return records.Settled()
    whole = records.Settled()
    for id_ in ids:
        whole.add(settle([id_]))
    return whole


def _is_fresh(which: Any, now: str) -> None:
    model.Session.execute(sa.update(_records).where(which).values(dialect=now))
