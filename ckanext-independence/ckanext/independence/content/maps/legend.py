"""What the colours of a map mean: the commonest values of a column, or steps of its numbers.

Owns the classes, which hold for the whole of what is filtered, so that a place keeps its colour
when the map is moved. Their colours are the page's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from ..charts.settings import is_number
from ..charts.words import number
from ..described import Column
from ..table.query import Query

__all__ = ["Legend", "legend"]

CLASSES = 6
STEPS = 5


@dataclass(frozen=True)
class Legend:
    """The classes of a map. ``labels`` name each; ``kind`` is ``values`` or ``steps``.

    Of ``values``, ``values`` are the texts that stand for each; what is none of them is the last
    label, where there are more labels. Of ``steps``, ``values`` are the bounds between them.
    """

    title: str
    kind: str
    values: list[Any] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


def legend(query: Query, column: Column, connection: sa.Connection) -> Legend | None:
    """Return the classes of a column; None where all its values are the same."""
    own = query.source.c[column.name]
    if is_number(column) and column.profile.get("distinct", CLASSES + 1) > CLASSES:
        return _steps(query, column, own, connection)
    text = sa.cast(own, sa.Text)
    count = sa.func.count()
    rows = connection.execute(
        sa.select(text, count, sa.func.count().over())
        .select_from(query.source)
        .where(*query.conditions())
        .group_by(text)
        .order_by(count.desc(), text)
        .limit(CLASSES)
    ).all()
    if not rows:
        return None
    values = [row[0] for row in rows]
    labels = ["No value" if v is None else column.codes.get(v, v) for v in values]
    return Legend(
        column.title, "values", values, labels + (["All others"] if rows[0][2] > CLASSES else [])
    )


def _steps(query: Query, column: Column, own: Any, connection: sa.Connection) -> Legend | None:
    parts = [at / STEPS for at in range(1, STEPS)]
    value = sa.cast(own, sa.Float)
    ends = sa.func.percentile_disc(sa.cast(parts, sa.ARRAY(sa.Float))).within_group(value)
    row = connection.execute(
        sa.select(ends, sa.func.min(value), sa.func.max(value))
        .select_from(query.source)
        .where(*query.conditions(), own.is_not(None))
    ).one()
    if row[1] is None or row[1] == row[2]:
        return None
    bounds = sorted({bound for bound in row[0] if row[1] < bound})
    edges = [row[1], *bounds, row[2]]
    labels = [f"{number(low)} to {number(high, column.unit)}" for low, high in pairwise(edges)]
    return Legend(column.title, "steps", bounds, labels)
