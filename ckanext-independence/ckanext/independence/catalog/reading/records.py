"""What a catalog file says, in our words: records, and what was wrong with their values.

Owns the shapes that every reader of this package returns. They refuse nothing and do
nothing; they know no site, no database and no settings.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FREQUENCIES = frozenset(
    "R/PT1S R/P1D R/P1W R/P2W R/P0.5M R/P1M R/P2M R/P3M R/P6M R/P1Y R/P2Y R/P4Y R/P10Y "
    "irregular".split()
)

_EXCERPT = reprlib.Repr()
_EXCERPT.maxstring = _EXCERPT.maxother = 80
_EXCERPT.maxdict = _EXCERPT.maxlist = 3


class Refused(ValueError):
    """The file as a whole cannot be read; the message says what it is and what is accepted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that did not come through as it stood.

    ``kind`` is a short stable word for counting, ``field`` the field of the source,
    ``value`` an excerpt of at most about 80 characters, ``wrong`` what is wrong with it and
    what was done, ``remedy`` what a person can do.
    """

    field: str
    kind: str
    value: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        """Say it in one line."""
        shown = f" {self.value}" if self.value else ""
        return f"{self.field}{shown}: {self.wrong} {self.remedy}".rstrip()


class Problems(list[Problem]):
    """The problems of one record, in the order in which they were met."""

    def say(self, field: str, kind: str, value: Any, wrong: str, remedy: str = "") -> None:
        """Note a problem; ``value`` may be anything and of any size."""
        shown = "" if value is None else _EXCERPT.repr(value)
        self.append(Problem(field, kind, shown, wrong, remedy))


@dataclass(slots=True)
class File:
    """A resource: a link (``fields['url']``), or a file beside the manifest (``path``)."""

    fields: dict[str, Any]
    path: str | None = None
    columns: list[dict[str, str]] = field(default_factory=list)
    alternative_of: str | None = None


@dataclass(slots=True)
class Record:
    """One data set of the source.

    Attributes:
        place: where in the file it stands, such as ``dataset[3]``.
        title: its title; empty where it has none (then ``unusable`` says so).
        name: the address proposed for it, unique within the file.
        named: whether the source itself gave that name.
        identifier: byte for byte as in the source; None where it gives none.
        fields: values by the names of our schema; only what the source says.
        tags: keywords that CKAN accepts.
        department: what the source calls its publisher or department.
        files: its resources, in order.
        publish: whether the source wants it public.
        problems: what did not come through.
        unusable: why it cannot be loaded at all; empty where it can.
    """

    place: str
    title: str = ""
    name: str = ""
    named: bool = False
    identifier: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    department: str | None = None
    files: list[File] = field(default_factory=list)
    publish: bool = True
    problems: Problems = field(default_factory=Problems)
    unusable: str = ""


@dataclass(slots=True)
class Catalog:
    """A whole file: ``format`` is how people call what it is written in."""

    format: str
    records: list[Record] = field(default_factory=list)
    departments: list[dict[str, Any]] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """What the reader must know of the site, given to it because it reads no settings.

    Attributes:
        licences: licence id by address (any spelling) or by id.
        themes: theme id by id or title.
        places: place id by id or title.
        frequencies: the update frequencies that the schema offers.
        fields: for each field of the schema that a manifest may give, whether it is a list;
            None takes any field.
    """

    licences: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    frequencies: frozenset[str] = FREQUENCIES
    fields: Mapping[str, bool] | None = None
