"""Dates, periods and frequencies of a source.

Owns which of them are whole and real. It cuts a timestamp to its day and says a frequency
in our list's words; it guesses no missing month and no missing day, except in a period of
time, where a year means all of it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Collection
from typing import Any

from .records import Problems
from .values import is_blank, is_template, literal

_STAMP = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]([01]\d|2[0-3]|24):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
    r"\s?(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_REPEAT = re.compile(r"R\d*/P(?:\d+(?:\.\d+)?[YMWD])*(?:T(?:\d+(?:\.\d+)?[HMS])+)?", re.IGNORECASE)
_EARLIEST, _LATEST = 1600, 2200
_WORDS = {
    "continuous": "R/PT1S",
    "continuously": "R/PT1S",
    "continually": "R/PT1S",
    "update_cont": "R/PT1S",
    "cont": "R/PT1S",
    "daily": "R/P1D",
    "weekly": "R/P1W",
    "biweekly": "R/P2W",
    "fortnightly": "R/P2W",
    "semimonthly": "R/P0.5M",
    "twice a month": "R/P0.5M",
    "monthly": "R/P1M",
    "bimonthly": "R/P2M",
    "quarterly": "R/P3M",
    "semiannual": "R/P6M",
    "semiannually": "R/P6M",
    "biannually": "R/P6M",
    "annual": "R/P1Y",
    "annually": "R/P1Y",
    "annual_2": "R/P6M",
    "yearly": "R/P1Y",
    "biennial": "R/P2Y",
    "biennially": "R/P2Y",
    "quadrennial": "R/P4Y",
    "decennial": "R/P10Y",
    "irregular": "irregular",
    "irreg": "irregular",
    "asneeded": "irregular",
    "as needed": "irregular",
    "as_needed": "irregular",
}
# The same length of time written otherwise.
_SAME = {
    "R/P7D": "R/P1W",
    "R/P14D": "R/P2W",
    "R/P12M": "R/P1Y",
    "R/P24M": "R/P2Y",
    "R/PT24H": "R/P1D",
}


def day(value: Any, field: str, problems: Problems) -> str | None:
    """Take over a date or a timestamp as its day, ``YYYY-MM-DD``."""
    value = literal(value)
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.", "Give a day, such as 2026-09-14.")
        return None
    found = _whole_day(value)
    if found is None and not (isinstance(value, str) and is_template(value, field, problems)):
        problems.say(
            field,
            "date",
            value,
            "is not a date. Left out.",
            "Give a day as year, month and day, such as 2026-09-14.",
        )
    return found


def _whole_day(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    match = _STAMP.fullmatch(value.strip())
    if not match:
        return None
    year, month, number = (int(part) for part in match.groups()[:3])
    try:
        found = dt.date(year, month, number)
    except ValueError:
        return None
    return found.isoformat() if _EARLIEST <= year <= _LATEST else None


def is_repeat(value: Any) -> bool:
    """Tell whether a value is a repeating interval of ISO 8601, such as ``R/P1D``."""
    value = literal(value)
    return isinstance(value, str) and bool(_REPEAT.fullmatch(value.strip()))


def frequency(value: Any, field: str, offered: Collection[str], problems: Problems) -> str | None:
    """Take over how often something is updated, as one of the schema's own values."""
    value = literal(value)
    if isinstance(value, dict):
        value = literal(value.get("prefLabel") or value.get("@id"))
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.")
        return None
    found = None
    if isinstance(value, str):
        word = value.strip()
        if is_repeat(word):
            word = "R/" + word.upper().split("/", 1)[1]
            found = _SAME.get(word, word)
        else:
            last = re.sub(r"[\s-]+", " ", word.rstrip("/").rsplit("/", 1)[-1]).lower()
            found = _WORDS.get(last) or _WORDS.get(last.replace(" ", ""))
    if found in offered:
        return found
    if not (isinstance(value, str) and is_template(value, field, problems)):
        problems.say(
            field,
            "frequency",
            value,
            "is not a frequency that is offered here. Left out.",
            "Use one of " + ", ".join(sorted(offered)) + ".",
        )
    return None


def period(value: Any, field: str, problems: Problems) -> tuple[str | None, str | None]:
    """Take over a period: ``start/end``, or DCAT's object with two dates."""
    value = literal(value)
    if isinstance(value, list) and value:
        problems.say(field, "period", value, "is several periods; the first is taken over.")
        value = literal(value[0])
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.")
        return None, None
    if isinstance(value, dict):
        ends = [literal(value.get("startDate")), literal(value.get("endDate"))]
    elif isinstance(value, str) and is_template(value, field, problems):
        return None, None
    elif isinstance(value, str) and value.count("/") == 1:
        ends = [part.strip() for part in value.split("/")]
    else:
        ends = [value, value]
        if not isinstance(value, str) or not _edge(value, last=False):
            ends = [None, None]
    start = _edge(ends[0], last=False)
    end = _edge(ends[1], last=True)
    open_or_read = all(
        is_blank(given) or given == ".." or read
        for given, read in zip(ends, (start, end), strict=True)
    )
    if not (start or end) or not open_or_read:
        problems.say(
            field,
            "period",
            value,
            "is not a period of time. Left out.",
            "Give two days with a slash between them, such as 2021-01-01/2021-12-31.",
        )
        return None, None
    if start and end and start > end:
        problems.say(
            field, "period", value, "ends before it starts. Left out.", "Correct the two dates."
        )
        return None, None
    return start, end


def _edge(value: Any, *, last: bool) -> str | None:
    """Return a day; of a bare year or month, its first or last."""
    if not isinstance(value, str):
        return None
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", value.strip())
    if not match:
        return _whole_day(value)
    year = int(match[1])
    month = int(match[2]) if match[2] else (12 if last else 1)
    if not (_EARLIEST <= year <= _LATEST and 1 <= month <= 12):
        return None
    return dt.date(year, month, calendar.monthrange(year, month)[1] if last else 1).isoformat()
