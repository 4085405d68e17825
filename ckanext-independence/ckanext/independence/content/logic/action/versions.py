"""What a steward says of a version."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ....catalog.model import Version

__all__ = ["independence_content_version_note"]

LONGEST = 2000


def independence_content_version_note(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Say something of a version, such as why its file was replaced; everybody reads it.

    Args:
        version_id: its number
        note: plain text, at most 2,000 characters; empty takes back what was said

    Returns:
        ``version_id`` and ``note``

    Raises:
        NotAuthorized: the caller may not change the file
        ObjectNotFound: there is no such version
    """
    text = str(tk.get_or_bust(data_dict, "version_id"))
    known = text.isascii() and text.isdigit() and len(text) < 19
    version = model.Session.get(Version, int(text)) if known else None
    if version is None:
        raise tk.ObjectNotFound(tk._("There is no such version."))
    tk.check_access("independence_content_version_note", context, {"id": version.resource_id})
    note = str(data_dict.get("note") or "").replace("\0", "").strip()
    if len(note) > LONGEST:
        raise tk.ValidationError(
            {"note": [tk._("The note is longer than 2,000 characters. Shorten it.")]}
        )
    version.note = note
    model.repo.commit()
    return {"version_id": version.id, "note": note}
