"""Who may know and do what of the policy."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["independence_policy_dataset_show"]


@tk.auth_allow_anonymous_access
def independence_policy_dataset_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Let those know how a data set stands who may see it; its evidence is the department's."""
    return {"success": tk.check_access("package_show", context, {"id": data_dict.get("id")})}
