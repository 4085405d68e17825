"""Which table, and which part of it, a download is asked of; and what is said about it.

Owns the step from a resource and an address's parameters to rows. Refuses a part that was not
understood: a download with one filter fewer than was asked for would be a wrong one. Whether
the reader may have it is the caller's to know.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import duckdb
import sqlalchemy as sa
from ckan import model
from file_keeper.core.exceptions import MissingFileError

from ...catalog import shown
from ...catalog.model import Version
from .. import derived, described
from ..described import Described
from ..model import Contents
from ..table import query as table_query
from ..table.query import Query
from .formats import FORMS
from .rows import Rows, of_parquet, of_store
from .workbook import MOST_COLUMNS, MOST_ROWS

__all__ = ["Asked", "about", "asked", "forms", "rows", "table_of"]


@dataclass(frozen=True)
class Asked:
    """A table, the part of it that is wanted, and whether programs are to read it."""

    table: Described
    query: Query
    exact: bool = False

    @property
    def is_part(self) -> bool:
        """Tell whether rows or columns are left out."""
        return self.query.is_filtered or len(self.query.columns) < len(self.table.columns)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that reproduce it, from its first row on."""
        without = {"rows"}
        found = [pair for pair in self.query.pairs(page=False) if pair[0] not in without]
        return [*found, ("exact", "1")] if self.exact else found


def table_of(resource: dict[str, Any]) -> Described | None:
    """Return the table of a resource that the reader may see; None where none is offered."""
    if not resource.get("datastore_active"):
        return None
    table = described.tables([resource["id"]]).get(resource["id"])
    if table is None or not table.columns:
        return None
    version = model.Session.get(Version, table.version_id) if table.version_id else None
    return None if version is not None and version.state == "held" else table


def asked(resource: dict[str, Any], pairs: Iterable[tuple[str, str]]) -> Asked | None:
    """Return what an address asks of a resource's table; None where it has none."""
    table = table_of(resource)
    if table is None:
        return None
    given = list(pairs)
    query = table_query.read(table, given, language=tk.config["ckan.datastore.default_fts_lang"])
    return Asked(table, query, exact=("exact", "1") in given)


def forms(table: Described) -> dict[str, str]:
    """Return the forms in which a table is offered, each with what keeps it from being so."""
    found = dict.fromkeys(FORMS, "")
    if table.geometry is None and table.point is None:
        del found["geojson"]
    if table.rows > MOST_ROWS:
        found["xlsx"] = tk._("It has more rows than a sheet can hold (1,048,575).")
    elif len(table.columns) > MOST_COLUMNS:
        found["xlsx"] = tk._("It has more columns than a sheet can hold (16,384).")
    return found


def rows(asked: Asked, form: str) -> Rows:
    """Take the rows that are asked for; a map needs its places, whichever columns are.

    Raises:
        Busy: not now; the message says why.
    """
    table, columns = asked.table, list(asked.query.columns)
    if form == "geojson":
        places = [table.geometry] if table.geometry else table.point or ()
        columns += [place for place in places if place not in columns]
    is_whole = not (asked.query.is_filtered or asked.query.sort)
    if is_whole and table.version_id is not None and not _is_streamed(table.resource_id):
        kept = derived.local(table.version_id, derived.TABLE)
        with contextlib.suppress(MissingFileError, duckdb.BinderException):
            # Made anew at this moment, or kept no more: the table itself has the rows, too.
            return of_parquet(columns, kept)
    return of_store(asked.query, columns)


def _is_streamed(resource_id: str) -> bool:
    """Tell whether a table takes rows that no file has."""
    query = sa.select(Contents.streamed).where(Contents.resource_id == resource_id)
    return bool(model.Session.scalar(query))


def about(dataset: model.Package, resource: dict[str, Any], asked: Asked) -> list[tuple[str, str]]:
    """Return what a workbook says of its table, as pairs of words and text."""
    licence = dataset.license
    pairs = [
        (tk._("Data set"), dataset.title or dataset.name),
        (tk._("File"), resource.get("name") or ""),
        (tk._("Address"), shown.full(f"/dataset/{dataset.name}/resource/{resource['id']}")),
        (tk._("Data updated"), dataset.extras.get("data_modified", "")),
        (tk._("License"), licence.title if licence else ""),
        (tk._("Left out"), tk._("Rows or columns: this is a part.") if asked.is_part else ""),
        (tk._("SHA-256 of the file"), asked.table.sha256 or ""),
    ]
    return [(word, text) for word, text in pairs if text]
