"""The slice's addresses, by area."""

from __future__ import annotations

from .dataset import independence_policy_dataset
from .desk import independence_policy_desk
from .notices import independence_policy_notices

__all__ = [
    "independence_policy_dataset",
    "independence_policy_desk",
    "independence_policy_notices",
]
