"""The files of a record as resources of a data set: new ones, and what differs in old ones.

Owns ids, uploads and the columns that tables are to have. A file whose SHA-256 is that of
the resource is not sent again, and a resource that the record lacks stays as it is. It saves
nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from ckan import model
from werkzeug.datastructures import FileStorage

from .. import versions
from ..interfaces import CONTENT, declared_columns
from ..model import Owed
from ..reading import File, Record
from .beside import Beside, digest
from .existing import differences, pair_files


@dataclass(slots=True)
class Plan:
    """What a save does to the files of a data set that is here.

    Attributes:
        added: new resources.
        updates: by the id of a resource, the values that differ.
        columns: by the id of a resource, the columns that its table is to have.
        changed: the files that differ, for the report.
        sent: the record's files in the order of the resources as they are to be saved, with
            None for each resource that the record does not have.
    """

    added: list[dict[str, Any]] = field(default_factory=list)
    updates: dict[str, dict[str, Any]] = field(default_factory=dict)
    columns: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    sent: list[File | None] = field(default_factory=list)

    @property
    def resources(self) -> bool:
        """Whether the list of resources is written anew."""
        return bool(self.added or self.updates)


def new(
    record: Record, beside: Beside, files: ExitStack
) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, str]]]]:
    """Return resources with ids of their own, and the columns of those that declare some."""
    resources, columns = [], {}
    ids = [str(uuid.uuid4()) for _ in record.files]
    for file, resource_id in zip(record.files, ids, strict=True):
        resource = {"id": resource_id, **file.fields, **_alternative(file, record.files, ids)}
        if file.path is not None:
            stream = files.enter_context(beside.open(file.path))
            resource |= _upload(file, stream)
        resources.append(resource)
        if file.columns:
            columns[resource_id] = file.columns
    return resources, columns


def plan(record: Record, here: Mapping[str, Any], beside: Beside, files: ExitStack) -> Plan:
    """Compare a record's files with the resources of a data set that is here."""
    found = Plan()
    pairs = pair_files(record.files, here["resources"])
    ids = [resource["id"] if resource else str(uuid.uuid4()) for _, resource in pairs]
    tables = _declared(ids) if any(file.columns for file in record.files) else {}
    hashes = versions.newest_hashes(ids)
    for (file, resource), resource_id in zip(pairs, ids, strict=True):
        values = {**file.fields, **_alternative(file, record.files, ids)}
        if file.path is not None:
            stream = files.enter_context(beside.open(file.path))
            if resource is None or hashes.get(resource_id) != digest(stream):
                values |= _upload(file, stream)
        name = file.fields.get("name") or file.fields.get("url") or ""
        if resource is None:
            found.added.append({"id": resource_id, **values})
            found.changed.append(f"file {name}")
        elif differences(values, resource):
            found.updates[resource_id] = values
            found.changed.append(f"file {name}")
        if file.columns and ("upload" in values or tables.get(resource_id) != file.columns):
            found.columns[resource_id] = file.columns
    files_by_id = {id_: file for (file, _), id_ in zip(pairs, ids, strict=True)}
    found.sent = [files_by_id.get(resource["id"]) for resource in here["resources"]]
    found.sent += [files_by_id[resource["id"]] for resource in found.added]
    if found.columns and not found.resources:
        found.changed.append("columns")
    return found


def _declared(ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the columns that tables have, or that are owed, by resource."""
    waiting = model.Session.query(Owed.key, Owed.payload).filter(
        Owed.kind == CONTENT, Owed.key.in_(ids)
    )
    owed = {row.key: row.payload["columns"] for row in waiting if row.payload}
    return declared_columns(ids) | owed


def _alternative(file: File, files: list[File], ids: list[str]) -> dict[str, str]:
    for other, resource_id in zip(files, ids, strict=True):
        if file.alternative_of is not None and other.fields.get("name") == file.alternative_of:
            return {"alternative_of": resource_id}
    return {}


def _upload(file: File, stream: IO[bytes]) -> dict[str, Any]:
    name = PurePosixPath(file.path or "").name
    return {"upload": FileStorage(stream, filename=name), "url": name, "url_type": "upload"}
