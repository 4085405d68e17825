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
_BATCH, _BATCH_SIZE = 1000, 8_000_000
# A row must fit into a line of text, be its characters as long as they may.
_ROOM, _SHOWN = 2, 200
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
    for batch in _batches(records, keys, drawn):
        wrong: dict[int, str] = {}
        good = [(at, row) for at, row in enumerate(batch) if isinstance(row, _Row)]
        for which, place in enumerate(drawn):
            texts, problems = shapes.texts([row.shapes[which] for _, row in good])
            for (_, one), text in zip(good, texts, strict=True):
                one.cells[place] = text
            for position, reason in problems.items():
                at, one = good[position]
                one.cells[place] = str(one.shapes[which])[:_SHOWN]
                wrong[at] = reason
        for at, row in enumerate(batch):
            grid.source_rows += 1
            if not isinstance(row, _Row):
                _aside(grid, limits, row)
            elif at in wrong:
                _aside(grid, limits, Aside(row.number, "bad", wrong[at], row.cells))
            elif sum(map(len, row.cells)) > limits.line_bytes // _ROOM:
                cells = [text[:_SHOWN] for text in row.cells]
                reason = "It is too long to be taken."
                _aside(grid, limits, Aside(row.number, "bad", reason, cells))
            elif any(row.cells):
                yield row.number, row.cells
            else:
                grid.blank_rows += 1
    grid.notes += shapes.notes() if drawn else []


@dataclass
class _Row:
    """A record as cells; its shapes are not looked at yet."""

    number: int
    cells: list[str]
    shapes: list[str | bytes | None]


def _batches(
    records: Iterable[tuple[int, dict[str, Any] | Bad]], keys: list[str], drawn: list[int]
) -> Iterator[list[_Row | Aside]]:
    """Turn records into cells; give some at a time, fewer where they are long."""
    batch: list[_Row | Aside] = []
    size = 0
    others = [(at, key) for at, key in enumerate(keys) if at not in drawn]
    for number, one in records:
        if isinstance(one, Bad):
            batch.append(Aside(number, "bad", one.reason, [one.text]))
        else:
            row = _Row(number, [""] * len(keys), [_given(one.get(keys[at])) for at in drawn])
            for at, key in others:
                row.cells[at] = cell(one.get(key))
            batch.append(row)
            size += sum(map(len, row.cells)) + sum(len(shape or "") for shape in row.shapes)
        if len(batch) >= _BATCH or size > _BATCH_SIZE:
            yield batch
            batch, size = [], 0
    yield batch


def _given(shape: Any) -> str | bytes | None:
    return shape if shape is None or isinstance(shape, bytes) else json.dumps(shape)


def _aside(grid: Grid, limits: Limits, aside: Aside) -> None:
    grid.asides.append(aside)
    if len(grid.asides) > limits.aside_rows:
        raise Refused(
            f"More than {limits.aside_rows:,} records cannot be taken; the first is record "
            f"{grid.asides[0].row}: {grid.asides[0].reason}"
        )
