"""The feed's actions."""

from __future__ import annotations

from .record import independence_feed_record_show

__all__ = ["independence_feed_record_show"]
