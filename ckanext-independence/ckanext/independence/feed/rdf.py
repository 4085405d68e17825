"""Our fields in ckanext-dcat's words, so that its RDF says what the catalog knows.

Owns a translation of names. What RDF then looks like is ckanext-dcat's DCAT-AP 3 profile's.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ckanext.dcat.profiles import EuropeanDCATAP3Profile
from ckanext.dcat.utils import publisher_uri_organization_fallback
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF

from ..catalog.interfaces import facts
from ..catalog.site import city
from . import addresses
from .media_types import REGISTERED
from .source import Site, Source, kept_here

# ckanext-dcat's name: ours.
NAMES = {
    "contact_name": "steward_name",
    "contact_email": "steward_email",
    "issued": "issued",
    "modified": "data_modified",
    "frequency": "update_frequency",
    "url": "landing_page",
    "documentation": "references",
    "access_rights": "access_level",
    "provenance": "collection_method",
    "license": "license_url",
}


# Said of every licence by ckanext-dcat, of which nobody knows it.
_UNKNOWN_LICENCE = URIRef("http://purl.org/adms/licencetype/UnknownIPR")
_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


class CatalogProfile(EuropeanDCATAP3Profile):
    """DCAT-AP 3, of a data set whose fields are those of ``schemas/catalog``."""

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: Any) -> None:
        """Write the catalog's triples, with the city as its publisher."""
        super().graph_from_catalog(catalog_dict, catalog_ref)
        here = city()
        publisher = URIRef(addresses.encoded(here.url)) if here.url else BNode("city")
        self.g.add((catalog_ref, DCTERMS.publisher, publisher))
        self.g.add((publisher, RDF.type, FOAF.Agent))
        self.g.add((publisher, FOAF.name, Literal(f"City of {here.name}")))

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Any) -> None:
        """Write a data set's triples."""
        super().graph_from_dataset(translated(dataset_dict), dataset_ref)
        self.g.remove((None, DCTERMS.type, _UNKNOWN_LICENCE))


def as_shown(source: Source, site: Site) -> dict[str, Any]:
    """Return a source data set as ``package_show`` would give it, as far as it is used here."""
    department = source.get("department")
    return {
        **_written(source),
        "tags": [{"name": word} for word in source["tags"]],
        "organization": {**department, "id": source["owner_org"]} if department else None,
        "license_url": site.licences.get(source.get("license_id") or ""),
        "resources": [
            {
                **_written(file),
                "url": addresses.download(site.url, source, file),
                "hash": file["sha256"],
                "size": file["bytes"] or file["size"],
                "documentation": [file["dictionary"]] if file["dictionary"] else [],
            }
            for file in source["resources"]
        ],
    }


def _written(values: Source) -> dict[str, Any]:
    """Return a dict whose times are text."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in values.items()
    }


def translated(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return a data set with its values under ckanext-dcat's names as well."""
    values = dict(dataset)
    for theirs, ours in NAMES.items():
        if dataset.get(ours):
            values[theirs] = dataset[ours]
    places = {place.id: place.title for place in city().places}
    named = [places[id_] for id_ in dataset.get("spatial_places") or () if id_ in places]
    if named:
        values["spatial_text"] = ", ".join(named)
    if dataset.get("spatial_bbox"):
        west, south, east, north = (float(part) for part in dataset["spatial_bbox"].split(","))
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        values["spatial"] = json.dumps({"type": "Polygon", "coordinates": [ring]})
    if department := dataset.get("organization"):
        # Else ckanext-dcat asks for each, and remembers for ever what it was told.
        values["publisher_name"] = department["title"]
        values["publisher_uri"] = publisher_uri_organization_fallback(dataset)
    values["resources"] = [
        _file(file, dataset.get("license_url")) for file in _explained(dataset["resources"])
    ]
    return values


def _file(file: dict[str, Any], licence: str | None) -> dict[str, Any]:
    """Return a file with its licence, and with what it is in the words of registries."""
    kind = file.get("mimetype")
    named = {
        "license": licence,
        "modified": file.get("last_modified"),
        "mimetype": f"{_MEDIA_TYPES}{kind}" if kind and kind in REGISTERED else kind,
        "download_url": file.get("url") if kept_here(file) else None,
        "access_url": file.get("url"),
        "hash_algorithm": _SHA256 if file.get("hash") else None,
    }
    return file | {name: value for name, value in named.items() if value}


def _explained(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return files with the page of their columns explained, as ``foaf:page``."""
    known = facts([file["id"] for file in files if file.get("id") and "documentation" not in file])
    lists = {id_: one.dictionary for id_, one in known.items() if one.dictionary}
    return [
        file | ({"documentation": [lists[file["id"]]]} if file.get("id") in lists else {})
        for file in files
    ]
