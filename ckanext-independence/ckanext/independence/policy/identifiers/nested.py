"""JSON and XML of any depth as cells: what each value is called, and the value.

Owns the walk. A value's column is its name within its record (``address.street``); shapes of maps
are left out but for single points. Keys are looked at, too, since some files use numbers as keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from ...content.reading.formats.scanner import Scanner

__all__ = ["KEYS", "json_cells", "xml_cells"]

# The column of keys that are numbers themselves.
KEYS = "names of values"
_LONGEST = 32_000_000
_DEEPEST = 40
_SHAPES = {
    "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
}  # fmt: skip

Cells = Iterator[tuple[str, str]]


def json_cells(text: IO[str]) -> Cells:
    """Give (column, value) of every value in a JSON text.

    Raises:
        Refused: it is not JSON.
    """
    scanner = Scanner(text, _LONGEST)
    if scanner.peek():
        yield from _walk(scanner, 0, "")


def _walk(scanner: Scanner, depth: int, name: str) -> Cells:
    start = scanner.peek()
    if start == "[":
        for _ in scanner.items():
            # A list's own name says nothing of records in it, and all of plain values.
            value = scanner.value()
            yield from _within(value, "" if isinstance(value, dict) else name, depth + 1)
    elif start == "{" and depth < 6:
        for key in scanner.members():
            yield from _key(key)
            yield from _walk(scanner, depth + 1, key)
    else:
        yield from _within(scanner.value(), name, depth)


def _within(value: Any, name: str, depth: int) -> Cells:
    if isinstance(value, dict):
        if value.get("type") in _SHAPES and ("coordinates" in value or "geometries" in value):
            return
        if value.get("type") == "Point" and isinstance(value.get("coordinates"), list):
            yield "point", " ".join(map(str, value["coordinates"][:2]))
            return
        for key, inner in value.items():
            key = str(key)
            yield from _key(key)
            if depth < _DEEPEST:
                plain = not name or key == "properties" or name == "properties"
                yield from _within(inner, key if plain else f"{name}.{key}", depth + 1)
    elif isinstance(value, list):
        for inner in value:
            if depth < _DEEPEST:
                yield from _within(inner, name, depth + 1)
    elif value is not None and value != "" and not isinstance(value, bool):
        yield name, str(value)


def _key(key: str) -> Cells:
    if sum(map(str.isdigit, key)) >= 7 or "@" in key:
        yield KEYS, key


def xml_cells(path: Path, strip: Callable[[str], str]) -> Cells:
    """Give (column, value) of every text and attribute of an XML file.

    Args:
        path: the file.
        strip: what takes the tags out of a text that is a piece of a web page.

    Raises:
        ParseError, DefusedXmlException: it is not XML, or tries what data has no need of.
    """
    above: list[Element] = []
    ended: Element | None = None
    with path.open("rb") as file:
        for event, element in iterparse(file, events=("start", "end")):
            if ended is not None:
                # What stands behind an element is known only when the next one is met.
                if ended.tail and ended.tail.strip():
                    yield (_local(above[-1].tag) if above else "", ended.tail.strip())
                ended.clear()
                if above:
                    above[-1].remove(ended)
                ended = None
            if event == "start":
                above.append(element)
                continue
            above.pop()
            yield from _of_element(element, above[-1] if above else None, strip)
            ended = element


def _of_element(element: Element, parent: Element | None, strip: Callable[[str], str]) -> Cells:
    tag = _local(element.tag)
    text = (element.text or "").strip()
    name = tag
    # KML and its like: <Data name="x"><value>…, <SimpleData name="x">…
    for one in (element, parent if tag.lower() == "value" else None):
        if one is not None and one.get("name"):
            name = one.get("name", tag)
    for key, value in element.attrib.items():
        if value and not (key == "name" and name == value):
            yield f"{tag}.{_local(key)}", value
    if not text:
        return
    if tag in ("coordinates", "posList", "pos"):
        places = text.split()
        if len(places) == 1 or (tag == "pos" and len(places) <= 3):
            yield "point", text.replace(",", " ")
        return
    yield name, strip(text) if "<" in text else text


def _local(tag: str) -> str:
    return str(tag).rpartition("}")[2]
