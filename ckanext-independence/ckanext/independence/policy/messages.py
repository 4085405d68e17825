"""What notices say: pure, from what stands open to a subject and a text in plain words.

Owns the words. It is given evidence, which holds no protected value, and refuses to add any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["KINDS", "DataSet", "Open", "blockers", "digest", "escalation", "place"]

KINDS = {
    "blocker": "what keeps a data set from the public, at once",
    "digest": "what is asked of your data sets, each week",
    "escalation": "what a department has left open for 30 days",
}
"""The kinds of notices, each with what it is about; a receiver can mute each."""

# A mail that nobody reads to its end tells no more than one that points to the list.
_NAMED = 12


@dataclass(frozen=True)
class Open:
    """One thing that is asked: rule and place, in words, since which day."""

    key: str
    title: str
    severity: str
    evidence: str
    fix: str
    clause: str
    since: dt.date
    where: str = ""


@dataclass(frozen=True)
class DataSet:
    """A data set with what is asked of it. ``address`` leads to its points."""

    title: str
    address: str
    open: Sequence[Open]


def place(resource_title: str, column: str) -> str:
    """Return where in a data set something is, in words; "" for the whole of it."""
    parts = [
        f"file “{resource_title}”" if resource_title else "",
        f"column {column}" if column else "",
    ]
    return ", ".join(part for part in parts if part)


def blockers(data_set: DataSet, *, is_public: bool) -> tuple[str, str]:
    """Return subject and text of what keeps a data set, or a new version of it, from the public."""
    if is_public:
        subject = f"“{data_set.title}” needs you now"
        begin = (
            f"“{data_set.title}” is public, and the open data policy finds in it what must be "
            "mended at once."
        )
    else:
        subject = f"“{data_set.title}” cannot be published yet"
        begin = f"“{data_set.title}” waits to be published. This is in the way:"
    return subject, "\n\n".join([begin, *_items(data_set.open), f"See it here: {data_set.address}"])


def digest(data_sets: Sequence[DataSet], desk: str) -> tuple[str, str]:
    """Return subject and text of the week's list for one receiver."""
    count = len(data_sets)
    what = "1 data set needs" if count == 1 else f"{count:,} data sets need"
    begin = "This is what the open data policy asks of data sets for which you answer:"
    parts = [begin]
    for one in data_sets[:_NAMED]:
        parts.append(f"{one.title}\n{one.address}\n" + "\n".join(_lines(one.open)))
    if count > _NAMED:
        parts.append(f"And {count - _NAMED:,} more.")
    parts.append(f"The whole list, the most urgent first: {desk}")
    return f"{what} something from you", "\n\n".join(parts)


def escalation(
    department: str, data_sets: Sequence[DataSet], days: int, scorecard: str
) -> tuple[str, str]:
    """Return subject and text for the head of a department."""
    count = len(data_sets)
    what = "1 data set" if count == 1 else f"{count:,} data sets"
    parts = [
        f"In {what} of {department}, something that the open data policy asks has been open for "
        f"{days} days. The stewards were told each week."
    ]
    for one in data_sets[:_NAMED]:
        parts.append(f"{one.title}\n{one.address}\n" + "\n".join(_lines(one.open)))
    if count > _NAMED:
        parts.append(f"And {count - _NAMED:,} more.")
    parts.append(f"How the department stands: {scorecard}")
    return f"{department}: open for {days} days", "\n\n".join(parts)


def _items(found: Sequence[Open]) -> list[str]:
    told = [
        "\n".join(
            line
            for line in (
                f"- {one.title}" + (f" ({one.clause})" if one.clause else ""),
                f"  Where: {one.where}" if one.where else "",
                f"  Seen: {one.evidence}" if one.evidence else "",
                f"  What to do: {one.fix}" if one.fix else "",
            )
            if line
        )
        for one in found[:_NAMED]
    ]
    return told + ([f"And {len(found) - _NAMED:,} more."] if len(found) > _NAMED else [])


def _lines(found: Sequence[Open]) -> list[str]:
    lines = [
        f"- {one.title}"
        + (f", {one.where}" if one.where else "")
        + (f". {one.fix}" if one.fix else "")
        for one in found[:_NAMED]
    ]
    return lines + ([f"- and {len(found) - _NAMED:,} more"] if len(found) > _NAMED else [])
