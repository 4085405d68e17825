"""The ways to see a file's rows: which there are, and where each stands.

Owns the tabs of a file's page and one look at its table per request, however many parts of the
page ask. Refuses to judge who may see it: the page has shown that the reader may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from flask import request

from .. import described
from ..described import Described
from ..table.shown import Shown, shown

__all__ = [
    "Tab",
    "Views",
    "independence_content_rows",
    "independence_content_table",
    "independence_content_views",
]


@dataclass(frozen=True)
class Tab:
    """A way to see the rows: its name in addresses, its word and icon, and where it stands."""

    name: str
    word: str
    icon: str
    address: str


@dataclass(frozen=True)
class Views:
    """A table and the ways to see it; ``current`` is the name of the one that is shown."""

    table: Described
    tabs: list[Tab]
    current: str


def independence_content_table(resource_id: str) -> Described | None:
    """Return the table of a resource, looked up once per request; None where there is none."""
    if not hasattr(tk.g, "independence_content_tables"):
        tk.g.independence_content_tables = {}
    known: dict[str, Described | None] = tk.g.independence_content_tables
    if resource_id not in known:
        known[resource_id] = described.tables([resource_id]).get(resource_id)
    return known[resource_id]


def independence_content_views(file: Any) -> Views | None:
    """Return the ways to see a file's rows; None where it has no table.

    Args:
        file: the file as its page shows it, with ``id`` and ``address``
    """
    table = independence_content_table(file.id)
    if table is None or not table.columns:
        return None
    words = [("table", tk._("Table"), "table")]
    if table.rows and any(column.type != "geometry" for column in table.columns):
        words.append(("chart", tk._("Chart"), "bar-chart"))
    if table.rows and (table.geometry or table.point):
        words.append(("map", tk._("Map"), "map"))
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "view"]
    tabs = [
        Tab(name, word, icon, f"{file.address}?{urlencode([('view', name), *kept])}#data")
        for name, word, icon in words
    ]
    asked = request.args.get("view", "")
    return Views(table, tabs, asked if asked in {tab.name for tab in tabs} else "table")


def independence_content_rows(table: Described, file_address: str) -> Shown:
    """Return the page of a table that the request's address asks for."""
    return shown(table, request.args.items(multi=True), file_address)
