"""One publication: from records in the database to a snapshot on the disk that is served.

Owns the order of its steps, each of which may be the last: nothing is served before it was read
back, and nothing that is served is touched. What the database is to remember of it is written
beside the files first, so that whoever comes next can finish it. It refuses to write a feed
without a data set.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import sqlalchemy as sa

from . import guard, ledger, snapshot, streaming
from .model import Snapshot
from .snapshot import INSIDE, FeedFile, Folder

__all__ = ["ARRAYS", "CHANGES", "FILES", "KINDS", "SETTLEMENT", "Made", "Pin", "make"]

FILES = {"1.1": "data.json", "3.0": "dcat-us/3.0.json"}
# The last one is of a feed before ours only.
ARRAYS = {"1.1": ("dataset",), "3.0": ("dataset", "service", "datasetSeries", "record")}
# What stands in an array.
KINDS = {
    "dataset": "dataset",
    "service": "service",
    "datasetSeries": "series",
    "record": "record",
}
OPTIONAL = {"record"}
CHANGES = f"{INSIDE}/changes"
SETTLEMENT = f"{INSIDE}/settlement.json"
# Of identifiers that are told to people, so many are named.
NAMED = 1000
_DEPARTMENT = re.compile(r"[a-z0-9_-]+")


@dataclass(frozen=True)
class Pin:
    """The snapshot whose texts are served: its number, and what it says of itself."""

    number: int
    manifest: dict[str, Any]


@dataclass
class Made:
    """What came of a publication.

    Attributes:
        number: of the new snapshot; None where nothing differs from the one before
        into: the folder that holds what the database is to remember
        report: what was carried over, held, taken as it was, and left
    """

    number: int | None
    into: Path
    report: dict[str, Any]


@dataclass
class _Writing:
    """What is known of a publication while it is written."""

    aside: Path
    folder: Folder
    last: int | None
    known: dict[str, dict[str, int]]
    pinned: int | None
    ruling: ledger.Ruling
    departments: dict[str, FeedFile] = field(default_factory=dict)
    earlier: dict[Path, BinaryIO] = field(default_factory=dict)
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    origins: dict[str, dict[str, str]] = field(default_factory=dict)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    gone: set[str] = field(default_factory=set)


def book(language: str, section: str) -> str:
    """Return the name of the ledger of an array."""
    return f"{INSIDE}/{language}-{section}"


def make(
    engine: sa.Engine,
    folder: Folder,
    heads: dict[str, bytes],
    limits: guard.Limits,
    pin: Pin | None,
    still_alone: Callable[[], None],
) -> Made:
    """Write, read back and serve a snapshot, where it differs from the one that is served.

    Args:
        engine: of the database
        folder: where the snapshots lie; nobody else publishes into it meanwhile
        heads: by language, the catalog without its arrays
        limits: of the guard
        pin: the snapshot whose texts are served, if one is
        still_alone: raises where somebody else may be publishing now

    Returns:
        what came of it; the database has not been told yet

    Raises:
        Damaged: what is on the disk is not what was written
    """
    folder.tidy()
    serving = folder.latest()
    manifest = folder.manifest(serving) if serving is not None else None
    aside = folder.aside()
    with (
        engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection,
        connection.begin(),
    ):
        now = streaming.now(connection)
        asked = streaming.asked(connection)
        listed = max((counts["dataset"] for counts in _counts(manifest)), default=0)
        verdict = guard.judge(asked.waiting, asked.left, listed, limits)
        leaving = _of(asked, verdict.leaving)
        highest = connection.scalar(sa.select(sa.func.max(Snapshot.number))) or 0
        if manifest and serving is not None and serving < highest:
            # Later ones are lost: what left with them is in this one still.
            leaving |= streaming.left_since(connection, manifest["made"])
        writing = _Writing(
            aside,
            folder,
            serving,
            manifest["counts"] if manifest else {},
            pin.number if pin else None,
            ledger.Ruling(
                leaving=leaving,
                held=_of(asked, verdict.held),
                pinned=pin is not None,
                renewed=streaming.renewed(
                    connection, pin.manifest["withdrawals"], pin.manifest["made"]
                )
                if pin
                else (),
            ),
        )
        digests = _write(connection, writing, heads)
    _check(aside, digests)
    report = _report(writing)
    settlement = {
        "left": sorted(verdict.leaving),
        "held": sorted(verdict.held),
        "void": asked.void,
        "gone": sorted(writing.gone | set(writing.ruling.leaving)),
        "report": report,
    }
    (aside / SETTLEMENT).write_bytes(orjson.dumps(settlement))
    before = manifest["files"] if manifest else {}
    if manifest and {name: file["sha256"] for name, file in before.items()} == digests:
        if folder.number() != serving:
            folder.serve(manifest["number"])
        return Made(None, aside, report)
    files = _finish(aside, folder, digests, manifest, now)
    number = max([highest, *folder.numbers()]) + 1
    folder.place(
        aside,
        number,
        {
            "number": number,
            "previous": serving,
            "made": now.isoformat(),
            "counts": writing.counts,
            "files": files,
            "heads": heads_digest(heads),
            "pinned": pin.number if pin else None,
            "withdrawals": asked.latest,
        },
    )
    still_alone()
    folder.serve(number)
    return Made(number, folder.of(number), report)


def heads_digest(heads: dict[str, bytes]) -> str:
    """Return the fingerprint of the catalogs without their records."""
    return sha256(b"\n".join(heads[language] for language in sorted(heads))).hexdigest()


def _counts(manifest: dict[str, Any] | None) -> list[dict[str, int]]:
    return [counts for counts in (manifest or {"counts": {}})["counts"].values() if counts]


def _of(asked: streaming.Asked, ids: frozenset[int]) -> set[str]:
    return {identifier for one in ids for identifier in asked.identifiers[one]}


def _write(connection: sa.Connection, writing: _Writing, heads: dict[str, bytes]) -> dict[str, str]:
    """Write the feeds, their ledgers and what changed; return the files' SHA-256."""
    digests: dict[str, str] = {}
    with writing.stack as stack:
        changes = stack.enter_context((writing.aside / CHANGES).open("wb"))
        for language, name in FILES.items():
            feed = FeedFile(writing.aside / name, heads[language])
            stack.callback(feed.leave)
            counts = writing.counts.setdefault(language, {})
            for section in ARRAYS[language]:
                counts[section] = _array(connection, writing, feed, language, section, changes)
            digests[name] = feed.close()
            if not counts["dataset"]:
                feed.path.unlink()
                del digests[name]
        for department, part in sorted(writing.departments.items()):
            digests[f"data/{department}.json"] = part.close()
    return digests


