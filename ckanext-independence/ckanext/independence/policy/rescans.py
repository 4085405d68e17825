"""Looking again through files that are served: for new recognisers, new words, declared counts.

Owns which versions want a scan and the jobs that make it. What comes of it is a finding: what is
public stays so until a person takes it away. Refuses to scan in anybody's request.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from file_keeper.core.exceptions import MissingFileError

from ..catalog import files, owed, versions
from ..catalog.interfaces import facts
from ..catalog.model import Version
from ..content import derived
from . import counts, gather, held, scans
from .book import rulebook
from .rules.subjects import File, Subject

__all__ = ["RESCAN", "SCAN", "columns_of", "is_scanned", "owe", "owe_counts"]

log = logging.getLogger(__name__)

RESCAN, SCAN = "policy-rescan", "policy-scan"
_AT_ONCE = 500


def is_scanned(version: Version) -> bool:
    """Say whether the recognisers of now looked through a version with what is known of it now."""
    words = scans.words_of(columns_of(version.resource_id)) if version.served else None
    return scans.find(version.sha256, words) is not None


def columns_of(resource_id: str) -> Sequence[Mapping[str, Any]]:
    """Return what is known of the columns of what a resource serves."""
    known = facts([resource_id]).get(resource_id)
    return known.columns if known is not None else ()


def owe(version_id: int) -> None:
    """Note in CKAN's session that a version is to be looked through."""
    owed.owe(SCAN, str(version_id))


@owed.handler(RESCAN, owed.LOADS)
def owe_all(key: str, payload: dict[str, Any] | None) -> None:
    """Owe a look at every version that the public can have and nobody of now looked through.

    What is held or waits is judged anew, too.
    """
    held.look_again()
    waiting = sa.select(model.Package.id).where(
        model.Package.private, model.Package.extras["publish_requested"].astext != ""
    )
    for package_id in model.Session.scalars(waiting).all():
        owed.owe("policy-publish", package_id)
    chosen = sa.select(Version).where(Version.state == versions.SERVED).order_by(Version.id)
    for some in model.Session.scalars(chosen).partitions(_AT_ONCE):
        known = facts([version.resource_id for version in some if version.served])
        wanted = []
        for version in some:
            told = known.get(version.resource_id)
            words = scans.words_of(told.columns if told else ()) if version.served else None
            wanted.append((version.sha256, words))
        for version, scan in zip(some, scans.find_all(wanted), strict=True):
            if scan is None:
                owe(version.id)


@owed.handler(SCAN, queue=owed.LOADS)
def look(key: str, payload: dict[str, Any] | None) -> None:
    """Look through a version; its data set is judged, and published if it waited for that."""
    version = model.Session.get(Version, int(key))
    resource = model.Resource.get(version.resource_id) if version else None
    file = files.stored_version(version.id) if version else None
    if version is None or resource is None or file is None or version.state != versions.SERVED:
        return
    columns = list(columns_of(resource.id)) if version.served else []
    package_id = resource.package_id
    asked = _counts_asked(package_id, resource.id) if version.served else None
    model.Session.rollback()
    try:
        with scans.local(file) as path:
            scans.scan(file.sha256, path, file.name, columns)
    except MissingFileError:
        log.error("The file of version %s is lost, so it cannot be looked through", key)
        scans.give_up(file.sha256, columns, "The file is lost, so it cannot be looked through.")
    if asked is not None:
        what, known = asked
        try:
            with derived.local(int(key), derived.TABLE) as table:
                counts.look(file.sha256, table, known.columns, what)
        except MissingFileError:
            counts.give_up(file.sha256, what)
    owed.owe("policy-judge", package_id)
    owed.owe("policy-publish", package_id)


def owe_counts(subject: Subject) -> None:
    """Owe a look at those files of a data set whose counts of persons nobody looked at yet."""
    files_ = counts.lacking(rulebook(), subject)
    if files_:
        chosen = sa.select(Version.id).where(Version.resource_id.in_(files_), Version.served)
        for version_id in model.Session.scalars(chosen).all():
            owe(version_id)


def _counts_asked(package_id: str, resource_id: str) -> tuple[counts.Asked, File] | None:
    for _id, subject in gather.subjects([package_id]):
        what = counts.asked(rulebook(), subject).get(resource_id)
        file = next((one for one in subject.files if one.id == resource_id), None)
        if what is not None and file is not None:
            return what, file
    return None
