"""Records on disk: one look through a delimited file, and any row of it afterwards.

Owns the count of records and cells, where each record starts, and which are blank or of another
width. The look goes through bytes in blocks with numpy, so that a file of any length costs eight
to twenty bytes of memory per record. Refuses to guess: a file whose quotes or line ends are
not regular is told apart, not read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .grid import Limits
from .refusals import Refused

__all__ = ["Irregular", "Records", "records_of", "too_many_rows"]

_BLOCK = 4 << 20
_HEAD = 1 << 20
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34
_Array = npt.NDArray[Any]


class Irregular(Exception):
    """Quotes or line ends of the file are not regular; a regular copy must be made of it."""


@dataclass
class Records:
    """The records of a regular UTF-8 file.

    Attributes:
        path: the file.
        delimiter: one character of ASCII.
        offsets: where each record starts, and where the last one ends.
        widths: fields of each record; 1 for a blank line.
        filled: fields of each record that hold at least one character.
        column_filled: how many records fill each field.
        newline: what ends a line.
        uniform: line breaks within quotes are the same as those that end lines.
        quoted: whether there is any quote in the file.
    """

    path: Path
    delimiter: str
    offsets: _Array
    widths: _Array
    filled: _Array
    column_filled: _Array
    newline: str
    uniform: bool
    quoted: bool

    def __len__(self) -> int:
        """Return how many records there are, blank ones counted."""
        return len(self.widths)

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[list[str]]:
        """Give the records from ``start`` on (from 0), as cells."""
        stop = len(self) if stop is None else min(stop, len(self))
        if start >= stop:
            return
        with self.path.open("rb") as file:
            file.seek(int(self.offsets[start]))
            yield from self._cut(_lines(file, int(self.offsets[stop]), self.newline), stop - start)

    def row(self, index: int) -> list[str]:
        """Return one record."""
        return next(self.rows(index, index + 1), [])

    def lines(self, stop: int) -> int:
        """Return how many lines the records before ``stop`` take."""
        count, mark = 0, (b"\r" if self.newline == "\r" else b"\n")
        left = int(self.offsets[stop])
        with self.path.open("rb") as file:
            while left and (block := file.read(min(_BLOCK, left))):
                count += block.count(mark)
                left -= len(block)
        return count

    def _cut(self, lines: Iterator[str], count: int) -> Iterator[list[str]]:
        reader = csv.reader(lines, delimiter=self.delimiter)
        for _, record in zip(range(count), reader, strict=False):
            yield record


def _lines(file: Any, end: int, newline: str) -> Iterator[str]:
    """Give the lines up to a place in the file; Python's own do not stop at a lone return."""
    mark, rest = newline.encode(), b""
    while (left := end - file.tell()) > 0:
        block = rest + file.read(min(1 << 20, left))
        *whole, rest = block.split(mark)
        for line in whole:
            yield (line + mark).decode("utf-8")
    if rest:
        yield rest.decode("utf-8")


