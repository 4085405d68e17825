"""Who may do what in the catalog, where CKAN's own answer is not the city's.

Owns the closing of what tells strangers about staff, who withdraws, and who loads. Every
other rule is CKAN's: roles in a department decide.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ..staff import is_staff

__all__ = [
    "am_following_user",
    "dataset_followee_count",
    "followee_count",
    "group_followee_count",
    "independence_catalog_dataset_withdraw",
    "independence_catalog_load",
    "member_list",
    "organization_followee_count",
    "organization_list_for_user",
    "package_collaborator_create",
    "package_collaborator_delete",
    "package_collaborator_list",
    "package_collaborator_list_for_user",
    "task_status_show",
    "user_followee_count",
    "user_follower_count",
    "user_list",
    "user_show",
]

Context = dict[str, Any]
Data = dict[str, Any]
Answer = dict[str, Any]
Next = Callable[[Context, Data], Answer]


def independence_catalog_dataset_withdraw(context: Context, data_dict: Data) -> Answer:
    """Let those who may change a data set withdraw it."""
    return {"success": tk.check_access("package_update", context, {"id": data_dict.get("id")})}


def independence_catalog_load(context: Context, data_dict: Data) -> Answer:
    """Let sysadmins load catalogs, and nobody else."""
    return {"success": False, "msg": "Only sysadmins load catalogs."}


# --- accounts -------------------------------------------------------------------------------


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def _for_staff(next_auth: Next, context: Context, data_dict: Data) -> Answer:
    if is_staff(context.get("user")):
        return next_auth(context, data_dict)
    return {"success": False, "msg": tk._("Only staff may see this.")}


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def _for_staff_or_oneself(next_auth: Next, context: Context, data_dict: Data) -> Answer:
    user, asked = context.get("user"), data_dict.get("id")
    if user and isinstance(asked, str):
        account = model.User.get(asked)
        if account and account.name == user:
            return next_auth(context, data_dict)
    return _for_staff(next_auth, context, data_dict)


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def organization_list_for_user(next_auth: Next, context: Context, data_dict: Data) -> Answer:
    """Say in which departments somebody works to themselves and to staff."""
    if not data_dict.get("id"):
        return next_auth(context, data_dict)
    return _for_staff_or_oneself(next_auth, context, data_dict)


# The list of accounts; CKAN's rule for `user_autocomplete` is this one.
user_list = _for_staff
# One account; CKAN's rule for its activities is this one.
user_show = _for_staff_or_oneself
# Counts, which say that the account exists.
am_following_user = _for_staff
user_follower_count = _for_staff_or_oneself
followee_count = user_followee_count = dataset_followee_count = _for_staff_or_oneself
group_followee_count = organization_followee_count = _for_staff_or_oneself
# Who and what belongs to a department, its private data sets among them.
member_list = _for_staff
# CKAN's own answers to the public break here.
package_collaborator_list = package_collaborator_list_for_user = _for_staff
package_collaborator_create = package_collaborator_delete = _for_staff
# What background tasks noted.
task_status_show = _for_staff
