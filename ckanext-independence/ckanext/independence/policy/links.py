"""The links of public data sets: which there are, and asking each of them, politely.

Owns their rows and the asking: HEAD first and GET where that is refused, one request at a time
and some seconds between two to the same host, with what the last answer gave to ask again by, and
nothing that a host's robots.txt forbids. Which addresses may be asked at all ``catalog.fetch``
judges; what an answer means, ``linking``.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ..catalog import clock, fetch, owed, reader
from . import linking
from .model import Link
from .rules import subjects
from .work import JUDGE

__all__ = ["CHECK", "COLLECT", "NOTICE", "check", "collect", "known", "notice"]

COLLECT, NOTICE, CHECK = "policy-links", "policy-link-notice", "policy-link-check"

# Seconds: between two requests to a host, for one answer, and for one turn of a worker.
SPACING = 2.0
PATIENCE = 15.0
TURN = 20.0
# Hosts that are asked at the same time.
HOSTS = 8
_ROBOTS_BYTES = 500_000
_LONGEST_DELAY = 10.0
# Answers to HEAD after which GET is tried: servers that do not know it give any of these.
_TRY_GET = frozenset({400, 403, 404, 405, 406, 410, 500, 501, 502, 503})

_ASKED_OF = sa.text(
    """
    SELECT DISTINCT p.id
      FROM package p
     WHERE p.state = 'active' AND p.type = 'dataset'
       AND (EXISTS (SELECT 1 FROM resource r
                     WHERE r.package_id = p.id AND r.state = 'active' AND r.url = ANY(:urls))
            OR p.extras->>'landing_page' = ANY(:urls)
            OR p.extras->>'dictionary_url' = ANY(:urls)
            OR p.extras->>'source_catalog' = ANY(:urls)
            OR EXISTS (SELECT 1 FROM unnest(CAST(:urls AS text[])) AS u
                        WHERE strpos(p.extras->>'references', u) > 0))
    """
)


def known(urls: Iterable[str]) -> dict[str, subjects.Link]:
    """Return what is known of these addresses; those that nobody asked are left out."""
    wanted = list(set(urls))
    if not wanted:
        return {}
    query = sa.select(Link).where(Link.url.in_(wanted), Link.checked.is_not(None))
    return {
        row.url: subjects.Link(
            url=row.url,
            state=row.state,
            status=row.status,
            hops=row.hops,
            final_url=row.final_url,
            said=row.said,
            checked=row.checked,
            anonymous=_without_login(row),
        )
        for row in model.Session.scalars(query)
    }


def _without_login(row: Link) -> bool | None:
    if row.state == linking.ALIVE:
        return True
    return False if row.status in (401, 407) else None


@owed.handler(NOTICE)
def notice(package_id: str, payload: dict[str, Any] | None) -> None:
    """Note the links of a data set that was just saved; new ones are asked soon."""
    for values in reader.read(reader.only_public([package_id])):
        if _note(set(linking.addresses(values))):
            owed.owe(CHECK, "")


def _note(urls: Collection[str]) -> bool:
    """Note addresses; return whether any is new."""
    if not urls:
        return False
    rows = [{"url": url} for url in sorted(urls)]
    done = model.Session.execute(insert(Link).values(rows).on_conflict_do_nothing())
    return bool(done.rowcount)


@owed.handler(COLLECT)
def collect(key: str, payload: dict[str, Any] | None) -> None:
    """Note the links of all public data sets, forget those that are nobody's, and ask them."""
    urls = {url for v in reader.read(reader.public_ids()) for url in linking.addresses(v)}
    here = set(model.Session.scalars(sa.select(Link.url)))
    for batch in _batches(sorted(urls - here)):
        _note(batch)
    for batch in _batches(sorted(here - urls)):
        model.Session.execute(sa.delete(Link).where(Link.url.in_(batch)))
    owed.owe(CHECK, "")


def _batches(urls: Sequence[str], size: int = 1000) -> Iterable[Sequence[str]]:
    return (urls[start : start + size] for start in range(0, len(urls), size))


