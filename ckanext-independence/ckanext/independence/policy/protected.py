"""Taking away what is public and must not be: the version that holds it, wherever it stands.

Owns the one step of a person that does it, and the judgement of which earlier version may take
its place. Refuses to do it by itself: no rule takes away what is public.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ..catalog import versions
from ..catalog.model import Version
from ..content import removal
from . import held, scans
from .identifiers.hits import CERTAIN, Hit
from .identifiers.kinds import KINDS

__all__ = ["REASON", "Withdrawn", "holds", "served_kinds", "withdraw"]

REASON = "It was withdrawn because it holds protected information."


@dataclass(frozen=True)
class Withdrawn:
    """What became of it.

    Attributes:
        versions: those that were taken away.
        serves: the version that is served in their place; None where none can be.
        dataset: whether the whole data set was withdrawn, since nothing is left to be served.
    """

    versions: Sequence[int]
    serves: int | None
    dataset: bool


def withdraw(context: dict[str, Any], resource: Any, note: str) -> Withdrawn:
    """Take what a resource serves out of everybody's sight, as protected; commits CKAN's session.

    Earlier versions stay at their addresses, so each of them that holds such information too goes
    with it, and each that nobody has looked through. Where none is left, the data set goes.

    Args:
        context: of whoever does it
        resource: whose file
        note: a sentence about it, or ""
    """
    resource_id, package_id = resource.id, resource.package_id
    chosen = sa.select(Version).where(
        Version.resource_id == resource_id, Version.state == versions.SERVED
    )
    rows = list(model.Session.scalars(chosen.order_by(Version.served, Version.id)))
    served = next((row for row in rows if row.served), None)
    kinds = {hit.kind for hit in _certain(served)} if served else set()
    gone = []
    # What is served goes last: only what is good is left then to take its place.
    for row in rows:
        if row.served or _holds(row, kinds):
            gone.append(row.id)
            held.hide(row.id)
            removal.hold(row, " ".join(filter(None, (REASON, note))))
    left = model.Session.scalar(
        sa.select(Version.id).where(Version.resource_id == resource_id, Version.served)
    )
    if left is None:
        tk.get_action("independence_catalog_dataset_withdraw")(
            context, {"id": package_id, "reason": "protected", "note": note}
        )
    return Withdrawn(gone, left, left is None)


def served_kinds(resource_ids: Sequence[str]) -> dict[str, set[str]]:
    """Return which kinds that hold data back are certain in what these resources serve."""
    chosen = sa.select(Version).where(Version.resource_id.in_(list(resource_ids)), Version.served)
    return {
        row.resource_id: {
            hit.kind for hit in _certain(row) if hit.kind in KINDS and KINDS[hit.kind].blocks
        }
        for row in model.Session.scalars(chosen)
    }


def _certain(version: Version) -> list[Hit]:
    scanned = scans.find(version.sha256)
    return [hit for hit in (scanned.hits if scanned else None) or () if hit.certainty == CERTAIN]


def _holds(version: Version, kinds: set[str]) -> bool:
    """Say whether an earlier version holds the same, or anything that holds data back."""
    scanned = scans.find(version.sha256)
    if scanned is None or scanned.hits is None:
        return True
    return any(
        hit.kind in kinds or (hit.kind in KINDS and KINDS[hit.kind].blocks)
        for hit in _certain(version)
    )


def holds(text: str) -> bool:
    """Say whether a text holds what no text may hold."""
    return any(
        hit.kind in KINDS and KINDS[hit.kind].blocks and hit.certainty == CERTAIN
        for hit in scans.in_texts({"text": text})
    )
