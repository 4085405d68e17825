"""What the slice's templates ask for."""

from __future__ import annotations

__all__: list[str] = []
