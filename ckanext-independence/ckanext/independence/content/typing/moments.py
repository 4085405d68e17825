"""Columns of days, moments and times, as American cities write them.

Owns the order of day and month (the site's, unless the column proves the other), what counts as
a day and what as a moment, zones, and days that are written as bare digits. A time is kept as
it is written, never shifted: the note says in which zone. Refuses columns that contradict
themselves.
"""

# ruff: noqa: S608  (names are the stage's own, texts go through `literal`)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .plan import Found, Tally
from .shapes import Moment, Number, TimeOfDay, read_shape
from .staging import Stage, literal
from .words import NO_DAY

__all__ = ["find_days", "find_moments", "find_times"]

_ORDERS = {"mdy": ("%m", "%d"), "dmy": ("%d", "%m")}
_CONTRADICTION = "Some days are written month/day, others day/month, so they stay text."
_NAMED = {"day month", "month day", "time first"}
# Zones of one place, which differ by the hour of summer.
_ZONES = {"EST": "Eastern", "EDT": "Eastern", "CST": "Central", "CDT": "Central"} | {
    "MST": "Mountain", "MDT": "Mountain", "PST": "Pacific", "PDT": "Pacific"
} | {"Z": "UTC", "UTC": "UTC", "GMT": "UTC"}  # fmt: skip
# Days as Excel counts them, between 1954 and 2064, and as JavaScript does, after 1973.
_SERIALS = (20_000, 60_000)
_MILLISECONDS = (100_000_000_000, 9_999_999_999_999)


def find_moments(
    stage: Stage, tally: Tally, declared: str, order: str, site: str, named: bool, timed: bool
) -> Found:
    """Look for days and moments in a column.

    Args:
        stage: where its cells are.
        tally: its shapes.
        declared: date, timestamp, or empty.
        order: mdy or dmy where it is declared.
        site: the order of the site.
        named: the column is called a date, so that weak forms are dates.
        timed: the column is called a time, so that midnight is a time.
    """
    moments: dict[str, Moment] = {}
    for shape in tally.shapes:
        meaning = read_shape(shape)
        if isinstance(meaning, Moment) and (named or declared or not meaning.weak):
            moments[shape] = meaning
    shapes = {shape: tally.shapes[shape] for shape in moments}
    if not shapes:
        return Found("")
    zones, note = _zones(stage, tally, moments)
    if note:
        return Found("", shapes, sum(shapes.values()), why=note)
    text = _even(tally.cell, moments.values())
    orders = [order] if order else [site, *(o for o in _ORDERS if o != site)]
    ambiguous = any(m.family == "numbers" for m in moments.values())
    tried = orders if ambiguous else orders[:1]
    values = {o: _declared(_strptime(text, moments.values(), o), declared) for o in tried}
    either = ", ".join(values.values())
    counts = stage.ask(
        "SELECT "
        + ", ".join(tally.count(value, shapes) for value in values.values())
        + f", {tally.count(f'coalesce({either})', shapes)}"
        + f", {tally.count_where(_no_day(tally.cell))} FROM {stage.counted(tally.cell)}"
    )[0]
    by_order = dict(zip(values, counts, strict=False))
    any_order, no_day = counts[-2:]
    best = max(by_order, key=lambda o: by_order[o])
    proved = not ambiguous or bool(order) or len(set(by_order.values())) > 1
    notes = [zones] if zones else []
    if not proved:
        words = "month/day/year" if best == "mdy" else "day/month/year"
        notes.append(f"No value shows whether day or month comes first; read as {words}.")
    if any(m.short_year for m in moments.values()):
        notes.append("Years of two digits are read as 1969 to 2068.")
    if any("%n" in m.layout for m in moments.values()):
        notes.append("Times are kept to the microsecond.")
    those = f"{stage.counted(tally.cell)} WHERE {tally.guard(shapes)}"
    kind, value, note = _kind(stage, values[best], those, declared, timed)
    return Found(
        kind,
        shapes,
        by_order[best],
        value,
        order=best if ambiguous else "",
        proved=proved,
        no_day=no_day,
        notes=notes + ([note] if note else []),
        why=_CONTRADICTION if any_order > by_order[best] else "",
    )


