"""What a running site has loaded: the sample city, and rows that come after a file's save."""

from __future__ import annotations

import time
from typing import Any

import yaml
from embedded_ckan.testing import AnySite, RunningSite

PATIENCE = 180
# On a site with this, nothing is stopped by the policy.
LENIENT = {"ckanext.independence.policy.highest_mode": "warn"}


def sample_city(site: RunningSite) -> list[dict[str, Any]]:
    """Return the sample's public data sets, without what other tests have put beside them.

    They are public as soon as their files were judged, so they are waited for: on a busy machine
    as long as they become more.
    """
    manifest = yaml.safe_load((site.data / "generated/manifest.yaml").read_text("utf-8"))
    names = {one["name"] for one in manifest["datasets"] if one.get("publish", True)}
    most, until = -1, 0.0
    while True:
        found = site.api("package_search", rows=1000)["results"]
        here = [dataset for dataset in found if dataset["name"] in names]
        if len(here) == len(names):
            return here
        if len(here) > most:
            most, until = len(here), time.monotonic() + PATIENCE
        missing = sorted(names - {dataset["name"] for dataset in here})
        assert time.monotonic() < until, f"not published: {missing}"
        time.sleep(0.5)


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


def wait_until_public(site: AnySite, dataset: str) -> None:
    """Wait until the portal has published what waits for its files to be judged."""
    until = time.monotonic() + PATIENCE
    while site.api("package_show", token=site.admin_token, id=dataset)["private"]:
        assert time.monotonic() < until, f"nobody published {dataset}"
        time.sleep(0.2)
