"""What the site already has: found by identifier or name, and compared with a record.

Owns the matching and what counts as a difference. It reads in bulk and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckan import model
from ckan.lib.helpers import unified_resource_format
from sqlalchemy import text

from .. import reader
from ..reading import File, Record
from ..reading.slugs import digest

# Under this key of CKAN's plugin_data stands where a data set was loaded from.
MARK = "independence_load"
MINTED = "urn:uuid:"

_ALL = text(
    """
    SELECT id, name, title, state, private, owner_org, plugin_data,
           extras->>'identifier' AS identifier, extras->>'withdrawal_reason' AS withdrawn
      FROM package WHERE type = 'dataset'
    """
)


@dataclass(frozen=True, slots=True)
class Known:
    """A data set of the site, whatever its state, as far as matching needs it."""

    id: str
    name: str
    title: str
    state: str
    private: bool
    owner_org: str | None
    plugin_data: Mapping[str, Any] | None
    identifier: str | None
    withdrawn: str | None

    @property
    def is_away(self) -> bool:
        """Whether a person took it out of what the public sees."""
        return self.state != model.State.ACTIVE or bool(self.withdrawn)

    @property
    def mark(self) -> Mapping[str, Any]:
        """What the load that brought it noted; empty where none did."""
        return (self.plugin_data or {}).get(MARK) or {}


class Existing:
    """The data sets of the site when a load begins."""

    def __init__(self) -> None:
        """Read them."""
        found = [Known(*row) for row in model.Session.execute(_ALL)]
        self.all = found
        self._by_identifier = {known.identifier: known for known in found if known.identifier}
        self._by_name = {known.name: known for known in found}
        self._names = {known.name for known in found}

    def match(self, record: Record) -> Known | None:
        """Find the data set that a record is about.

        By identifier. A record without one is found by its name: any data set where the
        source itself gave the name, else only one whose identifier was made here.
        """
        if record.identifier is not None:
            return self._by_identifier.get(record.identifier)
        for name in (record.name, _second_name(record)):
            known = self._by_name.get(name)
            if known and (record.named or (known.identifier or MINTED).startswith(MINTED)):
                return known
        return None

    def free_name(self, record: Record) -> str:
        """Return the record's name, or one near it where that is taken, and keep it taken."""
        name = record.name
        if name in self._names:
            name = _second_name(record)
        number = 2
        while name in self._names:
            name = f"{_second_name(record)}-{number}"
            number += 1
        self._names.add(name)
        return name


def _second_name(record: Record) -> str:
    return f"{record.name[:92]}-{digest(record.identifier or record.title)}"


def whole(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return data sets with keywords and files, by id."""
    return {dataset["id"]: dataset for dataset in reader.read(ids)}


def differences(wanted: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Name the fields of ``wanted`` that the site has otherwise; keywords are ``tags``."""
    return [
        key for key, value in wanted.items() if _plain(key, value) != _plain(key, here.get(key))
    ]


def _plain(key: str, value: Any) -> Any:
    """Reduce a value to what the schema would store of it."""
    if value is None or value == []:
        return ""
    if isinstance(value, (list, tuple)):
        return sorted(str(part).strip() for part in value)
    if key == "spatial_bbox":
        try:
            return [float(part) for part in str(value).split(",")]
        except ValueError:
            return value
    if key == "format":
        return unified_resource_format(str(value)).casefold()
    if key in ("title", "name"):
        return " ".join(str(value).split())
    return str(value).replace("\r\n", "\n").strip()


def pair_files(
    files: list[File], resources: list[dict[str, Any]]
) -> list[tuple[File, dict[str, Any] | None]]:
    """Find for each file of a record the resource that it is.

    A link is found by its address, else by a name that only one of each has; a file beside
    the manifest by its name.
    """
    left = {resource["id"]: resource for resource in resources}
    found: dict[int, dict[str, Any]] = {}

    def take(index: int, fits: list[dict[str, Any]]) -> None:
        if fits:
            found[index] = left.pop(fits[0]["id"])

    for index, file in enumerate(files):
        if file.path is None:
            same = [r for r in left.values() if r["url"] == file.fields["url"]]
            named = [r for r in same if (r["name"] or "") == (file.fields.get("name") or "")]
            take(index, named or same)
    for index, file in enumerate(files):
        name = file.fields.get("name")
        if index in found or not name:
            continue
        fits = [r for r in left.values() if r["name"] == name]
        alike = [f for f in files if f.fields.get("name") == name]
        if len(fits) == len(alike) == 1:
            take(index, fits)
    return [(file, found.get(index)) for index, file in enumerate(files)]
