"""What the slice's templates ask for, by area."""

from __future__ import annotations

__all__: list[str] = []
