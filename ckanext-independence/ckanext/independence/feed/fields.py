"""The fields of a record in words, and what stands behind each in the steward's form.

Owns what a field of DCAT-US is called to people, which field of the data set's or the file's form
it is written from, and how a record is laid out as rows to be read. Pure. It refuses to judge a
value: problems come from the gate and are put beside what they are about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Behind", "Part", "Row", "behind", "label", "laid_out", "plain"]

Path = tuple[str | int, ...]

_LABELS = {
    "accessLevel": "access to the data",
    "accessRights": "access rights",
    "accessService": "API of its table",
    "accessURL": "address",
    "accrualPeriodicity": "updated",
    "algorithm": "method",
    "bbox": "area",
    "bibliographicCitation": "how to cite it",
    "byteSize": "size in bytes",
    "checksum": "checksum",
    "checksumValue": "value",
    "conformsTo": "standard",
    "contactPoint": "contact",
    "coordinates": "coordinates",
    "describedBy": "columns explained",
    "describedByType": "columns explained, media type",
    "distribution": "file",
    "downloadURL": "download",
    "endDate": "until",
    "endpointDescription": "its description",
    "endpointURL": "address",
    "fn": "name",
    "hasEmail": "e-mail",
    "isPartOf": "series",
    "issued": "first published",
    "keyword": "keywords",
    "landingPage": "web page",
    "language": "language",
    "license": "license",
    "mediaType": "media type",
    "modified": "data last changed",
    "prefLabel": "name",
    "provenance": "how it is made",
    "publisher": "department",
    "purpose": "purpose",
    "references": "further reading",
    "relation": "further reading",
    "rights": "why it is not public",
    "scopeNote": "what to be careful about",
    "spatial": "where",
    "startDate": "from",
    "subOrganizationOf": "part of",
    "tel": "telephone",
    "temporal": "when",
    "theme": "themes",
    "@id": "name in linked data",
    "@type": "kind in linked data",
}

# The field of the data set's form behind each field of a record, whatever its place in lists.
_DATA_SET = {
    "title": "title",
    "description": "notes",
    "keyword": "tag_string",
    "theme": "themes",
    "publisher": "owner_org",
    "contactPoint": "steward_email",
    "contactPoint.fn": "steward_name",
    "contactPoint.tel": "steward_phone",
    "accrualPeriodicity": "update_frequency",
    "modified": "data_modified",
    "issued": "issued",
    "temporal": "temporal_start",
    "temporal.endDate": "temporal_end",
    "spatial": "spatial_bbox",
    "spatial.prefLabel": "spatial_places",
    "accessLevel": "access_level",
    "accessRights": "access_level",
    "rights": "access_rationale",
    "license": "license_id",
    "landingPage": "landing_page",
    "landingPage.title": "title",
    "landingPage.bibliographicCitation": "citation",
    "describedBy": "dictionary_url",
    "references": "references",
    "relation": "references",
    "purpose": "goals",
    "provenance": "collection_method",
    "scopeNote": "known_limits",
    "isPartOf": "series",
    "identifier": "identifier",
}
_FILE = {
    "title": "name",
    "description": "description",
    "format": "format",
    "mediaType": "format",
    "accessURL": "url",
    "downloadURL": "url",
}

# What people are spared: names and kinds for programs, and what stands elsewhere already.
_SPARED = frozenset(("@id", "@type", "@context", "accessService"))
_RESOURCE = re.compile(r"/resource/([0-9a-fA-F-]{36})(?:#api)?$")
_SHORT = 60


class Behind(NamedTuple):
    """The field of a form: of the data set, or of the file with this id."""

    name: str
    resource_id: str = ""


@dataclass
class Row:
    """A field of a record: what it is called, its values, and what is wrong with it.

    ``values`` is empty where the field is missing; ``where`` is the field's name in the record.
    """

    label: str
    where: str
    path: Path
    values: list[str] = field(default_factory=list)
    behind: Behind | None = None
    problems: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass
class Part:
    """Rows that belong together: the data set itself, or one of its files."""

    title: str
    rows: list[Row] = field(default_factory=list)


def label(path: Iterable[str | int]) -> str:
    """Say which field this is: ("contactPoint", 0, "hasEmail") is "Contact: e-mail"."""
    names = [_named(name) for name in path if isinstance(name, str)]
    text = ": ".join(names) or "the record"
    return text[:1].upper() + text[1:]


def behind(path: Path, kind: str = "dataset", file: str = "") -> Behind | None:
    """Return the field of a form that a field of a record is written from; None for none.

    Args:
        path: of the field in the record
        kind: of the record; what a series says comes from its members
        file: the ``@id`` of the distribution in which the field is
    """
    names = [name for name in path if isinstance(name, str)]
    if kind == "series" or not names:
        return None
    if names[0] == "distribution":
        resource = _RESOURCE.search(file)
        if resource is None:
            return None
        if names[1:2] == ["license"]:
            return Behind("license_id")
        found = _FILE.get(names[1] if names[1:] else "downloadURL")
        return Behind(found, resource[1]) if found else None
    for length in (len(names), 1):
        if found := _DATA_SET.get(".".join(names[:length])):
            return Behind(found)
    return None


def _file(path: Path, record: Mapping[str, Any]) -> str:
    """Return the ``@id`` of the distribution in which a field is; "" for none."""
    try:
        told = record["distribution"][path[1]]["@id"] if path[0] == "distribution" else ""
    except (KeyError, IndexError, TypeError):
        return ""
    return told if isinstance(told, str) else ""


def laid_out(
    record: Mapping[str, Any],
    problems: Iterable[Mapping[str, Any]] = (),
    kind: str = "dataset",
) -> list[Part]:
    """Lay a record out to be read, each problem beside the field that it is about.

    Args:
        record: of either language
        problems: as the gate gives them (``Problem.as_dict``)
        kind: what it is a record of

    Returns:
        the data set's own fields, then each of its files; a problem of a field that is missing,
        or that people are spared, has a row of its own
    """
    own = Part("")
    parts = [own]
    for name, value in record.items():
        if name == "distribution" and isinstance(value, list):
            for place, file in enumerate(value):
                if isinstance(file, dict):
                    parts.append(_file_part(place, file))
        elif name not in _SPARED:
            own.rows += _rows((name,), value)
    by_path = {row.path: row for part in parts for row in part.rows}
    for problem in problems:
        path = tuple(problem["path"])
        row = by_path.get(path) or by_path.get(path[:-1])
        if row is None:
            row = by_path[path] = Row(label(_within(path)), _where(path), path, _at(record, path))
            _part_of(path, parts).rows.append(row)
        row.problems.append(problem)
    for part in parts:
        # What is to be mended comes first.
        part.rows.sort(key=lambda row: not row.problems)
        for row in part.rows:
            row.behind = behind(row.path, kind, _file(row.path, record))
    return parts


def _file_part(place: int, file: Mapping[str, Any]) -> Part:
    rows = [
        row
        for name, value in file.items()
        if name not in _SPARED
        for row in _rows(("distribution", place, name), value)
    ]
    title = file.get("title")
    named = title if isinstance(title, str) and title.strip() else f"{place + 1}"
    return Part(named, rows)


def _part_of(path: Path, parts: list[Part]) -> Part:
    """Return the part in which a field stands: that of its file, or the record's own."""
    for part in parts[1:]:
        if len(path) > 1 and part.rows and part.rows[0].path[:2] == path[:2]:
            return part
    return parts[0]


