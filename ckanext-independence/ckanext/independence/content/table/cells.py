"""Values as a table shows them. Pure.

Owns how a cell reads: numbers, days, yes and no, links, codes with their meaning, what stood in
the file where a value is missing. Refuses markup: templates hold it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..described import Column

__all__ = ["FIGURES", "OPEN", "Cell", "cell", "figure", "said"]

FIGURES = frozenset({"integer", "numeric"})
"""Types that are set to the right."""

OPEN = 120
"""How much of a long text stands open."""

_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_SHAPE = re.compile(r'"type"\s*:\s*"([A-Za-z]+)"')
# Numbers that count nothing, which no separator may stand in.
_NAMES_A_THING = re.compile(r"(^|_)(id|ids|no|num|number|code|zip|year|parcel|fy|phone)($|_)", re.I)
_NO_FIGURES = frozenset({"identifier", "longitude", "latitude", "personal-contact"})


@dataclass(frozen=True)
class Cell:
    """A cell: its text, empty where there is no value.

    ``mark`` is what stands in the file instead of a value; ``rest`` is what a long text goes on
    with, and ``is_cut`` tells that this is not all; ``link`` is an address that it is;
    ``meaning`` explains a code.
    """

    text: str = ""
    mark: str = ""
    rest: str = ""
    is_cut: bool = False
    link: str = ""
    meaning: str = ""


def cell(column: Column, value: Any, marks: Mapping[str, str], longest: int | None = None) -> Cell:
    """Return a value as a cell.

    Args:
        column: the value's column
        value: as ``rows`` gives it
        marks: the row's marks, by column
        longest: how much of a text was fetched; None: all of it, which is then shown whole
    """
    if value is None:
        return Cell(mark=str(marks.get(column.name) or ""))
    text = said(column, value)
    if column.type == "geometry":
        return Cell(text)
    if column.type != "text":
        return Cell(text, meaning=column.codes.get(text, ""))
    if longest is None:
        return Cell(text, link=_link(text), meaning=column.codes.get(text, ""))
    is_cut = len(text) > longest
    text = text[:longest]
    if len(text) <= OPEN:
        return Cell(text, link=_link(text), meaning=column.codes.get(text, ""))
    end = text.rfind(" ", OPEN // 2, OPEN)
    end = OPEN if end < 0 else end
    link = "" if is_cut else _link(text)
    return Cell(text[:end], rest=text[end:], is_cut=is_cut, link=link)


def said(column: Column, value: Any) -> str:
    """Write a value of a column, out of a row or out of its profile."""
    if value is None:
        return ""
    if column.type == "geometry":
        shape = _SHAPE.search(str(value))
        return _apart(shape[1]) if shape else "Shape"
    if column.type == "boolean":
        return "yes" if str(value).lower() in ("true", "yes", "1") else "no"
    if column.type in FIGURES:
        return figure(value, grouped=is_figure(column))
    text = str(value)
    if column.type == "timestamp":
        day, _, clock = text.replace("T", " ").partition(" ")
        if clock.startswith("00:00:00") and not clock.strip("0:."):
            return day
        return f"{day} {clock[:-3] if len(clock) == 8 and clock.endswith(':00') else clock}".strip()
    if column.type == "time" and len(text) == 8 and text.endswith(":00"):
        return text[:-3]
    return text


def is_figure(column: Column) -> bool:
    """Tell whether a column's numbers count or measure, so that separators stand in them."""
    return (
        column.type in FIGURES
        and column.role not in _NO_FIGURES
        and not _NAMES_A_THING.search(column.name)
    )


def figure(value: Any, *, grouped: bool = True, digits: int | None = None) -> str:
    """Write a number in full; from five digits on with separators, as a year has four.

    Args:
        value: a number, or its text
        grouped: with separators
        digits: to how many digits after the point it is rounded; None: all that it has
    """
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    if digits is not None:
        number = round(number, digits).normalize()
    return f"{number:,f}" if grouped and abs(number) >= 10_000 else f"{number:f}"


def _link(text: str) -> str:
    return text if _LINK.fullmatch(text) else ""


def _apart(name: str) -> str:
    """Write ``MultiPolygon`` as people do."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
