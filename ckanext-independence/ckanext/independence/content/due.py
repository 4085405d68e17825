"""What is to be looked into: which version of a resource, and how its file is to be read.

Owns the choice of the version, the reading that a file begins with, and when what was found
still stands. Refuses to read anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ..catalog import files, versions
from ..catalog.model import Version
from . import decided, found, links, removal, store
from .model import Found
from .reading.model import Column, Reading

__all__ = ["Task", "stamp", "task"]


@dataclass
class Task:
    """One version to be looked into, with everything that is known beforehand."""

    resource_id: str
    package_id: str
    version_id: int
    sha256: str
    filename: str
    # Whether the version is what the resource serves already, and is only read anew.
    again: bool
    # Whether a table of another, good version is there, which a bad file must not displace.
    has_table: bool
    file: files.StoredFile
    reading: Reading
    corrected: bool
    words: list[dict[str, Any]]
    # What this job is told that a manifest declares, and what one declares altogether.
    declared: list[dict[str, Any]] | None
    typed: list[dict[str, Any]]


def task(resource_id: str, payload: dict[str, Any] | None) -> Task | None:
    """Return what is to be looked into; None where everything stands, or nothing is served.

    Args:
        resource_id: whose newest file it is about
        payload: ``{"columns": [...]}`` are the columns that a manifest declares
    """
    resource = model.Resource.get(resource_id)
    package = model.Package.get(resource.package_id) if resource else None
    if (
        resource is None
        or package is None
        or resource.state != "active"
        or package.state == "deleted"
        or (package.private and package.extras.get("withdrawal_reason"))
    ):
        removal.forget(resource_id)
        return None
    contents = decided.of(resource_id)
    declared = (payload or {}).get("columns")
    words = decided.with_declared(contents, declared)
    if contents is not None and contents.streamed:
        return None
    source = "" if resource.url_type == "upload" else str(resource.url)
    if source and not links.wanted(resource):
        versions.serve_nothing(resource_id, owe=False)
        version, again = None, False
    else:
        version, again = _due(resource_id, source)
    if version is None:
        removal.without_table(resource)
        decided.declare(resource_id, declared)
        return None
    held = store.held_versions([resource_id]).get(resource_id)
    known = model.Session.get(Found, version.id)
    seal = stamp(contents.reading if contents else None, words)
    stands = known is not None and (known.outcome or {}).get("stamp") == seal
    if again and stands and known is not None:
        is_table = known.status == found.LOADED
        if is_table and held == version.id:
            removal.offer(resource, True)
            decided.declare(resource_id, declared)
            return None
        if known.status in (found.DOWNLOAD, found.ASKED, found.REFUSED):
            if held != version.id:
                removal.without_table(resource)
            decided.declare(resource_id, declared)
            return None
    file = files.stored_version(version.id)
    if file is None:
        raise LookupError(f"The file of version {version.id} is not known.")
    typed = declared if declared is not None else (contents.declared if contents else None) or []
    kept = (contents.reading if contents else None) or {}
    before = (known.outcome if known else None) or _outcome_served(resource_id) or {}
    return Task(
        resource_id=resource_id,
        package_id=resource.package_id,
        version_id=version.id,
        sha256=version.sha256,
        filename=version.filename,
        again=again,
        has_table=held is not None and held != version.id,
        file=file,
        reading=_reading(kept, typed, before),
        corrected=bool(kept.get("corrected")),
        words=words,
        declared=declared,
        typed=typed,
    )


def _due(resource_id: str, source: str) -> tuple[Version | None, bool]:
    """Return the version to look into, and whether it is served already."""
    model.Session.execute(
        sa.update(Version)
        .where(Version.resource_id == resource_id, Version.served, Version.source != source)
        .values(served=False)
    )
    rows = model.Session.scalars(
        sa.select(Version)
        .where(
            Version.resource_id == resource_id,
            Version.source == source,
            Version.state != versions.HELD,
        )
        .order_by(Version.id.desc())
    ).all()
    served = next((row for row in rows if row.served), None)
    if rows and rows[0] is not served and rows[0].state != versions.SERVED:
        return rows[0], False
    return served, served is not None


def _outcome_served(resource_id: str) -> dict[str, Any] | None:
    query = (
        sa.select(Found.outcome)
        .join(Version, Version.id == Found.version_id)
        .where(Version.resource_id == resource_id, Version.served)
    )
    return model.Session.scalar(query)


def stamp(kept: dict[str, Any] | None, words: Sequence[dict[str, Any]]) -> str:
    """Return a mark of what decides how a file is read: another one, and it is read anew."""
    types = sorted((str(one.get("name")), str(one.get("type") or "")) for one in words)
    text = json.dumps([kept, types], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _reading(
    kept: dict[str, Any], typed: Sequence[dict[str, Any]], before: dict[str, Any]
) -> Reading:
    """Return how a file is to be read: as a steward said, else as the one before was named."""
    wanted = Reading.of(kept)
    if not kept.get("corrected"):
        # What was only found out in another file is found out anew, all but names and choices.
        wanted = Reading(
            sheet=wanted.sheet,
            date_order=wanted.date_order,
            unpivot=wanted.unpivot,
            columns=[column for column in wanted.columns if column.label],
        )
        for column in wanted.columns:
            column.source, column.type, column.marks, column.unit = None, "", {}, ""
            column.notes, column.date_order, column.proved = [], "", True
    labels = {
        column["name"]: column["label"]
        for table in before.get("tables", [])
        for column in table["columns"]
    }
    known = {column.label: column for column in wanted.columns}
    for word in typed:
        name = str(word.get("name") or "")
        if not name or not word.get("type"):
            continue
        label = labels.get(name, name)
        column = known.get(label)
        if column is None:
            column = Column(label=label, name=name)
            known[label] = column
            wanted.columns.append(column)
        column.type = column.type or str(word["type"])
    return wanted
