"""What a clean table is: its columns, and whether each value is of its column's type. Pure.

Owns the six column types that a manifest may declare and the reading of a CSV file
against them. Refuses whatever it would have to guess or change: another header, a date
that is not ISO, a number with a leading zero (an identifier, most likely). One bad
value refuses the file, with the row, the column and the reason.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

__all__ = ["Column", "NotClean", "NotFitting", "read_columns", "rows"]

# PostgreSQL's own limit for names.
LONGEST_NAME = 63
LONGEST_CELL = 10_000_000
_INTEGERS = range(-(2**63), 2**63)
_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)")
_NUMERIC = re.compile(r"[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
)
_BOOLEANS = {
    "true": "t", "yes": "t", "1": "t", "t": "t", "y": "t",
    "false": "f", "no": "f", "0": "f", "f": "f", "n": "f",
}  # fmt: skip


class NotClean(Exception):
    """The file or its declaration cannot be a table; the message is for people."""


class NotFitting(NotClean):
    """The file is another one than was declared, so that an older table tells nothing of it."""


@dataclass(frozen=True)
class Column:
    """A declared column. ``type`` is one of the six; the rest is its line in the dictionary."""

    name: str
    type: str = "text"
    label: str = ""
    description: str = ""
    unit: str = ""

    @property
    def sql_type(self) -> str:
        """The type's name in PostgreSQL."""
        return "bigint" if self.type == "integer" else self.type

    @property
    def info(self) -> dict[str, str]:
        """The column's dictionary entry as CKAN keeps it in the DataStore."""
        notes = self.description
        if self.unit and self.unit.lower() not in notes.lower():
            notes = f"{notes} ({self.unit})" if notes else self.unit
        entry = {"label": self.label, "notes": notes, "unit": self.unit}
        return {key: value for key, value in entry.items() if value}


def read_columns(declared: Iterable[dict[str, Any]]) -> list[Column]:
    """Check a declaration of columns.

    Raises:
        NotFitting: a name or a type cannot be used.
    """
    columns: list[Column] = []
    for number, given in enumerate(declared, 1):
        name = str(given.get("name") or "")
        kind = str(given.get("type") or "text")
        if not name or name != name.strip() or name.startswith("_") or '"' in name or "\0" in name:
            raise NotFitting(
                f"Column {number} is named {name!r}. A name neither begins with _ or a space, "
                'nor holds a quotation mark, such as "case_number".'
            )
        if len(name.encode()) > LONGEST_NAME:
            raise NotFitting(f"The column name {name!r} is longer than {LONGEST_NAME} bytes.")
        if kind not in _CHECKS:
            raise NotFitting(
                f"Column {name} is of type {kind!r}. Known types: {', '.join(_CHECKS)}."
            )
        if any(name == known.name for known in columns):
            raise NotFitting(f"There are two columns named {name}.")
        words = {k: str(given.get(k) or "") for k in ("label", "description", "unit")}
        columns.append(Column(name, kind, **words))
    if not columns:
        raise NotFitting("No columns are declared.")
    return columns


def rows(file: IO[str], columns: list[Column]) -> Iterator[list[str]]:
    """Read a CSV file whose first row names exactly the declared columns.

    Args:
        file: text, opened with ``newline=""``
        columns: what the file must hold

    Yields:
        each row's values as PostgreSQL reads them; an empty string is no value

    Raises:
        NotFitting: the header differs.
        NotClean: a row or a value is wrong.
    """
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(file, strict=True)
    row_number = 0
    try:
        header = next(reader, [])
        _check_header(header, [column.name for column in columns])
        checks = [(at, _CHECKS[c.type]) for at, c in enumerate(columns) if c.type != "text"]
        row_number = 1
        for values in reader:
            row_number += 1
            if not values:
                continue
            if len(values) != len(columns):
                raise NotClean(
                    f"Row {row_number} (line {reader.line_num}) has {len(values)} values; "
                    f"the header names {len(columns)} columns."
                )
            for at, check in checks:
                if values[at]:
                    try:
                        values[at] = check(values[at])
                    except ValueError as error:
                        raise NotClean(
                            f"Row {row_number} (line {reader.line_num}), column "
                            f"{columns[at].name}: {values[at][:80]!r} {error}."
                        ) from None
            if any("\0" in value for value in values):
                raise NotClean(f"Row {row_number} (line {reader.line_num}) holds a NUL character.")
            yield values
    except csv.Error as error:
        raise NotClean(f"Line {reader.line_num} is not CSV: {error}.") from error
    except UnicodeDecodeError as error:
        raise NotClean(
            f"After row {row_number} the file is not UTF-8 (it has the byte "
            f"{error.object[error.start]:#04x}). Save it as CSV UTF-8."
        ) from error


def _check_header(found: list[str], wanted: list[str]) -> None:
    if found == wanted:
        return
    if not found:
        raise NotFitting("The file has no header row.")
    missing = [name for name in wanted if name not in found]
    extra = [name for name in found if name not in wanted]
    parts = []
    if missing:
        parts.append(f"lacks {', '.join(missing)}")
    if extra:
        parts.append(f"has {', '.join(repr(name) for name in extra)} besides")
    raise NotFitting(
        f"The header differs from the declared columns: it {' and '.join(parts)}."
        if parts
        else "The header names the declared columns in another order or more than once."
    )


def _integer(value: str) -> str:
    text = value.strip()
    if not _INTEGER.fullmatch(text):
        raise ValueError(_zero(text) or "is no whole number, such as 1250")
    if int(text) not in _INTEGERS:
        raise ValueError("is too large for a whole number; declare the column as numeric or text")
    return text


def _numeric(value: str) -> str:
    text = value.strip()
    if not _NUMERIC.fullmatch(text):
        raise ValueError(_zero(text) or "is no number, such as 1250.75")
    return text


def _zero(text: str) -> str:
    if re.fullmatch(r"[+-]?0[0-9]+(\.[0-9]*)?", text):
        return "begins with a zero that a number would lose; declare the column as text"
    return ""


def _date(value: str) -> str:
    text = value.strip()
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError("is no day of the calendar") from None
    raise ValueError("is no date, such as 2026-03-31")


def _timestamp(value: str) -> str:
    text = value.strip()
    if _TIMESTAMP.fullmatch(text):
        try:
            return datetime.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError("is no moment of the calendar and the clock") from None
    raise ValueError("is no local date and time without a zone, such as 2026-03-31T14:05:00")


def _boolean(value: str) -> str:
    try:
        return _BOOLEANS[value.strip().lower()]
    except KeyError:
        raise ValueError("is neither true nor false") from None


_CHECKS: dict[str, Callable[[str], str]] = {
    "text": str,
    "integer": _integer,
    "numeric": _numeric,
    "date": _date,
    "timestamp": _timestamp,
    "boolean": _boolean,
}
