"""What was decided for a resource's contents: by a steward, or by a manifest that declares.

Owns the row of each resource and how a manifest's columns are laid into the dictionary: what
the manifest says counts until a steward says otherwise, and what a steward wrote stays when
the manifest is loaded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .model import Contents
from .reading.model import Column

__all__ = ["declare", "declared", "named", "of", "row", "with_declared"]

# What a manifest may say of a column.
_SAID = ("type", "label", "description", "unit", "codes", "role")


def of(resource_id: str) -> Contents | None:
    """Return what is decided; None where nothing is."""
    return model.Session.get(Contents, resource_id, populate_existing=True)


def row(resource_id: str) -> Contents:
    """Return the row of what is decided, made where there is none, and locked until the commit."""
    model.Session.execute(insert(Contents).values(resource_id=resource_id).on_conflict_do_nothing())
    query = sa.select(Contents).where(Contents.resource_id == resource_id).with_for_update()
    return model.Session.scalars(query.execution_options(populate_existing=True)).one()


def declare(resource_id: str, columns: Sequence[dict[str, Any]] | None) -> Contents:
    """Write down what a manifest says of columns; None changes nothing."""
    contents = row(resource_id)
    if columns is not None:
        contents.columns = with_declared(contents, columns)
        contents.declared = list(columns)
    return contents


def declared(resource_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return what manifests declared, by resource."""
    query = sa.select(Contents.resource_id, Contents.declared).where(
        Contents.resource_id.in_(resource_ids), Contents.declared.is_not(None)
    )
    return {row.resource_id: row.declared for row in model.Session.execute(query)}


def with_declared(
    contents: Contents | None, columns: Sequence[dict[str, Any]] | None
) -> list[dict[str, Any]]:
    """Return the dictionary with what a manifest says laid in; nothing is written."""
    words = [dict(one) for one in (contents.columns if contents else [])]
    if columns is None:
        return words
    before = {str(one.get("name")): one for one in (contents.declared if contents else None) or []}
    known = {str(one.get("name")): one for one in words}
    for column in columns:
        name = str(column.get("name") or "")
        if not name:
            continue
        if name not in known:
            known[name] = {"name": name}
            words.append(known[name])
        for key in _SAID:
            said = column.get(key)
            if said and known[name].get(key) in (None, "", before.get(name, {}).get(key)):
                known[name][key] = said
    return words


def named(words: Sequence[dict[str, Any]], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return a dictionary under the names that the columns have in the table.

    A manifest names a column as the file's header does, which a database may not take.
    """
    there = {column.name for column in columns}
    names = {column.label: column.name for column in columns}
    found: dict[str, dict[str, Any]] = {}
    for one in words:
        name = str(one.get("name") or "")
        name = name if name in there else names.get(name, name)
        found[name] = found.get(name, {}) | one | {"name": name}
    return list(found.values())
