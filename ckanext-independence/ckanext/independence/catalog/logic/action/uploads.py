"""Files that come with a new data set: CKAN itself takes them only when one is changed."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ... import files

__all__ = ["package_create"]


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
