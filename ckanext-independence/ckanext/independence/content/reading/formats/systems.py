"""Coordinate systems as GeoJSON and Esri's JSON name them.

Owns the few forms that such a name has. Refuses all others: a name out of a file is never handed
to a library that would open a file or an address for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyproj

from ..refusals import Refused
from .shapes import crs_of

__all__ = ["named_system"]

_CODE = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?(EPSG|ESRI):(?:[0-9.]*:)?([0-9]{3,6})", re.I)
_DEGREES = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?OGC:(?:[0-9.]*:)?CRS(?:84|83)h?", re.I)


def named_system(facts: Mapping[str, Any]) -> pyproj.CRS | None:
    """Return the system that a file names; None is degrees of WGS 84, as when it names none.

    Args:
        facts: single values of the file by path, such as ``crs.properties.name``.

    Raises:
        Refused: the name is none that is known.
    """
    name = facts.get("crs.properties.name") or facts.get("crs")
    code = facts.get("crs.properties.code")
    if not name and code:
        name = f"EPSG:{code}"
    if not name:
        return None
    name = str(name).strip()
    if _DEGREES.fullmatch(name):
        return None
    found = _CODE.fullmatch(name)
    if not found:
        raise Refused(
            f"The file names a coordinate system that is not known here: “{name[:80]}”. "
            "Save it with WGS 84 coordinates (longitude and latitude)."
        )
    return crs_of(f"{found[1].upper()}:{found[2]}")
