"""What the public's templates are given: a data set, a file, a hit, a facet, ready to be shown.

Owns the step from CKAN's dictionaries to words and addresses, so that templates hold markup and
nothing is worked out twice. Reads what it is handed, and the city's file; it fetches only what
stands beside a data set (its department's others, its staff's actions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
from ckan import model
from markupsafe import Markup

from . import words
from .preview import Table
from .site import city
from .versions import Standing


def root() -> str:
    """Return what every address of the site begins with, in the reader's language."""
    if not hasattr(tk.g, "independence_root"):
        tk.g.independence_root = tk.h.url_for("home.index").rstrip("/")
    return str(tk.g.independence_root)


def full(path: str) -> str:
    """Return a full address, the same in every language, for links from outside."""
    prefix = (tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "")
    return tk.config["ckan.site_url"].rstrip("/") + prefix.rstrip("/") + path


@lru_cache(maxsize=1)
def _schema() -> dict[str, dict[str, Any]]:
    fields = tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]
    return {row["field_name"]: row for row in fields}


@lru_cache(maxsize=1)
def field_labels() -> dict[str, str]:
    """Return what each field of a data set is called, in the schema's order."""
    return {name: row.get("label", name) for name, row in _schema().items()}


@lru_cache(maxsize=64)
def choice(field_name: str, value: str) -> str:
    """Return the label of a choice of the schema; the value itself where it has none."""
    for row in _schema().get(field_name, {}).get("choices", []):
        if row["value"] == value:
            return str(row["label"])
    return value


def licence(data: dict[str, Any]) -> tuple[str, str]:
    """Return the licence's title and address; empty where there is none."""
    found = model.Package.get_license_register().get(data.get("license_id") or "")
    return (found.title, found.url or "") if found else ("", "")


# ---- A data set -----------------------------------------------------------------------------


@dataclass
class Hit:
    """A data set in a list."""

    title: Markup
    address: str
    excerpt: Markup
    department: str
    modified: str
    when: str
    ago: str
    standing: words.Standing | None
    formats: list[str]
    availability: str


def hit(data: dict[str, Any], wanted: Any, length: int = 210) -> Hit:
    """Return a data set as a list shows it; what ``wanted`` finds is marked."""
    today = city().today()
    modified = data.get("data_modified") or ""
    is_open = (data.get("access_level") or "public") == "public"
    return Hit(
        title=words.marked(data.get("title") or data["name"], wanted),
        address=f"{root()}/dataset/{data['name']}",
        excerpt=words.excerpt(data.get("notes") or "", wanted, length),
        department=(data.get("organization") or {}).get("title") or "",
        modified=modified,
        when=words.day(modified),
        ago=words.ago(modified, today),
        standing=words.standing(data.get("next_update_due"), today)
        if is_open and data.get("resources")
        else None,
        formats=formats(data),
        availability=availability(data),
    )


def formats(data: dict[str, Any]) -> list[str]:
    """Return the formats of a data set's files, each once."""
    found = (resource.get("format") or "" for resource in data.get("resources") or [])
    return list(dict.fromkeys(name for name in found if name))


def availability(data: dict[str, Any]) -> str:
    """Say of an inventory entry that its data is not there, and why; nothing for open data."""
    level = data.get("access_level") or "public"
    if data.get("resources") and level == "public":
        return ""
    if data.get("planned_release_date"):
        return tk._("Planned for {day}").format(day=words.day(data["planned_release_date"]))
    if level == "non-public":
        return tk._("Not public")
    if level == "restricted public":
        return tk._("Restricted")
    return "" if data.get("resources") else tk._("No files yet")


@dataclass
class About:
    """What the page of a data set says about it, in words."""

    address: str
    notes: Markup
    summary: str
    department: str
    department_address: str
    standing: words.Standing | None
    modified: str
    ago: str
    due: str
    frequency: str
    formats: list[str]
    period: str
    themes: list[tuple[str, str]]
    goals: list[tuple[str, str]]
    places: list[tuple[str, str]]
    keywords: list[tuple[str, str]]
    licence: str
    licence_address: str
    unit: str
    sensitivity: list[str]
    review: str
    citation: str
    availability: str
    planned: str
    access: str


