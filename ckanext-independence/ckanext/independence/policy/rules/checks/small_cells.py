"""Counts of so few persons that one may be known by them, in totals of a sensitive subject.

Owns when this is asked and below which count. Refuses to look at rows: ``cells`` did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...cells.shape import declared
from ..registry import CONTENT, Declared, Parameter
from ..subjects import File, Subject
from ..values import counted, shown
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged
from .hits import topics_of
from .per_file import column_of, judged_files

__all__ = ["CHECKS", "limit", "persons"]

CHECKS = Declared()

SENSITIVE = ["health", "justice", "minors", "victims"]
PERSONS = ["persons", "people", "patients", "students", "children", "victims", "residents"]


def limit(subject: Subject, given: Mapping[str, Any]) -> int | None:
    """Return below which count the cells of a data set are small; None where this is not asked.

    ``given`` are the parameters of the rule. The strictest of the data set's topics decides.
    """
    topics = subject.topics & frozenset(given["topics"])
    if not topics or subject.values.get("unit_of_record") != "aggregate":
        return None
    asked = [int(given["by_topic"][topic]) for topic in topics if topic in given["by_topic"]]
    return max([int(given["threshold"]), *asked])


def persons(file: File, given: Mapping[str, Any]) -> list[str]:
    """Return the columns of a file that are declared as counts of persons."""
    return declared(file.columns, given["columns"], given["units"])


@CHECKS.check(
    "small-cells",
    CONTENT,
    threshold=Parameter("int", 3, least=2, most=1000),
    by_topic=Parameter("map", {"health": 10}, least=2, most=1000),
    topics=Parameter("list", SENSITIVE),
    columns=Parameter("list", []),
    units=Parameter("list", PERSONS),
)
def small_cells(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No count of persons is small, and no total gives a suppressed one away.

    Only columns that the explanation (role or unit) or the rule (``columns``) declares as counts
    of persons, where one row is a total and the subject is one of ``topics``. ``by_topic`` gives
    another threshold to a topic.
    """
    below = limit(subject, given)
    if below is None:
        yield not_applicable(f"Asked of totals about {topics_of(given['topics'])} only.")
        return

    def judge(file: File) -> Iterator[Verdict]:
        names = persons(file, given)
        if not names:
            yield not_applicable()
        elif (
            file.cells is None
            or file.cells.below != below
            or not file.cells.columns.keys() >= set(names)
        ):
            yield unjudged("The counts of the file were not looked at yet.", resource=file.id)
        else:
            for name in names:
                yield from _judged(file, name, below)
            if file.cells.note:
                yield passes(file.cells.note)

    nothing = "No column is explained as a count of people."
    yield from judged_files(subject, judge, nothing=nothing)


def _judged(file: File, name: str, below: int) -> Iterator[Verdict]:
    found = file.cells.columns.get(name) if file.cells else None
    if found is None:
        return
    if found.small:
        yield fails(
            f"{column_of(file, name)} has {counted(found.small, 'count')} of people below {below}, "
            f"of {found.cells:,}.",
            fix=f"Leave counts below {below} empty, put small groups together, or round.",
            resource=file.id,
            column=shown(name),
            kind="small-count",
            count=found.small,
        )
    if found.given_away:
        yield fails(
            f"{column_of(file, name)}: {counted(found.given_away, 'count')} below {below} "
            f"{'is' if found.given_away == 1 else 'are'} left out, but can be worked out from the "
            "totals.",
            fix="Leave out a second count of each such group, or its total.",
            resource=file.id,
            column=shown(name),
            kind="small-count-given-away",
            count=found.given_away,
        )
