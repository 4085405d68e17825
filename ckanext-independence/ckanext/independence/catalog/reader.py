"""The bulk reader: ids in, plain dicts out, in a handful of queries however many there are.

Owns how data sets are read in number: for the feed, reports and whatever derives from the
catalog. It reads the tables and runs no validator, so what it gives is what is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ckan import model
from sqlalchemy import text

LIST_FIELDS = ("themes", "goals", "spatial_places", "subject_sensitivity", "references")

_DATASETS = text(
    """
    SELECT p.id, p.name, p.title, p.notes, p.license_id, p.private, p.state, p.owner_org,
           p.metadata_created, p.metadata_modified, p.extras,
           g.name AS department_name, g.title AS department_title
      FROM package p
      LEFT JOIN "group" g ON g.id = p.owner_org
     WHERE p.type = 'dataset'
       AND p.id = ANY(:ids)
    """
)
_TAGS = text(
    """
    SELECT pt.package_id, array_agg(t.name ORDER BY t.name) AS tags
      FROM package_tag pt JOIN tag t ON t.id = pt.tag_id
     WHERE pt.state = 'active' AND t.vocabulary_id IS NULL AND pt.package_id = ANY(:ids)
     GROUP BY pt.package_id
    """
)
_RESOURCES = text(
    """
    SELECT r.package_id, r.id, r.name, r.description, r.url, r.url_type, r.format, r.mimetype,
           r.size, r.hash, r.last_modified, r.created, r.position, r.extras
      FROM resource r
     WHERE r.state = 'active' AND r.package_id = ANY(:ids)
     ORDER BY r.package_id, r.position
    """
)
_IS_PUBLIC = "type = 'dataset' AND state = 'active' AND NOT private"
_PUBLIC = text(f"SELECT id FROM package WHERE {_IS_PUBLIC} ORDER BY extras->>'identifier', id")  # noqa: S608
_ONLY_PUBLIC = text(f"SELECT id FROM package WHERE {_IS_PUBLIC} AND id = ANY(:ids)")  # noqa: S608


def public_ids() -> list[str]:
    """Return the ids of the data sets that everybody may see, ordered by identifier."""
    return [row.id for row in model.Session.execute(_PUBLIC)]


def only_public(ids: Iterable[str]) -> set[str]:
    """Return those of these data sets that everybody may see."""
    return {row.id for row in model.Session.execute(_ONLY_PUBLIC, {"ids": list(ids)})}


def read(ids: Iterable[str], batch: int = 1000) -> Iterator[dict[str, Any]]:
    """Read data sets with their keywords, department and files.

    Args:
        ids: of data sets; one that does not exist is left out
        batch: how many are read at a time

    Yields:
        in the order of ``ids``, a dict with CKAN's column names, the schema's fields beside
        them (lists as lists), ``tags`` (names), ``department`` (``name`` and ``title``, or
        None) and ``resources`` (in order)
    """
    wanted = list(ids)
    for start in range(0, len(wanted), batch):
        chosen = {"ids": wanted[start : start + batch]}
        session = model.Session
        tags = {row.package_id: list(row.tags) for row in session.execute(_TAGS, chosen)}
        resources: dict[str, list[dict[str, Any]]] = {}
        for row in session.execute(_RESOURCES, chosen):
            resources.setdefault(row.package_id, []).append(_resource(row))
        found = {row.id: row for row in session.execute(_DATASETS, chosen)}
        for id_ in chosen["ids"]:
            if id_ in found:
                yield _dataset(found[id_], tags.get(id_, []), resources.get(id_, []))


def _dataset(row: Any, tags: list[str], resources: list[dict[str, Any]]) -> dict[str, Any]:
    values = dict(row._mapping)
    extras = values.pop("extras") or {}
    name, title = values.pop("department_name"), values.pop("department_title")
    for key, value in extras.items():
        values.setdefault(key, as_list(value) if key in LIST_FIELDS else value)
    values["tags"] = tags
    values["department"] = {"name": name, "title": title} if name else None
    values["resources"] = resources
    return values


def _resource(row: Any) -> dict[str, Any]:
    values = dict(row._mapping)
    extras = values.pop("extras")
    if isinstance(extras, str):
        extras = json.loads(extras) if extras else {}
    for key, value in (extras or {}).items():
        values.setdefault(key, value)
    return values


def as_list(value: str) -> list[Any]:
    """Return what a field that holds a list stores, as a list."""
    try:
        loaded = json.loads(value)
    except ValueError:
        return [value]
    return loaded if isinstance(loaded, list) else [loaded]
