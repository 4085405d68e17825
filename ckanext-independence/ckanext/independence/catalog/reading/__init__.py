"""Reading of catalogs that others wrote: from bytes to our own records, with a report.

Owns the door: `read` takes a manifest, DCAT-US 1.1 or 3.0, a Project Open Data 1.0 list, an
answer of CKAN or a list of Data Packages. It refuses everything else in a sentence. Pure: no
portal, no settings, no network, no clock.
"""

from __future__ import annotations

from typing import Any

from . import catalogs, ckan_packages, formats, manifest
from .dcat import Reading
from .decoding import MAX_BYTES, decode
from .records import Catalog, File, Problem, Problems, Record, Refused, Tables
from .values import licence_table

__all__ = [
    "MAX_BYTES",
    "Catalog",
    "File",
    "Problem",
    "Problems",
    "Record",
    "Refused",
    "Tables",
    "decode",
    "licence_table",
    "read",
]


def read(content: Any, name: str, tables: Tables | None = None) -> Catalog:
    """Read a catalog.

    Args:
        content: the bytes of a file, or an object that was parsed already
        name: what the file is called, for messages
        tables: what of the site the reader must know

    Returns:
        every data set of the file, each with what was wrong with it; of several with the
        same identifier the first can be loaded

    Raises:
        Refused: no format of ours
    """
    data = decode(content, name) if isinstance(content, (bytes, bytearray)) else content
    kind = formats.recognise(data, name)
    tables = tables or Tables()
    reading = Reading(tables)
    if kind == "manifest":
        catalog = manifest.read_manifest(data, name, tables)
    elif kind == "DCAT-US 3.0":
        catalog = catalogs.read_3_0(data, reading)
    elif kind == "DCAT-US 1.1":
        catalog = catalogs.read_1_1(data, reading)
    elif kind == "Project Open Data 1.0":
        catalog = catalogs.read_list(data, reading)
    elif kind == "Data Packages":
        catalog = ckan_packages.read_data_packages(data, reading)
    else:
        catalog = ckan_packages.read_packages(data, reading)
    _first_wins(catalog)
    return catalog


def _first_wins(catalog: Catalog) -> None:
    first: dict[str, Record] = {}
    for record in catalog.records:
        if record.identifier is None or record.unusable:
            continue
        other = first.setdefault(record.identifier, record)
        if other is not record:
            record.problems.say(
                "identifier",
                "duplicate-identifier",
                record.identifier,
                f"is that of {other.place} ({other.title}) too. Only the first is taken.",
                "Give each data set an identifier of its own.",
            )
            record.unusable = f"Its identifier is that of {other.place} too."
