"""What data.gov would do when it reads a new feed where it knew an old one.

Owns which records are added, updated (field by field), deleted or left alone, by the harvester's
own measure: records are one where kind and identifier are, and equal where they are after sorting
every list and every object. Owns which deleted data sets are only the added ones under another
identifier. Judges no record, and holds nothing back.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from .gate import Problem
from .moves import find
from .reading import Entry, Place

__all__ = ["ABSENT", "Changes", "FieldChange", "Move", "Update", "compare", "field_changes"]

_NAMED = 5
_NOUNS = {
    "dataset": ("data set", "data sets"),
    "series": ("series", "series"),
    "service": ("service", "services"),
    "record": ("catalog record", "catalog records"),
}
# What tells which item of a list became which, best first.
_KEYS = ("@id", "identifier", "accessURL", "downloadURL", "title", "fn", "name")


class _Absent(Enum):
    ABSENT = "absent"


# Stands for a field that is not there, which is not the same as null.
ABSENT: Literal[_Absent.ABSENT] = _Absent.ABSENT


@dataclass(frozen=True)
class FieldChange:
    """One value that changed: from `old` to `new`, either of them `ABSENT` where there is none.

    `path` leads to it in the new record, or in the old one where it is gone.
    """

    path: Place
    old: Any
    new: Any

    @property
    def where(self) -> str:
        """The path as people write it, `distribution[0].title`."""
        return Problem(self.path, "").where

    def as_dict(self) -> dict[str, Any]:
        """The change as JSON holds it, without `old` or `new` where there is none."""
        told = {"path": list(self.path), "where": self.where, "old": self.old, "new": self.new}
        return {name: value for name, value in told.items() if value is not ABSENT}


@dataclass(frozen=True)
class Update:
    """A record that stays and differs."""

    old: Entry
    new: Entry
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Move:
    """A data set that only changed its identifier, with what else changed in it.

    `taken_over` where another data set had the new identifier before: that one is updated into
    this.
    """

    old: Entry
    new: Entry
    fields: tuple[FieldChange, ...]
    taken_over: bool = False


@dataclass
class Changes:
    """What data.gov would do. A moved data set is neither among the added nor the deleted.

    Each list is in the order of identifiers; `unchanged` counts.
    """

    added: list[Entry] = field(default_factory=list)
    updated: list[Update] = field(default_factory=list)
    deleted: list[Entry] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)
    unchanged: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many of each, and how many additions and deletions data.gov would count."""
        onto_new = sum(not move.taken_over for move in self.moved)
        return {
            "added": len(self.added),
            "updated": len(self.updated),
            "deleted": len(self.deleted),
            "moved": len(self.moved),
            "unchanged": self.unchanged,
            "data_gov_adds": len(self.added) + onto_new,
            "data_gov_deletes": len(self.deleted) + len(self.moved),
        }

    def __bool__(self) -> bool:
        """Whether data.gov would do anything."""
        return bool(self.added or self.updated or self.deleted or self.moved)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it."""
        return {
            "counts": self.counts,
            "sentences": self.sentences(),
            "added": [_entry(entry) for entry in self.added],
            "updated": [
                {**_entry(update.new), "changes": [change.as_dict() for change in update.fields]}
                for update in self.updated
            ],
            "deleted": [_entry(entry) for entry in self.deleted],
            "moved": [
                {
                    **_entry(move.new),
                    "old_identifier": move.old.identifier,
                    "taken_over": move.taken_over,
                    "changes": [change.as_dict() for change in move.fields],
                }
                for move in self.moved
            ],
        }

    def sentences(self) -> list[str]:
        """Say in plain words what data.gov would do, a sentence for each kind of doing."""
        if not self:
            if not self.unchanged:
                return ["Neither feed holds a record."]
            return [f"Nothing: the {self.unchanged:,} records are as data.gov has them."]
        said = []
        if self.deleted:
            said.append(f"Delete {_told(self.deleted)}.")
        if self.moved:
            said.append(self._moves())
        if self.added:
            said.append(f"Add {_told(self.added)}.")
        if self.updated:
            said.append(self._updates())
        if self.unchanged:
            said.append(f"Leave {self.unchanged:,} as they are.")
        return said

    def _moves(self) -> str:
        first = self.moved[0]
        many = len(self.moved) > 1
        text = (
            f"Delete {_count([move.old for move in self.moved])} and add "
            f"{'each' if many else 'it'} anew, because only the identifier changed: the "
            f"address there changes and links to {'them' if many else 'it'} break. Keep the old "
            f"identifier{'s' if many else ''} to avoid it. "
            f"{'For example, ' if many else ''}{first.old.title!r} was "
            f"{first.old.identifier!r} and is {first.new.identifier!r}."
        )
        if taken := sum(move.taken_over for move in self.moved):
            text += (
                f" {taken:,} of the new identifiers belonged to another data set before, which is "
                "updated into the one that took it."
            )
        return text

    def _updates(self) -> str:
        names: Counter[str] = Counter()
        for update in self.updated:
            names.update({str(change.path[0]) for change in update.fields if change.path})
        ranked = sorted(names.items(), key=lambda each: (-each[1], each[0]))
        most = ", ".join(f"{name} in {count:,}" for name, count in ranked[:_NAMED])
        text = f"Update {_told([update.new for update in self.updated])}"
        return f"{text}. What differs: {most}{' …' if len(names) > _NAMED else ''}."


def compare(old: Iterable[Entry], new: Iterable[Entry]) -> Changes:
    """Compare what data.gov has with what it would read.

    Args:
        old: records as they were taken, each (kind, identifier) once
        new: records as they would be taken, likewise

    Returns:
        what it would do
    """
    before = {(entry.kind, entry.identifier): entry for entry in old}
    after = {(entry.kind, entry.identifier): entry for entry in new}
    changes = Changes()
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            changes.added.append(now)
        elif now is None and was is not None:
            changes.deleted.append(was)
        elif was is not None and now is not None:
            if _same(was.record, now.record) or _sorted(was.record) == _sorted(now.record):
                changes.unchanged += 1
            else:
                fields = tuple(field_changes(was.record, now.record))
                changes.updated.append(Update(was, now, fields))
    _find_moves(changes, before.values(), after.values())
    return changes


# Equality


def _same(a: Any, b: Any) -> bool:
    """Whether two values are alike without sorting anything; 1, 1.0 and true are three."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_same(value, b[key]) for key, value in a.items())
    if isinstance(a, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b)


