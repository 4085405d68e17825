"""Who may know and do what of the policy."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ...catalog.staff import is_staff
from .. import reports, waivers

__all__ = [
    "independence_policy_bulk_fix",
    "independence_policy_dataset_show",
    "independence_policy_desk_list",
    "independence_policy_draft_check",
    "independence_policy_inventory_list",
    "independence_policy_preview",
    "independence_policy_publication_cancel",
    "independence_policy_report_give",
    "independence_policy_report_show",
    "independence_policy_report_update",
    "independence_policy_scorecard_show",
    "independence_policy_status_show",
    "independence_policy_version_withdraw",
    "independence_policy_waiver_decide",
    "independence_policy_waiver_end",
    "independence_policy_waiver_list",
    "independence_policy_waiver_request",
    "independence_policy_waiver_show",
]

Context = dict[str, Any]
Data = dict[str, Any]
Answer = dict[str, Any]


@tk.auth_allow_anonymous_access
def independence_policy_dataset_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Let those know how a data set stands who may see it; its evidence is the department's."""
    return {"success": tk.check_access("package_show", context, {"id": data_dict.get("id")})}


def independence_policy_preview(context: Context, data_dict: Data) -> Answer:
    """Leave it to sysadmins: it names data sets of all departments."""
    return {"success": False}


def independence_policy_status_show(context: Context, data_dict: Data) -> Answer:
    """Leave it to sysadmins."""
    return {"success": False}


def _who_changes_it(context: Context, data_dict: Data) -> Answer:
    return {"success": tk.check_access("package_update", context, {"id": data_dict.get("id")})}


independence_policy_publication_cancel = _who_changes_it
independence_policy_version_withdraw = _who_changes_it
independence_policy_waiver_request = _who_changes_it


def _is_approver(context: Context) -> bool:
    return waivers.approver(model.User.get(context.get("user") or "")) is not None


@tk.auth_sysadmins_check
def independence_policy_waiver_decide(context: Context, data_dict: Data) -> Answer:
    """Let those decide whom the city's file names; nobody does it for being a sysadmin."""
    named = _is_approver(context)
    return {"success": named, "msg": "Only those whom the city's file names grant waivers."}


def independence_policy_waiver_end(context: Context, data_dict: Data) -> Answer:
    """Let approvers and the department take a waiver back."""
    if _is_approver(context):
        return {"success": True}
    return _who_changes_it(context, data_dict)


@tk.auth_allow_anonymous_access
def _everybody(context: Context, data_dict: Data) -> Answer:
    # The actions tell everybody only of what they may know.
    return {"success": True}


independence_policy_waiver_list = independence_policy_waiver_show = _everybody
# Of drafts the inventory tells their department alone; a report is its writers' until it is given.
independence_policy_inventory_list = independence_policy_scorecard_show = _everybody
independence_policy_report_show = _everybody


def _who_writes_the_report(context: Context, data_dict: Data) -> Answer:
    return {
        "success": reports.may_write(context),
        "msg": tk._("Only administrators of the department in charge of the portal write it."),
    }


independence_policy_report_give = independence_policy_report_update = _who_writes_the_report


def _is_staff(context: Context, data_dict: Data) -> Answer:
    # What each data set allows is asked of it.
    return {"success": is_staff(context.get("user"))}


independence_policy_bulk_fix = independence_policy_desk_list = _is_staff


def independence_policy_draft_check(context: Context, data_dict: Data) -> Answer:
    """Let those ask who could save it."""
    if data_dict.get("id"):
        return _who_changes_it(context, data_dict)
    return {"success": tk.check_access("package_create", context, {})}
