"""Where the header of a table stands: on which rows, and whether there is one at all.

Owns the search in the first rows. A header is the first row that names most of the columns
that are filled below it, in words that differ from one another, above columns of numbers or
dates (which a row of the data itself would not). Rows of fragments above and below it, such as
groups and units, belong to it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .cells import DATE, EMPTY, MARK, NUMBER, TEXT, is_year, kind_of_cell
from .names import label_of

__all__ = ["Header", "Row", "find_header", "is_header", "labels_of", "plain"]

# How many rows that are not blank are tried, and how many below one are looked at.
_TRIED, _BELOW = 60, 300
_LONG = 120  # a label's characters


@dataclass(frozen=True)
class Row:
    """A row of the sample: its index in the file from 0, and its cells without outer space."""

    index: int
    cells: list[str]

    @property
    def filled(self) -> list[int]:
        """Return the positions of cells that hold something."""
        return [place for place, cell in enumerate(self.cells) if cell]


@dataclass(frozen=True)
class Header:
    """Where it is: indexes from 0; none where the table has no header.

    ``sure`` is false where nothing but the order of rows speaks for it.
    """

    rows: list[int]
    sure: bool


@dataclass(frozen=True)
class _Body:
    """The columns that are filled below a row, and of what kind each is."""

    used: list[int]
    figures: list[int]  # numbers or dates
    numbers: list[int]  # those of them that are numbers
    coded: list[int]  # text that always holds a digit


def _body_of(rows: Sequence[Row]) -> _Body:
    full = sorted(len(row.filled) for row in rows)
    typical = full[len(full) // 2] if full else 0
    rows = [row for row in rows if len(row.filled) > min(2, typical - 1)] or list(rows)
    kinds: dict[int, Counter[str]] = {}
    digits: Counter[int] = Counter()
    for row in rows:
        for place in row.filled:
            cell = row.cells[place]
            kinds.setdefault(place, Counter())[kind_of_cell(cell)] += 1
            digits[place] += any(c.isdigit() for c in cell)
    used, figures, numbers, coded = [], [], [], []
    for place, counted in sorted(kinds.items()):
        seen = counted.total()
        if seen < 0.02 * len(rows):
            continue
        used.append(place)
        told = seen - counted[MARK]
        if told and (counted[NUMBER] + counted[DATE]) >= 0.6 * told:
            figures.append(place)
            if counted[NUMBER] > counted[DATE]:
                numbers.append(place)
        elif digits[place] >= 0.9 * seen:
            coded.append(place)
    return _Body(used, figures, numbers, coded)


def _series(cells: Sequence[str]) -> bool:
    """Tell a run of years, or of whole numbers one after the other, as headers of a crosstab."""
    numbers = [cell for cell in cells if kind_of_cell(cell) == NUMBER]
    if len(numbers) < 3:
        return False
    if all(is_year(cell) for cell in numbers):
        return True
    if len(numbers) < 5 or not all(cell.isdigit() and len(cell) < 4 for cell in numbers):
        return False
    values = [int(cell) for cell in numbers]
    return all(b - a == 1 for a, b in itertools.pairwise(values))


def _days(labels: Mapping[int, str], body: _Body) -> bool:
    """Tell a run of different days over columns of numbers, with a word before them."""
    days = {place: cell for place, cell in labels.items() if kind_of_cell(cell) == DATE}
    words = sum(kind_of_cell(cell) == TEXT for cell in labels.values())
    return (
        len(days) >= 3
        and len(set(days.values())) == len(days)
        and words > 0
        and len(days) + words == len(labels)
        and all(place in body.numbers for place in days if place in body.used)
    )


def _is_word(cell: str) -> bool:
    """Tell text; a letter that can mean "no value" among numbers (X, N) is a name in a header."""
    kind = kind_of_cell(cell)
    return kind == TEXT or (kind == MARK and cell.isalpha())


def is_header(row: Row, below: Sequence[Row]) -> bool:
    """Tell for sure that a row is the header of the rows below it."""
    return all(_is_header(row, _body_of(below), below))


def _is_header(row: Row, body: _Body, below: Sequence[Row]) -> tuple[bool, bool]:
    """Tell whether a row can be the header of what is below it, and whether that is sure."""
    labels = {place: label_of(row.cells[place]) for place in row.filled}
    labels = {place: label for place, label in labels.items() if label}
    if not labels or not body.used:
        return False, False
    if len(labels) <= 2 and row.cells[row.filled[0]].endswith(":"):
        return False, False
    named = [place for place in body.used if place in labels]
    if len(named) < max(0.6 * len(body.used), 1) or (len(body.used) > 1 and len(named) < 2):
        return False, False
    differ = len(set(labels.values()))
    if differ < min(3, len(labels)) and differ < 0.6 * len(labels):
        return False, False
    if sum(len(label) > _LONG for label in labels.values()) > 0.3 * len(labels):
        return False, False
    kinds = [kind_of_cell(label) for label in labels.values()]
    figures = sum(kind in (NUMBER, DATE) for kind in kinds)
    series = _series(list(labels.values())) or _days(labels, body)
    if figures > 0.2 * len(labels) and not series:
        return False, False
    named_figures = [place for place in body.figures if place in labels]
    if named_figures:
        worded = sum(
            _is_word(labels[place]) or (series and kind_of_cell(labels[place]) in (NUMBER, DATE))
            for place in named_figures
        )
        return worded >= 0.75 * len(named_figures), True
    coded = [place for place in body.coded if place in labels]
    if coded:
        plain = sum(not any(c.isdigit() for c in labels[place]) for place in coded)
        if plain >= 0.5 * len(coded):
            return True, True
        if len(coded) >= 0.5 * len(labels):
            return False, False
    # Nothing but words below words: a value that comes again below is no label.
    again = sum(
        any(len(other.cells) > place and other.cells[place] == row.cells[place] for other in below)
        for place in named
    )
    return again <= 0.3 * len(named), False


def find_header(rows: Sequence[Row]) -> Header | None:
    """Find the header in a sample of rows that are not blank; None: no row can be it.

    The sample begins at the file's first row and goes well beyond any header.
    """
    for at, row in enumerate(rows[:_TRIED]):
        below = rows[at + 1 : at + 1 + _BELOW]
        if not below:
            return Header([row.index], False) if at == 0 and len(row.filled) > 1 else None
        body = _body_of(below)
        fits, sure = _is_header(row, body, below)
        if fits:
            return Header(_widen(rows, at, below), sure)
        if _is_data(row, body):
            return None
    return None


def _is_data(row: Row, body: _Body) -> bool:
    """Tell that a row is of the same kind as all below it: then there is no header above."""
    figures = [place for place in body.figures if place in row.filled]
    alike = sum(kind_of_cell(row.cells[place]) in (NUMBER, DATE, MARK) for place in figures)
    return (
        len(row.filled) >= 0.6 * len(body.used)
        and len(row.filled) > 1
        and bool(figures)
        and alike == len(figures)
        and not _series([row.cells[place] for place in row.filled])
        and not row.cells[row.filled[0]].endswith(":")
    )


def _widen(rows: Sequence[Row], at: int, below: Sequence[Row]) -> list[int]:
    """Add the rows of fragments above and below that belong to the header row at ``at``."""
    found = [at]
    step = 1
    while step < len(below) - 1 and step <= 3:
        row = below[step - 1]
        if row.index != rows[found[-1]].index + 1 or not _continues(row, below[step:]):
            break
        found.append(at + step)
        step += 1
    body = _body_of(below[step - 1 :])
    top = at
    while top > 0 and len(found) < 5:
        row, under = rows[top - 1], rows[top]
        if under.index != row.index + 1 or not _leads(row, rows[at], body):
            break
        top -= 1
        found.insert(0, top)
    return [rows[place].index for place in found]


def _continues(row: Row, below: Sequence[Row]) -> bool:
    """Tell a second row of header: words above two columns of figures or more, met only here."""
    body = _body_of(below)
    cells = [row.cells[place] for place in body.figures if place in row.filled]
    if len(cells) < 2 or len(cells) < 0.4 * len(body.figures):
        return False
    if any(kind_of_cell(cell) != TEXT for cell in cells):
        return False
    seen = {(place, other.cells[place]) for other in below for place in other.filled}
    return not any((place, row.cells[place]) in seen for place in body.figures if row.cells[place])


def _leads(row: Row, header: Row, body: _Body) -> bool:
    """Tell a row of group headings directly above the header from a title or a line of facts."""
    filled = row.filled
    labels = [label_of(row.cells[place]) for place in filled]
    if not any(labels) or any(len(label) > 60 for label in labels):
        return False
    if len(filled) > 2 and len(set(labels)) == 1:
        return False
    if row.cells[filled[0]].endswith(":") or any(
        kind_of_cell(label) in (NUMBER, DATE) and not is_year(label) for label in labels
    ):
        return False
    if len(filled) == 1:
        # Alone in the first column it is a title; elsewhere it stands above its columns.
        return filled[0] > (body.used[0] if body.used else 0)
    below = [header.cells[place] for place in header.filled]
    incomplete = len(set(below)) < len(below) or any(
        place not in header.filled for place in body.used
    )
    return incomplete or len(filled) >= 0.3 * len(body.used)


def labels_of(rows: Sequence[Row], width: int) -> list[str]:
    """Join the header's rows to one label per column.

    A heading above several columns is repeated over the empty cells right of it where the label
    below is met more than once.
    """
    parts = [
        [label_of(row.cells[place]) if place < len(row.cells) else "" for place in range(width)]
        for row in rows
    ]
    if len(parts) > 1:
        counted = Counter(label for label in parts[-1] if label)
        again = [counted[label] > 1 for label in parts[-1]]
        parts[:-1] = [_spread(part, again) for part in parts[:-1]]
    labels = []
    for place in range(width):
        words = [part[place] for part in parts if part[place] != EMPTY]
        joined = ""
        for word in words:
            if plain(word) == plain(joined):
                continue
            hyphen = joined.endswith("-") and word[:1].islower()
            joined = joined[:-1] + word if hyphen else f"{joined} {word}".strip()
        labels.append(joined)
    return labels


def plain(word: str) -> str:
    """Return a label without what may differ between two writings of it."""
    return "".join(c for c in word.lower() if c.isalnum())


def _spread(part: Sequence[str], again: Sequence[bool]) -> list[str]:
    spread, last = [], ""
    for label, wanted in zip(part, again, strict=True):
        last = label or (last if wanted else "")
        spread.append(last)
    return spread
