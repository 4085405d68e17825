"""Addresses for data sets and departments, made from titles.

Owns how a title becomes a name: the same title always gives the same one, and no two
records of a file share one. It refuses nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

# CKAN itself answers under these, so a data set cannot.
RESERVED = frozenset({"new", "edit", "search"})
LONGEST = 90


def slug(text: str) -> str:
    """Turn a text into 2 to 90 of ``a-z 0-9 -``; what has no such letters gets a digest."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(name) > LONGEST:
        # Titles that differ only at their end, such as in a year, must not meet.
        name = f"{name[: LONGEST - 7].rstrip('-')}-{digest(text)}"
    if len(name) < 2:
        name = f"dataset-{name or digest(text)}"
    return f"{name}-data" if name in RESERVED else name


def digest(text: str) -> str:
    """Return six hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]


class Names:
    """Gives each record of a file a name that no other has."""

    def __init__(self) -> None:
        """Start with none given."""
        self._given: set[str] = set()

    def give(self, wanted: str, identifier: str | None) -> str:
        """Return ``wanted``, or a name near it when that is taken.

        A record with an identifier keeps its name however the file is sorted, once it is
        the second of that name; one without is numbered.
        """
        name = wanted
        if name in self._given and identifier:
            name = f"{wanted}-{digest(identifier)}"
        number = 2
        while name in self._given:
            name = f"{wanted}-{number}"
            number += 1
        self._given.add(name)
        return name
