"""The policy's actions."""

from __future__ import annotations

from .standing import independence_policy_dataset_show

__all__ = ["independence_policy_dataset_show"]
