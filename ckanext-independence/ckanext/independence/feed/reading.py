"""Reading anybody's feed the way data.gov's harvester does.

Owns which records it takes from a body of either language, what identifies each, which it leaves
out and why, and what it does with a body that is no feed. Judges no record: that is the gate's.
Whatever is no JSON text in UTF-8 is refused with the line and column where reading ended.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .gate import Kind, Language, Problem

__all__ = ["Entry", "Feed", "FeedUnreadable", "Place", "identity", "read"]

Place = tuple[str | int, ...]

# Where a catalog of DCAT-US 3.0 holds the records of each kind, and what identifies them.
_LISTS: tuple[tuple[str, Kind, str], ...] = (
    ("dataset", "dataset", "identifier"),
    ("service", "service", "identifier"),
    ("record", "record", "@id"),
    ("datasetSeries", "series", "@id"),
)
# Whole data sets inside of other records: data.gov takes them as records of their own.
_MEMBERS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("service", ("servesDataset",)),
    ("series", ("seriesMember", "first", "last")),
)
# Deeper than any record can be right; what walks through records never goes deeper.
_DEEPEST = 200
_TOO_DEEP = f"The feed's values are nested deeper than {_DEEPEST} levels."
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class FeedUnreadable(ValueError):
    """The body is not JSON text in UTF-8; the message says why, where, and how to mend it."""


@dataclass(frozen=True)
class Entry:
    """One record of a feed.

    Attributes:
        kind: what it is a record of
        identifier: what data.gov knows it by; empty where it has none
        record: the record itself
        place: where it stands in the feed, such as ``("dataset", 3)``
    """

    kind: Kind
    identifier: str
    record: dict[str, Any]
    place: Place

    @property
    def title(self) -> str:
        """Its title, or its identifier where it has none."""
        title = self.record.get("title")
        return title if isinstance(title, str) and title.strip() else self.identifier


@dataclass
class Feed:
    """What a feed holds.

    Attributes:
        language: of its records
        entries: the records that data.gov takes, each (kind, identifier) once
        left_out: the records that it does not take: without identity, or of one taken already
        problems: of the feed as a whole and of the records left out; paths start at its root
    """

    language: Language
    entries: list[Entry] = field(default_factory=list)
    left_out: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes, language: Language | None = None) -> Feed:
    """Read a feed.

    Args:
        content: the body as it was fetched; a byte order mark is tolerated
        language: of the source as data.gov was told; found in the content where None

    Returns:
        its records and what keeps others from being taken

    Raises:
        FeedUnreadable: the body is no JSON text in UTF-8
    """
    body = _parsed(content)
    feed = Feed(language or _language(body))
    known = bool(language) or _declared(body) is not None
    if isinstance(body, list):
        _old_list(body, feed)
    elif not isinstance(body, dict):
        message = f"The feed is {_named(body)}, not an object with `dataset`: data.gov stops."
        _report(feed, (), message, "feed-object")
    elif feed.language == "1.1":
        _catalog_1_1(body, feed, known)
    else:
        _catalog_3_0(body, feed, known)
    return feed


def identity(value: Any) -> str:
    """Return what data.gov takes as an identifier: text, or an object's `@id` (3.0); else ""."""
    if isinstance(value, dict):
        value = value.get("@id")
    return value if isinstance(value, str) and value.strip() else ""


# The body


