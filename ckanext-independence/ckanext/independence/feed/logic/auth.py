"""Who may read a data set's record."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ...catalog.staff import is_staff

__all__ = [
    "independence_feed_diff_show", "independence_feed_problem_list",
    "independence_feed_problem_places", "independence_feed_publish",
    "independence_feed_record_redact",
    "independence_feed_record_show", "independence_feed_rollback",
    "independence_feed_status_show", "independence_feed_withdrawal_list",
    "independence_feed_withdrawal_release",
]  # fmt: skip


@tk.auth_allow_anonymous_access
def independence_feed_record_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Let those read a record who may see its data set."""
    return {"success": tk.check_access("package_show", context, {"id": data_dict.get("id")})}


@tk.auth_allow_anonymous_access
def independence_feed_status_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Let everybody see what is published."""
    return {"success": True}


def independence_feed_problem_places(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Leave it to sysadmins: it tells of data sets of all departments."""
    return {"success": False}


def independence_feed_publish(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    """Leave it to sysadmins, whom CKAN asks nothing."""
    return {"success": False}


def independence_feed_rollback(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Leave it to sysadmins; so is the way back."""
    return {"success": False}


def independence_feed_withdrawal_list(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Leave it to sysadmins: it names what is hidden."""
    return {"success": False}


def independence_feed_withdrawal_release(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Leave it to sysadmins."""
    return {"success": False}


def independence_feed_record_redact(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Leave it to sysadmins, whom CKAN asks nothing."""
    return {"success": False}


def independence_feed_problem_list(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Let the staff of departments see what is wrong with their records."""
    return {"success": is_staff(context.get("user"))}


def independence_feed_diff_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Let the staff of departments see what becomes of their records."""
    return {"success": is_staff(context.get("user"))}
