"""The departments as the public sees them.

Owns two reads of the database: all departments, and one. CKAN's own ``organization_show`` counts
and searches for each, and names its members.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from markupsafe import Markup

from . import words
from .shown import root


@dataclass(frozen=True)
class Department:
    """A department: what it does, who answers for its data, and since or until when it exists."""

    id: str
    name: str
    title: str
    description: str
    code: str
    head: str
    coordinator_name: str
    coordinator_email: str
    replaced_by: str
    replaced_by_title: str
    until: str
    is_past: bool

    @property
    def address(self) -> str:
        """Return the address of its page."""
        return f"{root()}/organization/{self.name}"

    @property
    def text(self) -> Markup:
        """Return what it does, as HTML."""
        return tk.h.render_markdown(self.description, auto_link=False)

    @property
    def summary(self) -> str:
        """Return what it does, in one line."""
        return words.plain(self.description)


def listed(counts: dict[str, int], today: dt.date) -> list[Department]:
    """Return the departments that exist or that still have data sets, by title."""
    found = _read(today)
    return [one for one in found if not one.is_past or counts.get(one.name)]


def one(name_or_id: str, today: dt.date) -> Department | None:
    """Return a department by its name or id, past ones included; None where there is none."""
    found = _read(today, name_or_id)
    return found[0] if found else None


def _read(today: dt.date, name_or_id: str | None = None) -> list[Department]:
    query = model.Session.query(model.Group).filter_by(is_organization=True, state="active")
    if name_or_id:
        query = query.filter((model.Group.name == name_or_id) | (model.Group.id == name_or_id))
    groups = query.order_by(model.Group.title).all()
    extras: dict[str, dict[str, Any]] = {group.id: group.extras or {} for group in groups}
    replacing = {more["replaced_by"] for more in extras.values() if more.get("replaced_by")}
    titles = (
        dict(
            model.Session.query(model.Group.name, model.Group.title)
            .filter(model.Group.name.in_(replacing))
            .all()
        )
        if replacing
        else {}
    )
    found = []
    for group in groups:
        more = extras[group.id]
        end = words.day_of(more.get("valid_to"))
        replaced_by = more.get("replaced_by") or ""
        found.append(
            Department(
                id=group.id,
                name=group.name,
                title=group.title or group.name,
                description=group.description or "",
                code=more.get("code") or "",
                head=more.get("head") or "",
                coordinator_name=more.get("coordinator_name") or "",
                coordinator_email=more.get("coordinator_email") or "",
                replaced_by=replaced_by,
                replaced_by_title=titles.get(replaced_by, replaced_by),
                until=words.day(end),
                is_past=bool(end and end < today),
            )
        )
    return found
