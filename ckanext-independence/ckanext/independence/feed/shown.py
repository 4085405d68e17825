"""What the pages about the feed tell, in words: what is offered, how it stands, one record.

Owns the step from the tables and the published files to what templates write. What anybody may
be told and what only staff is decided by whoever asks: ``staff`` is given.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk
import orjson
import sqlalchemy as sa
from ckan import model

from ..catalog import words
from ..catalog.shown import full, root
from ..catalog.site import city
from . import fields, published, publisher, records
from .diffing import field_changes
from .model import Baseline, Change, Record

__all__ = [
    "Difference", "Offer", "Status", "Told", "data_set_records", "department_feeds", "difference",
    "differences", "moment", "offers", "status",
]  # fmt: skip

NAMES = {"1.1": "DCAT-US 1.1", "3.0": "DCAT-US 3.0"}
FILES = {"1.1": "/data.json", "3.0": "/dcat-us/3.0.json"}
_LONG = 160
_BEFORE = 40


def moment(when: dt.datetime) -> str:
    """Write a time where the city is: ``September 14, 2026, 3:05 PM``."""
    there = when.astimezone(ZoneInfo(city().timezone))
    hour = there.hour % 12 or 12
    return f"{words.day(there)}, {hour}:{there:%M} {'AM' if there.hour < 12 else 'PM'}"


# ---- What is offered -----------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """Something that harvesters can ask for."""

    path: str
    name: str
    whom: str
    size: str = ""
    packed: str = ""
    changed: str = ""

    @property
    def address(self) -> str:
        """Its full address."""
        return full(self.path)


def offers() -> list[Offer]:
    """Return what is offered of the whole catalog, the feeds first."""
    whole = [
        (
            FILES["3.0"],
            NAMES["3.0"],
            tk._("data.gov. Data sets, series and the APIs of tables, with everything we know."),
        ),
        (
            FILES["1.1"],
            NAMES["1.1"],
            tk._("State catalogs on CKAN, Socrata or ArcGIS Hub, and data.gov as it was."),
        ),
        (
            "/dcat-us/changes.json",
            tk._("Changes since a number"),
            tk._("Whoever keeps a copy in step without fetching all of it."),
        ),
        ("/changes.atom", tk._("Atom"), tk._("News readers: which data sets are new or changed.")),
        ("/catalog.ttl", tk._("Turtle"), tk._("Linked data: DCAT as RDF.")),
        ("/catalog.jsonld", tk._("JSON-LD"), tk._("The same in JSON.")),
    ]
    return [_offer(*one) for one in whole]


def _offer(path: str, name: str, whom: str) -> Offer:
    file = published.file(path.strip("/"))
    if file is None:
        return Offer(path, name, whom)
    return Offer(
        path, name, whom, words.size(file.size), words.size(file.packed), moment(file.changed)
    )


def department_feeds() -> list[tuple[str, str]]:
    """Return title and address of each department's own feed."""
    names = [path.stem for path in (publisher.folder() / "current" / "data").glob("*.json")]
    query = sa.select(model.Group.name, model.Group.title).where(model.Group.name.in_(names))
    titles = {name: title or name for name, title in model.Session.execute(query)}
    return sorted(
        ((titles.get(name, name), full(f"/data/{name}.json")) for name in names),
        key=lambda one: one[0].lower(),
    )


@dataclass(frozen=True)
class Status:
    """How the feed stands.

    Attributes:
        counts: of records that harvesters get, by language and array of the catalog
        made: when it was published last, in words; empty where it never was
        ago: the same as a distance
        listed: data sets that are offered
        valid: how many of them are valid in both languages as they are
        kept: how many of the others are served as they last were
        pinned: whether texts of an earlier publication are served
    """

    counts: Mapping[str, Mapping[str, int]]
    made: str = ""
    ago: str = ""
    listed: int = 0
    valid: int = 0
    kept: int = 0
    pinned: bool = False