def find_days(stage: Stage, tally: Tally, declared: str, named: bool) -> Found:
    """Look for days in bare digits: 20200914, or as Excel and JavaScript count them.

    The last two are taken only from a column that is called a date or declared to be one.
    """
    shapes: dict[str, int] = {}
    for shape, count in tally.shapes.items():
        meaning = read_shape(shape)
        if isinstance(meaning, Number) and not (meaning.grouped or meaning.wrapped
                                                or meaning.currency or meaning.percent
                                                or meaning.exponent):  # fmt: skip
            shapes[shape] = count
    if not shapes or not (named or declared or {len(shape) for shape in shapes} == {8}):
        return Found("")
    cell = tally.cell
    number = f"TRY_CAST({cell} AS DECIMAL(24, 6))"
    day = f"TRY_STRPTIME({cell}, '%Y%m%d')"
    plausible = f"strlen({cell}) = 8 AND year({day}) BETWEEN 1900 AND 2100"
    ways = {"": f"CASE WHEN {plausible} THEN {day} END"}
    if named or declared:
        serial = (
            f"TIMESTAMP '1899-12-30' + to_microseconds(CAST(round({number} * 86400) AS BIGINT)"
            f" * 1000000)"
        )
        ways["Excel"] = _between(number, _SERIALS, serial)
        ways["JavaScript"] = _between(number, _MILLISECONDS, f"epoch_ms(CAST({number} AS BIGINT))")
    ways = {who: _declared(value, declared) for who, value in ways.items()}
    counts = stage.ask(
        "SELECT "
        + ", ".join(tally.count(value, shapes) for value in ways.values())
        + f", {tally.count_where(_no_day(cell))} FROM {stage.counted(cell)}"
    )[0]
    accepted, who = max(zip(counts, ways, strict=False), key=lambda found: found[0])
    if not accepted or (not (named or declared) and accepted < tally.filled):
        return Found("")
    those = f"{stage.counted(tally.cell)} WHERE {tally.guard(shapes)}"
    kind, value, note = _kind(stage, ways[who], those, declared, timed=False)
    told = [f"The cells hold days as {who} counts them."] if who else []
    notes = told + ([note] if note else [])
    return Found(kind, shapes, accepted, value, no_day=counts[-1], notes=notes)


def find_times(stage: Stage, tally: Tally) -> Found:
    """Look for times of day that stand alone."""
    layouts: dict[str, str] = {}
    for shape in tally.shapes:
        meaning = read_shape(shape)
        if isinstance(meaning, TimeOfDay):
            layouts[shape] = meaning.layout
    if not layouts:
        return Found("")
    shapes = {shape: tally.shapes[shape] for shape in layouts}
    text = _undotted(tally.cell, shapes)
    value = f"CAST(try_strptime({text}, {_list(dict.fromkeys(layouts.values()))}) AS TIME)"
    count = tally.count(value, shapes)
    accepted = stage.ask(f"SELECT {count} FROM {stage.counted(tally.cell)}")[0][0]
    return Found("time", shapes, accepted, value)


def _between(number: str, limits: tuple[int, int], value: str) -> str:
    return f"CASE WHEN {number} BETWEEN {limits[0]} AND {limits[1]} THEN {value} END"


def _no_day(cell: str) -> str:
    return f"{cell} IN ({', '.join(map(literal, sorted(NO_DAY)))})"


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(literal, texts)) + "]"


def _undotted(text: str, shapes: Iterable[str]) -> str:
    if any(".m." in shape.lower() for shape in shapes):
        return f"regexp_replace({text}, '(?i)([ap])\\.m\\.', '\\1m')"
    return text


