"""The slice's addresses, by area."""

from __future__ import annotations

from .pages import independence_feed
from .staff import independence_feed_staff

__all__ = ["independence_feed", "independence_feed_staff"]