def about(data: dict[str, Any]) -> About:
    """Return what a data set's page says about it."""
    today = city().today()
    organization = data.get("organization") or {}
    is_open = (data.get("access_level") or "public") == "public"
    licence_title, licence_address = licence(data)
    address = full(f"/dataset/{data['name']}")

    def labelled(field_name: str, facet: str, entries: Iterable[Any]) -> list[tuple[str, str]]:
        titles = {entry.id: entry.title for entry in entries}
        return [
            (titles.get(value, value), narrowed(facet, value))
            for value in data.get(field_name) or []
        ]

    review = choice("privacy_review_outcome", data.get("privacy_review_outcome") or "")
    return About(
        address=address,
        notes=tk.h.render_markdown(data.get("notes") or "", auto_link=False),
        summary=words.plain(data.get("notes") or "")[:300],
        department=organization.get("title") or "",
        department_address=f"{root()}/organization/{organization.get('name', '')}",
        standing=words.standing(data.get("next_update_due"), today)
        if is_open and data.get("resources")
        else None,
        modified=words.day(data.get("data_modified")),
        ago=words.ago(data.get("data_modified"), today),
        due=words.day(data.get("next_update_due")),
        frequency=choice("update_frequency", data.get("update_frequency") or ""),
        formats=formats(data),
        period=words.covered(data.get("temporal_start"), data.get("temporal_end")),
        themes=labelled("themes", "vocab_themes", city().themes),
        goals=labelled("goals", "vocab_goals", city().goals),
        places=labelled("spatial_places", "vocab_places", city().places),
        keywords=[
            (tag["name"], f"{root()}/dataset/?q={quote(tag['name'])}") for tag in data["tags"]
        ],
        licence=licence_title,
        licence_address=licence_address,
        unit=choice("unit_of_record", data.get("unit_of_record") or ""),
        sensitivity=[
            choice("subject_sensitivity", value) for value in data.get("subject_sensitivity") or []
        ],
        review=review,
        citation=data.get("citation")
        or words.citation(
            data.get("title") or data["name"],
            organization.get("title") or "",
            city().name,
            data.get("data_modified"),
            address,
        ),
        availability=availability(data),
        planned=words.day(data.get("planned_release_date")),
        access=choice("access_level", data.get("access_level") or "public"),
    )


def narrowed(facet: str, value: str) -> str:
    """Return the address of a search that is narrowed to one value."""
    return f"{root()}/dataset/?{facet}={quote(value)}"


def related(data: dict[str, Any], limit: int = 5) -> list[tuple[str, str]]:
    """Return title and address of the department's other public data sets, newest first."""
    if not data.get("owner_org"):
        return []
    rows = (
        model.Session.query(model.Package.title, model.Package.name)
        .filter(
            model.Package.owner_org == data["owner_org"],
            model.Package.id != data["id"],
            model.Package.state == "active",
            model.Package.private.is_(False),
        )
        .order_by(model.Package.metadata_modified.desc(), model.Package.name)
        .limit(limit)
    )
    return [(title or name, f"{root()}/dataset/{name}") for title, name in rows]


# ---- A file ---------------------------------------------------------------------------------


@dataclass
class File:
    """A file of a data set, as the page shows it."""

    id: str
    title: str
    address: str
    download: str
    is_link: bool
    format: str
    size: str
    changed: str
    description: str
    checksum: str
    in_store: bool
    same_as: str
    file_name: str
    table: Table | None = field(default=None)
    notice: str = ""

    @property
    def rows(self) -> str:
        """Say how many rows it has; nothing where that is not known."""
        if self.table is None:
            return ""
        counted = words.counted(self.table.rows, "row")
        return tk._("about {rows}").format(rows=counted) if self.table.estimated else counted


def file(data: dict[str, Any], resource: dict[str, Any]) -> File:
    """Return a file of a data set as the page shows it."""
    is_upload = resource.get("url_type") == "upload"
    others = {r["id"]: r for r in data["resources"]}
    twin = others.get(resource.get("alternative_of") or "")
    url = resource.get("url") or ""
    return File(
        id=resource["id"],
        title=_title(resource),
        address=f"{root()}/dataset/{data['name']}/resource/{resource['id']}",
        download=url,
        is_link=not is_upload,
        format=resource.get("format") or "",
        size=words.size(resource.get("size")),
        changed=words.day(resource.get("last_modified") or resource.get("created")),
        description=words.plain(resource.get("description") or ""),
        checksum=resource.get("hash") or "",
        in_store=bool(resource.get("datastore_active")),
        same_as=_title(twin) if twin else "",
        file_name=url.rsplit("/", 1)[-1].partition("?")[0],
    )


def _title(resource: dict[str, Any]) -> str:
    name = resource.get("name")
    return str(name or tk._("{format} file").format(format=resource.get("format") or "").strip())


