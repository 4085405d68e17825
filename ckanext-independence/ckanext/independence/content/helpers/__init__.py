"""What the slice's templates ask for, by area."""

from __future__ import annotations

from .table import independence_content_table, independence_content_views

__all__ = ["independence_content_table", "independence_content_views"]
