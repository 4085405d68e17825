"""What scans found, kept by what was scanned: a file's bytes, and what was known of its columns.

Owns running a scan, keeping it, and finding it again; a scan of another edition of the recognisers
is none. Refuses to keep anything of the file but hits, which hold no value. A scan that fails is
kept, too: that a file could not be looked through is known then, and it is not tried for ever.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256 as digest
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException
from sqlalchemy.dialects.postgresql import insert

from ..catalog import files
from .identifiers.hits import Hit
from .identifiers.kinds import EDITION
from .identifiers.scanning import scan_file, scan_texts
from .model import Scan

__all__ = [
    "WORK",
    "Scanned",
    "find",
    "find_all",
    "give_up",
    "in_texts",
    "local",
    "scan",
    "words_of",
]

log = logging.getLogger(__name__)

WORK = "policy-scan-"
CHUNK = 1 << 20
Columns = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Scanned:
    """What a scan found: ``hits`` is None where it failed; ``note`` says what was left out."""

    hits: list[Hit] | None = field(default_factory=list)
    note: str = ""
    complete: bool = True
    words: str = ""


def words_of(columns: Columns) -> str:
    """Return a mark of what is known of columns beside their values; "" where there are none."""
    told = sorted((str(one.get("name")), *_said(one)) for one in columns)
    return digest(orjson.dumps(told)).hexdigest()[:16] if told else ""


def _said(column: Mapping[str, Any]) -> tuple[str, str]:
    return str(column.get("label") or ""), str(column.get("role") or "")


def find(sha256: str, words: str | None = None) -> Scanned | None:
    """Return the scan of these bytes by the recognisers of now; None: there is none.

    Args:
        sha256: of the bytes
        words: of its columns; None takes the newest scan, whatever was known of them
    """
    return find_all([(sha256, words)])[0]


def find_all(wanted: Iterable[tuple[str, str | None]]) -> list[Scanned | None]:
    """Return the scans of several files, each as ``find`` does, in one query."""
    asked = list(wanted)
    if not asked:
        return []
    return _from(model.Session.execute(_query(asked)), asked)


def _query(asked: list[tuple[str, str | None]]) -> Any:
    return (
        sa.select(Scan.sha256, Scan.words, Scan.hits, Scan.notes, Scan.complete)
        .where(Scan.sha256.in_({one for one, _ in asked}), Scan.edition == EDITION)
        .order_by(Scan.scanned)
    )


def _from(rows: Iterable[Any], asked: list[tuple[str, str | None]]) -> list[Scanned | None]:
    known: dict[tuple[str, str | None], Scanned] = {}
    for row in rows:
        hits = None if row.hits is None else [Hit.of(one) for one in row.hits]
        told = Scanned(hits, " ".join(row.notes), row.complete, row.words)
        known[row.sha256, row.words] = known[row.sha256, None] = told
    return [known.get(one) for one in asked]


def scan(sha256: str, path: Path, filename: str, columns: Columns = ()) -> Scanned:
    """Look through a file and keep what was found, at once, whatever becomes of the session.

    Args:
        sha256: of the file; "" is looked through anew each time, and nothing is kept
        path: the file on this machine
        filename: as it was uploaded
        columns: what is known of its columns: ``name``, ``label``, ``role`` …
    """
    words = words_of(columns)
    # On a connection of its own: no transaction stays open while a file is looked through.
    asked: list[tuple[str, str | None]] = [(sha256, words)]
    with model.meta.engine.connect() as connection:
        known = _from(connection.execute(_query(asked)), asked)[0] if sha256 else None
    if known is not None:
        return known
    told = {str(one.get("name")): " ".join(filter(None, _said(one))) for one in columns}
    hits: list[Hit] | None
    try:
        found = scan_file(path, filename, columns=told)
        hits, notes, complete = found.hits, found.notes, found.complete
    except JobTimeoutException:
        raise
    except Exception as error:
        # Its message may quote the file.
        log.error("The scan of file %s failed: %s", sha256[:12], type(error).__name__)
        hits, complete = None, False
        notes = [f"The file could not be looked through ({type(error).__name__})."]
    if sha256:
        _keep(sha256, words, hits, notes, complete)
    return Scanned(hits, " ".join(notes), complete, words)


def give_up(sha256: str, columns: Columns, why: str) -> None:
    """Keep that a file cannot be looked through, so that nobody waits for it."""
    _keep(sha256, words_of(columns), None, [why], False)


def _keep(
    sha256: str, words: str, hits: list[Hit] | None, notes: list[str], complete: bool
) -> None:
    values = {
        "sha256": sha256,
        "edition": EDITION,
        "words": words,
        "hits": sa.JSON.NULL if hits is None else [hit.as_json() for hit in hits],
        "notes": notes,
        "complete": complete,
        "scanned": sa.func.now(),
    }
    written = insert(Scan).values(values)
    with model.meta.engine.begin() as connection:
        connection.execute(
            written.on_conflict_do_update(
                index_elements=["sha256", "edition", "words"],
                set_={name: written.excluded[name] for name in ("hits", "notes", "complete")},
            )
        )


def in_texts(texts: Mapping[str, str]) -> list[Hit]:
    """Return what is found in texts, with the name of each as the hit's column."""
    return [replace(hit, column=hit.column or hit.place, place="") for hit in scan_texts(texts)]


@contextmanager
def local(file: files.StoredFile) -> Iterator[Path]:
    """Give a kept file as one on this machine, for as long as the block lasts.

    Raises:
        MissingFileError: the storage has lost it
    """
    if file.path is not None:
        yield file.path
        return
    with tempfile.TemporaryDirectory(prefix=WORK) as folder:
        path = Path(folder) / "file"
        with file.open() as source, path.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
        yield path
