"""Bring the departments of ``city.yaml`` into the catalog as CKAN organizations.

Owns their making and correcting. It never deletes one: a department that is no longer in
the file keeps its data sets until a person moves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from .city import Department
from .site import city


def apply() -> Iterator[tuple[str, str]]:
    """Make or correct each department of the city's file.

    Yields:
        the department's name and what was done: "made", "corrected" or "as it was"
    """
    for department in city().departments:
        yield department.name, ensure(as_organization(department))


def as_organization(department: Department) -> dict[str, Any]:
    """Return a department as the fields of its organization."""
    return {
        "name": department.name,
        "title": department.title,
        "code": department.code,
        "description": department.description,
        "head": department.head,
        "coordinator_name": department.coordinator.name,
        "coordinator_email": department.coordinator.email,
        "valid_from": department.valid_from.isoformat() if department.valid_from else "",
        "valid_to": department.valid_to.isoformat() if department.valid_to else "",
        "replaced_by": department.replaced_by,
    }


def ensure(wanted: dict[str, Any]) -> str:
    """Make an organization, or correct it where it differs.

    Args:
        wanted: fields of ``schemas/catalog/department.yaml``; ``name`` is required

    Returns:
        "made", "corrected" or "as it was"
    """
    context = {"ignore_auth": True, "user": _site_user()}
    group = model.Group.get(wanted["name"])
    if group is None:
        tk.get_action("organization_create")(context, dict(wanted))
        return "made"
    shown = tk.get_action("organization_show")(
        {"ignore_auth": True},
        {"id": group.id, "include_users": False, "include_dataset_count": False},
    )
    if all((shown.get(name) or "") == value for name, value in wanted.items()):
        return "as it was"
    tk.get_action("organization_patch")(context, {"id": group.id, **wanted})
    return "corrected"


def _site_user() -> str:
    return tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
