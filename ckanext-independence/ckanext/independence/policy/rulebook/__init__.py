"""The rulebook: which rules are in force, how strictly, and in whose words."""

from __future__ import annotations

from .reading import read
from .shape import (
    ABOUT,
    ADVICE,
    BLOCKER,
    DRY_RUN,
    ENFORCE,
    MODES,
    OFF,
    SEVERITIES,
    TOPICS,
    WARN,
    WARNING,
    Clause,
    Rule,
    Rulebook,
    RulebookError,
)

__all__ = [
    "ABOUT", "ADVICE", "BLOCKER", "DRY_RUN", "ENFORCE", "MODES", "OFF", "SEVERITIES", "TOPICS",
    "WARN", "WARNING", "Clause", "Rule", "Rulebook", "RulebookError", "read",
]  # fmt: skip
