"""Shapes: what a cell looks like when every digit is a 9, and what such a shape can be.

Owns the grammar of numbers, dates and times, once: DuckDB asks by it which cells have a shape
at all, Python reads by it what the few shapes of a column mean. So a million cells are
counted by a handful of shapes, and every cell is among them. A zero at the very beginning stays
a zero in the shape: ``05601`` is ``09999``. Refuses to decide what a column is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .staging import literal
from .words import MARKS, WORDS

__all__ = [
    "MINUSES",
    "Moment",
    "Number",
    "Shape",
    "TimeOfDay",
    "Word",
    "read_shape",
    "shape_of",
]

_WORD = "="
_LONGEST = 64

# What is set for a minus beside the hyphen: the minus sign and the en dash.
MINUSES = "\u2212\u2013"
_CURRENCY = r"(?:US\$|USD|EUR|GBP|[$€£])"
_NUMBER = (
    (
        r"(?P<doubt>\? ?)?(?P<open>\()?(?P<sign>[-+{m}])?(?P<money>{c} {0,4})?(?P<inner>[-+{m}(])?"
        r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,12}|[0-9]{1,40})?(?P<fraction>\.[0-9]{0,30})?"
        r"(?P<exponent>[eE][-+]?[0-9]{1,3})?(?P<percent> ?%)?(?P<after> ?{c})?"
        r"(?P<trailing>-)?(?P<close>\))?(?P<outer>%)?"
        r"(?P<note> ?(?:\*{1,3}|[†‡?]))?"
    )
    .replace("{c}", _CURRENCY)
    .replace("{m}", MINUSES)
)

_TIME = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<part>[.:][0-9]{1,9})?)?"
    r"(?P<half> ?[AaPp](?:[Mm]|\.[Mm]\.))?"
    r"(?P<zone> ?(?:Z|UTC|GMT|[ECMP][SD]T|[-+][0-9]{2}(?::?[0-9]{2})?))?"
)
_TAIL = rf"(?:(?P<gap>T|,? {{1,3}})(?:{_TIME}))?"
_MONTH = (
    r"(?P<month>(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\.?"
)
_WEEKDAY = (
    r"(?:(?i:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)[.,]* +)?"
)
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_AFTER_NAMES = _TAIL.replace("T|", "")
_MONTH_DAY_YEAR = rf"{_WEEKDAY}{_MONTH}(?: {{1,3}}|-){_DAY}(?:, {{0,3}}| {{1,3}}|-){_YEAR}"

_MOMENTS = {
    "ymd": rf"(?P<year>[0-9]{{4}})(?P<mark>[-/.])[0-9]{{1,2}}(?P<mark2>[-/.])[0-9]{{1,2}}{_TAIL}",
    "numbers": rf"[0-9]{{1,2}}(?P<mark>[-/.])[0-9]{{1,2}}(?P<mark2>[-/.]){_YEAR}{_TAIL}",
    "day month": (rf"{_WEEKDAY}{_DAY}(?: {{1,3}}|-){_MONTH}(?:,? {{1,3}}|-){_YEAR}{_AFTER_NAMES}"),
    "month day": _MONTH_DAY_YEAR + _AFTER_NAMES,
    "time first": rf"{_TIME}(?P<on> on ){_MONTH_DAY_YEAR}",
}


def _nameless(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


# RE2 reads the same grammar; it needs no names.
_TYPED = "|".join(f"(?:{_nameless(pattern)})" for pattern in (_NUMBER, _TIME, *_MOMENTS.values()))
_ONE_WORD = "|".join(sorted(re.escape(word) for word in WORDS))
_MOMENT_PATTERNS = {name: re.compile(pattern) for name, pattern in _MOMENTS.items()}


@dataclass(frozen=True)
class Number:
    """A number.

    Attributes:
        digits: before the point.
        scale: digits after it.
        point: there is one.
        currency: $, € or £.
        percent: there is a percent sign.
        grouped: there are commas between thousands.
        wrapped: it is negative by parentheses or a dash behind it.
        exponent: it has a power of ten.
        bare_exponent: as in 12E3, which is a code as often.
        zero_led: its first digits are 0 and another one.
        zero: it is just 0.
        flagged: a question mark or a star stands at it.
    """

    digits: int
    scale: int
    point: bool = False
    currency: str = ""
    percent: bool = False
    grouped: bool = False
    wrapped: bool = False
    exponent: bool = False
    bare_exponent: bool = False
    zero_led: bool = False
    zero: bool = False
    flagged: bool = False


@dataclass(frozen=True)
class Moment:
    """A day, or a day and a time.

    Attributes:
        family: ymd, numbers, day month, month day or time first.
        layout: a format of strptime for the text as ``moments`` evens it out; where ``numbers``
            leave the order open, {0} and {1} stand for month and day.
        timed: there is a time of day.
        zone: as written, digits as 9; empty: none.
        short_year: of two digits.
        weak: the same shape names parcels and sections of a charter as often as days.
    """

    family: str
    layout: str
    timed: bool = False
    zone: str = ""
    short_year: bool = False
    weak: bool = False


@dataclass(frozen=True)
class TimeOfDay:
    """A time alone; ``layout`` is a format of strptime."""

    layout: str


@dataclass(frozen=True)
class Word:
    """A word of ``words``, in small letters, or a mark that was declared, as it is written."""

    text: str


Shape = Number | Moment | TimeOfDay | Word | None


def shape_of(cell: str, marks: list[str]) -> str:
    """Return the SQL that gives a cell's shape: NULL where it is empty, ``''`` for text.

    ``marks`` are declared for the column and come before everything else.
    """
    digits = "translate({}, '012345678', '999999999')"
    declared = f"WHEN {cell} IN ({', '.join(map(literal, marks))}) THEN '=' || {cell} "
    return (
        f"CASE WHEN {cell} IS NULL THEN NULL {declared if marks else ''}"
        f"WHEN strlen({cell}) > {_LONGEST} THEN ''"
        f"WHEN regexp_full_match({cell}, {literal(_TYPED)}) THEN"
        f" CASE WHEN {cell}[1] = '0' THEN '0' || {digits.format(f'{cell}[2:]')}"
        f" ELSE {digits.format(cell)} END "
        f"WHEN strlen({cell}) <= 16 AND regexp_full_match(lower({cell}), {literal(_ONE_WORD)})"
        f" THEN '=' || lower({cell}) ELSE '' END"
    )


@cache
def read_shape(shape: str) -> Shape:
    """Return what a shape means, or None where it means nothing but text."""
    if shape.startswith(_WORD):
        return Word(shape[1:])
    if shape.lower() in MARKS:  # Without a digit: an empty number, such as a dash or "$ -".
        return Word(shape.lower())
    if found := re.fullmatch(_NUMBER, shape):
        return _number(found, shape)
    if found := re.fullmatch(_TIME, shape):
        return None if found["zone"] else TimeOfDay(_time(found))
    for family, pattern in _MOMENT_PATTERNS.items():
        if found := pattern.fullmatch(shape):
            return _moment(family, found)
    return None


def _number(found: re.Match[str], shape: str) -> Number | None:
    part = found.groupdict(default="")
    whole, fraction, exponent = part["whole"].replace(",", ""), part["fraction"], part["exponent"]
    inner_open = part["inner"] == "("
    opened = bool(part["open"]) + inner_open
    signs = opened + sum(bool(part[name]) for name in ("sign", "trailing"))
    signs += bool(part["inner"]) and not inner_open
    wrong = (
        not (whole or len(fraction) > 1)
        or opened != bool(part["close"])
        or signs > 1
        or bool(part["money"] and part["after"])
        or bool(part["percent"] and part["outer"])
        or bool(part["outer"] and not part["close"])
        or (bool(part["inner"]) and not part["money"])
        or bool(part["trailing"] and part["note"])
    )
    money = (part["money"] or part["after"]).strip()
    percent = bool(part["percent"] or part["outer"])
    grouped = "," in part["whole"]
    if wrong or (exponent and (money or percent or grouped)) or (money and percent):
        return None
    return Number(
        digits=len(whole),
        scale=max(len(fraction) - 1, 0),
        point=bool(fraction),
        currency={"USD": "$", "US$": "$", "EUR": "€", "GBP": "£"}.get(money, money),
        percent=percent,
        grouped=grouped,
        wrapped=bool(opened or part["trailing"]),
        exponent=bool(exponent),
        bare_exponent=bool(exponent) and exponent[1].isdigit() and not fraction,
        zero_led=shape[0] == "0" and len(whole) > 1,
        zero=shape == "0",
        flagged=bool(part["doubt"] or part["note"]),
    )


def _time(part: re.Match[str]) -> str:
    layout = ("%I" if part["half"] else "%H") + ":%M"
    if part["second"]:
        layout += ":%S"
    if part["part"]:
        layout += part["part"][0] + ("%f" if len(part["part"]) <= 7 else "%n")
    if part["half"]:
        layout += " %p" if part["half"].startswith(" ") else "%p"
    return layout


def _moment(family: str, found: re.Match[str]) -> Moment | None:
    part = {"mark": "", "mark2": "", "gap": ""} | found.groupdict(default="")
    short = len(part["year"]) == 2
    mark, year = part["mark"], "%y" if short else "%Y"
    if mark != part["mark2"] or (short and mark == "."):
        return None
    zone = part["zone"].strip()
    time = _time(found) if part["hour"] else ""
    # An offset is cut off before, as its digits differ; a name stays where it is.
    if zone and zone[0] not in "+-":
        time += part["zone"]
    if "," in part["gap"]:
        gap = ", " if mark else " "
    else:
        gap = part["gap"][:1]
    days = {
        "ymd": f"%Y{mark}%m{mark}%d",
        "numbers": f"{{0}}{mark}{{1}}{mark}{year}",
        "day month": f"%d %b {year}",
        "month day": f"%b %d {year}",
        "time first": f"%b %d {year}",
    }
    first, second = (time, " on ") if family == "time first" else (days[family], gap)
    layout = first + second + (days[family] if family == "time first" else time)
    weak = family == "numbers" and short and mark == "-"
    return Moment(family, layout, bool(time), zone, short, weak)
