"""Who may do what to the contents of files."""

from __future__ import annotations

__all__: list[str] = []
