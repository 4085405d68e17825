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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .grid import Limits
from .refusals import Refused

__all__ = ["DELIMITERS", "Dialect", "dialect_of", "regular_copy"]

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}
_HEAD = 512 << 10
_RECORDS = 400
# A quoted cell with more line breaks than this is a quote that was never closed.
_LINES_IN_A_CELL = 200


@dataclass(frozen=True)
class Dialect:
    """How records are cut: ``quoted`` false means that a quote is a character like others."""

    delimiter: str
    quoted: bool = True
    space_before_quote: bool = False

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Cut records as leniently as spreadsheets do; a blank line is an empty record."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            skipinitialspace=self.space_before_quote,
        )


def dialect_of(path: Path, limits: Limits, declared: str = "") -> Dialect:
    """Vote on the head of a UTF-8 file.

    Raises:
        Refused: one record is longer than the limit.
    """
    csv.field_size_limit(max(limits.line_bytes, 1 << 17))
    with path.open("rb") as file:
        raw = file.read(_HEAD)
    if len(raw) == _HEAD:
        cut = max(raw.rfind(b"\n"), raw.rfind(b"\r"))
        raw = raw[: cut + 1] if cut > 0 else raw
    text = raw.decode("utf-8", "ignore")
    spaced = re.search(r'[,;|\t] +"', text) is not None
    best, best_score = Dialect(declared or ","), 0.0
    for delimiter in [declared] if declared else DELIMITERS:
        for quoted in (True, False) if '"' in text else (True,):
            dialect = Dialect(delimiter, quoted, spaced and quoted)
            score = _score(text, dialect)
            # Where both readings fit, quotes are quotes.
            if score > best_score * (1.02 if not quoted else 1.0):
                best, best_score = dialect, score
    return best


def _score(text: str, dialect: Dialect) -> float:
    """Rate how regular the records come out: share of the usual width, times its logarithm."""
    widths: list[int] = []
    foreign = cells = 0
    others = [mark for mark in DELIMITERS if mark != dialect.delimiter]
    try:
        for record in dialect.reader(iter(io.StringIO(text, newline=""))):
            if not any(cell.strip() for cell in record):
                continue
            if any(cell.count("\n") > _LINES_IN_A_CELL for cell in record):
                return 0.0
            widths.append(len(record))
            cells += len(record)
            foreign += sum(any(mark in cell for mark in others[1:]) for cell in record)
            if len(widths) >= _RECORDS:
                break
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    counted = Counter(widths)
    width, count = max(counted.items(), key=lambda item: item[1] * math.log2(1 + item[0]))
    if width < 2:
        return 0.01
    share = count / len(widths)
    # Short records (a title, ragged ends) speak less against a delimiter than long ones do.
    share += 0.5 * sum(n for w, n in counted.items() if 1 < w < width) / len(widths)
    first_fits = next((w for w in widths if w > 1), 0) == width
    return share * math.log2(1 + width) * (1.0 if first_fits else 0.7) * (1 - 0.5 * foreign / cells)


def regular_copy(path: Path, dialect: Dialect, target: Path, limits: Limits) -> Dialect:
    """Write the same records with regular quotes and line ends; return their dialect.

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
            write = csv.writer(out, delimiter=",", lineterminator="\n").writerow
            for record in dialect.reader(source):
                row += 1
                if any(cell.count("\n") > _LINES_IN_A_CELL for cell in record):
                    raise Refused(
                        f"A quotation mark that opens a cell in row {row:,} is never closed. "
                        "Close it, or save the file again from a spreadsheet program."
                    )
                write(record)
    except csv.Error as error:
        raise Refused(
            f"Row {row + 1:,} cannot be read ({error}). A quotation mark that is never closed "
            "is the usual cause; save the file again from a spreadsheet program."
        ) from error
    return Dialect(",")
