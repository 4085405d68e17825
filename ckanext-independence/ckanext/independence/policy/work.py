"""Names of work that others of this slice owe: so that none has to import whoever does it."""

from __future__ import annotations

__all__ = ["BLOCKED", "JUDGE"]

JUDGE = "policy-judge"
"""A data set is to be judged by all rules; the key is its id."""

BLOCKED = "policy-notices"
"""Something stops a data set, and is to be told; the key is its id."""
