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
from ..exports.formats import FORMS

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
    """The forms of a whole table, and of the part that the page shows where it shows a part."""

    whole: list[Download]
    part: list[Download]
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
    whole = _downloads(file.address, forms, [])
    # How many rows are left is not known: a sheet may hold what is left of a large table.
    part = _downloads(file.address, dict.fromkeys(forms, ""), pairs) if pairs else []
    return Downloads(whole, part, f"{file.address}/api")


def _downloads(address: str, forms: dict[str, str], pairs: list[tuple[str, str]]) -> list[Download]:
    purposes = {
        "csv": (tk._("CSV"), tk._("for spreadsheets")),
        "xlsx": (tk._("Excel"), tk._("with the columns explained")),
        "json": (tk._("JSON"), tk._("for web developers")),
        "jsonl": (tk._("JSON lines"), tk._("one record a line")),
        "parquet": (tk._("Parquet"), tk._("for analysis; the smallest")),
        "geojson": (tk._("GeoJSON"), tk._("for maps")),
    }
    found = []
    for form in FORMS:
        if form not in forms:
            continue
        label, purpose = purposes[form]
        found.append(Download(label, purpose, _address(address, form, pairs), forms[form]))
        if form == "csv":
            exact = _address(address, form, [*pairs, ("exact", "1")])
            found.append(Download(tk._("Plain CSV"), tk._("for programs"), exact))
    return found


def _address(address: str, form: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}/export/{form}" + (f"?{urlencode(pairs)}" if pairs else "")
