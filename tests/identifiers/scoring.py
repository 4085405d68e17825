"""How well recognisers do on labelled columns, per kind; says which columns, never which values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.identifiers.columns import (
    ADDRESS,
    BANK,
    BIRTH,
    BLOCKING,
    CARD,
    EMAIL,
    PERSON,
    PHONE,
    POINT,
    SENSITIVE,
    SOCIAL,
    LabelledColumn,
)

__all__ = ["KINDS", "Bare", "Look", "Score", "bare", "false_blockers", "look_at", "score"]

KINDS = (SOCIAL, CARD, BANK, PERSON, EMAIL, PHONE, BIRTH, ADDRESS, POINT)

# What was said of a column: kind -> whether it is certain.
Look = Mapping[str, bool]


@dataclass
class Score:
    """What was found of one kind.

    Attributes:
        kind: of what.
        present: columns that have it.
        absent: columns that have it not, the bare nine digits left out.
        certain: those of `present` that are said to have it certainly.
        possible: those of `present` of which a warning is given.
        unsure: their notes.
        missed: notes of those of `present` of which nothing is said.
        wrong: notes of those of `absent` that are said to have it certainly.
        warned: notes of those of `absent` of which a needless warning is given.
    """

    kind: str
    present: int = 0
    absent: int = 0
    certain: int = 0
    possible: int = 0
    unsure: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Return the share of `present` that is found certainly."""
        return self.certain / self.present if self.present else 1.0

    @property
    def reach(self) -> float:
        """Return the share of `present` that is found at all."""
        return (self.certain + self.possible) / self.present if self.present else 1.0

    @property
    def precision(self) -> float:
        """Return the share of what is said to be certain that is so."""
        said = self.certain + len(self.wrong)
        return self.certain / said if said else 1.0

    @property
    def rightness(self) -> float:
        """Return the share of what is said at all, warnings included, that is so."""
        said = self.certain + self.possible
        return said / (said + len(self.wrong) + len(self.warned)) if said else 1.0


@dataclass
class Bare:
    """What was said of nine bare digits under a name that says nothing: numbers of columns."""

    warned: int = 0
    certain: int = 0
    silent: int = 0


def look_at(
    columns: Iterable[LabelledColumn], look: Callable[[LabelledColumn], Look]
) -> list[tuple[LabelledColumn, Look]]:
    """Return each column with what is said of it."""
    return [(column, look(column)) for column in columns]


def score(looked: Sequence[tuple[LabelledColumn, Look]], kind: str) -> Score:
    """Count what was said of one kind."""
    found = Score(kind)
    for column, said in looked:
        if column.bare:
            continue
        note = f"{column.family}: {column.note}"
        if kind in column.truth:
            found.present += 1
            if kind not in said:
                found.missed.append(note)
            elif said[kind]:
                found.certain += 1
            else:
                found.possible += 1
                found.unsure.append(note)
            continue
        found.absent += 1
        if kind not in said or (kind in column.warn and not (said[kind] and kind in BLOCKING)):
            continue
        (found.wrong if said[kind] else found.warned).append(note)
    return found


def bare(looked: Sequence[tuple[LabelledColumn, Look]]) -> Bare:
    """Count what was said of the bare nine digits."""
    said = [look.get(SOCIAL) for column, look in looked if column.bare]
    return Bare(said.count(False), said.count(True), said.count(None))


def false_blockers(looked: Sequence[tuple[LabelledColumn, Look]]) -> list[str]:
    """Return the notes of the columns that would be held back and hold nothing protected.

    Exact places and ways to reach a person hold back in a sensitive subject only.
    """
    wrong = []
    for column, said in looked:
        holding = BLOCKING if column.topic not in SENSITIVE else frozenset(KINDS)
        if not column.truth & holding and any(
            certain and kind in holding and kind not in column.truth
            for kind, certain in said.items()
        ):
            wrong.append(f"{column.family}: {column.note}")
    return wrong
