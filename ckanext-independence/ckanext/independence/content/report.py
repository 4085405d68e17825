"""The report of how a file is read: what came of it, its rows before, and its rows after.

Owns the look at a resource's newest file for its steward's page, as it was read or as it would
be. Refuses to change anything, and to judge who may look: the page and the actions do.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ckan import model
from ckan.lib import files as ckan_files

from ..catalog import files, versions
from ..catalog.interfaces import rows_kept_back
from ..catalog.model import Version
from . import derived, previewed
from .model import Found
from .reading import raw
from .reading.model import Aside, Choice, Column, Outcome, Question, Reading, Table

__all__ = ["Report", "Row", "look", "newest", "samples"]

# What a preview shows: rows, cells of a row, characters of a cell.
FIRST, CELLS, LONGEST = 40, 40, 80
# Files up to this size in bytes are opened once for each answer that is offered.
QUICK = 5_000_000


@dataclass(frozen=True)
class Row:
    """A row of a file before anything is made of it: its number from 1, and what became of it.

    ``kind`` is ``header``, ``blank``, a kind of ``Aside``, or "" for a row of data.
    """

    number: int
    cells: list[str]
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """What a steward's page shows.

    Attributes:
        version: the newest version of the resource.
        found: what is known of its load.
        outcome: what the reader said; its status is "" where it has not come to it.
        before: the file's first rows; none where it has no such rows.
        after: the first typed rows, the row's number in the file first; none without a table.
        has_rejects: whether the rows set aside lie ready as a file.
    """

    version: Version
    found: Found | None
    outcome: Outcome
    before: list[Row] = field(default_factory=list)
    after: list[list[str | None]] = field(default_factory=list)
    has_rejects: bool = False

    @property
    def table(self) -> Table | None:
        """The table that was read."""
        return self.outcome.tables[0] if self.outcome.tables else None


def newest(resource_id: str) -> Report | None:
    """Return what is known of a resource's newest file, without its rows; None: it has none."""
    version = versions.newest(resource_id)
    if version is None:
        return None
    found = model.Session.get(Found, version.id)
    return Report(version, found, _outcome(found.outcome if found else None))


def look(known: Report, tried: Mapping[str, Any] | None = None) -> Report:
    """Return a report with its rows.

    Args:
        known: as ``newest`` gave it
        tried: what ``independence_content_reading_preview`` answered; without it, the rows are
            those that are kept
    """
    version = known.version
    outcome = _outcome(tried["outcome"]) if tried else known.outcome
    after = tried["after"] if tried else _kept_rows(version.id, outcome)
    return replace(
        known,
        outcome=outcome,
        before=_before(version, outcome),
        after=_after(after, outcome),
        has_rejects=derived.exists(version.id, derived.REJECTS),
    )


# ---- Rows -----------------------------------------------------------------------------------


def _before(version: Version, outcome: Outcome) -> list[Row]:
    wanted = replace(outcome.reading, range="")
    with _file(version) as path:
        records = _records(path, version, wanted, FIRST) if path else []
    table = outcome.tables[0] if outcome.tables else None
    asides = {aside.row: aside for aside in table.set_aside} if table else {}
    header = set(table.header_rows if table else outcome.reading.header_rows or [])
    return [_row(number, cells, header, asides) for number, cells in enumerate(records, 1)]


def samples(known: Report) -> dict[str, list[list[str]]]:
    """Return the first rows that answers to the reader's questions would take.

    Those by sheets and ranges only, of the first dozen answers, and of files that are quickly
    opened.

    Returns:
        rows by the answer's label
    """
    choices = [choice for one in known.outcome.questions for choice in one.choices][:12]
    choices = [one for one in choices if {"sheet", "range"} & set(one.reading)]
    found: dict[str, list[list[str]]] = {}
    if not choices:
        return found
    with _file(known.version) as path:
        if path is None or path.stat().st_size > QUICK:
            return found
        for choice in choices:
            wanted = Reading.of({**known.outcome.reading.as_json(), **choice.reading})
            rows = _records(path, known.version, wanted, 8)
            # Blank rows at the top say nothing.
            rows = [row for row in rows if any(cell.strip() for cell in row)][:4]
            found[choice.label] = [[_short(cell) for cell in row[:12]] for row in rows]
    return found


@contextmanager
def _file(version: Version) -> Iterator[Path | None]:
    """Give a version's file as one on this machine; None where it is lost, or kept from sight."""
    file = None if rows_kept_back(version.id) else files.stored_version(version.id)
    with tempfile.TemporaryDirectory(prefix="before-") as folder:
        path = file.path if file else None
        try:
            if file is not None and path is None:
                path = Path(folder) / "file"
                with file.open() as source, path.open("wb") as target:
                    while chunk := source.read(files.CHUNK):
                        target.write(chunk)
        except ckan_files.exc.MissingFileError:
            path = None
        yield path if path is not None and path.is_file() else None


def _records(path: Path, version: Version, wanted: Reading, count: int) -> list[list[str]]:
    with tempfile.TemporaryDirectory(prefix="before-") as folder:
        return raw.first_records(
            path,
            wanted,
            name=version.filename,
            into=Path(folder),
            limits=previewed.LIMITS,
            count=count,
        )


def _row(number: int, cells: Sequence[str], header: set[int], asides: Mapping[int, Aside]) -> Row:
    shown = [_short(cell) for cell in cells[:CELLS]]
    if number in asides:
        return Row(number, shown, asides[number].kind, asides[number].reason)
    if number in header:
        return Row(number, shown, "header")
    return Row(number, shown, "" if any(shown) else "blank")


def _kept_rows(version_id: int, outcome: Outcome) -> Mapping[str, Any] | None:
    if not outcome.tables:
        return None
    try:
        with derived.local(version_id, derived.TABLE) as path:
            return previewed.first_rows(path)
    except ckan_files.exc.MissingFileError:
        return None


def _after(found: Mapping[str, Any] | None, outcome: Outcome) -> list[list[str | None]]:
    """Return rows in the order of the outcome's columns, the row's number first."""
    if not found or not outcome.tables:
        return []
    places = {name: place for place, name in enumerate(found["columns"])}
    wanted = ["_row", *(column.name for column in outcome.tables[0].columns[:CELLS])]
    taken = [places[name] for name in wanted if name in places]
    return [
        [None if row[place] is None else _short(row[place]) for place in taken]
        for row in found["rows"][:FIRST]
    ]


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}…"


# ---- Outcomes -------------------------------------------------------------------------------


def _outcome(told: Mapping[str, Any] | None) -> Outcome:
    """Return an outcome from its JSON form."""
    told = told or {}
    return Outcome(
        status=str(told.get("status") or ""),
        message=str(told.get("message") or ""),
        reading=Reading.of(told.get("reading")),
        tables=[_table(one) for one in told.get("tables") or []],
        questions=[
            Question(
                one["about"], one["text"], [Choice(**choice) for choice in one.get("choices") or []]
            )
            for one in told.get("questions") or []
        ],
        notes=list(told.get("notes") or []),
        misfits=list(told.get("misfits") or []),
        download_only=bool(told.get("download_only")),
    )


def _table(told: Mapping[str, Any]) -> Table:
    known = {one.name for one in fields(Table)}
    values = {key: value for key, value in told.items() if key in known}
    values["columns"] = [Column(**one) for one in told.get("columns") or []]
    values["set_aside"] = [Aside(**one) for one in told.get("set_aside") or []]
    return Table(**values)
