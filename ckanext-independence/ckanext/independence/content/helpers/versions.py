"""What a file's page tells of its versions.

Owns the few that are shown there, and what changed in words. Who may know of which is
``versions``' to say.
"""

from __future__ import annotations

from typing import Any

from .. import versions
from ..versions import Shown
from ..views import asked

__all__ = ["independence_content_changed", "independence_content_versions"]


def independence_content_versions(data: dict[str, Any], resource_id: str) -> list[Shown]:
    """Return the versions of a file that the reader may know of, newest first."""
    return versions.listed(resource_id, staff=asked.may_change(data))


def independence_content_changed(changes: dict[str, Any] | None) -> str:
    """Say in a sentence what changed; nothing where that is not known."""
    return versions.summary(changes) if changes else ""
