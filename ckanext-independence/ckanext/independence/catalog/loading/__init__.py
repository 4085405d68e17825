"""The way in: a catalog that was read, applied to the site.

Owns the two doors, a path or address on the command line and an object through the API,
which meet in `Load`. Reading is `reading`'s, fetching `fetch`'s, and what may be saved is
the schema's to say.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.scheming.helpers import scheming_get_dataset_schema

from .. import fetch
from ..reading import MAX_BYTES, Catalog, Refused, Tables, decode, licence_table, read
from ..site import city
from .apply import Load, Options, late_search_commits
from .beside import Address, Beside, Folder
from .homes import NoHome, site_user
from .report import Outcome, Report

__all__ = [
    "MAX_BYTES",
    "Load",
    "NoHome",
    "Options",
    "Outcome",
    "Refused",
    "Report",
    "as_json",
    "late_search_commits",
    "open_catalog",
    "publisher_map",
    "read_here",
    "site_user",
]

# Fields that the loader or the portal sets, and that a manifest therefore does not.
_NOT_GIVEN = frozenset({"name", "tag_string", "owner_org", "identifier", "next_update_due"})


def tables() -> Tables:
    """Return what the reader must know of this site."""
    schema = scheming_get_dataset_schema("dataset")
    fields = {field["field_name"]: field for field in schema["dataset_fields"]}
    here = city()
    return Tables(
        licences=licence_table(
            licence.license_dictize() for licence in model.Package.get_license_register().values()
        ),
        themes=_words(here.themes),
        places=_words(here.places),
        frequencies=frozenset(choice["value"] for choice in fields["update_frequency"]["choices"]),
        fields={
            name: "scheming_multiple_choice" in field.get("validators", "")
            or "url_list" in field.get("validators", "")
            for name, field in fields.items()
            if name not in _NOT_GIVEN
        },
    )


def _words(entries: Any) -> dict[str, str]:
    words: dict[str, str] = {}
    for entry in entries:
        words.setdefault(entry.title.casefold(), entry.id)
        words[entry.id.casefold()] = entry.id
    return words


def read_here(content: Any, name: str) -> Catalog:
    """Read a catalog with this site's own lists; see `reading.read`."""
    return read(content, name, tables())


def open_catalog(place: str) -> tuple[Catalog, str, str | None, Beside]:
    """Read a catalog from a path or an address.

    Returns:
        the catalog, what it is called, its address where it has one, and where the files
        beside it are

    Raises:
        Refused: it cannot be had, or is no catalog
    """
    if "://" in place:
        allow = tk.config["ckanext.independence.catalog.fetch_allowed"]
        try:
            content, final = fetch.fetch_bytes(place, allow=allow, max_bytes=MAX_BYTES)
        except fetch.FetchError as error:
            raise Refused(str(error)) from error
        largest = tk.config["ckan.max_resource_size"] << 20
        return (
            read_here(content, place.split("?")[0].rstrip("/").rsplit("/", 1)[-1] or place),
            place,
            place,
            Address(final, allow=allow, max_bytes=largest),
        )
    path = Path(place)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Refused(f"{path} is {size / 1e6:.1f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB.")
        content = path.read_bytes()
    except IsADirectoryError as error:
        raise Refused(f"{path} is a folder. Name the file in it, such as manifest.yaml.") from error
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    # Many manifests have the same file name: the folder tells one source from another.
    name = f"{path.resolve().parent.name}/{path.name}"
    return read_here(content, path.name), name, None, Folder(path.parent)


def publisher_map(path: Path) -> dict[str, str]:
    """Read a mapping of publishers to departments, YAML or JSON.

    Raises:
        Refused: it is no mapping of texts to texts
    """
    try:
        data = decode(path.read_bytes(), path.name)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    if not isinstance(data, dict) or not all(
        isinstance(key, str) and isinstance(value, str) for key, value in data.items()
    ):
        raise Refused(
            f"{path.name} must give a department for each publisher, one a line, such as "
            "'City of Example Police: police'."
        )
    return data


def as_json(report: Report) -> str:
    """Write a report as JSON."""
    return json.dumps(report.as_dict(), indent=2, ensure_ascii=False)
