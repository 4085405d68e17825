"""What the slice's templates ask for, by area."""

from __future__ import annotations

from .desk import (
    independence_content_column_facts,
    independence_content_columns,
    independence_content_delimiter,
    independence_content_encoding,
    independence_content_kind,
    independence_content_kinds,
    independence_content_letters,
    independence_content_proposals,
    independence_content_roles,
    independence_content_state,
)
from .downloads import independence_content_downloads
from .draw import independence_content_chart, independence_content_map
from .table import (
    independence_content_rows,
    independence_content_table,
    independence_content_views,
)
from .versions import independence_content_changed, independence_content_versions

__all__ = [
    "independence_content_changed",
    "independence_content_chart",
    "independence_content_column_facts",
    "independence_content_columns",
    "independence_content_delimiter",
    "independence_content_downloads",
    "independence_content_encoding",
    "independence_content_kind",
    "independence_content_kinds",
    "independence_content_letters",
    "independence_content_map",
    "independence_content_proposals",
    "independence_content_roles",
    "independence_content_rows",
    "independence_content_state",
    "independence_content_table",
    "independence_content_versions",
    "independence_content_views",
]
