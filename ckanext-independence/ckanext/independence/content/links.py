"""Tables of linked files: fetched when a steward asks for it, and every day again.

Owns when a link is fetched, and what is known of the last try. What was fetched becomes a
version like an upload's, private until it was looked into; the download stays the link. A
fetch that fails leaves the last table, and says so with the time. Which addresses may be
fetched at all is ``catalog.fetch``'s to judge.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.uploader import get_max_resource_size

from ..catalog import clock, fetch, files, owed, versions
from ..catalog.file_types import safe_name
from ..catalog.interfaces import CONTENT
from . import decided, removal

__all__ = ["FIELD", "after_save", "fetched", "wanted"]

log = logging.getLogger(__name__)

LINK, DAILY = "content-link", "content-links"
FIELD = "table_from_link"
SECONDS = 900.0


def wanted(resource: Any) -> bool:
    """Say whether a resource is a link of which a table is to be made."""
    return (
        resource.url_type != "upload"
        and resource.extras.get(FIELD) == "yes"
        and str(resource.url).lower().startswith(("http://", "https://"))
    )


def fetched(resource_id: str) -> dict[str, Any] | None:
    """Return what is known of the last fetch: ``url``, ``at`` (UTC, ISO) and ``error``, or ""."""
    contents = decided.of(resource_id)
    return contents.link if contents is not None else None


def after_save(package_id: str) -> None:
    """Owe the fetch of links that are new, and a look at those that are tables no more."""
    package = model.Package.get(package_id)
    for resource in package.resources if package is not None else ():
        if resource.url_type == "upload":
            continue
        if not wanted(resource):
            if versions.newest(resource.id) is not None:
                owed.owe(CONTENT, resource.id)
        elif (fetched(resource.id) or {}).get("url") != resource.url:
            owed.owe(LINK, resource.id)


@owed.handler(DAILY)
def fetch_all(key: str, payload: dict[str, Any] | None) -> None:
    """Owe the fetch of every link that is a table."""
    query = sa.select(model.Resource).where(
        model.Resource.state == "active", model.Resource.extras.like(f'%"{FIELD}": "yes"%')
    )
    for resource in model.Session.scalars(query).all():
        if wanted(resource):
            owed.owe(LINK, resource.id)


clock.schedule(DAILY, "20 2 * * *")


@owed.handler(LINK, queue=owed.LOADS)
def fetch_one(resource_id: str, payload: dict[str, Any] | None) -> None:
    """Fetch a linked file; other bytes than before are a new version."""
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != "active" or not wanted(resource):
        return
    url = str(resource.url)
    # No transaction stays open while somebody else's server takes its time.
    model.Session.rollback()
    error = ""
    with tempfile.TemporaryFile(prefix=removal.WORK) as sink:
        try:
            final = fetch.fetch(
                url,
                sink,
                allow=tk.config["ckanext.independence.catalog.fetch_allowed"],
                max_bytes=get_max_resource_size() << 20,
                seconds=SECONDS,
            )
            if not sink.tell():
                error = f"{url} answers with nothing (0 bytes)."
        except fetch.FetchError as failure:
            error = str(failure)
        if not error:
            name = safe_name(unquote(urlsplit(final).path.rpartition("/")[2]) or "data")
            sha256, mimetype = files.keep(sink, name)
            versions.receive(resource_id, sha256, name, mimetype, source=url)
    if error:
        log.warning("The link of resource %s was not fetched: %s", resource_id, error)
    contents = decided.row(resource_id)
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    contents.link = {"url": url, "at": now, "error": error}