def _array(
    connection: sa.Connection,
    writing: _Writing,
    feed: FeedFile,
    language: str,
    section: str,
    changes: BinaryIO,
) -> int:
    """Write an array with its ledger; return how many records it has."""
    begun = section not in OPTIONAL
    if begun:
        feed.array(section)
    count = known = 0
    with (writing.aside / book(language, section)).open("wb") as own:
        for identifier, row, last, pinned in ledger.aligned(
            streaming.rows(connection, language, section),
            streaming.baseline(connection, language, section),
            _lines(writing, writing.last, language, section),
            _lines(writing, writing.pinned, language, section),
        ):
            known += last is not None
            taken = _taken(writing, language, identifier, row, last, pinned)
            was = last.hash if last else row.published_hash if row else None
            if taken is None:
                if was is not None:
                    writing.gone.add(identifier)
                    changes.write(_change(language, section, identifier, None, "removed"))
                continue
            body, hash_, department = taken
            if not begun:
                feed.array(section)
                begun = True
            start = feed.add(body)
            own.write(ledger.packed(ledger.Line(identifier, hash_, start, len(body), department)))
            if language == "1.1" and _DEPARTMENT.fullmatch(department):
                _part(writing, feed.head, department).add(body)
            if was != hash_ or (row is not None and row.published_hash != hash_):
                what = "added" if was is None else "changed" if was != hash_ else "same"
                changes.write(_change(language, section, identifier, hash_, what))
            count += 1
    if known != writing.known.get(language, {}).get(section, 0):
        # What it held and nobody withdrew would be left out.
        raise snapshot.Damaged(
            f"{writing.folder.of(writing.last or 0)}/{book(language, section)} is not whole: it "
            "does not tell of every record of the last snapshot. Put the folder back from a "
            "backup, or remove it to publish what the database has."
        )
    return count


