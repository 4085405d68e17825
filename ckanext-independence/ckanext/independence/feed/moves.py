"""Which data sets that a feed lost are those that it gained, under another identifier.

Owns the evidence: the title, and where titles are not unique, or publishers differ, addresses of
pages and files and the description. What many records share proves nothing. Guesses at no data set
whose title changed too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from .reading import Entry, identity

__all__ = ["find"]

Mark = tuple[str, str]
Pair = tuple[Entry, Entry]

# A mark that more records of a feed bear than this tells none of them apart.
_SHARED = 5
_WEIGHT = {"file": 2, "page": 2, "words": 1}


def find(old: Sequence[Entry], new: Sequence[Entry], updated: Sequence[Pair]) -> list[Pair]:
    """Find the data sets that only changed their identifier.

    Args:
        old: all data sets of the old feed, each identifier once
        new: all data sets of the new feed, likewise
        updated: those in both that differ, as they were and as they are

    Returns:
        pairs of a data set that is gone and the one that it became, in the order of `old`; the
        latter is one of `updated` where it took over an identifier that another had before
    """
    before = {entry.identifier for entry in old}
    after = {entry.identifier for entry in new}
    gone = [entry for entry in old if entry.identifier not in after]
    came = [entry for entry in new if entry.identifier not in before]
    if not gone:
        return []
    marks = _Marks(old, new)
    titles = Counter(map(_title, old)), Counter(map(_title, new))
    pairs: dict[str, Entry] = {}
    by_title = {_title(entry): entry for entry in came}
    for entry in gone:
        title = _title(entry)
        if title and titles[0][title] == titles[1][title] == 1 and title in by_title:
            now = by_title[title]
            if marks.weight(entry, now) or not _of_others(entry, now):
                pairs[entry.identifier] = now
    taken = {entry.identifier for entry in pairs.values()}
    pairs |= marks.match(
        [entry for entry in gone if entry.identifier not in pairs],
        [entry for entry in came if entry.identifier not in taken],
    )
    # An identifier that stayed may speak of another data set now.
    former = {now.identifier: was for was, now in updated}
    over = marks.match(
        [entry for entry in gone if entry.identifier not in pairs], [now for _, now in updated]
    )
    for entry in gone:
        now_or_none = over.get(entry.identifier)
        if now_or_none is not None and marks.weight(entry, now_or_none) > marks.weight(
            former[now_or_none.identifier], now_or_none
        ):
            pairs[entry.identifier] = now_or_none
    return [(entry, pairs[entry.identifier]) for entry in gone if entry.identifier in pairs]


class _Marks:
    """What records bear that tells them apart, of two feeds."""

    def __init__(self, old: Iterable[Entry], new: Iterable[Entry]) -> None:
        self._of: dict[int, set[Mark]] = {}
        common: set[Mark] = set()
        for entries in (old, new):
            borne: Counter[Mark] = Counter()
            for entry in entries:
                self._of[id(entry)] = _marks(entry)
                borne.update(self._of[id(entry)])
            common |= {mark for mark, count in borne.items() if count > _SHARED}
        for marks in self._of.values():
            marks -= common

    def weight(self, was: Entry, now: Entry) -> int:
        """How much speaks for two records being of the same data set."""
        return sum(_WEIGHT[kind] for kind, _ in self._of[id(was)] & self._of[id(now)])

    def match(self, gone: Sequence[Entry], came: Sequence[Entry]) -> dict[str, Entry]:
        """Pair records of the same title that share marks, those first that share most."""
        bearing: dict[tuple[str, Mark], list[int]] = defaultdict(list)
        for number, entry in enumerate(came):
            for mark in self._of[id(entry)]:
                bearing[_title(entry), mark].append(number)
        found = []
        for position, entry in enumerate(gone):
            weights: Counter[int] = Counter()
            for mark in self._of[id(entry)]:
                for number in bearing.get((_title(entry), mark), ()):
                    weights[number] += _WEIGHT[mark[0]]
            found += [(-weight, position, number) for number, weight in weights.items()]
        pairs: dict[str, Entry] = {}
        used: set[int] = set()
        for _, position, number in sorted(found):
            if gone[position].identifier not in pairs and number not in used:
                pairs[gone[position].identifier] = came[number]
                used.add(number)
        return pairs


def _title(entry: Entry) -> str:
    title = entry.record.get("title")
    return " ".join(title.casefold().split()) if isinstance(title, str) else ""


def _of_others(was: Entry, now: Entry) -> bool:
    """Whether both name a publisher, and not the same."""
    names = [_publisher(entry.record.get("publisher")) for entry in (was, now)]
    return all(names) and names[0] != names[1]


def _publisher(value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else value
    return " ".join(name.casefold().split()) if isinstance(name, str) else ""


def _marks(entry: Entry) -> set[Mark]:
    """Return what a record bears; not its own identifier, which says nothing beyond itself."""
    record = entry.record
    page = record.get("landingPage")
    found = {("page", text) for text in _addresses(page)}
    distributions = record.get("distribution")
    for distribution in distributions if isinstance(distributions, list) else []:
        if isinstance(distribution, dict):
            for name in ("accessURL", "downloadURL"):
                found |= {("file", text) for text in _addresses(distribution.get(name))}
    description = record.get("description")
    if isinstance(description, str) and description.strip():
        found.add(("words", " ".join(description.split())))
    return {mark for mark in found if mark[1] != entry.identifier}


def _addresses(value: Any) -> set[str]:
    texts = [identity(value), value.get("accessURL")] if isinstance(value, dict) else [value]
    return {text for text in texts if isinstance(text, str) and text.strip()}
