"""The slice's addresses, by area."""

from __future__ import annotations

from .machines import machines
from .pages import independence_feed
from .staff import independence_feed_staff

__all__ = ["independence_feed", "independence_feed_staff", "machines"]
