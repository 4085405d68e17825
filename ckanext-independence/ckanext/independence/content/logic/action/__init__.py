"""The slice's actions, by area."""

from __future__ import annotations

from .dictionary import (
    independence_content_dictionary_show,
    independence_content_dictionary_update,
)

__all__ = [
    "independence_content_dictionary_show",
    "independence_content_dictionary_update",
]
