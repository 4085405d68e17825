"""The versions of a file: which there are, what each holds, and what changed between them.

Owns the list, which of them the public may know of (those that are or were served), and the
comparisons that are kept. A version that is held, or not yet served, is nothing to the public:
no name, no hash, no count of it. Refuses to judge who is staff of a data set; callers say so.
"""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ..catalog import clock, owed, words
from ..catalog.files import StoredFile
from ..catalog.model import KeptFile, Version
from . import derived, removal
from .changes import compare
from .model import Contents, Found
from .reading.grid import Limits

__all__ = ["MOST_ROWS_AT_ONCE", "Shown", "before", "compared", "listed", "one", "summary"]

log = logging.getLogger(__name__)

RETENTION = "content-versions"
# Two versions are compared while somebody waits only if that takes a few seconds.
MOST_ROWS_AT_ONCE = 200_000
PUBLIC = "served"


@dataclass(frozen=True)
class Shown:
    """A version as its page shows it. ``author``, ``reason`` and states are for staff alone.

    ``number`` is its permanent name; it says nothing of how many others there are.
    """

    number: int
    file: StoredFile
    created: datetime
    served: bool
    state: str
    note: str
    author: str
    reason: str
    rows: int | None
    set_aside: int | None
    columns: list[dict[str, Any]] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] | None = None

    @property
    def word(self) -> str:
        """Its state in words."""
        if self.served:
            return tk._("Current")
        return {
            "received": tk._("Waiting to be read"),
            "judged": tk._("Waiting to be served"),
            "served": tk._("Replaced"),
            "held": tk._("Held back"),
        }.get(self.state, self.state)

    @property
    def types(self) -> dict[str, str]:
        """The type of each of its columns, by name; empty where it is no table."""
        return {column["name"]: column["type"] for column in self.columns}


def listed(resource_id: str, *, staff: bool) -> list[Shown]:
    """Return a resource's versions, newest first; the public's are those that were served."""
    return _versions(Version.resource_id == resource_id, staff=staff)


def one(resource_id: str, number: int, *, staff: bool) -> Shown | None:
    """Return one version; None where there is none that the reader may know of."""
    if number >= 1 << 63:
        return None
    found = _versions(
        sa.and_(Version.resource_id == resource_id, Version.id == number), staff=staff
    )
    return found[0] if found else None


def before(version: Shown, *, staff: bool) -> Shown | None:
    """Return the last version before this one that is a table and that the reader may know of."""
    earlier = sa.and_(
        Version.resource_id == version.file.resource_id,
        Version.id < version.number,
        Version.state == PUBLIC,
    )
    return next((one for one in _versions(earlier, staff=staff) if one.columns), None)


def _versions(condition: Any, *, staff: bool) -> list[Shown]:
    query = (
        sa.select(Version, KeptFile.size, Found, model.User.fullname, model.User.name)
        .join(KeptFile, KeptFile.sha256 == Version.sha256)
        .outerjoin(Found, Found.version_id == Version.id)
        .outerjoin(model.User, model.User.id == Version.author)
        .where(condition)
        .order_by(Version.id.desc())
    )
    if not staff:
        query = query.where(Version.state == PUBLIC)
    shown = []
    for version, size, found, fullname, name in model.Session.execute(query):
        outcome = (found.outcome or {}) if found else {}
        table = next(iter(outcome.get("tables") or []), {})
        shown.append(
            Shown(
                number=version.id,
                file=StoredFile(
                    version.resource_id, version.sha256, size, version.mimetype,
                    version.filename, version.created,
                ),
                created=version.created,
                served=version.served,
                state=version.state,
                note=version.note,
                author=(fullname or name or "") if staff else "",
                reason=version.reason if staff else "",
                rows=found.rows if found else None,
                set_aside=found.set_aside if found else None,
                columns=[c for c in table.get("columns") or [] if not c.get("drop")]
                if found and found.status == "loaded"
                else [],
                profile=(found.profile or {}) if found else {},
                changes=found.changes if found else None,
            )
        )  # fmt: skip
    return shown


