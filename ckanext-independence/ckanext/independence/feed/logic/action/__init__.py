"""The feed's actions."""

from __future__ import annotations

from .publication import (
    independence_feed_publish,
    independence_feed_resume,
    independence_feed_rollback,
    independence_feed_status_show,
    independence_feed_withdrawal_list,
    independence_feed_withdrawal_release,
)
from .record import independence_feed_record_show

__all__ = [
    "independence_feed_publish", "independence_feed_record_show", "independence_feed_resume",
    "independence_feed_rollback", "independence_feed_status_show",
    "independence_feed_withdrawal_list", "independence_feed_withdrawal_release",
]  # fmt: skip