@owed.handler(CHECK)
def check(key: str, payload: dict[str, Any] | None) -> None:
    """Ask the links that are due, for one turn; what is left is owed again."""
    now = dt.datetime.now(dt.UTC)
    query = sa.select(Link).where(Link.next_check <= now).order_by(Link.next_check).limit(2000)
    due = {row.url: _as_known(row) for row in model.Session.scalars(query)}
    by_host: dict[str, list[tuple[str, linking.Known]]] = {}
    for url, was in due.items():
        by_host.setdefault(urlsplit(url).netloc.lower(), []).append((url, was))
    allow = tk.config["ckanext.independence.catalog.fetch_allowed"]
    # No transaction stays open while other people's servers take their time.
    model.Session.rollback()
    until = time.monotonic() + TURN
    with ThreadPoolExecutor(HOSTS) as pool:
        asked = [
            one
            for found in pool.map(lambda links: _ask_host(links, allow, until), by_host.values())
            for one in found
        ]
    changed = []
    for url, outcome in asked:
        row = model.Session.get(Link, url)
        if row is None:
            continue
        if _keep(row, linking.after(url, _as_known(row), outcome, dt.datetime.now(dt.UTC))):
            changed.append(url)
    if changed:
        for id_ in model.Session.scalars(_ASKED_OF, {"urls": changed}).all():
            owed.owe(JUDGE, id_)
    if len(asked) < len(due) or len(due) == 2000:
        owed.owe(CHECK, "")


def _as_known(row: Link) -> linking.Known:
    return linking.Known(
        row.state, row.status, row.failures, row.first_failed, row.etag, row.last_modified,
        row.hops, row.final_url, row.said, row.next_check,
    )  # fmt: skip


def _keep(row: Link, now_known: linking.Known) -> bool:
    """Write what is known of a link; return whether that can change a verdict."""
    told = ("state", "status", "hops", "final_url")
    before = row.checked and [getattr(row, name) for name in told]
    for name in (*told, "failures", "first_failed", "etag", "last_modified", "said"):
        setattr(row, name, getattr(now_known, name))
    row.next_check = now_known.next_check
    row.checked = dt.datetime.now(dt.UTC)
    return before != [getattr(row, name) for name in told]


# ---- Asking; no database here, since several hosts are asked at once -------------------------


def _ask_host(
    links: Sequence[tuple[str, linking.Known]], allow: Collection[str], until: float
) -> list[tuple[str, linking.Outcome]]:
    """Ask the links of one host one after the other, until the turn is over."""
    robots = _robots(links[0][0], allow)
    delay = SPACING
    if robots is not None:
        delay = max(delay, min(float(robots.crawl_delay(fetch.AGENT) or 0), _LONGEST_DELAY))
    done: list[tuple[str, linking.Outcome]] = []
    for url, was in links:
        if robots is not None and not robots.can_fetch(fetch.AGENT, url):
            kept_out = "The site's robots.txt asks programs to leave it alone."
            done.append((url, linking.Outcome(kept_out=kept_out)))
            continue
        if done:
            if time.monotonic() + delay > until:
                break
            time.sleep(delay)
        done.append((url, _ask(url, was, allow)))
    return done


def _robots(url: str, allow: Collection[str]) -> RobotFileParser | None:
    """Return what a host asks of programs; None where it asks nothing, or does not answer."""
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc}/robots.txt"
    try:
        content, _ = fetch.fetch_bytes(
            address, allow=allow, max_bytes=_ROBOTS_BYTES, seconds=PATIENCE
        )
    except fetch.FetchError:
        # Without the file everything is open (RFC 9309, 2.3.1.3); a host that is down says so
        # when it is asked for the link itself.
        return None
    rules = RobotFileParser()
    rules.parse(content.decode("utf-8", "replace").splitlines())
    return rules


def _ask(url: str, was: linking.Known, allow: Collection[str]) -> linking.Outcome:
    headers = {}
    if was.state == linking.ALIVE:
        if was.etag:
            headers["If-None-Match"] = was.etag
        if was.last_modified:
            headers["If-Modified-Since"] = was.last_modified
    try:
        answer = fetch.ask(url, headers=headers, allow=allow, seconds=PATIENCE)
        if answer.status in _TRY_GET:
            time.sleep(SPACING)
            answer = fetch.ask(url, method="GET", headers=headers, allow=allow, seconds=PATIENCE)
    except fetch.NotAllowed as error:
        return linking.Outcome(kept_out=str(error))
    except fetch.FetchError as error:
        return linking.Outcome(failure=str(error))
    return linking.Outcome(answer.status, answer.url, answer.hops, answer.headers)


clock.schedule(COLLECT, "10 4 * * *")
