"""The table of a file: on a page of its own, as the part that a script swaps, and one row of it.

Owns these addresses. Whoever may not see the file gets 404, as for a file that does not exist.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ...catalog import shown as catalog_shown
from ..described import Described
from ..helpers.table import independence_content_rows, independence_content_table
from ..table import rows
from ..table.shown import whole_row
from . import asked

__all__ = ["tables"]

tables = Blueprint("independence_content_table", __name__)
_BELOW = "/dataset/<id>/resource/<resource_id>"


@tables.route(f"{_BELOW}/table")
def page(id: str, resource_id: str) -> str:
    """Show a table as wide as the window."""
    data, resource, table = _table(id, resource_id)
    return tk.render(
        "independence/content/table_page.html",
        {
            "data": data,
            "about": catalog_shown.about(data),
            "file": catalog_shown.file(data, resource),
            "table": table,
        },
    )


@tables.route(f"{_BELOW}/table/part")
def part(id: str, resource_id: str) -> str:
    """Give a page of a table without the site around it."""
    data, resource, table = _table(id, resource_id)
    address = catalog_shown.file(data, resource).address
    return tk.render(
        "independence/content/table_part.html", {"shown": independence_content_rows(table, address)}
    )


@tables.route(f"{_BELOW}/row/<int:number>")
def row(id: str, resource_id: str, number: int) -> str:
    """Show one row with every column."""
    data, resource, table = _table(id, resource_id)
    file = catalog_shown.file(data, resource)
    try:
        cells = whole_row(table, number) if number < 2**63 else None
    except rows.Unanswered as error:
        return tk.abort(503, str(error))
    if cells is None:
        return tk.abort(404, tk._("This table has no such row."))
    kept = request.query_string.decode("ascii", "ignore")
    return tk.render(
        "independence/content/row.html",
        {
            "data": data,
            "file": file,
            "number": number,
            "cells": cells,
            "back": f"{file.address}?view=table{'&' if kept else ''}{kept}#data",
        },
    )


def _table(id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any], Described]:
    data, resource = asked.seen(id, resource_id)
    table = independence_content_table(resource_id)
    if table is None or not table.columns:
        return tk.abort(404, tk._("This file has no table."))
    return data, resource, table
