"""The catalog's own addresses: CKAN registers the blueprints that are named here."""

from __future__ import annotations

from .download import downloads
from .machines import machines
from .pages import pages

__all__ = ["downloads", "machines", "pages"]
