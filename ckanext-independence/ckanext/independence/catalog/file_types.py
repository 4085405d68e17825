"""What a file is, and what it may be called. Pure.

Owns the media types that a portal of open data meets, names that are safe in an
address and on a disk, and the list of what a browser may show rather than save.
The content decides what a file is; its name only chooses among what that content
can be. A page stays a page, whatever it is called.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

__all__ = ["media_type", "safe_name", "shown_inline"]

LONGEST_NAME = 100

# What libmagic says of these is right as far as it goes: text, an archive, or no idea.
_TEXT = {"text/plain", "text/csv", "application/csv", "application/json", "text/xml"} | {
    "application/x-ndjson", "application/ndjson", "application/xml", "text/x-script.python",
}  # fmt: skip
_ZIP = {"application/zip", "application/x-zip", "application/octet-stream"}
_OTHER = {"application/octet-stream", "text/plain"}

_BY_NAME: dict[str, tuple[str, set[str]]] = {
    ".csv": ("text/csv", _TEXT),
    ".tsv": ("text/tab-separated-values", _TEXT),
    ".txt": ("text/plain", _TEXT),
    ".md": ("text/markdown", _TEXT),
    ".json": ("application/json", _TEXT),
    ".geojson": ("application/geo+json", _TEXT),
    ".topojson": ("application/json", _TEXT),
    ".jsonl": ("application/x-ndjson", _TEXT),
    ".ndjson": ("application/x-ndjson", _TEXT),
    ".yaml": ("application/yaml", _TEXT),
    ".yml": ("application/yaml", _TEXT),
    ".xml": ("application/xml", _TEXT),
    ".kml": ("application/vnd.google-earth.kml+xml", _TEXT),
    ".gml": ("application/gml+xml", _TEXT),
    ".gpx": ("application/gpx+xml", _TEXT),
    ".rdf": ("application/rdf+xml", _TEXT),
    ".ttl": ("text/turtle", _TEXT),
    ".jsonld": ("application/ld+json", _TEXT),
    ".ics": ("text/calendar", {*_TEXT, "text/calendar"}),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", _ZIP),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    ".odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    ".kmz": ("application/vnd.google-earth.kmz", _ZIP),
    ".zip": ("application/zip", _ZIP),
    ".xls": (
        "application/vnd.ms-excel",
        {"application/x-ole-storage", "application/CDFV2", "application/octet-stream"},
    ),
    ".gpkg": (
        "application/geopackage+sqlite3",
        {"application/vnd.sqlite3", "application/x-sqlite3"},
    ),
    ".parquet": ("application/vnd.apache.parquet", _OTHER),
    ".tif": ("image/tiff", _OTHER),
}  # fmt: skip

_IMAGES_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)}


def media_type(found: str, name: str) -> str:
    """Settle a file's media type.

    Args:
        found: what its first bytes look like, as libmagic says it
        name: the name that it came with
    """
    named = _BY_NAME.get(PurePosixPath(name.lower()).suffix)
    if named and found in named[1]:
        return named[0]
    return {"text/xml": "application/xml", "application/csv": "text/csv"}.get(found, found)


def shown_inline(mimetype: str) -> bool:
    """Say whether a browser may show the file; SVG and pages can run scripts, so they may not."""
    return mimetype == "application/pdf" or mimetype in _IMAGES_SHOWN


def safe_name(name: str) -> str:
    """Reduce a file's name to one that is safe in an address, on a disk and in a header.

    Folders before it, control characters and everything outside ASCII letters, digits,
    ``.``, ``-`` and ``_`` go; the ending is kept when the name is cut.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", re.sub(r"[\x00-\x1f\x7f]", "", plain))
    plain = re.sub(r"\.{2,}", ".", re.sub(r"-{2,}", "-", plain)).rstrip(".-_")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    stem = stem.strip(".-_") or "file"
    if stem.lower() in _RESERVED:
        stem = f"file-{stem}"
    if not ending or len(ending) > 12:
        return f"{stem}{dot}{ending}"[:LONGEST_NAME].rstrip(".-_")
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip('.-_')}.{ending}"
