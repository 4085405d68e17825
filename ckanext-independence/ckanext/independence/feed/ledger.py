"""Ledgers: what a snapshot holds and where in its files, and what the next one takes from where.

Owns the lines of a ledger, their order, and the choice of each record's text: that of its row,
of the last snapshot, or of the snapshot that is pinned. It refuses to let an identifier go that
nobody withdrew. Streams are merged, so that it does not matter how long they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import orjson

__all__ = ["Choice", "Line", "Row", "Ruling", "aligned", "choose", "lines", "packed"]


class Line(NamedTuple):
    """One record of a snapshot: where it begins in its file, how many bytes it has."""

    identifier: str
    hash: str
    start: int
    length: int
    department: str


class Row(NamedTuple):
    """One record of the database, or of the feed before ours (standing "baseline")."""

    identifier: str
    standing: str
    hash: str
    body: str
    department: str
    published_hash: str | None


@dataclass(frozen=True)
class Ruling:
    """What was decided before the records are streamed.

    Attributes:
        leaving: identifiers that leave, since somebody withdrew them
        held: identifiers that were withdrawn and stay until that is released
        pinned: whether the texts of an earlier snapshot are served
        renewed: identifiers that were withdrawn since the pinned snapshot
    """

    leaving: Collection[str] = frozenset()
    held: Collection[str] = frozenset()
    pinned: bool = False
    renewed: Collection[str] = frozenset()


class Choice(NamedTuple):
    """Where the text of a record is taken from, and why.

    ``source`` is "row", "last" or "pinned"; ``origin`` is "record", "baseline", "pinned",
    "carried" (nobody withdrew it, and it has no row that is listed) or "held".
    """

    source: str
    origin: str


One = TypeVar("One", Row, Line)


def choose(
    identifier: str, row: Row | None, last: Line | None, pinned: Line | None, ruling: Ruling
) -> Choice | None:
    """Say which text of a record the next snapshot holds; None where it holds none."""
    if row is not None and (
        row.standing == "listed"
        or (row.standing == "baseline" and identifier not in ruling.leaving)
    ):
        if ruling.pinned and pinned is not None and identifier not in ruling.renewed:
            return Choice("pinned", "pinned")
        if ruling.pinned and last is not None:
            return Choice("last", "pinned")
        return Choice("row", "baseline" if row.standing == "baseline" else "record")
    if identifier in ruling.leaving:
        return None
    origin = "held" if identifier in ruling.held else "carried"
    # What was public in the feed, and no word that was written later.
    if last is not None:
        return Choice("last", origin)
    if row is not None and row.published_hash is not None:
        return Choice("row", origin)
    return None


def aligned(
    rows: Iterable[Row], baseline: Iterable[Row], last: Iterable[Line], pinned: Iterable[Line]
) -> Iterator[tuple[str, Row | None, Line | None, Line | None]]:
    """Merge streams that are in the order of identifiers; yield what each has of every one.

    A record of the feed before ours counts only where there is no row of ours.
    """
    ours, before = _Ahead(rows), _Ahead(baseline)
    last_ones, pinned_ones = _Ahead(last), _Ahead(pinned)
    streams = (ours, before, last_ones, pinned_ones)
    while heads := [stream.head.identifier for stream in streams if stream.head is not None]:
        identifier = min(heads)
        row, older = ours.take(identifier), before.take(identifier)
        yield identifier, row or older, last_ones.take(identifier), pinned_ones.take(identifier)


class _Ahead(Generic[One]):
    """A stream of which the next one is seen."""

    def __init__(self, stream: Iterable[One]) -> None:
        self._stream: Iterator[One] = iter(stream)
        self.head: One | None = next(self._stream, None)

    def take(self, identifier: str) -> One | None:
        head = self.head
        if head is None or head.identifier != identifier:
            return None
        self.head = next(self._stream, None)
        return head


def lines(path: Path) -> Iterator[Line]:
    """Yield what a ledger says; nothing where there is none."""
    if path.exists():
        with path.open("rb") as file:
            for text in file:
                yield Line(*orjson.loads(text))


def packed(line: Line) -> bytes:
    """Return a line as a ledger holds it."""
    return orjson.dumps(list(line)) + b"\n"
