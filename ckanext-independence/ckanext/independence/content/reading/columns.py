"""The columns of a table: those found, made to fit what a reading declares of them.

Owns which columns are left out, their labels and names, and what of a declaration no longer fits
the file. Refuses to put one column's values under another's name: where a declared column is gone
or stands elsewhere by its label, it is said, not guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .layout import Layout
from .model import Column
from .names import names_of, without_footnotes

__all__ = ["Columns", "columns_of", "fit"]


@dataclass
class Columns:
    """What came of fitting.

    Attributes:
        kept: in order, ``source`` their position in the file.
        dropped: those that the reading leaves out.
        missing: labels or names of declared columns that the file lacks.
        added: labels of columns that the reading does not know.
        notes: sentences for the steward.
    """

    kept: list[Column] = field(default_factory=list)
    dropped: list[Column] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def misfits(self) -> list[str]:
        """Say what of the declaration no longer fits."""
        gone = [f"The column “{name}” is not in this file." for name in self.missing]
        return gone + [f"The column “{name}” is new." for name in self.added]


def columns_of(layout: Layout, declared: Sequence[Column], *, clean_footnotes: bool) -> Columns:
    """Name the columns of a layout; ``clean_footnotes`` cuts digits as ``names`` says."""
    places = [p for p in range(layout.width) if layout.filled[p] or layout.labels[p]]
    labels = [layout.labels[place] for place in places]
    shown = without_footnotes(labels) if clean_footnotes else labels
    found = [Column(source=p, label=label) for p, label in zip(places, shown, strict=True)]
    result = Columns()
    empty = layout.width - len(places)
    if empty:
        result.notes.append(
            f"{empty:,} columns without name and values were left out."
            if empty > 1
            else "A column without name and values was left out."
        )
    names = names_of([column.label for column in found], places)
    for column, name in zip(found, names, strict=True):
        column.name = name
    fit(found, declared, result)
    unnamed = [c.name for c in result.kept if not c.label and c.source]
    if unnamed and any(labels) and not declared:
        result.notes.append(
            f"Columns without a name are called by their place: {', '.join(unnamed)}."
        )
    again = [label for label in dict.fromkeys(labels) if label and labels.count(label) > 1]
    if again and not declared:
        result.notes.append(
            f"Columns of the same name were numbered: {', '.join(f'“{one}”' for one in again[:8])}."
        )
    return result


def fit(found: Sequence[Column], declared: Sequence[Column], result: Columns) -> None:
    """Change named columns to what is declared of them; ``result`` takes what comes of it."""
    said = _match(found, declared, result)
    taken = {column.name.lower() for column in said.values() if column.name}
    for column in found:
        known = said.get(column.source if column.source is not None else -1)
        column.name = known.name if known and known.name else _free(column.name, taken)
        if known:
            column.type, column.unit = known.type or column.type, known.unit
            column.fill_down = known.fill_down
            column.date_order, column.proved = known.date_order, known.proved
            column.marks = dict.fromkeys(known.marks, 0)
            column.label = known.label or column.label
            if known.drop:
                result.dropped.append(replace(column, drop=True))
                continue
        result.kept.append(column)


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no declared column has."""
    base, number = name, 1
    while name.lower() in taken:
        number += 1
        name = f"{base[:58]}_{number}"
    taken.add(name.lower())
    return name


def _same(one: str, other: str) -> bool:
    return "".join(one.lower().split()) == "".join(other.lower().split())


def _match(
    found: Sequence[Column], declared: Sequence[Column], result: Columns
) -> dict[int, Column]:
    """Return what is declared of each column, by its place."""
    said: dict[int, Column] = {}
    left = list(found)

    def take(column: Column, wanted: Column) -> None:
        said[column.source if column.source is not None else -1] = wanted
        left.remove(column)

    rest: list[Column] = []
    for wanted in declared:
        # The same words in the same place first, then the same words anywhere.
        alike = [c for c in left if wanted.label and _same(c.label, wanted.label)]
        here = [c for c in alike if c.source == wanted.source]
        if here or alike:
            take((here or alike)[0], wanted)
        else:
            rest.append(wanted)
    for wanted in rest:
        here = [c for c in left if c.source == wanted.source and wanted.source is not None]
        # Without words on one side, the place alone must do.
        if here and (not wanted.label or not here[0].label):
            take(here[0], wanted)
        elif not wanted.drop:
            result.missing.append(wanted.label or wanted.name)
    if declared:
        result.added = [column.label or f"column_{(column.source or 0) + 1}" for column in left]
    return said
