"""The feed's actions."""

from __future__ import annotations

from .publication import independence_feed_publish
from .record import independence_feed_record_show

__all__ = ["independence_feed_publish", "independence_feed_record_show"]
