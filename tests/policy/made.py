"""Data sets, files and a city made up for the examples: good in all that is asked.

What is to be otherwise is given to the functions.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from ckanext.independence.policy.rules.subjects import City, Department, File, Subject

TODAY = dt.date(2026, 9, 14)

CITY = City(
    departments={
        "community-development": Department(
            "community-development", "Community Development",
            coordinator_name="Permits analyst", coordinator_email="permits@city.example",
        ),
        "public-works": Department(
            "public-works", "Public Works",
            valid_to=dt.date(2020, 6, 30), replaced_by="municipal-services",
        ),
        "municipal-services": Department(
            "municipal-services", "Municipal Services", valid_from=dt.date(2020, 7, 1)
        ),
        "harbor": Department("harbor", "Harbor", valid_from=dt.date(2027, 1, 1)),
        "library": Department("library", "Library", valid_to=dt.date(2026, 12, 31)),
    },
    goals=frozenset({"quality", "growth"}),
    public_domain=frozenset({"cc-zero", "odc-pddl", "other-pd"}),
    licences={"cc-zero": ["cc0"], "cc-by": ["cc by"]},
    staff_domains=("city.example",),
    shared_mailboxes=frozenset({"info@city.example"}),
    frequencies={
        "R/P1D": (0, 1), "R/P1W": (0, 7), "R/P1M": (1, 0), "R/P1Y": (12, 0), "irregular": (0, 0),
    },
    bbox=(-94.50, 39.01, -94.27, 39.16),
)  # fmt: skip

VALUES: dict[str, Any] = {
    "id": "d1",
    "name": "building-permits",
    "title": "Building permits",
    "notes": "Every building permit since 2021, one row each, with its type, value and status. "
    "Exported each night from the system in which permits are issued.",
    "tags": ["construction", "housing", "permits"],
    "themes": ["development"],
    "goals": ["growth"],
    "department": {"name": "community-development", "title": "Community Development"},
    "steward_name": "Permits desk",
    "steward_email": "permits@city.example",
    "update_frequency": "R/P1M",
    "data_modified": "2026-09-01",
    "last_reviewed": "2026-07-01",
    "license_id": "cc-zero",
    "access_level": "public",
    "privacy_reviewer": "Open data coordinator",
    "privacy_review_date": "2026-06-30",
    "privacy_review_outcome": "no-personal-information",
    "spatial_places": ["citywide"],
    "temporal_start": "2021-01-01",
    "collection_method": "Entered by clerks, checked each week.",
    "known_limits": "Values are estimates.",
}

COLUMNS = (
    {"name": "permit", "label": "Permit", "description": "Its number.", "type": "text"},
    {"name": "issued", "label": "Issued", "description": "The day of issue.", "type": "date"},
)


def a_file(id: str = "f1", **changes: Any) -> File:
    """Return a table that was looked into and loaded, with these changes."""
    given: dict[str, Any] = {
        "id": id, "name": "Permits", "format": "CSV", "sniffed": "CSV", "status": "loaded",
        "rows": 100, "set_aside": 0, "columns": COLUMNS, "has_table": True, "hits": (),
        "sha256": "ab" * 32, "created": dt.date(2026, 9, 1),
    }  # fmt: skip
    return File(**(given | changes))


def a_dataset(*files: File, **changes: Any) -> Subject:
    """Return a data set with these files (or one good one) and changes.

    A change of a name that a ``Subject`` has is one of the subject, any other one of its values.
    """
    own = {"today": TODAY, "city": CITY, "files": files or (a_file(),), "text_hits": (), "feed": ()}
    names = Subject.__dataclass_fields__.keys()
    own |= {name: changes.pop(name) for name in list(changes) if name in names}
    return Subject(values=VALUES | changes, **own)


def an_entry(**changes: Any) -> Subject:
    """Return an entry of the inventory, which has no file."""
    reasons = {
        "access_level": "non-public",
        "access_rationale": "Names victims.",
        "access_legal_basis": "RSMo 610.100",
    }
    return a_dataset(**{"files": (), **reasons, **changes})
