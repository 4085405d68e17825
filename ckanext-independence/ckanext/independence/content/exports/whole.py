"""A whole data set as a zip that is written while it is sent: files, columns explained, record.

Owns what is in it and how its parts are named. Constant memory: files are read in pieces, from
wherever they are kept. It holds what the resources serve at this moment and nothing else; whether
the reader may have that is the caller's to know.
"""

from __future__ import annotations

import textwrap
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import ckan.plugins.toolkit as tk
import orjson
from zipstream import ZipStream

from ...catalog import shown, words
from ...catalog.files import StoredFile, stored
from ...catalog.site import city
from .. import dictionary, explained
from . import tables

__all__ = ["archive", "served_files"]

CHUNK = 256 << 10
# What is compressed already gains nothing.
_COMPRESSED = ("zip", "xlsx", "ods", "kmz", "parquet", "pdf", "png", "jpg", "jpeg", "gz")


def served_files(data: dict[str, Any]) -> list[tuple[dict[str, Any], StoredFile]]:
    """Return the resources of a data set that serve a file of ours, each with it."""
    uploads = [one for one in data["resources"] if one.get("url_type") == "upload"]
    found = [(one, stored(one["id"])) for one in uploads]
    return [(resource, file) for resource, file in found if file is not None]


def archive(data: dict[str, Any], context: dict[str, Any]) -> Iterator[bytes]:
    """Return the zip of a data set, piece by piece.

    Args:
        data: the data set as ``package_show`` has it for the reader
        context: of the reader's, for actions of other slices
    """
    zipped = ZipStream(compress_type=zipfile.ZIP_DEFLATED, compress_level=4)
    taken: set[str] = set()
    listed: list[str] = []
    for resource, file in served_files(data):
        name = _free(f"files/{file.name}", taken)
        packed = name.rsplit(".", 1)[-1].lower() in _COMPRESSED
        zipped.add(_pieces(file), name, compress_type=zipfile.ZIP_STORED if packed else None)
        listed.append(("\n" if listed else "") + _about_file(resource, file, name))
        known = explained.explained(resource["id"]) if tables.table_of(resource) else None
        if known is not None:
            columns = _free(f"columns/{PurePosixPath(file.name).stem}-columns.csv", taken)
            # With a mark at its beginning Excel, too, knows that it is UTF-8.
            zipped.add(dictionary.to_csv(known.columns).encode("utf-8-sig"), columns)
            listed.append(f"  What its columns mean: {columns}")
    record = _record(data, context)
    if record is not None:
        zipped.add(orjson.dumps(record, option=orjson.OPT_INDENT_2), "record.json")
    zipped.add(_readme(data, listed, has_record=record is not None).encode(), "README.txt")
    return iter(zipped)


def _pieces(file: StoredFile) -> Iterator[bytes]:
    with file.open() as stream:
        while piece := stream.read(CHUNK):
            yield piece


def _free(name: str, taken: set[str]) -> str:
    """Return the name, or one like it that is not taken, and take it."""
    path, number = PurePosixPath(name), 1
    while name.lower() in taken:
        number += 1
        name = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
    taken.add(name.lower())
    return name


def _record(data: dict[str, Any], context: dict[str, Any]) -> dict[str, Any] | None:
    try:
        show = tk.get_action("independence_feed_record_show")
    except KeyError:
        # The feed is switched off; nobody else knows its language.
        return None
    return dict(show(context, {"id": data["id"]}))


def _about_file(resource: dict[str, Any], file: StoredFile, name: str) -> str:
    lines = [
        name,
        f"  {resource.get('name') or ''}",
        _wrapped(words.plain(resource.get("description") or ""), "  "),
        f"  {words.size(file.size)}, of {words.day(file.created)}",
        f"  SHA-256 {file.sha256}",
    ]
    return "\n".join(line for line in lines if line.strip())


def _readme(data: dict[str, Any], listed: list[str], *, has_record: bool) -> str:
    about = shown.about(data)
    links = [one for one in data["resources"] if one.get("url_type") != "upload"]
    facts = (
        ("From", ", ".join(part for part in (about.department, city().name) if part)),
        ("Address", about.address),
        ("License", f"{about.licence} {about.licence_address}".strip()),
        ("Data updated", about.modified),
        ("Updated", about.frequency),
        ("Covers", about.period),
        ("Source", data.get("source_system") or ""),
        ("Questions to", data.get("steward_email") or ""),
        ("Taken on", words.day(datetime.now(UTC))),
    )
    title = data.get("title") or data["name"]
    parts = [
        f"{title}\n{'=' * len(title)}",
        _wrapped(words.plain(data.get("notes") or "")),
        "\n".join(f"{word}: {text}" for word, text in facts if text),
        _headed("How it is collected", data.get("collection_method")),
        _headed("Be careful about", data.get("known_limits")),
        _headed("How to cite it", about.citation),
        "Files\n-----\n" + ("\n".join(listed) or "There are none in this data set."),
    ]
    if links:
        others = "\n".join(f"{one.get('name') or ''}\n  {one.get('url') or ''}" for one in links)
        parts.append(f"Elsewhere\n---------\nNot in here, since they are kept elsewhere:\n{others}")
    if has_record:
        parts.append("record.json describes the data set to catalogs (DCAT-US 1.1).")
    return "\n\n".join(part for part in parts if part) + "\n"


def _headed(title: str, text: str | None) -> str:
    return f"{title}\n{'-' * len(title)}\n{_wrapped(words.plain(text))}" if text else ""


def _wrapped(text: str, indent: str = "") -> str:
    lines = text.splitlines()
    return "\n".join(
        textwrap.fill(
            line, 90, initial_indent=indent, subsequent_indent=indent, break_long_words=False
        )
        for line in lines
    )
