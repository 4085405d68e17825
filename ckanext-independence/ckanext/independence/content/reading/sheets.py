"""Workbooks: which sheet is the table, and its cells as records.

Owns XLSX, XLS and ODS by way of calamine, which gives values and not how they are shown: a
number format such as "in thousands" changes nothing. How far a sheet reaches and which of its cells
are errors is looked up apart, in ``extents``.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from .cells import TEXT, kind_of_cell
from .extents import Extent, extents_of
from .grid import Limits
from .model import Reading
from .old_workbooks import see_to_memory
from .questions import which_sheet
from .records import Records, records_of
from .refusals import Ask, NotATable, Refused

__all__ = ["Sheet", "records_of_sheet"]

# Names of sheets that explain others.
_EXPLAINS = re.compile(
    r"read\s?me.*|.*\b(dictionary|metadata|meta data|notes?|glossary|definitions?|instructions?"
    r"|legend|contents|disclaimer|about|cover|change ?log|codebook|lookups?|variables|fields?)\b.*"
    r"|info(rmation)?|documentation|sources?|title( page)?|terms?",
    re.IGNORECASE,
)
# Values of all sheets together that are held at a time; each takes some thirty bytes.
_CELLS = 5_000_000

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass
class Sheet:
    """A sheet as records.

    Attributes:
        name: of the sheet.
        records: of its cells.
        merged: ranges of merged cells: (top, left, bottom, right) from 0, the ends in it.
        notes: sentences for the steward.
    """

    name: str
    records: Records
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def records_of_sheet(path: Path, given: Reading, into: Path, limits: Limits) -> Sheet:
    """Read the sheet that a reading names, or the only one that is a table.

    Raises:
        Ask: several sheets could be meant.
        NotATable: no sheet holds a value.
        Refused: it is damaged, protected or too big.
    """
    parts: dict[str, Extent] = {}
    if zipfile.is_zipfile(path):
        parts = extents_of(path, limits)
    else:
        see_to_memory(path)
    for name, part in parts.items():
        if part.at_once:
            _see_to_size(name, parts, limits)
    try:
        # calamine needs the ending to be sure of nothing: it looks at the content.
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Refused("The workbook is protected by a password. Save it without one.") from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise Refused(
            f"The workbook cannot be opened ({error}). Open it in a spreadsheet program "
            "and save it again."
        ) from error
    notes: list[str] = []
    name = _choose(book, given, notes, parts, limits)
    sheet = book.get_sheet_by_name(name)
    errors = parts[name].errors if name in parts else {}
    target = into / "sheet.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n").writerow
        offset = sheet.start[1] if sheet.start else 0
        for index, row in enumerate(sheet.iter_rows()):
            cells = [""] * offset + ["\n".join(_text(cell).splitlines()) for cell in row]
            for place, shown in errors.get(index, {}).items():
                if place < len(cells) and not cells[place]:
                    cells[place] = shown
            write(cells)
    if errors:
        count = sum(len(row) for row in errors.values())
        first = min(errors)
        notes.append(
            f"{count:,} cells hold an error of the workbook, the first in row {first + 1:,}: "
            f"{next(iter(errors[first].values()))}. They have no value."
        )
    merged = [(a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    return Sheet(name, records_of(target, ",", limits), merged, notes)


def _choose(
    book: CalamineWorkbook,
    given: Reading,
    notes: list[str],
    parts: dict[str, Extent],
    limits: Limits,
) -> str:
    if given.sheet:
        if given.sheet not in book.sheet_names:
            names = ", ".join(f"“{name}”" for name in book.sheet_names[:20])
            raise Ask(
                f"The workbook has no sheet “{given.sheet}”. It has {names}.",
                which_sheet([(name, 0, 0) for name in book.sheet_names]).questions,
            )
        _see_to_size(given.sheet, parts, limits)
        return given.sheet
    sized: list[tuple[str, int, int]] = []
    wordy: set[str] = set()
    for known in book.sheets_metadata:
        if "WorkSheet" not in str(known.typ) or "Visible" not in str(known.visible):
            continue
        _see_to_size(known.name, parts, limits)
        sheet = book.get_sheet_by_name(known.name)
        if not sheet.height:
            continue
        sized.append((known.name, sheet.height, sheet.width))
        if _explains(sheet.to_python(nrows=80)):
            wordy.add(known.name)
    if not sized:
        raise NotATable("No sheet of the workbook holds a value. It is kept as a download.")
    tables = [one for one in sized if not _EXPLAINS.fullmatch(one[0]) and one[0] not in wordy]
    if len(tables) == 1 or len(sized) == 1:
        name = (tables or sized)[0][0]
        others = [f"“{one[0]}”" for one in sized if one[0] != name]
        if others:
            notes.append(
                f"The sheet “{name}” was read; {', '.join(others)} was taken for an explanation."
                if len(others) == 1
                else f"The sheet “{name}” was read; {', '.join(others)} were taken for others' "
                "explanations."
            )
        return name
    raise which_sheet(tables or sized)


def _explains(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell a sheet of prose: two columns at most, and no figures in them."""
    filled = [[cell for cell in row if cell != ""] for row in rows]
    filled = [row for row in filled if row]
    if not filled or max(map(len, filled)) > 2 or len(filled) >= 60:
        return False
    return all(kind_of_cell(str(cell)) == TEXT for row in filled for cell in row[:2])


def _text(cell: Cell) -> str:
    """Write a value as a person would type it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 2**63:
            return str(int(cell))
        # Fifteen digits are what a spreadsheet shows; the rest is noise of binary fractions.
        return repr(float(f"{cell:.15g}"))
    if isinstance(cell, datetime):
        if cell.time() == time():
            return cell.date().isoformat()
        return cell.isoformat(timespec="microseconds" if cell.microsecond else "seconds")
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(cell, time):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat()


def _see_to_size(name: str, parts: dict[str, Extent], limits: Limits) -> None:
    part = parts.get(name)
    if not part:
        return
    if part.columns > limits.columns:
        raise Refused(
            f"The sheet “{name}” reaches to column {part.columns:,}; {limits.columns:,} is the "
            "limit. Delete what lies far to the right of the table."
        )
    if part.rows * part.columns > _CELLS:
        raise Refused(
            f"The sheet “{name}” reaches over {part.rows:,} rows and {part.columns:,} columns; "
            f"{_CELLS:,} cells are the limit of a sheet. Save it as CSV, which has none, or delete "
            "what lies far from the table."
        )
