"""What is owed: work that a save leaves behind, kept in the database until it is done.

Owns the table of it, the wake-up that is sent after a commit, and the loop that does
the work. The database is the only memory: a queue that is lost, a worker that is
killed, a Redis that is down delay the work and lose none of it. Refuses to say what
the work is: each module registers its own kinds with ``handler``, and says which queue
of workers does it, so that long work does not stand in the way of short.

A handler runs at least once for each time its key is owed. It works in CKAN's
session and does not commit: the row goes in the same transaction as what it wrote.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import redis
import rq
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from rq.timeouts import JobTimeoutException
from sqlalchemy.dialects.postgresql import insert

from .model import Owed

log = logging.getLogger(__name__)

Handler = Callable[[str, dict[str, Any] | None], None]

# Seconds until the next attempt: doubled each time, up to six hours.
FIRST_PAUSE = 30
LONGEST_PAUSE = 6 * 3600
# Seconds after which a job starts nothing new and asks for another job, so that
# others in the queue have their turn; and after which one piece of work is given up.
TURN = 300
PATIENCE = 3600
# A save waits no longer than this for Redis, and leaves it alone for a while after that.
REDIS_SECONDS = 1.0
REDIS_PAUSE = 30.0
# Namespace of the advisory locks that say "somebody is doing this now".
LOCKS = 0x1DE9

# The queue of workers that do what takes seconds to minutes: files are read and loaded.
LOADS = "loads"

# By kind: what does it, and in which queue.
_handlers: dict[str, tuple[Handler, str]] = {}
_redis_silent_until = 0.0


def handler(kind: str, queue: str = jobs.DEFAULT_QUEUE_NAME) -> Callable[[Handler], Handler]:
    """Register the function that does work of this kind: ``f(key, payload)``.

    Args:
        kind: as it is owed
        queue: whose workers do it
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = (function, queue)
        return function

    return register


def is_known(kind: str) -> bool:
    """Say whether somebody does work of this kind."""
    return kind in _handlers


def queues() -> list[str]:
    """Return the queues that kinds of work were registered for."""
    return sorted({queue for _, queue in _handlers.values()})


def _queue(kind: str) -> str:
    return _handlers[kind][1] if kind in _handlers else jobs.DEFAULT_QUEUE_NAME


def _kinds(queue: str | None) -> list[str]:
    return [kind for kind in _handlers if queue in (None, _queue(kind))]


def owe(
    kind: str, key: str, payload: dict[str, Any] | None = None, due: datetime | None = None
) -> None:
    """Note in the current session that something is to be done; the commit makes it so.

    Owed again before it was done, it is done once, and again if it is being done now.

    Args:
        kind: a registered kind of work
        key: what it is to be done to, such as an id
        payload: what the handler needs to know; None keeps what was given before
        due: not before this time; None is at once
    """
    row = insert(Owed).values(kind=kind, key=key, payload=payload, due=due or sa.func.now())
    model.Session.execute(
        row.on_conflict_do_update(
            index_elements=[Owed.kind, Owed.key],
            set_={
                "payload": sa.func.coalesce(row.excluded.payload, Owed.payload),
                "due": row.excluded.due,
                "attempts": 0,
                "error": None,
                "revision": Owed.revision + 1,
            },
        )
    )
    woken = model.Session().info.setdefault("independence_owed", set())
    woken.add(_queue(kind))


@sa.event.listens_for(model.Session, "after_commit")
def _after_commit(session: Any) -> None:
    # A savepoint's end comes here, too: nothing is owed to others until all is committed.
    if not session.in_nested_transaction():
        for queue in sorted(session.info.pop("independence_owed", ())):
            wake(queue)


def wake(queue: str = jobs.DEFAULT_QUEUE_NAME) -> None:
    """Ask a worker of this queue to look at what is owed, unless one has been asked already.

    Never fails, and hardly waits: where Redis does not answer, the clock asks later.
    """
    global _redis_silent_until
    if time.monotonic() < _redis_silent_until:
        return
    try:
        _enqueue(queue)
        _redis_silent_until = 0.0
    except redis.RedisError as error:
        if not _redis_silent_until:
            log.warning(
                "Redis does not answer, so no worker was woken (%s). What is owed stays in the "
                "database; the clock sends it when Redis is back.",
                error,
            )
        _redis_silent_until = time.monotonic() + REDIS_PAUSE


