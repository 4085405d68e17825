"""The clock: one process in the whole site that says when it is time.

Owns the schedules and the lock that lets one clock at a time be the clock, on
whichever host. It does no work of its own: when something is due it wakes a worker,
and when a schedule comes round it owes what the schedule names. When a schedule runs
next is kept in the database, so that a run missed while no clock was there is made up
for once, and none is made twice.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from ckan import model
from ckan.lib.helpers import get_display_timezone
from croniter import croniter
from sqlalchemy.dialects.postgresql import insert

from . import owed
from .model import Schedule

log = logging.getLogger(__name__)

# Seconds between two looks, and between two tries to become the clock.
TICK = 2.0
STAND_BY = 5.0
LOCK = 0x1DC10C

_schedules: dict[str, str] = {}
_every_tick: list[Callable[[], None]] = []


def schedule(kind: str, cron: str) -> None:
    """Owe work of this kind whenever the cron expression says so, in the site's time zone."""
    if not croniter.is_valid(cron):
        raise ValueError(f"{cron!r} is no cron expression: minute hour day month weekday")
    _schedules[kind] = cron


def every_tick(function: Callable[[], None]) -> Callable[[], None]:
    """Register something quick that the clock looks at every few seconds."""
    _every_tick.append(function)
    return function


def run(stop: threading.Event | None = None) -> None:
    """Be the clock until told to stop, or stand by while another one is.

    Args:
        stop: set to end it; without one, SIGTERM and SIGINT end it
    """
    if stop is None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    waiting = False
    while not stop.is_set():
        try:
            with model.meta.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK))):
                    waiting = False
                    _tick_until(stop, connection)
                elif not waiting:
                    waiting = True
                    log.info("Another clock is running; this one stands by")
        except sa.exc.DBAPIError as error:
            log.warning("The database does not answer (%s); the clock goes on when it does", error)
        stop.wait(STAND_BY)
    log.info("The clock has stopped")


def _tick_until(stop: threading.Event, connection: sa.Connection) -> None:
    log.info("The clock is running")
    try:
        while not stop.is_set():
            # The lock is as good as this connection: when it breaks, the loop above begins anew.
            connection.execute(sa.text("SELECT 1"))
            tick()
            stop.wait(TICK)
    finally:
        model.Session.remove()
        if not connection.invalidated and not connection.closed:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))


def tick(now: datetime | None = None) -> None:
    """Look once: run what is scheduled, wake a worker for what is due."""
    try:
        _owe_scheduled(now or datetime.now(UTC))
        for queue in owed.queues():
            if owed.is_due(queue):
                owed.wake(queue)
    finally:
        model.Session.rollback()
    for function in _every_tick:
        try:
            function()
        except Exception:
            log.exception("%s failed; it is tried again", function.__qualname__)


def _owe_scheduled(now: datetime) -> None:
    query = sa.select(Schedule.name, Schedule.cron, Schedule.next_run)
    known = {row.name: row for row in model.Session.execute(query)}
    for kind, cron in _schedules.items():
        row = known.get(kind)
        if row is not None and row.cron == cron and row.next_run > now:
            continue
        if row is not None and row.next_run <= now:
            owed.owe(kind, "")
        upcoming = croniter(cron, now.astimezone(get_display_timezone())).get_next(datetime)
        values = insert(Schedule).values(name=kind, cron=cron, next_run=upcoming)
        model.Session.execute(
            values.on_conflict_do_update(
                index_elements=[Schedule.name], set_={"cron": cron, "next_run": upcoming}
            )
        )
    for name in known.keys() - _schedules.keys():
        model.Session.execute(sa.delete(Schedule).where(Schedule.name == name))
    model.Session.commit()
