"""What a data set needs before it can be public: what DCAT-US 1.1 requires of a record.

Owns that list and its words. It judges only presence: whether a value is well formed is
the schema's to say, whether it is good the policy's.

Source: DCAT-US Schema 1.1, fields that are always required of non-federal publishers
(title, description, keyword, modified, publisher, contactPoint, identifier, accessLevel).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MINIMUM: dict[str, str] = {
    "title": "Give it a title that says what the data is, such as: Building permits.",
    "notes": "Describe it in a sentence or two: what one row is and where it comes from.",
    "tags": "Give at least one keyword, such as: permits.",
    "owner_org": "Choose the department that is answerable for it.",
    "steward_name": "Name who answers questions about it, such as: Permits desk.",
    "steward_email": "Give an address at which questions are answered, such as: permits@city.gov.",
    "data_modified": "Say when the data last changed, such as: 2026-09-14.",
    "access_level": "Say whether the data is public, restricted public or non-public.",
    "identifier": "It has no identifier yet. Save it once as a draft.",
}


def missing(dataset: Mapping[str, Any]) -> dict[str, str]:
    """Tell what a data set still needs before it can be public.

    Args:
        dataset: values by field name; ``tags`` is the list of its keywords

    Returns:
        for each field that is empty, how to fill it; empty where nothing is missing
    """
    return {name: advice for name, advice in MINIMUM.items() if is_empty(dataset.get(name))}


def is_empty(value: Any) -> bool:
    """Tell whether a value says nothing: None, blanks, or a list without members."""
    return not value.strip() if isinstance(value, str) else not value
