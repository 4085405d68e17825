"""Files of every kind, and what of them is looked at.

Owns the choice of the way by what a file is, whatever its name says, and going into archives.
What cannot be looked at becomes a note; nothing in a file makes it raise.
"""

from __future__ import annotations

import gzip
import logging
import tempfile
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import ParseError

import duckdb
from defusedxml.common import DefusedXmlException
from python_calamine import CalamineWorkbook

from ...content.reading import Limits as ReadingLimits
from ...content.reading import Reading
from ...content.reading.decoding import text_of
from ...content.reading.extents import extents_of
from ...content.reading.formats import rows_of
from ...content.reading.formats.archive import members_of, take_out
from ...content.reading.kinds import kind_of
from ...content.reading.names import names_of
from ...content.reading.old_workbooks import see_to_memory
from ...content.reading.refusals import Ask, NotATable, Refused
from ...content.reading.sheets import records_of_sheet
from ...content.reading.text import records_of_text
from .documents import Document, html_text, office_document, pdf_document, picture
from .finding import harmless
from .gathering import Gathering
from .hits import CERTAIN, POSSIBLE, Hit
from .limits import Limits
from .nested import Cells, json_cells, xml_cells
from .plain import plain, shape
from .tables import named, scan_delimited, scan_parquet

__all__ = ["Looking"]

log = logging.getLogger(__name__)

