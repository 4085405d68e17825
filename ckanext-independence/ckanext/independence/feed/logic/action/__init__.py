"""The feed's actions."""

from __future__ import annotations

from .departures import dataset_purge, organization_purge, package_owner_org_update
from .problems import independence_feed_diff_show, independence_feed_problem_list
from .publication import (
    independence_feed_publish,
    independence_feed_resume,
    independence_feed_rollback,
    independence_feed_status_show,
    independence_feed_withdrawal_list,
    independence_feed_withdrawal_release,
)
from .record import independence_feed_record_show
from .redaction import independence_feed_record_redact

__all__ = [
    "dataset_purge", "independence_feed_diff_show", "independence_feed_problem_list",
    "independence_feed_publish", "independence_feed_record_redact",
    "independence_feed_record_show", "independence_feed_resume", "independence_feed_rollback",
    "independence_feed_status_show", "independence_feed_withdrawal_list",
    "independence_feed_withdrawal_release", "organization_purge", "package_owner_org_update",
]  # fmt: skip
