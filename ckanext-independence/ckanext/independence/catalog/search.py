"""How a search is asked and narrowed."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


def facets() -> dict[str, str]:
    """Return the fields by which a search can be narrowed, with their labels, in order."""
    return {
        "vocab_themes": tk._("Theme"),
        "organization": tk._("Department"),
        "vocab_goals": tk._("Goal"),
        "res_format": tk._("Format"),
        "vocab_frequency": tk._("Updated"),
        "vocab_places": tk._("Place"),
        "license_id": tk._("Licence"),
    }


def parameters(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a search, as Solr is to be asked."""
    return asked
