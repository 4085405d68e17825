"""The slice's addresses, by area."""

from __future__ import annotations

__all__: list[str] = []
