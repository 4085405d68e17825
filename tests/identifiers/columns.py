"""What a labelled column is and how it is made from a few words; refuses to show its values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from tests.identifiers.making import Maker

__all__ = [
    "ADDRESS",
    "BANK",
    "BIRTH",
    "BLOCKING",
    "CARD",
    "EMAIL",
    "PERSON",
    "PHONE",
    "POINT",
    "SENSITIVE",
    "SOCIAL",
    "LabelledColumn",
    "Spec",
    "label",
]

SOCIAL = "social-security"
CARD = "payment-card"
BANK = "bank-account"
PERSON = "personal-identification"
EMAIL = "e-mail"
PHONE = "telephone"
BIRTH = "birth-date"
ADDRESS = "exact-address"
POINT = "exact-point"

# Kinds that hold a data set back wherever they are certain; the others do so by its subject.
BLOCKING = frozenset({SOCIAL, CARD, BANK, PERSON})
# Subjects in which the exact place of something is a person's.
SENSITIVE = frozenset({"health", "justice", "minors"})


@dataclass(frozen=True)
class LabelledColumn:
    """A column with what a person says is in it.

    Attributes:
        name: as the file has it.
        label: as the explanation of columns has it, "" where there is none.
        cells: its values as text, in the order of the rows.
        truth: the kinds that are in it, each of which has to be found.
        warn: the kinds of which a warning is right, and none is right too.
        family: what it is an example of.
        topic: subject of its data set, "" where it does not matter.
        note: says in words which column it is; no other column of the half has the same.
        bare: nine digits under a name that says nothing: a warning is asked, and no more.
        beside: the columns that it makes sense with only, as a longitude with a latitude.
    """

    name: str
    label: str
    cells: list[str] = field(repr=False)
    truth: frozenset[str]
    warn: frozenset[str]
    family: str
    topic: str
    note: str
    bare: bool = False
    beside: dict[str, list[str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Spec:
    """How one column is made.

    Attributes:
        name: its header.
        make: makes a cell.
        note: see ``LabelledColumn``.
        label: see ``LabelledColumn``.
        rows: number of cells.
        planted: makes the few cells that are put between the others, if any.
        times: number of such cells.
        topic: see ``LabelledColumn``.
        warn: see ``LabelledColumn``.
        beside: name and maker of the column beside it, if it makes sense with that one only.
    """

    name: str
    make: Maker
    note: str
    label: str = ""
    rows: int = 80
    planted: Maker | None = None
    times: int = 1
    topic: str = ""
    warn: tuple[str, ...] = ()
    beside: tuple[str, Maker] | None = None


def label(
    half: str, family: str, truth: Iterable[str], specs: Iterable[Spec], *, bare: bool = False
) -> list[LabelledColumn]:
    """Make the columns of a family, the same ones each time."""
    made = []
    for spec in specs:
        rng = Random(f"{half}: {family}: {spec.note}")
        cells = [spec.make(rng) for _ in range(spec.rows)]
        if spec.planted:
            for place in rng.sample(range(spec.rows), spec.times):
                cells[place] = spec.planted(rng)
        beside = {}
        if spec.beside:
            other, make = spec.beside
            beside[other] = [make(rng) for _ in range(spec.rows)]
        made.append(
            LabelledColumn(
                spec.name,
                spec.label,
                cells,
                frozenset(truth),
                frozenset(spec.warn),
                family,
                spec.topic,
                spec.note,
                bare,
                beside,
            )
        )
    return made
