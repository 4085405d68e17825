"""JSON: the list of records in it, whatever it is wrapped in, and lines of JSON.

Owns the search for that list (a list itself; a list within objects; columns apart from rows, as
Socrata's exports and CKAN's dumps have them) and the columns of its records. Where several
lists could be meant it asks. Refuses objects without any list: they are no table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..grid import Grid, Limits
from ..model import Choice, Question, Reading
from ..names import label_of
from ..refusals import Ask, NotATable, Refused
from .flat import GEOMETRY, Bad, Fields, flat, rows_of_records
from .scanner import Scanner
from .shapes import GEOMETRIES, Shapes, is_shape
from .systems import named_system

__all__ = ["LONGER", "MOST", "json_grid", "lines_grid"]

# A record may be this many times as long as a line of text: shapes are long.
LONGER = 4
# A list that holds this share of all values is the one that is meant.
MOST = 0.8
_COLUMN_LISTS = ("columns", "fields", "header", "headers", "cols")
_COLUMN_NAMES = ("name", "label", "title", "id", "field", "fieldName", "key")
_DEEPEST = 6
_LISTS = 500
_FACTS = 200
_KEPT = 20
_SHOWN = 200


@dataclass
class _List:
    """A list that was met; ``path`` names it with dots, and is empty for the whole text."""

    path: str
    limits: Limits
    count: int = 0
    values: int = 0
    objects: int = 0
    rows: int = 0
    object_fields: Fields = field(init=False)
    row_fields: Fields = field(init=False)
    first: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.object_fields, self.row_fields = Fields(self.limits), Fields(self.limits)

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def parent(self) -> str:
        return self.path.rpartition(".")[0]

    @property
    def is_table(self) -> bool:
        return 2 * (self.objects + self.rows) > self.count

    @property
    def of_rows(self) -> bool:
        return self.rows > self.objects

    @property
    def fields(self) -> Fields:
        return self.row_fields if self.of_rows else self.object_fields

    def meet(self, value: Any) -> None:
        self.count += 1
        if len(self.first) < (self.limits.columns if self.name in _COLUMN_LISTS else _KEPT):
            self.first.append(value)
        if isinstance(value, dict):
            self.objects += 1
            record = _record(value, of_rows=False)
            self.object_fields.add(record)
            self.values += len(record)
        elif isinstance(value, list):
            self.rows += 1
            self.row_fields.add(_record(value, of_rows=True))
            self.values += len(value)
        else:
            self.values += 1


def json_grid(path: Path, reading: Reading, limits: Limits) -> Grid:
    """Find the list of records in a UTF-8 file of JSON.

    Raises:
        Ask: several lists could be meant.
        NotATable: there is no list of records.
        Refused: it is not JSON.
    """
    lists: list[_List] = []
    facts: dict[str, Any] = {}
    with path.open(encoding="utf-8", errors="replace") as text:
        scanner = Scanner(text, LONGER * limits.line_bytes)
        if not scanner.peek():
            raise Refused("The file is empty.")
        _survey(scanner, "", limits, lists, facts)
        scanner.end()
    kind = facts.get("type")
    if kind == "Topology":
        raise NotATable("This is TopoJSON, which is not read here; save it as GeoJSON.")
    if kind == "Feature" or kind in GEOMETRIES:
        return _single(path, limits)
    found = _chosen(lists, reading.sheet, scanner.notes())
    fields = found.fields
    labels, header = _labels(found, lists)
    keys = [key for key in fields.keys if labels is None or _at(labels, key) is not None]
    grid = Grid(
        sheet=found.path if reading.sheet else "",
        columns=fields.columns(keys, [_at(labels, key) or "" for key in keys] if labels else None),
        header_rows=[1] if header else [],
        notes=scanner.notes() + _left_out(found, lists),
        source_rows=int(header),
    )
    elements = _elements(path, lists.index(found), limits)
    if header:
        next(elements)
    records = ((number, _checked(value, found.of_rows)) for number, value in elements)
    shapes = Shapes(named_system(facts)) if GEOMETRY in fields.found else None
    grid.rows = rows_of_records(grid, keys, records, limits, shapes)
    return grid


def lines_grid(path: Path, limits: Limits) -> Grid:
    """Read a UTF-8 file of which every line is one record in JSON; broken lines are set aside.

    Raises:
        Refused: more lines are broken than not.
    """
    found = _List("", limits)
    broken = 0
    for _, value in _lines(path, limits):
        if isinstance(value, Bad):
            broken += 1
        elif value is not None:
            found.meet(value)
    if broken > found.count:
        raise Refused("Most lines of the file are no JSON: this is no file of JSON lines.")
    grid = Grid(columns=found.fields.columns(found.fields.keys))
    records = (
        (number, value if isinstance(value, Bad) else _checked(value, found.of_rows))
        for number, value in _lines(path, limits)
    )
    grid.rows = rows_of_records(grid, found.fields.keys, records, limits)
    return grid


def _single(path: Path, limits: Limits) -> Grid:
    """Read a text that is one feature or one shape."""
    with path.open(encoding="utf-8", errors="replace") as text:
        record = _record(Scanner(text, LONGER * limits.line_bytes).value(), of_rows=False)
    fields = Fields(limits)
    fields.add(record)
    grid = Grid(columns=fields.columns(fields.keys))
    grid.rows = rows_of_records(grid, fields.keys, [(1, record)], limits)
    return grid


def _survey(
    scanner: Scanner, path: str, limits: Limits, lists: list[_List], facts: dict[str, Any]
) -> None:
    """Go through the next value; take note of every list in it, and of single values."""
    start = scanner.peek()
    if start == "[":
        found = _List(path, limits)
        lists.append(found)
        if len(lists) > _LISTS:
            raise NotATable(
                f"This JSON holds more than {_LISTS} lists within each other: it is no table."
            )
        for _ in scanner.items():
            found.meet(scanner.value())
    elif start == "{" and path.count(".") < _DEEPEST:
        for name in scanner.members():
            _survey(scanner, f"{path}.{name}" if path else name, limits, lists, facts)
    else:
        value = scanner.value()
        if len(facts) < _FACTS and not isinstance(value, dict):
            facts.setdefault(path, value)


def _elements(path: Path, index: int, limits: Limits) -> Iterator[tuple[int, Any]]:
    """Go to the list that was met as number ``index`` and give its values, counted from 1."""
    with path.open(encoding="utf-8", errors="replace") as text:
        scanner = Scanner(text, LONGER * limits.line_bytes, again=True)
        before = [index]
        yield from _within(scanner, 0, before)


def _within(scanner: Scanner, depth: int, before: list[int]) -> Iterator[tuple[int, Any]]:
    start = scanner.peek()
    if start == "[":
        before[0] -= 1
        for number in scanner.items():
            value = scanner.value()
            if before[0] < 0:
                yield number, value
    elif start == "{" and depth < _DEEPEST:
        for _ in scanner.members():
            yield from _within(scanner, depth + 1, before)
            if before[0] < 0:
                return
    else:
        scanner.value()


def _chosen(lists: list[_List], wanted: str, notes: list[str]) -> _List:
    """Choose the list that is the table."""
    tables = [one for one in lists if one.count and one.is_table]
    if wanted:
        found = next((one for one in lists if one.path == wanted), None)
        if found:
            return found
    described = [one for one in tables if _described_by(one, lists)]
    if len(described) == 1:
        return described[0]
    if not tables:
        plain = [one for one in lists if one.count]
        if len(lists) == 1 and plain and not lists[0].path:
            return plain[0]
        raise NotATable(
            "This JSON holds no list of records, so it is no table; it stays a download."
            if any(one.count for one in lists) or not lists
            else "This JSON holds an empty list: there are no records in it."
        )
    largest = max(tables, key=lambda one: one.values)
    if largest.values >= MOST * sum(one.values for one in tables):
        return largest
    choices = [
        Choice(f"{one.path}: {one.count:,} records", {"sheet": one.path})
        for one in sorted(tables, key=lambda one: -one.values)[:_KEPT]
    ]
    message = f"This JSON holds {len(tables)} lists of records."
    if wanted:
        message += f" The list “{wanted}” that was chosen before is not in it any more."
    message = " ".join([message, *notes])
    raise Ask(message, [Question("sheet", "Which list is the table?", choices)])


def _described_by(found: _List, lists: list[_List]) -> _List | None:
    """Find the list that says what the columns of this one are called."""
    for one in lists:
        if one is found or one.name not in _COLUMN_LISTS or not one.count:
            continue
        names = [_named(value) for value in one.first]
        if None in names:
            continue
        if found.of_rows and len(names) >= len(found.row_fields.found):
            return one
        if not found.of_rows and one.parent == found.parent:
            if set(found.object_fields.found) <= set(names):
                return one
    return None


def _named(value: Any) -> str | None:
    if isinstance(value, dict):
        value = next((value[key] for key in _COLUMN_NAMES if isinstance(value.get(key), str)), None)
    return value if isinstance(value, str) else None


def _labels(found: _List, lists: list[_List]) -> tuple[list[str | None] | None, bool]:
    """Return what the columns of rows are called (None: a hidden one), and if row 1 says it."""
    if not found.of_rows:
        return None, False
    described = _described_by(found, lists)
    if described:
        return [
            None
            if isinstance(value, dict) and value.get("dataTypeName") == "meta_data"
            else label_of(_named(value) or "")
            for value in described.first
        ], False
    first, *others = found.first
    header = (
        isinstance(first, list)
        and all(isinstance(value, str) and value.strip() for value in first)
        and len(set(first)) == len(first) == len(found.row_fields.found)
        and bool(others)
    )
    return ([label_of(value) for value in first] if header else None), header


def _at(labels: list[str | None], key: str) -> str | None:
    return labels[int(key)] if int(key) < len(labels) else ""


def _left_out(found: _List, lists: list[_List]) -> list[str]:
    """Say which other lists of records the file holds."""
    described = _described_by(found, lists)
    others = [one for one in lists if one not in (found, described) and one.count and one.is_table]
    if not others or (found.parent != "" and described):
        return []
    names = ", ".join(f"“{one.path}” ({one.count:,})" for one in others[:5])
    more = f" and {len(others) - 5} more" if len(others) > 5 else ""
    return [f"The table is the list “{found.path}”. Other lists were left out: {names}{more}."]


def _record(value: dict[str, Any] | list[Any], *, of_rows: bool) -> dict[str, Any]:
    """Lay a record out flat: properties and shape of a feature, or a row by its positions."""
    if of_rows:
        return {str(at): one for at, one in enumerate(value)}
    assert isinstance(value, dict)  # noqa: S101
    if value.get("type") == "Feature" and "geometry" in value:
        properties = value.get("properties")
        record = dict(flat(properties)) if isinstance(properties, dict) else {}
        if "id" in value and "id" not in record:
            record = {"id": value["id"], **record}
        record[GEOMETRY] = value["geometry"]
        return record
    if is_shape(value):
        return {GEOMETRY: value}
    return flat(value)


def _checked(value: Any, of_rows: bool) -> dict[str, Any] | Bad:
    """Lay out what should be a record, or say that it is none."""
    if isinstance(value, list if of_rows else dict):
        return _record(value, of_rows=of_rows)
    return Bad("It is no record like the others.", json.dumps(value)[:_SHOWN])


def _lines(path: Path, limits: Limits) -> Iterator[tuple[int, Any]]:
    """Decode line by line; a blank line is an empty record."""
    decoder = json.JSONDecoder(strict=False)
    with path.open(encoding="utf-8", errors="replace") as text:
        number = 0
        while line := text.readline(limits.line_bytes + 1):
            number += 1
            if len(line) > limits.line_bytes:
                raise Refused(
                    f"Line {number:,} is longer than {limits.line_bytes // 1_000_000} million "
                    "characters: this is no file with one record on each line."
                )
            bare = line.strip().lstrip("\x1e")
            try:
                yield number, decoder.decode(bare) if bare else {}
            except (ValueError, RecursionError) as error:
                reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is too deep"
                yield number, Bad(f"The line is no JSON: {reason}.", bare[:_SHOWN])
