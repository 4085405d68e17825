"""DCAT-US 3.0: data sets, series and APIs into records of ``dcat-us/3.0.json``.

Pure: dicts in, a dict out; no clock, no counter, nothing random, so that a record changes
only when its data set does. A value that is absent has no key; members of lists that are
objects have an ``@id``, by which a harvester keeps them apart. It judges nothing.

Source: DCAT-US 3.0.0 (resources.data.gov/dcat-us/3.0.0), in the shapes that data.gov's
harvester takes without a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import addresses, extent, media_types, source
from .source import Box, Site, Source, present

__all__ = ["dataset", "head", "series", "service"]

CONFORMS_TO = "https://resources.data.gov/dcat-us/3.0.0"

# The words of 1.1 for what is not public are a warning as access rights of 3.0.
ACCESS_RIGHTS = {"public": "public", "restricted public": "restricted", "non-public": "not public"}


def head(site: Site) -> dict[str, Any]:
    """Return the catalog, without its ``dataset``, ``datasetSeries`` and ``service``."""
    here = f"{site.url}/dcat-us/3.0.json"
    title = site.portal or site.city
    return present(
        {
            "@id": here,
            "@type": "Catalog",
            "title": title,
            "description": f"Open data: {site.city}",
            "conformsTo": {
                "@type": "Standard",
                "title": "DCAT-US 3.0",
                "identifier": CONFORMS_TO,
            },
            "language": _language(site),
            "publisher": _city(site),
            "contactPoint": _contact(f"{here}#contact", site.contact_name, site.contact_email),
            "homepage": {"@type": "Document", "title": title, "accessURL": site.url},
        }
    )


def dataset(dataset: Source, site: Site) -> dict[str, Any]:
    """Return the record of a source data set."""
    here = f"{site.url}/dataset/{dataset['id']}"
    identifier = dataset.get("identifier")
    level = dataset.get("access_level") or ""
    box = extent.box(dataset, site)
    return present(
        {
            "@id": addresses.as_iri(identifier) or here,
            "@type": "Dataset",
            "identifier": identifier,
            "title": dataset.get("title"),
            "description": dataset.get("notes"),
            "keyword": source.keywords(dataset),
            "theme": source.themes(dataset, site),
            "language": _language(site),
            "accessLevel": level,
            "accessRights": ACCESS_RIGHTS.get(level, level),
            "rights": source.rights(dataset),
            "issued": _issued(dataset),
            "modified": _modified(dataset.get("data_modified"), site),
            "accrualPeriodicity": dataset.get("update_frequency"),
            "publisher": _publisher(dataset.get("department"), site),
            "contactPoint": _steward(dataset, here),
            "landingPage": _landing_page(dataset, site),
            "temporal": _temporal(extent.period(dataset), here),
            "spatial": _location(box, extent.places(dataset, site), here, site) if box else None,
            "purpose": _purpose(dataset, site),
            "provenance": _provenance(dataset),
            "scopeNote": dataset.get("known_limits"),
            "relation": source.references(dataset),
            "describedBy": _dictionary(dataset),
            "isPartOf": dataset.get("series_identifier"),
            "distribution": [_file(dataset, file, site) for file in source.files(dataset)],
        }
    )


def series(series: Source, site: Site) -> dict[str, Any]:
    """Return the record of a source series.

    It has no ``seriesMember``, since its members name it, and no ``spatial``: a list of
    places, which alone is valid here, is one that data.gov cannot read.
    """
    members = series["members"]
    identifier = series["identifier"]
    here = addresses.as_iri(identifier) or f"{site.url}/series/{series['slug']}"
    return present(
        {
            "@id": here,
            "@type": "DatasetSeries",
            "identifier": identifier,
            "title": series["title"],
            "description": series.get("description") or series["title"],
            "modified": _modified(source.modified(members), site),
            "accrualPeriodicity": source.common(members, "update_frequency"),
            "publisher": _publisher(source.department(members), site),
            "contactPoint": _contact(f"{here}#contact", *source.contact(members, site)),
            "temporal": _temporal(extent.of_all(members), here),
        }
    )


def service(service: Source, site: Site) -> dict[str, Any]:
    """Return the record of a source service: the API of a file's table."""
    dataset, file = service["dataset"], service["resource"]
    level = dataset.get("access_level") or ""
    return _service(dataset, file, service["identifier"], site) | present(
        {
            "description": "Rows of the table as JSON, by search and filter.",
            "endpointDescription": [addresses.api_page(site.url, dataset, file)],
            "keyword": source.keywords(dataset),
            "theme": source.themes(dataset, site),
            "language": _language(site),
            "accessRights": ACCESS_RIGHTS.get(level, level),
            "license": source.licence(dataset, site),
            "modified": _modified(dataset.get("data_modified"), site),
        }
    )


def _service(
    dataset: Source, file: Mapping[str, Any], identifier: str, site: Site
) -> dict[str, Any]:
    """Return what a service needs at least: so it stands in the distribution of its file."""
    here = f"{site.url}/dataset/{dataset['id']}"
    department = dataset.get("department")
    return present(
        {
            "@id": addresses.as_iri(identifier)
            or f"{addresses.resource(site.url, dataset, file)}#api",
            "@type": "DataService",
            "identifier": identifier,
            "title": f"{source.name_of(file, dataset)}: API",
            "endpointURL": [addresses.api(site.url, file)],
            "publisher": {
                "@type": "Agent",
                "name": (department["title"] or department["name"]) if department else site.city,
            },
            "contactPoint": _steward(dataset, here),
        }
    )


