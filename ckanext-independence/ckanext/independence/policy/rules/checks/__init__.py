"""All checks of this slice, by theme; ``CHECKS`` holds them by name."""

from __future__ import annotations

from ..registry import Declared
from . import describing, files, protected, responsible

__all__ = ["CHECKS"]

CHECKS = Declared()
for _theme in (describing, files, protected, responsible):
    CHECKS.include(_theme.CHECKS)
