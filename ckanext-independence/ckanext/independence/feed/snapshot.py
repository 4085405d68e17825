"""Snapshots: folders of files that are written aside, read back, and put in place by one rename.

Owns ``<folder>/snapshots/<number>``, the link ``<folder>/current``, and what lies in them. What
is complete is renamed to its number, what is not has no number and is thrown away; a file that
did not change is the same file as before, with its time. It knows nothing of records but that
each is one line; it refuses to number what it did not find on disk as it was written.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from . import ledger

__all__ = ["INSIDE", "Damaged", "FeedFile", "Folder", "changed_now", "read_back"]

MANIFEST = "manifest.json"
# What a snapshot holds for the next publication, and for nobody else.
INSIDE = "inside"
_BLOCK = 1 << 20
_ASIDE = ".new"
_GONE = ".gone"


class Damaged(Exception):
    """A file does not hold what was written into it; the message says which, and where."""


class FeedFile:
    """A catalog that is being written: its head, then arrays of records, one record a line."""

    def __init__(self, path: Path, head: bytes) -> None:
        """Begin a file with the catalog without its arrays, as a JSON object."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.head = head
        self._file: BinaryIO = path.open("wb", buffering=_BLOCK)
        self._sum = hashlib.sha256()
        self._place = 0
        self._end = b""
        self._write(head[:-1])

    def array(self, name: str) -> None:
        """Begin an array; the one before ends."""
        self._write(self._end + b',\n"%s":[' % name.encode())
        self._before, self._end = b"\n", b"\n]"

    def add(self, record: bytes) -> int:
        """Write a record; return the byte at which it begins."""
        start = self._place + len(self._before)
        self._write(self._before + record)
        self._before = b",\n"
        return start

    def close(self) -> str:
        """End the file, on the disk; return its SHA-256 in hexadecimal digits."""
        self._write(self._end + b"}\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._sum.hexdigest()

    def leave(self) -> None:
        """Let go of a file that is not to be ended."""
        with contextlib.suppress(OSError):
            self._file.close()

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._sum.update(data)
        self._place += len(data)


def read_back(path: Path, ledgers: Iterable[Path], digest: str) -> int:
    """Read a feed from the disk, and compare it line by line with its ledgers.

    Args:
        path: of the feed
        ledgers: of its arrays, in their order
        digest: of all that was written

    Returns:
        the number of its records

    Raises:
        Damaged: a record is missing, is another, or is no JSON
    """
    told = (line for book in ledgers for line in ledger.lines(book))
    line, place, count = next(told, None), 0, 0
    whole = hashlib.sha256()
    with path.open("rb", buffering=_BLOCK) as file:
        for text in file:
            whole.update(text)
            if line is not None and place == line.start:
                found = text.rstrip(b",\n")
                if len(found) != line.length or _sha256(found) != line.hash:
                    raise Damaged(f"{path}, byte {place}: {line.identifier} is not as it was")
                try:
                    orjson.loads(found)
                except ValueError as error:
                    raise Damaged(f"{path}: {line.identifier} is no JSON: {error}") from error
                line, count = next(told, None), count + 1
            place += len(text)
    if line is not None:
        raise Damaged(f"{path}: {line.identifier} is not in it")
    if whole.hexdigest() != digest:
        raise Damaged(f"{path} is not what was written")
    return count


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Folder:
    """Where the published feeds lie."""

    def __init__(self, path: Path) -> None:
        """Look after this folder; it is made when something is published."""
        self.path = path
        self.snapshots = path / "snapshots"

    def number(self) -> int | None:
        """Return the number of the snapshot that is served."""
        try:
            return int((self.path / "current").readlink().name)
        except (OSError, ValueError):
            return None

    def of(self, number: int) -> Path:
        """Return the folder of a snapshot."""
        return self.snapshots / str(number)

    def manifest(self, number: int) -> dict[str, Any] | None:
        """Return what a snapshot says of itself; None where it is not kept."""
        try:
            found: dict[str, Any] = orjson.loads((self.of(number) / MANIFEST).read_bytes())
        except FileNotFoundError:
            return None
        return found

    def numbers(self) -> list[int]:
        """Return the numbers of the snapshots that are kept, in order."""
        if not self.snapshots.is_dir():
            return []
        return sorted(int(entry.name) for entry in self.snapshots.iterdir() if entry.name.isdigit())

    def tidy(self) -> None:
        """Throw away what an interrupted publication left.

        A snapshot behind the one that is served was complete, and never served. Nobody else may
        publish meanwhile.
        """
        self.snapshots.mkdir(parents=True, exist_ok=True)
        for entry in self.snapshots.iterdir():
            if entry.name.startswith((_ASIDE, _GONE)):
                shutil.rmtree(entry)
        serving = self.number()
        if serving is not None and serving == self.latest():
            self.drop(number for number in self.numbers() if number > serving)

    def latest(self) -> int | None:
        """Return the snapshot that is served; where it is lost, the latest one that is whole.

        That one is not served by itself, since it may have less than harvesters have seen.
        """
        serving = self.number()
        if serving is not None and self.manifest(serving) is not None:
            return serving
        whole = (number for number in reversed(self.numbers()) if self.manifest(number))
        return next(whole, None)

    def aside(self) -> Path:
        """Make an empty folder in which a snapshot is written."""
        aside = self.snapshots / _ASIDE
        (aside / INSIDE).mkdir(parents=True)
        return aside

    def keep_unchanged(self, aside: Path, name: str, number: int) -> None:
        """Put the file of a snapshot in the place of a new one that has the same bytes."""
        (aside / name).unlink()
        last = self.of(number) / name
        for kept in last.parent.glob(f"{last.name}*"):
            (aside / name).with_name(kept.name).hardlink_to(kept)

    def pack(self, aside: Path, name: str, changed: int) -> None:
        """Write a new file's ``.gz`` beside it, and give both the time when the bytes changed."""
        path = aside / name
        zipped = path.with_name(f"{path.name}.gz")
        with path.open("rb") as plain, zipped.open("wb") as file:
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as packer:
                shutil.copyfileobj(plain, packer, _BLOCK)
            file.flush()
            os.fsync(file.fileno())
        for one in (path, zipped):
            os.utime(one, (changed, changed))

    def place(self, aside: Path, number: int, manifest: dict[str, Any]) -> None:
        """Give a snapshot its number, when all of it is on the disk."""
        with (aside / MANIFEST).open("wb") as file:
            file.write(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        for folder, _, names in os.walk(aside):
            for name in names:
                _sync(Path(folder) / name)
            _sync(Path(folder))
        aside.rename(self.of(number))
        _sync(self.snapshots)

    def serve(self, number: int) -> None:
        """Let ``current`` be this snapshot, from one moment to the next."""
        link = self.path / "current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("snapshots") / str(number))
        link.replace(self.path / "current")
        _sync(self.path)

    def drop(self, numbers: Iterable[int]) -> None:
        """Remove snapshots; half of one is never taken for a whole."""
        for number in numbers:
            gone = self.snapshots / f"{_GONE}{number}"
            self.of(number).rename(gone)
            shutil.rmtree(gone)

    def keep(self, count: int, also: Iterable[int | None]) -> None:
        """Remove all but the latest snapshots and the one that is served."""
        spared = {*self.numbers()[-max(count, 1) :], self.number(), *also}
        self.drop(number for number in self.numbers() if number not in spared)


def changed_now(now: datetime, before: int) -> int:
    """Return the time of new bytes in whole seconds, later than that of those before them."""
    return max(int(now.timestamp()), before + 1)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
