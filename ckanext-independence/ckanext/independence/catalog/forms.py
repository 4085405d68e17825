"""What a steward's form is made of: groups of fields with values, words, marks and errors.

Owns the step from the schema, CKAN's data and CKAN's errors to what a template writes. What a
field is stands in ``schemas/``, what is wrong with a value the validators say. It refuses to
lose what was typed: after an error each field shows what the browser sent, right or wrong.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.uploader import get_max_resource_size
from flask import request

from .interfaces import form_advice
from .site import city

NUMBER_OF_BOX_SIDES = 4


@dataclass(frozen=True)
class FormField:
    """One field as a snippet of ``scheming/form_snippets`` writes it."""

    schema: dict[str, Any]
    value: Any
    error: str
    advice: Sequence[str] = ()

    @property
    def name(self) -> str:
        """Name in the API."""
        return str(self.schema["field_name"])

    @property
    def id(self) -> str:
        """Id of the field's (first) control, where links to it lead."""
        return f"field-{self.name}"

    @property
    def label(self) -> str:
        """What people read before it."""
        return tk.h.scheming_language_text(self.schema.get("label", self.name))

    @property
    def help(self) -> str:
        """A sentence about it, or ""."""
        return tk.h.scheming_language_text(self.schema.get("help_text", ""))

    @property
    def example(self) -> str:
        """A right value, or ""."""
        return str(self.schema.get("example", ""))

    @property
    def snippet(self) -> str:
        """Path of the template that writes it."""
        return f"scheming/form_snippets/{self.schema.get('form_snippet', 'text.html')}"

    @property
    def mark(self) -> str:
        """When it has to be filled in; "" where it need not be."""
        if self.schema.get("required"):
            return tk._("required")
        return tk._("needed to be public") if self.schema.get("minimum") else ""

    @property
    def shown_when(self) -> str:
        """JSON of the values of other fields that it waits for, or ""."""
        conditions = self.schema.get("shown_when")
        return json.dumps(conditions) if conditions else ""

    @property
    def attributes(self) -> dict[str, Any]:
        """Further HTML attributes of the control."""
        return dict(self.schema.get("form_attrs") or {})

    @property
    def choices(self) -> list[dict[str, str]]:
        """The values to choose from; one that is no longer offered stays while it is chosen."""
        offered = list(tk.h.scheming_field_choices(self.schema) or [])
        known = {choice["value"] for choice in offered}
        gone = [value for value in self.values if value not in known]
        return offered + [{"value": value, "label": value} for value in gone]

    @property
    def values(self) -> list[str]:
        """What is chosen or typed, as a list without blanks."""
        values = self.value if isinstance(self.value, list) else [self.value]
        return [str(value) for value in values if value not in (None, "")]

    @property
    def text(self) -> str:
        """The value as one text; a list is written one a line."""
        return "\n".join(self.values)

    @property
    def is_day(self) -> bool:
        """Whether a date input can show the value; it shows a wrong one as nothing."""
        try:
            dt.date.fromisoformat(self.text)
        except ValueError:
            return not self.text
        return len(self.text) == len("2026-09-14")

    @property
    def box(self) -> list[str]:
        """West, south, east and north as they were typed."""
        sides = self.value if isinstance(self.value, list) else str(self.value or "").split(",")
        return [*map(str, sides), "", "", "", ""][:NUMBER_OF_BOX_SIDES]


@dataclass
class Group:
    """A part of the form: at most eight fields under one heading."""

    id: str
    label: str
    folded: bool
    fields: list[FormField] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether it stands open; an error inside opens a folded part."""
        return not self.folded or any(one.error for one in self.fields)

    @property
    def filled(self) -> int:
        """How many of its fields hold something."""
        return sum(bool(one.values) for one in self.fields)


@dataclass(frozen=True)
class Problem:
    """A line of the list on top: what is wrong, and the address of the field to mend."""

    text: str
    address: str


@dataclass
class Form:
    """A whole form."""

    groups: list[Group]
    problems: list[Problem]

    @property
    def fields(self) -> list[FormField]:
        """All fields, in the form's order."""
        return [one for group in self.groups for one in group.fields]


