"""Read and check ``config/city.yaml``: everything that is a city's own and no code's.

Owns the shape of that file. It refuses, with the place in the file, a value that the
portal could not use; it knows nothing of CKAN, of the database or of the web.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{1,98}[a-z0-9]")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
EMAIL = re.compile(r"[^\s@<>,;:]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")


class CityFileError(ValueError):
    """The city's file cannot be used; the message says where and how to mend it."""


@dataclass(frozen=True)
class Contact:
    """Somebody, or a desk, that can be reached."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class InForce:
    """Something that the city keeps for a time: valid from and to, both included."""

    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Tell whether ``day`` lies between the two dates; an open end is open."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class Department(InForce):
    """A department: ``name`` is its slug in addresses, ``title`` what people read."""

    name: str = ""
    title: str = ""
    code: str = ""
    description: str = ""
    head: str = ""
    head_email: str = ""
    coordinator: Contact = Contact()
    replaced_by: str = ""


@dataclass(frozen=True)
class Goal(InForce):
    """A strategic goal of the Council."""

    id: str = ""
    title: str = ""
    description: str = ""


@dataclass(frozen=True)
class Theme:
    """A subject under which residents look for data; ``icon`` names a drawing."""

    id: str = ""
    title: str = ""
    icon: str = ""
    description: str = ""


@dataclass(frozen=True)
class Place:
    """A named place; ``bbox`` is west, south, east, north in degrees."""

    id: str = ""
    title: str = ""
    bbox: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class City:
    """The whole of ``city.yaml``, checked.

    ``boundaries`` is the GeoJSON that maps draw beneath the data; empty where there is none.
    """

    name: str
    portal_name: str
    state: str
    url: str
    contact: Contact
    timezone: str
    language: str
    bbox: tuple[float, float, float, float]
    mail_domains: tuple[str, ...]
    shared_mailboxes: tuple[str, ...]
    waiver_approvers: tuple[Contact, ...]
    public_domain_licences: tuple[str, ...]
    departments: tuple[Department, ...]
    goals: tuple[Goal, ...]
    themes: tuple[Theme, ...]
    places: tuple[Place, ...]
    notice: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)
    boundaries: dict[str, Any] = field(default_factory=dict)

    def today(self) -> dt.date:
        """Return the present day where the city is."""
        return dt.datetime.now(ZoneInfo(self.timezone)).date()


def read_city(path: Path) -> City:
    """Read the city's file.

    Raises:
        CityFileError: the file is missing, is no YAML, or holds a value that cannot be used.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CityFileError(
            f"{path} is missing. Copy the one that came with the portal and change it."
        ) from error
    except yaml.YAMLError as error:
        raise CityFileError(f"{path} is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise CityFileError(f"{path} must hold names and values, as in 'name: Independence'.")
    try:
        return _city(data, path.parent)
    except CityFileError as error:
        raise CityFileError(f"{path}: {error}") from error


def _city(data: dict[str, Any], folder: Path) -> City:
    fields = City.__dataclass_fields__
    _only(data, set(fields), "the file")
    themes = tuple(_theme(row, i) for i, row in enumerate(_rows(data, "themes")))
    goals = tuple(_goal(row, i) for i, row in enumerate(_rows(data, "goals")))
    places = tuple(_place(row, i) for i, row in enumerate(_rows(data, "places")))
    departments = tuple(_department(row, i) for i, row in enumerate(_rows(data, "departments")))
    for what, names in (
        ("themes", [t.id for t in themes]),
        ("goals", [g.id for g in goals]),
        ("places", [p.id for p in places]),
        ("departments", [d.name for d in departments]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise CityFileError(f"{what}: {', '.join(twice)} stands there twice. Keep one of them.")
    known = {d.name for d in departments}
    for department in departments:
        if department.replaced_by and department.replaced_by not in known:
            raise CityFileError(
                f"departments, {department.name}: replaced_by names {department.replaced_by!r},"
                " which is no department of this file."
            )
    zone = _text(data, "timezone", "the file", required=True)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise CityFileError(
            f"timezone: {zone!r} is unknown. Write one such as America/Chicago."
        ) from error
    colours = _mapping(data, "colours")
    for name, value in colours.items():
        if not COLOUR.fullmatch(value):
            raise CityFileError(f"colours, {name}: {value!r} is no colour. Write it as '#1f4e79'.")
    bbox = _bbox(data.get("bbox"), "bbox")
    if bbox is None:
        raise CityFileError("bbox is missing. Give west, south, east and north in degrees.")
    return City(
        name=_text(data, "name", "the file", required=True),
        portal_name=_text(data, "portal_name", "the file", required=True),
        state=_text(data, "state", "the file"),
        url=_text(data, "url", "the file"),
        contact=_contact(data.get("contact") or {}, "contact"),
        timezone=zone,
        language=_text(data, "language", "the file") or "en",
        bbox=bbox,
        mail_domains=_strings(data, "mail_domains"),
        shared_mailboxes=_strings(data, "shared_mailboxes"),
        waiver_approvers=tuple(
            _contact(row, f"waiver_approvers, number {i + 1}")
            for i, row in enumerate(_rows(data, "waiver_approvers"))
        ),
        public_domain_licences=_strings(data, "public_domain_licences"),
        departments=departments,
        goals=goals,
        themes=themes,
        places=places,
        notice=_text(data, "notice", "the file"),
        texts=_mapping(data, "texts"),
        colours=colours,
        boundaries=_boundaries(_text(data, "boundaries", "the file"), folder),
    )


def _only(row: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(str(key) for key in row if key not in known)
    if unknown:
        raise CityFileError(
            f"{where}: {', '.join(unknown)} is not known. Known are {', '.join(sorted(known))}."
        )


def _rows(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = data.get(key) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CityFileError(f"{key} must be a list of entries, each with names and values.")
    return rows


def _text(row: dict[str, Any], key: str, where: str, *, required: bool = False) -> str:
    value = row.get(key)
    if value is None or value == "":
        if required:
            raise CityFileError(f"{where}: {key} is missing.")
        return ""
    if not isinstance(value, str | int | float):
        raise CityFileError(f"{where}: {key} must be a text, not {value!r}.")
    return str(value).strip()


def _strings(data: dict[str, Any], key: str) -> tuple[str, ...]:
    values = data.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise CityFileError(f"{key} must be a list of texts.")
    return tuple(values)


def _mapping(data: dict[str, Any], key: str) -> dict[str, str]:
    values = data.get(key) or {}
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise CityFileError(f"{key} must hold names and texts.")
    return {str(name): value for name, value in values.items()}


def _date(row: dict[str, Any], key: str, where: str) -> dt.date | None:
    value = row.get(key)
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError as error:
        raise CityFileError(
            f"{where}: {key} {value!r} is not a date. Write it as 2017-02-06."
        ) from error


def _dates(row: dict[str, Any], where: str) -> dict[str, dt.date | None]:
    start, end = _date(row, "valid_from", where), _date(row, "valid_to", where)
    if start and end and end < start:
        raise CityFileError(f"{where}: valid_to {end} is earlier than valid_from {start}.")
    return {"valid_from": start, "valid_to": end}


def _bbox(value: Any, where: str) -> tuple[float, float, float, float] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4:
        raise CityFileError(f"{where} must be [west, south, east, north] in degrees.")
    try:
        west, south, east, north = (float(part) for part in value)
    except (TypeError, ValueError) as error:
        raise CityFileError(f"{where} holds something that is not a number: {value}.") from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise CityFileError(
            f"{where} {value} is no box: west must be less than east and south less than north."
        )
    return west, south, east, north


_KINDS = ("city", "district", "street")
_SHAPES = ("Polygon", "MultiPolygon", "LineString", "MultiLineString")
# Every map's reader fetches it.
_LARGEST_BOUNDARIES = 500_000


def _boundaries(name: str, folder: Path) -> dict[str, Any]:
    """Read what maps draw beneath the data: a file beside the city's own."""
    if not name:
        return {}
    path = folder / name
    try:
        content = path.read_text("utf-8")
        found = json.loads(content)
    except FileNotFoundError as error:
        raise CityFileError(f"boundaries: there is no file {path}.") from error
    except ValueError as error:
        raise CityFileError(f"boundaries: {path} is not JSON: {error}") from error
    if len(content) > _LARGEST_BOUNDARIES:
        raise CityFileError(
            f"boundaries: {path} is larger than {_LARGEST_BOUNDARIES:,} bytes. Simplify its lines."
        )
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise CityFileError(f"boundaries: {path} must be a GeoJSON FeatureCollection.")
    kept = []
    for number, feature in enumerate(features, 1):
        where = f"boundaries: {path}, feature {number}"
        shape = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(shape, dict) or shape.get("type") not in _SHAPES:
            raise CityFileError(f"{where} must have a geometry of {', '.join(_SHAPES)}.")
        words = feature.get("properties") or {}
        if words.get("kind") not in _KINDS:
            raise CityFileError(f"{where}: its property kind must be one of {', '.join(_KINDS)}.")
        title = str(words.get("title") or "")
        properties = {"kind": words["kind"], "title": title}
        kept.append({"type": "Feature", "properties": properties, "geometry": shape})
    return {"type": "FeatureCollection", "features": kept}


def _contact(row: dict[str, Any], where: str) -> Contact:
    if not isinstance(row, dict):
        raise CityFileError(f"{where} must hold name and email.")
    _only(row, {"name", "email", "phone", "address"}, where)
    email = _text(row, "email", where)
    if email and not EMAIL.fullmatch(email):
        raise CityFileError(
            f"{where}: {email!r} is no e-mail address. Write it as data@example.gov."
        )
    return Contact(
        _text(row, "name", where), email, _text(row, "phone", where), _text(row, "address", where)
    )


def _slug(row: dict[str, Any], key: str, where: str) -> str:
    value = _text(row, key, where, required=True)
    if not SLUG.fullmatch(value):
        raise CityFileError(
            f"{where}: {key} {value!r} must be small letters, digits and hyphens only."
        )
    return value


def _theme(row: dict[str, Any], i: int) -> Theme:
    where = f"themes, number {i + 1}"
    _only(row, {"id", "title", "icon", "description"}, where)
    return Theme(
        _slug(row, "id", where),
        _text(row, "title", where, required=True),
        _text(row, "icon", where),
        _text(row, "description", where),
    )


def _goal(row: dict[str, Any], i: int) -> Goal:
    where = f"goals, number {i + 1}"
    _only(row, {"id", "title", "description", "valid_from", "valid_to"}, where)
    return Goal(
        **_dates(row, where),
        id=_slug(row, "id", where),
        title=_text(row, "title", where, required=True),
        description=_text(row, "description", where),
    )


def _place(row: dict[str, Any], i: int) -> Place:
    where = f"places, number {i + 1}"
    _only(row, {"id", "title", "bbox"}, where)
    return Place(
        _slug(row, "id", where),
        _text(row, "title", where, required=True),
        _bbox(row.get("bbox"), f"{where}: bbox"),
    )


def _department(row: dict[str, Any], i: int) -> Department:
    where = f"departments, number {i + 1}"
    _only(row, set(Department.__dataclass_fields__), where)
    return Department(
        **_dates(row, where),
        name=_slug(row, "name", where),
        title=_text(row, "title", where, required=True),
        code=_text(row, "code", where),
        description=_text(row, "description", where),
        head=_text(row, "head", where),
        head_email=_text(row, "head_email", where),
        coordinator=_contact(row.get("coordinator") or {}, f"{where}: coordinator"),
        replaced_by=_text(row, "replaced_by", where),
    )
