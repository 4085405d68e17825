"""Waiting for a table: the worker loads a file's rows after the save that brought the file."""

from __future__ import annotations

import time
from typing import Any

from embedded_ckan.testing import AnySite

PATIENCE = 180


def loaded_table(site: AnySite, dataset: str) -> dict[str, Any]:
    """Return the first file of a data set whose rows are in the DataStore, as soon as they are."""
    until = time.monotonic() + PATIENCE
    while True:
        for resource in site.api("package_show", id=dataset)["resources"]:
            if resource.get("datastore_active"):
                found: dict[str, Any] = resource
                return found
        assert time.monotonic() < until, f"no table of {dataset} was loaded"
        time.sleep(0.5)
