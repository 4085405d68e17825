"""Whether each value has the shape of its field at all: a text, a list, yes or no; and its size.

Runs before all other validators, which then meet only what they were made for. It judges
no content. A value of a wrong shape is taken out, so that nothing trips over it later.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.scheming.validation import scheming_validator

from .words import Context, Flat, Key, refusal

# Solr keeps the value of most fields as one term, of at most 32,766 bytes.
LONGEST = 8_000
LONGEST_LIST = 30_000
# Of each kind of record: how many at most, what they are called, and the field that says so.
MOST = {
    "tags": (300, "keywords", "name"),
    "resources": (1_000, "files", "url"),
    "extras": (100, "extra fields", "key"),
}
# CKAN's own texts of a data set, for which the city has no field.
CORE_TEXTS = ("url", "version", "author", "author_email", "maintainer", "maintainer_email")
YES_OR_NO = {"true", "false", "yes", "no", "t", "f", "y", "n", "1", "0", "on", "off", ""}
# By which validators a field is known to hold a list; and a text that CKAN would make of
# anything: the other fields' own validators say what they want.
OF_LISTS = ("independence_choices", "independence_url_list", "independence_bbox")
OF_TEXTS = (
    "independence_plain_text",
    "independence_no_html",
    "independence_series",
    "clean_format",
)
UNTOUCHED = "ignore_missing unicode_safe"


@scheming_validator
def independence_shapes(field: None, schema: dict[str, Any]) -> Callable[..., None]:
    """Refuse values of a wrong type or size, by the schema's own list of fields."""
    rows = {row["field_name"]: row for row in schema.get("dataset_fields") or schema["fields"]}
    rows |= {name: {"field_name": name, "label": name} for name in CORE_TEXTS if name not in rows}
    of_files = {row["field_name"]: row for row in schema.get("resource_fields", [])}

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        for name, value in list(data.items()):
            row = rows.get(name[0]) if len(name) == 1 else None
            if len(name) == 3 and name[0] == "resources":
                row = of_files.get(name[2])
            problem = row and _problem(row, value)
            if problem:
                errors.setdefault(name, []).append(refusal(row, problem).error)
                data[name] = tk.missing
        _check_private(data, errors)
        for part, (most, what, where) in MOST.items():
            held = len({name[1] for name in data if len(name) > 1 and name[0] == part})
            if held > most:
                errors.setdefault((part, 0, where), []).append(
                    f"{part}: {held} {what} are too many; {most} at most."
                )

    return validator


def _problem(row: dict[str, Any], value: Any) -> str | None:
    """Say what is wrong with the shape of a value; None where nothing is."""
    if value is tk.missing or value is None:
        return None
    validators = row.get("validators", UNTOUCHED)
    if isinstance(value, str):
        longest = int(row.get("max_length", LONGEST))
        if len(value) > longest:
            return f"{len(value):,} characters are too many; {longest:,} at most."
    elif isinstance(value, list) and any(name in validators for name in OF_LISTS):
        size = len(json.dumps(value, default=str).encode())
        if size > LONGEST_LIST:
            return f"holds {size:,} bytes, which are too many; {LONGEST_LIST:,} at most."
    elif validators == UNTOUCHED or any(name in validators for name in OF_TEXTS):
        return f"must be a text, and not {json.dumps(value, default=str)[:60]}."
    return None


def _check_private(data: Flat, errors: Flat) -> None:
    # CKAN takes every word that it does not know for "no", and would publish.
    value = data.get(("private",), tk.missing)
    if value is tk.missing or value is None or isinstance(value, bool):
        return
    if not isinstance(value, (str, int)) or str(value).strip().lower() not in YES_OR_NO:
        errors.setdefault(("private",), []).append(
            f"private: must be true or false, and not {json.dumps(value, default=str)[:60]}."
        )
        data[("private",)] = True
