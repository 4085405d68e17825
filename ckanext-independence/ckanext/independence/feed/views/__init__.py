"""The slice's addresses, by area."""

from __future__ import annotations

from .pages import independence_feed

__all__ = ["independence_feed"]
