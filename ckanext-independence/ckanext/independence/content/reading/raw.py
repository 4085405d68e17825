"""The first rows of a file as they stand in it, before anything is made of them.

Owns the "before" of a preview, and a look at what an answer would take. Reads no more of a text
file than its head. Refuses to judge the rows, and files whose rows are in a structure of their
own (JSON, maps, Parquet).
"""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path

from .decoding import text_of
from .delimited import dialect_of
from .grid import Limits
from .layout import Range
from .model import Reading
from .refusals import Ask, Refused
from .sheets import records_of_sheet
from .unpacked import unpacked

__all__ = ["first_records"]

_HEAD = 1 << 20


def first_records(
    path: Path, reading: Reading, *, name: str, into: Path, limits: Limits, count: int = 60
) -> list[list[str]]:
    """Return the first rows of a text file or of a sheet, from row 1 or that of the range on.

    Args:
        path: the file
        reading: of it count encoding, delimiter, sheet and range
        name: the file's name, a hint
        into: an existing folder for what is needed between
        limits: what it may cost
        count: how many rows at most

    Returns:
        cells of each row; nothing where there are no such rows, or where they cannot be had.
    """
    try:
        wanted = Range.of(reading.range) if reading.range else Range(0, count, 0, limits.columns)
        stop = min(wanted.bottom, wanted.top + count)
        packed = unpacked(path, name, reading, into, limits)
        records: list[list[str]] = []
        if packed.kind == "csv":
            records = _of_text(packed.path, reading, into, limits, wanted.top, stop)
        elif packed.kind == "workbook":
            sheet = records_of_sheet(packed.path, Reading(sheet=packed.sheet), into, limits)
            records = list(sheet.records.rows(wanted.top, stop))
    except (Ask, Refused):
        # That it cannot be read, and why, is told by the reader.
        return []
    return [cells[wanted.left : wanted.right] for cells in records]


def _of_text(
    path: Path, reading: Reading, into: Path, limits: Limits, start: int, stop: int
) -> list[list[str]]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if len(head) == _HEAD:
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
    cut = into / "head"
    cut.write_bytes(head)
    text = text_of(cut, into, "" if reading.encoding == "mixed" else reading.encoding)
    dialect = dialect_of(text.path, limits, reading.delimiter)
    with text.path.open(encoding="utf-8", errors="replace", newline="") as lines:
        begin = io.StringIO(lines.read(), newline="")
    try:
        return list(islice(dialect.reader(begin), start, stop))
    except csv.Error:
        return []
