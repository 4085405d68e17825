"""A resource's columns, explained: what is kept, what its table says, and both at once.

Owns one look at a resource's words beside its table, and their change: into the resource's
contents and into the comments of the DataStore's table, where CKAN's API and the pages read them.
Refuses to judge who may; actions do. What words are and how they find their columns is
``dictionary``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model

from ..catalog.interfaces import facts_changed
from . import decided, described, dictionary, store
from .dictionary import Entry
from .model import Contents, Found

__all__ = ["Explained", "explain", "explained"]


@dataclass(frozen=True)
class Explained:
    """A table's columns with their words.

    Attributes:
        columns: in the table's order.
        gone: words whose column is not in the table now.
        written: names of the columns of which a steward has said something, if only "nothing".
        profile: per column name, what ``profiles`` found.
    """

    columns: list[Entry]
    gone: list[Entry] = field(default_factory=list)
    written: frozenset[str] = frozenset()
    profile: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def has_words(self) -> bool:
        """Tell whether anybody explained any column."""
        return any(column.has_words for column in self.columns)


def explained(resource_id: str) -> Explained | None:
    """Return the columns of a resource's table with what was written of each; None: no table."""
    table = described.tables([resource_id]).get(resource_id)
    if table is None:
        return None
    row = model.Session.execute(
        sa.select(Contents.columns, Found.outcome)
        .outerjoin(Found, Found.version_id == Contents.version_id)
        .where(Contents.resource_id == resource_id)
    ).first()
    words = row.columns if row else []
    said = _said(row.outcome if row else None)
    columns = [
        # What the file says where a reader looked into it, else what the table itself does.
        {"name": c.name, "type": c.type}
        | said.get(
            c.name,
            {
                "label": c.label,
                "unit": c.unit,
                "description": c.description,
                "codes": c.codes,
                "role": c.role,
            },
        )
        for c in table.columns
    ]
    entries, gone = dictionary.merged(columns, words)
    return Explained(
        entries,
        gone,
        frozenset(str(one["name"]) for one in words),
        {c.name: c.profile for c in table.columns},
    )


def _said(outcome: Mapping[str, Any] | None) -> dict[str, dict[str, str]]:
    tables = (outcome or {}).get("tables") or [{}]
    return {
        column["name"]: {
            # A header that is the name already says nothing more.
            "label": "" if column.get("label") == column["name"] else column.get("label") or "",
            "unit": column.get("unit") or "",
        }
        for column in tables[0].get("columns") or []
    }


def explain(
    resource_id: str,
    given: Iterable[Mapping[str, Any]],
    *,
    forget: Iterable[str] = (),
    rename: Mapping[str, str] | None = None,
) -> None:
    """Keep a steward's words for a resource and write them into its table, at once.

    Args:
        resource_id: whose
        given: checked by ``dictionary.parsed``
        forget: names whose words are thrown away
        rename: names whose words belong to another column now

    It sends ``facts_changed`` and commits: what follows from it is owed with it.
    """
    contents = decided.row(resource_id)
    contents.columns = dictionary.updated(contents.columns, given, forget=forget, rename=rename)
    model.Session.flush()
    now = explained(resource_id)
    if now is not None:
        columns = [store.Column(e.name, e.type, dictionary.commented(e)) for e in now.columns]
        store.comment(resource_id, columns)
    package_id = model.Session.execute(
        sa.select(model.Resource.package_id).where(model.Resource.id == resource_id)
    ).scalar()
    facts_changed.send(package_id)
    model.Session.commit()
