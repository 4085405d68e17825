"""The forms in which a table goes out, as SQL that writes one line of text for each row.

Owns how a value is written in each form. DuckDB does the writing, in constant memory, from
columns that are all text already: dates in ISO 8601, numbers as digits, yes and no as ``true``
and ``false``, geometry as GeoJSON. What does not look like its column's type goes out as text,
never as something that a reader of the form would trip over. Refuses to know where rows come
from, and who may have them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

__all__ = ["FORMS", "Framed", "csv", "geojson", "json", "jsonl", "quoted", "sheet_rows"]


FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
}
"""The forms of download by their names, which are the files' endings, and their media types."""

# RFC 8259: what may stand in JSON (and in a sheet) as a number.
NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
# What a spreadsheet would take for a formula (OWASP, "CSV injection").
FORMULA = r"^[=+\-@\t\r]"
# Excel keeps 15 digits of a number, and 32,767 characters of a cell.
EXCEL_DIGITS = 15
EXCEL_CELL = 32_767
# XML 1.0 has no place for these; Excel's own escape would be read in what only looks like it.
_NOT_XML = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
_ESCAPED = r"_x[0-9A-Fa-f]{4}_"


@dataclass(frozen=True)
class Framed:
    """Text around and between lines, and the SQL expression that makes a row's line."""

    head: str
    line: str
    between: str
    tail: str


def quoted(name: str) -> str:
    """Quote a name for DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for DuckDB."""
    return "'" + text.replace("'", "''") + "'"


def csv(columns: Sequence[Any], *, exact: bool) -> Framed:
    """Write CSV (RFC 4180), with the columns' names above.

    Args:
        columns: with ``name`` and ``type``
        exact: for programs: each value as it is. Else for spreadsheets: text that would be
            taken for a formula is preceded by an apostrophe, and a byte order mark tells
            Excel that it is UTF-8.
    """

    def cell(column: Any) -> str:
        value = inside = quoted(column.name)
        special = r'[",\r\n]'
        if not exact and column.type in ("text", "geometry"):
            inside = rf"regexp_replace({value}, '{FORMULA}', '''\0')"
            special = f"{special}|{FORMULA}"
        return (
            f"CASE WHEN regexp_matches({value}, '{special}')"
            f" THEN '\"' || replace({inside}, '\"', '\"\"') || '\"' ELSE coalesce({value}, '') END"
        )

    names = [column.name for column in columns]
    if not exact:
        names = [f"'{name}" if name[:1] in "=+-@\t\r" else name for name in names]
    header = ",".join(
        '"' + name.replace('"', '""') + '"' if set(name) & set('",\r\n') else name for name in names
    )
    head = ("" if exact else "\ufeff") + header + "\r\n"
    return Framed(head, _joined(map(cell, columns), ","), "\r\n", "\r\n")


def json(columns: Sequence[Any]) -> Framed:
    """Write an array of records."""
    return Framed("[\n", _record(columns), ",\n", "\n]\n")


def jsonl(columns: Sequence[Any]) -> Framed:
    """Write one record a line."""
    return Framed("", _record(columns), "\n", "\n")


def geojson(columns: Sequence[Any], geometry: Any | None, point: tuple[Any, Any] | None) -> Framed:
    """Write a collection of features (RFC 7946), from a geometry or from longitude and latitude.

    A row without a usable place is a feature whose geometry is null.
    """
    if geometry is not None:
        shape = f"CASE WHEN json_valid({quoted(geometry.name)}) THEN {quoted(geometry.name)} END"
    elif point is not None:
        x, y = (quoted(column.name) for column in point)
        shape = (
            f"CASE WHEN abs(try_cast({x} AS DOUBLE)) <= 180 AND abs(try_cast({y} AS DOUBLE)) <= 90"
            f' THEN \'{{"type":"Point","coordinates":[\' || try_cast({x} AS DOUBLE)::VARCHAR'
            f" || ',' || try_cast({y} AS DOUBLE)::VARCHAR || ']}}' END"
        )
    else:
        raise ValueError("This table has neither a geometry nor longitude and latitude.")
    others = [column for column in columns if column is not geometry]
    line = (
        f'\'{{"type":"Feature","geometry":\' || coalesce({shape}, \'null\')'
        f" || ',\"properties\":' || {_record(others)} || '}}'"
    )
    return Framed('{"type":"FeatureCollection","features":[\n', line, ",\n", "\n]}\n")


