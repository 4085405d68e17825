"""Which of its files a resource serves, and how far the others have come.

Owns the versions' states. A file that comes is *received*; where a plugin looks into files
it stays so, out of the public's sight, until that plugin lets it be *served* or *holds* it
with a reason. The resource's own row tells what is served: while a newer file waits it goes
on telling of the one before, and it changes in the same moment as the served version.

Refuses to look into a file, and to decide whether one may be served.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from flask import has_request_context

from . import owed
from .interfaces import CONTENT, facts_changed, looked_into
from .model import KeptFile, Version

__all__ = [
    "HELD", "RECEIVED", "SERVED", "Standing", "before", "hold", "look_again", "newest",
    "newest_hashes", "receive", "received_at", "serve", "serve_nothing", "standings",
]  # fmt: skip

RECEIVED, JUDGED, SERVED, HELD = "received", "judged", "served", "held"


def receive(
    resource_id: str,
    sha256: str,
    filename: str,
    mimetype: str,
    *,
    source: str = "",
    note: str = "",
) -> bool:
    """Note in the current session that a resource was given a file whose bytes are kept.

    Args:
        resource_id: whose
        sha256: of a kept file
        filename: safe for headers and disks
        mimetype: of the bytes
        source: the address it was fetched from; empty for an upload
        note: what is said of the version

    Returns:
        whether it is another file than the newest that is not held back
    """
    last = newest(resource_id, source)
    stands = last is not None and (last.served or last.state in (RECEIVED, JUDGED))
    if last and stands and (last.sha256, last.filename) == (sha256, filename):
        return False
    version = Version(
        resource_id=resource_id,
        sha256=sha256,
        filename=filename,
        mimetype=mimetype,
        author=getattr(tk.current_user, "id", None) if has_request_context() else None,
        served=False,
        state=RECEIVED,
        source=source,
        note=note,
    )
    if looked_into():
        model.Session.add(version)
        owed.owe(CONTENT, resource_id)
    else:
        _serve_none_of(resource_id)
        version.served, version.state = True, SERVED
        model.Session.add(version)
    model.Session.flush()
    if version.served:
        _tell(resource_id)
    return True


def received_at() -> str:
    """Return now, as a resource tells when its newest file came: UTC, ISO."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")


def newest(resource_id: str, source: str | None = None) -> Version | None:
    """Return the version that came last (from this source), whatever its state."""
    query = sa.select(Version).where(Version.resource_id == resource_id)
    if source is not None:
        query = query.where(Version.source == source)
    return model.Session.scalars(query.order_by(Version.id.desc()).limit(1)).first()


def newest_hashes(resource_ids: Sequence[str]) -> dict[str, str]:
    """Return the SHA-256 of the newest version of each of these resources that has one."""
    query = (
        sa.select(Version.resource_id, Version.sha256)
        .where(Version.resource_id.in_(resource_ids))
        .distinct(Version.resource_id)
        .order_by(Version.resource_id, Version.id.desc())
    )
    return {row.resource_id: row.sha256 for row in model.Session.execute(query)}


def serve(version_id: int) -> None:
    """Let a version be the one that its resource serves, once the session commits."""
    version = model.Session.get(Version, version_id)
    if version is None:
        raise LookupError(f"There is no version {version_id}.")
    served_before = _serve_none_of(version.resource_id)
    version.served, version.state, version.reason = True, SERVED, ""
    resource = model.Resource.get(version.resource_id)
    if resource is None:
        return
    size = model.Session.scalar(sa.select(KeptFile.size).where(KeptFile.sha256 == version.sha256))
    told = (resource.hash, resource.size, resource.mimetype, resource.url)
    telling = (version.sha256, size, version.mimetype, version.filename)
    if not version.source and told != telling:
        resource.hash, resource.size, resource.mimetype, resource.url = telling
        _moved(resource)
    elif version.source and served_before:
        # The link is as it was; what lies behind it is not.
        _moved(resource)
    model.Session.flush()
    owed.owe("index", resource.package_id)
    facts_changed.send(resource.package_id)


