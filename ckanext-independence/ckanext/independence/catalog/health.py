"""Two addresses for whoever runs the site: is this process alive, and can it do its work?

Owns ``/healthz`` (alive: asks nobody else, so it answers while everything else is down) and
``/readyz`` (database, Solr, Redis, worker, loader and clock, and what another slice has to say
of its own part, each by name). They are answered in
front of CKAN, whose every request needs the database. Refuses to repeat what a server says about
itself, which may hold addresses and names: that goes to the log, once per change.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

import psycopg2
import redis
import requests
import rq
from rq.command import PUBSUB_CHANNEL_TEMPLATE

from .clock import LOCK as CLOCK_LOCK
from .owed import LOADS

__all__ = ["Down", "Health", "query"]

log = logging.getLogger(__name__)

# Seconds that a part has to answer, and for which an answer is given again to the next who asks.
PATIENCE = 2.0
KEPT = 1.0

NO_ANSWER = f"does not answer within {PATIENCE:g} s"
NO_CONNECTION = "does not accept a connection"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Down(Exception):
    """A part that does not do its work; the message says what it does instead."""


class Health:
    """A WSGI layer that answers the two addresses and passes on everything else."""

    def __init__(
        self,
        app: Wsgi,
        config: Mapping[str, Any],
        further: Mapping[str, Callable[[], None]] = MappingProxyType({}),
    ) -> None:
        """Remember where the parts are; nothing is asked yet.

        Args:
            app: what answers all other addresses
            config: CKAN's settings
            further: checks of other slices, by the names of their parts; each raises ``Down``
                where its part does not do its work
        """
        self._app = app
        address = config["ckan.redis.url"]
        login = (config.get("solr_user"), config.get("solr_password"))
        checks: dict[str, Callable[[], None]] = {
            "database": partial(_database, config["sqlalchemy.url"]),
            "solr": partial(_solr, config["solr_url"], login if login[0] else None),
            "redis": partial(_redis, address),
            "worker": partial(_worker, address, f"ckan:{config['ckan.site_id']}:default"),
            "loader": partial(_worker, address, f"ckan:{config['ckan.site_id']}:{LOADS}"),
            "clock": partial(_clock, config["sqlalchemy.url"]),
            **further,
        }
        self._checks = checks
        self._pool = ThreadPoolExecutor(len(checks), thread_name_prefix="readyz")
        self._asked: dict[str, Future[None]] = {}
        self._failing: dict[str, datetime] = {}
        self._turn = threading.Lock()
        self._answer: dict[str, str] = {}
        self._answered = -KEPT

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, or pass on."""
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return _respond(environ, start_response, "200 OK", {"process": "ok"})
        if path == "/readyz":
            parts = self.parts()
            ready = all(state == "ok" for state in parts.values())
            status = "200 OK" if ready else "503 Service Unavailable"
            return _respond(environ, start_response, status, parts)
        return self._app(environ, start_response)

    def parts(self) -> dict[str, str]:
        """Return each part with ``ok``, or with what is wrong and since when it was seen."""
        # One at a time: however many ask, the parts are asked once a second at the most.
        with self._turn:
            if time.monotonic() - self._answered > KEPT:
                self._answer = self._ask()
                self._answered = time.monotonic()
            return self._answer

    def _ask(self) -> dict[str, str]:
        for name, check in self._checks.items():
            # One that still hangs is not asked again: it would hold a second thread.
            if name not in self._asked:
                self._asked[name] = self._pool.submit(check)
        wait(self._asked.values(), timeout=PATIENCE)
        return {name: self._state(name) for name in self._checks}

    def _state(self, name: str) -> str:
        if not self._asked[name].done():
            what: str | None = NO_ANSWER
            error: BaseException | None = None
        else:
            error = self._asked.pop(name).exception()
            what = None if error is None else _sentence(error)
        if what is None:
            if self._failing.pop(name, None):
                log.warning("%s is back", name)
            return "ok"
        if name not in self._failing:
            self._failing[name] = datetime.now(UTC)
            log.warning("%s %s", name, what, exc_info=error)
        return f"{what}; first seen {self._failing[name]:%Y-%m-%dT%H:%M:%SZ}"


def _sentence(error: BaseException) -> str:
    if isinstance(error, Down):
        return str(error)
    return f"cannot be used ({type(error).__name__}); the log of this process says why"


def _respond(
    environ: dict[str, Any], start_response: Any, status: str, body: dict[str, str]
) -> list[bytes]:
    content = json.dumps(body, indent=1).encode() + b"\n"
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [content]


def query(address: str, sql: str, values: Mapping[str, int] | None = None) -> Any:
    """Return the first row on a connection of our own: the site's may all be in use."""
    begun = time.monotonic()
    try:
        connection = psycopg2.connect(
            address, connect_timeout=int(PATIENCE), application_name="readyz"
        )
    except psycopg2.OperationalError as error:
        waited = time.monotonic() - begun >= int(PATIENCE)
        raise Down(NO_ANSWER if waited else NO_CONNECTION) from error
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {int(PATIENCE * 1000)}")
            cursor.execute(sql, values)
            return cursor.fetchone()
    finally:
        connection.close()


def _database(address: str) -> None:
    query(address, "SELECT 1")


def _clock(address: str) -> None:
    try:
        # The lock is the clock's for as long as its connection lives.
        held = query(
            address,
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND classid = %(high)s AND objid = %(low)s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            {"high": CLOCK_LOCK >> 32, "low": CLOCK_LOCK & 0xFFFFFFFF},
        )
    except Down as error:
        raise Down("is not known: the database, which knows it, does not answer") from error
    if held is None:
        raise Down("is not running: no clock holds its lock in the database")


def _solr(address: str, login: tuple[Any, Any] | None) -> None:
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(
                f"{address.rstrip('/')}/select",
                params={"q": "*:*", "rows": "0", "wt": "json"},
                timeout=PATIENCE,
                auth=login,
            )
        except requests.Timeout as error:
            raise Down(NO_ANSWER) from error
        except requests.ConnectionError as error:
            raise Down(NO_CONNECTION) from error
    if answer.status_code != 200:
        raise Down(f"answers a search with status {answer.status_code}")


def _redis(address: str) -> None:
    with _connection(address) as connection:
        try:
            connection.ping()
        except redis.TimeoutError as error:
            raise Down(NO_ANSWER) from error
        except redis.ConnectionError as error:
            raise Down(NO_CONNECTION) from error


def _worker(address: str, queue: str) -> None:
    with _connection(address) as connection:
        try:
            workers = rq.Worker.all(queue=rq.Queue(queue, connection=connection))
            # Its record outlives a killed worker by minutes; its subscription does not.
            channels = [PUBSUB_CHANNEL_TEMPLATE % worker.name for worker in workers]
            listening = dict(connection.pubsub_numsub(*channels))
        except (redis.ConnectionError, redis.TimeoutError) as error:
            raise Down("is not known: Redis, which knows it, does not answer") from error
    if not workers:
        raise Down(f"is not running: none has registered for the queue {queue}")
    if not any(listening.values()):
        last = max(worker.last_heartbeat for worker in workers if worker.last_heartbeat)
        raise Down(f"is not running: the last was heard of {last:%Y-%m-%dT%H:%M:%SZ}")


def _connection(address: str) -> redis.Redis:
    return redis.from_url(
        address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None
    )
