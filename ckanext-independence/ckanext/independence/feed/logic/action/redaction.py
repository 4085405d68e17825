"""Taking all text of a data set out of the feed, for whoever runs the site."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ... import redaction

__all__ = ["independence_feed_record_redact"]


def independence_feed_record_redact(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Drop all that the feed keeps of a data set, and its history, and publish at once.

    It is out of the feed until it is saved anew and valid.

    Args:
        id: the data set's id, name or identifier
        note: why, without the text itself (optional)

    Returns:
        ``identifiers`` that were taken out, and numbers of the ``snapshots`` that were removed

    Raises:
        NotAuthorized: whoever asks is no sysadmin
    """
    id_ = tk.get_or_bust(data_dict, "id")
    tk.check_access("independence_feed_record_redact", context, data_dict)
    return redaction.redact(
        redaction.find(str(id_)),
        who=context.get("user") or "",
        note=str(data_dict.get("note") or ""),
    )
