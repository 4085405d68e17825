"""Who may do what in the catalog."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


def independence_catalog_dataset_withdraw(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Let those who may change a data set withdraw it."""
    return {"success": tk.check_access("package_update", context, {"id": data_dict.get("id")})}


def independence_catalog_load(context: dict[str, Any], data_dict: dict[str, Any]) -> dict[str, Any]:
    """Let sysadmins load catalogs, and nobody else."""
    return {"success": False, "msg": "Only sysadmins load catalogs."}
