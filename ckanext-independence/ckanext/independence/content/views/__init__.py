"""The slice's addresses, by area."""

from __future__ import annotations

from .described import described
from .desk import desk

__all__ = ["described", "desk"]
