"""KML and KMZ: every placemark is a row, with its shape and whatever describes it.

Owns the attributes (``ExtendedData``, typed by a ``Schema`` wherever that stands, or else a
table in the description) and the shapes of placemarks. Refuses to fetch: a file that only links
to others is told apart, and no address in it is opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from typing import IO, Any
from xml.etree.ElementTree import Element

from ..grid import Grid, Limits
from ..names import label_of
from ..refusals import NotATable, Refused
from .flat import GEOMETRY, Bad, Fields, rows_of_records
from .json import LONGER
from .markup import Path, local, walk

__all__ = ["kml_grid"]

_NUMBERS = {"int", "uint", "short", "ushort", "float", "double"}
_GROUPS = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}
_PLAIN = ("name", "address", "phoneNumber")
_TIMES = ("when", "begin", "end")


def kml_grid(opened: Callable[[], AbstractContextManager[IO[bytes]]], limits: Limits) -> Grid:
    """Read the placemarks of a KML file.

    Args:
        opened: opens the file from its beginning; it is gone through twice.
        limits: what it may cost.

    Raises:
        NotATable: there are no placemarks.
        Refused: it is not KML.
    """
    types: dict[str, str] = {}
    links = 0
    fields = Fields(limits)
    for kind, value in _parts(opened, limits):
        if kind == "type":
            types[value[0]] = value[1]
        elif kind == "link":
            links += 1
        elif not isinstance(value, Bad):
            fields.add(_typed(value, types))
    if not fields.found:
        raise NotATable(
            "This KML holds no places, only links to other files. Upload the file that it links to."
            if links
            else "This KML holds no places."
        )
    fields.typed = any(kind in _NUMBERS for kind in types.values())
    grid = Grid(columns=fields.columns(fields.keys))
    if links:
        grid.notes.append(f"{links} links to other files were not followed.")
    places = (value for kind, value in _parts(opened, limits) if kind == "place")
    records = (
        (number, value if isinstance(value, Bad) else _typed(value, types))
        for number, value in enumerate(places, start=1)
    )
    grid.rows = rows_of_records(grid, fields.keys, records, limits)
    return grid


def _parts(
    opened: Callable[[], AbstractContextManager[IO[bytes]]], limits: Limits
) -> Iterator[tuple[str, Any]]:
    """Give the types of fields, the links and the places of the file, in its order."""
    with opened() as source:
        folders: list[str] = []
        for event, path, element in walk(source, LONGER * limits.line_bytes, _is_place):
            name = path[-1]
            if event == "start":
                if len(path) == 1 and name not in ("kml", "Document", "Folder", "Placemark"):
                    raise Refused(f"This is no KML: it begins with “{name}”.")
                if name == "Folder":
                    folders.append("")
            elif name == "Placemark":
                yield "place", _place(element, [folder for folder in folders if folder])
            elif "Placemark" in path:
                continue
            elif name in ("SimpleField", "SimpleArrayField"):
                yield "type", (element.get("name", ""), element.get("type", ""))
            elif name == "NetworkLink":
                yield "link", None
            elif name == "name" and len(path) > 1 and path[-2] == "Folder":
                folders[-1] = label_of(element.text or "")
            elif name == "Folder":
                folders.pop()


def _is_place(path: Path) -> bool:
    return path[-1] == "Placemark"


def _place(element: Element, folders: list[str]) -> dict[str, Any] | Bad:
    record: dict[str, Any] = {}
    extended: dict[str, Any] = {}
    description = ""
    for child in element.iter():
        name = local(child.tag)
        text = (child.text or "").strip()
        if name in ("SimpleData", "SimpleArrayData"):
            extended[child.get("name", "")] = text
        elif name == "Data":
            value = next((one.text for one in child if local(one.tag) == "value"), "")
            extended[child.get("name", "")] = (value or "").strip()
        elif name in _TIMES and text:
            record[name] = text
    for child in element:
        name, text = local(child.tag), (child.text or "").strip()
        if name in _PLAIN and text:
            record[name] = text
        elif name == "description":
            description = text
    if description:
        table, words = _described(description)
        if table and not extended:
            extended = dict(table)
        elif words and not table:
            record["description"] = words
    if len(folders) > 1:
        record["folder"] = " / ".join(folders[1:])
    record |= {name: value for name, value in extended.items() if name}
    try:
        record[GEOMETRY] = _shape(element)
    except ValueError:
        return Bad("Its coordinates cannot be read.", str(record.get("name", "")))
    # What no place has a value for is no column: empty names and texts are everywhere in KML.
    return {name: value for name, value in record.items() if value != "" or name in extended}


def _typed(record: dict[str, Any], types: dict[str, str]) -> dict[str, Any]:
    """Make numbers of what the file's schema calls numbers."""
    out = dict(record)
    for name, value in record.items():
        if value == "" or not isinstance(value, str):
            continue
        kind = types.get(name, "")
        if kind in _NUMBERS:
            try:
                out[name] = float(value) if "." in value or "e" in value.lower() else int(value)
            except ValueError:
                continue
        elif kind == "bool" and value.lower() in ("0", "1", "true", "false"):
            out[name] = value.lower() in ("1", "true")
    return out


