"""Shapes as they go out: GeoJSON text in degrees of WGS 84, with seven decimals at most.

Owns the change of coordinates, the rounding and what is said of shapes that are not well formed.
Refuses to guess where coordinates lie: what no coordinate system explains is no place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyproj
import pyproj.network
import shapely
from numpy.typing import NDArray

from ..refusals import Refused

__all__ = ["GEOMETRIES", "Shapes", "crs_of", "is_shape"]

# No grid is fetched from anywhere, whatever a coordinate system asks for.
pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]

GEOMETRIES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
}  # fmt: skip
# A centimetre; what the city's surveyors can vouch for is more than that.
_DECIMALS = 7
_EDGE = 1e-6


def is_shape(value: Any) -> bool:
    """Say whether a JSON value is a GeoJSON geometry (RFC 7946, section 3.1)."""
    if not isinstance(value, dict) or value.get("type") not in GEOMETRIES:
        return False
    return isinstance(value.get("coordinates", value.get("geometries")), list)


def crs_of(name: str | Mapping[str, Any] | None) -> pyproj.CRS | None:
    """Understand the name of a coordinate system; None is degrees of WGS 84 already.

    Args:
        name: ``EPSG:3435`` and the like, well-known text as .prj files have it, or PROJJSON.

    Raises:
        Refused: the name says nothing.
    """
    if not name:
        return None
    try:
        found = pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as error:
        short = str(name)[:80]
        raise Refused(
            f"The coordinate system “{short}” is not known. Save the file with WGS 84 coordinates."
        ) from error
    return None if found.equals(pyproj.CRS("EPSG:4326"), ignore_axis_order=True) else found


class Shapes:
    """Turns the shapes of one column into text, batch by batch, and counts what was odd.

    Args:
        crs: the system of the coordinates; None is degrees of WGS 84.
    """

    def __init__(self, crs: pyproj.CRS | None = None) -> None:
        """Make ready to change coordinates."""
        self.crs = crs
        self._change = (
            pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True) if crs else None
        )
        self._invalid = 0
        self._heights = 0

    def texts(self, values: Sequence[str | bytes | None]) -> tuple[list[str], dict[int, str]]:
        """Turn shapes into text.

        Args:
            values: GeoJSON texts, or well-known binary; None is no shape.

        Returns:
            one text per value ("" where there is none), and by position why a value is no shape.
        """
        if any(isinstance(value, bytes) for value in values):
            found = shapely.from_wkb(list(values), on_invalid="ignore")
        else:
            found = shapely.from_geojson(list(values), on_invalid="ignore")
        return self._texts(found, values)

    def notes(self) -> list[str]:
        """What is to be said of the shapes so far."""
        notes = []
        if self.crs:
            notes.append(f"Coordinates were changed from {self.crs.name} to degrees (WGS 84).")
        if self._heights:
            notes.append(f"Heights of {self._heights} shapes were left out.")
        if self._invalid:
            notes.append(
                f"{self._invalid} shapes cross or touch themselves; they are kept as they are."
            )
        return notes

    def _texts(
        self, shapes: NDArray[Any], given: Sequence[Any]
    ) -> tuple[list[str], dict[int, str]]:
        wrong = {
            at: "Its shape cannot be understood."
            for at, (shape, value) in enumerate(zip(shapes, given, strict=True))
            if shape is None and value is not None
        }
        self._heights += int(shapely.has_z(shapes).sum())
        shapes = shapely.force_2d(shapes)
        with np.errstate(all="ignore"):
            if self._change:
                shapes = shapely.transform(shapes, self._degrees)
            shapes = shapely.transform(shapes, lambda points: np.round(points, _DECIMALS))
            there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
            edges = np.nan_to_num(np.abs(shapely.bounds(shapes)), nan=np.inf)
        limits = np.array([180, 90, 180, 90]) + _EDGE
        outside = there & (edges > limits).any(axis=1)
        for at in np.flatnonzero(outside):
            wrong[int(at)] = "Its coordinates are not degrees of longitude and latitude."
        good = there & ~outside
        self._invalid += int((~shapely.is_valid(shapes[good])).sum())
        texts = np.full(len(shapes), "", dtype=object)
        texts[good] = shapely.to_geojson(shapes[good])
        return texts.tolist(), wrong

    def _degrees(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        assert self._change is not None  # noqa: S101
        return np.column_stack(self._change.transform(points[:, 0], points[:, 1]))
