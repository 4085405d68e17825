"""DCAT-US 1.1: data sets and series into records of ``data.json``.

Pure: dicts in, a dict out; no clock, no counter, nothing random, so that a record changes
only when its data set does. A value that is absent has no key. It judges nothing.

Source: DCAT-US Schema 1.1 (resources.data.gov), non-federal publishers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import addresses, extent, media_types, source
from .source import Site, Source, present

__all__ = ["dataset", "head", "series"]

CONFORMS_TO = "https://project-open-data.cio.gov/v1.1/schema"

# The schema's own limits, in characters and in members.
LONGEST_TEXT = 10_000
LONGEST_RIGHTS = 255
MOST_KEYWORDS = 1_000


def head(site: Site) -> dict[str, Any]:
    """Return the catalog, without its ``dataset``."""
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@id": f"{site.url}/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": CONFORMS_TO,
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
    }


def dataset(dataset: Source, site: Site) -> dict[str, Any]:
    """Return the record of a source data set."""
    page = addresses.page(site.url, dataset)
    box = extent.box(dataset, site)
    dictionary, of_type = _dictionary(dataset)
    landing_page = dataset.get("landing_page")
    return present(
        {
            "@type": "dcat:Dataset",
            "identifier": dataset.get("identifier"),
            "title": dataset.get("title"),
            "description": _shortened(dataset.get("notes"), LONGEST_TEXT),
            "keyword": source.keywords(dataset)[:MOST_KEYWORDS],
            "modified": dataset.get("data_modified"),
            "issued": dataset.get("issued"),
            "publisher": _publisher(dataset.get("department"), site),
            "contactPoint": _contact(dataset.get("steward_name"), dataset.get("steward_email")),
            "accessLevel": dataset.get("access_level"),
            "rights": _rights(dataset),
            "license": source.licence(dataset, site),
            "spatial": extent.as_text(box) if box else None,
            "temporal": _temporal(extent.period(dataset)),
            "accrualPeriodicity": dataset.get("update_frequency"),
            "theme": source.themes(dataset, site),
            "landingPage": addresses.encoded(landing_page) if landing_page else page,
            "references": source.references(dataset),
            "describedBy": dictionary,
            "describedByType": of_type,
            "language": [site.language],
            "isPartOf": dataset.get("series_identifier"),
            "distribution": list(_distributions(dataset, page, site)),
        }
    )


def series(series: Source, site: Site) -> dict[str, Any]:
    """Return the record of a source series: one that its members name, without distributions."""
    members = series["members"]
    box = extent.box_of_all(members, site)
    words = {word for member in members for word in source.keywords(member)}
    titles = {title for member in members for title in source.themes(member, site)}
    return present(
        {
            "@type": "dcat:Dataset",
            "identifier": series["identifier"],
            "title": series["title"],
            "description": _shortened(series.get("description") or series["title"], LONGEST_TEXT),
            "keyword": sorted(words)[:MOST_KEYWORDS],
            "modified": source.modified(members),
            "publisher": _publisher(source.department(members), site),
            "contactPoint": _contact(*source.contact(members, site)),
            "accessLevel": source.access_level(members),
            "license": source.licence({"license_id": source.common(members, "license_id")}, site),
            "spatial": extent.as_text(box) if box else None,
            "temporal": _temporal(extent.of_all(members)),
            "accrualPeriodicity": source.common(members, "update_frequency"),
            "theme": sorted(titles),
            "landingPage": addresses.together(site.url, series),
            "language": [site.language],
        }
    )


def _distributions(dataset: Source, page: str, site: Site) -> Iterator[dict[str, Any]]:
    for file in source.files(dataset):
        yield _file(dataset, file, site)
        if file.get("service"):
            yield _api(dataset, file, site)


def _file(dataset: Source, file: Mapping[str, Any], site: Site) -> dict[str, Any]:
    type_ = media_types.media_type(file)
    url = addresses.download(site.url, dataset, file)
    opened = not source.kept_here(file) and media_types.is_page(type_)
    standard = media_types.standard(file)
    return present(
        {
            "@id": addresses.resource(site.url, dataset, file),
            "@type": "dcat:Distribution",
            "title": file.get("name"),
            "description": _shortened(file.get("description"), LONGEST_TEXT),
            "format": file.get("format"),
            "mediaType": type_,
            "accessURL" if opened else "downloadURL": url,
            "describedBy": file.get("dictionary"),
            "describedByType": "text/csv" if file.get("dictionary") else None,
            "conformsTo": standard[1] if standard else None,
            # Beyond the standard, which lets them pass: in the shapes of 3.0.
            "byteSize": str(file["bytes"]) if file.get("bytes") is not None else None,
            "checksum": _checksum(file),
        }
    )


def _api(dataset: Source, file: Mapping[str, Any], site: Site) -> dict[str, Any]:
    return present(
        {
            "@id": f"{addresses.resource(site.url, dataset, file)}#api",
            "@type": "dcat:Distribution",
            "title": f"{source.name_of(file, dataset)}: API",
            "description": "Rows of the table as JSON, by search and filter.",
            "format": "API",
            "mediaType": "application/json",
            "accessURL": addresses.api(site.url, file),
        }
    )


def _checksum(file: Mapping[str, Any]) -> dict[str, str] | None:
    if not file.get("sha256"):
        return None
    return {"@type": "Checksum", "algorithm": "SHA-256", "checksumValue": file["sha256"]}


def _dictionary(dataset: Source) -> tuple[str | None, str | None]:
    """Return the data set's own dictionary, or its only file's that has one; with its type."""
    if dataset.get("dictionary_url"):
        return addresses.encoded(dataset["dictionary_url"]), None
    known = [file["dictionary"] for file in source.files(dataset) if file.get("dictionary")]
    return (known[0], "text/csv") if len(known) == 1 else (None, None)


def _publisher(department: Mapping[str, Any] | None, site: Site) -> dict[str, Any]:
    parent = {"@type": "org:Organization", "name": site.city}
    if not department:
        return parent
    return {
        "@type": "org:Organization",
        "name": department["title"] or department["name"],
        "subOrganizationOf": parent,
    }


def _contact(name: str | None, email: str | None) -> dict[str, Any]:
    return present(
        {"@type": "vcard:Contact", "fn": name, "hasEmail": f"mailto:{email}" if email else None}
    )


def _rights(dataset: Source) -> str | None:
    sentences = source.rights(dataset)
    text = " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in sentences)
    return _shortened(text, LONGEST_RIGHTS)


def _temporal(days: extent.Period) -> str | None:
    """Return a period; 1.1 has no open end, and without one a period says nothing valid."""
    start, end = days
    return f"{start}/{end}" if start and end else None


def _shortened(text: str | None, limit: int) -> str | None:
    """Cut a text that is longer than the schema takes, and show that it was cut."""
    if not text or len(text) <= limit:
        return text
    return text[: limit - 1].rstrip() + "…"
