"""What the templates of charts and maps ask for."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import request

from ..charts import shown as charts
from ..described import Described
from ..maps import shown as maps
from ..table.query import Query, read

__all__ = ["independence_content_chart", "independence_content_map"]


def independence_content_chart(table: Described, name: str) -> charts.Shown:
    """Return the chart that the present address asks for.

    Args:
        table: a table that the reader may see
        name: the title of its file
    """
    return charts.shown(table_query(table), request.args.to_dict(), name)


def independence_content_map(table: Described, file: Any) -> maps.Shown:
    """Return the map that the present address asks for.

    Args:
        table: a table that the reader may see
        file: its file as the page shows it, with ``title`` and ``address``
    """
    return maps.shown(table_query(table), request.args.to_dict(), file.title, file.address)


def table_query(table: Described) -> Query:
    """Return which rows of a table the present address asks for."""
    language = tk.config["ckan.datastore.default_fts_lang"]
    return read(table, request.args.items(multi=True), language=language)
