"""What one cell looks like, as far as finding a table's shape needs it.

Owns the coarse kinds of cells: empty, number (amounts, percentages), date or time, mark
("no value"), text. Refuses to decide a column's type; that takes the whole column and is not
done here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = [
    "DATE",
    "EMPTY",
    "MARK",
    "NUMBER",
    "TEXT",
    "is_year",
    "kind_of_cell",
    "number_of",
    "trimmed",
]

EMPTY, NUMBER, DATE, MARK, TEXT = "", "number", "date", "mark", "text"

_NUMBER = re.compile(
    r"\(?[-+\u2013\u2212]?\s*[$£€]?\s*[-+\u2013\u2212]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?\s*([eE][-+]?\d+)?\s*%?\)?-?"
)
_DECIMAL_COMMA = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"""(
      \d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}([ T]+\d{{1,2}}:\d{{2}}.*)?
    | \d{{1,2}}(st|nd|rd|th)?[-\s]+{_MONTH}\.?,?[-\s]+\d{{2,4}}.*
    | ((mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?{_MONTH}\.?\s+\d{{1,2}}(st|nd|rd|th)?,?\s+\d{{4}}.*
    | \d{{1,2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?(\s*[ap]\.?m\.?)?.*\d{{4}}
    | \d{{1,2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?(\s*[ap]\.?m\.?)?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MARK = re.compile(
    r"[-\u2013\u2014*^.#?/_x]{1,4}|n\.?/?a\.?|null|none|nil|\(?(d|s|x|z|t|nd|nr|na)\)?|#n/a|#ref!|#div/0!|unknown|tbd|trace",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(1[89]|20|21)\d\d")


def kind_of_cell(cell: str) -> str:
    """Return the coarse kind of one cell."""
    text = cell.strip()
    if not text:
        return EMPTY
    if text[0].isdigit() or text[-1] in "0123456789%)-.":
        if _NUMBER.fullmatch(text) and any(c.isdigit() for c in text):
            return NUMBER
        if _DECIMAL_COMMA.fullmatch(text):
            return NUMBER
    if any(c.isdigit() for c in text) and len(text) < 60 and _DATE.fullmatch(text):
        return DATE
    if len(text) < 9 and _MARK.fullmatch(text):
        return MARK
    return TEXT


def is_year(cell: str) -> bool:
    """Tell a calendar year between 1800 and 2199."""
    return _YEAR.fullmatch(cell.strip()) is not None


def number_of(cell: str) -> float | None:
    """Return the number in a cell, where there is one; "(5)" is -5, "$1,000" is 1000."""
    text = cell.strip()
    if not text or kind_of_cell(text) != NUMBER:
        return None
    negative = text.startswith("(") or "-" in text[:3] or text.endswith("-")
    digits = re.sub(r"[^0-9.eE]", "", text)
    try:
        value = float(digits)
    except ValueError:
        return None
    return -value if negative else value


def trimmed(cells: Sequence[str]) -> list[str]:
    """Return the cells without the white space around them."""
    return [cell.strip() for cell in cells]
