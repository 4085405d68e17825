"""The feed that the city had before: taken over, so that a harvester deletes nothing.

Owns which of its records are kept. They are served as they were until there is a valid record
of ours under the same identifier, or until they are withdrawn. Series and tables' APIs go on
under the identifiers that they had there. It refuses to bring back what was withdrawn, and to
mend what it takes: an invalid record is left alone by harvesters, a missing one is deleted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from . import canonical, gather, records, series, withdrawals
from .diffing import compare
from .model import Baseline, Record, State, Withdrawal
from .reading import Entry, Feed, identity
from .withdrawals import LISTED

__all__ = ["Taken", "take"]

_BATCH = 500


@dataclass
class Taken:
    """What became of each record of the feed before, by its title and identifier."""

    taken: list[Entry] = field(default_factory=list)
    """Is served as it was."""
    same: int = 0
    """Have a record of ours that says the same."""
    differing: list[Entry] = field(default_factory=list)
    """Has a record of ours that says something else."""
    moved: list[tuple[Entry, Entry]] = field(default_factory=list)
    """Is served as it was, and seems to be a data set of ours with another identifier."""
    withdrawn: list[Entry] = field(default_factory=list)
    """Was withdrawn here, and is not taken."""
    unwritable: list[Entry] = field(default_factory=list)
    """Holds what no file can, and is not taken."""
    left_out: list[Entry] = field(default_factory=list)
    """Has no identifier, or that of another record: harvesters do not have it."""
    series: dict[str, str] = field(default_factory=dict)
    """Identifiers of series that go on, by their word."""
    services: dict[str, str] = field(default_factory=dict)
    """Identifiers of tables' APIs that go on, by the id of the file."""

    def sentences(self) -> Iterator[str]:
        """Say it in words."""
        yield f"{len(self.taken)} records are served as they were until there is one of ours."
        if self.moved:
            yield (
                f"{len(self.moved)} of them seem to be data sets of yours under another "
                "identifier, and would be in the feed twice:"
            )
            for old, new in self.moved:
                yield f"  {old.title}: was {old.identifier}, is {new.identifier}"
            yield (
                "  Give these data sets the identifiers that they had, or let the old records "
                "go with `feed release`."
            )
        yield f"{self.same} have a record of ours that says the same."
        yield f"{len(self.differing)} have a record of ours that differs: harvesters update them."
        for told, sentence in (
            (self.withdrawn, "were withdrawn here, and are not taken."),
            (self.unwritable, "hold characters that no file can, and are not taken."),
            (self.left_out, "have no identifier of their own: harvesters do not have them."),
        ):
            if told:
                yield f"{len(told)} {sentence}"
                yield from (f"  {entry.title or entry.place}" for entry in told)
        for word, identifier in self.series.items():
            yield f"The series {word} goes on as {identifier}."
        if self.services:
            yield f"{len(self.services)} tables' APIs go on under the identifiers that they had."


def take(feed: Feed, source: str) -> Taken:
    """Take over a feed in CKAN's session.

    Done again, with the same feed or a newer one, it takes what is new and replaces what it took.

    Args:
        feed: as it was read
        source: where it was read

    Returns:
        what became of each record
    """
    told = Taken(left_out=feed.left_out)
    told.services = _adopt_services(feed)
    told.series = _adopt_series(feed)
    ours = _ours(feed.language)
    gone = _withdrawn()
    changes = compare(feed.entries, ours.values())
    told.differing = [one.old for one in changes.updated]
    told.same = changes.unchanged
    for entry in feed.entries:
        if (_section(feed.language, entry), entry.identifier) in ours:
            continue
        if entry.identifier in gone:
            told.withdrawn.append(entry)
        else:
            (told.taken if _keep(feed.language, entry, source) else told.unwritable).append(entry)
    taken = {entry.identifier for entry in told.taken}
    told.moved = [(one.old, one.new) for one in changes.moved if one.old.identifier in taken]
    return told


def _section(language: str, entry: Entry) -> str:
    return records.SECTIONS.get((language, entry.kind), "record")


def _ours(language: str) -> dict[tuple[str, str], Entry]:
    """Return our valid records of a language by array and identifier."""
    query = (
        sa.select(Record.section, Record.kind, Record.identifier, Record.body)
        .where(Record.language == language, Record.standing == LISTED, Record.body.is_not(None))
        .execution_options(yield_per=_BATCH)
    )
    return {
        (row.section, row.identifier): Entry(
            row.kind, row.identifier, orjson.loads(row.body), (row.section,)
        )
        for row in model.Session.execute(query)
    }


def _withdrawn() -> set[str]:
    """Return the identifiers of what was withdrawn, and is not listed again."""
    listed = sa.select(Record.identifier).where(Record.standing == LISTED)
    query = sa.select(Withdrawal.identifier).where(
        Withdrawal.cancelled_at.is_(None), Withdrawal.identifier.not_in(listed)
    )
    return set(model.Session.scalars(query))


