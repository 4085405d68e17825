"""What a file is, by its first bytes and its insides, whatever its name says.

Owns the list of kinds and the words for files that are no tables. The name is believed only
among kinds of plain text, and an archive's listing is looked at, not unpacked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .formats.archive import data_in, names_in
from .refusals import NotATable, Refused

__all__ = ["Found", "kind_of"]

_HEAD = 64 << 10
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a bitmap picture"),
)
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Found:
    """A kind of ``Reading.kind``, or ``gzip`` or ``zip`` that holds files yet to be looked at."""

    kind: str
    notes: tuple[str, ...] = ()


def kind_of(path: Path, name: str = "") -> Found:
    """Say what a file is.

    Raises:
        NotATable: it is whole, and of a kind that holds no table.
        Refused: it is empty, or an error page that came in place of a file.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise Refused("The file is empty. Please upload it again.")
    if b"%PDF-" in head[:1024]:
        raise NotATable(
            "This is a PDF, not a table. It is kept as a download; a table needs the "
            "spreadsheet or CSV that it was made from."
        )
    for mark, what in _PICTURES:
        if head.startswith(mark) and not (mark == b"BM" and _is_text(head)):
            raise NotATable(f"This is {what}, not a table. It is kept as a download.")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise NotATable("This is a WebP picture, not a table. It is kept as a download.")
    if head.startswith(b"PAR1"):
        return Found("parquet")
    if head.startswith(b"\x1f\x8b"):
        return Found("gzip")
    if head.startswith(b"SQLite format 3\x00"):
        return _database(head)
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        raise NotATable(
            "This is an archive of a kind that is not opened here. It is kept as a download; pack "
            "the file as .zip or .gz, or upload it unpacked."
        )
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(path)
    if head.startswith(_OLE):
        return _ole(head, path)
    return _text(head, name)


def _is_text(head: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head[:4096])


def _database(head: bytes) -> Found:
    """Tell a GeoPackage by its application number (OGC 12-128r18, requirement 2)."""
    if head[68:72] in (b"GPKG", b"GP10", b"GP11"):
        return Found("geopackage")
    raise NotATable(
        "This is a database file. It is kept as a download; export its tables as CSV to have them "
        "shown here."
    )


def _ole(head: bytes, path: Path) -> Found:
    """Tell an old workbook among what Office wrote before 2007."""
    with path.open("rb") as file:
        whole = head + file.read(4 << 20)
    if any(name.encode("utf-16-le") in whole for name in ("Workbook", "Book")):
        return Found("workbook")
    if "EncryptedPackage".encode("utf-16-le") in whole:
        raise Refused("The workbook is protected by a password. Save it without one.")
    if "WordDocument".encode("utf-16-le") in whole:
        raise NotATable("This is a Word document, not a table. It is kept as a download.")
    return Found("workbook")


def _zip(path: Path) -> Found:
    names = names_in(path)
    lower = [name.lower() for name in names]
    if "xl/workbook.bin" in lower:
        raise Refused(
            "This is a binary workbook (.xlsb), which is not read here. Save it as .xlsx and "
            "upload that."
        )
    if "xl/workbook.xml" in lower:
        return Found("workbook")
    if "content.xml" in lower and "mimetype" in lower:
        return Found("workbook")
    if any(name.startswith(("word/", "ppt/")) for name in lower):
        raise NotATable("This is a text document or slides, not a table. It is kept as a download.")
    endings = {PurePosixPath(name).suffix for name in data_in(names)}
    if endings == {".shp"}:
        return Found("shapefile")
    return Found("kml" if endings == {".kml"} else "zip")


def _text(head: bytes, name: str) -> Found:
    text = _as_text(head)
    if text is None:
        raise NotATable(
            "What kind of file this is could not be recognised. It is kept as a download."
        )
    start = text.lstrip("\ufeff \t\r\n")
    lower = start[:2000].lower()
    if re.match(r"(<!--.*?-->\s*)*(<!doctype html|<html|<head|<body)", lower, re.DOTALL) or (
        lower.startswith("<?xml") and "<html" in lower
    ):
        title = re.search(r"<title[^>]*>\s*(.{1,120}?)\s*</title>", start[:20000], re.I | re.S)
        said = f" It says: “{' '.join(title[1].split())}”." if title else ""
        raise Refused(
            "This is a web page, not a data file: a server may have sent an error or a log-in page "
            f"in its place.{said} Open the link in a browser and upload the file itself."
        )
    if lower.startswith("<"):
        return Found("kml" if re.search(r"<(\w+:)?kml[\s>]", lower) else "xml")
    # Lines of three dashes around JSON: front matter, empty or not.
    body = re.sub(r"\A---[ \t\r]*\n(?:(?!\s*[\[{]).*?\n---[ \t\r]*\n)?", "", start, flags=re.S)
    if re.match(r'[\[{]\s*(["\[{\]}]|-?\d|true|false|null|$)', body.lstrip()) and not _rows(body):
        return Found(_json(body, name))
    return Found("csv")


def _rows(text: str) -> bool:
    """Tell delimited text whose first cell begins with a bracket."""
    first = text.lstrip().split("\n", 1)[0]
    return bool(re.match(r"\[[^\]\"]*\]\s*[,;\t|]", first)) and ":" not in first


def _json(text: str, name: str) -> str:
    if re.search(r'"type"\s*:\s*"FeatureCollection"', text):
        return "geojson"
    lines = [line for line in text.split("\n") if line.strip()]
    closed = [line.strip().endswith("}") and line.strip().startswith("{") for line in lines[:5]]
    if len(lines) > 1 and len(closed) > 1 and all(closed[:-1]) and closed[0]:
        return "jsonl"
    return "jsonl" if name.lower().endswith((".jsonl", ".ndjson")) else "json"


def _as_text(head: bytes) -> str | None:
    for mark, encoding in (
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xef\xbb\xbf", "utf-8"),
    ):
        if head.startswith(mark):
            return head.decode(encoding, "ignore")
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.05 * len(even):
        return head.decode("utf-16-le", "ignore")
    if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.05 * len(odd):
        return head.decode("utf-16-be", "ignore")
    # A few odd bytes are dirt in a text; many are another kind of file.
    if len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head)) > 0.02 * len(head):
        return None
    return head.decode("utf-8", "replace")
