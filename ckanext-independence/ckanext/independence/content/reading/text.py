"""Delimited text as a grid: decoded, cut into records, laid out, and handed over.

Owns the way of a text file from bytes to ``Grid``, by way of at most two copies on disk (another
encoding, irregular quotes) and a third where rows in its middle are set aside, so that the
typer can read it in one go. Holds no file in memory.
"""

from __future__ import annotations

from pathlib import Path

from .decoding import text_of
from .delimited import dialect_of, regular_copy
from .grid import Limits
from .model import Reading
from .records import Irregular, Records, records_of

__all__ = ["records_of_text"]


def records_of_text(
    path: Path, given: Reading, into: Path, limits: Limits
) -> tuple[Records, str, str, list[str]]:
    """Return the records of a text file, its encoding, its delimiter, and notes.

    Raises:
        Refused: it cannot be decoded or cut into records.
    """
    text = text_of(path, into, given.encoding)
    dialect = dialect_of(text.path, limits, given.delimiter)
    notes = list(text.notes)
    if dialect.quoted and not dialect.space_before_quote:
        try:
            records = records_of(text.path, dialect.delimiter, limits)
            return records, text.encoding, dialect.delimiter, notes
        except Irregular:
            pass
    regular = into / "regular.csv"
    copied = regular_copy(text.path, dialect, regular, limits)
    records = records_of(regular, copied.delimiter, limits)
    return records, text.encoding, dialect.delimiter, notes