_HEAD = 64 << 10
_CHUNK = 1 << 16
_PROSE = {".txt", ".md", ".log", ".rst", ".eml", ".rtf", ".vcf", ".ics", ".sql", ".text"}
_PARTS = {".shp", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fix"}
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_STAYS = "The file is broken and was not looked at to its end."


class _Late(Exception):
    """The file has had its time."""


@dataclass
class Looking:
    """A scan under way: what was found so far, and what could not be looked at."""

    limits: Limits
    words: Mapping[str, str]
    into: Path
    hits: list[Hit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    complete: bool = True
    started: float = field(default_factory=time.monotonic)
    _members: int = 0
    _unpacked: int = 0

    def file(self, path: Path, name: str, *, within: str = "", depth: int = 0) -> None:
        """Look at a file, whatever it is.

        Args:
            path: the file.
            name: what it is called.
            within: of which archive or document, and what it is called there.
            depth: how many archives are around it.
        """
        folder = Path(tempfile.mkdtemp(dir=self.into))
        try:
            self._see_to_time()
            self._by_kind(path, name, within, depth, folder)
        except Refused as refused:
            self.unseen(refused.message, within)
        except _Late:
            self.unseen(f"The scan was stopped after {self.limits.seconds:,.0f} seconds.", within)
        except duckdb.Error:
            # Its own message may quote a value.
            self.unseen("The table could not be looked through to its end.", within)
        except Exception as error:
            # Libraries raise what they like on broken files, and quote them in their messages.
            log.warning("A file could not be looked at to its end: %s", type(error).__name__)
            self.unseen(_STAYS, within)

    def unseen(self, sentence: str, within: str = "") -> None:
        """Note what was not looked at."""
        note = f"{within}: {sentence}" if within else sentence
        if note not in self.notes:
            self.notes.append(note)
        self.complete = False

    def _see_to_time(self) -> float:
        left = self.limits.seconds - (time.monotonic() - self.started)
        if left <= 0:
            raise _Late
        return left

    def _by_kind(self, path: Path, name: str, within: str, depth: int, folder: Path) -> None:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
        if not head.strip(b"\xef\xbb\xbf \t\r\n\x00"):
            return
        if b"%PDF-" in head[:1024]:
            self._document(pdf_document(path, self._limits()), within, depth)
        elif head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
            self._document(picture(path), within, depth)
        elif start.startswith((b"<!doctype html", b"<html")):
            self._text(path, within, folder, html=True)
        elif head.startswith(b"PK") and zipfile.is_zipfile(path):
            self._zip(path, within, depth, folder)
        elif head.startswith(b"\x1f\x8b"):
            self._gzip(path, name, within, depth, folder)
        else:
            self._data(path, name, kind_of(path, name).kind, within, folder)

    def _data(self, path: Path, name: str, kind: str, within: str, folder: Path) -> None:
        if kind in ("json", "geojson", "jsonl"):
            self._json(path, kind, within, folder)
        elif kind in ("xml", "kml"):
            self._xml(path, within, folder)
        elif kind == "parquet":
            self._table(scan_parquet(path, folder, self._limits(), self.words, within))
        elif kind == "geopackage":
            self._layers(path, within, folder)
        elif kind == "workbook":
            self._sheets(path, within, folder)
        elif kind == "csv":
            self._delimited(path, name, within, folder)
        else:
            self.unseen("Files of this kind are not looked into.", within)

    def _limits(self) -> Limits:
        return replace(self.limits, seconds=self._see_to_time())

    def _table(self, found: tuple[list[Hit], bool]) -> None:
        hits, sampled = found
        self.hits += hits
        if sampled:
            self.notes.append(
                f"A table has more than {self.limits.cells:,} cells: of its rows a sample was "
                "looked at, evenly from first to last."
            )

    def _delimited(self, path: Path, name: str, within: str, folder: Path) -> None:
        try:
            records = records_of_text(path, Reading(), folder, ReadingLimits()).records
        except Refused:
            self._text(path, within, folder)
            return
        before = len(self.hits)
        self._table(scan_delimited(records, folder, self._limits(), self.words, within))
        width = int(records.widths.max()) if len(records) else 0
        ragged = (records.widths != width).mean() > 0.1 if len(records) else True
        if width < 2 or (ragged and PurePosixPath(name).suffix.lower() in _PROSE):
            # It may be running text, in which a comma is no end of a column.
            known = {(hit.kind, hit.certainty) for hit in self.hits[before:]}
            table, self.hits = self.hits, []
            self._text(path, within, folder)
            self.hits = table + [hit for hit in self.hits if (hit.kind, hit.certainty) not in known]

    def _text(self, path: Path, within: str, folder: Path, *, html: bool = False) -> None:
        """Look at running text, in pieces that overlap by nothing but whole lines."""
        text = text_of(path, folder)
        gathering = Gathering(place=within, places=True)
        with text.path.open(encoding="utf-8", errors="replace") as file:
            if html:
                gathering.put("", html_text(file.read(50_000_000)))
            else:
                while lines := file.readlines(_CHUNK):
                    self._see_to_time()
                    gathering.put("", "".join(lines))
        self.hits += gathering.hits()

    def _cells(self, cells: Cells, place: str) -> None:
        gathering = Gathering(place=place, words=self.words)
        at = 0
        try:
            for at, (name, cell) in enumerate(cells):
                if at % 10_000 == 0:
                    self._see_to_time()
                gathering.put(name, cell)
        finally:
            self.hits += gathering.hits()

    def _json(self, path: Path, kind: str, within: str, folder: Path) -> None:
        text = text_of(path, folder)
        before = len(self.hits)
        try:
            with text.path.open(encoding="utf-8", errors="replace") as file:
                if kind == "jsonl":
                    self._cells(_of_lines(file), within)
                else:
                    self._cells(json_cells(file), within)
        except Refused:
            # It is broken: whatever stands in it is looked at as text.
            del self.hits[before:]
            self._text(path, within, folder)

    def _xml(self, path: Path, within: str, folder: Path) -> None:
        before = len(self.hits)
        try:
            self._cells(xml_cells(path, html_text), within)
        except (ParseError, DefusedXmlException, LookupError, ValueError):
            del self.hits[before:]
            self._text(path, within, folder, html=True)

    def _sheets(self, path: Path, within: str, folder: Path) -> None:
        limits = ReadingLimits()
        if zipfile.is_zipfile(path):
            extents_of(path, limits)
        else:
            see_to_memory(path, self._see_to_time())
        for known in CalamineWorkbook.from_path(str(path)).sheets_metadata:
            if "WorkSheet" not in str(known.typ):
                continue
            where = f"sheet {harmless(known.name)}"
            where = f"{within}, {where}" if within else where
            try:
                sheet = records_of_sheet(path, Reading(sheet=known.name), folder, limits)
                self._table(
                    scan_delimited(sheet.records, folder, self._limits(), self.words, where)
                )
            except Ask:
                self.unseen("The sheet is not there.", where)
            except NotATable:
                continue
            except Refused as refused:
                self.unseen(refused.message, where)

    def _layers(self, path: Path, within: str, folder: Path) -> None:
        import pyogrio

        link = folder / "layers.gpkg"
        link.symlink_to(path.resolve())
        for name, _ in pyogrio.list_layers(link):
            self._grid("geopackage", path, Reading(sheet=str(name)), within, folder)

    def _grid(self, kind: str, path: Path, reading: Reading, within: str, folder: Path) -> None:
        grid = rows_of(kind, path, reading, ReadingLimits(), folder)
        names = [column.name for column in grid.columns]
        shapes = {column.name for column in grid.columns if column.type == "geometry"}
        self._cells(
            (
                ("point", cell) if name in shapes else (name, cell)
                for _, cells in grid.rows
                for name, cell in zip(names, cells, strict=True)
                if cell and (name not in shapes or '"Point"' in cell[:40])
            ),
            within,
        )

    def _rows(self, rows: Sequence[Sequence[str]], place: str) -> None:
        width = max(map(len, rows), default=0)
        names, _ = named(rows, width) if width > 1 else (names_of([""] * width, range(width)), [])
        self._cells(
            (
                (names[at], cell)
                for row in rows
                for at, cell in enumerate(row)
                if cell and cell.strip()
            ),
            place,
        )

    def _zip(self, path: Path, within: str, depth: int, folder: Path) -> None:
        names = {entry.filename.lower() for entry in members_of(path, self._packing())}
        if "xl/workbook.xml" in names or {"mimetype", "content.xml"} <= names:
            self._sheets(path, within, folder) if self._is_book(path, names) else None
            self._document(office_document(path), within, depth)
        elif any(one.startswith(("word/", "ppt/", "xl/")) for one in names):
            self._document(office_document(path), within, depth)
        else:
            self._archive(path, within, depth, folder)

    def _is_book(self, path: Path, names: Iterable[str]) -> bool:
        if "xl/workbook.xml" in names:
            return True
        with zipfile.ZipFile(path) as archive:
            return b"spreadsheet" in archive.read("mimetype")[:200]

    def _packing(self) -> ReadingLimits:
        return ReadingLimits(unpacked_bytes=max(self.limits.unpacked_bytes - self._unpacked, 0))

    def _archive(self, path: Path, within: str, depth: int, folder: Path) -> None:
        if depth >= self.limits.depth:
            self.unseen("Archives within archives are not opened so deep.", within)
            return
        members = members_of(path, self._packing())
        shapes = {PurePosixPath(one.filename).stem for one in members if _ends(one, ".shp")}
        for number, member in enumerate(members):
            self._members += 1
            if self._members > self.limits.members:
                self.unseen(f"Only the first {self.limits.members:,} files were opened.", within)
                return
            called = harmless(member.filename)
            inside = f"{within} / {called}" if within else called
            if _ends(member, ".shp"):
                self._shapefile(path, member.filename, inside, folder / f"shapes-{number}")
            pure = PurePosixPath(member.filename)
            part = pure.suffix.lower() in _PARTS or pure.suffix.lower() == ".dbf"
            if part and pure.stem in shapes:
                continue
            target = folder / f"member-{number}{'.dbf' if _ends(member, '.dbf') else ''}"
            try:
                take_out(path, member, target, self._packing())
            except Refused as refused:
                self.unseen(refused.message, within)
                continue
            self._unpacked += target.stat().st_size
            self.file(target, pure.name, within=inside, depth=depth + 1)
            target.unlink()

    def _shapefile(self, path: Path, member: str, within: str, folder: Path) -> None:
        folder.mkdir()
        try:
            self._grid("shapefile", path, Reading(sheet=member), within, folder)
        except Refused as refused:
            self.unseen(refused.message, within)

    def _gzip(self, path: Path, name: str, within: str, depth: int, folder: Path) -> None:
        if depth >= self.limits.depth:
            self.unseen("Archives within archives are not opened so deep.", within)
            return
        target = folder / "unpacked"
        with gzip.open(path) as source, target.open("wb") as out:
            while chunk := source.read(1 << 20):
                self._unpacked += len(chunk)
                if self._unpacked > self.limits.unpacked_bytes:
                    self.unseen("The archive unpacks to more than is looked at.", within)
                    return
                out.write(chunk)
        self.file(target, PurePosixPath(name).stem, within=within, depth=depth + 1)

    def _pages(self, texts: Sequence[tuple[str, str]], within: str) -> None:
        """Look at the texts of a document as one; a hit says where the first such place is."""
        for hit in _hits_of(text for _, text in texts):
            where = next(
                (
                    where
                    for where, text in texts
                    if any(one.kind == hit.kind for one in _hits_of([text]))
                ),
                "",
            )
            place = ", ".join(part for part in (within, where) if part)
            self.hits.append(replace(hit, looked_at=0, place=place))

    def _document(self, document: Document, within: str, depth: int) -> None:
        self._pages(document.texts, within)
        for where, rows in document.tables:
            self._rows(rows, f"{within}, table in the {where}" if within else "table in the text")
        if document.cells:
            self._cells(iter(document.cells), within)
        for which, who in document.makers:
            self.hits.append(
                Hit(
                    "file-metadata",
                    POSSIBLE,
                    1,
                    shape=shape(plain(who.strip())),
                    place=f"{within}, {_maker(which)}" if within else _maker(which),
                )
            )
        for where in document.places:
            place = "place where the photograph was taken"
            place = f"{within}, {place}" if within else place
            self.hits.append(Hit("exact-point", CERTAIN, 1, shape=shape(where), place=place))
        for note in document.notes:
            self.unseen(note, within)
        self.notes += document.remarks
        for name, content in document.inner:
            target = Path(tempfile.mkdtemp(dir=self.into)) / "inner"
            target.write_bytes(content)
            called = harmless(name)
            if depth < self.limits.depth:
                inside = f"{within} / {called}" if within else called
                self.file(target, name, within=inside, depth=depth + 1)


def _hits_of(texts: Iterable[str]) -> list[Hit]:
    gathering = Gathering(places=True)
    for text in texts:
        if text.strip():
            gathering.put("", text)
    return gathering.hits()


def _of_lines(lines: Iterable[str]) -> Cells:
    import io

    for line in lines:
        if line.strip():
            yield from json_cells(io.StringIO(line))


def _ends(member: zipfile.ZipInfo, ending: str) -> bool:
    return member.filename.lower().endswith(ending)


def _maker(which: str) -> str:
    words = {"creator": "author", "initial-creator": "author", "lastModifiedBy": "last editor"}
    return f"{words.get(which, which.lower())} of the file"