def _lines(
    writing: _Writing, number: int | None, language: str, section: str
) -> Iterator[ledger.Line]:
    if number is None:
        return iter(())
    return ledger.lines(writing.folder.of(number) / book(language, section))


def _change(language: str, section: str, identifier: str, hash_: str | None, what: str) -> bytes:
    return orjson.dumps([language, section, identifier, hash_, what]) + b"\n"


def _taken(
    writing: _Writing,
    language: str,
    identifier: str,
    row: ledger.Row | None,
    last: ledger.Line | None,
    pinned: ledger.Line | None,
) -> tuple[bytes, str, str] | None:
    """Return a record's text, its hash and its department; None where it is left out."""
    choice = ledger.choose(identifier, row, last, pinned, writing.ruling)
    if choice is None:
        return None
    origin = choice.origin
    taken: tuple[bytes, str, str] | None = None
    if choice.source == "row" and row is not None:
        body = row.body.encode()
        if sha256(body).hexdigest() == row.hash:
            taken = body, row.hash, row.department
        elif last is None:
            # It was never served, and is not what was checked.
            return None
        else:
            origin = "carried"
    if taken is None:
        line, number = (
            (pinned, writing.pinned) if choice.source == "pinned" else (last, writing.last)
        )
        if line is None or number is None:
            raise LookupError(f"{identifier} is in no snapshot")
        body = _read(writing, writing.folder.of(number) / FILES[language], line)
        # A department may have changed since; in whose feed it stands is no text of the record.
        taken = body, line.hash, row.department if row and row.department else line.department
    if origin != "record":
        writing.numbers[origin, language] += 1
        if len(named := writing.origins.setdefault(origin, {})) < NAMED:
            named.setdefault(identifier, orjson.loads(taken[0]).get("title") or "")
    return taken


def _read(writing: _Writing, path: Path, line: ledger.Line) -> bytes:
    """Read a record of an earlier snapshot."""
    file = writing.earlier.get(path)
    if file is None:
        file = writing.earlier[path] = writing.stack.enter_context(path.open("rb"))
    file.seek(line.start)
    body = file.read(line.length)
    if sha256(body).hexdigest() != line.hash:
        raise snapshot.Damaged(f"{path}, byte {line.start}: {line.identifier} is not as it was")
    return body


def _part(writing: _Writing, head: bytes, department: str) -> FeedFile:
    part = writing.departments.get(department)
    if part is None:
        path = writing.aside / "data" / f"{department}.json"
        part = writing.departments[department] = FeedFile(path, head)
        writing.stack.callback(part.leave)
        part.array("dataset")
    return part


def _check(aside: Path, digests: dict[str, str]) -> None:
    """Read all that was written back from the disk."""
    for language, name in FILES.items():
        if name in digests:
            books = (aside / book(language, section) for section in ARRAYS[language])
            snapshot.read_back(aside / name, books, digests[name])
    for name in digests.keys() - set(FILES.values()):
        snapshot.read_back(aside / name, (), digests[name])


def _finish(
    aside: Path, folder: Folder, digests: dict[str, str], last: dict[str, Any] | None, now: Any
) -> dict[str, Any]:
    """Zip what changed, take over what did not; return what the manifest says of the files."""
    files = {}
    for name, digest in digests.items():
        known = last["files"].get(name) if last else None
        if last and known and known["sha256"] == digest:
            folder.keep_unchanged(aside, name, last["number"])
            files[name] = known
            continue
        changed = snapshot.changed_now(now, known["changed"] if known else 0)
        folder.pack(aside, name, changed)
        size = (aside / name).stat().st_size
        files[name] = {"sha256": digest, "bytes": size, "changed": changed}
    return files


def _report(writing: _Writing) -> dict[str, Any]:
    named = {
        origin: [{"identifier": one, "title": title} for one, title in found.items()]
        for origin, found in writing.origins.items()
    }
    numbers: dict[str, int] = {}
    for (origin, _), count in writing.numbers.items():
        numbers[origin] = max(numbers.get(origin, 0), count)
    return {"numbers": numbers, "named": named}


def discard(made: Made) -> None:
    """Remove what was written and is not needed."""
    if made.number is None:
        shutil.rmtree(made.into)
