"""What harvesters are sent: published first, so that it holds what was saved a moment ago."""

from __future__ import annotations

from typing import Any

import requests
from embedded_ckan.testing import AnySite


def published(site: AnySite, address: str = "/data.json") -> dict[str, Any]:
    """Publish what has changed on a running site, and return a feed as anybody gets it.

    What the tests before have withdrawn is let go: it would be held as too much at once.
    """
    site.api("independence_feed_withdrawal_release", token=site.admin_token, all=True)
    site.api("independence_feed_publish", token=site.admin_token)
    answer = requests.get(site.url + address, timeout=60)
    assert answer.status_code == 200, answer.text[:500]
    feed: dict[str, Any] = answer.json()
    return feed
