"""Where a finding is mended: the address of the very field, and what it is called there.

Owns the step from a finding's field, file and column to a page of the steward's. Refuses to know
whether whoever reads it may open that page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ..catalog.shown import root

__all__ = ["Place", "form_field", "is_of_file", "of_finding"]

# What checks call by other names than the form does.
_ON_THE_FORM = {"tags": "tag_string"}
# Of a file; anything else that a finding of a file names is on the data set's form.
_OF_THE_FILE = frozenset(
    {"url", "name", "description", "format", "table_from_link", "alternative_of"}
)


@dataclass(frozen=True)
class Place:
    """Where something is mended: the address, and the words of a link to it."""

    address: str
    words: str


def form_field(name: str) -> str:
    """Return the name under which a field stands on the data set's form; "" where it does not."""
    name = _ON_THE_FORM.get(name, name)
    row = _rows("dataset_fields").get(name)
    return name if row is not None and row.get("form_snippet", "") is not None else ""


def is_of_file(field: str, resource_id: str) -> bool:
    """Say whether a finding is mended on the form of a file, and not on that of its data set."""
    return bool(resource_id) and (field in _OF_THE_FILE or not form_field(field))


def of_finding(dataset: str, *, field: str = "", resource_id: str = "", column: str = "") -> Place:
    """Return where a finding is mended.

    Args:
        dataset: name of the data set
        field: as the finding has it; "" where the check named none
        resource_id: of the file, or ""
        column: of its table, or ""
    """
    name = form_field(field)
    if is_of_file(field, resource_id):
        if field == "columns":
            address = f"{root()}/dataset/{dataset}/dictionary/{resource_id}"
            return Place(address, tk._("Columns explained"))
        address = tk.h.url_for("dataset_resource.edit", id=dataset, resource_id=resource_id)
        if field in _OF_THE_FILE:
            return Place(f"{address}#field-{field}", _label("resource_fields", field))
        return Place(f"{address}#field-upload", tk._("The file"))
    if field == "resources":
        return Place(tk.h.url_for("dataset_resource.new", id=dataset), tk._("Add a file"))
    address = tk.h.url_for("dataset.edit", id=dataset)
    if name:
        return Place(f"{address}#field-{name}", _label("dataset_fields", name))
    if field.startswith("file_") or column:
        return Place(tk.h.url_for("dataset.resources", id=dataset), tk._("Files"))
    return Place(address, tk._("The form of the data set"))


def _rows(kind: str) -> dict[str, dict[str, Any]]:
    schema = tk.h.scheming_get_dataset_schema("dataset")
    return {row["field_name"]: row for row in schema[kind]}


def _label(kind: str, name: str) -> str:
    return str(tk.h.scheming_language_text(_rows(kind)[name].get("label", name)))