def _rows(path: Path, value: Any) -> Iterator[Row]:
    if isinstance(value, dict):
        if "coordinates" in value and path[-1] in ("bbox", "geometry"):
            return
        for name, inner in value.items():
            if name not in _SPARED and not (name == "type" and "coordinates" in value):
                yield from _rows((*path, name), inner)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for place, one in enumerate(value):
            yield from _rows((*path, place), one)
    else:
        yield Row(label(_within(path)), _where(path), path, plain(value, path))


def _within(path: Path) -> Path:
    """Return the way within a file, whose rows stand under its name already."""
    return path[2:] if len(path) > 2 and path[0] == "distribution" else path


def plain(value: Any, path: Path = ()) -> list[str]:
    """Return a value as people read it: the members of a list each, anything odd as JSON."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        if all(len(one) <= _SHORT for one in value):
            return [", ".join(value)]
        return list(value)
    if isinstance(value, str):
        if path and path[-1] == "hasEmail":
            return [value.removeprefix("mailto:")] if value != "mailto:" else [value]
        return [value] if value.strip() else [json.dumps(value)]
    return [json.dumps(value, ensure_ascii=False)]


def _at(record: Any, path: Path) -> list[str]:
    """Return what stands at a place of a record, as people read it; nothing for nothing."""
    for step in path:
        try:
            record = record[step]
        except (KeyError, IndexError, TypeError):
            return []
    return plain(record) if path else []


def _where(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _named(name: str) -> str:
    """Return what a field is called; one that is not known, by the words in its name."""
    return _LABELS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