def _parsed(content: bytes) -> Any:
    for mark, name in _BOMS:
        if content.startswith(mark):
            raise FeedUnreadable(f"The feed is written in {name}. Write it in UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _position(content, error.start)
        raise FeedUnreadable(
            f"The feed is not UTF-8: byte 0x{content[error.start]:02X} in line {line}, column "
            f"{column}. Write it in UTF-8."
        ) from error
    start = text.lstrip()[:1000]
    if not start:
        raise FeedUnreadable("The feed is empty: not one character.")
    if start.startswith("<"):
        title = re.search(r"<title[^>]*>\s*([^<]*?)\s*<", start, re.IGNORECASE)
        named = f', titled "{title[1]}"' if title and title[1] else ""
        raise FeedUnreadable(
            f"This is a web page or XML{named}, not JSON. Give the address of the feed itself, "
            "such as https://data.example.gov/data.json."
        )
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        raise FeedUnreadable(
            f"The feed is not JSON: {error.msg} in line {error.lineno}, column {error.colno}: "
            f"{_near(text, error.pos)}"
        ) from error
    except RecursionError as error:
        raise FeedUnreadable(_TOO_DEEP) from error
    except ValueError as error:
        raise FeedUnreadable(f"The feed holds a number that cannot be read ({error}).") from error
    level = [body] if isinstance(body, dict | list) else []
    for _ in range(_DEEPEST):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return body
    raise FeedUnreadable(_TOO_DEEP)


def _position(content: bytes, offset: int) -> tuple[int, int]:
    """Return line and column (of characters, from 1) of a byte; all before it is UTF-8."""
    before = content[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1


def _near(text: str, offset: int) -> str:
    if offset >= len(text.rstrip()):
        return "the text ends there; it may have been cut off."
    return f"near {text[max(offset - 20, 0) : offset + 20]!r}."


def _declared(body: Any) -> Language | None:
    """Return the language that a catalog says it is of."""
    if not isinstance(body, dict):
        return None
    said = json.dumps([body.get("conformsTo"), body.get("@context")]).lower()
    if "dcat-us/3" in said or "dcat-us-3" in said:
        return "3.0"
    return "1.1" if "project-open-data" in said or "schema/v1.1" in said else None


def _language(body: Any) -> Language:
    if declared := _declared(body):
        return declared
    if not isinstance(body, dict):
        return "1.1"
    if any(isinstance(body.get(name), list) for name in ("service", "datasetSeries", "catalog")):
        return "3.0"
    records = body.get("dataset")
    first = records[0] if isinstance(records, list) and records else None
    if isinstance(first, dict) and (
        first.get("@type") == "Dataset" or isinstance(first.get("contactPoint"), list)
    ):
        return "3.0"
    return "1.1"


# What a catalog holds


def _catalog_1_1(body: dict[str, Any], feed: Feed, known: bool) -> None:
    if "dataset" not in body:
        _no_list(body, feed, known)
        return
    records = body["dataset"]
    if not isinstance(records, list):
        message = f"`dataset` is {_named(records)}, not a list: data.gov stops."
        _report(feed, ("dataset",), message, "feed-list")
        return
    if not records:
        _empty(feed)
    found = _objects(records, ("dataset",), "dataset", feed)
    _take(((entry, "identifier") for entry in found), feed)


def _catalog_3_0(body: dict[str, Any], feed: Feed, known: bool) -> None:
    lists: dict[Kind, list[Entry]] = {kind: [] for _, kind, _ in _LISTS}
    _collect(body, (), lists, feed)
    if "dataset" not in body and not any(lists.values()):
        _no_list(body, feed, known)
        return
    own = {identity(entry.record.get("identifier")) for entry in lists["dataset"]} - {""}
    # A member that also stands at the top level is that record; others are records themselves.
    for kind, names in _MEMBERS:
        for parent in lists[kind]:
            lists["dataset"] += [
                member
                for member in _members(parent, names, feed)
                if identity(member.record.get("identifier")) not in own
            ]
    if not lists["dataset"]:
        _empty(feed)
    for _, kind, name in _LISTS:
        _take(((entry, name) for entry in lists[kind]), feed)


def _collect(
    catalog: dict[str, Any], place: Place, lists: dict[Kind, list[Entry]], feed: Feed
) -> None:
    """Gather a catalog's records and those of the catalogs inside it."""
    for name, kind, _ in _LISTS:
        records = catalog.get(name)
        if not records:
            continue
        if isinstance(records, list):
            lists[kind] += _objects(records, (*place, name), kind, feed)
        else:
            message = f"`{name}` is {_named(records)}, not a list: data.gov stops."
            _report(feed, (*place, name), message, "feed-list")
    inner = catalog.get("catalog") or []
    if not isinstance(inner, list):
        message = f"`catalog` is {_named(inner)}, not a list: data.gov stops."
        _report(feed, (*place, "catalog"), message, "feed-list")
        return
    for number, sub in enumerate(inner):
        if isinstance(sub, dict):
            _collect(sub, (*place, "catalog", number), lists, feed)
        else:
            message = f"A catalog is {_named(sub)}, not an object: data.gov stops."
            _report(feed, (*place, "catalog", number), message, "feed-object")


def _members(parent: Entry, names: Iterable[str], feed: Feed) -> Iterator[Entry]:
    """Yield the data sets inside of a record, each identifier once."""
    seen: set[str] = set()
    for name in names:
        value = parent.record.get(name)
        if value is None:
            continue
        place = (*parent.place, name)
        values = value if isinstance(value, list) else [value]
        for entry in _objects(values, place, "dataset", feed, numbered=isinstance(value, list)):
            identifier = identity(entry.record.get("identifier"))
            if identifier and identifier in seen:
                continue
            seen.add(identifier)
            yield entry


def _objects(
    records: list[Any], place: Place, kind: Kind, feed: Feed, *, numbered: bool = True
) -> Iterator[Entry]:
    for number, record in enumerate(records):
        where = (*place, number) if numbered else place
        if isinstance(record, dict):
            yield Entry(kind, "", record, where)
        else:
            message = f"A record is {_named(record)}, not an object: data.gov stops."
            _report(feed, where, message, "feed-object")


def _take(found: Iterable[tuple[Entry, str]], feed: Feed) -> None:
    """Sort records into those that are taken, first of each identifier, and those left out."""
    first: dict[str, Place] = {}
    for entry, name in found:
        value = entry.record.get(name)
        identifier = identity(value) if feed.language == "3.0" or isinstance(value, str) else ""
        if not identifier and entry.kind == "record" and name not in entry.record:
            # data.gov makes up an identity of what it is about and when that changed.
            parts = entry.record.get("primaryTopic"), entry.record.get("modified")
            identifier = "|".join(json.dumps(part, sort_keys=True) for part in parts)
            message = (
                "Without `@id`, data.gov knows this entry by its subject and date: a new date "
                "deletes it and adds it again."
            )
            feed.problems.append(
                Problem((*entry.place, "@id"), message, severity="warning", rule="feed-identity")
            )
        taken = Entry(entry.kind, identifier, entry.record, entry.place)
        if not identifier:
            said = f"is {_named(value)}" if name in entry.record else "is missing"
            if isinstance(value, dict) and feed.language == "3.0":
                said += " without `@id`"
            elif isinstance(value, str):
                said = "is empty"
            message = (
                f"`{name}` {said}: data.gov does not take the record, and deletes it where it "
                "had it. It must be text that never changes."
            )
            feed.left_out.append(taken)
            _report(
                feed,
                (*entry.place, name),
                message,
                "feed-identity",
                "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
            )
        elif identifier in first:
            message = (
                f"The identifier {identifier!r} was used before, at {_where(first[identifier])}: "
                "data.gov takes the first and reports this one as an error."
            )
            feed.left_out.append(taken)
            _report(feed, (*entry.place, name), message, "feed-duplicate")
        else:
            first[identifier] = entry.place
            feed.entries.append(taken)


# What is told of the whole


def _old_list(body: list[Any], feed: Feed) -> None:
    """Read the list of records that Project Open Data 1.0 was; data.gov no longer does."""
    message = (
        "The feed is a list, as Project Open Data 1.0 had it, not an object with `dataset`: "
        "data.gov stops and takes nothing."
    )
    _report(feed, (), message, "feed-object")
    found = _objects(body, (), "dataset", feed)
    _take(((entry, "identifier") for entry in found), feed)


def _no_list(body: dict[str, Any], feed: Feed, known: bool) -> None:
    names = ", ".join(sorted(map(repr, body))[:8]) or "none"
    deletes = "data.gov would delete every record that it has from here"
    stops = "data.gov stops with an error and keeps what it has"
    if not known:
        what = f"from a source of DCAT-US 3.0, {deletes}; from one of 1.1, {stops}"
    else:
        what = deletes if feed.language == "3.0" else stops
    message = f"The body has no `dataset` (its names: {names}): {what}."
    _report(feed, ("dataset",), message, "feed-no-dataset")


def _empty(feed: Feed) -> None:
    message = "The feed holds no data set: data.gov would delete all that it has from here."
    _report(feed, ("dataset",), message, "feed-empty")


def _report(feed: Feed, path: Place, message: str, rule: str, example: str = "") -> None:
    feed.problems.append(Problem(path, message, example, rule=rule))


def _where(place: Place) -> str:
    return Problem(place, "").where


def _named(value: Any) -> str:
    """Say what kind of value this is, in the words of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return json.dumps(value)
    for kind, name in ((str, "text"), (int, "a number"), (float, "a number"), (list, "a list")):
        if isinstance(value, kind):
            return name
    return "an object"
