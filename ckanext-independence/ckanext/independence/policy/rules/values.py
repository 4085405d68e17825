"""A data set's stored values as checks want them: texts, lists and days, whatever was stored.

Refuses to fail: what is not of the wanted kind counts as not given.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["counted", "day", "listed", "said", "shown", "text", "texts"]

_LONG_NUMBER = re.compile(r"\d(?:[ ./-]?\d){8,}")


def text(values: Mapping[str, Any], field: str) -> str:
    """Return a text without the blanks around it, "" where there is none."""
    value = values.get(field)
    return value.strip() if isinstance(value, str) else ""


def texts(values: Mapping[str, Any], field: str) -> list[str]:
    """Return the texts of a list that say something; a single text counts as a list of one."""
    value = values.get(field)
    found = value if isinstance(value, (list, tuple)) else [value]
    return [one.strip() for one in found if isinstance(one, str) and one.strip()]


def day(values: Mapping[str, Any], field: str) -> dt.date | None:
    """Return the day of a date, None where there is none."""
    try:
        return dt.date.fromisoformat(text(values, field)[:10])
    except ValueError:
        return None


def shown(name: str) -> str:
    """Return a name of a data set, file or column as it can be told: no number, no address.

    Nine digits or more, with or without separators, may be somebody's number and become nines.
    Of a table without a header, the first row is taken for the names of its columns.
    """
    told = _LONG_NUMBER.sub(lambda found: re.sub(r"\d", "9", found[0]), name)
    return " ".join("…@…" if "@" in word else word for word in told.split(" "))


def said(day: dt.date) -> str:
    """Return a day as people read it: September 14, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: 1 column, 2 columns."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(names: list[str], most: int = 5) -> str:
    """Return names as a sentence lists them, the first few where there are many."""
    shown, rest = names[:most], len(names) - most
    if rest > 0:
        return f"{', '.join(shown)} and {rest:,} more"
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)
