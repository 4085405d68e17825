"""Names of columns: what the city wrote above them, and what the database can call them.

Owns labels (white space collapsed, footnote digits cut) and names made of them: letters,
digits and ``_``, at most 63 bytes, unique without regard to case, never beginning with ``_``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["label_of", "names_of", "without_footnotes"]

_BYTES = 63  # PostgreSQL's longest identifier
_UNNAMED = re.compile(r"unnamed: \d+(_level_\d+)?|column\d+|field\d+|f\d+", re.IGNORECASE)
_MADE = re.compile(r"unnamed: \d+(_level_\d+)?", re.IGNORECASE)
# PostgreSQL's system columns, and the loader's own.
_TAKEN = {"oid", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"}
_FOOTNOTE = re.compile(r"(?<=[A-Za-z.)])\d(,\d)*$")


def label_of(cell: str) -> str:
    """Return a header cell in one line; what pandas makes of an empty one is empty."""
    label = " ".join(cell.replace("\ufeff", "").split())
    return "" if _MADE.fullmatch(label) else label


def without_footnotes(labels: Sequence[str]) -> list[str]:
    """Cut digits that are footnotes ("Arson4"), not part of a name ("Ward 4", "Q1", "Line2").

    A digit at the end of a word in small letters is a footnote, unless labels with the same letters
    and other digits, or none, make a series of it.
    """
    stems = [_FOOTNOTE.sub("", label).lower() for label in labels]
    cut = []
    for label, stem in zip(labels, stems, strict=True):
        word = re.search(r"(?:^|[\s(/-])[A-Za-z]?[a-z]{3,}[.)]?\d(,\d)*$", label)
        cut.append(_FOOTNOTE.sub("", label) if word and stems.count(stem) == 1 else label)
    return cut


def names_of(labels: Sequence[str], sources: Sequence[int]) -> list[str]:
    """Make a safe and unique name of each label; an empty one is ``column_`` and its position."""
    names: list[str] = []
    seen: set[str] = set()
    for label, source in zip(labels, sources, strict=True):
        base = _safe(label) or f"column_{source + 1}"
        name, number = base, 1
        while name.lower() in seen or name.lower() in _TAKEN:
            number += 1
            ending = f"_{number}"
            name = _cut(base, _BYTES - len(ending)) + ending
        seen.add(name.lower())
        names.append(name)
    return names


def _safe(label: str) -> str:
    text = label.replace("%", " percent ").replace("#", " number ").replace("&", " and ")
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    name = re.sub(r"[^0-9A-Za-z]+", "_", plain).strip("_")
    if not name:
        # A script without Latin letters keeps its own; PostgreSQL takes them.
        name = re.sub(r"\W+", "_", label).strip("_")
    return _cut(name, _BYTES)


def _cut(name: str, size: int) -> str:
    return name.encode()[:size].decode("utf-8", "ignore").rstrip("_")
