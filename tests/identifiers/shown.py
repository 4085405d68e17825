"""The half of the labelled columns that may be looked at while recognisers are written."""

from __future__ import annotations

from functools import cache

from tests.identifiers import shown_alike, shown_more, shown_true
from tests.identifiers.columns import LabelledColumn

__all__ = ["columns"]


@cache
def columns() -> list[LabelledColumn]:
    """Return all columns of this half."""
    return [*shown_true.columns(), *shown_alike.columns(), *shown_more.columns()]
