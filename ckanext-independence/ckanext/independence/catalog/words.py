"""How values read to the public: days, sizes, counts, freshness, excerpts. Pure.

Owns wording in plain English and nothing else: it fetches nothing, and gets the present day
handed in. Verdicts about time come from ``freshness``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from . import freshness

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def day_of(value: Any) -> dt.date | None:
    """Return the day of a date, a time or its ISO text; None where there is none."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def day(value: Any) -> str:
    """Write a day as ``September 14, 2026``; nothing for no day."""
    found = day_of(value)
    return f"{found:%B} {found.day}, {found.year}" if found else ""


def ago(value: Any, today: dt.date) -> str:
    """Say how long ago a day was, in the largest unit that reads well."""
    found = day_of(value)
    if found is None:
        return ""
    days = (today - found).days
    if days < 0:
        return f"on {day(found)}"
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{span(days)} ago"


def span(days: int) -> str:
    """Say a number of days in days, weeks, months or years."""
    if days < 14:
        return counted(days, "day")
    if days < 61:
        return counted(days // 7, "week")
    if days < 730:
        return counted(round(days / 30.44), "month")
    return counted(round(days / 365.25), "year")


def number(value: int) -> str:
    """Write a number with separators."""
    return f"{value:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """Write a number with its word: ``1 row``, ``12,300 rows``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def size(value: Any) -> str:
    """Write a number of bytes as people do: ``640 bytes``, ``1.2 MB``; nothing if unknown."""
    try:
        amount = float(value)
    except (TypeError, ValueError):
        return ""
    if amount <= 0:
        return ""
    unit = 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount /= 1000
        unit += 1
    return (
        f"{amount:.0f} {_UNITS[unit]}"
        if unit < 2 or amount >= 100
        else (f"{amount:.1f} {_UNITS[unit]}")
    )


def covered(start: Any, end: Any) -> str:
    """Write the time that data covers: whole years as years, long times by their months."""
    first, last = day_of(start), day_of(end)
    whole = (first is None or (first.month, first.day) == (1, 1)) and (
        last is None or (last.month, last.day) == (12, 31)
    )

    is_long = bool(first and last and (last - first).days >= 365)

    def write(when: dt.date) -> str:
        if whole:
            return str(when.year)
        return f"{when:%B %Y}" if is_long else day(when)

    if first and last:
        return (
            write(first)
            if whole and first.year == last.year
            else (f"{write(first)} to {write(last)}")
        )
    if first:
        return f"Since {write(first)}"
    return f"Until {write(last)}" if last else ""


@dataclass(frozen=True)
class Standing:
    """A verdict as a shape, a word and a tone (``good``, ``near``, ``bad`` or ``none``)."""

    tone: str
    shape: str
    word: str


def standing(next_due: Any, today: dt.date) -> Standing:
    """Say whether a data set keeps its promise of updates.

    A data set that is late by up to two weeks is near; beyond, the promise is broken.
    """
    verdict = freshness.standing(next_due, today)
    if verdict == "no-promise":
        return Standing("none", "○", "updated as needed")
    if verdict == "on-time":
        return Standing("good", "●", "on time")
    due = day_of(next_due)
    late = (today - due).days if due else 0
    if late <= 14:
        return Standing("near", "◐", f"{counted(late, 'day')} late")
    return Standing("bad", "▲", f"{span(late)} late")


_MARKDOWN = re.compile(
    r"!\[[^\]]*\]\([^)]*\)|\[(?P<label>[^\]]*)\]\([^)]*\)|(?m:^\s{0,3}(?:#{1,6}|>|[-*+]|\d+\.)\s+)"
    r"|[*_`]{1,3}|<[^>]+>"
)


def plain(markdown: str) -> str:
    """Return the words of a Markdown text in one line."""
    return " ".join(_MARKDOWN.sub(lambda m: m["label"] or "", markdown or "").split())


# An ending, and how many letters must be left of a word without it.
_ENDINGS = (("ies", 3), ("ing", 4), ("es", 4), ("ed", 4), ("s", 3), ("y", 3), ("e", 3))


def stem(word: str) -> str:
    """Cut a word's commonest endings, so that ``permits`` finds ``permit``."""
    word = word.lower()
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word


def pattern(terms: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds these words and phrases, in any of their usual forms."""
    parts = set()
    for term in terms:
        words = [re.escape(stem(word)) for word in term.split()]
        if words:
            parts.add(r"\w{0,4}[\s-]+".join(words) + r"\w{0,4}")
    if not parts:
        return None
    return re.compile(r"\b(?:" + "|".join(sorted(parts, key=len, reverse=True)) + r")\b", re.I)


def marked(text: str, wanted: re.Pattern[str] | None) -> Markup:
    """Return ``text`` as HTML with what was asked for marked."""
    if wanted is None:
        return escape(text)
    out, at = Markup(), 0
    for match in wanted.finditer(text):
        out += escape(text[at : match.start()])
        out += Markup("<mark>{}</mark>").format(match[0])
        at = match.end()
    return out + escape(text[at:])


def excerpt(text: str, wanted: re.Pattern[str] | None, length: int = 210) -> Markup:
    """Return the part of a text that shows best why it was found, in one line."""
    line = plain(text)
    if len(line) <= length:
        return marked(line, wanted)
    start = 0
    found = wanted.search(line) if wanted else None
    if found and found.start() > length - 40:
        start = line.rfind(" ", 0, max(found.start() - 60, 1)) + 1
    end = line.rfind(" ", start, start + length)
    end = end if end > start else start + length
    cut = line[start:end].rstrip(",;:.-")
    return Markup("{}{}{}").format(
        "… " if start else "", marked(cut, wanted), "…" if end < len(line) else ""
    )


def citation(title: str, department: str, city: str, when: Any, address: str) -> str:
    """Return how to cite a data set that does not say it itself."""
    found = day_of(when)
    year = f" ({found.year})" if found else ""
    who = f"City of {city}" + (f", {department}" if department else "")
    return f"{who}{year}. {title} [Data set]. {address}"
