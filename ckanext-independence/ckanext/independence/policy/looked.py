"""What is known of the contents of files by the scans of them, for those who judge data sets.

Owns which scans count for a file: that of what is served, those of its earlier versions, which
stay at their addresses, and that of what lies behind a link. Refuses to scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from ckan import model

from ..catalog import versions
from ..catalog.model import Version
from . import linked, scans
from .identifiers.hits import CERTAIN, Hit

__all__ = ["scanned"]


def scanned(resources: Sequence[Mapping[str, Any]]) -> dict[str, scans.Scanned]:
    """Return what scans found in the files of these resources, by their ids.

    Args:
        resources: as ``reader.read`` gives them; those that come with a file are left out

    Returns:
        those that were looked through, and those of which it is known why they cannot be
    """
    settled = [one for one in resources if one.get("id") and not one.get("coming")]
    query = (
        sa.select(Version)
        .where(
            Version.resource_id.in_([one["id"] for one in settled]),
            Version.state == versions.SERVED,
        )
        .order_by(Version.served.desc(), Version.id.desc())
    )
    rows = list(model.Session.scalars(query)) if settled else []
    told = scans.find_all([(row.sha256, None) for row in rows])
    found: dict[str, scans.Scanned] = {}
    for row, scan in zip(rows, told, strict=True):
        if scan is None:
            continue
        if row.served:
            found[row.resource_id] = scan
        elif row.resource_id in found:
            found[row.resource_id] = _with_earlier(found[row.resource_id], row, scan)
    addresses = {str(one.get("url")) for one in settled if one["id"] not in found and _is_link(one)}
    behind = linked.known(addresses)
    for one in settled:
        there = behind.get(str(one.get("url"))) if one["id"] not in found else None
        if there is not None and there.scanned is not None:
            found[one["id"]] = there.scanned
    return found


def _is_link(resource: Mapping[str, Any]) -> bool:
    return resource.get("url_type") != "upload"


def _with_earlier(now: scans.Scanned, version: Version, scan: scans.Scanned) -> scans.Scanned:
    """Add what only an earlier version holds, which everybody still can have."""
    known = {(hit.kind, hit.column) for hit in now.hits or ()}
    place = f"the version of {version.created:%Y-%m-%d}"
    earlier: list[Hit] = [
        replace(hit, place=place)
        for hit in scan.hits or ()
        if hit.certainty == CERTAIN and (hit.kind, hit.column) not in known
    ]
    return replace(now, hits=[*(now.hits or ()), *earlier]) if earlier else now
