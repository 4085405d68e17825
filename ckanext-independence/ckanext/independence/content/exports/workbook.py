"""A table as an Excel workbook that begins to arrive at once, however many rows it has.

Owns the step from rows to a zip of sheets. XlsxWriter makes the workbook around the rows (its
styles, its header, the sheet in which the columns are explained); the rows themselves are
streamed into the sheet on their way out, since XlsxWriter sends nothing before the last row.
Refuses what a sheet cannot hold: more than 1,048,575 rows below the header.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter
from zipstream import ZipStream

from .formats import sheet_rows
from .rows import Rows

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "workbook"]

MOST_ROWS = 1_048_575
MOST_COLUMNS = 16_384
_DATA = "xl/worksheets/sheet1.xml"
_TYPES = {
    "text": "text", "integer": "whole number", "numeric": "number", "date": "date",
    "timestamp": "date and time", "time": "time", "boolean": "yes or no",
    "geometry": "shape (GeoJSON)",
}  # fmt: skip
_STYLES = {"date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm:ss", "time": "hh:mm:ss"}


def workbook(rows: Rows, about: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """Yield a workbook with the sheets "Data" and "Columns explained".

    Args:
        rows: their columns have ``name``, ``type``, ``label``, ``description``, ``unit``, ``codes``
        about: what the second sheet says of the table: pairs of words and text
    """
    frame, styles = _frame(rows.columns, about)
    archive = ZipStream(compress_type=zipfile.ZIP_DEFLATED, compress_level=1)
    with zipfile.ZipFile(io.BytesIO(frame)) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            if name == _DATA:
                archive.add(_sheet(content, rows.lines(sheet_rows(rows.columns, styles))), name)
            else:
                archive.add(content, name)
    yield from archive


def _sheet(frame: bytes, rows: Iterator[bytes]) -> Iterator[bytes]:
    # How far the sheet reaches is not known yet, and need not be said.
    frame = re.sub(rb"<dimension[^>]*/>", b"", frame, count=1)
    head, end, tail = frame.partition(b"</sheetData>")
    yield head
    yield from rows
    yield end + tail


def _frame(
    columns: Sequence[Any], about: Sequence[tuple[str, str]]
) -> tuple[bytes, dict[str, int]]:
    """Return a workbook without rows, and the number of each style in it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        dated = {kind: book.add_format({"num_format": code}) for kind, code in _STYLES.items()}
        sheet = book.add_worksheet("Data")
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.label or column.name, bold)
            width = 20 if column.type in dated else min(max(len(column.title) + 2, 12), 40)
            sheet.set_column(index, index, width, dated.get(column.type))
        sheet.freeze_panes(1, 0)
        _explain(book.add_worksheet("Columns explained"), columns, about, bold, wrapped)
    content = file.getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        shape = parts.read(_DATA).decode()
    styles = {}
    for index, column in enumerate(columns):
        if column.type in _STYLES:
            found = re.search(rf'<col min="{index + 1}"[^>]* style="(\d+)"', shape)
            styles[column.type] = int(found[1]) if found else 0
    return content, styles


def _explain(
    sheet: Any, columns: Sequence[Any], about: Sequence[tuple[str, str]], bold: Any, wrapped: Any
) -> None:
    heads = ("Column", "Name in other forms", "Kind", "Unit", "What it means", "Codes")
    for index, (head, width) in enumerate(zip(heads, (28, 24, 16, 12, 60, 40), strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, head, bold)
    sheet.freeze_panes(1, 0)
    for row, column in enumerate(columns, 1):
        codes = "\n".join(f"{code}: {meaning}" for code, meaning in column.codes.items())
        texts = (
            column.title, column.name, _TYPES.get(column.type, column.type), column.unit,
            column.description, codes[:32_000],
        )  # fmt: skip
        for index, text in enumerate(texts):
            sheet.write_string(row, index, text, wrapped)
    for row, (what, text) in enumerate(about, len(columns) + 2):
        sheet.write_string(row, 0, what, bold)
        sheet.write_string(row, 1, text)
