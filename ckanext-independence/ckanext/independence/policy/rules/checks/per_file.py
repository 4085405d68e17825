"""One check put to each file of a data set, and the words in which files and columns are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..subjects import File, Subject
from ..values import shown
from ..verdicts import Verdict, not_applicable, passes

__all__ = ["column_of", "judged_files", "number", "share"]


def judged_files(
    subject: Subject,
    judge: Callable[[File], Iterable[Verdict]],
    *,
    nothing: str = "It has no file of which this is asked.",
) -> Iterator[Verdict]:
    """Put a check to each file; what is not applicable to any of them is not to the data set.

    Args:
        subject: whose files
        judge: answers for a file: nothing where it passes without a word to say
        nothing: why it is not applicable, where no file is concerned
    """
    concerned = False
    told = False
    for file in subject.files:
        verdicts = list(judge(file))
        if verdicts and all(verdict.state == "not-applicable" for verdict in verdicts):
            continue
        concerned = True
        for verdict in verdicts:
            told = True
            yield verdict
    if not concerned:
        yield not_applicable(nothing)
    elif not told:
        yield passes()


def column_of(file: File, column: str) -> str:
    """Name a column and its file in a sentence."""
    return f"Column “{shown(column)}” of “{file.title}”"


def number(value: Any) -> float | None:
    """Return a finite number as it is; None for all else, true and false too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -1e300 < value < 1e300 else None


def share(part: float, whole: float) -> str:
    """Return a part in whole percent, never 0 or 100 where it is only nearly so."""
    if whole <= 0:
        return "0 %"
    percent = round(100 * part / whole)
    if percent == 100 and part < whole:
        percent = 99
    if percent == 0 and part > 0:
        percent = 1
    return f"{percent} %"
