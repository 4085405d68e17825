"""What the last publication holds, read from the files that harvesters get.

Owns the way back from a record's hash to its text as it was published, and what is told of the
files themselves: their size and when their bytes last changed. It refuses to write any.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from . import canonical, publication, publisher, serving

__all__ = ["File", "file", "texts"]


@dataclass(frozen=True)
class File:
    """A published file: bytes as it is, bytes as gzip (0 where there is none), and its time."""

    size: int
    packed: int
    changed: datetime


def file(name: str) -> File | None:
    """Return what is known of a published file, such as ``data.json``; None where it is none."""
    place = serving.place(publisher.folder(), f"/{name}")
    if place is None or not place[0].exists():
        return None
    path = place[0].resolve()
    found = path.stat()
    packed = path.with_name(f"{path.name}.gz")
    return File(
        found.st_size,
        packed.stat().st_size if packed.exists() else 0,
        datetime.fromtimestamp(found.st_mtime, UTC),
    )


def texts(language: str, hashes: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return records as the last publication holds them, by the hash of their text.

    Those that it does not hold are left out. A record is a line, so that few of many are found
    without reading the others as JSON.
    """
    wanted = set(hashes)
    found: dict[str, dict[str, Any]] = {}
    path = publisher.folder() / "current" / publication.FILES[language]
    if not wanted or not path.exists():
        return found
    with path.open("rb") as lines:
        for line in lines:
            text = line.rstrip(b",\n")
            digest = canonical.digest(text)
            if digest in wanted:
                found[digest] = orjson.loads(text)
                if len(found) == len(wanted):
                    break
    return found
