"""All checks of this slice, by theme; ``CHECKS`` holds them by name."""

from __future__ import annotations

from ..registry import Declared
from . import (
    current,
    describing,
    files,
    holdings,
    links,
    offered,
    places,
    protected,
    responsible,
    small_cells,
    tables,
)

__all__ = ["CHECKS"]

_THEMES = (
    describing, responsible, offered, current, files, protected, places, small_cells,
    tables, links, holdings,
)  # fmt: skip

CHECKS = Declared()
for _theme in _THEMES:
    CHECKS.include(_theme.CHECKS)
