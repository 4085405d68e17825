"""Who may do what to the contents of files."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = [
    "independence_content_chart_update",
    "independence_content_dictionary_show",
    "independence_content_dictionary_update",
    "independence_content_map_update",
    "independence_content_reading_preview",
    "independence_content_reading_update",
    "independence_content_state_show",
    "independence_content_stream_declare",
    "independence_content_version_hold",
    "independence_content_version_note",
    "independence_content_version_serve",
]

Context = dict[str, Any]
Data = dict[str, Any]
Answer = dict[str, Any]


@tk.auth_allow_anonymous_access
def _who_sees_the_file(context: Context, data_dict: Data) -> Answer:
    return {"success": tk.check_access("resource_show", context, {"id": data_dict.get("id")})}


def _who_changes_the_file(context: Context, data_dict: Data) -> Answer:
    return {"success": tk.check_access("resource_update", context, {"id": data_dict.get("id")})}


# What columns mean, and how far a file has come.
independence_content_dictionary_show = _who_sees_the_file
independence_content_state_show = _who_sees_the_file
# What readers see first of it, and what becomes of its contents.
independence_content_chart_update = _who_changes_the_file
independence_content_dictionary_update = _who_changes_the_file
independence_content_map_update = _who_changes_the_file
independence_content_reading_preview = _who_changes_the_file
independence_content_reading_update = _who_changes_the_file
independence_content_stream_declare = _who_changes_the_file
independence_content_version_hold = _who_changes_the_file
independence_content_version_note = _who_changes_the_file
independence_content_version_serve = _who_changes_the_file
