"""What becomes known of a link by asking it: alive, failing, dead, or not to be told.

Owns the arithmetic: which answers count as failures, how many of them over how long make a link
dead, and when it is asked again. Refuses to ask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

__all__ = [
    "ALIVE", "DEAD", "FAILING", "UNVERIFIABLE", "Known", "Outcome", "addresses", "after",
]  # fmt: skip

UNCHECKED, ALIVE, FAILING, DEAD, UNVERIFIABLE = (
    "unchecked", "alive", "failing", "dead", "unverifiable",
)  # fmt: skip

# A link is dead after so many failures in a row, the first of them so long ago.
FAILURES = 3
OVER = dt.timedelta(hours=48)
# Answers that tell a program to stay away, and nothing of what people get.
_KEPT_OUT = {401: "asks for a login", 403: "lets no program ask", 407: "asks for a login",
             429: "is asked too often", 451: "is closed by law"}  # fmt: skip
_AGAIN = {
    ALIVE: dt.timedelta(days=3),
    FAILING: dt.timedelta(hours=24),
    DEAD: dt.timedelta(days=7),
    UNVERIFIABLE: dt.timedelta(days=7),
}
_LONGEST_WAIT = dt.timedelta(days=30)
# A longer one fits into no index, and no server takes it.
LONGEST = 2000
_FIELDS = ("landing_page", "dictionary_url", "references", "source_catalog")


@dataclass(frozen=True)
class Known:
    """What is known of a link. Times are aware; ``failures`` counts those since it was alive."""

    state: str = UNCHECKED
    status: int | None = None
    failures: int = 0
    first_failed: dt.datetime | None = None
    etag: str = ""
    last_modified: str = ""
    hops: int = 0
    final_url: str = ""
    said: str = ""
    next_check: dt.datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of asking: an answer (``status``), a failure, or a reason not to ask.

    ``kept_out`` says why it was not asked at all; ``failure`` why no answer came.
    """

    status: int | None = None
    url: str = ""
    hops: int = 0
    headers: Mapping[str, str] | None = None
    failure: str = ""
    kept_out: str = ""


def addresses(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses on the web to which a data set leads, as the bulk reader gives it."""
    seen = set()
    for url in _all(values):
        on_the_web = url.lower().startswith(("http://", "https://")) and len(url) <= LONGEST
        if on_the_web and url not in seen:
            seen.add(url)
            yield url


def _all(values: Mapping[str, Any]) -> Iterator[str]:
    for field in _FIELDS:
        given = values.get(field)
        yield from (one for one in (given if isinstance(given, list) else [given]) if one)
    for file in values.get("resources") or ():
        if file.get("url_type") != "upload" and file.get("url"):
            yield file["url"]


def after(url: str, known: Known, outcome: Outcome, now: dt.datetime) -> Known:
    """Return what is known of a link once it was asked.

    Args:
        url: the link
        known: what was known before
        outcome: what came of asking
        now: when, aware
    """
    headers = {name.lower(): text for name, text in (outcome.headers or {}).items()}
    reached: dict[str, Any] = {
        "status": outcome.status,
        "hops": outcome.hops,
        "final_url": outcome.url,
        "failures": known.failures,
        "first_failed": known.first_failed,
    }
    if outcome.kept_out or outcome.status in _KEPT_OUT:
        words = _KEPT_OUT.get(outcome.status or 0)
        said = outcome.kept_out or f"The site answers {outcome.status}: it {words}."
        wait = max(_AGAIN[UNVERIFIABLE], _retry_after(headers, now))
        return Known(UNVERIFIABLE, said=said, next_check=now + wait, **reached)
    if outcome.status is not None and (200 <= outcome.status < 300 or outcome.status == 304):
        reached |= {"failures": 0, "first_failed": None}
        if outcome.status == 304:
            headers = {"etag": known.etag, "last-modified": known.last_modified} | headers
        return Known(
            ALIVE,
            etag=headers.get("etag", ""),
            last_modified=headers.get("last-modified", ""),
            next_check=now + _AGAIN[ALIVE] + _spread(url),
            **reached,
        )
    failures = known.failures + 1
    first = min(known.first_failed or now, now)
    dead = failures >= FAILURES and now - first >= OVER
    said = outcome.failure or f"It answers {outcome.status}."
    reached |= {"failures": failures, "first_failed": first}
    state = DEAD if dead else FAILING
    wait = max(_AGAIN[state], _retry_after(headers, now))
    return Known(state, said=f"{said} Asked on {now:%Y-%m-%d}.", next_check=now + wait, **reached)


def _spread(url: str) -> dt.timedelta:
    """Spread links over a day, so that not all come due at once."""
    return dt.timedelta(seconds=crc32(url.encode()) % 86_400)


def _retry_after(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta:
    """Return how long a server wants to be left alone (RFC 9110, 10.2.3), in reason."""
    given = headers.get("retry-after", "").strip()
    if not (given.isascii() and given.isdigit()) or len(given) > 9:
        return dt.timedelta(0)
    return min(dt.timedelta(seconds=int(given)), _LONGEST_WAIT)
