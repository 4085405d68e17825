"""Read ``report.yaml``: the report's title, its year, its parts and what asks for them.

Owns the file's shape and the arithmetic of fiscal years. It refuses, with the place in the file,
what could not be reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..rulebook.shape import Clause

__all__ = ["PARTS", "Part", "ReportFileError", "Shape", "Year", "read"]

PARTS = ("progress", "goals", "next-year", "suggestions")
"""What is computed; a part of the file names one of these."""


class ReportFileError(ValueError):
    """The file cannot be used; the message says where and how to mend it."""


@dataclass(frozen=True)
class Part:
    """A part of the report; ``asks`` tells its writer what belongs there."""

    id: str
    title: str
    clauses: tuple[Clause, ...] = ()
    asks: str = ""


@dataclass(frozen=True)
class Year:
    """A fiscal year, named for the calendar year in which it ends; both days belong to it."""

    number: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Shape:
    """What the city's report is made of."""

    title: str
    year_starts: int
    parts: tuple[Part, ...]

    def year(self, number: int) -> Year:
        """Return a fiscal year by its name.

        Raises:
            ValueError: there is no such year
        """
        if self.year_starts == 1:
            return Year(number, dt.date(number, 1, 1), dt.date(number, 12, 31))
        first = dt.date(number - 1, self.year_starts, 1)
        return Year(number, first, dt.date(number, self.year_starts, 1) - dt.timedelta(days=1))

    def year_of(self, day: dt.date) -> Year:
        """Return the fiscal year in which a day lies."""
        later = self.year_starts > 1 and day.month >= self.year_starts
        return self.year(day.year + later)


def read(path: Path, clauses: Mapping[str, Clause]) -> Shape:
    """Read the file.

    Args:
        path: of the file
        clauses: those of the rulebook, by code

    Raises:
        ReportFileError: it is missing, is no YAML, or holds something that cannot be used
    """
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ReportFileError(f"{path} is missing. Copy the one that came with it.") from error
    except yaml.YAMLError as error:
        raise ReportFileError(f"{path} is not YAML: {error}") from error
    try:
        return _shape(data, clauses)
    except ReportFileError as error:
        raise ReportFileError(f"{path}: {error}") from error


def _shape(data: Any, clauses: Mapping[str, Clause]) -> Shape:
    _only(data, ("title", "year_starts", "parts"), "the file")
    month = data.get("year_starts", 1)
    if type(month) is not int or not 1 <= month <= 12:
        raise ReportFileError(f"year_starts: must be a month, 1 to 12, not {month!r}.")
    rows = data.get("parts")
    if not isinstance(rows, list) or not rows:
        raise ReportFileError("parts: must be a list with at least one part.")
    parts = tuple(_part(row, number, clauses) for number, row in enumerate(rows, 1))
    names = [one.id for one in parts]
    for name in names:
        if names.count(name) > 1:
            raise ReportFileError(f"parts: {name} stands there twice. Keep one of them.")
    return Shape(_text(data, "title", "the file"), month, parts)


def _part(row: Any, number: int, clauses: Mapping[str, Clause]) -> Part:
    where = f"parts, number {number}"
    _only(row, ("id", "title", "clauses", "asks"), where)
    id_ = _text(row, "id", where)
    if id_ not in PARTS:
        raise ReportFileError(f"{where}: id {id_!r} is none of {', '.join(PARTS)}.")
    codes = row.get("clauses") or []
    if not isinstance(codes, list):
        raise ReportFileError(f"{where}: clauses must be a list of codes.")
    unknown = [str(code) for code in codes if code not in clauses]
    if unknown:
        raise ReportFileError(
            f"{where}: {', '.join(unknown)} is no clause of the rulebook. Write one of its codes."
        )
    asks = _text(row, "asks", where) if "asks" in row else ""
    return Part(id_, _text(row, "title", where), tuple(clauses[code] for code in codes), asks)


def _only(row: Any, known: Sequence[str], where: str) -> None:
    if not isinstance(row, dict):
        raise ReportFileError(f"{where} must hold names and values.")
    unknown = sorted(str(key) for key in row if key not in known)
    if unknown:
        raise ReportFileError(
            f"{where}: {', '.join(unknown)} is not known. Known are {', '.join(known)}."
        )


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ReportFileError(f"{where}: {key} must be a text.")
    return value.strip()
