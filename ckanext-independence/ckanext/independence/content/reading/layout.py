"""The shape of one table: its header, which rows are data, and why the others are not.

Owns the one pass over the rows of a file or sheet after which every row is header, blank, set
aside with a reason, or data. Small tables are gone through whole, so that totals are proved by
their sums; of large ones only the head, the tail and the rows that stand out are looked at.
Refuses to choose where the shape allows two readings: it asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from . import asides, questions
from .asides import Body
from .cells import DATE, NUMBER, kind_of_cell, trimmed
from .grid import Limits
from .header import Header, Row, find_header, is_header, labels_of, plain
from .model import Aside, Reading
from .names import label_of
from .records import Records
from .refusals import Ask, NotATable, Refused

__all__ = ["Layout", "Range", "layout_of", "row_ranges"]

# A table with no more cells than this is gone through whole.
_SMALL = 300_000
_HEAD, _TAIL, _SPREAD = 500, 80, 200
# Where more rows than this have few cells, that is no sign of a row that is not data.
_THIN = 100_000
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d*):\$?([A-Za-z]{1,3})\$?(\d*)")
_ROWS = re.compile(r"(\d+)(?:-(\d+))?")


@dataclass(frozen=True)
class Range:
    """A part of a sheet: rows and columns from 0, the ends not in it."""

    top: int
    bottom: int
    left: int
    right: int

    @classmethod
    def of(cls, text: str) -> Range:
        """Read "A5:U31", or "A:U" for all rows, or "A5:U" from row 5 to the end.

        Raises:
            Refused: the text is none of these.
        """
        found = _RANGE.fullmatch(text.strip())
        if not found:
            raise Refused(f"“{text}” is no range of cells. Write it like A5:U31.")
        left, top, right, bottom = found.groups()
        return cls(
            top=int(top) - 1 if top else 0,
            bottom=int(bottom) if bottom else 1 << 40,
            left=_column(left),
            right=_column(right) + 1,
        )


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


@dataclass
class Layout:
    """What each row is. Indexes count from 0; row numbers in ``asides`` from 1.

    Attributes:
        header: rows of the header.
        header_sure: false where only its place speaks for it.
        first: the first row below the header.
        labels: of the columns, by position; empty where the header has none.
        width: how many columns there are, dropped ones counted.
        body: what is known of the columns.
        asides: by index.
        blank: indexes of rows without any value, wherever they are.
        sample: rows of data.
        filled: of each column, whether any row of data fills it.
        padded: rows may be shorter; what is missing at their end is empty.
        header_cells: how many cells the header's last row has.
        short: how many cells nearly all rows lack at their end, all the same.
        headings: rows of data that hold one text in the first column, like headings of sections.
        headers: rows of data, below a break, that look like another table's header.
        notes: sentences for the steward.
    """

    header: list[int]
    header_sure: bool
    first: int
    labels: list[str]
    width: int
    body: Body
    asides: dict[int, Aside] = field(default_factory=dict)
    blank: set[int] = field(default_factory=set)
    sample: list[Row] = field(default_factory=list)
    filled: list[bool] = field(default_factory=list)
    padded: bool = False
    header_cells: int = 0
    short: int = 0
    headings: list[Row] = field(default_factory=list)
    headers: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def row_ranges(texts: Iterable[str]) -> Iterator[range]:
    """Read row numbers such as "17" and "1-4" as ranges of indexes."""
    for text in texts:
        found = _ROWS.fullmatch(str(text).strip())
        if not found:
            raise Refused(f"“{text}” is no row number. Write 17, or 1-4.")
        first, last = int(found[1]), int(found[2] or found[1])
        yield range(first - 1, last)


class _Sheet:
    """Rows of the records as the layout sees them: trimmed, and within the range."""

    def __init__(self, records: Records, given: Reading) -> None:
        self.records = records
        self.range = Range.of(given.range) if given.range else None
        self.set_aside = list(row_ranges(given.aside))
        self.kept = list(row_ranges(given.keep))

    def __len__(self) -> int:
        return len(self.records)

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        for index, cells in enumerate(self.records.rows(start, stop), start):
            yield self.see(index, cells)

    def picked(self, indexes: Sequence[int]) -> Iterator[Row]:
        """Give some rows, in ascending order; many of them in one pass over the file."""
        if len(indexes) <= _SPREAD * 10:
            for index in indexes:
                yield self.see(index, self.records.row(index))
            return
        wanted = iter(indexes)
        following = next(wanted)
        for index, cells in enumerate(self.records.rows(indexes[0], indexes[-1] + 1), indexes[0]):
            if index == following:
                yield self.see(index, cells)
                following = next(wanted, -1)

    def see(self, index: int, cells: Sequence[str]) -> Row:
        seen = trimmed(cells)
        if self.range:
            inside = self.range.top <= index < self.range.bottom
            seen = [
                cell if inside and self.range.left <= place < self.range.right else ""
                for place, cell in enumerate(seen)
            ]
        return Row(index, seen)

    def is_kept(self, index: int) -> bool:
        return any(index in rows for rows in self.kept)

    def is_set_aside(self, index: int) -> bool:
        return any(index in rows for rows in self.set_aside)


def layout_of(records: Records, given: Reading, limits: Limits) -> Layout:
    """Find the shape of a table, keeping to what a reading says of it.

    Raises:
        Ask: the rows can be understood in two ways.
        NotATable: there are no columns.
        Refused: there are no rows, or more columns or rows set aside than may be.
    """
    sheet = _Sheet(records, given)
    head = [row for row in sheet.rows(0, min(len(sheet), _HEAD)) if row.filled]
    if not head:
        raise Refused("The file is empty: there is no row with a value in it.")
    if not given.header_rows and not given.range:
        _see_to_a_table(head, records)
    header, labels = _header(sheet, head, given)
    first = header.rows[-1] + 1 if header.rows else (sheet.range.top if sheet.range else 0)
    if not header.rows and not sheet.range:
        first = head[0].index
    width = _width(records, head, header, labels, first)
    if width > limits.columns:
        raise Refused(
            f"There are {width:,} columns; {limits.columns:,} is the most that a table can hold. "
            "Offer it in parts, or with one row for each of what stands side by side."
        )
    labels = (labels + [""] * width)[:width]
    data = [row for row in head if row.index >= first]
    if not data and len(sheet) <= _HEAD:
        raise Refused("There is a header, but no row below it. Please upload a file with rows.")
    spread = np.linspace(first, len(sheet) - 1, _SPREAD).astype(int).tolist()
    spread = [index for index in dict.fromkeys(spread) if first <= index and index >= _HEAD]
    data += [row for row in sheet.picked(spread) if row.filled]
    body = _body(data, labels, len(sheet) * width <= _SMALL)
    layout = Layout(header.rows, header.sure, first, labels, width, body)
    _sort_rows(sheet, layout, head, limits)
    layout.sample = [row for row in data if _is_data(layout, row.index)]
    layout.filled = _filled(sheet, layout)
    if body.sums_known:
        layout.headers = _other_headers(sheet, layout)
    questions.about_shape(layout, given)
    return layout


def _is_data(layout: Layout, index: int) -> bool:
    return index >= layout.first and index not in layout.asides and index not in layout.blank


def _see_to_a_table(head: Sequence[Row], records: Records) -> None:
    """Refuse prose: long lines in one column, or commas with a space and small letters after."""
    cells = [row.cells[0] for row in head]
    prose = sum(len(cell) > 80 for cell in cells) > 0.2 * len(cells)
    if len(head[0].cells) > 1:
        rest = [cell for cells in records.rows(0, _HEAD) for cell in cells[1:] if cell]
        clauses = sum(cell[0] == " " and cell[1:2].islower() for cell in rest)
        prose = clauses > 0.6 * len(rest)
    elif sum("  " in cell for cell in cells) > 0.6 * len(cells):
        raise Refused(
            "The columns of this text seem to be aligned by spaces. Where one ends is not known: "
            "please save the table as CSV or as a workbook."
        )
    if prose:
        raise NotATable("This is text without columns, not a table. It is kept as a download.")


def _header(sheet: _Sheet, head: list[Row], given: Reading) -> tuple[Header, list[str]]:
    if given.header_rows is not None:
        indexes = sorted(number - 1 for number in given.header_rows)
        rows = [row for row in sheet.picked([i for i in indexes if 0 <= i < len(sheet)])]
        if len(rows) < len(indexes):
            raise Ask(
                f"The header was to be in row {given.header_rows[-1]:,}, but the file has only "
                f"{len(sheet):,} rows."
            )
        if moved := _moved(head, rows, given):
            rows = moved
        found = Header([row.index for row in rows], True)
    else:
        looked = find_header(head)
        if looked is None:
            raise questions.no_header(head)
        found = looked
        rows = [row for row in head if row.index in found.rows]
    width = max((row.filled[-1] + 1 for row in rows if row.filled), default=0)
    return found, labels_of(rows, width)


def _moved(head: Sequence[Row], rows: Sequence[Row], given: Reading) -> list[Row]:
    """Find the header again by the labels that a reading knows, where it stands elsewhere now."""
    known = {plain(column.label) for column in given.columns if column.label}
    if len(known) < 2 or not rows:
        return []

    def fit(some: Sequence[Row]) -> float:
        width = max((len(row.cells) for row in some), default=0)
        return len(known & set(map(plain, labels_of(some, width)))) / len(known)

    now = fit(rows)
    if now >= 0.6:
        return []
    count = rows[-1].index - rows[0].index + 1
    best: list[Row] = []
    for at in range(min(len(head), 60)):
        some = [row for row in head[at : at + count] if row.index < head[at].index + count]
        if len(some) == len(rows) and (value := fit(some)) > max(now, 0.5):
            best, now = some, value
    return best


def _width(
    records: Records, head: Sequence[Row], header: Header, labels: list[str], first: int
) -> int:
    """Return how many columns the table has: those named, and those that its rows usually have."""
    below = records.widths[first:][records.filled[first:] > 0]
    usual = int(np.bincount(below).argmax()) if len(below) else 0
    last = [row.filled[-1] + 1 for row in head if row.index >= first and len(row.cells) == usual]
    return max(len(labels), max(last, default=0), 1) if usual >= len(labels) else len(labels)


def _body(data: Sequence[Row], labels: list[str], small: bool) -> Body:
    sizes = sorted(len(row.filled) for row in data)
    typical = sizes[len(sizes) // 2] if sizes else 0
    solid = [row for row in data if len(row.filled) >= min(3, typical)] or list(data)
    used, figures = [], []
    for place in range(max((len(row.cells) for row in solid), default=0)):
        cells = [row.cells[place] for row in solid if place < len(row.cells) and row.cells[place]]
        if len(cells) < 0.01 * len(solid) or not cells:
            continue
        used.append(place)
        counted = sum(kind_of_cell(cell) in (NUMBER, DATE) for cell in cells)
        if counted >= 0.6 * len(cells):
            figures.append(place)
    return Body(labels, used, figures, typical, small)


def _sort_rows(sheet: _Sheet, layout: Layout, head: Sequence[Row], limits: Limits) -> None:
    """Decide of every row what it is."""
    records, first = sheet.records, layout.first
    blank = int((records.filled == 0).sum())
    if blank > limits.blank_rows:
        raise Refused(
            f"The file has {blank:,} blank rows; {limits.blank_rows:,} is the limit. Delete them, "
            "or save the file again."
        )
    layout.blank.update(np.flatnonzero(records.filled == 0).tolist())
    layout.blank.difference_update(layout.header)
    above = [row for row in sheet.rows(0, first) if row.index not in layout.header]
    seen = False
    for row in above:
        if row.filled:
            kind = asides.preamble_kind(row, not seen)
            reason = "Above the header."
            layout.asides[row.index] = Aside(row.index + 1, kind, reason, _ended(row.cells))
            seen = True
        elif row.index not in layout.blank:
            _blank_or_outside(sheet, layout, row)
    if seen and head:
        titles = [
            " ".join(dict.fromkeys(filter(None, map(label_of, row.cells))))
            for row in above
            if row.filled
        ]
        layout.notes.append(f"Above the header it says: {' · '.join(titles)[:400]}")
    layout.header_cells = int(records.widths[layout.header[-1]]) if layout.header else 0
    layout.short = _short(records, layout)
    layout.padded = bool(layout.short) or _is_trimmed(records, layout)
    if not layout.padded and not sheet.range:
        short = (records.widths[first:] < layout.width) & (records.filled[first:] > 0)
        if int(short.sum()) > limits.aside_rows:
            raise _not_understood(limits)
    for row, last, after_blank in _rows_to_judge(sheet, layout):
        _judge(sheet, layout, row, last=last, after_blank=after_blank)
        if len(layout.asides) > limits.aside_rows:
            raise _not_understood(limits)


def _not_understood(limits: Limits) -> Refused:
    return Refused(
        f"More than {limits.aside_rows:,} rows do not fit the table's columns. "
        "The file was not understood; please look at its delimiter and header."
    )


def _other_headers(sheet: _Sheet, layout: Layout) -> list[Row]:
    """Return rows that, below a blank row, are for sure the header of what follows."""
    parts: list[list[Row]] = [[]]
    for row in sheet.rows(layout.first, len(sheet)):
        if _is_data(layout, row.index):
            parts[-1].append(row)
        elif row.index in layout.blank and parts[-1]:
            parts.append([])
    found = []
    for part in parts[1:]:
        for at, row in enumerate(part[:2]):
            if len(part) > at + 2 and len(row.filled) > 1 and is_header(row, part[at + 1 :]):
                found.append(row)
                break
    return [row for row in found if not sheet.is_kept(row.index)]


def _ended(cells: Sequence[str]) -> list[str]:
    """Return cells without the empty ones at the end."""
    end = max((place + 1 for place, cell in enumerate(cells) if cell), default=0)
    return list(cells[:end])


def _rows_to_judge(sheet: _Sheet, layout: Layout) -> Iterator[tuple[Row, bool, bool]]:
    """Give rows below the header with two facts: nothing but asides below it, after a blank."""
    records, first, count = sheet.records, layout.first, len(sheet)
    tail = [row for row in sheet.rows(max(first, count - _TAIL), count) if row.filled]
    last_from = count
    blank = layout.blank
    for row in reversed(tail):
        after = row.index - 1 in blank
        said = asides.judge(row, layout.body, last=True, after_blank=after, trusting=True)
        if not said or sheet.is_kept(row.index):
            break
        last_from = row.index
    if layout.body.sums_known or sheet.range:
        rows = sheet.rows(first, count)
    else:
        filled, widths = records.filled[first:], records.widths[first:]
        thin = filled <= max(1, int(0.4 * layout.body.typical))
        if int(thin.sum()) > _THIN:
            thin = np.zeros_like(thin)
        odd = np.flatnonzero((thin | (widths != layout.width)) & (filled > 0)) + first
        if layout.padded:
            odd = np.flatnonzero((thin | (widths > layout.width)) & (filled > 0)) + first
        chosen = [odd, np.arange(max(first, count - _TAIL), count)]
        chosen += [
            np.arange(max(some.start, first), min(some.stop, count)) for some in sheet.set_aside
        ]
        rows = sheet.picked(np.unique(np.concatenate(chosen)).tolist())
    for row in rows:
        yield row, row.index >= last_from, row.index - 1 in blank


def _judge(sheet: _Sheet, layout: Layout, row: Row, *, last: bool, after_blank: bool) -> None:
    if not row.filled:
        if row.index not in layout.blank:
            _blank_or_outside(sheet, layout, row)
        return

    def put(kind: str, reason: str) -> None:
        layout.asides[row.index] = Aside(row.index + 1, kind, reason, _ended(row.cells))

    if sheet.is_set_aside(row.index):
        put("note", "Set aside by a steward.")
        return
    said = None
    if not sheet.is_kept(row.index):
        said = asides.judge(row, layout.body, last=last, after_blank=after_blank)
    if said is None and (misfit := _misfit(row, layout)):
        said = ("bad", misfit)
    if said is None:
        layout.body.add(row)
        if sheet.is_kept(row.index):
            return
        if asides.is_heading(row, layout.body):
            layout.headings.append(row)
        return
    put(*said)
    if said[0] == "total":
        layout.body.close_group()


def _blank_or_outside(sheet: _Sheet, layout: Layout, row: Row) -> None:
    cells = trimmed(sheet.records.row(row.index))
    if any(cells):
        reason = "Outside the range that was chosen."
        layout.asides[row.index] = Aside(row.index + 1, "note", reason, _ended(cells))
    else:
        layout.blank.add(row.index)


def _misfit(row: Row, layout: Layout) -> str:
    """Say why a record has too many or too few cells, if it has."""
    have = max(len(row.cells) if len(row.cells) < layout.width else layout.width, 0)
    if len(row.cells) > layout.width and any(row.cells[layout.width :]):
        have = len(row.cells)
    if have == layout.width or (have < layout.width and layout.padded):
        return ""
    return f"{have:,} cells where {layout.width:,} are expected: which belongs where is not known."


def _short(records: Records, layout: Layout) -> int:
    """Return how many cells at their end nearly all rows lack, in one manner."""
    widths = records.widths[layout.first :][records.filled[layout.first :] > 0]
    if not len(widths):
        return 0
    usual = int(np.bincount(widths).argmax())
    same = int((widths == usual).sum())
    return layout.width - usual if usual < layout.width and same >= 0.95 * len(widths) else 0


def _is_trimmed(records: Records, layout: Layout) -> bool:
    """Tell a program that leaves out empty cells at the end of a row from broken rows.

    Such a program never writes a whole row that ends in an empty cell, and does it often; rows
    broken in two come in pairs that make up one.
    """
    widths = records.widths[layout.first :]
    filled = records.filled[layout.first :]
    short = (widths < layout.width) & (filled > 0)
    count, total = int(short.sum()), int((filled > 0).sum())
    if count < max(5, 0.03 * total):
        return False
    whole = int((records.widths >= layout.width).sum())
    ends = records.column_filled
    last = int(ends[layout.width - 1]) if layout.width <= len(ends) else 0
    if last < whole:
        return False
    at = np.flatnonzero(short)
    both = widths[at[:-1]] + widths[at[1:]] - layout.width
    paired = (np.diff(at) == 1) & ((both == 0) | (both == 1))
    return int(paired.sum()) * 2 < 0.5 * count


def _filled(sheet: _Sheet, layout: Layout) -> list[bool]:
    """Tell of each column whether a row of data fills it."""
    counts = np.zeros(layout.width, dtype=np.int64)
    known = sheet.records.column_filled[: layout.width]
    counts[: len(known)] = known
    for aside in layout.asides:
        for place, cell in enumerate(sheet.records.row(aside)[: layout.width]):
            counts[place] -= cell != ""
    for index in layout.header:
        for place, cell in enumerate(sheet.records.row(index)[: layout.width]):
            counts[place] -= cell != ""
    seen = counts > 0
    if layout.body.sums_known:
        # Cells of nothing but white space hold nothing.
        spaces = np.zeros(layout.width, dtype=bool)
        for row in sheet.rows(layout.first, len(sheet)):
            if _is_data(layout, row.index):
                spaces[[place for place in row.filled if place < layout.width]] = True
        seen &= spaces
    if sheet.range:
        seen[: sheet.range.left] = False
        seen[sheet.range.right :] = False
    return [bool(one) for one in seen]
