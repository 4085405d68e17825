"""Documents: text of PDFs, of Word and its like, of web pages, and what files say of their maker.

Owns the way to the text and to the properties of a file. Makes nothing of how a page looks.
"""

from __future__ import annotations

import logging
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pypdf
from defusedxml import ElementTree
from PIL import ExifTags, Image
from pypdf.errors import PyPdfError

from .limits import Limits

__all__ = ["Document", "html_text", "office_document", "pdf_document", "picture"]

# Its messages quote what is in the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

_PART_LONGEST = 64_000_000
_MAKERS = {"creator", "lastModifiedBy", "initial-creator", "manager", "company", "printed-by"}
# Parts of an Office file that hold no words of people, or cells that are read as a table.
_NO_WORDS = ("styles", "theme", "settings", "fonttable", "websettings", "calcchain", "_rels")
_CELLS = ("xl/worksheets/sheet", "xl/sharedstrings")
_SKIPPED = {"script", "style"}


@dataclass
class Document:
    """What was got out of a document.

    Attributes:
        texts: (where, text).
        tables: (where, rows of cells).
        cells: (column, value) of forms and of what a workbook remembers of its sources.
        makers: (which property, who) of the file's properties.
        places: where a photograph was taken, as decimal degrees.
        inner: (name, bytes) of files within it.
        notes: what could not be looked at.
        remarks: what such a file is never looked at for.
    """

    texts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    cells: list[tuple[str, str]] = field(default_factory=list)
    makers: list[tuple[str, str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    inner: list[tuple[str, bytes]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def pdf_document(path: Path, limits: Limits) -> Document:
    """Read the text of a PDF's pages, its form, its comments, attachments and properties."""
    found = Document()
    until = time.monotonic() + limits.seconds
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            found.notes.append("The PDF is locked with a password: nothing of it was looked at.")
            return found
        _pdf_properties(reader, found)
        empty = 0
        for number, page in enumerate(reader.pages, 1):
            if number > limits.pages or time.monotonic() > until:
                found.notes.append(f"Only the first {number - 1:,} pages were looked at.")
                break
            text = page.extract_text()
            empty += not text.strip()
            found.texts.append((f"page {number}", text))
            found.texts += ((f"comment on page {number}", one) for one in _comments(page))
        if empty:
            pages = "1 page is a picture" if empty == 1 else f"{empty:,} pages are pictures"
            found.notes.append(f"{pages} without text, which was not read.")
        for name, contents in reader.attachments.items():
            found.inner += ((name, content) for content in contents)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError,
            RecursionError, NotImplementedError, AssertionError, ArithmeticError):  # fmt: skip
        # A broken PDF fails in as many ways as there are PDFs; what was read before counts.
        found.notes.append("The PDF is broken: it was not looked at to its end.")
    return found


def _pdf_properties(reader: pypdf.PdfReader, found: Document) -> None:
    about: dict[str, Any] = dict(reader.metadata or {})
    for key in ("/Author", "/Manager", "/Company"):
        if str(about.get(key) or "").strip():
            found.makers.append((key[1:].lower(), str(about[key])))
    for key in ("/Title", "/Subject", "/Keywords"):
        if str(about.get(key) or "").strip():
            found.texts.append((f"{key[1:].lower()} of the file", str(about[key])))
    for name, one in (reader.get_fields() or {}).items():
        if one.value:
            found.cells.append((str(name), str(one.value)))


def _comments(page: pypdf.PageObject) -> Iterator[str]:
    for one in page.get("/Annots") or []:
        note = one.get_object()
        if isinstance(note, dict) and note.get("/Contents"):
            yield str(note["/Contents"])


def office_document(path: Path) -> Document:
    """Read what an Office or OpenDocument file holds beside the cells of its sheets.

    Paragraphs, tables of text documents, comments, slides, text boxes, what pivot tables remember,
    embedded files and properties.
    """
    found = Document()
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            name = entry.filename.lower()
            if entry.flag_bits & 1 or entry.file_size > _PART_LONGEST:
                found.notes.append("A part of the file is locked or too large to be looked at.")
            elif "/embeddings/" in name and not entry.is_dir():
                found.inner.append((entry.filename.rpartition("/")[2], archive.read(entry)))
            elif name.endswith(".xml") and not name.startswith(_CELLS):
                if not any(part in name for part in _NO_WORDS):
                    _part(name, archive.read(entry), found)
    return found


def _part(name: str, content: bytes, found: Document) -> None:
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError):
        found.notes.append("A part of the file is broken and was not looked at.")
        return
    if name.startswith("docprops/") or name == "meta.xml":
        for element in root.iter():
            text, tag = (element.text or "").strip(), _local(element)
            if text and tag in _MAKERS:
                found.makers.append((tag, text))
            elif text and not text.replace(".", "").isdigit():
                found.texts.append(("properties of the file", text))
        return
    if "pivotcache" in name or "externallink" in name:
        found.cells += ((_local(one), one.get("v", "")) for one in root.iter() if one.get("v"))
        return
    where = _where(name)
    # A workbook's own tables are read as such.
    sheets = name == "content.xml" and any(_local(one) == "spreadsheet" for one in root.iter())
    if not sheets:
        tables = [one for one in root.iter() if _local(one) in ("tbl", "table")]
        found.tables += ((where, [list(_row(row)) for row in _rows(table)]) for table in tables)
        inside = {id(one) for table in tables for one in table.iter()}
        lines = [
            _text(one)
            for one in root.iter()
            if _local(one) in ("p", "h", "comment", "si") and id(one) not in inside
        ]
    else:
        lines = [_text(one) for one in root.iter() if _local(one) == "annotation"]
    text = "\n".join(line for line in lines if line.strip())
    if text:
        found.texts.append((where, text))


def _rows(table: Element) -> Iterator[Element]:
    return (one for one in table.iter() if _local(one) in ("tr", "table-row"))


def _row(row: Element) -> Iterator[str]:
    for cell in row:
        if _local(cell) in ("tc", "table-cell"):
            yield _text(cell)


def _text(element: Element) -> str:
    """Join the pieces of a paragraph: programs cut words where their look changes."""
    pieces = []
    for one in element.iter():
        tag = _local(one)
        if tag in ("tab", "br", "s", "cr", "line-break"):
            pieces.append(" ")
        elif tag == "p" and pieces:
            pieces.append("\n")
        if one.text and tag not in ("instrText",):
            pieces.append(one.text)
        if one.tail and one is not element:
            pieces.append(one.tail)
    return "".join(pieces)


def _where(name: str) -> str:
    for part, words in (
        ("comment", "comments"),
        ("slide", "slides"),
        ("header", "page headers"),
        ("footer", "page footers"),
        ("drawing", "text boxes"),
    ):
        if part in name:
            return words
    return "text"


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


class _Page(HTMLParser):
    """Collects the text of a web page; a cell of a table ends with a tab."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in _SKIPPED
        if tag not in ("b", "i", "em", "strong", "span", "a", "font", "u", "sup", "sub"):
            self.pieces.append("\t" if tag in ("td", "th") else "\n")
        # What is in an address, a form's field or a description is seen as well.
        self.pieces += (
            f"\n{value}\n" for key, value in attrs if key in ("href", "value", "content") and value
        )

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in _SKIPPED and self._skipped > 0

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.pieces.append(data)


def html_text(text: str) -> str:
    """Return the text of a web page or a piece of one."""
    page = _Page()
    page.feed(text)
    page.close()
    return "".join(page.pieces)


def picture(path: Path) -> Document:
    """Read what a picture says of itself: who made it and where, its title and comments."""
    found = Document()
    try:
        with Image.open(path) as image:
            exif = image.getexif()
            more = dict(exif) | exif.get_ifd(ExifTags.IFD.Exif)
            for tag in ("Artist", "XPAuthor", "CameraOwnerName"):
                who = _words(more.get(ExifTags.Base[tag]))
                if who:
                    found.makers.append((tag, who))
            for tag in ("ImageDescription", "UserComment", "XPComment", "XPTitle", "Copyright"):
                said = _words(more.get(ExifTags.Base[tag]))
                if said:
                    found.texts.append(("description in the picture", said))
            for key, value in image.info.items():
                if isinstance(value, str) and isinstance(key, str) and not key.startswith("icc"):
                    found.texts.append(("description in the picture", value))
            where = _degrees(exif.get_ifd(ExifTags.IFD.GPSInfo))
            if where:
                found.places.append(where)
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, ArithmeticError,
            Image.DecompressionBombError, EOFError, IndexError):  # fmt: skip
        found.notes.append("What the picture says of itself could not be read.")
    found.remarks.append("What can be seen in the picture was not looked at.")
    return found


def _words(value: Any) -> str:
    if isinstance(value, bytes):
        # Windows writes UTF-16; a comment begins with the name of its code.
        text = value.removeprefix(b"ASCII\x00\x00\x00").removeprefix(b"UNICODE\x00")
        coding = "utf-16-le" if b"\x00" in text[:4] else "utf-8"
        value = text.decode(coding, "replace")
    return str(value or "").strip("\x00 \t\n")


def _degrees(place: dict[int, Any]) -> str:
    """Return latitude and longitude of Exif 2.32's GPS tags, section 4.6.6."""
    latitude, longitude = place.get(2), place.get(4)
    if not latitude or not longitude:
        return ""
    both = []
    for parts, side in ((latitude, place.get(1)), (longitude, place.get(3))):
        degrees = sum(float(part) / 60**at for at, part in enumerate(parts))
        both.append(f"{-degrees if side in ('S', 'W') else degrees:.6f}")
    return " ".join(both)
