"""Taking a data set out of what the public sees, with a reason, whatever else is wrong.

Owns the step and its record. It does not pass the schema: a data set that is invalid in
some other field, or a search engine that is down, must not keep in public what has to go.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.plugins import get_permission_labels
from ckan.logic import index_remove_package, index_update_package

from . import owed

log = logging.getLogger(__name__)

REASONS = ("retired", "merged", "error", "protected")


def withdraw(
    context: dict[str, Any], package: Any, *, reason: str, note: str, delete: bool
) -> None:
    """Make a data set private, or delete it, and keep why.

    Args:
        context: of the action that asks; its user is written into the history
        package: the data set, as CKAN's model has it
        reason: one of ``REASONS``
        note: a sentence about it, or ""
        delete: also move it to the trash
    """
    package.private = True
    package.extras["withdrawal_reason"] = reason
    package.extras["withdrawal_note"] = note
    package.extras.pop("publish_requested", None)
    package.metadata_modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    if delete:
        package.delete()
    model.Session.flush()
    shown = tk.get_action("package_show")(
        {"ignore_auth": True, "user": context.get("user"), "use_cache": False},
        {"id": package.id},
    )
    for plugin in p.PluginImplementations(p.IPackageController):
        plugin.edit(package)
        plugin.after_dataset_update({**context, "package": package}, shown)
    # Search is told at once below; where it is down, the job tells it later.
    owed.owe("index", package.id)
    _record(context, package, shown)
    model.repo.commit()
    try:
        index_update_package({"ignore_auth": True}, package.id)
    except Exception:
        log.exception("%s is withdrawn; search will hear of it later", package.name)


@owed.handler("index")
def index(key: str, payload: dict[str, Any] | None) -> None:
    """Bring the search entry of the data set with id ``key`` up to date."""
    # A save or a purge that is on its way has changed this row and is waited for; one that comes
    # later waits. Else what was read before it would be written to search after it.
    chosen = sa.select(model.Package.id).where(model.Package.id == key)
    if model.Session.scalar(chosen.with_for_update(key_share=True)) is None:
        index_remove_package(key)
    else:
        index_update_package({"ignore_auth": True}, key)


def _record(context: dict[str, Any], package: Any, shown: dict[str, Any]) -> None:
    if not p.plugin_loaded("activity"):
        return
    user = model.User.get(context.get("user") or "")
    kind = "deleted package" if package.state == model.State.DELETED else "changed package"
    tk.get_action("activity_create")(
        {"ignore_auth": True, "user": context.get("user"), "defer_commit": True},
        {
            "user_id": user.id if user else "not logged in",
            "object_id": package.id,
            "activity_type": kind,
            "data": {"package": shown, "actor": user.name if user else None},
            # Without them CKAN shows the change to sysadmins only, and breaks on asking for it.
            "permission_labels": get_permission_labels().get_dataset_labels(package),
        },
    )
