"""Everything judged anew: each night, after another rulebook, after a department changed.

Owns the run over all data sets, in batches with a transaction each. How far it has come is written
with what each batch found, so that a killed run goes on where it was, and two at once share the
work. Refuses to stand in the way of a save: what one holds is left out, and judged by itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException

from ..catalog import clock, owed
from ..catalog.model import Owed
from . import book, failing, judged, portfolio, rescans
from .judged import Settled
from .model import CITY, Finding, Judgement
from .model import of_department as subject_of
from .remembered import recall, remember
from .work import JUDGE

__all__ = [
    "DEPARTMENT", "EDITION", "REJUDGE", "RUN", "AnotherEdition", "begin", "of_department", "run",
    "step",
]  # fmt: skip

log = logging.getLogger(__name__)

REJUDGE, DEPARTMENT = "policy-rejudge", "policy-department"
RUN = "run"
"""The state that tells how far the run has come: ``edition``, ``began``, ``ended`` (ISO; None while
it runs), ``after`` (the last id), ``judged``, ``changed``, ``total``, ``left`` (ids), ``failing``
(ids of rules)."""
EDITION = "edition"
"""The state that tells by which edition everything was judged last."""

# Data sets a transaction; a save of one of them waits for its end.
BATCH = 100
# Seconds after which a job lets others have their turn.
TURN = 240

clock.schedule(REJUDGE, "20 1 * * *")


class AnotherEdition(Exception):
    """This process has not the rulebook by which is to be judged; one that has it will."""


# ---- When -----------------------------------------------------------------------------------


@clock.every_tick
def owe_when_changed() -> None:
    """Owe the run when what decides is another one than that by which was judged last."""
    try:
        now = book.edition()
        if recall(EDITION) == now:
            return
        payload = model.Session.scalar(sa.select(Owed.payload).where(Owed.kind == REJUDGE))
        if payload is None or payload.get("edition") != now:
            owed.owe(REJUDGE, "", {"edition": now})
            model.Session.commit()
    finally:
        model.Session.rollback()


@owed.handler(REJUDGE, owed.LOADS)
def rejudge(key: str, payload: dict[str, Any] | None) -> None:
    """Judge everything, or go on with it; it commits after each batch."""
    wanted = (payload or {}).get("edition")
    if wanted and wanted != book.edition():
        # On the day on which a rule comes into force, or in a process that is as old as the last
        # rulebook: whoever owed it owes it again, or another process does it.
        raise AnotherEdition("This worker judges by another rulebook: it has to be started anew.")
    until = time.monotonic() + TURN
    begin()
    while step():
        if time.monotonic() > until:
            owed.owe(REJUDGE, "")
            return


def of_department(department_id: str) -> None:
    """Owe the judging of a department that was changed, and of what it holds."""
    owed.owe(DEPARTMENT, department_id)


@owed.handler(DEPARTMENT, owed.LOADS)
def rejudge_department(department_id: str, payload: dict[str, Any] | None) -> None:
    """Judge what a department holds, and departments and city; it commits after each batch."""
    chosen = _active().where(model.Package.owner_org == department_id)
    ids = list(model.Session.scalars(chosen.order_by(model.Package.id)))
    for start in range(0, len(ids), BATCH):
        _, left = _settle(ids[start : start + BATCH])
        model.Session.commit()
        _owe(left)
        model.Session.commit()
    owed.owe(portfolio.PORTFOLIO, "")


# ---- The run --------------------------------------------------------------------------------


def run(progress: Callable[[int, int], None] = lambda done, of: None) -> dict[str, Any]:
    """Judge everything now, departments and city too; return what is told of the run.

    Args:
        progress: is told how many data sets are judged, of how many
    """
    begin()
    while step():
        told = recall(RUN)
        progress(told["judged"], told["total"])
    model.Session.rollback()
    portfolio.judge_all()
    model.Session.commit()
    told = recall(RUN)
    model.Session.rollback()
    return dict(told)


def begin() -> None:
    """Begin a run, unless one by the present edition is on its way; it commits."""
    model.Session.rollback()
    told, now = recall(RUN, locked=True), book.edition()
    if told is None or told["ended"] or told["edition"] != now:
        total = model.Session.scalar(sa.select(sa.func.count()).select_from(_active().subquery()))
        remember(
            RUN,
            {
                "edition": now, "began": _now(), "ended": None, "after": "", "judged": 0,
                "changed": 0, "total": total, "left": [], "failing": [],
            },
        )  # fmt: skip
    model.Session.commit()


def step() -> bool:
    """Judge the next batch and commit; return whether there may be more.

    Raises:
        AnotherEdition: somebody began anew by another one
    """
    try:
        told = recall(RUN, locked=True)
        if told is None or told["ended"]:
            return False
        if told["edition"] != book.edition():
            raise AnotherEdition("A run by another rulebook has begun meanwhile.")
        chosen = _active().where(model.Package.id > told["after"]).order_by(model.Package.id)
        ids = list(model.Session.scalars(chosen.limit(BATCH)))
        if ids:
            settled, left = _settle(ids)
            told["after"] = ids[-1]
            told["judged"] += len(ids)
            told["changed"] += settled.changed
            told["left"] += left
            told["failing"] = sorted({*told["failing"], *settled.failing})
        else:
            _end(told)
        remember(RUN, told)
        model.Session.commit()
        return bool(ids)
    finally:
        model.Session.rollback()


def _end(told: dict[str, Any]) -> None:
    _owe(told["left"])
    _forget_gone()
    if not told["left"]:
        failing.mended(told["failing"])
    if recall(EDITION) != told["edition"]:
        # The recognisers may be others, too.
        owed.owe(rescans.RESCAN, "")
    remember(EDITION, told["edition"])
    told["ended"] = _now()
    owed.owe(portfolio.PORTFOLIO, "")
    log.info("Judged %d data sets; %d have other findings", told["judged"], told["changed"])


def _settle(ids: Sequence[str]) -> tuple[Settled, list[str]]:
    """Judge data sets; return also those that a save held, or that could not be judged."""
    held = judged.lock(ids, patient=False)
    left = sorted(set(ids) - set(held))
    try:
        with model.Session.connection().begin_nested():
            return judged.settle(held), left
    except JobTimeoutException:
        raise
    except Exception:
        log.exception("Data sets could not be judged together; each is tried by itself")
    settled = Settled()
    for id_ in held:
        try:
            with model.Session.connection().begin_nested():
                settled.add(judged.settle([id_]))
        except JobTimeoutException:
            raise
        except Exception:
            log.exception("Data set %s could not be judged; it is tried again", id_)
            left.append(id_)
    return settled, left


def _owe(ids: Sequence[str]) -> None:
    for id_ in ids:
        owed.owe(JUDGE, id_)


def _active() -> sa.Select[tuple[str]]:
    return sa.select(model.Package.id).where(
        model.Package.type == "dataset", model.Package.state == model.State.ACTIVE
    )


def _forget_gone() -> None:
    """Forget what was said of data sets that left behind CKAN's back."""
    for table in (Finding.__table__, Judgement.__table__):
        here = sa.exists().where(
            model.Package.id == table.c.subject, model.Package.state == model.State.ACTIVE
        )
        gone = sa.delete(table).where(
            ~here,
            table.c.subject != CITY,
            ~table.c.subject.startswith(subject_of(""), autoescape=True),
        )
        model.Session.execute(gone)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
