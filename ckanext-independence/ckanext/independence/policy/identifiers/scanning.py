"""Scans of rows, texts and files for protected information.

Owns the three ways in and what a scan says of itself: its hits, what could not be looked at, and
whether anything was left out. Refuses to raise because of what is in a file, and to keep a value.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .files import Looking
from .gathering import Gathering
from .hits import Hit
from .limits import Limits
from .plain import LONGEST

__all__ = ["Limits", "Scan", "scan_file", "scan_rows", "scan_texts"]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan of a file found.

    Attributes:
        hits: see ``Hit``.
        notes: sentences on what could not be looked at, or not wholly.
        complete: whether everything was looked at: False where a note says what was not.
    """

    hits: list[Hit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    complete: bool = True


def scan_file(
    path: Path,
    filename: str = "",
    *,
    columns: Mapping[str, str] | None = None,
    limits: Limits = Limits(),  # noqa: B008
) -> Scan:
    """Scan a file of any kind. Nothing in a file makes it raise.

    Args:
        path: the file.
        filename: what it is called, a hint only.
        columns: what is known of columns beside their names, in words: label and description.
        limits: what it may cost.
    """
    with tempfile.TemporaryDirectory(prefix="scan-") as folder:
        looking = Looking(limits, columns or {}, Path(folder))
        looking.file(path, filename or path.name)
    return Scan(looking.hits, looking.notes, looking.complete)


def scan_rows(
    records: Sequence[Mapping[str, Any]], *, columns: Mapping[str, str] | None = None
) -> list[Hit]:
    """Scan rows such as an API writes them.

    Args:
        records: column to value; lists and objects count as their JSON text.
        columns: what is known of columns beside their names, in words: label and description.
    """
    gathering = Gathering(words=columns)
    for record in records:
        for name, value in record.items():
            if value is not None and value != "" and not isinstance(value, bool):
                gathering.put(str(name), str(value))
    return gathering.hits()


def scan_texts(texts: Mapping[str, str]) -> list[Hit]:
    """Scan texts, such as the title and description of a data set; a hit's place is its field.

    Only the first 200,000 characters of each are looked at.
    """
    hits: list[Hit] = []
    for name, text in texts.items():
        if text:
            gathering = Gathering(place=name, places=True)
            gathering.put("", text[:LONGEST])
            hits += gathering.hits()
    return hits
