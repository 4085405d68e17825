"""What a table's profile tells of its columns: whether they say anything.

Refuses to look at rows: a profile is what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..registry import CONTENT, Declared, Parameter
from ..subjects import File, Subject
from ..values import shown
from ..verdicts import Verdict, fails, not_applicable, unjudged
from .per_file import column_of, judged_files, number, share

__all__ = ["CHECKS"]

CHECKS = Declared()


@CHECKS.check(
    "columns-filled",
    CONTENT,
    empty=Parameter("float", 0.5, least=0, most=1),
    least_rows=Parameter("int", 10, least=1),
)
def columns_filled(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No column is mostly empty, and none says the same in each row.

    ``empty`` is the share of empty cells, 0 to 1, from which a column counts as such; a table of
    fewer than ``least_rows`` rows shows nothing.
    """
    empty, least = float(given["empty"]), int(given["least_rows"])

    def judge(file: File) -> Iterator[Verdict]:
        if not file.profile or file.rows is None:
            if file.status in ("download", "refused", "asked"):
                yield not_applicable()
            else:
                yield unjudged("The columns of the file are not known yet.", resource=file.id)
            return
        if file.rows < least:
            yield not_applicable()
            return
        for name, profile in file.profile.items():
            if isinstance(profile, Mapping):
                yield from _judged(file, str(name), profile, empty)

    yield from judged_files(subject, judge, nothing="It has no table of enough rows.")


def _judged(file: File, name: str, profile: Mapping[str, Any], empty: float) -> Iterator[Verdict]:
    filled, distinct = number(profile.get("filled")), number(profile.get("distinct"))
    if filled is not None and 0 <= filled <= 1 and 1 - filled >= empty:
        yield fails(
            f"{column_of(file, name)} is empty in {share(1 - filled, 1)} of its rows.",
            fix="Leave the column out, fill it, or explain what an empty cell means.",
            resource=file.id,
            column=shown(name),
        )
    elif distinct == 1:
        yield fails(
            f"{column_of(file, name)} holds the same value in each row that has one.",
            fix="Leave the column out, and say once in the description what it says.",
            resource=file.id,
            column=shown(name),
        )
