"""The slice's actions, by area."""

from __future__ import annotations

from .dictionary import (
    independence_content_dictionary_show,
    independence_content_dictionary_update,
)
from .draw import independence_content_chart_update, independence_content_map_update

__all__ = [
    "independence_content_chart_update",
    "independence_content_dictionary_show",
    "independence_content_dictionary_update",
    "independence_content_map_update",
]
