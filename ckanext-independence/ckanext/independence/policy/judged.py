"""Judging: when data sets are put to the rules, and what is kept of it.

Owns the save's own judging, inside its transaction and its budget, and the job that does what is
left. It never breaks a save or a load: what fails is owed and done later.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException

from ..catalog import owed
from . import findings, gather, held
from .book import rulebook
from .rulebook import BLOCKER
from .rules.judging import judge, left_for_later
from .rules.registry import DATASET_SIGHTS, FRESHNESS, METADATA, RESOURCES
from .rules.verdicts import FAILS

__all__ = ["BLOCKED", "JUDGE", "removed", "saved", "settle"]

log = logging.getLogger(__name__)

JUDGE = "policy-judge"
"""The kind of work that is owed when a data set is to be judged; its key is its id."""

BLOCKED = "policy-notices"
"""The kind of work that is owed when a blocker was found in the data set that is its key."""

# What is judged in the save, and for how long (seconds).
IN_SAVE = (METADATA, RESOURCES, FRESHNESS)
BUDGET = 0.02


def saved(ids: Sequence[str]) -> None:
    """Judge data sets that were just saved, in the transaction of the save."""
    model.Session.flush()
    try:
        with model.Session.connection().begin_nested():
            settle(ids, sees=IN_SAVE, seconds=BUDGET)
    except JobTimeoutException:
        raise
    except Exception:
        log.exception("%s could not be judged; it is tried again", ", ".join(ids))
    for id_ in ids:
        owed.owe(JUDGE, id_)


def removed(id_: str) -> None:
    """Forget what was said of a data set that is deleted."""
    for name in ("finding", "judgement"):
        table = sa.table(f"independence_policy_{name}", sa.column("subject"))
        model.Session.execute(sa.delete(table).where(table.c.subject == id_))


@owed.handler(JUDGE)
def again(package_id: str, payload: dict[str, Any] | None) -> None:
    """Judge the data set with this id by all rules, whatever became of it."""
    chosen = sa.select(model.Package.state).where(model.Package.id == package_id)
    state = model.Session.scalar(chosen.with_for_update(key_share=True))
    if state != model.State.ACTIVE:
        removed(package_id)
        return
    settle([package_id])


def settle(
    ids: Sequence[str], *, sees: Sequence[str] = DATASET_SIGHTS, seconds: float | None = None
) -> None:
    """Judge data sets and keep what is said, in CKAN's session.

    Args:
        ids: of data sets
        sees: only rules that look at one of these
        seconds: budget of each data set; what is left over is owed
    """
    book = rulebook()
    for id_, subject in gather.subjects(ids):
        judged = list(judge(book, subject, sees=sees, seconds=seconds))
        judged = held.with_held(judged, [file.id for file in subject.files])
        for one in judged:
            if one.error:
                log.error("The check of %s failed on data set %s: %s", one.rule.id, id_, one.error)
        findings.keep(
            id_, gather.department_of(subject), book.edition, gather.hash_of(subject), judged
        )
        if any(one.severity == BLOCKER and one.state == FAILS for one in judged):
            owed.owe(BLOCKED, id_)
        if left_for_later(judged):
            owed.owe(JUDGE, id_)
