"""One value for many data sets: the license, whom to ask, or how often they are updated.

Owns which values those are and what is told of each data set. Each is a save of its own, with all
checks of one; what is refused is told and stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ..catalog import forms

__all__ = ["MOST", "VALUES", "Fixed", "fix"]

MOST = 100
"""How many data sets are mended at once."""

VALUES: Mapping[str, tuple[str, ...]] = {
    "license": ("license_id",),
    "contact": ("steward_name", "steward_email"),
    "frequency": ("update_frequency",),
}
"""What can be set for many, and the fields that it is made of."""


@dataclass(frozen=True)
class Fixed:
    """What became of one data set. ``refused`` says why nothing was changed."""

    id: str
    title: str
    done: bool
    refused: Sequence[str] = ()


def fix(context: Mapping[str, Any], ids: Sequence[str], values: Mapping[str, str]) -> list[Fixed]:
    """Set the same values for data sets, one after another.

    Args:
        context: of whoever does it; what they may not change is refused, and what they may not
            see is not there
        ids: ids or names, each once
        values: by field
    """
    return [_one(context, id_, values) for id_ in ids]


def _one(context: Mapping[str, Any], id_: str, values: Mapping[str, str]) -> Fixed:
    asked = {name: context[name] for name in ("user", "ignore_auth") if name in context}
    title = id_
    try:
        before = tk.get_action("package_show")(dict(asked), {"id": id_})
        title = before["title"] or before["name"]
        tk.get_action("package_patch")(dict(asked), {"id": before["id"], **values})
    except tk.ObjectNotFound:
        return Fixed(id_, id_, False, ["There is no such data set."])
    except tk.NotAuthorized:
        known = title is not id_
        said = "You may not change it." if known else "There is no such data set."
        return Fixed(id_, title, False, [said])
    except tk.ValidationError as error:
        return Fixed(id_, title, False, [one.text for one in forms.problems(error.error_dict)])
    return Fixed(id_, title, True)