def _keep(language: str, entry: Entry, source: str) -> bool:
    """Keep a record; False where it holds a lone surrogate, or a number that is too large."""
    try:
        body = canonical.encode(entry.record).decode()
        values = {
            "language": language,
            "section": _section(language, entry),
            "identifier": entry.identifier,
            "title": entry.title,
            "body": body,
            "source": source,
        }
    except TypeError:
        return False
    if "\0" in entry.identifier:
        return False
    values["title"] = values["title"].replace("\0", "\ufffd")
    statement = insert(Baseline).values(values)
    model.Session.execute(
        statement.on_conflict_do_update(
            index_elements=[Baseline.language, Baseline.section, Baseline.identifier],
            set_={
                "title": statement.excluded.title,
                "body": statement.excluded.body,
                "source": statement.excluded.source,
                "taken": sa.func.now(),
            },
        )
    )
    return True


# Identifiers that go on


def _adopt_series(feed: Feed) -> dict[str, str]:
    """Let series go on under the identifier that their members name as their parent."""
    parents = {
        entry.identifier: parent
        for entry in feed.entries
        if entry.kind == "dataset" and (parent := identity(entry.record.get("isPartOf")))
    }
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _data_sets(parents):
        if row.series:
            votes[row.series][parents[row.identifier]] += 1
    adopted: dict[str, str] = {}
    for word, counted in sorted(votes.items()):
        parent = min(counted, key=lambda one: (-counted[one], one))
        if parent not in adopted.values() and gather.series_identifiers([word])[word] != parent:
            series.adopt(word, parent)
            adopted[word] = parent
    _settle(sa.select(Record.package_id).where(Record.series.in_(adopted)))
    for word in adopted:
        series.settle(word)
    return adopted


def _adopt_services(feed: Feed) -> dict[str, str]:
    """Let tables' APIs go on under the identifiers that the feed before gave them."""
    named = dict(_services(feed.entries))
    packages = {row.package_id: row.identifier for row in _data_sets(named)}
    found: dict[str, list[Any]] = defaultdict(list)
    for row in model.Session.execute(
        sa.select(Record.__table__, model.Resource.url)
        .join(model.Resource, model.Resource.id == Record.key, isouter=True)
        .where(Record.kind == "service", Record.package_id.in_(packages))
    ).mappings():
        found[row["package_id"]].append(row)
    adopted: dict[str, str] = {}
    renamed = []
    for package_id, rows in sorted(found.items()):
        services = named[packages[package_id]]
        for row in rows:
            alone = len(rows) == len(services) == 1
            fitting = [one for one, urls in services.items() if alone or row["url"] in urls]
            if len(fitting) == 1 and fitting[0] not in {row["identifier"], *adopted.values()}:
                adopted[row["key"]] = fitting[0]
                renamed.append(row)
    if not adopted:
        return {}
    values = insert(State.__table__).values(name=gather.SERVICES, value=adopted)
    model.Session.execute(
        values.on_conflict_do_update(
            index_elements=[State.name],
            set_={"value": State.value.op("||")(values.excluded.value)},
        )
    )
    _settle(sa.select(Record.package_id).where(Record.key.in_(adopted), Record.kind == "service"))
    for row in renamed:
        if row["published_hash"]:
            withdrawals.withdraw_identifier(row, "not listed")
    return adopted


def _settle(query: sa.Select[tuple[str | None]]) -> None:
    """Render the records of data sets anew, now that they are to name something else."""
    ids = sorted({id_ for id_ in model.Session.scalars(query) if id_})
    for start in range(0, len(ids), _BATCH):
        records.settle(ids[start : start + _BATCH])


def _services(entries: Iterable[Entry]) -> Iterator[tuple[str, dict[str, set[str]]]]:
    """Yield data sets with their services, and the addresses of the files that each serves."""
    served: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for entry in entries:
        if entry.kind == "service":
            for one in _each(entry.record.get("servesDataset")):
                whose = one.get("identifier") if isinstance(one, dict) else one
                if whose := identity(whose):
                    served[whose].setdefault(entry.identifier, set())
        elif entry.kind == "dataset":
            for file in _each(entry.record.get("distribution")):
                if not isinstance(file, dict):
                    continue
                for service in _each(file.get("accessService")):
                    known = service.get("identifier") if isinstance(service, dict) else service
                    if known := identity(known):
                        urls = {file.get("downloadURL"), file.get("accessURL")} - {None}
                        told = served[entry.identifier].setdefault(known, set())
                        told.update(url for url in urls if isinstance(url, str))
    yield from served.items()


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _data_sets(identifiers: Iterable[str]) -> list[Any]:
    query = sa.select(Record.identifier, Record.package_id, Record.series).where(
        Record.kind == "dataset", Record.language == "3.0", Record.section == "dataset"
    )
    wanted = sorted(identifiers)
    return [
        row
        for start in range(0, len(wanted), _BATCH)
        for row in model.Session.execute(
            query.where(Record.identifier.in_(wanted[start : start + _BATCH]))
        )
    ]
