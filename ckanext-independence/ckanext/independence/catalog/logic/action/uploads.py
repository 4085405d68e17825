"""Files that come with a data set, as CKAN itself does not tell of them.

It takes them of a changed data set only, and validates only those that changed.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ... import files

__all__ = ["package_create", "package_update"]


@tk.chained_action
def package_create(create: Any, context: dict[str, Any], data_dict: dict[str, Any]) -> Any:
    """Make a data set and keep the files of its resources, all or nothing.

    Each resource may hold ``upload``, as in ``resource_create``.
    """
    resources = data_dict.get("resources")
    if isinstance(resources, list):
        context[files.COMING] = [
            files.ResourceFile(one) for one in resources if isinstance(one, dict)
        ]
    return create(context, data_dict)


@tk.chained_action
def package_update(update: Any, context: dict[str, Any], data_dict: dict[str, Any]) -> Any:
    """Change a data set as CKAN does, and let its last validator know which files it keeps."""
    resources = data_dict.get("resources")
    if isinstance(resources, list):
        context[files.KEPT] = {
            one["id"] for one in resources if isinstance(one, dict) and one.get("id")
        }
    else:
        context.pop(files.KEPT, None)
    return update(context, data_dict)
