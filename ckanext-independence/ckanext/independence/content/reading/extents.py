"""How far the sheets of a workbook reach, and the errors in their cells, by their XML.

Owns what calamine does not tell in time: it makes a whole rectangle from the first value to the
last, and gives errors such as ``#REF!`` as empty. The XML is looked through as it is unpacked;
nothing of the sheet's own size is made. Knows XLSX and OpenDocument; XLS cannot reach further
than its format allows.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from defusedxml import DefusedXmlException, ElementTree

from .grid import Limits
from .refusals import Refused

__all__ = ["Extent", "extents_of"]

_TAG = re.compile(rb"<(?:\w+:)?c\b[^>]*[^/]>")
_AT = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"(?:<(?:\w+:)?f\b[^>]*>(?:[^<]*</(?:\w+:)?f>)?)?<(?:\w+:)?v>([^<]*)<")
_ERRORS = 10_000
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, DefusedXmlException,
    NotImplementedError, KeyError, RuntimeError, ValueError, EOFError,
)  # fmt: skip
_ODS = re.compile(
    rb"<table:(table-row|covered-table-cell|table-cell|table)\b([^>]*)>|</table:table-row>"
)
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"')


@dataclass
class Extent:
    """How far a sheet's values reach: rows, columns; and its errors by row and column, from 0.

    ``at_once``: calamine takes it in when it opens the workbook, whether it is asked for or not.
    """

    rows: int = 0
    columns: int = 0
    at_once: bool = False
    errors: dict[int, dict[int, str]] = field(default_factory=dict)


def extents_of(path: Path, limits: Limits) -> dict[str, Extent]:
    """Look through the sheets of a zipped workbook, by name.

    Raises:
        Refused: it is damaged, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > limits.unpacked_bytes:
                raise Refused(
                    f"The workbook unpacks to {unpacked / 1e9:,.1f} GB; "
                    f"{limits.unpacked_bytes / 1e9:,.1f} GB is the limit."
                )
            names = set(archive.namelist())
            if "content.xml" in names:
                return _look_at_ods(archive, limits)
            if "xl/workbook.xml" not in names:
                return {}
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
            targets = {link.get("Id"): link.get("Target") or "" for link in links}
            found: dict[str, Extent] = {}
            left = limits.unpacked_bytes
            for element in book.iter():
                if not element.tag.endswith("}sheet"):
                    continue
                link = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
                target = targets.get(link, "")
                part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                part = str(PurePosixPath(part))
                if part in names and "worksheets" in part:
                    looked, size = _look(archive, part, left)
                    left -= size
                    found[str(element.get("name"))] = looked
            return found
    except _DAMAGED as error:
        raise Refused(
            "The workbook is damaged or cut off. Open it in a spreadsheet program and save it "
            "again."
        ) from error


def _look(archive: zipfile.ZipFile, part: str, left: int) -> tuple[Extent, int]:
    found, size, errors = Extent(), 0, 0
    for block in _blocks(archive, part):
        size += len(block)
        if size > left:
            raise Refused("The workbook unpacks to more than it says; it was not opened.")
        for match in _TAG.finditer(block):
            tag = match.group()
            place = _AT.search(tag)
            if not place:
                continue
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            found.rows = max(found.rows, int(place[2]))
            found.columns = max(found.columns, column)
            if b't="e"' in tag and errors < _ERRORS:
                value = _VALUE.match(block, match.end())
                text = value[1].decode("utf-8", "replace") if value else "#ERROR"
                found.errors.setdefault(int(place[2]) - 1, {})[column - 1] = text
                errors += 1
    return found, size


def _look_at_ods(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Extent]:
    """Count rows and cells with their repetitions, which is how a small file gets big."""
    found: dict[str, Extent] = {}
    extent = Extent()
    row = column = size = 0
    repeated = 1
    held = False
    for block in _blocks(archive, "content.xml", b">"):
        size += len(block)
        if size > limits.unpacked_bytes:
            raise Refused("The workbook unpacks to more than it says; it was not opened.")
        for match in _ODS.finditer(block):
            kind, said = match[1], match[2] or b""
            times = _REPEATED.search(said)
            count = int(times[1]) if times else 1
            if kind == b"table":
                name = re.search(rb'table:name="([^"]*)"', said)
                extent = Extent(at_once=True)
                found[name[1].decode("utf-8", "replace") if name else ""] = extent
                row = 0
            elif kind == b"table-row":
                repeated, column, held = count, 0, False
                row += 0 if said.endswith(b"/") else 1
            elif kind is None:
                row += repeated - 1
                extent.rows = row if held else extent.rows
            else:
                column += count
                # A cell without a value closes in its own tag.
                if b"office:value" in said or not said.endswith(b"/"):
                    held, extent.columns = True, max(extent.columns, column)
    return found


def _blocks(archive: zipfile.ZipFile, part: str, end: bytes = b"</c>") -> Iterator[bytes]:
    """Give a part in blocks that end where a cell or a tag does."""
    rest = b""
    with archive.open(part) as file:
        while block := file.read(1 << 20):
            block = rest + block
            cut = block.rfind(end)
            if cut < 0 and len(block) < 8 << 20:
                rest = block
                continue
            cut = cut + len(end) if cut >= 0 else len(block)
            yield block[:cut]
            rest = block[cut:]
    if rest:
        yield rest