def status() -> Status:
    """Return how the feed stands, of which nothing is a secret."""
    found = publisher.published()
    of_both = (
        sa.select(
            Record.key,
            sa.func.bool_and(Record.valid).label("valid"),
            sa.func.bool_and(Record.body.is_not(None)).label("served"),
        )
        .where(Record.kind == "dataset", Record.standing == "listed")
        .group_by(Record.key)
        .subquery()
    )
    row = model.Session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(of_both.c.valid),
            sa.func.count().filter(sa.not_(of_both.c.valid), of_both.c.served),
        ).select_from(of_both)
    ).one()
    if found is None:
        return Status({}, listed=row[0], valid=row[1], kept=row[2])
    made = dt.datetime.fromisoformat(found["made"])
    return Status(
        found["counts"], moment(made), _ago(made), *row, pinned=found["pinned"] is not None
    )


def _ago(when: dt.datetime) -> str:
    minutes = int((dt.datetime.now(dt.UTC) - when).total_seconds() // 60)
    if minutes < 1:
        return tk._("just now")
    if minutes < 60:
        return tk._("{time} ago").format(time=words.counted(minutes, "minute"))
    if minutes < 24 * 60:
        return tk._("{time} ago").format(time=words.counted(minutes // 60, "hour"))
    return words.ago(when.astimezone(ZoneInfo(city().timezone)), city().today())


# ---- What differs --------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A field that changes: what it is called, what was and what will be; None for nothing."""

    label: str
    where: str
    old: str | None
    new: str | None


def differences(changes: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """Return changes of fields (``FieldChange.as_dict``) as people read them."""
    return [
        Difference(fields.label(one["path"]), one["where"], *difference(one)) for one in changes
    ]


def difference(change: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return what was and what will be; of long texts the part where they begin to differ."""
    old, new = change.get("old"), change.get("new")
    start = 0
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _LONG:
        alike = next(
            (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
            min(len(old), len(new)),
        )
        start = max(alike - _BEFORE, 0)
    return (
        _brief(old, start) if "old" in change else None,
        _brief(new, start) if "new" in change else None,
    )


def _brief(value: Any, start: int) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    end = start + _LONG
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"


# ---- One record ----------------------------------------------------------------------------


@dataclass
class Told:
    """A record in one language, as its page tells of it.

    Attributes:
        language: "1.1" or "3.0"
        kind: "dataset", "service" or "series"
        title: of what it is a record
        state: how it stands, as shape and word; None where that is nobody's concern
        said: sentences about what harvesters get
        errors: how many problems make it invalid
        warnings: how many data.gov would only remark on
        parts: its fields with the problems beside them
        json: the record as it is sent, made readable; "" where nobody gets it
        changes: what will differ from what is published
    """

    language: str
    kind: str
    title: str
    state: words.Standing | None = None
    said: list[str] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0
    parts: list[fields.Part] = field(default_factory=list)
    json: str = ""
    changes: list[Difference] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The language's name."""
        return NAMES[self.language]

    @property
    def feed(self) -> str:
        """The address of the feed in which it is."""
        return full(FILES[self.language])


_ORDER = {"dataset": 0, "service": 1, "series": 2}


def data_set_records(data: Mapping[str, Any], staff: bool) -> list[Told]:
    """Return the records of a data set, of its tables' APIs and of its series.

    Args:
        data: the data set, as ``package_show`` has it
        staff: whether to tell what is not published, and what is wrong
    """
    of_series = sa.and_(Record.kind == "series", Record.key == (data.get("series") or ""))
    query = sa.select(Record).where(sa.or_(Record.package_id == data["id"], of_series))
    rows = {
        (row.language, row.kind, row.key): row
        for row in model.Session.scalars(query)
        if data.get("series") or row.kind != "series"
    }
    latest: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    if staff:
        # As it would be now, also of a data set that is not public yet.
        for row in records.rendered([data["id"]]):
            latest[row["language"], row["kind"], row["key"]] = row
    told = [
        one
        for key in sorted(
            rows.keys() | latest.keys(), key=lambda key: (key[0], _ORDER[key[1]], key)
        )
        if (one := _told(key, data, rows.get(key), latest.get(key), staff))
    ]
    return told


def _told(
    key: tuple[str, str, str],
    data: Mapping[str, Any],
    row: Record | None,
    latest: Mapping[str, Any] | None,
    staff: bool,
) -> Told | None:
    language, kind, _ = key
    served = _served(language, row)
    if not staff:
        if served is None:
            return None
        told = Told(language, kind, str(served.get("title") or ""))
        told.parts, told.json = fields.laid_out(served, (), kind), _pretty(served)
        return told
    present, problems = _present(row, latest)
    record = present if present is not None else served
    if record is None:
        return None
    told = Told(language, kind, str(record.get("title") or ""))
    told.errors = sum(one["severity"] == "error" for one in problems)
    told.warnings = len(problems) - told.errors
    told.parts, told.json = fields.laid_out(record, problems, kind), _pretty(record)
    told.state, told.said = _state(told, data, row, served)
    if served is not None and present is not None and present != served:
        told.changes = differences(one.as_dict() for one in field_changes(served, present))
    return told


def _present(
    row: Record | None, latest: Mapping[str, Any] | None
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return the latest rendering and what is wrong with it."""
    body, problems = None, []
    if latest is not None:
        body, problems = latest["rendering"] or latest["body"], latest["problems"]
    elif row is not None:
        body, problems = row.rendering or row.body, row.problems
    return (orjson.loads(body) if body else None), problems


def _served(language: str, row: Record | None) -> dict[str, Any] | None:
    """Return what harvesters get of a record now; None where they get nothing."""
    if row is None:
        return None
    if row.published_hash:
        if row.published_hash == row.hash and row.body:
            found: dict[str, Any] = orjson.loads(row.body)
            return found
        return published.texts(language, {row.published_hash}).get(row.published_hash)
    before = model.Session.get(Baseline, (language, row.section, row.identifier))
    return orjson.loads(before.body) if before is not None else None


def _state(
    told: Told, data: Mapping[str, Any], row: Record | None, served: dict[str, Any] | None
) -> tuple[words.Standing, list[str]]:
    """Say how a record stands, and what harvesters get of it."""
    wrong = words.counted(told.errors, "problem")
    hidden = bool(data.get("private")) or data.get("state") != "active"
    if row is not None and row.standing == "withdrawn":
        return words.Standing("near", "◐", tk._("Withdrawn")), [
            tk._("Harvesters get it until its withdrawal is published.")
            if served is not None
            else tk._("Harvesters do not get it.")
        ]
    if row is not None and row.standing == "lost":
        return words.Standing("bad", "▲", tk._("Gone without a word")), [
            tk._("It is carried over, so that data.gov does not delete it.")
        ]
    if hidden or row is None:
        said = [tk._("It is not in the feed. This is what its record would be.")]
        if told.errors:
            return words.Standing("bad", "▲", _refuses(wrong)), said
        return words.Standing("none", "○", tk._("Not in the feed")), said
    if told.errors:
        if served is None:
            said = [tk._("Harvesters get nothing of it until it is mended.")]
        elif row.published_hash:
            said = [tk._("Until it is mended, harvesters get it as it last was right.")]
        else:
            said = [tk._("Until it is mended, harvesters get it as the catalog before had it.")]
        return words.Standing("bad", "▲", _refuses(wrong)), said
    if row.published_hash is None:
        said = [tk._("It goes out with the next publication.")]
        return words.Standing("near", "◐", tk._("Valid, not published yet")), said
    if row.hash != row.published_hash:
        said = [tk._("It has changed since it was published, and goes out with the next one.")]
        return words.Standing("good", "●", tk._("Valid")), said
    return words.Standing("good", "●", tk._("Valid")), [_since(row)]


def _refuses(wrong: str) -> str:
    return tk._("data.gov would refuse this record: {problems}").format(problems=wrong)


def _since(row: Record) -> str:
    """Say since when harvesters get a record as it is."""
    changed = model.Session.scalar(
        sa.select(sa.func.max(Change.at)).where(Change.identifier == row.identifier)
    )
    if changed is None:
        return tk._("Harvesters get it as it is.")
    return tk._("Harvesters get it as it is since {time}.").format(time=moment(changed))


def _pretty(record: Mapping[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False)


# ---- What is wrong -------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its field in words and as the record has it, and how many have it."""

    label: str
    field: str
    rule: str
    severity: str
    count: int
    message: str
    example: str


def kind_of_problem(one: Mapping[str, Any]) -> Kind:
    """Return a kind of problem (``trouble.listed``) as people read it."""
    return Kind(
        fields.label(one["field"].split(".") if one["field"] else ()),
        one["field"],
        one["rule"],
        one["severity"],
        one["count"],
        one["first"]["message"],
        one["first"]["example"],
    )


@dataclass(frozen=True)
class Line:
    """A problem of a data set: the field in words, what is wrong, and where it is mended."""

    label: str
    where: str
    message: str
    example: str
    severity: str
    languages: str
    address: str


@dataclass
class Troubled:
    """A data set with its problems; the same one in both languages is told once."""

    title: str
    department: str
    address: str
    refused: bool
    served: bool
    lines: list[Line] = field(default_factory=list)


def troubled(one: Mapping[str, Any]) -> Troubled:
    """Return a data set with problems (``trouble.listed``) as people read it."""
    is_set = one["kind"] == "dataset"
    found: dict[tuple[str, str, str], tuple[Mapping[str, Any], list[str], Any]] = {}
    for record in one["records"]:
        for problem in record["problems"]:
            field_ = fields.label(problem["path"])
            name = "" if record["kind"] == "dataset" else record["title"]
            key = (name, field_, problem["severity"])
            languages = found.setdefault(key, (problem, [], record))[1]
            if record["language"] not in languages:
                languages.append(record["language"])
    lines = [
        Line(
            f"{name}: {label}" if name else label,
            problem["where"],
            problem["message"],
            problem["example"],
            severity,
            ", ".join(languages),
            mended_at(one["id"], problem, record["kind"]) if is_set else "",
        )
        for (name, label, severity), (problem, languages, record) in found.items()
    ]
    return Troubled(
        one["title"] or one["id"],
        one["department"],
        f"{root()}/dataset/{one['id']}/feed" if is_set else "",
        any(not record["valid"] for record in one["records"]),
        all(record["served"] for record in one["records"]),
        sorted(lines, key=lambda line: line.severity),
    )


def mended_at(data_set: str, problem: Mapping[str, Any], kind: str) -> str:
    """Return the address of the form's field behind a problem's field; "" for none."""
    found = fields.behind(tuple(problem["path"]), kind, problem["file"])
    return form_address(data_set, found) if found else ""


def form_address(data_set: str, field_: fields.Behind) -> str:
    """Return the address of a field of the data set's or a file's form."""
    if field_.resource_id:
        page = tk.h.url_for("dataset_resource.edit", id=data_set, resource_id=field_.resource_id)
    else:
        page = tk.h.url_for("dataset.edit", id=data_set)
    return f"{page}#field-{field_.name}"


def addresses(found: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the page of each record, by kind and identifier; those without one are left out."""
    identifiers = [identifier for _, identifier in found]
    query = sa.select(Record.kind, Record.identifier, Record.package_id).where(
        Record.identifier.in_(identifiers),
        Record.package_id.is_not(None),
        Record.standing == "listed",
    )
    return {
        (kind, identifier): f"{root()}/dataset/{package}/feed"
        for kind, identifier, package in model.Session.execute(query)
    }
