"""Data sets as DCAT-US records: what the bulk reader gives, and what is known of their files.

Owns the one way from ids to records, for the feed and for whoever asks for a single one.
Refuses to judge which may be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ..catalog import reader, versions
from ..catalog.interfaces import facts
from ..catalog.site import city
from . import dcat_us_1_1

__all__ = ["of", "site"]

# Data sets of which is asked at once what is in their files.
BATCH = 500


def of(ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the DCAT-US 1.1 record of each data set, in order."""
    here = site()
    for start in range(0, len(ids), BATCH):
        found = list(reader.read(ids[start : start + BATCH]))
        files = [file for data_set in found for file in data_set["resources"]]
        known = facts([file["id"] for file in files])
        for file in files:
            if file["id"] in known:
                file["dictionary"] = known[file["id"]].dictionary
        standings = versions.standings([file["id"] for file in files])
        for data_set in found:
            # A file that is held back is nobody's to have; one that waits soon is.
            data_set["resources"] = [
                file
                for file in data_set["resources"]
                if file["url_type"] != "upload"
                or file["id"] not in standings
                or standings[file["id"]].served
                or standings[file["id"]].waits
            ]
        yield from (dcat_us_1_1.record(data_set, here) for data_set in found)


def site() -> dcat_us_1_1.Site:
    """Return what records need to know of this site."""
    here = city()
    return dcat_us_1_1.Site(
        url=tk.config["ckan.site_url"].rstrip("/"),
        city=f"City of {here.name}, {here.state}" if here.state else here.name,
        licences={row.id: row.url for row in model.Package.get_license_register().values()},
        themes={theme.id: theme.title for theme in here.themes},
        language=here.language,
    )
