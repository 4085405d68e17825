"""From records with names to a grid: which columns there are, and one row per record.

Owns the flattening of what lies within a record (``address.street``), the columns over all
records, and what the format itself says of their types. A record's number counts from 1. Refuses
more columns than a table can have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from ..grid import Grid, Limits
from ..model import Aside, Column
from ..names import label_of, names_of
from ..refusals import Refused
from .shapes import Shapes, is_shape

__all__ = ["GEOMETRY", "Bad", "Fields", "cell", "flat", "rows_of_records", "too_many_columns"]

# The name of a feature's shape, which no property of it can have.
GEOMETRY = "\x1egeometry"
# What separates the names of a path; a name with a dot in it stays another one than a path.
_WITHIN = "\x1f"
_DEEPEST = 8
_BATCH = 1000
_UNCLEAN = re.compile("[\x00\ud800-\udfff]")
_DIGITS = re.compile(r"-?[0-9]+")
_DAY = re.compile(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class Bad:
    """A record that is none; ``text`` is how it begins."""

    reason: str
    text: str = ""


@dataclass
class _Field:
    """What was met under one name."""

    texts: int = 0
    numbers: int = 0
    booleans: int = 0
    shapes: int = 0
    nested: int = 0
    digits: bool = True
    days: bool = True

    def meet(self, value: Any) -> None:
        if isinstance(value, str):
            if value and not value.isspace():
                self.texts += 1
                self.digits = self.digits and bool(_DIGITS.fullmatch(value))
                self.days = self.days and bool(_DAY.fullmatch(value))
        elif isinstance(value, bool):
            self.booleans += 1
        elif isinstance(value, (int, float)):
            self.numbers += 1
        elif isinstance(value, bytes) or is_shape(value):
            self.shapes += 1
        elif value is not None:
            self.nested += 1

    def type(self, typed: bool) -> str:
        """Return what the format says; "" where the values themselves must tell.

        Digits in quotation marks are text where the file (``typed``) has numbers without any.
        """
        others = self.texts + self.numbers + self.nested
        if self.shapes and not others + self.booleans:
            return "geometry"
        if self.booleans and not others + self.shapes:
            return "boolean"
        if self.nested:
            return "text"
        codes = self.texts and self.digits and not self.days
        return "text" if codes and typed and not self.numbers else ""


@dataclass
class Fields:
    """The columns of many records, in the order in which they were first met.

    ``typed`` says that the format tells numbers from text even where no number was met.
    """

    limits: Limits
    typed: bool = False
    found: dict[str, _Field] = field(default_factory=dict)
    too_many: bool = False

    def add(self, record: dict[str, Any]) -> None:
        """Take note of a flat record."""
        for name, value in record.items():
            known = self.found.get(name)
            if known is None:
                if len(self.found) >= self.limits.columns:
                    self.too_many = True
                    return
                known = self.found[name] = _Field()
            known.meet(value)

    @property
    def keys(self) -> list[str]:
        """The names under which records have their values, shapes last."""
        return sorted(self.found, key=lambda name: name == GEOMETRY)

    def columns(self, keys: Sequence[str], labels: Sequence[str] | None = None) -> list[Column]:
        """Name and type some of them.

        Args:
            keys: which, in order.
            labels: what they are called where their keys do not say it.

        Raises:
            Refused: there are more than a table can have.
        """
        if self.too_many:
            raise too_many_columns(self.limits)
        typed = self.typed or any(one.numbers or one.booleans for one in self.found.values())
        labels = labels or [_label(key) for key in keys]
        # The shape first: its column is called what it is, whatever properties are called.
        order = sorted(range(len(keys)), key=lambda at: keys[at] != GEOMETRY)
        named = names_of([labels[at] for at in order], order)
        names = dict(zip(order, named, strict=True))
        return [
            Column(
                source=at,
                name=names[at],
                label=labels[at],
                type="geometry" if key == GEOMETRY else self.found[key].type(typed),
            )
            for at, key in enumerate(keys)
        ]


def too_many_columns(limits: Limits) -> Refused:
    """Say that the file has more columns than a table can have."""
    return Refused(
        f"The file has more than {limits.columns:,} columns, which is more than a table can "
        "hold. Perhaps what stands as names are values: one row for each of them would be right."
    )


def _label(key: str) -> str:
    return label_of(key.replace(GEOMETRY, "geometry").replace(_WITHIN, "."))


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """Lay out what lies within a record under paths; lists and shapes stay whole."""
    if not any(isinstance(value, dict) for value in record.values()):
        return record
    out: dict[str, Any] = {}
    _flatten(record, out, "", _DEEPEST)
    return out


def _flatten(record: dict[str, Any], out: dict[str, Any], prefix: str, deeper: int) -> None:
    for name, value in record.items():
        if isinstance(value, dict) and value and deeper and not is_shape(value):
            _flatten(value, out, f"{prefix}{name}{_WITHIN}", deeper - 1)
        else:
            out[prefix + name] = value


def cell(value: Any) -> str:
    """Return a value as the text of a cell; what is empty, blank or null is ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        return "true" if value else "false"
    elif isinstance(value, int):
        return str(value)
    elif isinstance(value, float):
        return _number(value)
    elif isinstance(value, bytes):
        return f"{len(value)} bytes"
    else:
        text = json.dumps(value, ensure_ascii=False) if value else ""
    # PostgreSQL holds neither NUL nor half of a character.
    text = _UNCLEAN.sub("\ufffd", text)
    return "" if text.isspace() else text


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return f"{Decimal(text):f}" if "e" in text and 1e-12 < abs(value) < 1e25 else text


