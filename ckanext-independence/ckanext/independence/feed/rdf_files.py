"""The catalog as RDF in files: one part a data set, of which only those that changed are made.

Owns ``<folder>/rdf/<number>`` and the link ``<folder>/rdf/current``: Turtle and JSON-LD, each
zipped, and the index that says where each part lies, so that the next publication copies what
is as it was. It knows nothing of RDF but how two parts of a file are joined. Pure.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import orjson

__all__ = ["RDF", "Kept", "Part", "Writing"]

# The kind of work that is owed when they are to be written.
RDF = "feed-rdf"

FILES = ("catalog.ttl", "catalog.jsonld")
INDEX = "parts"
_BLOCK = 1 << 20


class Part(NamedTuple):
    """What is said of one data set: triples in Turtle, and nodes of expanded JSON-LD."""

    turtle: bytes
    nodes: bytes


class _Place(NamedTuple):
    """Where a part lies in the two files, and what it was made of."""

    fingerprint: str
    turtle: tuple[int, int]
    nodes: tuple[int, int]


class Kept:
    """The files that are served, opened once; empty where there are none."""

    def __init__(self, folder: Path) -> None:
        """Read the index of what is served from ``<folder>/rdf/current``."""
        served = (folder / "rdf" / "current").resolve()
        self.places: dict[str, _Place] = {}
        self._files: list[BinaryIO] = []
        if not (served / INDEX).exists():
            return
        self._files = [(served / name).open("rb") for name in FILES]
        with (served / INDEX).open("rb") as file:
            for line in file:
                key, fingerprint, turtle, nodes = orjson.loads(line)
                self.places[key] = _Place(fingerprint, tuple(turtle), tuple(nodes))

    def has(self, key: str, fingerprint: str) -> bool:
        """Say whether a part is there that was made of the same."""
        place = self.places.get(key)
        return place is not None and place.fingerprint == fingerprint

    def part(self, key: str) -> Part | None:
        """Return a part as it is served; None where there is none."""
        place = self.places.get(key)
        if place is None:
            return None
        found = []
        for file, (start, length) in zip(self._files, (place.turtle, place.nodes), strict=True):
            file.seek(start)
            found.append(file.read(length))
        return Part(*found)

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files:
            file.close()


class Writing:
    """The next files, written aside."""

    def __init__(self, folder: Path, head: Part) -> None:
        """Begin with what is said of the catalog itself.

        Args:
            folder: where the feeds lie; nobody else writes RDF there meanwhile
            head: prefixes and triples of the catalog, and its nodes
        """
        self.rdf = folder / "rdf"
        self.aside = self.rdf / "new"
        shutil.rmtree(self.aside, ignore_errors=True)
        self.aside.mkdir(parents=True)
        self.count = 0
        self._turtle, self._nodes = ((self.aside / name).open("wb") for name in FILES)
        self._index = (self.aside / INDEX).open("wb")
        self._turtle.write(head.turtle)
        self._nodes.write(b"[\n" + head.nodes)

    def add(self, key: str, fingerprint: str, part: Part) -> None:
        """Add what is said of one data set."""
        self._turtle.write(b"\n")
        self._nodes.write(b",\n")
        places = [
            (self._turtle.tell(), len(part.turtle)),
            (self._nodes.tell(), len(part.nodes)),
        ]
        self._turtle.write(part.turtle)
        self._nodes.write(part.nodes)
        self._index.write(orjson.dumps([key, fingerprint, *places]) + b"\n")
        self.count += 1

    def put_in_place(self) -> bool:
        """End the files and serve them, where they differ from those that are served."""
        self._nodes.write(b"\n]\n")
        for file in (self._turtle, self._nodes, self._index):
            file.flush()
            os.fsync(file.fileno())
            file.close()
        current = self.rdf / "current"
        served = current.resolve()
        same = [_same(self.aside / name, served / name) for name in FILES]
        if all(same) and _same(self.aside / INDEX, served / INDEX):
            shutil.rmtree(self.aside)
            return False
        for name, unchanged in zip(FILES, same, strict=True):
            if unchanged:
                (self.aside / name).unlink()
                for kept in served.glob(f"{name}*"):
                    (self.aside / kept.name).hardlink_to(kept)
            else:
                _pack(self.aside / name, served / name)
        number = max(_numbers(self.rdf), default=0) + 1
        self.aside.rename(self.rdf / str(number))
        link = self.rdf / "current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(str(number))
        link.replace(current)
        # Whoever is reading has them open. What was taken out of the catalog is gone with them.
        for old in _numbers(self.rdf):
            if old != number:
                shutil.rmtree(self.rdf / str(old))
        return True

    def leave(self) -> None:
        """Let go of what is not to be served; done after all is in place, it does nothing."""
        for file in (self._turtle, self._nodes, self._index):
            file.close()
        shutil.rmtree(self.aside, ignore_errors=True)


def _numbers(rdf: Path) -> list[int]:
    return [int(entry.name) for entry in rdf.iterdir() if entry.name.isdigit()]


def _pack(path: Path, before: Path) -> None:
    zipped = Path(f"{path}.gz")
    with path.open("rb") as plain, zipped.open("wb") as file:
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packer:
            shutil.copyfileobj(plain, packer, _BLOCK)
        file.flush()
        os.fsync(file.fileno())
    # In whole seconds and later than before: the entity tag is made of time and size.
    changed = int(path.stat().st_mtime)
    if before.exists():
        changed = max(changed, int(before.stat().st_mtime) + 1)
    for one in (path, zipped):
        os.utime(one, (changed, changed))


def _same(new: Path, old: Path) -> bool:
    if not old.exists() or new.stat().st_size != old.stat().st_size:
        return False
    with new.open("rb") as one, old.open("rb") as other:
        return all(a == b for a, b in zip(_blocks(one), _blocks(other), strict=True))


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
