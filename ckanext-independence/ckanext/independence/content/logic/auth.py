"""Who may do what to the contents of files."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = [
    "independence_content_chart_update",
    "independence_content_dictionary_show",
    "independence_content_dictionary_update",
    "independence_content_map_update",
]

Context = dict[str, Any]
Data = dict[str, Any]
Answer = dict[str, Any]


@tk.auth_allow_anonymous_access
def independence_content_dictionary_show(context: Context, data_dict: Data) -> Answer:
    """Tell what columns mean to those who may see the file."""
    return {"success": tk.check_access("resource_show", context, {"id": data_dict.get("id")})}


def independence_content_dictionary_update(context: Context, data_dict: Data) -> Answer:
    """Let those who may change a file say what its columns mean."""
    return {"success": tk.check_access("resource_update", context, {"id": data_dict.get("id")})}


def independence_content_chart_update(context: Context, data_dict: Data) -> Answer:
    """Let those who may change a file choose what readers see first of it."""
    return {"success": tk.check_access("resource_update", context, {"id": data_dict.get("id")})}


independence_content_map_update = independence_content_chart_update
