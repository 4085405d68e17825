"""The slice's actions, by area."""

from __future__ import annotations

from . import guards, states
from .dictionary import (
    independence_content_dictionary_show,
    independence_content_dictionary_update,
)
from .draw import independence_content_chart_update, independence_content_map_update
from .guards import *  # noqa: F403 -- CKAN finds actions by the names in this module
from .states import *  # noqa: F403
from .versions import independence_content_version_note

__all__ = [
    "independence_content_chart_update",
    "independence_content_dictionary_show",
    "independence_content_dictionary_update",
    "independence_content_map_update",
    *guards.__all__,
    *states.__all__,
    "independence_content_version_note",
]