def rows_of_records(
    grid: Grid,
    keys: Sequence[str],
    records: Iterable[tuple[int, dict[str, Any] | Bad]],
    limits: Limits,
    shapes: Shapes | None = None,
) -> Iterator[tuple[int, list[str]]]:
    """Give a grid's rows; its counts, asides and notes are kept up as they go.

    Args:
        grid: has its columns already.
        keys: under which name a record has each column's value.
        records: number and flat record, from the first on.
        limits: how many may be set aside.
        shapes: how shapes are turned into text; degrees of WGS 84 if nothing else is said.
    """
    drawn = [at for at, column in enumerate(grid.columns) if column.type == "geometry"]
    return _rows(grid, list(keys), records, limits, shapes or Shapes(), drawn)


def _rows(
    grid: Grid,
    keys: list[str],
    records: Iterable[tuple[int, dict[str, Any] | Bad]],
    limits: Limits,
    shapes: Shapes,
    drawn: list[int],
) -> Iterator[tuple[int, list[str]]]:
    ahead = iter(records)
    while batch := list(islice(ahead, _BATCH)):
        wrong: dict[int, str] = {}
        texts: list[list[str]] = []
        good = [(number, one) for number, one in batch if not isinstance(one, Bad)]
        for at in drawn:
            column, problems = shapes.texts([one.get(keys[at]) for _, one in good])
            texts.append(column)
            wrong |= {good[position][0]: reason for position, reason in problems.items()}
        shown = iter(zip(*texts, strict=True)) if drawn else None
        for number, one in batch:
            grid.source_rows += 1
            if isinstance(one, Bad):
                _aside(grid, limits, Aside(number, "bad", one.reason, [one.text]))
                continue
            cells = [cell(one.get(key)) for key in keys]
            for at, text in zip(drawn, next(shown) if shown else (), strict=True):
                cells[at] = text
            if number in wrong:
                for at in drawn:
                    cells[at] = cell(one.get(keys[at]))[:1000]
                _aside(grid, limits, Aside(number, "bad", wrong[number], cells))
            elif any(cells):
                yield number, cells
            else:
                grid.blank_rows += 1
    grid.notes += shapes.notes() if drawn else []


def _aside(grid: Grid, limits: Limits, aside: Aside) -> None:
    grid.asides.append(aside)
    if len(grid.asides) > limits.aside_rows:
        raise Refused(
            f"More than {limits.aside_rows:,} records cannot be taken; the first is record "
            f"{grid.asides[0].row}: {grid.asides[0].reason}."
        )