def _sorted(value: Any) -> str:
    """Return a value as JSON in which neither names nor items of lists have an order."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{_sorted(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted(map(_sorted, value))) + "]"
    return json.dumps(value)


# Field by field


def field_changes(old: Any, new: Any, path: Place = ()) -> Iterator[FieldChange]:
    """Yield what differs between two records, at the deepest place where it does."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*new, *(name for name in old if name not in new)]:
            yield from field_changes(old.get(name, ABSENT), new.get(name, ABSENT), (*path, name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_changes(old, new, path)
    elif old is ABSENT or new is ABSENT:
        if old is not new:
            yield FieldChange(path, old, new)
    elif not _same(old, new):
        yield FieldChange(path, old, new)


def _list_changes(old: list[Any], new: list[Any], path: Place) -> Iterator[FieldChange]:
    """Yield what differs between two lists, whatever their order."""
    spare: dict[str, list[int]] = defaultdict(list)
    for number, value in enumerate(old):
        spare[_sorted(value)].append(number)
    fresh = []
    for number, value in enumerate(new):
        alike = spare.get(_sorted(value))
        if alike:
            alike.pop(0)
        else:
            fresh.append(number)
    gone = sorted(number for numbers in spare.values() for number in numbers)
    pairs = _pairs(old, new, gone, fresh)
    for was, now in pairs:
        yield from field_changes(old[was], new[now], (*path, now))
    paired_old, paired_new = {was for was, _ in pairs}, {now for _, now in pairs}
    for number in gone:
        if number not in paired_old:
            yield FieldChange((*path, number), old[number], ABSENT)
    for number in fresh:
        if number not in paired_new:
            yield FieldChange((*path, number), ABSENT, new[number])


def _pairs(
    old: list[Any], new: list[Any], gone: list[int], fresh: list[int]
) -> list[tuple[int, int]]:
    """Return which objects of a list are others changed: by what names them, or the only ones."""
    left = [number for number in gone if isinstance(old[number], dict)]
    right = [number for number in fresh if isinstance(new[number], dict)]
    pairs = []
    for key in _KEYS:
        named: dict[str, list[int]] = defaultdict(list)
        for number in left:
            if isinstance(name := old[number].get(key), str) and name:
                named[name].append(number)
        for number in list(right):
            name = new[number].get(key)
            if isinstance(name, str) and named.get(name):
                was = named[name].pop(0)
                pairs.append((was, number))
                left.remove(was)
                right.remove(number)
    if len(left) == len(right) == 1:
        pairs.append((left[0], right[0]))
    return pairs


# Moves


def _find_moves(changes: Changes, old: Iterable[Entry], new: Iterable[Entry]) -> None:
    """Take from the deleted and the added those data sets that only changed their identifier."""
    pairs = find(
        [entry for entry in old if entry.kind == "dataset"],
        [entry for entry in new if entry.kind == "dataset"],
        [(each.old, each.new) for each in changes.updated if each.new.kind == "dataset"],
    )
    fresh = {(entry.kind, entry.identifier) for entry in changes.added}
    for was, now in pairs:
        fields = tuple(
            change
            for change in field_changes(was.record, now.record)
            if change.path != ("identifier",)
        )
        taken_over = (now.kind, now.identifier) not in fresh
        changes.moved.append(Move(was, now, fields, taken_over))
    left = {was.identifier for was, _ in pairs}
    arrived = {now.identifier for _, now in pairs}
    changes.deleted = [
        e for e in changes.deleted if e.kind != "dataset" or e.identifier not in left
    ]
    changes.added = [e for e in changes.added if e.kind != "dataset" or e.identifier not in arrived]


# Words


def _entry(entry: Entry) -> dict[str, Any]:
    return {"kind": entry.kind, "identifier": entry.identifier, "title": entry.title}


def _count(entries: Sequence[Entry]) -> str:
    """Say how many of each kind these are: "5 data sets and 1 series"."""
    numbers = Counter[str](entry.kind for entry in entries)
    said = [
        f"{numbers[kind]:,} {nouns[numbers[kind] > 1]}"
        for kind, nouns in _NOUNS.items()
        if numbers[kind]
    ]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]


def _told(entries: Sequence[Entry]) -> str:
    """Say how many these are, and name the first."""
    names = ", ".join(repr(entry.title) for entry in entries[:_NAMED])
    more = len(entries) - _NAMED
    return f"{_count(entries)}: {names}{f' and {more:,} more' if more > 0 else ''}"
