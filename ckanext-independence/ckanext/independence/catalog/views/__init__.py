"""The catalog's own addresses: CKAN registers the blueprints that are named here."""

from __future__ import annotations

from .download import downloads
from .guard import guard
from .intake import intake
from .machines import machines
from .pages import pages
from .steward import steward

__all__ = ["downloads", "guard", "intake", "machines", "pages", "steward"]
