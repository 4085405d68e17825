"""The slice's addresses, by area."""

from __future__ import annotations

from .api_page import independence_content_api
from .described import described
from .desk import desk
from .draw import boundaries, draw
from .exports import independence_content_exports
from .reading import reading
from .table import tables
from .versions import independence_content_versions
from .whole import independence_content_whole

__all__ = [
    "boundaries",
    "described",
    "desk",
    "draw",
    "independence_content_api",
    "independence_content_exports",
    "independence_content_versions",
    "independence_content_whole",
    "reading",
    "tables",
]
