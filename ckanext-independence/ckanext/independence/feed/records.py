"""Records: what the feed says of each data set, series and table's API, kept until it changes.

Owns their rendering, checking and keeping, in CKAN's session: a record is committed with what it
tells of. It refuses to drop one: an invalid rendering is kept beside the last valid record,
which goes on being served, and what is offered no longer is only marked. What then leaves the
feed is the publisher's to say.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException
from sqlalchemy.dialects.postgresql import insert

from ..catalog import owed
from . import canonical, dcat_us_1_1, dcat_us_3_0, gate, gather, listing, standing, withdrawals
from .listing import RENDER
from .model import Record
from .source import Site, Source
from .withdrawals import LISTED, Word

__all__ = [
    "LANGUAGES", "RENDER", "SECTIONS", "SERIES", "Rendered", "Settled", "dialect", "keep",
    "rendered", "row", "rows", "saved", "settle",
]  # fmt: skip

log = logging.getLogger(__name__)

SERIES = "feed-series"
"""The kind of work that is owed when a series' records are to be settled; its key is its word."""

LANGUAGES = {"1.1": dcat_us_1_1, "3.0": dcat_us_3_0}
# The array of the catalog in which records of a kind stand. 1.1 knows data sets only.
SECTIONS = {
    ("1.1", "dataset"): "dataset",
    ("1.1", "series"): "dataset",
    ("3.0", "dataset"): "dataset",
    ("3.0", "series"): "datasetSeries",
    ("3.0", "service"): "service",
}
# Grows with every change of what the mappings write, so that all records are rendered anew.
EDITION = 1

Rendered = dict[str, Any]
"""The columns of a record's row."""

Key = tuple[str, str, str]
"""Language, kind and key of a row."""

_records = Record.__table__
_KEYS = ("language", "kind", "key")
# What is compared to say whether a row has changed. Where the hash is the same, the body is.
_COMPARED = (
    "section", "identifier", "package_id", "department", "title", "series", "standing", "hash",
    "valid", "rendering", "problems", "dialect",
)  # fmt: skip


@dataclass
class Settled:
    """What was found when data sets and their records were compared, by identifier."""

    missing: list[str] = field(default_factory=list)
    """Had no record."""
    differing: list[str] = field(default_factory=list)
    """Had a record that says something else."""
    moved: list[str] = field(default_factory=list)
    """Had a record in the name of another department."""
    returned: list[str] = field(default_factory=list)
    """Were withdrawn or lost, and are offered again."""
    withdrawn: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def add(self, other: Settled) -> None:
        """Take in what was found elsewhere."""
        for one in fields(self):
            getattr(self, one.name).extend(getattr(other, one.name))


def dialect(site: Site) -> str:
    """Return the fingerprint of what all records depend on: the mappings and the site."""
    told = [EDITION, site, listing.access_levels()]
    return sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def saved(ids: Sequence[str], word: Word) -> None:
    """Settle the records of data sets that were just saved, in the transaction of the save.

    It never breaks the save: what fails is owed and done later.

    Args:
        ids: of the data sets
        word: who saved them, and what was done where they do not tell
    """
    model.Session.flush()
    if word.reason:
        # The data set's own row is not written yet: whoever renders it takes that row first, and
        # of two that take them in different orders PostgreSQL ends one.
        lock(ids)
    try:
        # Of the connection, not the session: its end must not look like that of the save.
        with model.Session.connection().begin_nested():
            settle(ids, word, saved=True)
    except JobTimeoutException:
        raise
    except Exception:
        log.exception("Records of %s could not be made; it is tried again", ", ".join(ids))
        for id_ in ids:
            owed.owe(RENDER, id_, word.as_dict())
            listing.take_back(id_)


@owed.handler(RENDER)
def render(package_id: str, payload: dict[str, Any] | None) -> None:
    """Settle the records of the data set with this id, whatever became of it."""
    lock([package_id])
    settle([package_id], Word(**payload) if payload else None)


def lock(ids: Sequence[str]) -> None:
    """Wait for saves of these data sets that are on their way, and let later ones wait."""
    chosen = sa.select(model.Package.id).where(model.Package.id.in_(ids)).order_by(model.Package.id)
    model.Session.execute(chosen.with_for_update(key_share=True))


