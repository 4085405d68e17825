"""What the templates of charts and maps ask for."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import request

from ..charts import shown as charts
from ..described import Described
from ..table.query import Query, read

__all__ = ["independence_content_chart"]


def independence_content_chart(table: Described, name: str) -> charts.Shown:
    """Return the chart that the present address asks for.

    Args:
        table: a table that the reader may see
        name: the title of its file
    """
    return charts.shown(_query(table), request.args.to_dict(), name)


def _query(table: Described) -> Query:
    language = tk.config["ckan.datastore.default_fts_lang"]
    return read(table, request.args.items(multi=True), language=language)
