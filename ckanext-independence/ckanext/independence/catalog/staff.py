"""Who is staff, and what of the catalog's records only staff may read.

Owns two judgements: whether an account holds a role in a department, and which data sets an
account may see, as a condition for the database. Refuses nothing itself: `logic.auth` and
`logic.action.privacy` ask here.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.lib.plugins import get_permission_labels

# What of a data set, a search entry or a change names an account.
NAMES_STAFF = frozenset({"creator_user_id", "permission_labels", "plugin_data"})
# Whole records inside a search entry, with all of the above in them.
WHOLE_RECORDS = frozenset({"data_dict", "validated_data_dict"})


def is_staff(user: str | None) -> bool:
    """Tell whether an account holds a role in a department, or is a sysadmin.

    Args:
        user: its name or id; None or "" is the public
    """
    return bool(user) and authz.has_user_permission_for_some_org(user, "read")


def sees_everything(context: dict[str, Any]) -> bool:
    """Tell whether whoever asks is a sysadmin, or the portal itself."""
    user = context.get("user")
    return bool(context.get("ignore_auth")) or bool(user and authz.is_sysadmin(user))


def sees_staff(context: dict[str, Any]) -> bool:
    """Tell whether whoever asks may be told who did what."""
    return bool(context.get("ignore_auth")) or is_staff(context.get("user"))


def visible(context: dict[str, Any]) -> sa.ColumnElement[bool]:
    """Return the condition under which a row of `package` is seen by whoever asks."""
    account = model.User.get(context.get("user") or "")
    labels = get_permission_labels().get_user_dataset_labels(account)
    departments = [label.removeprefix("member-") for label in labels if label.startswith("member-")]
    return sa.and_(
        model.Package.state == model.State.ACTIVE,
        sa.or_(
            model.Package.private.is_(False),
            model.Package.owner_org.in_(departments),
        ),
    )


def own_departments(context: dict[str, Any]) -> list[str] | None:
    """Return the names of the departments in which whoever asks holds a role; None for all."""
    if sees_everything(context):
        return None
    user = context.get("user")
    if not user:
        return []
    listed = tk.get_action("organization_list_for_user")(
        {"user": user}, {"id": user, "permission": "read"}
    )
    return [one["name"] for one in listed]
