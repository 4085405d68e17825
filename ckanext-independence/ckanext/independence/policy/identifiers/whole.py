"""Cells that are one number from end to end, told by their shape.

Owns the spellings of a number that fills a cell. Refuses cells with words in them, which are
texts.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["WHOLE", "digits_of"]

_NO_DIGITS = {at: None for at in range(128) if not chr(at).isdigit()}
# The separators that stand for one another in forms of several groups.
_SEPARATORS = "- ./_"


def _nines() -> Iterator[tuple[str, tuple[str, str]]]:
    for separator in _SEPARATORS:
        form = "dashed" if separator == "-" else "spaced"
        yield f"999{separator}99{separator}9999", ("nine", form)
    yield "999 - 99 - 9999", ("nine", "dashed")
    yield "999-99 9999", ("nine", "spaced")
    yield "999 99-9999", ("nine", "spaced")
    for length, family in ((9, "nine"), (8, "short"), (7, "short")):
        yield "9" * length, (family, "bare")
        # A number that a spreadsheet or a program took for a fraction.
        yield "9" * length + ".9", (family, "fraction")


def _cards() -> Iterator[tuple[str, tuple[str, str]]]:
    for separator in _SEPARATORS + ":":
        for groups in ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1),
                       (4, 3, 3, 3), (4, 4, 4, 4, 2), (4, 4, 4), (4, 4, 5), (4, 4, 4, 5),
                       (6, 13), (4, 4, 4, 3)):  # fmt: skip
            yield separator.join("9" * size for size in groups), ("card", "grouped")
    for length in range(12, 20):
        yield "9" * length, ("card", "bare")
        yield "9" * length + ".9", ("card", "fraction")


def _phones() -> Iterator[tuple[str, tuple[str, str]]]:
    for inner in ("999-9999", "999.9999", "999 9999"):
        for area in ("(999) ", "(999)", "(999)-", "999-", "999.", "999 ", "999/"):
            for country in ("", "9-", "9 ", "9.", "+9 ", "+9-", "+9", "9"):
                yield country + area + inner, ("phone", "grouped")
        yield inner, ("local", "grouped")
    for length in (10, 11):
        yield "9" * length, ("phone", "bare")
        yield "9" * length + ".9", ("phone", "fraction")
    yield "+" + "9" * 11, ("phone", "grouped")


WHOLE: dict[str, tuple[str, str]] = {**dict(_phones()), **dict(_cards()), **dict(_nines())}


def digits_of(text: str, form: str) -> str:
    """Return the digits of a cell; without the ``.0`` of a fraction, "" where it is a real one."""
    if form == "fraction":
        text, _, rest = text.partition(".")
        if rest != "0":
            return ""
    return text.translate(_NO_DIGITS)
