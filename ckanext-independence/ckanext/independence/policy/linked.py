"""Files that are only linked: fetched once, looked through, and not kept.

Owns what is known of the bytes behind a link. A file that cannot be had, or is too large to be
had, cannot be judged, which keeps nothing back. Refuses addresses that ``catalog.fetch`` refuses.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ..catalog import fetch, owed
from ..catalog.file_types import safe_name
from . import scans
from .model import State

__all__ = ["FETCH", "Behind", "known", "owe"]

log = logging.getLogger(__name__)

FETCH = "policy-fetch"
"""The kind of work that is owed when a linked file is to be looked through; its key is the URL's
hash."""

MAX_BYTES = 100 << 20
SECONDS = 120.0
_NAME = "linked/"


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


class Behind(dict[str, Any]):
    """What lies behind a link: ``sha256``, or ``error``, and ``at`` (UTC, ISO)."""

    @property
    def scanned(self) -> scans.Scanned | None:
        """What the scan found; None: it is still to be looked through."""
        if self.get("error"):
            return scans.Scanned(None, str(self["error"]), False)
        return scans.find(str(self.get("sha256")))


def known(urls: Collection[str]) -> dict[str, Behind]:
    """Return what is known of the bytes behind these links."""
    names = {_NAME + _key(url): url for url in urls}
    query = sa.select(State.name, State.value).where(State.name.in_(names))
    return {
        names[row.name]: Behind(row.value) for row in (model.Session.execute(query) if urls else ())
    }


def owe(url: str) -> None:
    """Note in CKAN's session that the file behind a link is to be looked through."""
    owed.owe(FETCH, _key(url), {"url": url})


@owed.handler(FETCH, queue=owed.LOADS)
def look(key: str, payload: dict[str, Any] | None) -> None:
    """Fetch a linked file and look through it; what waits for that is told."""
    url = str((payload or {})["url"])
    # No transaction stays open while somebody else's server takes its time.
    model.Session.rollback()
    told = _look(url)
    written = insert(State).values(name=_NAME + key, value=told)
    model.Session.execute(
        written.on_conflict_do_update(
            index_elements=["name"], set_={"value": written.excluded.value}
        )
    )
    concerned = sa.select(model.Resource.package_id).where(
        model.Resource.url == url, model.Resource.state == "active"
    )
    for package_id in set(model.Session.scalars(concerned)):
        # By name: whoever judges and publishes imports this module.
        owed.owe("policy-judge", package_id)
        owed.owe("policy-publish", package_id)


def _look(url: str) -> dict[str, Any]:
    told: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
    with tempfile.TemporaryDirectory(prefix=scans.WORK) as folder:
        path = Path(folder) / "file"
        try:
            with path.open("w+b") as sink:
                final = fetch.fetch(
                    url,
                    sink,
                    allow=tk.config["ckanext.independence.catalog.fetch_allowed"],
                    max_bytes=MAX_BYTES,
                    seconds=SECONDS,
                )
        except fetch.FetchError as error:
            return told | {"error": f"The linked file could not be looked through. {error}"}
        name = safe_name(unquote(urlsplit(final).path.rpartition("/")[2]) or "data")
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        scans.scan(sha256, path, name)
    return told | {"sha256": sha256}
