"""Delimited text: which character parts the cells, and whether quotes mean anything.

Owns the vote over a file's head, and the rewriting of a file whose quotes or line ends are
not regular into one whose are, so that whatever follows has one form to deal with. Never takes a
colon, a space or a letter for a delimiter.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .grid import Limits
from .records import too_many_rows
from .refusals import Refused

__all__ = ["DELIMITERS", "Dialect", "dialect_of", "regular_copy", "with_plain_breaks"]

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}
_HEAD = 512 << 10
_RECORDS = 400
# A quoted cell with more line breaks than this is a quote that was never closed.
_LINES_IN_A_CELL = 200


@dataclass(frozen=True)
class Dialect:
    """How records are cut.

    ``quoted`` false means that a quote is a character like others; ``escaped``, that a backslash
    stands before quotes within quotes, instead of a second quote.
    """

    delimiter: str
    quoted: bool = True
    space_before_quote: bool = False
    escaped: bool = False

    @property
    def plain(self) -> bool:
        """Tell the one form that needs no rewriting."""
        return self.quoted and not self.space_before_quote and not self.escaped

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Cut records as leniently as spreadsheets do; a blank line is an empty record."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            skipinitialspace=self.space_before_quote,
            escapechar="\\" if self.escaped else None,
            doublequote=not self.escaped,
        )


@dataclass
class _Vote:
    """How regular records came out.

    A score, the usual width, its share, and whether cells have several lines.
    """

    score: float = 0.0
    width: int = 0
    share: float = 0.0
    lines: bool = False


def dialect_of(path: Path, limits: Limits, declared: str = "") -> Dialect:
    """Vote on the head of a UTF-8 file."""
    csv.field_size_limit(max(limits.line_bytes, 1 << 17))
    with path.open("rb") as file:
        raw = file.read(_HEAD)
    if len(raw) == _HEAD:
        cut = max(raw.rfind(b"\n"), raw.rfind(b"\r"))
        raw = raw[: cut + 1] if cut > 0 else raw
    text = raw.decode("utf-8", "ignore")
    best, best_score = Dialect(declared or ","), 0.0
    if declared:
        dialect, vote = _quoting(text, declared)
        if vote.width > 1 or not any(_quoting(text, one)[1].width > 1 for one in DELIMITERS):
            return dialect
    for delimiter in DELIMITERS:
        dialect, vote = _quoting(text, delimiter)
        if vote.score > best_score:
            best, best_score = dialect, vote.score
    return best


def _quoting(text: str, delimiter: str) -> tuple[Dialect, _Vote]:
    """Choose what quotes mean for one delimiter."""
    escaped = '\\"' in text and '""' not in text.replace(f'{delimiter}""', "")
    spaced = re.search(rf'{re.escape(delimiter)} +"', text) is not None
    dialect = Dialect(delimiter, True, spaced, escaped)
    vote = _vote(text, dialect)
    if '"' in text:
        bare = Dialect(delimiter, False)
        other = _vote(text, bare)
        # Where quotes do hold line breaks together, records fall apart without them.
        apart = vote.lines and other.share >= 0.99 and other.width >= vote.width
        if other.score > vote.score * 1.02 or apart:
            return bare, other
    return dialect, vote


def _vote(text: str, dialect: Dialect) -> _Vote:
    """Rate how regular the records come out: share of the usual width, times its logarithm."""
    widths: list[int] = []
    foreign = cells = 0
    lines = False
    others = [mark for mark in DELIMITERS if mark not in (dialect.delimiter, ",")]
    try:
        for record in dialect.reader(iter(io.StringIO(text, newline=""))):
            if not any(cell.strip() for cell in record):
                continue
            if any(cell.count("\n") > _LINES_IN_A_CELL for cell in record):
                return _Vote(lines=True)
            lines = lines or any("\n" in cell for cell in record)
            widths.append(len(record))
            cells += len(record)
            foreign += sum(any(mark in cell for mark in others) for cell in record)
            if len(widths) >= _RECORDS:
                break
    except csv.Error:
        return _Vote(lines=True)
    if not widths:
        return _Vote()
    counted = Counter(widths)
    width, count = max(counted.items(), key=lambda item: item[1] * math.log2(1 + item[0]))
    share = count / len(widths)
    if width < 2:
        return _Vote(0.01, width, 0.0, lines)
    # Short records (a title, ragged ends) speak less against a delimiter than long ones do.
    score = share + 0.5 * sum(n for w, n in counted.items() if 1 < w < width) / len(widths)
    first_fits = next((w for w in widths if w > 1), 0) == width
    score *= math.log2(1 + width) * (1.0 if first_fits else 0.7) * (1 - 0.5 * foreign / cells)
    return _Vote(score, width, share, lines)


def with_plain_breaks(path: Path, target: Path) -> Path:
    """Copy a file whose line ends are regular, with line feeds for all breaks, quoted ones too."""
    with path.open("rb") as source, target.open("wb") as out:
        held = b""
        while block := source.read(1 << 20):
            block = held + block
            held = b"\r" if block.endswith(b"\r") else b""
            block = block[: len(block) - len(held)]
            out.write(block.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        out.write(b"\n" if held else b"")
    return target


class _Mended:
    """Lines in which quotes within cells are doubled as they ought to be; counts such lines.

    A quote ends a quoted cell only before a delimiter or the end of the line. Lines within a cell
    of several lines are left as they are.
    """

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self.lines, self.delimiter, self.count = lines, delimiter, 0
        beside = f'[^{re.escape(delimiter)}"\r\n]'
        self.odd = re.compile(f'{beside}"{beside}')

    def __iter__(self) -> Iterator[str]:
        within = False
        for line in self.lines:
            mended = None
            if not within and self.odd.search(line):
                mended = self._mend(line)
            if mended is None:
                within ^= line.count('"') % 2 == 1
                yield line
            else:
                self.count += 1
                yield mended

    def _mend(self, line: str) -> str | None:
        body = line.rstrip("\r\n")
        cells: list[str] = []
        at = 0
        while at <= len(body):
            end = self._end(body, at)
            if end is None:
                return None
            cell = body[at:end]
            cells.append(cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell)
            at = end + 1
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator="").writerow(cells)
        return out.getvalue() + line[len(body) :]

    def _end(self, body: str, at: int) -> int | None:
        """Return where the cell that begins at a place ends; None: not on this line."""
        if body[at : at + 1] != '"':
            end = body.find(self.delimiter, at)
            return end if end >= 0 else len(body)
        quote = at
        while (quote := body.find('"', quote + 1)) > 0:
            if body[quote + 1 : quote + 2] in ("", self.delimiter):
                return quote + 1
            if body[quote + 1] == '"':
                quote += 1
        return None


def regular_copy(path: Path, dialect: Dialect, target: Path, limits: Limits) -> list[str]:
    """Write the same records with commas, regular quotes and line feeds; return notes.

    Raises:
        Refused: a record is longer than the limit, or a quote is never closed.
    """
    csv.field_size_limit(max(limits.line_bytes, 1 << 17))
    row = 0
    try:
        with (
            path.open(encoding="utf-8", newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            lines: Iterable[str] = source
            mended = _Mended(source, dialect.delimiter)
            if dialect.plain:
                lines = mended
            write = csv.writer(out, delimiter=",", lineterminator="\n").writerow
            for record in dialect.reader(iter(lines)):
                row += 1
                if row > limits.rows:
                    raise Refused(too_many_rows(limits))
                if any(cell.count("\n") > _LINES_IN_A_CELL for cell in record):
                    raise Refused(
                        f"A quotation mark that opens a cell in row {row:,} is never closed. "
                        "Close it, or save the file again from a spreadsheet program."
                    )
                write([cell.replace("\r\n", "\n").replace("\r", "\n") for cell in record])
    except csv.Error as error:
        raise Refused(
            f"Row {row + 1:,} cannot be read ({error}). A quotation mark that is never closed "
            "is the usual cause; save the file again from a spreadsheet program."
        ) from error
    if not mended.count:
        return []
    return [
        f"{mended.count:,} lines have quotation marks in the middle of cells, not doubled. They "
        "were taken for part of the words; please look at them."
    ]
