"""The public registers against which data.gov holds words of a record.

Owns the lists in `lists/`: media types and character sets of IANA (iana.org/assignments), language
codes of ISO 639-1, and the terms of the National Archives for restrictions of access and use
(archives.gov, lifecycle data requirements guide). Upper and lower case count alike.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_LISTS = Path(__file__).parent / "lists"


@cache
def terms(register: str) -> frozenset[str]:
    """The terms of one register, in lower case; read once, when first asked for."""
    return frozenset((_LISTS / f"{register}.txt").read_text("utf-8").splitlines())


def holds(register: str, term: str) -> bool:
    """Say whether a register has this term."""
    return term.lower() in terms(register)
