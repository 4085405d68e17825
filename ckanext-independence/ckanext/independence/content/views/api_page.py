"""The API page of a table: ``/dataset/<id>/resource/<resource_id>/api``.

Owns what it shows: addresses, examples out of the table's own data, and its fields. Whoever
may not see the file learns nothing of it.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ...catalog import shown
from ..exports import tables
from ..exports.examples import examples
from ..table import query, rows
from . import asked

__all__ = ["independence_content_api"]

independence_content_api = Blueprint("independence_content_api", __name__)


@independence_content_api.route("/dataset/<id>/resource/<resource_id>/api")
def api_page(id: str, resource_id: str) -> str:
    """Show how a program asks this table."""
    data, resource = asked.seen(id, resource_id)
    table = tables.table_of(resource)
    if table is None:
        return tk.abort(404, tk._("This file has no table that a program could ask."))
    first = query.read(table, [("rows", "50")])
    try:
        found = rows.page(first).rows
    except rows.Unanswered:
        found = []
    names = [column.name for column in first.columns]
    page = shown.full(f"/dataset/{data['name']}/resource/{resource['id']}")
    return tk.render(
        "independence/content/api.html",
        {
            "data": data,
            "pkg_dict": data,
            "file": shown.file(data, resource),
            "table": table,
            "forms": tables.forms(table),
            "page": page,
            "api": shown.full("/api/3/action"),
            "examples": examples(
                shown.full("/api/3/action"),
                page,
                resource["id"],
                table.columns,
                [dict(zip(names, row.values, strict=True)) for row in found],
                searchable=table.searchable,
            ),
        },
    )
