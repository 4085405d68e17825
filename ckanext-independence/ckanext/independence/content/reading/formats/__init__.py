"""Files that are structured by themselves: JSON, XML, maps, Parquet, and archives around them.

Owns the choice of the reader for each kind. Each takes the bytes as they are and gives a grid
of named columns; none fetches anything, or opens another file because a name in the data says so.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from ..decoding import text_of
from ..grid import Grid, Limits
from ..model import Reading
from ..refusals import NotATable
from .archive import inner_of, members_of, opened

__all__ = ["inner_of", "rows_of"]


def rows_of(kind: str, path: Path, reading: Reading, limits: Limits, into: Path) -> Grid:
    """Read a file that is structured by itself.

    Args:
        kind: json, jsonl, geojson, xml, kml, shapefile, geopackage or parquet; a kml or
            shapefile may be the zip file around it.
        path: the file.
        reading: its ``sheet`` and ``encoding`` are kept to.
        limits: what it may cost.
        into: a folder for what is unpacked or copied.

    Raises:
        Ask: it can be read in several ways.
        NotATable: it holds no table, or is of no kind that does.
        Refused: it is broken.
    """
    # GDAL and PROJ take 90 MB: only of a process that reads such a file.
    if kind in ("json", "geojson", "jsonl"):
        from .json import json_grid, lines_grid

        text = text_of(path, into, reading.encoding)
        grid = (
            lines_grid(text.path, limits)
            if kind == "jsonl"
            else json_grid(text.path, reading, limits)
        )
        grid.encoding = text.encoding
        grid.notes[:0] = text.notes
        return grid
    if kind == "xml":
        from .xml import xml_grid

        return xml_grid(path, reading, limits)
    if kind == "kml":
        from .kml import kml_grid

        return kml_grid(_kml(path, limits), limits)
    if kind == "shapefile":
        from .layers import shapefile_grid

        return shapefile_grid(path, reading, limits, into)
    if kind == "geopackage":
        from .layers import geopackage_grid

        return geopackage_grid(path, reading, limits, into)
    if kind == "parquet":
        from .parquet import parquet_grid

        return parquet_grid(path, limits, into)
    raise NotATable(f"Files of the kind “{kind}” are no tables.")


def _kml(path: Path, limits: Limits) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    """Return what opens the KML, be it the file itself or the one in a KMZ."""
    if not zipfile.is_zipfile(path):
        return lambda: path.open("rb")
    members = [one for one in members_of(path, limits) if one.filename.lower().endswith(".kml")]
    if not members:
        raise NotATable("This archive holds no KML file.")
    # The main one is called doc.kml, or is the first (OGC 12-007r2, annex C).
    main = next((one for one in members if one.filename.lower() == "doc.kml"), members[0])

    return lambda: opened(path, main)
