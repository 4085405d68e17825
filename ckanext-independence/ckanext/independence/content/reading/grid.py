"""What readers hand to the typer: named columns and rows of text, nothing typed yet.

Owns the form of that hand-over and the limits under which everybody works. Cells are text
as a person would type them: ``""`` is empty; what a workbook or a JSON file keeps typed comes as
``1234.5``, ``true``, ``2026-09-14``, ``2026-09-14T10:00:00``, ``10:00:00``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .model import Aside, Column

__all__ = ["CsvSource", "Grid", "Limits", "Site"]


@dataclass(frozen=True)
class Limits:
    """What one file may cost.

    Attributes:
        cells: cells of a sheet or table, empty ones counted.
        columns: columns of a table; PostgreSQL takes 1,600, the loader's own among them.
        rows: rows of a file, blank ones counted.
        blank_rows: rows without any value.
        line_bytes: one record of a text file.
        unpacked_bytes: what an archive or a workbook may unpack to, in all.
        aside_rows: rows set aside; more of them mean that the file was not understood.
        memory_mb: what DuckDB may use.
        threads: how many DuckDB may use.
        seconds: wall clock for one file.
    """

    cells: int = 500_000_000
    columns: int = 1_590
    rows: int = 10_000_000
    blank_rows: int = 1_000_000
    line_bytes: int = 8_000_000
    unpacked_bytes: int = 2_000_000_000
    aside_rows: int = 20_000
    memory_mb: int = 150
    threads: int = 2
    seconds: float = 900.0


@dataclass(frozen=True)
class Site:
    """What holds for all files of a city: ``date_order`` is mdy or dmy."""

    date_order: str = "mdy"


@dataclass(frozen=True)
class CsvSource:
    """A delimited file that DuckDB may read by itself: UTF-8, and looked through to its end.

    It is certain that there is no byte order mark, every line after ``skip_lines`` begins a
    record or lies within a quoted field, every record has ``width`` fields, no record is blank
    and quotes are well-formed (doubled inside quoted fields); lines end in one manner.

    Attributes:
        path: the file, or a cleaned copy of it.
        delimiter: one character.
        quote: one character.
        skip_lines: lines before the first record of data.
        width: fields of every record.
        positions: which field each of the grid's columns is, from 0.
        records: how many records of data there are.
        first_row: the row number of the first record; the next ones count on from there.
        gaps: row numbers, ascending, that are not there (blank or set aside): counting skips them.
    """

    path: Path
    delimiter: str
    quote: str
    skip_lines: int
    width: int
    positions: list[int]
    records: int
    first_row: int
    gaps: list[int] = field(default_factory=list)


@dataclass
class Grid:
    """One table before types.

    Attributes:
        sheet: of a workbook or the layer of a geographic file; empty else.
        header_rows: their row numbers.
        columns: in order, named and unique, none dropped; what a reading declares of a column
            (type, marks, date order) is in it and is kept to. A column of geometry is declared
            so and holds GeoJSON text in WGS 84.
        rows: (row number in the file, one text per column). To be gone through once; without
            asides and blank rows, filled down and unpivoted already. Not used if ``csv`` is there.
        csv: the fast way.
        asides: rows set aside so far; complete only when ``rows`` has come to its end.
        blank_rows: likewise, rows without any value.
        source_rows: likewise, rows of the file that were gone through: header rows, blank ones,
            asides, and those that ``rows`` gave (``csv.records`` where that is used).
        per_row: how many rows an unpivot makes of one of the file at most; 1 is no unpivot.
            Where it is more, several of ``rows`` carry the same row number.
        notes: sentences for the steward.
        encoding: of text.
    """

    sheet: str = ""
    header_rows: list[int] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    rows: Iterable[tuple[int, list[str]]] = ()
    csv: CsvSource | None = None
    asides: list[Aside] = field(default_factory=list)
    blank_rows: int = 0
    source_rows: int = 0
    per_row: int = 1
    notes: list[str] = field(default_factory=list)
    encoding: str = ""
