"""The policy's actions."""

from __future__ import annotations

from . import publication, waivers
from .publication import *  # noqa: F403 -- CKAN finds actions by the names in this module
from .standing import independence_policy_dataset_show
from .waivers import *  # noqa: F403

__all__ = ["independence_policy_dataset_show", *publication.__all__, *waivers.__all__]
