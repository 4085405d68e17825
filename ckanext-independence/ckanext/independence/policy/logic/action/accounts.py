"""CKAN's actions on accounts, so that nobody becomes an approver by giving themselves an address.

Who grants waivers is told by the address of an account: only a sysadmin gives an account one that
the city's file names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ....catalog.site import city

__all__ = ["user_create", "user_update"]

Context = dict[str, Any]
Data = dict[str, Any]
Next = Callable[[Context, Data], Any]


def _check(context: Context, data_dict: Data, account: Any) -> None:
    email = str(data_dict.get("email") or "").strip().lower()
    named = {one.email.lower() for one in city().waiver_approvers}
    if email not in named or (account and (account.email or "").strip().lower() == email):
        return
    user = context.get("user")
    if not (context.get("ignore_auth") or (user and authz.is_sysadmin(user))):
        raise tk.ValidationError(
            {"email": ["This address belongs to somebody who grants waivers. Ask a sysadmin."]}
        )


@tk.chained_action
def user_create(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Make an account as CKAN does; one of an approver is made by a sysadmin."""
    _check(context, data_dict, None)
    return next_action(context, data_dict)


@tk.chained_action
def user_update(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Change an account as CKAN does; only a sysadmin gives it an approver's address."""
    _check(context, data_dict, model.User.get(str(data_dict.get("id") or "")))
    return next_action(context, data_dict)
