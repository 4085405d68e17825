"""A data set as schema.org describes it, for search engines. Pure.

Owns that one mapping. The feeds for data portals have mappings of their own.
"""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from .city import City
from .words import plain


def dataset(
    data: dict[str, Any], city: City, address: str, licence_url: str = ""
) -> dict[str, Any]:
    """Return schema.org's Dataset for a data set; what is empty is left out.

    Args:
        data: as ``package_show`` gives it
        city: whose it is
        address: the full address of its page
        licence_url: where its licence can be read
    """
    department = (data.get("organization") or {}).get("title")
    places = {place.id: place for place in city.places}
    record = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": data.get("title"),
        # Search engines want at least fifty characters and take at most five thousand.
        "description": plain(data.get("notes") or "")[:5000],
        "identifier": data.get("identifier"),
        "keywords": [tag["name"] for tag in data.get("tags") or []],
        "license": licence_url,
        "isAccessibleForFree": (data.get("access_level") or "public") == "public" or None,
        "datePublished": data.get("issued"),
        "dateModified": data.get("data_modified"),
        "temporalCoverage": _period(data.get("temporal_start"), data.get("temporal_end")),
        "spatialCoverage": [
            _place(places[name]) for name in data.get("spatial_places") or [] if name in places
        ]
        or _box(data.get("spatial_bbox")),
        "creator": _kept({"@type": "GovernmentOrganization", "name": department}),
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": f"City of {city.name}",
            "url": city.url,
        },
        "contactPoint": _kept(
            {
                "@type": "ContactPoint",
                "name": data.get("steward_name"),
                "email": data.get("steward_email"),
            }
        ),
        "includedInDataCatalog": {"@type": "DataCatalog", "name": city.portal_name},
        "distribution": [
            _kept(
                {
                    "@type": "DataDownload",
                    "name": file.get("name"),
                    "encodingFormat": file.get("mimetype") or file.get("format"),
                    "contentUrl": file.get("url"),
                    "contentSize": f"{file['size']} B" if file.get("size") else None,
                }
            )
            for file in data.get("resources") or []
            if file.get("url")
        ],
    }
    return _kept(record)


def script(record: dict[str, Any]) -> Markup:
    """Return a record as text that is safe inside a ``script`` element."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    for char, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(char, escaped)
    return Markup(text)  # noqa: S704 - escaped just above


def _kept(record: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in record.items() if value not in (None, "", [], {})}
    return kept if set(kept) - {"@type"} else {}


def _period(start: Any, end: Any) -> str:
    return f"{start or '..'}/{end or '..'}" if start or end else ""


def _place(place: Any) -> dict[str, Any]:
    geo = _shape(place.bbox) if place.bbox else None
    return _kept({"@type": "Place", "name": place.title, "geo": geo})


def _box(text: Any) -> list[dict[str, Any]]:
    try:
        west, south, east, north = (float(part) for part in str(text or "").split(","))
    except ValueError:
        return []
    return [{"@type": "Place", "geo": _shape((west, south, east, north))}]


def _shape(bbox: tuple[float, float, float, float]) -> dict[str, str]:
    west, south, east, north = bbox
    return {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