def _tell(resource_id: str) -> None:
    resource = model.Resource.get(resource_id)
    if resource is not None:
        facts_changed.send(resource.package_id)


def _moved(resource: model.Resource) -> None:
    # CKAN's dates are UTC without saying so.
    now = datetime.now(UTC).replace(tzinfo=None)
    resource.last_modified = resource.metadata_modified = now
    package = model.Package.get(resource.package_id)
    if package is not None:
        package.metadata_modified = now


def hold(version_id: int, reason: str) -> None:
    """Keep a version from being served, with the reason, once the session commits."""
    version = model.Session.get(Version, version_id)
    if version is None:
        raise LookupError(f"There is no version {version_id}.")
    was_served = version.served
    version.served, version.state, version.reason = False, HELD, reason
    model.Session.flush()
    if was_served:
        _tell_of_none(version.resource_id)
        _tell(version.resource_id)


def before(version_id: int) -> Version | None:
    """Return the version that its resource served before this one, if it may be served again."""
    this = model.Session.get(Version, version_id)
    if this is None:
        return None
    query = sa.select(Version).where(
        Version.resource_id == this.resource_id,
        Version.source == this.source,
        Version.state == SERVED,
        Version.id < version_id,
    )
    return model.Session.scalars(query.order_by(Version.id.desc()).limit(1)).first()


def look_again(version: Version) -> None:
    """Let a version that is not served be looked into as if it had just come.

    An older one comes again as a new one, so that the order of versions tells what happened.
    """
    last = newest(version.resource_id, version.source)
    if last is not None and last.id == version.id:
        version.state, version.reason = RECEIVED, ""
    else:
        receive(
            version.resource_id,
            version.sha256,
            version.filename,
            version.mimetype,
            source=version.source,
            note=f"The file of {version.created:%Y-%m-%d} again.",
        )
    owed.owe(CONTENT, version.resource_id)
    model.Session.flush()


def serve_nothing(resource_id: str, owe: bool = True) -> None:
    """Let a resource serve none of its files.

    Args:
        resource_id: whose
        owe: whether what was made of its files is to be looked at
    """
    if newest(resource_id) is None:
        return
    _serve_none_of(resource_id)
    if owe and looked_into():
        owed.owe(CONTENT, resource_id)


def _serve_none_of(resource_id: str) -> bool:
    """Return whether one was served."""
    done = model.Session.execute(
        sa.update(Version)
        .where(Version.resource_id == resource_id, Version.served)
        .values(served=False)
        .execution_options(synchronize_session="fetch")
    )
    return bool(done.rowcount)


def _tell_of_none(resource_id: str) -> None:
    """Let the resource's row say nothing of a file that nobody can have."""
    resource = model.Resource.get(resource_id)
    if resource is None or resource.url_type != "upload":
        return
    resource.hash, resource.size = "", None
    _moved(resource)
    model.Session.flush()
    owed.owe("index", resource.package_id)


@dataclass(frozen=True)
class Standing:
    """How far a resource's uploaded files have come.

    Attributes:
        served: whether one can be downloaded.
        waits: whether a newer one has come and is being looked at.
        held: whether the newest is held back.
        since: when the newest came.
    """

    served: bool
    waits: bool
    held: bool
    since: datetime


def standings(resource_ids: Sequence[str]) -> dict[str, Standing]:
    """Return how far the files of these resources have come; links are left out."""
    query = (
        sa.select(Version.resource_id, Version.served, Version.state, Version.created)
        .where(Version.resource_id.in_(resource_ids), Version.source == "")
        .order_by(Version.id)
    )
    found: dict[str, Standing] = {}
    for row in model.Session.execute(query):
        before = found.get(row.resource_id)
        found[row.resource_id] = Standing(
            served=row.served or bool(before and before.served),
            waits=not row.served and row.state in (RECEIVED, JUDGED),
            held=not row.served and row.state == HELD,
            since=row.created,
        )
    return found
