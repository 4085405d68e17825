"""How other plugins add checks that a rulebook can name."""

from __future__ import annotations

from collections.abc import Sequence

import ckan.plugins as p

from .rules.registry import Check

__all__ = ["IPolicyChecks"]


class IPolicyChecks(p.Interface):
    """For plugins with checks of their own."""

    def policy_checks(self) -> Sequence[Check]:
        """Return the checks; a name that is taken stops the start."""
        return []
