"""Taking away: tables and whatever else was made of files that nobody is to see any more.

Owns the removal of a version's derived files and findings, of a resource's table, the nightly
sweep of what nobody owns, and what is owed when a data set is withdrawn, deleted or comes
back. It removes no file that was uploaded: those are the catalog's.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model

from ..catalog import clock, owed, versions
from ..catalog.interfaces import CONTENT
from ..catalog.model import Version
from . import decided, derived, found, store
from .model import Contents, Found

__all__ = [
    "CHANGES", "SWEEP", "TOLD", "WORK", "after_change", "forget", "hold", "offer", "remove_made",
    "without_table",
]  # fmt: skip

SWEEP = "content-sweep"
TOLD, CHANGES = "content-told", "content-changes"
# How the folders begin in which files are read; what is left of one is swept after a day.
WORK = "content-load-"
LEFT_SECONDS = 24 * 3600


def remove_made(version_id: int) -> None:
    """Remove everything that was made of a version's file, and what was found in it."""
    derived.remove(version_id)
    found.note(
        version_id,
        status=found.WAITING,
        message="",
        progress=None,
        outcome=None,
        profile=None,
        changes=None,
        rows=None,
        set_aside=None,
        searchable=False,
        loaded_at=None,
    )


def hold(version: Version, reason: str) -> None:
    """Take a version out of everybody's sight at once; the one before it takes its place.

    Commits CKAN's session.
    """
    resource_id, version_id, was_served = version.resource_id, version.id, version.served
    versions.hold(version_id, reason)
    remove_made(version_id)
    # What a later version differs in tells what was in this one.
    later = sa.select(Version.id).where(Version.resource_id == resource_id, Version.id > version_id)
    compared = model.Session.scalars(
        sa.update(Found)
        .where(Found.version_id.in_(later), Found.changes.is_not(None))
        .values(changes=None)
        .returning(Found.version_id)
    ).all()
    for number in compared:
        owed.owe(CHANGES, str(number))
    if was_served:
        contents = decided.of(resource_id)
        if contents is not None:
            contents.version_id = None
        resource = model.Resource.get(resource_id)
        if resource is not None:
            offer(resource, False)
        before = versions.before(version_id)
        if before is not None:
            versions.serve(before.id)
        owed.owe(CONTENT, resource_id)
    resource = model.Resource.get(resource_id)
    if resource is not None:
        owed.owe(TOLD, resource.package_id)
    model.repo.commit()
    if was_served or store.held_versions([resource_id]).get(resource_id) == version_id:
        store.hide(resource_id)


def offer(resource: Any, on: bool) -> None:
    """Say in the resource whether it has a table, without a new version of the data set."""
    if bool(resource.extras.get("datastore_active")) == on:
        return
    resource.extras = {**resource.extras, "datastore_active": on}
    model.Session.flush()
    owed.owe("index", resource.package_id)


def leave_to_loader(package_id: str) -> None:
    """Keep the DataStore from dropping tables of deleted files that the loader drops, too.

    Both would do so at the same time, and the one who comes second would fail.
    """
    deleted = (
        sa.select(model.Resource)
        .join(Contents, Contents.resource_id == model.Resource.id)
        .where(
            model.Resource.package_id == package_id,
            model.Resource.state == "deleted",
            Contents.version_id.is_not(None),
        )
    )
    for resource in model.Session.scalars(deleted):
        offer(resource, False)


def without_table(resource: Any) -> None:
    """Take away the table of a resource that serves nothing which could be one."""
    if store.held_versions([resource.id]):
        store.drop(resource.id)
    contents = decided.of(resource.id)
    if contents is not None:
        contents.version_id = None
    offer(resource, False)


def forget(resource_id: str) -> None:
    """Remove a resource's table and everything that was made of its files."""
    store.drop(resource_id)
    for version_id in model.Session.scalars(
        sa.select(Found.version_id)
        .join(Version, Version.id == Found.version_id)
        .where(Version.resource_id == resource_id)
    ).all():
        remove_made(version_id)
    resource = model.Resource.get(resource_id)
    if resource is not None:
        without_table(resource)


def after_change(package_id: str, gone: bool = False) -> None:
    """Owe what follows when a data set was withdrawn, deleted, published again or lost a file."""
    package = model.Package.get(package_id)
    if package is None:
        return
    # CKAN tells of a deletion while the data set is still there.
    hidden = (
        gone
        or package.state == "deleted"
        or (package.private and package.extras.get("withdrawal_reason"))
    )
    _owe_all(
        sa.select(Contents.resource_id)
        .join(model.Resource, model.Resource.id == Contents.resource_id)
        .where(
            model.Resource.package_id == package_id,
            Contents.version_id.is_not(None),
            sa.or_(sa.true() if hidden else sa.false(), model.Resource.state == "deleted"),
        )
    )
    if not hidden:
        # Whatever was made of its files was removed when it was withdrawn.
        _owe_all(
            sa.select(Version.resource_id)
            .join(Found, Found.version_id == Version.id)
            .join(model.Resource, model.Resource.id == Version.resource_id)
            .where(
                model.Resource.package_id == package_id,
                model.Resource.state == "active",
                Version.served,
                Found.status == found.WAITING,
            )
        )


def _owe_all(resource_ids: Any) -> None:
    for resource_id in model.Session.scalars(resource_ids).all():
        owed.owe(CONTENT, resource_id)


@owed.handler(SWEEP, queue=owed.LOADS)
def sweep(key: str, payload: dict[str, Any] | None) -> None:
    """Remove tables, derived files and work folders that belong to nothing any more."""
    named = set(store.leftovers()) | store.held_versions().keys()
    living = set(
        model.Session.scalars(
            sa.select(model.Resource.id)
            .join(model.Package, model.Package.id == model.Resource.package_id)
            .where(model.Resource.state == "active", model.Package.state != "deleted")
        )
    )
    for resource_id in named - living:
        store.drop(resource_id)
    known = set(model.Session.scalars(sa.select(Version.id)))
    for version_id in derived.versions() - known:
        derived.remove(version_id)
    _remove_folders(Path(tempfile.gettempdir()).glob(f"{WORK}*"))


def _remove_folders(folders: Iterable[Path]) -> None:
    before = time.time() - LEFT_SECONDS
    for folder in folders:
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


clock.schedule(SWEEP, "45 3 * * *")
