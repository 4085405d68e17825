"""Publishing now, for whoever runs the site."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ... import publisher

__all__ = ["independence_feed_publish"]


def independence_feed_publish(context: dict[str, Any], data_dict: dict[str, Any]) -> None:
    """Publish what has changed, without waiting for the next publication.

    Raises:
        NotAuthorized: whoever asks is no sysadmin
    """
    tk.check_access("independence_feed_publish", context, data_dict)
    publisher.publish()
