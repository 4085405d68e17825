"""Source data sets, series and services for the tests of the feed's two languages.

Whatever meets the public minimum and is stored by the portal's own validators can be drawn
here: texts are any text that PostgreSQL holds, addresses any that ``check_public_url`` lets
pass, identifiers any text at all.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from ckanext.independence.feed.source import Site
from hypothesis import strategies as st

SITE = Site(
    url="https://data.example.gov",
    city="City of Independence, Missouri",
    licences={"cc-zero": "https://creativecommons.org/publicdomain/zero/1.0/", "odd": "a b"},
    themes={"development": "Building and business", "money": "Money", "cash": "Money"},
    goals={"quality": "Quality", "growth": "Growth"},
    places={
        "citywide": ("Citywide", (-94.50, 39.01, -94.27, 39.16)),
        "square": ("Historic Square", (-94.4205, 39.0885, -94.4105, 39.0955)),
        "nowhere": ("Nowhere in particular", None),
    },
    timezone="America/Chicago",
    portal="Open Independence",
    contact_name="Open data coordinator",
    contact_email="opendata@example.gov",
    city_url="https://www.example.gov",
)

DATASET: dict[str, Any] = {
    "id": "b3a1",
    "name": "building-permits",
    "identifier": "urn:uuid:1b671a64-40d5-491e-99b0-da01ff1f3341",
    "title": "Building permits",
    "notes": "Every permit since 2021.",
    "tags": ["housing", "permits"],
    "data_modified": "2026-09-14",
    "department": {"name": "community-development", "title": "Community Development"},
    "steward_name": "Permits desk",
    "steward_email": "permits@example.gov",
    "access_level": "public",
    "resources": [],
}
"""No more than what a public data set must have."""

FILES: list[dict[str, Any]] = [
    {
        "id": "5c2f",
        "position": 0,
        "name": "Permits (CSV)",
        "description": "One row for each permit.",
        "url": "permits.csv",
        "url_type": "upload",
        "format": "CSV",
        "bytes": 12345,
        "sha256": "0a" * 32,
        "dictionary": f"{SITE.url}/dataset/building-permits/resource/5c2f/columns.csv",
        "service": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a6a",
    },
    {"id": "5c30", "position": 1, "name": "Map", "url": "https://example.gov/map", "format": ""},
    {
        "id": "5c31",
        "position": 2,
        "name": "Odd",
        "url": "https://example.gov/x.csv",
        "format": "csv",
    },
]
FULL: dict[str, Any] = DATASET | {
    "issued": "2021-07-01",
    "license_id": "cc-zero",
    "spatial_bbox": "-94.5,39.01,-94.27,39.16",
    "spatial_places": ["square"],
    "temporal_start": "2021-01-01",
    "temporal_end": "2026-06-30",
    "update_frequency": "R/P1M",
    "themes": ["development", "gone"],
    "goals": ["quality", "gone", "growth"],
    "references": ["https://example.gov/code", "https://example.gov/plan 2026.pdf"],
    "landing_page": "https://example.gov/permits",
    "steward_phone": "816-555-0100 ext. 12",
    "collection_method": "Entered by inspectors on site.",
    "source_system": "Cityworks",
    "source_catalog": "https://old.example.gov/data.json",
    "known_limits": "Addresses are rounded to the block.",
    "citation": "City of Independence (2026). Building permits.",
    "series_identifier": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a69",
    "resources": FILES,
}
"""Every field that a record can carry."""

INVENTORY: dict[str, Any] = FULL | {
    "access_level": "non-public",
    "access_rationale": "Holds the addresses of victims",
    "access_legal_basis": "RSMo 610.100",
    "withheld_reason": "Waits for the new court records system.",
    "planned_release_date": "2027-01-31",
    "resources": [],
}
"""A public record whose data is not public."""

SERIES: dict[str, Any] = {
    "identifier": FULL["series_identifier"],
    "slug": "permits-by-year",
    "title": "Permits by year",
    "description": "One data set a year.",
    "members": [
        FULL | {"id": "m1", "data_modified": "2025-01-31"},
        FULL
        | {
            "id": "m2",
            "tags": ["permits", "housing starts"],
            "spatial_bbox": "-94.6,39.05,-94.3,39.2",
            "temporal_start": "2019-01-01",
            "temporal_end": "2019-12-31",
        },
    ],
}
SERVICE: dict[str, Any] = {
    "identifier": FILES[0]["service"],
    "resource": FILES[0],
    "dataset": FULL,
}


# --- What can be drawn ------------------------------------------------------------------------

# Lone surrogates and U+0000 no table holds.
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)
said = texts.filter(str.strip)
days = st.dates(dt.date(1600, 1, 1), dt.date(2200, 12, 31)).map(dt.date.isoformat)
ids = st.uuids().map(str)
urns = st.uuids().map(lambda one: one.urn)
hosts = st.sampled_from(["example.gov", "münchen.example.org", "a_b.example.gov:8080", "192.0.2.7"])
tails = st.text(
    st.characters(exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Co")), max_size=30
)
links = st.builds("{}://{}/{}".format, st.sampled_from(["https", "http", "ftp"]), hosts, tails)
emails = st.from_regex(r"[\w~!$&'()*+=.-]{1,20}@[a-z0-9]{1,9}\.(gov|org)", fullmatch=True)
phones = st.from_regex(r"[0-9+() .,xX/-]{7,20}(ext\.? [0-9]{1,4})?", fullmatch=True)
numbers = st.floats(0, 80, allow_nan=False)
boxes = st.builds(
    lambda west, south, east, north: f"{west - 180},{south - 90},{east},{north}",
    numbers, numbers, numbers, numbers,
)  # fmt: skip
spots = st.sampled_from(["-94.5,39,-94.5,39", "-94.5,39,-94.5,39.1", "0,0,0,0", "nonsense"])
formats = st.sampled_from(
    ["CSV", "GeoJSON", "XLSX", "SHP", "KML", "PDF", "HTML", "API", "WMS", "Esri REST", "", "R"]
)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.just("") | values


files = st.fixed_dictionaries(
    {"id": ids, "position": st.integers(0, 3), "url": links, "format": formats},
    optional={
        "name": st.just("") | texts,
        "description": optional(texts),
        "url_type": st.sampled_from(["upload", "datastore", "", None]),
        "mimetype": optional(
            st.sampled_from(["text/csv", "text/x-made-up", "text/html; charset=x"])
        ),
        "bytes": st.none() | st.integers(0, 2**40),
        "sha256": st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex),
        "dictionary": st.none() | st.just(FILES[0]["dictionary"]),
        "service": st.none() | urns,
    },
)


def in_order(dataset: dict[str, Any]) -> dict[str, Any]:
    """Let no period run backwards, which is refused at saving."""
    start, end = dataset.get("temporal_start"), dataset.get("temporal_end")
    if start and end and start > end:
        return dataset | {"temporal_start": end, "temporal_end": start}
    return dataset


departments = st.fixed_dictionaries(
    {"name": st.from_regex(r"[a-z0-9_-]{2,30}", fullmatch=True), "title": said}
)
datasets: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "id": ids,
        "name": st.from_regex(r"[a-z0-9_-]{2,30}", fullmatch=True),
        "identifier": urns | links | said,
        "title": said,
        "notes": said,
        "tags": st.lists(said, min_size=1, max_size=5),
        "data_modified": days,
        "department": departments,
        "steward_name": said,
        "steward_email": emails,
        "access_level": st.sampled_from(["public", "restricted public", "non-public"]),
        "resources": st.lists(files, max_size=3, unique_by=lambda one: one["id"]),
    },
    optional={
        "issued": optional(days),
        "license_id": st.sampled_from([None, "", "cc-zero", "odd", "gone"]),
        "spatial_bbox": optional(boxes | spots),
        "spatial_places": st.lists(st.sampled_from([*SITE.places, "gone"]), unique=True),
        "temporal_start": optional(days),
        "temporal_end": optional(days),
        "update_frequency": st.sampled_from([None, "", "R/PT1S", "R/P0.5M", "R/P1Y", "irregular"]),
        "themes": st.lists(st.sampled_from([*SITE.themes, "gone"]), unique=True),
        "goals": st.lists(st.sampled_from([*SITE.goals, "gone"]), unique=True),
        "references": st.lists(links, max_size=3),
        "landing_page": optional(links),
        "dictionary_url": optional(links),
        "steward_phone": optional(phones),
        "access_rationale": optional(texts),
        "access_legal_basis": optional(texts),
        "withheld_reason": optional(texts),
        "planned_release_date": optional(days),
        "collection_method": optional(texts),
        "source_system": optional(texts),
        "source_catalog": optional(links),
        "known_limits": optional(texts),
        "citation": optional(texts),
        "series_identifier": st.none() | urns,
    },
).map(in_order)
all_series: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "identifier": urns,
        "slug": st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True),
        "title": said,
        "description": st.just("") | said,
        "members": st.lists(datasets, min_size=1, max_size=3),
    }
)
