"""The slice's addresses, by area."""

from __future__ import annotations

from .notices import independence_policy_notices

__all__ = ["independence_policy_notices"]
