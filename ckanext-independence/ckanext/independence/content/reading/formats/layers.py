"""Shapefiles in a zip file, and GeoPackages: layers of shapes with attributes.

Owns finding the layer, the encoding of its texts, and its coordinate system. Refuses a shapefile
of which a part is missing or does not fit the others, in words; and anything that only pretends
to be one, before the library that reads dozens of formats sees it.
"""

from __future__ import annotations

import codecs
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import pyproj

from ..grid import Grid, Limits
from ..model import Choice, Question, Reading
from ..refusals import Ask, NotATable, Refused
from .archive import members_of, take_out
from .flat import GEOMETRY, Fields, rows_of_records
from .shapes import Shapes, crs_of

__all__ = ["geopackage_grid", "shapefile_grid"]

_BATCH = 2_000
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SHP = 9994  # the file code at the beginning of every .shp and .shx
# Language drivers of dBASE files, as far as they are met; others are told by the bytes.
_DRIVERS = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252", 0x64: "cp852"}
_CHUNK = 1 << 20

# A missing index is made anew, beside the copy of the shapes that was taken out of the archive.
pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})


def shapefile_grid(path: Path, reading: Reading, limits: Limits, into: Path) -> Grid:
    """Read the shapefile in a zip file.

    Raises:
        Ask: several shapefiles are in it.
        Refused: a part is missing or broken, or the place of its coordinates is not known.
    """
    members = members_of(path, limits)
    stem, sheet = _layer(members, reading.sheet)
    parts = {
        ending: one
        for one in members
        for ending in _PARTS
        if one.filename.lower() == (stem + ending).lower()
    }
    if ".dbf" not in parts:
        raise Refused(
            f"The shapefile “{_last(stem)}” has no .dbf file, which holds its columns. Put the "
            ".shp, .shx, .dbf and .prj files together into one zip file."
        )
    folder = into / "shapefile"
    folder.mkdir(exist_ok=True)
    for ending, member in parts.items():
        take_out(path, member, folder / f"layer{ending}", limits)
    shp, notes = folder / "layer.shp", []
    _check(folder, _last(stem))
    if ".shx" not in parts:
        notes.append("The index (.shx) was missing; it was made anew from the shapes.")
    encoding, more = _encoding(folder)
    grid = _grid(shp, "layer", limits, encoding=encoding)
    grid.sheet, grid.encoding = sheet, encoding
    grid.notes[:0] = notes + more
    return grid


def geopackage_grid(path: Path, reading: Reading, limits: Limits, into: Path) -> Grid:
    """Read a layer of a GeoPackage.

    Raises:
        Ask: there are several.
        NotATable: there is none.
        Refused: it is broken.
    """
    link = into / "layers.gpkg"
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(link)]
    except pyogrio.errors.DataSourceError as error:
        raise Refused("The GeoPackage is broken, or a database of another kind.") from error
    if not names:
        raise NotATable("The GeoPackage holds no layers.")
    chosen = reading.sheet if reading.sheet in names else names[0]
    if len(names) > 1 and reading.sheet not in names:
        choices = [Choice(name, {"sheet": name}) for name in names]
        raise Ask(
            f"The GeoPackage holds {len(names)} layers.",
            [Question("sheet", "Which layer is the table?", choices)],
        )
    grid = _grid(link, chosen, limits)
    grid.sheet = chosen if len(names) > 1 else ""
    return grid


def _layer(members: list[zipfile.ZipInfo], wanted: str) -> tuple[str, str]:
    """Return the path of the shapefile without its ending, and its name where it was chosen."""
    stems = [one.filename[:-4] for one in members if one.filename.lower().endswith(".shp")]
    if len(stems) == 1:
        return stems[0], ""
    chosen = next((stem for stem in stems if wanted in (stem, f"{stem}.shp")), None)
    if chosen:
        return chosen, wanted
    choices = [Choice(_last(stem), {"sheet": f"{stem}.shp"}) for stem in sorted(stems)]
    raise Ask(
        f"The archive holds {len(stems)} shapefiles.",
        [Question("sheet", "Which one is the table?", choices)],
    )


def _check(folder: Path, name: str) -> None:
    """See to it that shapes, index and attributes are what they say, and of one length.

    Sizes and counts as the ESRI Shapefile Technical Description (1998) and dBASE III have them.
    """
    shp, shx, dbf = (folder / f"layer{ending}" for ending in (".shp", ".shx", ".dbf"))
    again = "Export the shapefile again and send all of its files."
    for file in (shp, shx):
        if file.exists() and _head(file, 4) != struct.pack(">i", _SHP):
            raise Refused(f"“{name}{file.suffix}” is no shapefile, whatever its name says. {again}")
    head = _head(dbf, 12)
    if len(head) < 12:
        raise Refused(f"“{name}.dbf” is empty or was cut off. {again}")
    said, header, width = struct.unpack("<IHH", head[4:12])
    there = (dbf.stat().st_size - header) // width if width else 0
    if said > there:
        raise Refused(
            f"“{name}.dbf” says that it holds {said:,} rows, but it has room for {max(there, 0):,} "
            f"only: it was cut off. {again}"
        )
    shapes = (shx.stat().st_size - 100) // 8 if shx.exists() else said
    if shapes != said:
        raise Refused(
            f"“{name}” has {shapes:,} shapes, but {said:,} rows of attributes: its files do not "
            f"belong together. {again}"
        )


