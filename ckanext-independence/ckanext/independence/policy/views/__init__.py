"""The slice's addresses, by area."""

from __future__ import annotations

from .dataset import independence_policy_dataset
from .desk import independence_policy_desk
from .inventory import independence_policy_inventory
from .notices import independence_policy_notices
from .reports import independence_policy_reports
from .scorecards import independence_policy_scorecards

__all__ = [
    "independence_policy_dataset",
    "independence_policy_desk",
    "independence_policy_inventory",
    "independence_policy_notices",
    "independence_policy_reports",
    "independence_policy_scorecards",
]
