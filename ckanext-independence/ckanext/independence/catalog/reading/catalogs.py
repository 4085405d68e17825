"""The data sets of a DCAT-US file: where they stand in it, and which of them are the same.

Owns the walk through a 1.1 catalog, a 1.0 list and a 3.0 catalog with its nested catalogs,
series, services and records. A series becomes the word that its members share, a service a
link of the data sets that it serves (or a data set with one link), and catalog records,
which describe the other site's bookkeeping, are counted and left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import dcat, values
from .dcat import Reading
from .records import Catalog, Problems, Record
from .slugs import slug

_DEEPEST = 20


def read_list(data: list[Any], reading: Reading) -> Catalog:
    """Read a Project Open Data 1.0 list, or a bare list of 1.1 data sets."""
    return _finish("Project Open Data 1.0", _read_all(data, "", reading), reading)


def read_1_1(data: Mapping[str, Any], reading: Reading) -> Catalog:
    """Read a DCAT-US 1.1 catalog."""
    records = _read_all(values.items(data["dataset"]), "dataset", reading)
    catalog = _finish("DCAT-US 1.1", records, reading)
    catalog.source = _address(data)
    return catalog


def _read_all(entries: list[Any], place: str, reading: Reading) -> list[Record]:
    return [
        dcat.read_dataset(entry, f"{place}[{number}]", reading)
        for number, entry in enumerate(entries)
    ]


def read_3_0(data: Mapping[str, Any], reading: Reading) -> Catalog:
    """Read a DCAT-US 3.0 catalog, or one Dataset that stands alone."""
    if "dataset" not in data and data.get("@type") in ("Dataset", "dcat:Dataset"):
        return _finish("DCAT-US 3.0", [dcat.read_dataset(data, "the data set", reading)], reading)
    catalogs = list(_nested(data, "", 0))
    records: list[Record] = []
    for place, part in catalogs:
        records += _read_all(values.items(part.get("dataset")), f"{place}dataset", reading)
    known: dict[str | None, Record] = {
        record.identifier: record for record in records if record.identifier
    }
    for place, part in catalogs:
        for number, series in enumerate(values.items(part.get("datasetSeries"))):
            _join_series(series, f"{place}datasetSeries[{number}]", records, known, reading)
    for place, part in catalogs:
        for number, service in enumerate(values.items(part.get("service"))):
            _join_service(service, f"{place}service[{number}]", records, known, reading)
    catalog = _finish("DCAT-US 3.0", records, reading)
    catalog.source = _address(data)
    bookkeeping = sum(len(values.items(part.get("record"))) for _, part in catalogs)
    if bookkeeping:
        catalog.problems.say(
            "record",
            "catalog-records",
            None,
            f"{bookkeeping} catalog records tell of changes to the other site's entries. Left out.",
        )
    if any(
        len(values.items(part.get("catalog")))
        for place, part in catalogs
        if place.count("catalog") >= _DEEPEST
    ):
        catalog.problems.say(
            "catalog",
            "too-deep",
            None,
            f"is nested more than {_DEEPEST} deep. The rest is left out.",
        )
    return catalog


def _nested(
    data: Mapping[str, Any], place: str, depth: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield place, data
    if depth < _DEEPEST:
        for number, inner in enumerate(values.items(data.get("catalog"))):
            if isinstance(inner, Mapping):
                yield from _nested(inner, f"{place}catalog[{number}].", depth + 1)


def _member(
    entry: Any,
    place: str,
    records: list[Record],
    known: dict[str | None, Record],
    reading: Reading,
) -> Record | None:
    """Return the record of a data set that stands inside something else; the outer copy wins."""
    if isinstance(entry, str):
        return known.get(entry)
    if not isinstance(entry, Mapping):
        return None
    identifier = entry.get("identifier")
    if isinstance(identifier, Mapping):
        identifier = identifier.get("@id")
    for key in (identifier, entry.get("@id")):
        if isinstance(key, str) and key in known:
            return known[key]
    if "title" not in entry:
        return None  # a reference to what this file does not hold
    record = dcat.read_dataset(entry, place, reading)
    records.append(record)
    if record.identifier:
        known[record.identifier] = record
    return record


def _join_series(
    series: Any,
    place: str,
    records: list[Record],
    known: dict[str | None, Record],
    reading: Reading,
) -> None:
    if not isinstance(series, Mapping):
        return
    title = series.get("title")
    word = slug(title) if isinstance(title, str) and title.strip() else None
    for key in ("seriesMember", "first", "last"):
        for number, entry in enumerate(values.items(series.get(key))):
            record = _member(entry, f"{place}.{key}[{number}]", records, known, reading)
            if record is not None and word:
                record.fields.setdefault("series", word)


def _join_service(
    service: Any,
    place: str,
    records: list[Record],
    known: dict[str | None, Record],
    reading: Reading,
) -> None:
    served = []
    if isinstance(service, Mapping):
        for number, entry in enumerate(values.items(service.get("servesDataset"))):
            record = _member(entry, f"{place}.servesDataset[{number}]", records, known, reading)
            if record is not None:
                served.append(record)
    if not served:
        record = dcat.read_dataset(service, place, reading)
        record.problems.say(
            place, "service", None, "is a service. Taken over as a data set whose file is its link."
        )
        records.append(record)
        served = [record]
        if record.identifier:
            known.setdefault(record.identifier, record)
    for record in served:
        there = {file.fields.get("url") for file in record.files}
        record.files += [
            file
            for file in dcat.read_service(service, place, record.problems)
            if file.fields["url"] not in there
        ]


def _address(data: Mapping[str, Any]) -> str | None:
    """Return the address that a catalog gives itself, where it is one."""
    own = data.get("@id")
    return own if isinstance(own, str) and values.url(own, "@id", Problems()) else None


def _finish(kind: str, records: list[Record], reading: Reading) -> Catalog:
    catalog = Catalog(kind, records)
    for term, count in sorted(reading.unread.items()):
        catalog.problems.say(
            term[:80],
            "not-kept",
            None,
            f"{count} {'record has' if count == 1 else 'records have'} it. It has no place here.",
        )
    return catalog
