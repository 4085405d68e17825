"""The file that an address asks for: to those who may see it, or may change it.

Owns the one answer to everybody else, 404, whether the file does not exist or is not theirs to
know of. Who may see and change what is CKAN's to say.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["context", "may_change", "own", "own_data_set", "seen", "seen_data_set"]

Pair = tuple[dict[str, Any], dict[str, Any]]


def context() -> dict[str, Any]:
    """Return the context of an action on behalf of the reader."""
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def seen_data_set(id: str) -> dict[str, Any]:
    """Return a data set, as ``package_show`` has it; or answer 404."""
    try:
        return tk.get_action("package_show")(context(), {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no data set at this address."))


def seen(id: str, resource_id: str) -> Pair:
    """Return a data set and one of its files, as ``package_show`` has them; or answer 404."""
    data = seen_data_set(id)
    for resource in data["resources"]:
        if resource["id"] == resource_id:
            return data, resource
    return tk.abort(404, tk._("There is no file at this address."))


def may_change(data: dict[str, Any]) -> bool:
    """Tell whether the reader may change a data set and its files."""
    if not tk.current_user.is_authenticated:
        return False
    return bool(tk.h.check_access("package_update", {"id": data["id"]}))


def own_data_set(id: str) -> dict[str, Any]:
    """Return a data set to those who may change it; else answer 403, or 404."""
    data = seen_data_set(id)
    if not may_change(data):
        return tk.abort(403, tk._("You may not change this data set."))
    return data


def own(id: str, resource_id: str) -> Pair:
    """Return a data set and one of its files to those who may change them; else 403, or 404."""
    data, resource = seen(id, resource_id)
    if not may_change(data):
        return tk.abort(403, tk._("You may not change this data set."))
    return data, resource
