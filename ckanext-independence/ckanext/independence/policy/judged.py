"""Judging: when data sets are put to the rules, and what is kept of it.

Owns the save's own judging, inside its transaction and its budget, and the job that does what is
left. It never breaks a save or a load: what fails is owed and done later.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException

from ..catalog import owed
from . import book, failing, gather, held, keeping, rescans
from .rulebook import BLOCKER
from .rules.judging import Judged, judge
from .rules.registry import DATASET_SIGHTS, FRESHNESS, METADATA, RESOURCES
from .rules.verdicts import FAILS
from .work import BLOCKED, JUDGE

__all__ = ["Settled", "lock", "of_files", "removed", "saved", "settle"]

log = logging.getLogger(__name__)

# What is judged in the save, for how long (seconds), and up to which size: files, and characters
# of its fields. What is larger is left to the job.
IN_SAVE = (METADATA, RESOURCES, FRESHNESS)
BUDGET = 0.02
MOST_FILES, MOST_TEXT = 50, 100_000
# Seconds after which a check is ended where nobody waits for it.
PATIENCE = 60.0


class TooSlow(Exception):
    """A check took longer than anything that a check should do."""


@dataclass
class Settled:
    """What came of judging: how many data sets have other findings now, which checks failed."""

    judged: int = 0
    changed: int = 0
    failing: set[str] = field(default_factory=set)

    def add(self, other: Settled) -> None:
        """Take in what came of others."""
        self.judged += other.judged
        self.changed += other.changed
        self.failing |= other.failing


def saved(ids: Sequence[str]) -> None:
    """Judge data sets that were just saved, in the transaction of the save."""
    model.Session.flush()
    try:
        # Of the connection, not the session: its end must not look like that of the save.
        with model.Session.connection().begin_nested():
            settle(_small(ids), sees=IN_SAVE, seconds=BUDGET)
    except JobTimeoutException:
        raise
    except Exception:
        log.exception("%s could not be judged; it is tried again", ", ".join(ids))
    for id_ in ids:
        owed.owe(JUDGE, id_)


_SIZES = sa.text(
    """
    SELECT p.id FROM package p
     WHERE p.id = ANY(:ids)
       AND coalesce(length(p.title), 0) + coalesce(length(p.notes), 0)
           + length(p.extras::text) <= :text
       AND (SELECT count(*) FROM resource r
             WHERE r.package_id = p.id AND r.state = 'active') <= :files
    """
)


def _small(ids: Sequence[str]) -> list[str]:
    values = {"ids": list(ids), "text": MOST_TEXT, "files": MOST_FILES}
    return list(model.Session.scalars(_SIZES, values))


def of_files(package_id: str) -> None:
    """Owe the judging of a data set of whose files something else is known now."""
    owed.owe(JUDGE, package_id)


def removed(id_: str) -> None:
    """Forget what was said of a data set that is deleted."""
    keeping.forget([id_])


@owed.handler(JUDGE)
def again(package_id: str, payload: dict[str, Any] | None) -> None:
    """Judge the data set with this id by all rules, whatever became of it."""
    lock([package_id])
    chosen = sa.select(model.Package.state).where(model.Package.id == package_id)
    if model.Session.scalar(chosen) == model.State.ACTIVE:
        settle([package_id])
    else:
        removed(package_id)


def lock(ids: Sequence[str], *, patient: bool = True) -> list[str]:
    """Hold these data sets against saves until the commit; return those that are held.

    Whoever writes findings holds the data set's row, so that two never write of the same.

    Args:
        ids: of data sets
        patient: wait for saves that are on their way; else leave out what they hold
    """
    chosen = sa.select(model.Package.id).where(model.Package.id.in_(ids)).order_by(model.Package.id)
    return list(
        model.Session.scalars(chosen.with_for_update(key_share=True, skip_locked=not patient))
    )


def settle(
    ids: Sequence[str],
    *,
    sees: Collection[str] = DATASET_SIGHTS,
    seconds: float | None = None,
) -> Settled:
    """Judge data sets and keep what is said, in CKAN's session.

    Args:
        ids: of data sets, whose rows the session holds
        sees: only rules that look at one of these
        seconds: budget of each data set; what is left over is for a job, which the caller owes.
            Without one, a check that takes longer than anything should is ended
    """
    settled = Settled()
    rules = book.rulebook()
    subjects = list(gather.subjects(ids))
    # Nothing else tells of what is held back.
    kept_back = held.said([file.id for _, subject in subjects for file in subject.files])
    told = []
    for id_, subject in subjects:
        with _ended_after(PATIENCE if seconds is None else None):
            judged = list(
                judge(rules, subject, sees=sees, seconds=seconds, ends=(JobTimeoutException,))
            )
        if seconds is None:
            settled.failing |= failing.note(id_, judged)
        stands = [kept_back[file.id] for file in subject.files if file.id in kept_back]
        told.append(
            keeping.Said(
                id_,
                gather.department_of(subject),
                gather.hash_of(subject),
                held.with_held(judged, stands) if stands else judged,
            )
        )
    settled.judged = len(told)
    changed = keeping.keep(told, book.edition(), sees)
    settled.changed = len(changed)
    for (id_, subject), said in zip(subjects, told, strict=True):
        if id_ in changed and any(map(_is_blocker, said.judged)):
            owed.owe(BLOCKED, id_)
        if id_ in changed and seconds is None:
            rescans.owe_counts(subject)
    return settled


def _is_blocker(one: Judged) -> bool:
    return one.gravest == BLOCKER and one.state == FAILS


@contextmanager
def _ended_after(seconds: float | None) -> Iterator[None]:
    """Raise ``TooSlow`` in whatever runs for so long, again and again; the fence takes it.

    Only a process's main thread, where jobs run, can be told; a timer that is set already, such
    as that of the whole job, goes on afterwards.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: Any) -> None:
        raise TooSlow

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, end)
    left, every = signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            passed = time.monotonic() - began
            signal.setitimer(signal.ITIMER_REAL, max(left - passed, 0.001), every)
