"""The ways to take a table or a data set away, as pages offer them.

Owns which forms are offered, with what each is good for, and their addresses. Refuses to judge
who may see the table: the page has shown that the reader may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from flask import request

from ..exports import tables

__all__ = ["Download", "Downloads", "independence_content_downloads"]


@dataclass(frozen=True)
class Download:
    """A form of a table: its label, what it is good for, its address; why it cannot be had."""

    label: str
    purpose: str
    address: str
    refused: str = ""


@dataclass(frozen=True)
class Downloads:
    """The forms of a whole table, and of the part that the page shows where it shows a part.

    ``more`` are forms for programs, of the part where there is one.
    """

    whole: list[Download]
    part: list[Download]
    more: list[Download]
    api: str


def independence_content_downloads(file: Any, resource: dict[str, Any]) -> Downloads | None:
    """Return the ways to take a file's table away; None where it has none.

    Args:
        file: the file as its page shows it, with ``address``
        resource: CKAN's dictionary of it
    """
    asked = tables.asked(resource, request.args.items(multi=True))
    if asked is None:
        return None
    pairs = asked.pairs if asked.is_part else []
    forms = tables.forms(asked.table)
    # How many rows a part has is not known: a sheet may hold what is left of a large table.
    part = _downloads(file.address, dict.fromkeys(forms, ""), pairs) if pairs else []
    more = [
        Download(tk._("plain CSV"), "", _address(file.address, "csv", [*pairs, ("exact", "1")])),
        Download(tk._("JSON lines"), "", _address(file.address, "jsonl", pairs)),
    ]
    return Downloads(_downloads(file.address, forms, []), part, more, f"{file.address}/api")


def _downloads(address: str, forms: dict[str, str], pairs: list[tuple[str, str]]) -> list[Download]:
    offered = (
        ("csv", tk._("CSV"), tk._("for spreadsheets")),
        ("xlsx", tk._("Excel"), tk._("with columns explained")),
        ("json", tk._("JSON"), tk._("for web developers")),
        ("parquet", tk._("Parquet"), tk._("for analysis")),
        ("geojson", tk._("GeoJSON"), tk._("for maps")),
    )
    return [
        Download(label, purpose, _address(address, form, pairs), forms[form])
        for form, label, purpose in offered
        if form in forms
    ]


def _address(address: str, form: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}/export/{form}" + (f"?{urlencode(pairs)}" if pairs else "")