def _shape(element: Element) -> dict[str, Any] | None:
    """Return the first shape within an element as GeoJSON."""
    for child in element:
        name = local(child.tag)
        if name == "Point":
            points = _points(child)
            return {"type": "Point", "coordinates": points[0]} if points else None
        if name in ("LineString", "LinearRing"):
            return {"type": "LineString", "coordinates": _points(child)}
        if name == "Track":
            places = [(one.text or "").split()[:2] for one in child if local(one.tag) == "coord"]
            track = [[float(x), float(y)] for x, y in places]
            return {"type": "LineString", "coordinates": track}
        if name == "Polygon":
            rings = [
                _closed(_points(edge))
                for kind in ("outerBoundaryIs", "innerBoundaryIs")
                for edge in child
                if local(edge.tag) == kind
            ]
            return {"type": "Polygon", "coordinates": rings}
        if name == "MultiGeometry":
            parts = [part for one in child if (part := _shape([one]))]  # type: ignore[arg-type]
            return _together(parts)
    return None


def _together(parts: list[dict[str, Any]]) -> dict[str, Any] | None:
    kinds = {part["type"] for part in parts}
    if len(parts) < 2:
        return parts[0] if parts else None
    if len(kinds) == 1 and (group := _GROUPS.get(kinds.pop())):
        return {"type": group, "coordinates": [part["coordinates"] for part in parts]}
    return {"type": "GeometryCollection", "geometries": parts}


def _points(element: Element) -> list[list[float]]:
    """Read ``longitude,latitude[,height]`` groups; blanks after the commas are forgiven."""
    text = next((one.text for one in element.iter() if local(one.tag) == "coordinates"), "")
    groups = re.sub(r"\s*,\s*", ",", text or "").split()
    return [[float(x), float(y)] for x, y, *_ in (group.split(",") for group in groups)]


def _closed(ring: list[list[float]]) -> list[list[float]]:
    return ring if not ring or ring[0] == ring[-1] else [*ring, ring[0]]


def _described(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return what a description says of attributes by a table in it, and its plain words."""
    if "<" not in text:
        return [], label_of(text)
    page = _Description()
    page.feed(text)
    page.close()
    rows = [row for row in page.rows if len(row) == 2 and row[0]]
    return [(row[0].rstrip(":"), row[1]) for row in rows], label_of(" ".join(page.words))


class _Description(HTMLParser):
    """Finds rows of two cells, or pairs of ``atr-name`` and ``atr-value``, in a description."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        mark = dict(attrs).get("class") or ""
        if tag == "tr" or mark == "atr-name":
            self.rows.append([])
        if (tag in ("td", "th") or mark in ("atr-name", "atr-value")) and self.rows:
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "span"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        text = label_of(data)
        if text:
            self.words.append(text)
        if self._cell and text:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {text}".strip()
