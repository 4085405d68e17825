"""Cells that are words: yes and no, and marks that mean "no value".

Owns the two lists and where each holds. A mark becomes null in a column whose other cells have
a type, and is kept beside the null; in a column of text only those do that can be nothing else:
``NA`` may be Namibia, ``None`` an answer and ``T`` a size, so these stay text there.
"""

from __future__ import annotations

__all__ = ["FALSE", "FLAGS", "LETTERS", "MARKS", "NO_DAY", "TRUE", "WORDS", "is_mark"]

TRUE = frozenset({"true", "yes", "y", "t"})
FALSE = frozenset({"false", "no", "n", "f"})
# What is set at a number to doubt or annotate it: kept as a mark beside the value.
FLAGS = "?*\u2020\u2021"
# Kinds of answer that prove themselves only where both are there, or by the column's name.
LETTERS = frozenset({"y", "n", "t", "f"})

# In small letters. What statistics offices, Excel, databases, R, Python and clerks write.
_NAMED = frozenset(
    """
    n/a na n.a. n.a #n/a #na #null! #ref! #div/0! #value! #name? #num! null (null) <null> \\n
    none nil nan (na) (n/a) (x) (d) (s) (z) (b) t tr trace unknown unk tbd missing pending
    """.split()
) | {"not available", "not applicable", "no data", "not reported", "not recorded"}
_DRAWN = frozenset(
    {"*", "**", "***", "^", "^^", "-", "--", "---", "\u2013", "\u2014", "?", "??", "???"}
)
_DOTTED = frozenset({"_", "__", ".", "..", "...", "$", "$-", "$ -", "- $", "€-", "£-", "-%", "- %"})
MARKS = _NAMED | _DRAWN | _DOTTED

# Those that say nothing at all, whatever the column is about.
_EMPTY = frozenset({"_", "__", "--", "---", "#n/a", "n/a", "(null)", "<null>", "\\n", "#null!"})

# How systems without a null write that there is no day.
NO_DAY = frozenset({"0", "00000000", "0000-00-00", "00/00/0000", "0/0/0000"})

WORDS = TRUE | FALSE | MARKS


def is_mark(word: str, *, in_text: bool) -> bool:
    """Say whether a word, in small letters, means that there is no value."""
    return word in (_EMPTY if in_text else MARKS)