def _encoding(folder: Path) -> tuple[str, list[str]]:
    """Tell the encoding of a .dbf: by the .cpg file, the language driver, else by its bytes."""
    said, cpg = "", folder / "layer.cpg"
    if cpg.exists():
        code = _head(cpg, 40).decode("ascii", "ignore").strip().lower().removeprefix("ansi ")
        code = f"cp{code}" if code.isdigit() else code
        code = {"cp88591": "latin-1", "cp65001": "utf-8"}.get(code, code)
        try:
            said = codecs.lookup(code).name
        except LookupError:
            said = ""
    driver = _head(folder / "layer.dbf", 30)[29:30]
    fits = _is_utf8(folder / "layer.dbf")
    if said == "utf-8" and not fits:
        return "cp1252", ["The texts should be UTF-8, but are not; they were read as Windows-1252."]
    if said:
        return said, []
    if fits:
        return "utf-8", []
    return _DRIVERS.get(driver[0] if driver else 0, "cp1252"), []


def _is_utf8(dbf: Path) -> bool:
    """Say whether the texts are UTF-8, but for characters that the width of a field cut off."""
    wrong = right = 0
    with dbf.open("rb") as file:
        file.seek(struct.unpack("<H", _head(dbf, 10)[8:10])[0])
        while chunk := file.read(_CHUNK):
            text = chunk.decode("utf-8", "replace")
            wrong += text.count("\ufffd")
            right += len(chunk) - len(text)
    return right >= 5 * wrong


def _grid(path: Path, layer: str, limits: Limits, *, encoding: str | None = None) -> Grid:
    try:
        info = pyogrio.read_info(path, layer=layer)
    except pyogrio.errors.DataSourceError as error:
        raise Refused("The layer is broken: its shapes cannot be opened.") from error
    fields = Fields(limits, typed=True)
    count = 0
    for _, record in _records(path, layer, info, encoding, shapes=False):
        fields.add(record)
        count += 1
    if not count:
        raise Refused("The layer is empty: there are no shapes in it.")
    drawn = info["geometry_type"] is not None
    if drawn:
        fields.add({GEOMETRY: None})
    grid = Grid(columns=fields.columns(fields.keys))
    shapes = Shapes(_system(info, grid) if drawn else None)
    records = _records(path, layer, info, encoding, shapes=drawn)
    grid.rows = rows_of_records(grid, fields.keys, records, limits, shapes)
    return grid


def _system(info: dict[str, Any], grid: Grid) -> pyproj.CRS | None:
    """Return the coordinate system; None is degrees of WGS 84."""
    if info["crs"]:
        return crs_of(info["crs"])
    bounds = np.abs(np.array(info["total_bounds"] or (np.inf,) * 4, dtype=float))
    if (bounds <= np.array([180, 90, 180, 90])).all():
        grid.notes.append(
            "The file does not say its coordinate system; its numbers are degrees, so they were "
            "taken as longitude and latitude (WGS 84)."
        )
        return None
    raise Refused(
        "The file does not say its coordinate system (the .prj file is missing or empty), and its "
        "numbers are no degrees. Add the .prj file, or save it with WGS 84 coordinates."
    )


def _records(
    path: Path, layer: str, info: dict[str, Any], encoding: str | None, *, shapes: bool
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the features from 1 on, in batches; texts are decoded here."""
    kept = [
        str(name)
        for name, kind in zip(info["fields"], info["ogr_types"], strict=True)
        if kind != "OFTBinary"
    ]
    whole = {
        str(name)
        for name, kind in zip(info["fields"], info["ogr_types"], strict=True)
        if kind in ("OFTInteger", "OFTInteger64")
    }
    number = 0
    while True:
        try:
            meta, _, drawn, columns = pyogrio.raw.read(
                path,
                layer=layer,
                columns=kept,
                read_geometry=shapes,
                skip_features=number,
                max_features=_BATCH,
                encoding="ISO-8859-1" if encoding else None,
                datetime_as_string=True,
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, ValueError) as error:
            raise Refused(
                f"The layer is broken after record {number:,}. Export it again."
            ) from error
        names = [str(name) for name in meta["fields"]]
        texts = [
            [_value(value, encoding, name in whole) for value in column.tolist()]
            for name, column in zip(names, columns, strict=True)
        ]
        size = len(drawn) if shapes else len(texts[0]) if texts else 0
        for at in range(size):
            number += 1
            record = {name: column[at] for name, column in zip(names, texts, strict=True)}
            if shapes:
                record[GEOMETRY] = drawn[at]
            yield number, record
        if size < _BATCH:
            return


def _value(value: Any, encoding: str | None, whole: bool) -> Any:
    if isinstance(value, str):
        if encoding and not value.isascii():
            return value.encode("latin-1", "replace").decode(encoding, "replace")
        return value
    if isinstance(value, float):
        if value != value:
            return None
        return int(value) if whole else value
    return value


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _last(stem: str) -> str:
    return PurePosixPath(stem).name
