"""Files that lie beside a manifest: in its folder, or below its address.

Owns how they are opened and what their SHA-256 is. It refuses a path that leads out of the
folder, also by a symbolic link, and fetches only through `fetch`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Protocol
from urllib.parse import quote, urljoin

from .. import fetch
from ..reading.manifest import is_inside

_CHUNK = 1024 * 1024


class NoFile(Exception):
    """A file that the manifest names cannot be had; the message says which and why."""


class Beside(Protocol):
    """Where the files of a manifest are."""

    def open(self, path: str) -> IO[bytes]:
        """Open a file for reading.

        Raises:
            NoFile: it is not there, or not inside.
        """


class Nowhere:
    """For a catalog that was handed over without its folder."""

    def open(self, path: str) -> IO[bytes]:
        """Refuse."""
        raise NoFile(f"{path}: files come with a manifest that lies in a folder or at an address.")


class Folder:
    """A folder on this machine."""

    def __init__(self, root: Path) -> None:
        """Take the manifest's folder."""
        self._root = root.resolve()

    def open(self, path: str) -> IO[bytes]:
        """Open a file of the folder; see `Beside`."""
        if not is_inside(path):
            raise NoFile(f"{path} leads out of the manifest's folder.")
        file = (self._root / path).resolve()
        if not file.is_relative_to(self._root):
            raise NoFile(f"{path} is a link that leads out of the manifest's folder.")
        if not file.is_file():
            raise NoFile(f"{path} is not in the manifest's folder. Put it there, or correct it.")
        try:
            return file.open("rb")
        except OSError as error:
            raise NoFile(f"{path} cannot be read: {error.strerror}.") from error


class Address:
    """A folder on the web."""

    def __init__(self, url: str, *, allow: Collection[str], max_bytes: int) -> None:
        """Take the manifest's address; ``max_bytes`` is the most that one file may have."""
        self._url = url
        self._allow = allow
        self._max_bytes = max_bytes

    def open(self, path: str) -> IO[bytes]:
        """Fetch a file into a temporary one; see `Beside`."""
        if not is_inside(path):
            raise NoFile(f"{path} leads out of the manifest's folder.")
        file = TemporaryFile()
        try:
            fetch.fetch(
                urljoin(self._url, quote(path)),
                file,
                allow=self._allow,
                max_bytes=self._max_bytes,
                seconds=600,
            )
        except fetch.FetchError as error:
            file.close()
            raise NoFile(str(error)) from error
        file.seek(0)
        return file


def digest(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file in hexadecimal, and rewind it."""
    found = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()
