"""Delimited text as a grid: decoded, cut into records, laid out, and handed over.

Owns the way of a text file from bytes to ``Grid``, by way of at most two copies on disk (another
encoding, irregular quotes) and a third where rows in its middle are set aside, so that the
typer can read it in one go. Holds no file in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .decoding import text_of
from .delimited import dialect_of, regular_copy, with_plain_breaks
from .grid import Limits
from .model import Reading
from .records import Irregular, Records, records_of

__all__ = ["TextRecords", "records_of_text"]


@dataclass(frozen=True)
class TextRecords:
    """The records of a text file, and how they were got: encoding, delimiter, notes."""

    records: Records
    encoding: str
    delimiter: str
    notes: list[str]


def records_of_text(path: Path, given: Reading, into: Path, limits: Limits) -> TextRecords:
    """Return the records of a text file.

    Raises:
        Refused: it cannot be decoded or cut into records.
    """
    text = text_of(path, into, given.encoding)
    dialect = dialect_of(text.path, limits, given.delimiter)
    if dialect.plain:
        try:
            records = records_of(text.path, dialect.delimiter, limits)
            if not records.uniform:
                records = records_of(
                    with_plain_breaks(text.path, into / "breaks.csv"), dialect.delimiter, limits
                )
            return TextRecords(records, text.encoding, dialect.delimiter, text.notes)
        except Irregular:
            pass
    regular = into / "regular.csv"
    notes = regular_copy(text.path, dialect, regular, limits)
    records = records_of(regular, ",", limits)
    return TextRecords(records, text.encoding, dialect.delimiter, [*text.notes, *notes])
