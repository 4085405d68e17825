"""The policy's actions."""

from __future__ import annotations

from . import accounts, desk, judging, publication, waivers, words
from .accounts import *  # noqa: F403 -- CKAN finds actions by the names in this module
from .desk import *  # noqa: F403
from .inventory import independence_policy_inventory_list
from .judging import *  # noqa: F403
from .publication import *  # noqa: F403
from .report import (
    independence_policy_report_give,
    independence_policy_report_show,
    independence_policy_report_update,
)
from .scorecard import independence_policy_scorecard_show
from .standing import independence_policy_dataset_show
from .waivers import *  # noqa: F403
from .words import *  # noqa: F403

__all__ = [
    "independence_policy_dataset_show",
    *accounts.__all__,
    *desk.__all__,
    *judging.__all__,
    *publication.__all__,
    *waivers.__all__,
    *words.__all__,
    "independence_policy_inventory_list",
    "independence_policy_report_give",
    "independence_policy_report_show",
    "independence_policy_report_update",
    "independence_policy_scorecard_show",
]
