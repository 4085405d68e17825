"""XML: the element that repeats is a record, its children and attributes are the columns.

Owns the search for that element. Where several could be meant it asks. Refuses XML that is
another program's document (a spreadsheet, a drawing, a page), which has rows of another kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any
from xml.etree.ElementTree import Element

from ..grid import Grid, Limits
from ..model import Choice, Question, Reading
from ..refusals import Ask, NotATable
from .flat import Fields, flat, rows_of_records
from .json import LONGER, MOST
from .markup import Path, local, walk

__all__ = ["xml_grid"]

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_PATHS = 5_000
_CHOICES = 20
# Documents of other programs, by the namespace or the name of their root.
_OTHERS = {
    "urn:schemas-microsoft-com:office:spreadsheet": "an Excel 2003 spreadsheet in XML. Open it in "
    "Excel or LibreOffice and save it as .xlsx",
    "http://www.opengis.net/gml": "GML. Save it as GeoJSON or as a zipped shapefile",
    "http://www.topografix.com/GPX": "GPX. Save it as GeoJSON",
    "http://www.w3.org/2000/svg": "a drawing, and no table; it stays a download",
    "http://www.w3.org/1999/xhtml": "a web page, and no table",
}


@dataclass
class _Met:
    """What is known of the elements with one path."""

    count: int = 0
    siblings: int = 0
    structured: int = 0
    values: int = 0


@dataclass
class _Open:
    """An element whose end has not come: which children it has so far, and values within."""

    children: Counter[str]
    values: int


def xml_grid(file: File, reading: Reading, limits: Limits) -> Grid:
    """Find the records of an XML file.

    Raises:
        Ask: several elements could be the record.
        NotATable: it is another kind of document, or nothing repeats.
        Refused: it is not XML, or tries what data has no need of.
    """
    met = _survey(file, limits)
    path, others = _chosen(met, reading.sheet)
    fields = Fields(limits)
    for _, record in _records(file, path, limits):
        fields.add(record)
    keys = fields.keys
    grid = Grid(sheet="/".join(path) if reading.sheet else "", columns=fields.columns(keys))
    if others:
        named = ", ".join(f"“{'/'.join(one)}” ({met[one].count:,})" for one in others[:5])
        grid.notes.append(
            f"Each “{path[-1]}” is a row. Other elements that repeat were left out: {named}."
        )
    grid.rows = rows_of_records(grid, keys, _records(file, path, limits), limits)
    return grid


def _survey(file: File, limits: Limits) -> dict[Path, _Met]:
    met: dict[Path, _Met] = {}
    above: list[_Open] = []
    with file.open("rb") as source:
        for event, path, element in walk(source, LONGER * limits.line_bytes, lambda path: False):
            if event == "start":
                if not above:
                    _refuse_documents(element.tag)
                above.append(_Open(Counter(), len(element.attrib)))
                continue
            one = above.pop()
            found = met.get(path)
            if found is None:
                if len(met) >= _PATHS:
                    raise NotATable(
                        f"This XML has more than {_PATHS:,} kinds of elements: it is no table."
                    )
                found = met[path] = _Met()
            one.values += not one.children
            found.count += 1
            found.structured += bool(one.children or element.attrib)
            found.values += one.values
            if above:
                above[-1].values += one.values
                above[-1].children[path[-1]] += 1
                found.siblings = max(found.siblings, above[-1].children[path[-1]])
    return met


def _refuse_documents(tag: str) -> None:
    namespace, name = tag.rpartition("}")[0].lstrip("{"), local(tag).lower()
    for start, what in _OTHERS.items():
        if namespace.startswith(start) or (name in ("svg", "html") and start.endswith(name)):
            raise NotATable(f"This is {what}.")


def _chosen(met: dict[Path, _Met], wanted: str) -> tuple[Path, list[Path]]:
    """Choose the path of the records; say which others repeat."""
    chosen = tuple(wanted.split("/")) if wanted else ()
    repeated = [path for path, one in met.items() if one.siblings > 1]
    tables = _outermost([path for path in repeated if 2 * met[path].structured > met[path].count])
    tables = tables or _outermost(repeated) or _lone(met)
    if chosen in met:
        return chosen, [path for path in tables if path != chosen]
    if not tables:
        raise NotATable(
            "No element of this XML repeats, so there are no rows; it stays a download."
        )
    largest = max(tables, key=lambda path: met[path].values)
    if met[largest].values >= MOST * sum(met[path].values for path in tables):
        return largest, [path for path in tables if path != largest]
    choices = [
        Choice(f"{'/'.join(path)}: {met[path].count:,} records", {"sheet": "/".join(path)})
        for path in sorted(tables, key=lambda path: -met[path].values)[:_CHOICES]
    ]
    message = f"This XML holds {len(tables)} kinds of records."
    if wanted:
        message += f" The one that was chosen before, “{wanted}”, is not in it any more."
    raise Ask(message, [Question("sheet", "Which element is a row of the table?", choices)])


def _outermost(paths: list[Path]) -> list[Path]:
    known = set(paths)
    return [path for path in paths if not any(path[:n] in known for n in range(1, len(path)))]


def _lone(met: dict[Path, _Met]) -> list[Path]:
    """Find the one element that has values, in a file with a single record."""
    parents = Counter(path[:-1] for path, one in met.items() if not one.structured)
    several = [path for path, count in parents.items() if path and count > 1]
    return several if len(several) == 1 else []


def _records(file: File, path: Path, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    with file.open("rb") as source:
        for event, at, element in walk(
            source, LONGER * limits.line_bytes, lambda found: found == path
        ):
            if event == "end" and at == path:
                number += 1
                value = _value(element)
                yield number, flat(value) if isinstance(value, dict) else {path[-1]: value}


def _value(element: Element) -> Any:
    """Turn an element into text, or into an object where it has attributes or children."""
    if element.get(_NIL) in ("true", "1"):
        return None
    text = (element.text or "").strip()
    if not len(element) and not element.attrib:
        return text
    found: dict[str, Any] = {}
    for name, value in element.attrib.items():
        _put(found, local(name), value)
    for child in element:
        _put(found, local(child.tag), _value(child))
    if text and not len(element):
        _put(found, "value", text)
    return found


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """Keep a value; several under one name become a list."""
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]