def settle(ids: Sequence[str], word: Word | None = None, saved: bool = False) -> Settled:
    """Bring the records of data sets in line with them, in CKAN's session.

    Args:
        ids: of data sets, offered or not, also such as are gone
        word: the step that was seen as it was taken; None where nothing was seen
        saved: whether this is the transaction of that step; what is about to be deleted still
            looks as if it were offered

    Returns:
        what differed
    """
    settled = Settled()
    leaving = saved and word is not None and word.reason
    offered = set() if leaving else listing.offered(ids, saved)
    now = list(rendered([id_ for id_ in ids if id_ in offered]))
    before = rows(Record.package_id.in_(ids))
    unknown = [
        one
        for one in now
        if (old := before.get(_key(one))) is None or old["identifier"] != one["identifier"]
    ]
    if _take_over(unknown):
        before = rows(Record.package_id.in_(ids))
    keep(now, before, settled)
    _leave(ids, offered, {_key(row) for row in now}, before, word, settled)
    return settled


def rendered(ids: Sequence[str]) -> Iterator[Rendered]:
    """Yield the records of these data sets and their tables' APIs, whoever may see them."""
    site = gather.site()
    with_dialect = dialect(site)
    for source in gather.data_sets(ids):
        for language, mapping in LANGUAGES.items():
            record = mapping.dataset(source, site)
            yield row(language, "dataset", source["id"], source, record, with_dialect)
        for file in source["resources"]:
            if file["service"]:
                told = {"identifier": file["service"], "resource": file, "dataset": source}
                record = dcat_us_3_0.service(told, site)
                yield row("3.0", "service", file["id"], source, record, with_dialect)


def row(
    language: str, kind: str, key: str, source: Source, record: dict[str, Any], dialect: str
) -> Rendered:
    """Return the row of a record that was just rendered."""
    problems = gate.check(record, language, kind)  # type: ignore[arg-type]
    valid = gate.is_valid(problems)
    try:
        body = canonical.encode(record)
    except TypeError:
        if valid:
            raise
        # No bytes can hold it, which is among its problems.
        body = None
    of_dataset = kind == "dataset"
    return {
        "language": language,
        "kind": kind,
        "key": key,
        "section": SECTIONS[language, kind],
        "identifier": _storable(record.get("identifier") or record.get("@id") or key),
        "package_id": source.get("id"),
        "department": (source.get("department") or {}).get("name", ""),
        "title": _storable(record.get("title") or ""),
        "series": (source.get("series") or "") if of_dataset else "",
        "standing": LISTED,
        "body": body.decode() if body and valid else None,
        "hash": canonical.digest(body) if body and valid else None,
        "valid": valid,
        "rendering": body.decode() if body and not valid else None,
        # Not kept: what the last valid record is compared with.
        "record": None if valid else record,
        "problems": json.loads(_storable(json.dumps([one.as_dict() for one in problems])))
        if problems
        else [],
        "dialect": dialect,
    }


def _storable(text: str) -> str:
    """Return a text as PostgreSQL can hold it, also where it is JSON."""
    text = text.replace("\0", "\ufffd").replace("\\u0000", "\ufffd")
    return text.encode("utf-8", "replace").decode()


def keep(now: Sequence[Rendered], before: dict[Key, Any], settled: Settled) -> None:
    """Write the rows that differ from what they were, and leave the others untouched.

    Args:
        now: just rendered
        before: the rows of the same data sets or series as they were
        settled: is told what differed
    """
    _serve_last_valid(now, before)
    for new in now:
        del new["record"]
    changed = []
    series: set[str] = set()
    for new in now:
        old = before.get(_key(new))
        if old is not None and all(old[name] == new[name] for name in _COMPARED):
            continue
        changed.append(new)
        series |= {new["series"], old["series"] if old else ""}
        if old is None:
            settled.missing.append(new["identifier"])
        elif old["standing"] != LISTED:
            settled.returned.append(new["identifier"])
        elif old["department"] != new["department"]:
            settled.moved.append(new["identifier"])
        elif any(old[name] != new[name] for name in _COMPARED if name != "dialect"):
            settled.differing.append(new["identifier"])
    if not changed:
        return
    statement = insert(_records)
    values = {name: statement.excluded[name] for name in changed[0] if name not in _KEYS}
    model.Session.execute(
        statement.on_conflict_do_update(
            index_elements=[_records.c[name] for name in _KEYS],
            set_=values | {"rendered": sa.func.now()},
        ),
        changed,
    )
    back = [
        new
        for new in changed
        if (old := before.get(_key(new))) is None or old["standing"] != LISTED
    ]
    withdrawals.cancel([_key(new)[1:] for new in back], [new["identifier"] for new in back])
    _owe(series)


