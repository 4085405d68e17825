"""DCAT-US 1.1: a data set, as the bulk reader gives it, into a record of ``data.json``.

Pure: dicts in, a dict out; no clock, no counter, nothing random, so that a record changes
only when its data set does. A value that is absent has no key. It judges nothing.

Source: DCAT-US Schema 1.1 (resources.data.gov), non-federal publishers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONFORMS_TO = "https://project-open-data.cio.gov/v1.1/schema"
MEDIA_TYPES = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "json": "application/json",
    "xml": "application/xml",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pdf": "application/pdf",
    "html": "text/html",
    "txt": "text/plain",
    "zip": "application/zip",
    "shp": "application/zip",
    "kml": "application/vnd.google-earth.kml+xml",
    "kmz": "application/vnd.google-earth.kmz",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class Site:
    """What a record needs to know of the site."""

    url: str
    """The portal's address, without a slash at its end."""
    city: str
    """The name of the city, which stands above its departments."""
    licences: Mapping[str, str]
    """Addresses of licences by their ids."""
    themes: Mapping[str, str]
    """Titles of themes by their ids."""
    language: str = "en"


def catalog(records: list[dict[str, Any]], site: Site) -> dict[str, Any]:
    """Return the whole of ``data.json``."""
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@id": f"{site.url}/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": CONFORMS_TO,
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": records,
    }


def record(dataset: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """Return one data set's record.

    Args:
        dataset: a dict of the bulk reader; a file whose columns are explained has the address
            of that list (CSV) as its ``dictionary``
        site: what the record needs to know of the site
    """
    page = f"{site.url}/dataset/{dataset['name']}"
    distributions = [_distribution(resource, page, site) for resource in dataset["resources"]]
    start, end = dataset.get("temporal_start"), dataset.get("temporal_end")
    themes = [site.themes[theme] for theme in dataset.get("themes") or () if theme in site.themes]
    return _present(
        {
            "@type": "dcat:Dataset",
            "identifier": dataset.get("identifier"),
            "title": dataset.get("title"),
            "description": dataset.get("notes"),
            "keyword": dataset.get("tags"),
            "modified": dataset.get("data_modified"),
            "issued": dataset.get("issued"),
            "publisher": _publisher(dataset.get("department"), site),
            "contactPoint": _present(
                {
                    "@type": "vcard:Contact",
                    "fn": dataset.get("steward_name"),
                    "hasEmail": _mailto(dataset.get("steward_email")),
                }
            ),
            "accessLevel": dataset.get("access_level"),
            "rights": (dataset.get("access_rationale") or "")[:255],
            "license": site.licences.get(dataset.get("license_id") or ""),
            "spatial": dataset.get("spatial_bbox"),
            # 1.1 has no open end: without one, a period says nothing that is valid.
            "temporal": f"{start}/{end}" if start and end else None,
            "accrualPeriodicity": dataset.get("update_frequency"),
            "theme": themes,
            "landingPage": dataset.get("landing_page") or page,
            "references": dataset.get("references"),
            "describedBy": dataset.get("dictionary_url"),
            "language": [site.language],
            "distribution": distributions,
        }
    )


def _publisher(department: Mapping[str, Any] | None, site: Site) -> dict[str, Any]:
    parent = {"@type": "org:Organization", "name": site.city}
    if not department:
        return parent
    return {
        "@type": "org:Organization",
        "name": department["title"] or department["name"],
        "subOrganizationOf": parent,
    }


def _distribution(resource: Mapping[str, Any], page: str, site: Site) -> dict[str, Any]:
    url = resource.get("url") or ""
    if resource.get("url_type") == "upload":
        url = f"{page}/resource/{resource['id']}/download/{url.rsplit('/', 1)[-1]}"
    media_type = media_type_of(resource)
    where = {"downloadURL": url, "mediaType": media_type} if media_type else {"accessURL": url}
    return _present(
        {
            "@type": "dcat:Distribution",
            "title": resource.get("name"),
            "description": resource.get("description"),
            "format": resource.get("format"),
            **where,
            "describedBy": resource.get("dictionary"),
            "describedByType": "text/csv" if resource.get("dictionary") else None,
        }
    )


def media_type_of(resource: Mapping[str, Any]) -> str | None:
    """Return the IANA media type of a file, or None where neither format nor type says it."""
    known = MEDIA_TYPES.get((resource.get("format") or "").lower())
    return known or resource.get("mimetype") or None


def _mailto(email: str | None) -> str | None:
    return f"mailto:{email}" if email else None


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value or value is False}
