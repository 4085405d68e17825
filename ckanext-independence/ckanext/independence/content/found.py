"""What is known of the load of each version: told while it runs, and kept afterwards.

Owns the writing of ``Found``. How far a load has come is written in short transactions of its
own, so that everybody sees it at once; what came of it goes with the load's own transaction.
"""

from __future__ import annotations

import time
from typing import Any

from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .model import Found

__all__ = ["FAILED", "Progress", "note", "tell"]

WAITING, READING, LOADING, LOADED = "waiting", "reading", "loading", "loaded"
ASKED, REFUSED, DOWNLOAD, FAILED = "asked", "refused", "download", "failed"
# Seconds between two writings of how far a load has come.
BETWEEN = 0.5


def note(version_id: int, **values: Any) -> None:
    """Write what was found into CKAN's session."""
    model.Session.execute(_upsert(version_id, values))


def tell(version_id: int, **values: Any) -> None:
    """Write what was found at once, for everybody to see."""
    with model.meta.engine.begin() as connection:
        connection.execute(_upsert(version_id, values))


def _upsert(version_id: int, values: dict[str, Any]) -> Any:
    values = {name: _storable(value) for name, value in values.items()}
    statement = insert(Found).values(version_id=version_id, **values)
    return statement.on_conflict_do_update(index_elements=[Found.version_id], set_=values)


def _storable(value: Any) -> Any:
    """Take out what stands in broken files and what PostgreSQL stores nowhere."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value


class Progress:
    """How far the load of one version has come, in words and numbers."""

    def __init__(self, version_id: int) -> None:
        """Nothing is told yet."""
        self._version_id = version_id
        self._stage = ""
        self._last = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell it, unless something was told a moment ago.

        Args:
            stage: what is being done
            done: of ``total``; both 0 where nothing is counted
            total: how many there are
        """
        now = time.monotonic()
        if stage == self._stage and now - self._last < BETWEEN:
            return
        self._stage, self._last = stage, now
        tell(self._version_id, progress={"stage": stage, "done": done, "total": total})
