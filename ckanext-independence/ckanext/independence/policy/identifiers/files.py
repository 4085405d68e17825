"""Files of every kind, and what of them is looked at.

Owns the choice of the way by what a file is, whatever its name says. What cannot be looked at
becomes a note.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ...content.reading import Limits as ReadingLimits
from ...content.reading import Reading
from ...content.reading.kinds import kind_of
from ...content.reading.refusals import Refused
from ...content.reading.text import records_of_text
from .hits import Hit
from .limits import Limits
from .tables import scan_delimited

__all__ = ["Looking"]


@dataclass
class Looking:
    """A scan under way: what was found so far, and what could not be looked at."""

    limits: Limits
    words: Mapping[str, str]
    into: Path
    hits: list[Hit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    complete: bool = True

    def file(self, path: Path, name: str) -> None:
        """Look at a file, whatever it is."""
        try:
            kind = kind_of(path, name).kind
            if kind == "csv":
                self.text(path)
            else:
                self._unseen("Files of this kind are not looked into.")
        except Refused as refused:
            self._unseen(refused.message)
        except duckdb.Error:
            # Its message may quote a value.
            self._unseen("The table could not be looked through to its end.")

    def _unseen(self, sentence: str) -> None:
        self.notes.append(sentence)
        self.complete = False

    def text(self, path: Path, place: str = "") -> None:
        """Look at delimited text."""
        folder = Path(tempfile.mkdtemp(dir=self.into))
        records = records_of_text(path, Reading(), folder, ReadingLimits()).records
        hits, sampled = scan_delimited(records, folder, self.limits, self.words, place)
        self.hits += hits
        if sampled:
            self.notes.append(
                f"The table has more than {self.limits.cells:,} cells; a sample of its rows was "
                "looked at."
            )
