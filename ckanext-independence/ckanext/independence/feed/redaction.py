"""Redaction: no text that a record ever held is kept or served any longer.

Owns all places in which such text lies: records, the feed before ours, withdrawals, reports,
kept snapshots and the history of the data set. A harvester is told of nothing but the
identifier that left. The data set itself is its steward's to mend; it stays out of the feed
until it is saved anew and valid. Refuses to be undone.
"""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model

from ..catalog import owed
from . import hourly, listing, publisher, records, series
from .model import Baseline, Record, Snapshot, Withdrawal
from .withdrawals import WITHDRAWN

__all__ = ["find", "redact"]

log = logging.getLogger(__name__)

# What an activity goes on saying of a data set: as much as CKAN needs to list it.
_ACTIVITY = sa.text(
    """
    UPDATE activity
       SET data = CAST(json_build_object(
               'actor', CAST(data AS json)->'actor',
               'package', json_build_object('id', object_id, 'name', object_id,
                                             'title', CAST(:title AS text))) AS text)
     WHERE object_id = :id AND data IS NOT NULL
    """
)
REMOVED = "(removed)"


def find(words: str) -> str:
    """Return the id of a data set by its id, its name or its identifier, also where it is gone.

    What is none of these is returned as it came.
    """
    package = model.Package.get(words)
    if package is not None:
        return str(package.id)
    query = sa.select(Record.package_id).where(Record.identifier == words, Record.kind == "dataset")
    return model.Session.scalar(query.limit(1)) or words


def redact(package_id: str, who: str = "", note: str = "") -> dict[str, Any]:
    """Take a data set out of the feed and out of all that was kept of it, and publish at once.

    It commits.

    Args:
        package_id: its id, also where it is gone; the identifier of one that is known from the
            feed before ours only
        who: the name of the account that says so
        note: why, without the text itself

    Returns:
        ``identifiers`` that were taken out, and numbers of the ``snapshots`` that were removed

    Raises:
        publisher.Busy: a publication is under way and takes long; called again, it goes on
    """
    model.Session.flush()
    records.lock([package_id])
    rows = records.rows(Record.package_id == package_id)
    identifiers = sorted({row["identifier"] for row in rows.values()} | _own(package_id))
    _forget_records(package_id, identifiers)
    for kind, key, identifier in sorted(
        {(row["kind"], row["key"], row["identifier"]) for row in rows.values()}
        or {("dataset", package_id, one) for one in identifiers}
    ):
        _note(kind, key, identifier, who, note)
    listing.put_aside(package_id)
    if p.plugin_loaded("activity"):
        model.Session.execute(_ACTIVITY, {"id": package_id, "title": REMOVED})
    for word in sorted({row["series"] for row in rows.values()} - {""}):
        series.settle(word)
    # Whatever becomes of the publication below, a worker goes on with it.
    owed.owe(publisher.PUBLISH, "")
    owed.owe(hourly.RDF, "")
    model.Session.commit()
    publisher.publish()
    removed = publisher.forget(identifiers)
    _forget_reports(set(identifiers))
    model.Session.commit()
    log.warning("%s was redacted by %s", ", ".join(identifiers) or package_id, who or "a command")
    return {"identifiers": identifiers, "snapshots": removed}


def _own(package_id: str) -> set[str]:
    package = model.Package.get(package_id)
    if package is None:
        return {package_id}
    identifier = package.extras.get("identifier")
    return {identifier} if identifier else set()


def _forget_records(package_id: str, identifiers: list[str]) -> None:
    model.Session.execute(
        sa.update(Record.__table__)
        .where(Record.package_id == package_id)
        .values(
            body=None,
            hash=None,
            rendering=None,
            valid=False,
            problems=[],
            title="",
            series="",
            standing=WITHDRAWN,
        )
    )
    model.Session.execute(sa.delete(Baseline.__table__).where(Baseline.identifier.in_(identifiers)))
    model.Session.execute(
        sa.update(Withdrawal.__table__)
        .where(Withdrawal.identifier.in_(identifiers))
        .values(title="", note="")
    )


def _note(kind: str, key: str, identifier: str, who: str, note: str) -> None:
    waiting = sa.and_(
        Withdrawal.identifier == identifier,
        Withdrawal.left_at.is_(None),
        Withdrawal.cancelled_at.is_(None),
    )
    said = {"reason": "protected", "note": note, "who": who}
    done = model.Session.execute(sa.update(Withdrawal.__table__).where(waiting).values(**said))
    if not done.rowcount:
        model.Session.execute(
            sa.insert(Withdrawal.__table__).values(
                kind=kind, key=key, identifier=identifier, **said
            )
        )


def _forget_reports(identifiers: set[str]) -> None:
    """Leave identifiers alone in the reports of publications."""
    for number, report in model.Session.execute(
        sa.select(Snapshot.number, Snapshot.report)
    ).tuples():
        mended = _without(report, identifiers)
        if mended != report:
            model.Session.execute(
                sa.update(Snapshot.__table__).where(Snapshot.number == number).values(report=mended)
            )


def _without(value: Any, identifiers: set[str]) -> Any:
    if isinstance(value, list):
        return [_without(one, identifiers) for one in value]
    if isinstance(value, dict):
        if value.get("identifier") in identifiers:
            return value | {"title": REMOVED} if "title" in value else value
        return {key: _without(one, identifiers) for key, one in value.items()}
    return value
