"""Our own manifest: departments, data sets and the files that lie beside it.

Owns its shape, and that a file's path does not lead out of the manifest's folder. Values go
through as they are written: whether they are right is the schema's to judge, as for anybody
who types them into the form. What the manifest does not know is reported, never dropped
silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from . import values
from .records import Catalog, File, Problems, Record, Refused, Tables
from .slugs import Names, slug

VERSION = 1
COLUMN_TYPES = frozenset({"text", "integer", "numeric", "date", "timestamp", "boolean"})
DEPARTMENT_FIELDS = frozenset(
    "name title description code head coordinator_name coordinator_email valid_from valid_to "
    "replaced_by".split()
)
_COLUMN_FIELDS = frozenset({"name", "type", "label", "description", "unit"})
_FILE_FIELDS = frozenset({"name", "path", "url", "format", "description"})
_FILE_OTHERS = frozenset({"alternative_of", "columns"})
_OWN = frozenset(
    {
        "keywords",
        "tags",
        "department",
        "description",
        "notes",
        "resources",
        "publish",
        "name",
        "title",
        "identifier",
    }
)
_NAME = re.compile(r"[a-z0-9_-]{2,100}")


def read_manifest(data: Mapping[str, Any], name: str, tables: Tables) -> Catalog:
    """Read a manifest.

    Raises:
        Refused: another version, or ``datasets`` or ``departments`` that are no lists
    """
    if data["manifest"] not in (VERSION, str(VERSION)):
        raise Refused(
            f"{name} is a manifest of version {str(data['manifest'])[:20]!r}; "
            f"this portal reads version {VERSION}."
        )
    catalog = Catalog("manifest")
    for key in data:
        if key not in ("manifest", "departments", "datasets"):
            catalog.problems.say(
                str(key)[:80], "unknown-field", None, "is nothing that a manifest has. Left out."
            )
    for key in ("departments", "datasets"):
        if not isinstance(data.get(key) or [], list):
            raise Refused(f"{name}: '{key}' must be a list, each entry beginning with a dash.")
    for number, entry in enumerate(data.get("departments") or []):
        department = _department(entry, f"departments[{number}]", catalog.problems)
        if department:
            catalog.departments.append(department)
    names = Names()
    for number, entry in enumerate(data.get("datasets") or []):
        catalog.records.append(_dataset(entry, f"datasets[{number}]", tables, names))
    return catalog


def _department(entry: Any, place: str, problems: Problems) -> dict[str, Any] | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("title"), str):
        problems.say(place, "department", entry, "is no department with a title. Left out.")
        return None
    found: dict[str, Any] = {}
    for key, value in entry.items():
        if key not in DEPARTMENT_FIELDS:
            problems.say(
                f"{place}.{key}", "unknown-field", value, "is no field of a department. Left out."
            )
        elif isinstance(value, (str, int)) and not isinstance(value, bool):
            found[key] = str(value)
        elif value is not None:
            problems.say(f"{place}.{key}", "not-a-text", value, "is not a text. Left out.")
    found.setdefault("name", slug(found["title"]))
    return found


def _dataset(entry: Any, place: str, tables: Tables, names: Names) -> Record:
    record = Record(place)
    problems = record.problems
    if not isinstance(entry, Mapping):
        problems.say(place, "not-an-object", entry, "is not an object with a title and so on.")
        record.unusable = "It is not an object, so it holds no data set."
        return record
    title = _text(entry, "title", problems)
    record.title = title or ""
    name = _text(entry, "name", problems)
    if name is not None and not _NAME.fullmatch(name):
        problems.say(
            "name", "name", name, "may hold 2 to 100 of a-z, 0-9, - and _ only.", "Change it."
        )
        record.unusable = "Its name cannot be part of an address."
    if not title:
        record.unusable = record.unusable or "It has no title."
    if record.unusable:
        return record
    record.identifier = _text(entry, "identifier", problems)
    record.named = name is not None
    record.name = names.give(name or slug(record.title), record.identifier)
    if name and record.name != name:
        record.unusable = f"Another data set of this manifest has the name {name!r}."
    record.department = _text(entry, "department", problems)
    publish = entry.get("publish", True)
    if not isinstance(publish, bool):
        problems.say("publish", "not-a-boolean", publish, "is neither true nor false. Kept back.")
    record.publish = publish is True
    record.fields["title"] = record.title
    notes = _text(entry, "description" if "description" in entry else "notes", problems)
    if notes:
        record.fields["notes"] = notes
    record.tags = _list(entry, "keywords" if "keywords" in entry else "tags", problems)
    for key, value in entry.items():
        if key in _OWN:
            continue
        if not isinstance(key, str) or (tables.fields is not None and key not in tables.fields):
            problems.say(
                str(key)[:80], "unknown-field", value, "is no field of a data set. Left out."
            )
        elif isinstance(value, list) or (tables.fields or {}).get(key):
            record.fields[key] = _list(entry, key, problems)
        elif value is not None:
            text = _text(entry, key, problems)
            if text is not None:
                record.fields[key] = text
    # As the form's: what says nothing of it is public data.
    record.fields.setdefault("access_level", "public")
    record.files = _files(entry.get("resources"), problems)
    return record


def _text(entry: Mapping[str, Any], key: str, problems: Problems) -> str | None:
    value = entry.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        text = str(value)
        return text if values.storable(text, key, problems) else None
    problems.say(key, "not-a-text", value, "is not a text. Left out.", "Put it in quotes.")
    return None


def _list(entry: Mapping[str, Any], key: str, problems: Problems) -> list[str]:
    found = []
    for value in values.items(entry.get(key)):
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            found.append(str(value))
        else:
            problems.say(key, "not-a-text", value, "is not a text. Left out.", "Put it in quotes.")
    return found


def _files(entries: Any, problems: Problems) -> list[File]:
    if entries is None:
        return []
    if not isinstance(entries, list):
        problems.say("resources", "not-a-list", entries, "is not a list. Left out.")
        return []
    files = []
    for number, entry in enumerate(entries):
        file = _file(entry, f"resources[{number}]", problems)
        if file:
            files.append(file)
    named = {file.fields.get("name") for file in files}
    for file in files:
        if file.alternative_of is not None and file.alternative_of not in named:
            problems.say(
                "alternative_of",
                "unknown-file",
                file.alternative_of,
                "is the name of no file of this data set. Left out.",
            )
            file.alternative_of = None
    return files


def _file(entry: Any, place: str, problems: Problems) -> File | None:
    if not isinstance(entry, Mapping):
        problems.say(place, "not-an-object", entry, "is not an object. Left out.")
        return None
    kept: dict[str, Any] = {}
    for key in entry:
        if key in _FILE_FIELDS:
            value = _text(entry, key, problems)
            if value is not None:
                kept[key] = value
        elif key not in _FILE_OTHERS:
            problems.say(
                f"{place}.{str(key)[:80]}", "unknown-field", entry[key], "is no field of a file."
            )
    path = kept.pop("path", None)
    if (path is None) == ("url" not in kept):
        problems.say(place, "no-address", entry, "needs either a path or a url. Left out.")
        return None
    if path is not None and not is_inside(path):
        problems.say(
            f"{place}.path",
            "path",
            path,
            "leads out of the manifest's folder. Left out.",
            "Give a path below the manifest, such as files/permits.csv.",
        )
        return None
    if path is not None:
        kept.setdefault("name", PurePosixPath(path).name)
    columns = _columns(entry.get("columns"), f"{place}.columns", problems)
    return File(kept, path, columns, _text(entry, "alternative_of", problems))


def is_inside(path: str) -> bool:
    """Tell whether a path is relative and stays below its folder."""
    parts = PurePosixPath(path)
    return (
        bool(parts.parts)
        and not parts.is_absolute()
        and ".." not in parts.parts
        and "\\" not in path
        and ":" not in parts.parts[0]
        and path.isprintable()
    )


def _columns(entries: Any, place: str, problems: Problems) -> list[dict[str, str]]:
    columns: dict[str, dict[str, str]] = {}
    for entry in values.items(entries):
        if not isinstance(entry, Mapping) or values.is_blank(entry.get("name")):
            problems.say(place, "column", entry, "is no column with a name. Left out.")
            continue
        column = {
            key: str(entry[key])
            for key in _COLUMN_FIELDS
            if isinstance(entry.get(key), (str, int)) and not values.is_blank(entry[key])
        }
        kind = column.setdefault("type", "text")
        if kind not in COLUMN_TYPES:
            problems.say(
                place,
                "column-type",
                kind,
                f"is no type of a column ({', '.join(sorted(COLUMN_TYPES))}). Read as text.",
            )
            column["type"] = "text"
        if column["name"] in columns:
            problems.say(place, "column", column["name"], "is there twice. Taken once.")
        columns.setdefault(column["name"], column)
    return list(columns.values())
