"""How a file would be read otherwise: its first rows before and after, and nothing is kept.

Owns the first rows of typed files as JSON. Refuses to change anything.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from file_keeper.core.exceptions import MissingFileError

from ..catalog.files import CHUNK, StoredFile
from ..catalog.model import Version
from . import derived, reading
from .reading.database import connect, literal
from .reading.grid import Limits, Site
from .reading.model import Reading

__all__ = ["FIRST", "first_rows", "preview"]

FIRST = 50
# Somebody waits for it.
LIMITS = Limits(columns=1_500, seconds=60.0)


def preview(version: Version, file: StoredFile, wanted: Reading, folder: Path) -> dict[str, Any]:
    """Read a version's file as wanted; see ``independence_content_reading_preview``."""
    path = file.path
    if path is None:
        path = folder / "file"
        with file.open() as source, path.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
    into = folder / "read"
    into.mkdir()
    outcome = reading.read(
        path,
        wanted,
        name=version.filename,
        into=into,
        limits=LIMITS,
        site=Site(date_order=tk.config["ckanext.independence.content.date_order"]),
    )
    table = outcome.tables[0] if outcome.tables else None
    after = first_rows(Path(table.parquet)) if table and table.parquet else None
    try:
        with derived.local(version.id, derived.TABLE) as kept:
            before = first_rows(kept)
    except MissingFileError:
        before = None
    told = outcome.as_json()
    for one in told["tables"]:
        one["parquet"] = one["rejects"] = None
    return {"outcome": told, "before": before, "after": after}


def first_rows(parquet: Path) -> dict[str, Any]:
    """Return the names and the first rows of a typed file, as JSON keeps them."""
    with closing(connect(parquet, limits=Limits())) as database:
        source = literal(parquet).replace("'", "''")
        described = database.execute(f"DESCRIBE SELECT * FROM read_parquet('{source}')")  # noqa: S608
        names = [row[0] for row in described.fetchall() if row[0] != "_marks"]
        cells = ", ".join('CAST("{}" AS VARCHAR)'.format(n.replace('"', '""')) for n in names)
        rows = database.execute(
            f"SELECT {cells} FROM read_parquet('{source}') LIMIT {FIRST}"  # noqa: S608
        ).fetchall()
    return {"columns": names, "rows": [list(row) for row in rows]}
