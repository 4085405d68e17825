"""Resources that take rows by API instead of a file.

Owns which they are, how one is declared, and the question about each batch of rows before it
is written. Their tables are CKAN's own, in all parts. Refuses a resource that has a file: its
table is the file's.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ..catalog import owed, versions
from ..catalog.interfaces import Candidate, objections
from . import decided, removal
from .load import TOLD, sentence
from .reading.database import connect, literal
from .reading.grid import Limits
from .reading.model import TYPES
from .store import TYPES as SQL_TYPES

__all__ = ["DECLARING", "declare", "is_streamed", "judge"]

# In an action's context: this call makes the table of a resource that is being declared.
DECLARING = "independence_content_declaring"
# What datastore_upsert takes at once.
MOST_ROWS = 32_000


def is_streamed(resource_id: str) -> bool:
    """Say whether a resource takes rows by API."""
    contents = decided.of(resource_id)
    return contents is not None and contents.streamed


def declare(context: dict[str, Any], resource: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Make a resource's empty table and let it take rows; see the action of this name."""
    if versions.newest(resource.id) is not None:
        raise tk.ValidationError(
            {"id": ["The resource has a file, which its table is made of. Make another resource."]}
        )
    fields = data_dict.get("fields")
    whole = isinstance(fields, list) and all(isinstance(one, dict) for one in fields)
    if not fields or not whole:
        raise tk.ValidationError({"fields": ["fields: name the columns, each with id and type."]})
    made = []
    for one in fields:
        kind = str(one.get("type") or "text")
        if kind not in TYPES:
            known = ", ".join(TYPES)
            raise tk.ValidationError({"fields": [f"fields: {kind!r} is none of {known}."]})
        info = one.get("info") if isinstance(one.get("info"), dict) else {}
        made.append({"id": one.get("id"), "type": SQL_TYPES[kind], "info": info | {"type": kind}})
    contents = decided.row(resource.id)
    contents.streamed = True
    contents.columns = [
        {"name": one["id"], "type": one["info"]["type"]}
        | {key: one["info"][key] for key in ("label", "unit", "role") if one["info"].get(key)}
        | ({"description": one["info"]["notes"]} if one["info"].get("notes") else {})
        for one in made
    ]
    tk.get_action("datastore_create")(
        {**context, DECLARING: True, "ignore_auth": True},
        {
            "resource_id": resource.id,
            "fields": made,
            "primary_key": data_dict.get("primary_key") or [],
            "force": True,
        },
    )
    resource = model.Resource.get(resource.id)
    if resource is not None:
        owed.owe(TOLD, resource.package_id)
    model.repo.commit()
    return {"id": resource.id if resource else None, "fields": made}


def judge(resource_id: str, records: Any) -> None:
    """Put a batch of rows to those who may refuse them.

    Raises:
        ValidationError: somebody refuses, or there are too many rows; the message says so
    """
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        return
    if len(records) > MOST_ROWS:
        raise tk.ValidationError(
            {"records": [f"records: at most {MOST_ROWS:,} at once. Send them in several batches."]}
        )
    resource = model.Resource.get(resource_id)
    contents = decided.of(resource_id)
    if resource is None or contents is None or not records:
        return
    with tempfile.TemporaryDirectory(prefix=removal.WORK) as folder:
        said = objections(
            Candidate(
                version_id=0,
                resource_id=resource_id,
                package_id=resource.package_id,
                sha256="",
                filename="",
                columns=contents.columns,
                rows=len(records),
                table=str(_as_parquet(contents.columns, records, Path(folder))),
            )
        )
    if said:
        raise tk.ValidationError({"records": [sentence(one) for one in said]})


def _as_parquet(
    columns: Sequence[dict[str, Any]], records: Sequence[dict[str, Any]], folder: Path
) -> Path:
    """Write rows as judges read them: as text, by the names of the columns."""
    lines, table = folder / "rows.jsonl", folder / "rows.parquet"
    names = [str(column["name"]) for column in columns]
    with lines.open("w", encoding="utf-8") as out:
        for number, record in enumerate(records, 1):
            cells = {n: None if record.get(n) is None else str(record[n]) for n in names}
            out.write(json.dumps({**cells, "_row": number}) + "\n")
    with closing(connect(lines, folder=folder, limits=Limits())) as database:
        source, target = (name.replace("'", "''") for name in (literal(lines), str(table)))
        typed = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in names)
        database.execute(
            f"COPY (SELECT * FROM read_json('{source}', format = 'newline_delimited',"  # noqa: S608
            f" columns = {{{typed}, '_row': 'BIGINT'}})) TO '{target}' (FORMAT parquet)"
        )
    return table


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
