"""Identifiers of what is derived from data sets: series and tables' APIs.

Owns how they follow from what they belong to, so that a re-rendering on another machine gives
the same. Refuses to remember any: those that came from a feed before ours are kept elsewhere.
"""

from __future__ import annotations

import uuid

__all__ = ["of_series", "of_service"]

# Made once, and never changed: a change would give every series and API another identifier.
_SERIES = uuid.UUID("0f1e6b9a-4b0c-5f0a-9a3b-6d4f2c8e7a11")
_SERVICES = uuid.UUID("6c2d9e47-71f8-5c1e-8b52-0e9a4d3f5b22")


def of_series(slug: str) -> str:
    """Return the identifier of the series whose members share this word (RFC 9562, version 5)."""
    return f"urn:uuid:{uuid.uuid5(_SERIES, slug)}"


def of_service(resource_id: str) -> str:
    """Return the identifier of the API of a resource's table."""
    return f"urn:uuid:{uuid.uuid5(_SERVICES, resource_id)}"