def _serve_last_valid(now: Sequence[Rendered], before: dict[Key, Any]) -> None:
    """Let what is invalid go on being served as it last was valid, less what is gone."""
    invalid = {
        _key(new): new
        for new in now
        if not new["valid"] and (old := before.get(_key(new))) and old["hash"]
    }
    if not invalid:
        return
    chosen = sa.tuple_(*(_records.c[name] for name in _KEYS)).in_(sorted(invalid))
    query = sa.select(*(_records.c[name] for name in _KEYS), Record.body).where(chosen)
    for found in model.Session.execute(query).mappings():
        new = invalid[_key(found)]
        # It is served under the identifier that it had.
        new["identifier"] = before[_key(new)]["identifier"]
        record = standing.adjusted(orjson.loads(found["body"]), new["record"])
        body = canonical.encode(record)
        new["body"], new["hash"] = body.decode(), canonical.digest(body)


def _take_over(new: Sequence[Rendered]) -> bool:
    """Let data sets have the records of those that had their identifiers before, and are gone.

    Args:
        new: records of which there is no row yet, or one under another identifier

    Returns:
        whether there were such records
    """
    wanted = {
        (one["language"], one["identifier"]): one
        for one in new
        if (one["kind"], one["section"]) == ("dataset", "dataset")
    }
    if not wanted:
        return False
    query = sa.select(*(_records.c[name] for name in (*_KEYS, "identifier"))).where(
        Record.language.in_(sorted({language for language, _ in wanted})),
        Record.section == "dataset",
        Record.identifier.in_(sorted({identifier for _, identifier in wanted})),
    )
    found = [
        (old, one)
        for old in model.Session.execute(query).mappings()
        if (one := wanted.get((old["language"], old["identifier"])))
        and (old["kind"], old["key"]) != ("dataset", one["key"])
    ]
    for old, one in found:
        this = sa.and_(*(_records.c[name] == old[name] for name in _KEYS))
        theirs = sa.and_(
            *(_records.c[name] == one[name] for name in _KEYS),
            Record.identifier != one["identifier"],
        )
        model.Session.execute(sa.delete(_records).where(theirs))
        model.Session.execute(
            sa.update(_records)
            .where(this)
            .values(kind="dataset", key=one["key"], package_id=one["package_id"])
        )
        withdrawals.cancel(identifiers=[old["identifier"]])
    return bool(found)


def _leave(
    ids: Sequence[str],
    offered: set[str],
    now: set[Key],
    before: dict[Key, Any],
    word: Word | None,
    settled: Settled,
) -> None:
    """Mark the records that were not rendered, since what they tell of is offered no more."""
    gone = [old for key, old in before.items() if key not in now]
    leaving = [old for old in gone if old["package_id"] not in offered]
    standings = withdrawals.leave(leaving, word)
    for old in leaving:
        became = standings[old["package_id"]]
        if old["standing"] == LISTED and old["kind"] == "dataset":
            told = settled.lost if became == withdrawals.LOST else settled.withdrawn
            told.append(old["identifier"])
    for old in gone:
        if old["package_id"] in offered and old["standing"] != withdrawals.WITHDRAWN:
            # The data set stays; a file of it is public no more, and with it its table's API.
            withdrawals.withdraw(old, "not listed", word.who if word else "")
            settled.withdrawn.append(old["identifier"])
    _owe({old["series"] for old in leaving if old["standing"] == LISTED})
    if word is not None:
        known = {old["package_id"] for old in before.values()}
        withdrawals.leave_baseline([id_ for id_ in ids if id_ not in offered | known], word)


def _owe(series: Iterable[str]) -> None:
    for slug in sorted(set(series) - {""}):
        owed.owe(SERIES, slug)


def rows(condition: Any) -> dict[Key, Any]:
    """Return what is kept of records, without their texts, by language, kind and key."""
    columns = (*_KEYS, *_COMPARED, "published_hash")
    query = sa.select(*(_records.c[name] for name in columns)).where(condition)
    return {_key(found): found for found in model.Session.execute(query).mappings()}


def _key(row: Any) -> Key:
    return row["language"], row["kind"], row["key"]