# ---- What changed ---------------------------------------------------------------------------


def compared(old: Shown, new: Shown) -> dict[str, Any]:
    """Compare two versions that are tables; what ``changes.compare`` says, and ``since``.

    Raises:
        MissingFileError: the rows of one of them are not kept.
    """
    known = model.Session.scalar(
        sa.select(Contents.columns).where(Contents.resource_id == new.file.resource_id)
    )
    identifiers = [c["name"] for c in known or [] if c.get("role") == "identifier"]
    with (
        derived.local(old.number, derived.TABLE) as before,
        derived.local(new.number, derived.TABLE) as after,
        tempfile.TemporaryDirectory(prefix="changes-") as folder,
    ):
        found = compare(
            before,
            after,
            types=(old.types, new.types),
            identifiers=identifiers,
            folder=Path(folder),
            limits=Limits(),
        )
    return {"since": old.number, **found}


@owed.handler(removal.CHANGES)
def _compare_when_owed(key: str, payload: dict[str, Any] | None) -> None:
    """Keep what changed in a version since the one that was served before it."""
    version = model.Session.get(Version, int(key))
    if version is None or version.state != PUBLIC:
        return
    shown = one(version.resource_id, version.id, staff=False)
    earlier = before(shown, staff=False) if shown and shown.columns else None
    if shown is None or earlier is None:
        return
    changes = compared(earlier, shown)
    both = sa.select(Version.state).where(Version.id.in_((earlier.number, version.id)))
    # Whoever holds one of them waits for this, or has been before, and then nothing is kept.
    if [*model.Session.scalars(both.with_for_update(read=True))] == [PUBLIC, PUBLIC]:
        model.Session.execute(
            sa.update(Found).where(Found.version_id == version.id).values(changes=changes)
        )


def summary(changes: dict[str, Any]) -> str:
    """Say in a sentence what changed."""
    rows, columns = changes["rows"], changes["columns"]
    parts = [
        tk._("{rows} added").format(rows=words.counted(rows["added"], "row")),
        tk._("{n} removed").format(n=words.number(rows["removed"])),
    ]
    if rows["changed"] is not None:
        parts.append(tk._("{n} changed").format(n=words.number(rows["changed"])))
    for kind, said in (
        ("added", tk._("{columns} added")),
        ("removed", tk._("{columns} removed")),
        ("retyped", tk._("{columns} of another kind")),
    ):
        if columns[kind]:
            parts.append(said.format(columns=words.counted(len(columns[kind]), "column")))
    if not any((rows["added"], rows["removed"], rows["changed"], *columns.values())):
        return tk._("Nothing: the same rows and columns.")
    return ", ".join(parts) + "."


# ---- How many are kept ----------------------------------------------------------------------


@owed.handler(RETENTION)
def thin_out(key: str, payload: dict[str, Any] | None) -> None:
    """Remove versions beyond the number that the settings keep; by default none.

    Only what was served and has been replaced is counted and removed, the oldest first. What is
    served, waits or is held back stays: nobody has decided about it yet. Files and what was made
    of them are removed by the sweeps of those who keep them, once no version names them.
    """
    kept = int(tk.config["ckanext.independence.content.keep_versions"])
    if kept <= 0:
        return
    number = sa.func.row_number().over(
        partition_by=Version.resource_id, order_by=(Version.served.desc(), Version.id.desc())
    )
    ranked = (
        sa.select(Version.id, Version.served, number.label("number"))
        .where(Version.state == PUBLIC)
        .subquery()
    )
    beyond = sa.select(ranked.c.id).where(ranked.c.number > kept, ~ranked.c.served)
    removed = model.Session.scalars(
        sa.delete(Version).where(Version.id.in_(beyond)).returning(Version.id)
    ).all()
    log.info("Removed %d old versions; %d are kept of each file", len(removed), kept)


clock.schedule(RETENTION, "40 2 * * *")
