"""The slice's actions, by area."""

from __future__ import annotations

__all__: list[str] = []
