"""All checks of this slice, by theme; ``CHECKS`` holds them by name."""

from __future__ import annotations

from ..registry import Declared
from . import current, describing, files, offered, protected, responsible

__all__ = ["CHECKS"]

CHECKS = Declared()
for _theme in (current, describing, files, offered, protected, responsible):
    CHECKS.include(_theme.CHECKS)
