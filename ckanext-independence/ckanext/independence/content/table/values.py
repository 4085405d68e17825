"""Values as people type them into a filter, read by a column's type. Pure.

Owns the step from text to a value, or to the span of time that a text names: ``2020`` is a whole
year, ``2020-09-14T10:05`` a whole minute. Refuses to guess: what cannot be read is said in words.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

__all__ = ["NotRead", "Span", "number", "span", "yes_or_no"]

Span = tuple[Any, Any]
"""First moment, and the first one after it; None where nothing can come after."""

# What is written around a number in a table, but is no part of it.
_AROUND = str.maketrans("", "", ",$% _\u00a0")
_NUMBER = re.compile(r"[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})")
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(?P<fraction>\.\d{1,6})?)?"
_DAY = r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d))?)?"
_MOMENT = re.compile(rf"{_DAY}([T ]{_TIME})?", re.ASCII)
_CLOCK = re.compile(_TIME, re.ASCII)


class NotRead(ValueError):
    """A text is no value of its column's type; the message ends the sentence "“x” …"."""


def number(text: str) -> Decimal:
    """Read a number; separators, a currency sign and a percent sign may stand around it.

    Raises:
        NotRead: it is none.
    """
    plain = text.translate(_AROUND)
    if not _NUMBER.fullmatch(plain):
        raise NotRead("is no number, such as 1250.75")
    return Decimal(plain)


def yes_or_no(text: str) -> bool:
    """Read a truth value.

    Raises:
        NotRead: it is none.
    """
    word = text.strip().lower()
    if word in ("yes", "true", "1"):
        return True
    if word in ("no", "false", "0"):
        return False
    raise NotRead("is neither yes nor no")


def span(text: str, type_: str) -> Span:
    """Read a day, a moment or a time of day, as the span that the text names.

    Args:
        text: ISO, as far as it goes: ``2020``, ``2020-09``, ``2020-09-14``,
            ``2020-09-14T10:05``; for a time ``10:05`` or ``10:05:30``
        type_: ``date``, ``timestamp`` or ``time``

    Raises:
        NotRead: it is none.
    """
    text = text.strip()
    try:
        return _clock(text) if type_ == "time" else _moment(text, type_)
    except ValueError:
        if type_ == "time":
            raise NotRead("is no time of day, such as 14:05") from None
        raise NotRead("is no date, such as 2020-09-14 or 2020") from None


def _moment(text: str, type_: str) -> Span:
    found = _MOMENT.fullmatch(text)
    if found is None or (type_ == "date" and found["hour"]):
        raise ValueError(text)
    year, month, day = (int(found[part] or 1) for part in ("year", "month", "day"))
    if found["hour"]:
        if not found["day"]:
            raise ValueError(text)
        first = dt.datetime.combine(dt.date(year, month, day), _time_of(found))
        return first, _later(first, _precision(found))
    first_day = dt.date(year, month, day)
    if found["day"]:
        after = _later(first_day, dt.timedelta(days=1))
    elif found["month"]:
        after = _day(year + month // 12, month % 12 + 1)
    else:
        after = _day(year + 1, 1)
    return first_day, after


def _clock(text: str) -> Span:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    first = _time_of(found)
    on_a_day = dt.datetime.combine(dt.date(2000, 1, 1), first)
    after = on_a_day + _precision(found)
    return first, after.time() if after.date() == on_a_day.date() else None


def _time_of(found: re.Match[str]) -> dt.time:
    fraction = (found["fraction"] or ".0")[1:].ljust(6, "0")
    return dt.time(
        int(found["hour"]), int(found["minute"]), int(found["second"] or 0), int(fraction)
    )


def _precision(found: re.Match[str]) -> dt.timedelta:
    if found["fraction"]:
        return dt.timedelta(microseconds=1)
    return dt.timedelta(seconds=1) if found["second"] else dt.timedelta(minutes=1)


def _later(first: Any, step: dt.timedelta) -> Any:
    try:
        return first + step
    except OverflowError:
        return None


def _day(year: int, month: int) -> dt.date | None:
    return dt.date(year, month, 1) if year <= dt.MAXYEAR else None
