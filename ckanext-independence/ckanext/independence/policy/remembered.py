"""What the slice remembers of itself, by name: which edition is in force, how far a run has come.

Owns the table's reading and writing, in CKAN's session.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .model import State

__all__ = ["named", "recall", "remember"]


def recall(name: str, *, locked: bool = False) -> Any:
    """Return what is remembered under a name, None where nothing is; locked until the commit."""
    query = sa.select(State.value).where(State.name == name)
    return model.Session.scalar(query.with_for_update() if locked else query)


def named(prefix: str) -> dict[str, Any]:
    """Return all that is remembered under names that begin so, by what follows."""
    query = sa.select(State.name, State.value).where(State.name.startswith(prefix, autoescape=True))
    rows = model.Session.execute(query.order_by(State.name))
    return {row.name.removeprefix(prefix): row.value for row in rows}


def remember(name: str, value: Any) -> None:
    """Remember something under a name; None forgets it."""
    if value is None:
        model.Session.execute(sa.delete(State.__table__).where(State.name == name))
        return
    row = insert(State.__table__).values(name=name, value=value)
    model.Session.execute(
        row.on_conflict_do_update(index_elements=[State.name], set_={"value": value})
    )
