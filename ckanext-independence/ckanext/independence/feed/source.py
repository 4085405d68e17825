"""What a record is made of: the site, and data sets, series and services as plain dicts.

Owns the names of these values, so that whoever reads the catalog and whoever writes records
agree; and what both languages take from them alike. It reads nothing and judges nothing.

A *source data set* is what ``catalog.reader`` yields, in which

* ``series_identifier`` is the identifier of the series to which it belongs, or None;
* ``resources`` holds only files that may be named: none that is held back, and none at all
  where the access level is not public. Each is a dict of the reader and has ``sha256`` (hex)
  and ``bytes`` (int) of the stored file, ``dictionary`` (the address of its columns
  explained, as CSV) and ``service`` (the identifier of its table's API); None or no key
  where there is no such thing.

A *source series* has ``identifier``, ``slug``, ``title``, ``description`` and ``members``, its
source data sets in the order of their identifiers.

A *source service* has ``identifier``, the ``resource`` whose table it gives, and that
resource's ``dataset``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .addresses import as_iri, encoded

__all__ = [
    "Box", "Site", "Source", "access_level", "common", "contact", "department", "files", "goals",
    "home", "kept_here", "keywords", "licence", "listed", "modified", "name_of", "present",
    "references", "rights", "themes",
]  # fmt: skip

Source = Mapping[str, Any]
"""A source data set, series or service."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""


@dataclass(frozen=True)
class Site:
    """What a record needs to know of the site."""

    url: str
    """The portal's address, without a slash at its end."""
    city: str
    """The name of the city, which stands above its departments."""
    licences: Mapping[str, str] = field(default_factory=dict)
    """Addresses of licences by their ids."""
    themes: Mapping[str, str] = field(default_factory=dict)
    """Titles of themes by their ids."""
    goals: Mapping[str, str] = field(default_factory=dict)
    """Titles of the city's strategic goals by their ids."""
    places: Mapping[str, tuple[str, Box | None]] = field(default_factory=dict)
    """Titles and boxes of named places by their ids."""
    language: str = "en"
    timezone: str = "UTC"
    """Where the city is, such as ``America/Chicago``: its days begin there."""
    portal: str = ""
    """What the portal is called."""
    contact_name: str = ""
    contact_email: str = ""
    """Who answers for what has no steward of its own: the catalog, a series of several."""
    city_url: str = ""
    """The city's own web site."""


def present(values: dict[str, Any]) -> dict[str, Any]:
    """Return a dict without the keys that say nothing: absent values have no key."""
    return {key: value for key, value in values.items() if value}


def files(dataset: Source) -> list[Mapping[str, Any]]:
    """Return the files that may be named, in the order of the data set's page.

    Data that is not public has none, whatever the source holds.
    """
    if not _open(dataset):
        return []
    return sorted(dataset["resources"], key=lambda one: (one.get("position") or 0, one["id"]))


def kept_here(file: Mapping[str, Any]) -> bool:
    """Say whether the portal itself gives a file out, rather than linking to it."""
    return file.get("url_type") in ("upload", "datastore")


def name_of(file: Mapping[str, Any], dataset: Source) -> str:
    """Return what people call a file: its data set's title where it has no name."""
    return file.get("name") or dataset.get("title") or ""


def listed(dataset: Source, field: str) -> list[str]:
    """Return the members of a list field that are text."""
    return [one for one in dataset.get(field) or () if isinstance(one, str)]


def keywords(dataset: Source) -> list[str]:
    """Return keywords without needless blanks and without repetitions, in one order.

    What else is in them stays: CKAN lets no keyword in that another CKAN would refuse.
    """
    return sorted({" ".join(word.split()) for word in listed(dataset, "tags")} - {""})


def themes(dataset: Source, site: Site) -> list[str]:
    """Return the titles of a data set's themes; one that the city no longer has is left out."""
    return _titles(dataset, "themes", site.themes)


def goals(dataset: Source, site: Site) -> list[str]:
    """Return the titles of the strategic goals that a data set serves."""
    return _titles(dataset, "goals", site.goals)


def references(dataset: Source) -> list[str]:
    """Return the addresses of further reading, in the author's order."""
    found = (encoded(address) for address in listed(dataset, "references"))
    return list(dict.fromkeys(address for address in found if address))


def rights(dataset: Source) -> list[str]:
    """Return why the data of a data set is not public, and when it will be; a sentence each."""
    if _open(dataset):
        return []
    basis, day = dataset.get("access_legal_basis"), dataset.get("planned_release_date")
    said = (
        dataset.get("access_rationale"),
        f"Legal basis: {basis}" if basis else None,
        dataset.get("withheld_reason"),
        f"Planned release: {day}" if day else None,
    )
    return [text.strip() for text in said if text and text.strip()]


def modified(members: Iterable[Source]) -> str | None:
    """Return the day on which the data of any of these data sets last changed."""
    return max((day for one in members if (day := one.get("data_modified"))), default=None)


def department(members: Sequence[Source]) -> Mapping[str, Any] | None:
    """Return the department of these data sets, or None where they have several."""
    found = {one["name"]: one for member in members if (one := member.get("department"))}
    return next(iter(found.values())) if len(found) == 1 else None


def home(members: Sequence[Source], before: str) -> str:
    """Return the name of the department in whose own feed a series stands.

    It stays where it was while it has a member there: leaving a feed is deletion for whoever
    harvests that feed alone. Where it was in none, its first member decides.

    Args:
        members: its data sets
        before: the name of the department in whose feed it stood, or ""
    """
    names = [one["name"] for member in members if (one := member.get("department"))]
    return before if before in names else next(iter(names), "")


def contact(members: Sequence[Source], site: Site) -> tuple[str, str]:
    """Return name and e-mail of the steward of these data sets; of the city where it is not one."""
    found = {(one.get("steward_name") or "", one.get("steward_email") or "") for one in members}
    return found.pop() if len(found) == 1 else (site.contact_name, site.contact_email)


def access_level(members: Iterable[Source]) -> str | None:
    """Return the most open access level of these data sets."""
    found = {one.get("access_level") for one in members}
    return next(
        (one for one in ("public", "restricted public", "non-public") if one in found), None
    )


def common(members: Sequence[Source], field: str) -> Any:
    """Return the value of a field that all of these data sets share, or None."""
    values = [one.get(field) for one in members]
    return values[0] if values and values.count(values[0]) == len(values) else None


def licence(dataset: Source, site: Site) -> str | None:
    """Return the address of a data set's licence; what the register has for one may be none."""
    address = site.licences.get(dataset.get("license_id") or "")
    return as_iri(encoded(address)) if address else None


def _open(dataset: Source) -> bool:
    # What was stored before there were access levels is as open as its page.
    return (dataset.get("access_level") or "public") == "public"


def _titles(dataset: Source, field: str, known: Mapping[str, str]) -> list[str]:
    titles = (known.get(id_) for id_ in listed(dataset, field))
    return list(dict.fromkeys(title for title in titles if title))