def _even(cell: str, moments: Iterable[Moment]) -> str:
    """Return SQL of the text as the layouts expect it: no offset, months of three letters."""
    moments = list(moments)
    text = cell
    if any(m.zone[:1] in ("+", "-") for m in moments if m.zone):
        tail = r"(:[0-9]{2}(?:\.[0-9]+)?(?: ?[AaPp]\.?[Mm]\.?)?) ?[-+][0-9]{2}(?::?[0-9]{2})?$"
        text = f"regexp_replace({text}, {literal(tail)}, '\\1')"
    if any(m.family in _NAMED for m in moments):
        weekday = r"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]* +"
        month = r"(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
        ordinal = r"([0-9])(?:st|nd|rd|th)\b"
        for pattern, by in ((weekday, ""), (month, "\\1"), (ordinal, "\\1"), ("[-, ]+", " ")):
            every = ", 'g'" if by == " " else ""
            text = f"regexp_replace({text}, {literal(pattern)}, '{by}'{every})"
    return f"regexp_replace({text}, '(?i)([ap])\\.m\\.', '\\1m')" if _dotted(moments) else text


def _dotted(moments: Iterable[Moment]) -> bool:
    return any("%p" in m.layout for m in moments)


def _strptime(text: str, moments: Iterable[Moment], order: str) -> str:
    # Short years first: the long format would take 20 for the year 20.
    sorted_ = sorted(moments, key=lambda m: not m.short_year)
    layouts = dict.fromkeys(m.layout.format(*_ORDERS[order]) for m in sorted_)
    return f"try_strptime({text}, {_list(layouts)})"


def _zones(stage: Stage, tally: Tally, moments: Mapping[str, Moment]) -> tuple[str, str]:
    """Return a note of the zone in which all times are, or the reason why there is none."""
    timed = [m for m in moments.values() if m.timed]
    written = {m.zone for m in timed}
    offsets: set[str] = set()
    if any(zone[:1] in ("+", "-") for zone in written if zone):
        offset = f"regexp_extract({tally.cell}, '[0-9Mm.] ?([-+][0-9]{{2}}:?[0-9]{{0,2}})$', 1)"
        rows: list[tuple[Any, ...]] = stage.ask(
            f"SELECT DISTINCT {offset} FROM {stage.counted(tally.cell)}"
            f" WHERE contains({tally.cell}, ':') LIMIT 9"
        )
        offsets = {_offset(row[0]) for row in rows if row[0]}
    named = {_ZONES[zone] for zone in written if zone in _ZONES} | {
        "UTC" for o in offsets if o == "+00:00"
    }
    offsets -= {"+00:00"}
    if len(named) + bool(offsets) + ("" in written) > 1 or len(offsets) > 2:
        return "", "Times are in several zones, or only some say theirs."
    if named:
        return f"Times are {named.pop()} time, as they are written.", ""
    if offsets:
        return f"Times are as they are written, at {' and '.join(sorted(offsets))} from UTC.", ""
    return "", ""


def _offset(text: str) -> str:
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{'+' if not int(digits) else text[0]}{digits[:2]}:{digits[2:]}"


def _declared(value: str, declared: str) -> str:
    """Return SQL that takes only whole days, said as midnight or noon, for a declared date."""
    if declared != "date":
        return value
    whole = f"CAST({value} AS TIME) IN (TIME '00:00', TIME '12:00')"
    return f"CASE WHEN {whole} THEN CAST({value} AS DATE) END"


def _kind(stage: Stage, value: str, those: str, declared: str, timed: bool) -> tuple[str, str, str]:
    """Say whether these are days or moments, and give their value so, and a note."""
    if declared:
        return declared, value, ""
    day = f"CAST({value} AS DATE)"
    first, last, days = stage.ask(
        f"SELECT min(CAST(v AS TIME))::VARCHAR, max(CAST(v AS TIME))::VARCHAR,"
        f" datediff('day', min(v), max(v)) FROM (SELECT {value} AS v FROM {those})"
    )[0]
    if first == last == "00:00:00" and not timed:
        return "date", day, ""
    if first == last == "12:00:00" and days and not timed:
        return "date", day, "All times are noon, so these are days."
    return "timestamp", value, ""
