"""The guard: which withdrawals leave the feed now, and which wait until somebody has looked.

Owns that decision and its count. A harvester deletes what a feed lacks, so a mistake that takes
out many data sets at once must not reach it before a person has seen it. It refuses to hold
what has to be protected, and it knows nothing of tables and files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

__all__ = ["PROTECTED", "Limits", "Subject", "Verdict", "Waiting", "judge"]

# The reason that is never held: the text itself must not be read any longer.
PROTECTED = "protected"

Subject = tuple[str, str]
"""What is counted once: ("dataset", its id) or ("series", its word)."""


@dataclass(frozen=True)
class Limits:
    """How many may leave within 24 hours without anybody looking.

    Attributes:
        least: up to so many always may
        share: above that, up to so many of 100
        most: never more than so many
    """

    least: int = 3
    share: float = 5
    most: int = 20


@dataclass(frozen=True)
class Waiting:
    """A withdrawal that has not left the feed yet.

    Attributes:
        id: its number
        subject: what leaves; the API of a table leaves as its data set does, and is not counted
        counted: whether it is the data set or the series itself
        reason: why it was withdrawn
        released: somebody said that it may go
        held: it was held before, and stays so until it is released
    """

    id: int
    subject: Subject
    counted: bool = True
    reason: str = ""
    released: bool = False
    held: bool = False

    @property
    def free(self) -> bool:
        """Whether it leaves however many there are."""
        return self.released or self.reason == PROTECTED


@dataclass(frozen=True)
class Verdict:
    """The ids of withdrawals that leave, and of those that are held."""

    leaving: frozenset[int]
    held: frozenset[int]


def judge(
    waiting: Iterable[Waiting], left: Collection[Subject], listed: int, limits: Limits
) -> Verdict:
    """Say which withdrawals leave with the next publication.

    Those that are neither released nor protected are held, all of them, where they and what left
    within 24 hours are too many, or where the feed would have no data set left.

    Args:
        waiting: all withdrawals that have not left
        left: what left within 24 hours, less what was released or protected
        listed: data sets that the last snapshot holds
        limits: how many may leave
    """
    known = list(waiting)
    asking = [one for one in known if not one.free]
    counted = {one.subject for one in asking if one.counted} | set(left)
    number = max(Counter(kind for kind, _ in counted).values(), default=0)
    before = listed + sum(kind == "dataset" for kind, _ in set(left))
    held = {one.subject for one in asking if one.held}
    if number > limits.most or (number > limits.least and number * 100 > limits.share * before):
        held = {one.subject for one in asking}
    going = {one.subject for one in known if one.counted and (one.free or one.subject not in held)}
    if going and sum(kind == "dataset" for kind, _ in going) >= listed:
        held = {one.subject for one in asking}
    kept = frozenset(one.id for one in asking if one.subject in held)
    return Verdict(frozenset(one.id for one in known) - kept, kept)
