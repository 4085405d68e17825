"""Formats as cities write them, in the words of the IANA registry and of standards.

Owns both lists. A media type that is not registered there is not said: a harvester knows
nothing by it, and data.gov warns of it.

Sources: iana.org/assignments/media-types; the standards' own addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["ANY", "REGISTERED", "is_page", "media_type", "standard"]

ANY = "application/octet-stream"
"""What is said of a file of which nothing better is known."""

_OFFICE = "application/vnd.openxmlformats-officedocument"

_BY_FORMAT = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "tab": "text/tab-separated-values",
    "txt": "text/plain",
    "text": "text/plain",
    "md": "text/markdown",
    "json": "application/json",
    "geojson": "application/geo+json",
    "topojson": "application/json",
    "jsonld": "application/ld+json",
    "json-ld": "application/ld+json",
    "yaml": "application/yaml",
    "yml": "application/yaml",
    "xml": "application/xml",
    "gml": "application/gml+xml",
    "gpx": "application/xml",
    "rss": "application/xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "rdf/xml": "application/rdf+xml",
    "ttl": "text/turtle",
    "turtle": "text/turtle",
    "n-triples": "application/n-triples",
    "nt": "application/n-triples",
    "ics": "text/calendar",
    "ical": "text/calendar",
    "xls": "application/vnd.ms-excel",
    "excel": "application/vnd.ms-excel",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "doc": "application/msword",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "pdf": "application/pdf",
    "html": "text/html",
    "htm": "text/html",
    "zip": "application/zip",
    # A shapefile is four files at least, and is given away as an archive of them.
    "shp": "application/zip",
    "shapefile": "application/zip",
    "esri shapefile": "application/zip",
    "gtfs": "application/zip",
    "fgdb": "application/zip",
    "gdb": "application/zip",
    "file geodatabase": "application/zip",
    "gz": "application/gzip",
    "gzip": "application/gzip",
    "rar": "application/vnd.rar",
    "kml": "application/vnd.google-earth.kml+xml",
    "kmz": "application/vnd.google-earth.kmz",
    "gpkg": "application/geopackage+sqlite3",
    "geopackage": "application/geopackage+sqlite3",
    "sqlite": "application/vnd.sqlite3",
    "sqlite3": "application/vnd.sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "geoparquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
    "dbf": "application/vnd.dbf",
    "pmtiles": "application/vnd.pmtiles",
    "las": "application/vnd.las",
    "laz": "application/vnd.laszip",
    "dwg": "image/vnd.dwg",
    "dxf": "image/vnd.dxf",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "geotiff": "image/tiff",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "sql": "application/sql",
}
REGISTERED = frozenset(_BY_FORMAT.values()) | {
    ANY,
    "text/xml",
    "image/avif",
    "application/xhtml+xml",
}

# Formats that are one standard and no other.
_STANDARDS = {
    "geojson": ("GeoJSON (RFC 7946)", "https://www.rfc-editor.org/rfc/rfc7946"),
    "kml": ("OGC KML", "https://www.ogc.org/standards/kml/"),
    "kmz": ("OGC KML", "https://www.ogc.org/standards/kml/"),
    "gml": ("OGC Geography Markup Language", "https://www.ogc.org/standards/gml/"),
    "gpkg": ("OGC GeoPackage", "https://www.geopackage.org/spec/"),
    "geopackage": ("OGC GeoPackage", "https://www.geopackage.org/spec/"),
    "geoparquet": ("GeoParquet", "https://geoparquet.org/"),
    "gtfs": ("GTFS Schedule", "https://gtfs.org/documentation/schedule/reference/"),
    "ics": ("iCalendar (RFC 5545)", "https://www.rfc-editor.org/rfc/rfc5545"),
    "ical": ("iCalendar (RFC 5545)", "https://www.rfc-editor.org/rfc/rfc5545"),
}


def media_type(file: Mapping[str, Any]) -> str | None:
    """Return the registered media type of a file; None where neither format nor type says it.

    The format goes first, since a person may have set it right; a file that is kept here is
    ``ANY`` at least.
    """
    known = _BY_FORMAT.get(_format(file))
    if known:
        return known
    if file.get("url_type") == "datastore":
        return "text/csv"
    found = (file.get("mimetype") or "").partition(";")[0].strip().lower()
    if found in REGISTERED:
        return found
    return ANY if file.get("url_type") == "upload" else None


def is_page(media_type: str | None) -> bool:
    """Say whether it is opened rather than downloaded, as far as its type tells."""
    return media_type in (None, "text/html", "application/xhtml+xml")


def standard(file: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the title and the address of the standard that a file's format is."""
    return _STANDARDS.get(_format(file))


def _format(file: Mapping[str, Any]) -> str:
    return (file.get("format") or "").strip().lower().removeprefix(".")