def records_of(path: Path, delimiter: str, limits: Limits) -> Records:
    """Look through a UTF-8 file.

    Raises:
        Irregular: quotes within cells are not doubled, or line ends differ.
        Refused: a record or the whole is over the limits.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        scan = _Scan(
            delimiter, limits, _RETURN if b"\r" in head and b"\n" not in head else _NEWLINE
        )
        file.seek(0)
        while block := file.read(_BLOCK):
            scan.take(np.frombuffer(block, dtype=np.uint8))
    return scan.finish(path)


def too_many_rows(limits: Limits) -> str:
    """Say that a file has more rows than are read."""
    return (
        f"The file has more than {limits.rows:,} rows, which is the limit. Offer it in parts, for "
        "instance one file for each year."
    )


class _Scan:
    """What is known after each block."""

    def __init__(self, delimiter: str, limits: Limits, end: int) -> None:
        self.delimiter, self.limits = ord(delimiter), limits
        self.end = end  # the byte that ends lines
        self.at = 0  # bytes gone through
        self.inside = 0  # 1 within quotes
        self.last = _NEWLINE  # the byte before this block
        self.cell_start = 0  # where the cell that is open began
        self.open_width = 0  # cells of the record that is open
        self.open_filled = 0
        self.record_start = 0
        self.quoted = False
        self.returns = 0
        self.feeds = 0
        self.breaks = [0, 0, 0]  # all returns, all feeds, and feeds after a return
        self.pending = False  # the last byte of the last block was a quote that closed
        self.rows = 0
        self.starts: list[_Array] = []
        self.widths: list[_Array] = []
        self.filled: list[_Array] = []
        self.columns = np.zeros(64, dtype=np.int64)

    def take(self, block: _Array) -> None:
        if self.pending and int(block[0]) not in (self.delimiter, _NEWLINE, _RETURN, _QUOTE):
            raise Irregular
        self.pending = False
        outside: _Array | None = None
        quotes = block == _QUOTE
        if quotes.any():
            self.quoted = True
            outside = self._outside(block, quotes)
        elif self.inside:
            outside = np.zeros(len(block), dtype=bool)
        self._count_breaks(block)
        is_end, is_cell = block == self.end, block == self.delimiter
        stray = block == (_RETURN if self.end == _NEWLINE else _NEWLINE)
        if outside is not None:
            is_end &= outside
            is_cell &= outside
            stray &= outside
        self._look_at_returns(block, stray)
        marks = np.flatnonzero(is_end | is_cell)
        if self.at + len(block) - self.record_start > self.limits.line_bytes and not is_end.any():
            raise Refused(
                f"Row {sum(map(len, self.widths)) + 1:,} is longer than "
                f"{self.limits.line_bytes / 1e6:,.0f} MB: this is no table of rows and columns, "
                "or a quotation mark is never closed."
            )
        if len(marks):
            self._count(block, marks, is_end[marks])
        self.at += len(block)
        self.last = int(block[-1])

    def _count_breaks(self, block: _Array) -> None:
        returns, feeds = block == _RETURN, block == _NEWLINE
        if returns.any():
            self.breaks[0] += int(returns.sum())
            self.breaks[2] += int((returns[:-1] & feeds[1:]).sum())
        if self.last == _RETURN and block[0] == _NEWLINE:
            self.breaks[2] += 1
        self.breaks[1] += int(feeds.sum())

    def _outside(self, block: _Array, quotes: _Array) -> _Array:
        """Return which bytes are outside quotes, and see to it that quotes are regular."""
        inside = ((np.cumsum(quotes, dtype=np.uint8) + np.uint8(self.inside)) & 1).astype(bool)
        at = np.flatnonzero(quotes)
        opens = inside[at]
        before = np.where(at > 0, block[at - 1], self.last)
        fine = (
            (before == self.delimiter)
            | (before == _NEWLINE)
            | (before == _RETURN)
            | (before == _QUOTE)
        )
        if not fine[opens].all():
            raise Irregular
        closing = at[~opens]
        after = block[np.minimum(closing + 1, len(block) - 1)]
        fine = (
            (after == self.delimiter) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
        )
        fine |= closing == len(block) - 1
        if not fine.all():
            raise Irregular
        self.pending = bool(len(closing) and closing[-1] == len(block) - 1)
        self.inside = int(inside[-1])
        return ~inside

    def _look_at_returns(self, block: _Array, stray: _Array) -> None:
        if self.end == _RETURN:
            if stray.any():
                raise Irregular
            return
        at = np.flatnonzero(stray)
        if self.last == _RETURN and not self.inside and int(block[0]) != _NEWLINE:
            raise Irregular
        self.returns += len(at)
        at = at[at < len(block) - 1]
        if len(at) and not (block[at + 1] == _NEWLINE).all():
            raise Irregular

    def _count(self, block: _Array, marks: _Array, ends: _Array) -> None:
        places = marks + self.at
        begins = np.empty_like(places)
        begins[0] = self.cell_start
        begins[1:] = places[:-1] + 1
        lengths = places - begins
        # The carriage return before a line feed is no character of the cell.
        if self.end == _NEWLINE and self.returns:
            previous = np.where(marks > 0, block[marks - 1], self.last)
            lengths = lengths - (ends & (previous == _RETURN))
        has = lengths > 0
        end_at = np.flatnonzero(ends)
        position = np.arange(len(marks), dtype=np.int64) + self.open_width
        if len(end_at):
            if self.end == _NEWLINE:
                self.feeds += len(end_at)
            sizes = np.diff(np.concatenate(([-1], end_at)))
            widths = sizes.copy()
            widths[0] += self.open_width
            base = np.concatenate(([0], end_at[:-1] + 1))
            tail = len(marks) - (end_at[-1] + 1)
            shift = np.repeat(base, sizes)
            position[: len(shift)] -= shift
            position[sizes[0] : len(shift)] -= self.open_width
            position[len(shift) :] = np.arange(tail)
            running = np.concatenate(([0], np.cumsum(has)))
            filled = running[end_at + 1] - running[base]
            filled[0] += self.open_filled
            starts = np.concatenate(([self.record_start], places[end_at[:-1]] + 1))
            self.rows += len(end_at)
            if self.rows > self.limits.rows:
                raise Refused(too_many_rows(self.limits))
            self.starts.append(starts.astype(np.int64))
            self.widths.append(widths.astype(np.int32))
            self.filled.append(filled.astype(np.int32))
            self.record_start = int(places[end_at[-1]] + 1)
            self.open_width = tail
            self.open_filled = int(has[end_at[-1] + 1 :].sum())
            longest = int(np.diff(np.concatenate((starts, [self.record_start]))).max())
            if longest > self.limits.line_bytes:
                raise Refused(
                    f"A row is {longest / 1e6:,.0f} MB long; "
                    f"{self.limits.line_bytes / 1e6:,.0f} MB is the limit."
                )
        else:
            self.open_width += len(marks)
            self.open_filled += int(has.sum())
        # Far beyond the limit of columns nobody asks which of them is filled.
        self._fill(np.bincount(position[has & (position < 4 * self.limits.columns)]))
        self.cell_start = int(places[-1]) + 1

    def _fill(self, counts: _Array) -> None:
        if len(counts) > len(self.columns):
            self.columns = np.concatenate(
                (self.columns, np.zeros(len(counts) - len(self.columns), dtype=np.int64))
            )
        self.columns[: len(counts)] += counts

    def finish(self, path: Path) -> Records:
        if self.inside:
            raise Irregular
        if self.at > self.record_start:
            has = self.at - self.cell_start > 0
            self.starts.append(np.array([self.record_start], dtype=np.int64))
            self.widths.append(np.array([self.open_width + 1], dtype=np.int32))
            self.filled.append(np.array([self.open_filled + int(has)], dtype=np.int32))
            if has:
                counts = np.zeros(self.open_width + 1, dtype=np.int64)
                counts[self.open_width] = 1
                self._fill(counts)
        if self.end == _NEWLINE and (self.last == _RETURN or self.returns not in (0, self.feeds)):
            raise Irregular
        starts = [*self.starts, np.array([self.at], dtype=np.int64)]
        none = np.zeros(0, dtype=np.int32)
        newline = "\r" if self.end == _RETURN else "\r\n" if self.returns else "\n"
        return Records(
            path=path,
            delimiter=chr(self.delimiter),
            offsets=np.concatenate(starts),
            widths=np.concatenate(self.widths) if self.widths else none,
            filled=np.concatenate(self.filled) if self.filled else none,
            column_filled=self.columns,
            newline=newline,
            uniform=(
                self.breaks[0] == self.breaks[1] == self.breaks[2]
                if newline == "\r\n"
                else not self.breaks[newline == "\r"]
            ),
            quoted=self.quoted,
        )
