"""The reconciler: every record compared with what it tells of, and mended where it differs.

Owns the pass over the whole catalog, in batches with a transaction each, and the report of what
it found. What changes data sets behind CKAN's back is found by it and by nothing else. It
refuses to let anything leave: what is gone without a word is lost, and stays in the feed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ..catalog import clock, owed
from . import listing, records, series, stale
from .model import Record, State
from .withdrawals import LISTED

__all__ = ["RECONCILE", "RECONCILED", "reconcile"]

log = logging.getLogger(__name__)

RECONCILE = "feed-reconcile"
RECONCILED = "reconciled"
"""The state that holds the report of the last pass."""

# Data sets a transaction; a save of one of them waits for its end.
BATCH = 200
# Identifiers of each kind of drift that the report names.
NAMED = 100

clock.schedule(RECONCILE, "10 3 * * *")


@owed.handler(RECONCILE, queue=owed.LOADS)
def reconcile_owed(key: str, payload: dict[str, Any] | None) -> None:
    """Compare every record with its data set, in the night."""
    reconcile()


def reconcile(progress: Callable[[int, int], None] = lambda done, of: None) -> dict[str, Any]:
    """Compare every record with what it tells of, mend what differs, and say what did.

    It commits after each batch.

    Args:
        progress: is told how many data sets are done, of how many

    Returns:
        ``at`` (ISO 8601), ``seconds``, ``data_sets`` (offered), ``series`` and ``drift``: by
        kind (``missing``, ``differing``, ``moved``, ``returned``, ``withdrawn``, ``lost``) its
        ``count`` and the first ``identifiers``
    """
    begun, at = time.monotonic(), datetime.now(UTC)
    model.Session.rollback()
    offered = listing.all_offered()
    ids = [*offered, *_others(offered)]
    found = records.Settled()
    for start in range(0, len(ids), BATCH):
        found.add(stale.settle(ids[start : start + BATCH]))
        model.Session.commit()
        progress(min(start + BATCH, len(ids)), len(ids))
    words = series.words()
    for word in words:
        found.add(series.settle(word))
        model.Session.commit()
    report = {
        "at": at.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - begun, 1),
        "data_sets": len(offered),
        "series": len(words),
        "drift": {kind: _told(identifiers) for kind, identifiers in _kinds(found)},
    }
    values = insert(State.__table__).values(name=RECONCILED, value=report)
    model.Session.execute(
        values.on_conflict_do_update(index_elements=[State.name], set_={"value": report})
    )
    model.Session.commit()
    for kind, told in report["drift"].items():
        if told["count"]:
            log.warning("Records that were %s: %d", kind, told["count"])
    return report


def _others(offered: Sequence[str]) -> list[str]:
    """Return the ids of data sets that have listed records and are not offered."""
    query = sa.select(Record.package_id).where(
        Record.package_id.is_not(None), Record.standing == LISTED
    )
    return sorted(set(model.Session.scalars(query.distinct())) - set(offered))


def _kinds(found: records.Settled) -> Iterator[tuple[str, list[str]]]:
    for one in fields(found):
        # A data set has a record in each language.
        yield one.name, list(dict.fromkeys(getattr(found, one.name)))


def _told(identifiers: list[str]) -> dict[str, Any]:
    return {"count": len(identifiers), "identifiers": identifiers[:NAMED]}
