"""Folders of published files: written aside, put in place by one rename.

Owns ``<folder>/snapshots/<number>`` and the link ``<folder>/current``. It knows nothing of
records: it is given lines.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["put_in_place", "write_feed"]


def write_feed(path: Path, head: bytes, sections: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    """Write a catalog: its head, then each array of records, one record a line.

    Args:
        path: of the file; its ``.gz`` is written beside it
        head: the catalog without its arrays, as a JSON object
        sections: name of the array and its records as JSON
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(head[:-1])
        for name, lines in sections:
            file.write(b',\n"%s":[' % name.encode())
            before = b"\n"
            for line in lines:
                file.write(before + line)
                before = b",\n"
            file.write(b"\n]")
        file.write(b"}\n")
        file.flush()
        os.fsync(file.fileno())
    with path.open("rb") as plain, gzip.GzipFile(f"{path}.gz", "wb", 6, mtime=0) as packed:
        packed.writelines(plain)


def put_in_place(folder: Path, number: int) -> None:
    """Let ``current`` be the snapshot of this number, from one moment to the next."""
    aside = folder / "current.new"
    aside.unlink(missing_ok=True)
    aside.symlink_to(Path("snapshots") / str(number))
    aside.replace(folder / "current")
