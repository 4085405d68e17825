"""What is made of a version's file and kept beside it: typed rows, and rows set aside.

Owns where these files lie in the storage, on a disk or elsewhere, and their removal. Each
belongs to one version and is never overwritten by another's. Refuses to judge who may read
them: callers ask for versions that the reader may see.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import file_keeper as fk
from ckan.lib import files as ckan_files
from file_keeper.default.adapters.fs import FsStorage

from ..catalog import files

__all__ = ["FOLDER", "REJECTS", "TABLE", "exists", "keep", "local", "open", "remove", "versions"]

FOLDER = "derived"
TABLE = "table.parquet"
REJECTS = "rejects.csv"
_TYPES = {TABLE: "application/vnd.apache.parquet", REJECTS: "text/csv"}


def _location(version_id: int, name: str) -> fk.Location:
    if name not in _TYPES:
        raise ValueError(f"{name} is none of {', '.join(_TYPES)}.")
    return fk.Location(f"{FOLDER}/{version_id}/{name}")


def keep(version_id: int, name: str, path: Path) -> None:
    """Keep a file of a version, in place of one of an earlier reading.

    Raises:
        OSError: the disk is full; what was there before stays.
    """
    kept = files.storage()
    location = _location(version_id, name)
    if not (isinstance(kept, FsStorage) or kept.settings.overwrite_existing):
        # A name that is taken would be refused.
        _remove(kept, location)
    with path.open("rb") as stream:
        files.put(kept, location, stream, path.stat().st_size, _TYPES[name])


def exists(version_id: int, name: str) -> bool:
    """Say whether a version has this file."""
    return files.storage().exists(fk.FileData(_location(version_id, name)))


def open(version_id: int, name: str) -> IO[bytes]:
    """Open a file of a version for reading.

    Raises:
        MissingFileError: it has none, or has it no more.
    """
    kept = files.storage()
    location = _location(version_id, name)
    return files.opened(kept, fk.FileData(location, size=kept.size(location)))


@contextmanager
def local(version_id: int, name: str) -> Iterator[Path]:
    """Give a file of a version as a file on this machine, for as long as the block lasts.

    Raises:
        MissingFileError: it has none, or has it no more.
    """
    kept = files.storage()
    location = _location(version_id, name)
    if isinstance(kept, FsStorage):
        path = Path(kept.full_path(location))
        if not path.is_file():
            raise ckan_files.exc.MissingFileError(kept.settings.name, location)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="derived-") as folder:
        path = Path(folder) / name
        with open(version_id, name) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, files.CHUNK)
        yield path


def remove(version_id: int, *names: str) -> None:
    """Remove what was made of a version's file: what is named, or everything."""
    kept = files.storage()
    for name in names or _TYPES:
        _remove(kept, _location(version_id, name))
    if not names and isinstance(kept, FsStorage):
        with contextlib.suppress(OSError):
            Path(kept.full_path(fk.Location(f"{FOLDER}/{version_id}"))).rmdir()


def _remove(kept: fk.Storage, location: fk.Location) -> None:
    with contextlib.suppress(ckan_files.exc.MissingFileError):
        kept.remove(fk.FileData(location))


def versions() -> set[int]:
    """Return the versions of which files are kept; none where the storage cannot list them."""
    kept = files.storage()
    if not kept.supports(fk.Capability.SCAN):
        return set()
    parts = (location.split("/") for location in kept.filtered_scan(prefix=f"{FOLDER}/"))
    return {int(part[1]) for part in parts if len(part) == 3 and part[1].isdigit()}
