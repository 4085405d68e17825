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


def wait_until_looked_into(site: AnySite, resource_id: str) -> dict[str, Any]:
    """Return what is known of a file that has just come, as soon as a worker has looked into it."""
    until = time.monotonic() + PATIENCE
    while True:
        known: dict[str, Any] = site.api(
            "independence_content_state_show", token=site.admin_token, id=resource_id
        )
        if known["status"] not in ("waiting", "reading", "loading"):
            return known
        assert time.monotonic() < until, f"nobody looked into {resource_id}: {known}"
        time.sleep(0.1)
