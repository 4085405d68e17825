"""Our fields in ckanext-dcat's words, so that its RDF says what the catalog knows.

Owns a translation of names. What RDF then looks like is ckanext-dcat's DCAT-AP 3 profile's.
"""

from __future__ import annotations

import json
from typing import Any

from ckanext.dcat.profiles import EuropeanDCATAP3Profile

from ..catalog.interfaces import facts
from ..catalog.site import city

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


class CatalogProfile(EuropeanDCATAP3Profile):
    """DCAT-AP 3, of a data set whose fields are those of ``schemas/catalog``."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Any) -> None:
        """Write a data set's triples."""
        super().graph_from_dataset(translated(dataset_dict), dataset_ref)


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
    values["resources"] = _explained(dataset.get("resources") or [])
    return values


def _explained(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return files with the page of their columns explained, as ``foaf:page``."""
    known = facts([file["id"] for file in files if file.get("id")])
    lists = {id_: one.dictionary for id_, one in known.items() if one.dictionary}
    return [
        file | ({"documentation": [lists[file["id"]]]} if file.get("id") in lists else {})
        for file in files
    ]