def _enqueue(queue_name: str) -> None:
    connection = redis.from_url(
        tk.config["ckan.redis.url"],
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
    )
    with connection:
        name = jobs.add_queue_name_prefix(queue_name)
        queue = rq.Queue(name, connection=connection)
        remembered = f"{name}:independence-owed"
        waiting = connection.get(remembered)
        if waiting and queue.get_job_position(waiting.decode()) is not None:
            return
        job = queue.enqueue_call(
            work,
            args=(queue_name,),
            timeout=PATIENCE,
            result_ttl=0,
            failure_ttl=24 * 3600,
            meta={"title": "Independence: what is owed"},
        )
        connection.set(remembered, job.id)


def is_due(queue: str | None = None) -> bool:
    """Say whether anything is due that a worker (of this queue) could do now."""
    query = sa.select(Owed.key).where(Owed.due <= sa.func.now(), Owed.kind.in_(_kinds(queue)))
    return model.Session.execute(query.limit(1)).first() is not None


def waiting() -> list[Owed]:
    """Return everything that is owed, by when it is due."""
    return list(model.Session.scalars(sa.select(Owed).order_by(Owed.due, Owed.kind, Owed.key)))


def work(queue: str | None = None) -> int:
    """Do what is due (in this queue), oldest first; return how many pieces were begun.

    Several workers may do this at the same time: each piece is taken by one.
    """
    begun = 0
    until = time.monotonic() + TURN
    tried: set[tuple[str, str, int]] = set()
    while (row := _next(tried, queue)) is not None:
        if time.monotonic() > until:
            wake(queue or _queue(row[0]))
            break
        if _attempt(*row):
            begun += 1
        else:
            # Another worker has it; what was done or failed is due later, if at all.
            tried.add(row)
    return begun


def _next(tried: set[tuple[str, str, int]], queue: str | None) -> tuple[str, str, int] | None:
    """Return kind, key and revision of the longest due row that nobody else has."""
    due = (
        sa.select(Owed.kind, Owed.key, Owed.revision)
        .where(Owed.due <= sa.func.now(), Owed.kind.in_(_kinds(queue)))
        .order_by(Owed.due)
        .limit(len(tried) + 1)
    )
    rows = model.Session.execute(due).all()
    model.Session.rollback()
    return next((tuple(row) for row in rows if tuple(row) not in tried), None)


def _attempt(kind: str, key: str, revision: int) -> bool:
    """Do one piece of work; False when another worker has it, or had it."""
    with _alone(kind, key) as alone:
        if not alone:
            return False
        this = sa.and_(Owed.kind == kind, Owed.key == key, Owed.revision == revision)
        found = model.Session.execute(sa.select(Owed.payload).where(this)).first()
        if found is None:
            model.Session.rollback()
            return False
        try:
            _handlers[kind][0](key, found.payload)
            # Owed again meanwhile, its revision has moved on, and the row stays.
            model.Session.execute(sa.delete(Owed).where(this))
            model.Session.commit()
        except Exception as error:
            model.Session.rollback()
            log.exception("%s of %s failed and will be tried again", kind, key)
            seconds = sa.func.least(
                FIRST_PAUSE * sa.func.power(2, sa.func.least(Owed.attempts, 20)), LONGEST_PAUSE
            )
            model.Session.execute(
                sa.update(Owed)
                .where(this)
                .values(
                    attempts=Owed.attempts + 1,
                    error=f"{type(error).__name__}: {error}"[:2000],
                    due=sa.func.now() + seconds * sa.text("interval '1 second'"),
                )
            )
            model.Session.commit()
            if isinstance(error, JobTimeoutException):
                raise
    return True


@contextmanager
def _alone(kind: str, key: str) -> Iterator[bool]:
    """Hold the lock of one piece of work; yields False where somebody else holds it.

    The row itself stays unlocked, so that a save that owes it again never waits for a
    long piece of work. PostgreSQL lets go of the lock when its holder dies.
    """
    number = sa.func.hashtext(f"{kind}\n{key}")
    engine = model.meta.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        got = connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCKS, number)))
        try:
            yield bool(got)
        finally:
            if got:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCKS, number)))
