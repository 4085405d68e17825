"""What the slice's templates ask for, by area."""

from __future__ import annotations

from .desk import (
    independence_policy_has_desk,
    independence_policy_held,
    independence_policy_looked_at,
    independence_policy_points,
)

__all__ = [
    "independence_policy_has_desk",
    "independence_policy_held",
    "independence_policy_looked_at",
    "independence_policy_points",
]