def stand(one: File, standing: Standing | None) -> None:
    """Tell with a file how far it has come; one that nobody can have yet has no download."""
    if standing is None:
        return
    if not standing.served:
        one.download = ""
        one.notice = (
            tk._("This file has just come and is being looked at. It can be downloaded soon.")
            if standing.waits
            else tk._("This file is not available at present.")
        )
    elif standing.waits:
        one.notice = tk._(
            "A newer file came on {day} and is being looked at. Until then this is the one before."
        ).format(day=words.day(standing.since))
    elif standing.held:
        one.notice = tk._(
            "A newer file came on {day} and is not shown yet. This is the one before."
        ).format(day=words.day(standing.since))


@dataclass(frozen=True)
class Example:
    """How to get a file from code, in one language."""

    language: str
    code: str


_READERS = {
    "CSV": ("import pandas\n\ndata = pandas.read_csv({url})", "data <- read.csv({url})"),
    "TSV": (
        'import pandas\n\ndata = pandas.read_csv({url}, sep="\\t")',
        "data <- read.delim({url})",
    ),
    "XLSX": (
        "import pandas  # needs openpyxl\n\ndata = pandas.read_excel({url})",
        'library(readxl)\n\ndownload.file({url}, {name}, mode = "wb")\ndata <- read_excel({name})',
    ),
    "JSON": (
        "import requests\n\ndata = requests.get({url}, timeout=60).json()",
        "data <- jsonlite::fromJSON({url})",
    ),
    "GEOJSON": (
        "import geopandas\n\ndata = geopandas.read_file({url})",
        "data <- sf::st_read({url})",
    ),
}
_ANY = (
    "import pathlib, requests\n\nanswer = requests.get({url}, timeout=60)\n"
    "pathlib.Path({name}).write_bytes(answer.content)",
    'download.file({url}, {name}, mode = "wb")',
)


def examples(one: File) -> list[Example]:
    """Return how to get a file with curl, Python and R, with its own address."""
    if not one.download:
        return []
    python, r = _READERS.get(one.format.upper(), _ANY)
    name = _in_code(one.file_name or "data")
    url = _in_code(one.download)
    found = [
        Example("curl", f"curl --location --output {name} {url}"),
        Example("Python", python.format(url=url, name=name)),
        Example("R", r.format(url=url, name=name)),
    ]
    if one.in_store:
        ask = full(f"/api/3/action/datastore_search?resource_id={one.id}&limit=100")
        found.append(Example(tk._("Rows as JSON"), f"curl {_in_code(ask)}"))
    return found


def _in_code(text: str) -> str:
    """Quote a text so that it is one harmless string for a shell, for Python and for R."""
    safe = quote(text, safe=":/?&=#%@+,;~._-[] ")
    return f'"{safe}"'


# ---- Lists ----------------------------------------------------------------------------------


def page_links(page: int, last: int, address: Callable[..., str]) -> list[tuple[str, str, bool]]:
    """Return the links to the other pages: label, address (empty for a gap), is it this one."""
    if last < 2:
        return []
    near = sorted({1, last, *range(max(page - 2, 1), min(page + 2, last) + 1)})
    links: list[tuple[str, str, bool]] = []
    before = 0
    for number in near:
        if number - before > 1:
            links.append(("…", "", False))
        links.append((str(number), address(page=number), number == page))
        before = number
    return links


# ---- The steward's desk ---------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """What somebody who answers for a data set sees above it: its state, and what to do."""

    state: str
    actions: list[tuple[str, str]]


def desk(data: dict[str, Any]) -> Desk | None:
    """Return the desk of a data set; None for the public."""
    if not tk.current_user.is_authenticated:
        return None
    if not tk.h.check_access("package_update", {"id": data["id"]}):
        return None
    offered = [(tk._("Edit"), "dataset.edit"), (tk._("Files"), "dataset.resources")]
    if data.get("private") or data.get("state") == "draft":
        state = tk._("Draft: only your department sees this.")
        if data.get("publish_requested"):
            state = tk._("Waits to be published. Until then only your department sees this.")
        offered.append((tk._("Publish"), "independence_steward.publish"))
    else:
        state = tk._("Public: anybody can see this.")
        offered.append((tk._("Withdraw"), "independence_steward.withdraw"))
    return Desk(
        state,
        [(label, tk.h.url_for(endpoint, id=data["name"])) for label, endpoint in offered],
    )