def _file(dataset: Source, file: Mapping[str, Any], site: Site) -> dict[str, Any]:
    type_ = media_types.media_type(file)
    url = addresses.download(site.url, dataset, file)
    opened = not source.kept_here(file) and media_types.is_page(type_)
    identifier = file.get("service")
    return present(
        {
            "@id": addresses.resource(site.url, dataset, file),
            "@type": "Distribution",
            "title": file.get("name"),
            "description": file.get("description"),
            "format": file.get("format"),
            "mediaType": type_,
            "accessURL" if opened else "downloadURL": url,
            "license": source.licence(dataset, site),
            "byteSize": str(file["bytes"]) if file.get("bytes") is not None else None,
            "checksum": _checksum(file),
            "conformsTo": _standard(file),
            "describedBy": _columns(file["dictionary"]) if file.get("dictionary") else None,
            "accessService": [_service(dataset, file, identifier, site)] if identifier else None,
        }
    )


def _checksum(file: Mapping[str, Any]) -> dict[str, str] | None:
    if not file.get("sha256"):
        return None
    return {"@type": "Checksum", "algorithm": "SHA-256", "checksumValue": file["sha256"]}


def _standard(file: Mapping[str, Any]) -> list[dict[str, str]] | None:
    known = media_types.standard(file)
    if not known:
        return None
    title, address = known
    return [{"@id": address, "@type": "Standard", "title": title, "identifier": address}]


def _columns(address: str) -> dict[str, str]:
    return {
        "@type": "Distribution",
        "title": "Columns explained",
        "downloadURL": address,
        "format": "CSV",
        "mediaType": "text/csv",
    }


def _dictionary(dataset: Source) -> dict[str, str] | None:
    """Return the data set's own dictionary, or its only file's that has one."""
    if dataset.get("dictionary_url"):
        return {
            "@type": "Distribution",
            "title": "Columns explained",
            "accessURL": addresses.encoded(dataset["dictionary_url"]),
        }
    known = [file["dictionary"] for file in source.files(dataset) if file.get("dictionary")]
    return _columns(known[0]) if len(known) == 1 else None


def _city(site: Site) -> dict[str, Any]:
    return {
        "@id": addresses.encoded(site.city_url) if site.city_url else site.url,
        "@type": "Organization",
        "name": site.city,
    }


def _publisher(department: Mapping[str, Any] | None, site: Site) -> dict[str, Any]:
    if not department:
        return _city(site)
    return {
        "@id": f"{site.url}/organization/{department['name']}",
        "@type": "Organization",
        "name": department["title"] or department["name"],
        "subOrganizationOf": [_city(site)],
    }


def _steward(dataset: Source, here: str) -> list[dict[str, Any]]:
    phone = (dataset.get("steward_phone") or "").strip()
    name, email = dataset.get("steward_name"), dataset.get("steward_email")
    return _contact(f"{here}#contact", name, email, phone)


def _contact(
    id_: str, name: str | None, email: str | None, phone: str = ""
) -> list[dict[str, Any]]:
    if not name and not email:
        return []
    return [
        present(
            {
                "@id": id_,
                "@type": "Kind",
                "fn": name,
                "hasEmail": f"mailto:{email}" if email else None,
                "tel": _dialled(phone),
            }
        )
    ]


def _dialled(phone: str) -> str:
    """Return a telephone number up to its extension: letters in it are a warning."""
    end = next((place for place, char in enumerate(phone) if char.isalpha()), len(phone))
    return phone[:end].rstrip(" ,;(/")


def _landing_page(dataset: Source, site: Site) -> dict[str, Any]:
    elsewhere = dataset.get("landing_page")
    return present(
        {
            "@type": "Document",
            "title": dataset.get("title"),
            "accessURL": addresses.encoded(elsewhere)
            if elsewhere
            else addresses.page(site.url, dataset),
            "bibliographicCitation": dataset.get("citation"),
        }
    )


def _language(site: Site) -> list[str]:
    """Return the language as ISO 639-1 has it, which is all that is taken here."""
    code = site.language.partition("-")[0].lower()
    return [code] if len(code) == 2 else []


def _issued(dataset: Source) -> str | None:
    """Return the day of first publication.

    Data that has not changed since before it was published would be a warning: data.gov
    takes ``modified`` for the record's own. The data's day is what matters; it stays.
    """
    issued, changed = dataset.get("issued"), dataset.get("data_modified")
    return None if issued and changed and issued[:10] > changed[:10] else issued


def _modified(day: str | None, site: Site) -> str | None:
    return extent.at_midnight(day, site.timezone) if day else None


def _temporal(days: extent.Period, here: str) -> list[dict[str, str]] | None:
    start, end = days
    if not start and not end:
        return None
    period = {"@id": f"{here}#temporal", "@type": "PeriodOfTime"}
    return [period | present({"startDate": start, "endDate": end})]


def _location(box: Box, places: list[str], here: str, site: Site) -> dict[str, Any]:
    """Return the one shape of a place whose geometry data.gov keeps: it says it twice.

    ``bbox`` is a polygon by the schema; a box without area is a ``geometry``.
    """
    geometry = extent.as_geometry(box)
    return {
        "@id": f"{here}#spatial",
        "@type": "Location",
        "prefLabel": ", ".join(places) or site.city,
        **geometry,
        "bbox" if geometry["type"] == "Polygon" else "geometry": geometry,
    }


def _purpose(dataset: Source, site: Site) -> str | None:
    served = source.goals(dataset, site)
    return f"Strategic goals served: {', '.join(served)}." if served else None


def _provenance(dataset: Source) -> list[str]:
    system, catalog = dataset.get("source_system"), dataset.get("source_catalog")
    said = (
        dataset.get("collection_method"),
        f"Source system: {system}" if system else None,
        f"Taken over from {catalog}" if catalog else None,
    )
    return [text for text in said if text]
