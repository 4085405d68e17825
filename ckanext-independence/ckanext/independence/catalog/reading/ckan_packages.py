"""CKAN's own answers, and lists of Data Packages, as DCAT-US writes the same.

Owns the translation of a data set of `package_search` (with what ckanext-datajson and
ckanext-dcat keep in extras) and of a Data Package into a 1.1 record, which `dcat` reads.
What CKAN writes empty is nothing that anybody said, and is not reported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import dcat, values
from .dcat import Reading
from .records import Catalog, Record

# Extras that mean a DCAT term, under the names that harvesters and exports use.
_EXTRAS = {
    "accessLevel": "accessLevel",
    "access_level": "accessLevel",
    "public_access_level": "accessLevel",
    "accrualPeriodicity": "accrualPeriodicity",
    "accrual_periodicity": "accrualPeriodicity",
    "frequency": "accrualPeriodicity",
    "frequency-of-update": "accrualPeriodicity",
    "describedBy": "describedBy",
    "data_dictionary": "describedBy",
    "identifier": "identifier",
    "unique_id": "identifier",
    "isPartOf": "isPartOf",
    "issued": "issued",
    "release_date": "issued",
    "landingPage": "landingPage",
    "homepage_url": "landingPage",
    "modified": "modified",
    "publisher": "publisher",
    "references": "references",
    "related_documents": "references",
    "rights": "rights",
    "spatial": "spatial",
    "temporal": "temporal",
    "theme": "theme",
}


def read_packages(data: Any, reading: Reading) -> Catalog:
    """Read the answer of `package_search` or `package_show`, or a list of such data sets."""
    result = data["result"] if isinstance(data, Mapping) and "result" in data else data
    packages = result.get("results", [result]) if isinstance(result, Mapping) else result
    records = []
    for number, package in enumerate(packages):
        place = f"results[{number}]"
        if not isinstance(package, Mapping):
            records.append(dcat.read_dataset(package, place, reading))
            continue
        record = dcat.read_dataset(_as_dcat(package), place, reading)
        state, kind = package.get("state", "active"), package.get("type", "dataset")
        if not record.unusable and (state != "active" or kind != "dataset"):
            record.unusable = f"It is no active data set there, but {state} and of type {kind}."
        record.publish = package.get("private") is not True
        records.append(record)
    catalog = Catalog("CKAN package_search", records)
    told = result.get("count") if isinstance(result, Mapping) else None
    if isinstance(told, int) and told > len(packages):
        catalog.problems.say(
            "count",
            "partial",
            None,
            f"The answer holds {len(packages)} of {told:,} data sets.",
            "Ask for the rest with rows and start, and load each answer.",
        )
    return catalog


def read_data_packages(data: Mapping[str, Any], reading: Reading) -> Catalog:
    """Read a list of Data Packages under ``datasets``."""
    records: list[Record] = []
    for number, package in enumerate(data["datasets"]):
        source = package
        if isinstance(package, Mapping):
            source = {
                "title": package.get("title") or package.get("name"),
                "distribution": [
                    _package_file(entry) for entry in values.items(package.get("resources"))
                ],
            }
            terms = {"description": "description", "id": "identifier", "keywords": "keyword"}
            for name, key in terms.items():
                if not values.is_blank(package.get(name)):
                    source[key] = package[name]
            licences = values.items(package.get("licenses"))
            if licences and isinstance(licences[0], Mapping):
                source["license"] = licences[0].get("path") or licences[0].get("name")
        records.append(dcat.read_dataset(source, f"datasets[{number}]", reading))
    return Catalog("Data Packages", records)


def _package_file(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    taken = {"title": entry.get("title") or entry.get("name"), "downloadURL": entry.get("path")}
    for name, key in (("format", "format"), ("mediatype", "mediaType"), ("bytes", "byteSize")):
        if not values.is_blank(entry.get(name)):
            taken[key] = entry[name]
    return taken


def _as_dcat(package: Mapping[str, Any]) -> dict[str, Any]:
    extras = _extras(package)
    source: dict[str, Any] = {}
    for name, key in _EXTRAS.items():
        # With scheming, what was an extra stands in the data set itself.
        value = extras.get(name, package.get(name))
        if key not in source and not values.is_blank(value):
            source[key] = _unpacked(value)
    source.setdefault("identifier", package.get("id"))
    department = package.get("organization")
    if "publisher" not in source and isinstance(department, Mapping):
        source["publisher"] = department.get("title") or department.get("name")
    source["title"] = package.get("title") or package.get("name")
    source["keyword"] = [
        tag.get("name") if isinstance(tag, Mapping) else tag
        for tag in values.items(package.get("tags"))
    ]
    box = [
        extras.get(f"bbox-{side}") for side in ("west-long", "south-lat", "east-long", "north-lat")
    ]
    if "spatial" not in source and all(not values.is_blank(part) for part in box):
        source["spatial"] = ",".join(str(part) for part in box)
    contact = {}
    for key, names in (
        ("fn", ("contact_name", "maintainer", "author")),
        ("hasEmail", ("contact_email", "contact-email", "maintainer_email", "author_email")),
    ):
        for name in names:
            value = extras.get(name, package.get(name))
            if not values.is_blank(value):
                contact[key] = value
                break
    if contact:
        source["contactPoint"] = contact
    for name, key in (("notes", "description"), ("url", "landingPage")):
        if not values.is_blank(package.get(name)):
            source.setdefault(key, package[name])
    licences = (package.get("license_id"), extras.get("license"), package.get("license_url"))
    for licence in licences:
        if not values.is_blank(licence) and licence not in (
            "notspecified",
            "other-license-specified",
        ):
            source["license"] = _unpacked(licence)
            break
    source["distribution"] = [_resource(entry) for entry in values.items(package.get("resources"))]
    return source


def _extras(package: Mapping[str, Any]) -> dict[str, Any]:
    return {
        entry["key"]: entry.get("value")
        for entry in values.items(package.get("extras"))
        if isinstance(entry, Mapping) and isinstance(entry.get("key"), str)
    }


def _unpacked(value: Any) -> Any:
    """Return what was packed as JSON into the text of an extra; GeoJSON stays a text."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _resource(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    names = {
        "url": "downloadURL",
        "name": "title",
        "description": "description",
        "format": "format",
        "mimetype": "mediaType",
        "size": "byteSize",
    }
    return {key: entry[name] for name, key in names.items() if not values.is_blank(entry.get(name))}
