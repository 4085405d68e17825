"""Validators of a data set as a whole: what follows from what, and the step to public.

They run before or after those of the fields, in the order that the schema gives.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.lib.munge import munge_title_to_name
from ckanext.scheming.helpers import scheming_field_by_name, scheming_get_dataset_schema
from ckanext.scheming.validation import scheming_validator

from ... import freshness, public_minimum
from .words import Context, Flat, Key

# Everything of Unicode that PostgreSQL or a harvester cannot store, or that no one can see.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


# --- before all others ----------------------------------------------------------------------

# First day, last day, and what the last one is called in the form.
PERIODS = (
    ("temporal_start", "temporal_end", "Covers until"),
    ("valid_from", "valid_to", "In force until"),
)


@scheming_validator
def independence_readable_text(field: None, schema: dict[str, Any]) -> Callable[..., None]:
    """Refuse characters that a database or a harvester cannot store.

    They are taken out of the values, too, so that no later validator trips over them.
    """
    rows = [
        row
        for part in ("dataset_fields", "resource_fields", "fields")
        for row in schema.get(part, [])
    ]
    labels = {row["field_name"]: row["label"] for row in rows}

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        for name, value in list(data.items()):
            texts = value if isinstance(value, list) else [value]
            found = next((UNREADABLE.search(text) for text in texts if _is_unreadable(text)), None)
            if not found:
                continue
            errors.setdefault(name, []).append(
                f"{labels.get(name[-1], name[-1])}: holds the character"
                f" U+{ord(found.group(0)):04X} at position {found.start() + 1}, which cannot be"
                " stored. Type the text anew."
            )
            clean = [UNREADABLE.sub("", text) if isinstance(text, str) else text for text in texts]
            data[name] = clean if isinstance(value, list) else clean[0]

    return validator


def _is_unreadable(text: Any) -> bool:
    return isinstance(text, str) and bool(UNREADABLE.search(text))


def independence_derived_values(key: Key, data: Flat, errors: Flat, context: Context) -> None:
    """Fill in what follows from the rest: address, draft, identifier, next due date."""
    package = context.get("package")

    def given(name: str) -> Any:
        value = data.get((name,))
        return None if value is tk.missing else value

    if given("private") in (None, ""):
        data[("private",)] = package.private if package else True
    hidden = tk.get_validator("boolean_validator")(given("private"), context)
    for name in ("withdrawal_reason", "withdrawal_note"):
        if not hidden:
            # It comes back, and what was said when it went is no longer so.
            data[(name,)] = ""
        elif given(name) is None and package:
            data[(name,)] = package.extras.get(name, "")
    if given("publish_requested") is None and package:
        data[("publish_requested",)] = package.extras.get("publish_requested", "")
    if not given("name") and isinstance(given("title"), str):
        data[("name",)] = package.name if package else _free_name(given("title"))
    if not given("identifier"):
        kept = package.extras.get("identifier") if package else None
        data[("identifier",)] = kept or f"urn:uuid:{uuid.uuid4()}"
    if package and package.private and data[("private",)] in (False, "False", "false"):
        # What is published again is withdrawn no longer.
        data[("withdrawal_reason",)] = data[("withdrawal_note",)] = ""
    data[("next_update_due",)] = _next_update_due(given("data_modified"), given("update_frequency"))


def _free_name(title: str) -> str:
    base = munge_title_to_name(title)[:90].strip("-") or "data-set"
    base = base if len(base) > 1 else f"data-set-{base}"
    taken = {
        row.name
        for row in model.Session.query(model.Package.name).filter(
            model.Package.name.startswith(base, autoescape=True)
        )
    }
    if base not in taken:
        return base
    return next(name for n in range(2, len(taken) + 3) if (name := f"{base}-{n}") not in taken)


def _next_update_due(modified: Any, frequency: Any) -> str:
    schema = scheming_get_dataset_schema("dataset")
    field = scheming_field_by_name(schema["dataset_fields"], "update_frequency")
    for choice in field["choices"]:
        if choice["value"] == frequency:
            return freshness.due(
                modified, months=int(choice.get("months", 0)), days=int(choice.get("days", 0))
            )
    return ""


# --- after all others -----------------------------------------------------------------------


def independence_ranges(key: Key, data: Flat, errors: Flat, context: Context) -> None:
    """Refuse a period that runs backwards."""
    for start, end, label in PERIODS:
        first, last = data.get((start,)), data.get((end,))
        known = isinstance(first, str) and isinstance(last, str) and first and last
        if known and last < first and not errors.get((start,)) and not errors.get((end,)):
            errors.setdefault((end,), []).append(
                f"{label}: {last} is earlier than {first}, where it begins. Swap the two."
            )


def independence_files_match_access(key: Key, data: Flat, errors: Flat, context: Context) -> None:
    """Keep files away from a public record whose data is not public.

    Such a record is an inventory entry: it says what the city holds, and why it is withheld.
    """
    package = context.get("package")
    if _as_it_was(context) or data.get(("private",)) or data.get(("access_level",)) == "public":
        return
    before = _was_public(package) and package.extras.get("access_level") != "public"
    if any(name[0] == "resources" for name in data if len(name) > 1):
        held = len({name[1] for name in data if len(name) > 1 and name[0] == "resources"})
    else:
        held = len(package.resources) if package else 0
    already = len(package.resources) if package and before else 0
    if held > already:
        errors.setdefault(("access_level",), []).append(
            "Access to the data: the record is public and the data is not, so it can hold no"
            " files. Remove the files, keep the record private, or make the data public."
        )


def independence_public_minimum(key: Key, data: Flat, errors: Flat, context: Context) -> None:
    """Refuse the step to public while what DCAT-US 1.1 requires is missing.

    Acts on becoming public, and on a save that takes a required value away; never on what
    was public and lacks it already.
    """
    package = context.get("package")
    state = data.get(("state",))
    if state is tk.missing or state is None:
        state = package.state if package else model.State.ACTIVE
    if data.get(("private",)) or state != model.State.ACTIVE or _as_it_was(context):
        return
    wanting = public_minimum.missing(_values(data, package))
    if _was_public(package):
        wanting = {name: advice for name, advice in wanting.items() if _had(package, name)}
    for name, advice in wanting.items():
        errors.setdefault(("tag_string" if name == "tags" else name,), []).append(
            f"Needed before it can be public. {advice}"
        )


def _as_it_was(context: Context) -> bool:
    """Tell whether a legacy catalog is being taken over, or something is withdrawn."""
    if context.get("independence_withdrawing"):
        return True
    user = context.get("user")
    return bool(context.get("independence_publish_as_is")) and (
        bool(context.get("ignore_auth")) or bool(user and authz.is_sysadmin(user))
    )


def _was_public(package: Any) -> bool:
    return bool(package) and not package.private and package.state == model.State.ACTIVE


def _had(package: Any, name: str) -> bool:
    if name == "tags":
        return bool(package.get_tags())
    return not public_minimum.is_empty(getattr(package, name, None) or package.extras.get(name))


def _values(data: Flat, package: Any) -> dict[str, Any]:
    values = {name: data.get((name,)) for name in public_minimum.MINIMUM if name != "tags"}
    values = {name: None if value is tk.missing else value for name, value in values.items()}
    if values["title"] is None and package:
        values["title"] = package.title
    if values["owner_org"] is None and package:
        values["owner_org"] = package.owner_org
    values["tags"] = [
        value for name, value in data.items() if name[0] == "tags" and name[-1] == "name"
    ]
    return values
