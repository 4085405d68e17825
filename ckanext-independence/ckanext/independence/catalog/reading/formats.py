"""What kind of catalog an object is.

Owns the recognition. What no reader of this package understands is refused in one sentence
that names it, where it is known, and what is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .decoding import ACCEPTED
from .records import Refused

Format = Literal[
    "manifest",
    "DCAT-US 1.1",
    "DCAT-US 3.0",
    "Project Open Data 1.0",
    "CKAN package_search",
    "Data Packages",
]

_CATALOG_3_KEYS = ("service", "datasetSeries", "catalog", "record")


def recognise(data: Any, name: str) -> Format:
    """Name the format of an object.

    Raises:
        Refused: none of ours
    """
    if isinstance(data, list):
        return _recognise_list(data, name)
    if not isinstance(data, Mapping):
        raise _refusal(name, "holds a single value")
    if "manifest" in data:
        return "manifest"
    if _is_type(data, "Dataset"):
        return "DCAT-US 3.0"
    if isinstance(data.get("dataset"), (list, Mapping)):
        return "DCAT-US 3.0" if _speaks_3(data) else "DCAT-US 1.1"
    if _is_type(data, "Catalog") and any(
        isinstance(data.get(key), list) for key in _CATALOG_3_KEYS
    ):
        return "DCAT-US 3.0"
    if "success" in data and ("result" in data or "error" in data):
        return _recognise_answer(data, name)
    if isinstance(data.get("datasets"), list):
        return _recognise_datasets(data["datasets"], name)
    if _is_package(data):
        return "CKAN package_search"
    raise _refusal(name, _what_object(data))


def _speaks_3(data: Mapping[str, Any]) -> bool:
    said = " ".join(_texts(data.get("conformsTo")) + _texts(data.get("@context"))).lower()
    if "project-open-data" in said:
        return False
    if "dcat-us" in said:
        return True
    return data.get("@type") == "Catalog" or any(
        isinstance(data.get(key), list) for key in _CATALOG_3_KEYS
    )


def _texts(value: Any) -> list[str]:
    """Return the texts of a value that is one, a list of them, or an object with a title."""
    entries = value if isinstance(value, list) else [value]
    named = [
        entry.get("title") or entry.get("@id") if isinstance(entry, Mapping) else entry
        for entry in entries[:20]
    ]
    return [entry[:500] for entry in named if isinstance(entry, str)]


def _is_type(data: Mapping[str, Any], name: str) -> bool:
    stated = data.get("@type")
    kinds = stated if isinstance(stated, list) else [stated]
    return any(kind in (name, f"dcat:{name}") for kind in kinds)


def _is_package(data: Any) -> bool:
    """Tell whether an object is a data set as CKAN's API shows it."""
    return (
        isinstance(data, Mapping)
        and isinstance(data.get("resources"), list)
        and ("owner_org" in data or "license_id" in data or "metadata_modified" in data)
        and "name" in data
        and "slug" not in data
    )


def _recognise_list(data: list[Any], name: str) -> Format:
    objects = [entry for entry in data if isinstance(entry, Mapping)]
    if not data:
        raise _refusal(name, "holds an empty list")
    if not objects:
        what = "names without records (CKAN's package_list?)" if _all_texts(data) else "no records"
        raise _refusal(name, f"is a list of {what}")
    if any("accessLevel" in entry and "title" in entry for entry in objects):
        return "Project Open Data 1.0"
    if any("slug" in entry or {"category", "resources"} <= entry.keys() for entry in objects):
        raise _refusal(
            name,
            "is a list of JKAN records",
            "JKAN also writes /data.json: load that.",
        )
    if any(_is_view(entry) for entry in objects):
        raise _refusal(
            name, "is a list of Socrata /api/views records", "Load the same portal's /data.json."
        )
    if all(_is_package(entry) for entry in objects):
        return "CKAN package_search"
    if any("@id" in entry and any("://" in str(key) for key in entry) for entry in objects):
        raise _refusal(
            name,
            "is RDF written as JSON-LD (ckanext-dcat's catalog.jsonld?)",
            "Load the same portal's /data.json, or its package_search.",
        )
    raise _refusal(name, "is a list of objects that are no data sets")


def _all_texts(data: list[Any]) -> bool:
    return all(isinstance(entry, str) for entry in data)


def _recognise_answer(data: Mapping[str, Any], name: str) -> Format:
    result = data.get("result")
    if data.get("success") is not True:
        raise _refusal(name, "is CKAN's answer that something failed")
    if isinstance(result, Mapping) and isinstance(result.get("results"), list):
        return "CKAN package_search"
    if _is_package(result):
        return "CKAN package_search"
    if isinstance(result, list) and result and all(_is_package(entry) for entry in result):
        return "CKAN package_search"  # current_package_list_with_resources
    if isinstance(result, list) and _all_texts(result):
        raise _refusal(
            name,
            "is CKAN's package_list, names only",
            "Load the answer of package_search?rows=1000.",
        )
    raise _refusal(name, "is an answer of CKAN's API that lists no data sets")


def _recognise_datasets(entries: list[Any], name: str) -> Format:
    objects = [entry for entry in entries if isinstance(entry, Mapping)]
    if any("department" in entry for entry in objects):
        raise _refusal(
            name, "looks like a manifest without its first line", "Add the line 'manifest: 1'."
        )
    if objects and all("title" in entry or "resources" in entry for entry in objects):
        return "Data Packages"
    raise _refusal(name, "has 'datasets' that have no titles")


def _is_view(data: Mapping[str, Any]) -> bool:
    return "viewType" in data or ("columns" in data and ("displayType" in data or "oid" in data))


def _what_object(data: Mapping[str, Any]) -> str:
    if not data:
        return "holds an empty object"
    if _is_view(data):
        return "is one Socrata /api/views record"
    results = data.get("results")
    if isinstance(results, list) and any(
        isinstance(entry, Mapping) and "resource" in entry for entry in results
    ):
        return "is an answer of Socrata's catalog API (/api/catalog/v1)"
    if "@graph" in data:
        return "is RDF written as JSON-LD (@graph)"
    if data.get("type") in ("FeatureCollection", "Feature"):
        return "is GeoJSON: data or a search answer, no catalog"
    if isinstance(data.get("data"), list) and ("meta" in data or "links" in data):
        return "is an answer of the ArcGIS Hub search API"
    if "stac_version" in data:
        return "is a STAC catalog"
    if isinstance(data.get("resources"), list) and "slug" in data:
        return "is one JKAN record"
    if "error" in data or "message" in data:
        return "is an error message"
    return "is an object of no known kind (it begins with {})".format(
        ", ".join(repr(str(key)[:30]) for key in list(data)[:4])
    )


def _refusal(name: str, what: str, remedy: str = "") -> Refused:
    advice = f" {remedy}" if remedy else ""
    return Refused(f"{name} {what}, which cannot be loaded.{advice} {ACCEPTED}")
