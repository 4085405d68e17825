"""What formats are called, and which of them a file's bytes can be at the same time.

Owns the words: endings, media types and what people write. Refuses to guess what is not listed.
"""

from __future__ import annotations

__all__ = ["PAGES", "agree", "known", "of_bytes"]

# By the name that is used here: all other spellings, in lower case.
_SPELLINGS = {
    "CSV": "text/csv application/csv text/comma-separated-values",
    "TSV": "text/tab-separated-values tab",
    "TXT": "text text/plain plain ascii",
    "JSON": "application/json text/json",
    "JSONL": "ndjson application/x-ndjson application/jsonl json-lines",
    "GEOJSON": "application/geo+json application/vnd.geo+json",
    "TOPOJSON": "application/topo+json",
    "JSONLD": "json-ld application/ld+json",
    "XML": "application/xml text/xml",
    "KML": "application/vnd.google-earth.kml+xml",
    "GML": "application/gml+xml",
    "GPX": "application/gpx+xml",
    "RDF": "application/rdf+xml rdf/xml",
    "RSS": "application/rss+xml atom application/atom+xml",
    "YAML": "yml application/yaml",
    "ICS": "ical icalendar text/calendar",
    "MD": "markdown text/markdown",
    "TTL": "turtle text/turtle",
    "HTML": "htm xhtml text/html application/xhtml+xml web-page webpage",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "XLS": "application/vnd.ms-excel",
    "ODS": "application/vnd.oasis.opendocument.spreadsheet",
    "DOCX": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "DOC": "application/msword",
    "ODT": "application/vnd.oasis.opendocument.text",
    "PPTX": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "PPT": "application/vnd.ms-powerpoint",
    "PDF": "application/pdf",
    "ZIP": "application/zip application/x-zip application/x-zip-compressed archive",
    "KMZ": "application/vnd.google-earth.kmz application/vnd.google-earth.kmz+xml",
    "SHP": "shapefile esri-shapefile shape application/x-shapefile",
    "GTFS": "",
    "GDB": "geodatabase file-geodatabase",
    "PARQUET": "geoparquet application/vnd.apache.parquet",
    "GPKG": "geopackage application/geopackage+sqlite3",
    "SQLITE": "application/vnd.sqlite3 application/x-sqlite3",
    "PNG": "image/png",
    "JPEG": "jpg image/jpeg",
    "TIFF": "tif geotiff image/tiff",
    "GIF": "image/gif",
    "WORKBOOK": "excel spreadsheet",
    "OLE": "application/x-ole-storage application/cdfv2",
}
_NAMED = {
    spelling: name
    for name, spellings in _SPELLINGS.items()
    for spelling in (name.lower(), *spellings.split())
}
# What can be said of bytes in general, and what it may be in particular.
_MAY_BE = {
    "TXT": {"CSV", "TSV", "JSON", "JSONL", "GEOJSON", "YAML", "ICS", "MD", "TTL", "XML", "KML"},
    "CSV": {"TSV"},
    "JSON": {"GEOJSON", "TOPOJSON", "JSONLD", "JSONL"},
    "XML": {"KML", "GML", "GPX", "RDF", "RSS"},
    "ZIP": {"SHP", "GTFS", "GDB", "KMZ", "XLSX", "DOCX", "PPTX", "ODS", "ODT", "CSV", "TXT"},
    "KMZ": {"KML"},
    "OLE": {"XLS", "DOC", "PPT"},
    "WORKBOOK": {"XLS", "XLSX", "ODS"},
    "SQLITE": {"GPKG"},
}
# Nothing of the data itself comes from there: somebody reads it, or a program asks it.
PAGES = frozenset({"HTML"})


def known(format: str) -> str | None:
    """Return the name of a format as it is used here; None where it is not known."""
    word = format.strip().lower().removeprefix(".").partition(";")[0].strip()
    return _NAMED.get(word) or _NAMED.get("-".join(word.split()))


def of_bytes(kind: str, media: str) -> str | None:
    """Return what a file's bytes are.

    Args:
        kind: as the content slice read it; "" where that is no table
        media: media type by its first bytes; "" where nobody looked
    """
    read, seen = known(kind), known(media)
    # A reader of tables does not care which workbook it is, nor what stands in a document.
    return seen if seen and (read is None or seen in _MAY_BE.get(read, ())) else read


def agree(declared: str, sniffed: str) -> bool | None:
    """Say whether bytes of a format can be what they are declared as; None where one is unknown.

    Either may be the more general one: a zip archive is a shapefile, and GeoJSON is JSON.
    """
    one, other = known(declared), known(sniffed)
    if one is None or other is None:
        return None
    return one == other or other in _MAY_BE.get(one, ()) or one in _MAY_BE.get(other, ())