def form(
    kind: str, data: dict[str, Any], errors: dict[str, Any], dataset: dict[str, Any] | None = None
) -> Form:
    """Build a form.

    Args:
        kind: "dataset", "resource" or "organization"
        data: values by field name
        errors: CKAN's errors by field name
        dataset: the data set of a resource; errors about it link to its own form
    """
    if kind == "organization":
        schema = tk.h.scheming_get_organization_schema("organization")
        rows = schema["fields"]
    else:
        schema = tk.h.scheming_get_dataset_schema("dataset")
        rows = schema["dataset_fields" if kind == "dataset" else "resource_fields"]
    labels = schema.get("form_groups") if kind != "resource" else None
    groups = {
        row["id"]: Group(
            row["id"], tk.h.scheming_language_text(row["label"]), bool(row.get("folded"))
        )
        for row in labels or [{"id": "", "label": ""}]
    }
    first = next(iter(groups))
    known = (dataset or {}).get("id") if kind == "resource" else data.get("id")
    advice = form_advice(kind, data["id"], known) if known and data.get("id") else {}
    for row in rows:
        if "form_snippet" in row and row["form_snippet"] is None:
            continue
        name = row["field_name"]
        message = words(row, errors.get(name))
        # An upload is refused under a name of its own.
        message = message or words(row, errors.get(row.get("upload_field") or ""))
        one = FormField(row, _value(name, data), message, () if message else advice.get(name, ()))
        groups.get(row.get("group"), groups[first]).fields.append(one)
    made = Form([group for group in groups.values() if group.fields], [])
    made.problems = [
        Problem(f"{one.label}: {one.error}", f"#{one.id}") for one in made.fields if one.error
    ]
    seen = {one.name for one in made.fields} | {row.get("upload_field") for row in rows}
    if "owner_org" in errors:
        # CKAN adds that a data set without a department cannot be private; it says nothing more.
        seen.add("private")
    made.problems += problems(
        {name: found for name, found in errors.items() if name not in seen}, dataset
    )
    return made


def form_name(name: str) -> str:
    """Return the form's name of a value of the public minimum: keywords are typed as one text."""
    return "tag_string" if name == "tags" else name


def reasons() -> list[dict[str, str]]:
    """Return the reasons for which a data set may be withdrawn, as choices."""
    fields = tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]
    return tk.h.scheming_field_by_name(fields, "withdrawal_reason")["choices"]


def problems(errors: dict[str, Any], dataset: dict[str, Any] | None = None) -> list[Problem]:
    """List errors about a data set, each with a link to its field in the data set's form.

    Args:
        errors: CKAN's errors by field name
        dataset: the data set, as ``package_show`` has it; without it there are no links
    """
    rows = {
        row["field_name"]: row
        for row in tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]
    }
    found = []
    for name, value in errors.items():
        row = rows.get(name) or {"field_name": name, "label": name.replace("_", " ").capitalize()}
        message = words(row, value)
        if not message:
            continue
        address = ""
        if dataset and name in rows and rows[name].get("form_snippet", "") is not None:
            address = f"{tk.h.url_for('dataset.edit', id=dataset['name'])}#field-{name}"
        found.append(Problem(f"{row['label']}: {message}", address))
    return found


def words(row: dict[str, Any], found: Any) -> str:
    """Return the first error of a field as it reads at the field: without label and example."""
    while isinstance(found, list | dict):
        # Errors of files are lists of dictionaries, one for each file.
        found = next(filter(None, found.values() if isinstance(found, dict) else found), "")
    text = str(found or "").removesuffix(f" For example: {row.get('example')}")
    label = f"{row.get('label')}: "
    if not text.startswith(label):
        return text
    text = text.removeprefix(label)
    return text[:1].upper() + text[1:]


def _value(name: str, data: dict[str, Any]) -> Any:
    if request.method == "POST":
        sent = request.form.getlist(name)
        return sent[0] if len(sent) == 1 else sent
    return data.get(name)


def licences(chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the licences in two parts, those of the city's policy first.

    Args:
        chosen: a licence that is offered even if the city's list lacks it
    """
    free = city().public_domain_licences
    every = [(id, title) for id, title in tk.h.license_options(chosen or None) if id]
    return [
        (tk._("Public domain"), [row for row in every if row[0] in free]),
        (tk._("Others"), [row for row in every if row[0] not in free]),
    ]


def departments(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the departments in which the user may publish: id and title.

    A data set that exists stays in its own, unless the user administers that, too.
    """
    home = data.get("owner_org")
    permission = "create_dataset"
    if data.get("id") and home and not tk.current_user.sysadmin:
        permission = "admin"
    listed = [
        (one["id"], one["title"]) for one in tk.h.organizations_available(permission=permission)
    ]
    if data.get("id") and home and home not in [id for id, _title in listed]:
        own = data.get("organization") or {}
        return [(home, own.get("title") or home)]
    return sorted(listed, key=lambda row: row[1].lower())


def map_data() -> str:
    """Return what the picker of an area draws, as JSON: the city's box and its places' boxes."""
    places = [
        {"id": place.id, "title": place.title, "box": place.bbox}
        for place in city().places
        if place.bbox
    ]
    return json.dumps({"box": city().bbox, "places": places})


def upload_limit() -> dict[str, Any]:
    """Return how large a file may be: ``bytes``, and ``words`` for people."""
    megabytes = get_max_resource_size()
    return {"bytes": megabytes << 20, "words": f"{megabytes} MB"}
