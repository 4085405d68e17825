"""What a file is once it is out of the archives around it.

Owns going into archives, one within another a few times at most, and the words for what is in
them: a reading's ``sheet`` names a file of an archive, and after ``!`` the sheet of that file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from .formats import inner_of
from .grid import Limits
from .kinds import kind_of
from .model import Choice, Question, Reading
from .refusals import Ask, NotATable

__all__ = ["Unpacked", "unpacked"]

_DEEPEST = 3


@dataclass(frozen=True)
class Unpacked:
    """The file itself: where it is, what it is, what of ``sheet`` is about it.

    ``prefix`` goes before its sheets in a reading.
    """

    path: Path
    kind: str
    sheet: str
    prefix: str = ""
    notes: list[str] = field(default_factory=list)

    def asked(self, ask: Ask) -> Ask:
        """Return a question of the file as one of the whole archive."""
        asked = Ask(ask.message, [self._asked(question) for question in ask.questions])
        asked.misfits = ask.misfits
        return asked

    def _asked(self, question: Question) -> Question:
        choices = [
            Choice(one.label, {**one.reading, "sheet": self.prefix + one.reading["sheet"]})
            if "sheet" in one.reading
            else one
            for one in question.choices
        ]
        return replace(question, choices=choices)


def unpacked(path: Path, name: str, given: Reading, into: Path, limits: Limits) -> Unpacked:
    """Say what a file is, having taken it out of zip and gzip files.

    Raises:
        Ask: several files in an archive could be meant.
        NotATable, Refused: as ``kind_of`` and ``inner_of`` say.
    """
    sheet, prefix = given.sheet, ""
    notes: list[str] = []
    for depth in range(_DEEPEST):
        kind = kind_of(path, name).kind
        if kind not in ("zip", "gzip"):
            return Unpacked(path, kind, sheet, prefix, notes)
        if kind == "zip" and sheet.lower().endswith(".shp"):
            return Unpacked(path, "shapefile", sheet, prefix, notes)
        folder = into / f"unpacked-{depth + 1}"
        folder.mkdir(exist_ok=True)
        inner = inner_of(path, kind, name, replace(given, sheet=sheet), limits, folder)
        path, name, sheet = inner.path, inner.name, inner.sheet
        prefix += inner.prefix
        notes += inner.notes
    raise NotATable("This is an archive within archives. It is kept as a download; unpack it once.")
