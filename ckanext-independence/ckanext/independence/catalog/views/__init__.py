"""The catalog's own addresses."""

from __future__ import annotations

from flask import Blueprint


def get_blueprints() -> list[Blueprint]:
    """Return the slice's blueprints."""
    return []
