"""Actions on the step to public, and back: to stop waiting for it, and to take away a version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ... import protected
from ...publishing import REQUESTED

__all__ = [
    "bulk_update_private",
    "independence_policy_publication_cancel",
    "independence_policy_version_withdraw",
]

Context = dict[str, Any]
Data = dict[str, Any]
LONGEST = 2000


@tk.chained_action
def bulk_update_private(
    next_action: Callable[[Context, Data], Any], context: Context, data_dict: Data
) -> Any:
    """Make data sets private as CKAN does; those that wait to be public wait no longer."""
    told = next_action(context, data_dict)
    for id_ in data_dict.get("datasets") or []:
        package = model.Package.get(str(id_))
        if package is not None and package.extras.get(REQUESTED):
            _cancel(context, package.id)
    return told


def _cancel(context: Context, package_id: str) -> None:
    asked = {"user": context.get("user"), "ignore_auth": context.get("ignore_auth", False)}
    tk.get_action("package_patch")(asked, {"id": package_id, REQUESTED: "", "private": True})


def independence_policy_publication_cancel(context: Context, data_dict: Data) -> Data:
    """Take back that a data set is to be public as soon as its files are judged.

    Args:
        id: id or name of the data set

    Returns:
        ``{"id": …, "publish_requested": ""}``

    Raises:
        NotFound: there is no such data set
        NotAuthorized: whoever asks may not change it
        ValidationError: it does not wait
    """
    package = model.Package.get(str(tk.get_or_bust(data_dict, "id")))
    if package is None:
        raise tk.ObjectNotFound("There is no such data set.")
    tk.check_access("independence_policy_publication_cancel", context, {"id": package.id})
    if not package.extras.get(REQUESTED):
        raise tk.ValidationError({"id": ["It does not wait to be published."]})
    _cancel(context, package.id)
    return {"id": package.id, REQUESTED: ""}


def independence_policy_version_withdraw(context: Context, data_dict: Data) -> Data:
    """Take what a file serves out of public at once, because it holds protected information.

    It leaves the page, the list of versions, downloads, profile, search and feed. The last earlier
    version that does not hold such information takes its place; where there is none, the data set
    is withdrawn.

    Args:
        id: id of the file (resource)
        note: a sentence about it (optional)

    Returns:
        ``versions`` (numbers of those taken away), ``serves`` (the number of the version that is
        served now, or None) and ``dataset_withdrawn``

    Raises:
        NotFound: there is no such file
        NotAuthorized: whoever asks may not change the data set
        ValidationError: the note holds protected information itself
    """
    resource = model.Resource.get(str(tk.get_or_bust(data_dict, "id")))
    if resource is None or resource.state != "active":
        raise tk.ObjectNotFound("There is no such file.")
    tk.check_access("independence_policy_version_withdraw", context, {"id": resource.package_id})
    note = str(data_dict.get("note") or "").replace("\0", "").strip()[:LONGEST]
    if note and protected.holds(note):
        raise tk.ValidationError(
            {"note": ["Note: it seems to hold a protected number itself. Say it without one."]}
        )
    told = protected.withdraw(context, resource, note)
    return {
        "versions": list(told.versions),
        "serves": told.serves,
        "dataset_withdrawn": told.dataset,
    }
