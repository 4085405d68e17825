"""What the policy's pages ask before they show anything: who looks, and at which data set."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["context", "dataset", "may_change", "own"]


def context() -> dict[str, Any]:
    """Return whoever looks, as actions ask for it."""
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def dataset(id: str) -> dict[str, Any]:
    """Return a data set that whoever looks may see; any other is not there."""
    try:
        return tk.get_action("package_show")(context(), {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no data set at this address."))


def may_change(data: dict[str, Any]) -> bool:
    """Say whether whoever looks may change a data set."""
    if not tk.current_user.is_authenticated:
        return False
    return bool(tk.h.check_access("package_update", {"id": data["id"]}))


def own(id: str) -> dict[str, Any]:
    """Return a data set that whoever looks may change; anybody else is turned away."""
    data = dataset(id)
    if not may_change(data):
        return tk.abort(403, tk._("You may not change this data set."))
    return data
