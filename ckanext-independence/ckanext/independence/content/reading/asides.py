"""Rows that are not data: repeated headers, page footers, totals, notes below the table.

Owns the signs by which such a row is known, and the sums by which a total is proved. A row
of which only its thinness is known stays data: rows set aside need a sign, and the reason names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .cells import DATE, NUMBER, TEXT, kind_of_cell, number_of
from .header import Row
from .names import label_of

__all__ = ["Body", "is_heading", "judge", "preamble_kind"]

_TOTAL = re.compile(
    r"(grand|sub|sub-|overall|all)?\s*totals?\b.*|sum|.+[\s-](sub)?totals?", re.IGNORECASE
)
_SUMMARY = re.compile(r"(overall |grand |city)?(average|mean|median|minimum|maximum)s?:?", re.I)
_SHARE = re.compile(r"(%|percent(age)?|pct)\s*(of|change|share|diff).*", re.IGNORECASE)
_PAGE = re.compile(r"\bpage\s+\d+(\s*(of|/)\s*\d+)?\b", re.IGNORECASE)
_NOTE = re.compile(
    r"\(?(notes?|sources?|footnotes?|updated|last updated|prepared|filename"
    r"|data (as|prepared|source)|disclaimer|generated|printed|report|created|legend|key"
    r"|for (more|questions)|see|end of)\b.*"
    r"|[*†‡^§©]+.*|\(?\d{1,2}\)?[.)]?\s+[A-Z].{20,}|https?://.*|\(.*\)",
    re.IGNORECASE | re.DOTALL,
)
_LONG = 45


@dataclass
class Body:
    """What is known of a table before its rows are judged.

    Attributes:
        labels: of the header's last row, by position.
        used: positions that are filled in the body.
        figures: those of them that hold numbers or dates.
        typical: how many cells a row of data fills.
        sums_known: whether every row is seen, so that totals can be proved.
    """

    labels: list[str]
    used: list[int]
    figures: list[int]
    typical: int
    sums_known: bool
    _group: dict[int, float] = field(default_factory=dict)
    _all: dict[int, float] = field(default_factory=dict)
    _since: int = 0
    _count: int = 0
    _kept: set[str] = field(default_factory=set)

    @property
    def first(self) -> int:
        """The first column of the table."""
        return self.used[0] if self.used else 0

    def add(self, row: Row) -> None:
        """Count a row of data into the sums."""
        if not self.sums_known:
            return
        self._since += 1
        self._count += 1
        label = _label(row, self)
        if label and _TOTAL.fullmatch(label):
            self._kept.add(label.lower())
        for place in self.figures:
            value = number_of(row.cells[place]) if place < len(row.cells) else None
            if value is not None:
                self._group[place] = self._group.get(place, 0.0) + value
                self._all[place] = self._all.get(place, 0.0) + value

    def has(self, label: str) -> bool:
        """Tell whether a row of data has this label: then it is a category, no total."""
        return label.lower() in self._kept

    def close_group(self) -> None:
        """Begin the sums of the next group."""
        self._group, self._since = {}, 0

    def proves(self, row: Row) -> bool:
        """Tell whether a row's figures are the sums of the rows above it, all or the last group."""
        if not self.sums_known:
            return False
        for sums, count in ((self._group, self._since), (self._all, self._count)):
            if count < 2:
                continue
            told = hit = 0
            for place, total in sums.items():
                value = number_of(row.cells[place]) if place < len(row.cells) else None
                if value is None or (value == 0 and total == 0):
                    continue
                told += 1
                hit += abs(value - total) <= max(0.011, 0.0005 * abs(total))
            if hit and hit >= 0.5 * told and (hit > 1 or told == 1):
                return True
        return False


def preamble_kind(row: Row, first: bool) -> str:
    """Call a row above the header a title or a note."""
    text = row.cells[row.filled[0]]
    return "title" if first or (len(text) < _LONG and not _NOTE.fullmatch(text)) else "note"


def judge(
    row: Row, body: Body, *, last: bool, after_blank: bool, trusting: bool = False
) -> tuple[str, str] | None:
    """Say what a row is if it is no data: (kind, reason).

    ``last``: no row of data is below it. ``after_blank``: the row above it is blank.
    ``trusting``: sums are not known yet, and believed.
    """
    filled = row.filled
    if _repeats_header(row, body):
        return "header", "The header again."
    thin = len(filled) <= max(1, 0.4 * body.typical) and body.typical >= 2
    if thin and any(_PAGE.search(row.cells[place]) for place in filled):
        return "footer", "The foot of a printed page."
    if found := _total(row, body, last=last, trusting=trusting):
        return found
    if last and thin and _is_note(row, body, after_blank=after_blank):
        return "note", "Text below the table."
    return None


def _repeats_header(row: Row, body: Body) -> bool:
    filled = row.filled
    if len(filled) < 2:
        return False
    same = sum(
        place < len(body.labels)
        and label_of(row.cells[place]).lower() == body.labels[place].lower()
        for place in filled
    )
    named = sum(bool(label) for label in body.labels)
    return same >= 0.8 * len(filled) and same >= 0.6 * named


def _label(row: Row, body: Body) -> str:
    """Return the text that says what the row is: its first cell, if that is text."""
    for place in row.filled[:2]:
        if kind_of_cell(row.cells[place]) == TEXT:
            return row.cells[place]
    return ""


def _total(row: Row, body: Body, *, last: bool, trusting: bool) -> tuple[str, str] | None:
    label = _label(row, body)
    figures = [place for place in row.filled if place in body.figures]
    if label and len(label) < 80:
        if _SHARE.match(label) and len(body.figures) > 1:
            return "total", f"“{label}”: shares or changes of the rows above, not a row of data."
        if _TOTAL.fullmatch(label) and figures:
            if body.proves(row):
                return "total", f"“{label}”: the sums of the rows above."
        if last and figures and _SUMMARY.fullmatch(label):
            return "total", f"“{label}” of the rows above."
        if _TOTAL.fullmatch(label) and figures:
            if last and row.cells[row.filled[0]] == label and not body.has(label):
                return "total", f"“{label}”, at the end."
    thin = len(row.filled) <= 0.4 * body.typical
    if last and thin and len(figures) == len(row.filled) and (trusting or body.proves(row)):
        return "total", "No name, and the sums of the rows above."
    return None


def _is_note(row: Row, body: Body, *, after_blank: bool) -> bool:
    filled = row.filled
    if filled[0] > body.first or len(filled) > 2:
        return False
    text = row.cells[filled[0]]
    if kind_of_cell(text) in (NUMBER, DATE) and len(filled) == 1 and not after_blank:
        return False
    if len(text) > _LONG or _NOTE.fullmatch(text):
        return True
    if body.typical < 3:
        return False
    return after_blank or (body.first in body.figures and kind_of_cell(text) == TEXT)


def is_heading(row: Row, body: Body) -> bool:
    """Tell a row that holds nothing but a text in the first column: perhaps a heading."""
    return (
        body.typical >= 3
        and len(row.filled) == 1
        and row.filled[0] <= body.first
        and kind_of_cell(row.cells[row.filled[0]]) == TEXT
    )
