"""The running site's own city: ``city.yaml`` as the settings name it, read once.

Owns where the file is. What is in it belongs to ``city``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import ckan.plugins.toolkit as tk

from .city import City, read_city


@lru_cache(maxsize=4)
def _read(path: str) -> City:
    return read_city(Path(path))


def city() -> City:
    """Return the city of this site.

    Raises:
        CityFileError: the file named by ``ckanext.independence.catalog.city`` cannot be used.
    """
    return _read(tk.config["ckanext.independence.catalog.city"])