def _record(columns: Sequence[Any]) -> str:
    cells = []
    for index, column in enumerate(columns):
        key = ("," if index else "{") + orjson.dumps(column.name).decode() + ":"
        cells.append(f"{literal(key)} || {_json_value(column)}")
    return " || ".join([*cells, "'}'"]) if cells else "'{}'"


def _json_value(column: Any) -> str:
    value = quoted(column.name)
    plain = {
        "integer": f"regexp_full_match({value}, '{NUMBER}')",
        "numeric": f"regexp_full_match({value}, '{NUMBER}')",
        "boolean": f"{value} IN ('true', 'false')",
        "geometry": f"json_valid({value})",
    }.get(column.type)
    text = f"to_json({value})::VARCHAR"
    if column.type == "timestamp":
        text = f"to_json(replace({value}, ' ', 'T'))::VARCHAR"
    if plain:
        text = f"CASE WHEN {plain} THEN {value} ELSE {text} END"
    return f"coalesce({text}, 'null')"


def sheet_rows(columns: Sequence[Any], styles: Mapping[str, int]) -> str:
    """Return the expression that writes a row of a sheet (SpreadsheetML), from ``_n`` on.

    Strings are written as strings, whatever they begin with; dates and numbers as such where
    Excel can hold them without loss, else as text.

    Args:
        columns: with ``name`` and ``type``
        styles: number of the cell style of a date, a timestamp and a time
    """
    cells = [_sheet_cell(column, _letters(index), styles) for index, column in enumerate(columns)]
    return " || ".join(["'<row r=\"' || _n || '\">'", *cells, "'</row>'"])


def _sheet_cell(column: Any, letters: str, styles: Mapping[str, int]) -> str:
    value = quoted(column.name)
    # An open literal: what follows it ends the tag.
    at = f"'<c r=\"{letters}' || _n || '\""
    text = _sheet_text(value, at)
    days = ""
    match column.type:
        case "integer":
            number = f"regexp_full_match({value}, '-?[0-9]{{1,{EXCEL_DIGITS}}}')"
            text = f"CASE WHEN {number} THEN {at}><v>' || {value} || '</v></c>' ELSE {text} END"
        case "numeric":
            number = f"regexp_full_match({value}, '{NUMBER}')"
            text = f"CASE WHEN {number} THEN {at}><v>' || {value} || '</v></c>' ELSE {text} END"
        case "boolean":
            text = (
                f"CASE {value} WHEN 'true' THEN {at} t=\"b\"><v>1</v></c>'"
                f" WHEN 'false' THEN {at} t=\"b\"><v>0</v></c>' ELSE {text} END"
            )
        case "date":
            days = f"try_cast({value} AS DATE) - DATE '1899-12-30'"
        case "timestamp":
            days = f"(epoch(try_cast({value} AS TIMESTAMP)) / 86400.0 + 25569)::DECIMAL(18, 9)"
        case "time":
            days = f"(epoch(try_cast({value} AS TIME)) / 86400.0)::DECIMAL(18, 9)"
    if days:
        # Before March 1900 Excel counts a day that never was; after 9999 it counts none.
        least = 0 if column.type == "time" else 61
        text = (
            f"CASE WHEN {days} BETWEEN {least} AND 2958466"
            f" THEN {at} s=\"{styles[column.type]}\"><v>' || {days} || '</v></c>' ELSE {text} END"
        )
    return f"CASE WHEN {value} IS NULL THEN '' ELSE {text} END"


def _sheet_text(value: str, at: str) -> str:
    cell = f'{at} t="inlineStr"><is><t xml:space="preserve">\' || {{}} || \'</t></is></c>\''
    safe = f"regexp_replace(left({value}, {EXCEL_CELL}), '{_NOT_XML}', '\ufffd', 'g')"
    safe = rf"regexp_replace({safe}, '({_ESCAPED})', '_x005F\1', 'g')"
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        safe = f"replace({safe}, '{sign}', '{written}')"
    hard = rf"regexp_matches({value}, '[&<>\x00-\x1F]|\x{{FFFE}}|\x{{FFFF}}|{_ESCAPED}')"
    hard = f"{hard} OR length({value}) > {EXCEL_CELL}"
    return f"CASE WHEN {hard} THEN {cell.format(safe)} ELSE {cell.format(value)} END"


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _joined(cells: Any, between: str) -> str:
    return f" || {literal(between)} || ".join(cells)
