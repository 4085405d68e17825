"""A reading and what comes of it: the words in which reader, load, pages and stewards speak.

Pure data, JSON in and out. A ``Reading`` says how a file is read, in full once the reader has
filled in what was left open; an ``Outcome`` says what came of it. Row numbers are those of the
file or sheet, from 1, as a person counts them who opens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

__all__ = ["TYPES", "Aside", "Choice", "Column", "Outcome", "Question", "Reading", "Table"]

# What a column can be. Money and percentages are numeric, with a unit; geometry is GeoJSON text.
TYPES = ("text", "integer", "numeric", "date", "timestamp", "time", "boolean", "geometry")


@dataclass
class Column:
    """A column, as declared in a reading (any part may be empty) or as found.

    Attributes:
        source: where it is in the file: the position from 0, before anything is dropped.
        name: safe for the database: lower case is not forced, unique, at most 63 bytes.
        label: the city's own words in the header.
        type: one of ``TYPES``; empty is to be found out.
        drop: leave it out.
        fill_down: an empty cell means the cell above.
        marks: cells that mean "no value", and how often each was met.
        unit: such as "%", "$" or "minutes", where the cells say it.
        date_order: mdy or dmy, for dates; ``proved`` is false where no value could tell.
        notes: sentences for the steward.
    """

    source: int | None = None
    name: str = ""
    label: str = ""
    type: str = ""
    drop: bool = False
    fill_down: bool = False
    marks: dict[str, int] = field(default_factory=dict)
    unit: str = ""
    date_order: str = ""
    proved: bool = True
    notes: list[str] = field(default_factory=list)


@dataclass
class Reading:
    """How a file is read. What is None or empty is found out; what is given is kept to.

    Attributes:
        kind: csv, workbook, json, jsonl, geojson, xml, kml, shapefile, parquet; others are
            no tables (pdf, html, image, zip, text, unknown).
        encoding: of text: utf-8, utf-16-le, cp1252, cp437 …
        delimiter: one character.
        sheet: of a workbook, or the layer of a geographic file.
        range: such as "A5:U31"; "A:U" is all rows, "A5:U" those from row 5 on.
        header_rows: their numbers; an empty list: there is none; None: find out.
        aside: rows that a steward sets aside, as "1-4" or "17".
        keep: rows that a steward puts back.
        columns: what is declared of columns, by ``label`` or else by ``source``. One without
            ``source`` that is filled down takes the headings of sections.
        date_order: mdy or dmy.
        unpivot: ``{"columns": [labels], "name": "year", "value": "amount"}``;
            ``{}`` is none; None: find out.
    """

    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    range: str = ""
    header_rows: list[int] | None = None
    aside: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    date_order: str = ""
    unpivot: dict[str, Any] | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Reading:
        """Make a reading of its JSON form; unknown keys are left out."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in (given or {}).items() if key in known}
        column_keys = {f.name for f in fields(Column)}
        values["columns"] = [
            Column(**{key: value for key, value in column.items() if key in column_keys})
            for column in values.get("columns") or []
        ]
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """Return its JSON form."""
        return asdict(self)


@dataclass
class Aside:
    """A row that is not loaded. ``kind``: title, note, total, footer, header, blank, bad."""

    row: int
    kind: str
    reason: str
    cells: list[str] = field(default_factory=list)


@dataclass
class Choice:
    """One answer to a question; ``reading`` is what it changes in the reading."""

    label: str
    reading: dict[str, Any]


@dataclass
class Question:
    """What the reader cannot know. ``about`` is a word such as sheet, columns, header."""

    about: str
    text: str
    choices: list[Choice] = field(default_factory=list)


@dataclass
class Table:
    """A table that was read.

    Attributes:
        sheet: of a workbook; empty else.
        header_rows: where the header stood.
        columns: in order.
        rows: how many were taken.
        set_aside: the first thousand rows that were not; ``set_aside_total`` counts them all.
        source_rows: rows of the file: header rows + blank rows + set aside + those that
            were taken (before an unpivot multiplies them).
        blank_rows: rows without any value.
        parquet: a file with the typed rows, in order; beside the columns it has ``_row`` (the
            row's number in the file) and, where a column has marks, ``_marks`` (JSON text of
            column name to mark; null where the row has none).
        rejects: a CSV file of all rows set aside (row, kind, reason, cells), or None.
        profile: per column name, what ``profiles`` found.
    """

    sheet: str = ""
    header_rows: list[int] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    rows: int = 0
    set_aside: list[Aside] = field(default_factory=list)
    set_aside_total: int = 0
    source_rows: int = 0
    blank_rows: int = 0
    parquet: str | None = None
    rejects: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)


@dataclass
class Outcome:
    """What came of reading a file.

    Attributes:
        status: ``read``, ``ask`` (a steward must choose; tables show the best guess, or are
            none) or ``refused``.
        message: one sentence or two: what was found, or what is wrong, where, how to mend it.
        reading: the whole reading that was used, to be kept and applied to the next file.
        tables: one, when the status is ``read``.
        questions: when the status is ``ask``.
        notes: sentences for the steward: what was repaired, what could not be proved.
        misfits: what of a given reading no longer fits this file.
        download_only: the file is whole but no table (a PDF): nothing is wrong.
    """

    status: str
    message: str
    reading: Reading = field(default_factory=Reading)
    tables: list[Table] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)
    download_only: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return its JSON form."""
        return asdict(self)
