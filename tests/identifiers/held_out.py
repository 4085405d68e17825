"""The half of the labelled columns that nobody who writes recognisers looks at."""

from __future__ import annotations

from functools import cache

from tests.identifiers import held_out_alike, held_out_true
from tests.identifiers.columns import LabelledColumn

__all__ = ["columns"]


@cache
def columns() -> list[LabelledColumn]:
    """Return all columns of this half."""
    return [*held_out_true.columns(), *held_out_alike.columns()]
