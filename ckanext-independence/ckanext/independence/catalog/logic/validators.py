"""Validators of the data set's and department's fields.

They refuse what cannot be: a date that is none, an address without a domain, a range that
runs backwards. What is merely poor is the policy's to find. Each message names the field
and shows a right value.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.lib.munge import munge_title_to_name
from ckanext.scheming.helpers import scheming_field_by_name, scheming_get_dataset_schema
from ckanext.scheming.validation import scheming_validator

from .. import fetch, freshness, public_minimum
from ..city import EMAIL
from ..site import city

__all__ = [
    "independence_bbox",
    "independence_date",
    "independence_department_kept",
    "independence_derived_values",
    "independence_email",
    "independence_files_match_access",
    "independence_identifier",
    "independence_keywords",
    "independence_licence",
    "independence_no_html",
    "independence_not_in_the_future",
    "independence_phone",
    "independence_plain_text",
    "independence_public_minimum",
    "independence_ranges",
    "independence_readable_text",
    "independence_resource_url",
    "independence_series",
    "independence_title",
    "independence_url",
    "independence_url_list",
]

Key = tuple[Any, ...]
Flat = dict[Key, Any]
Context = dict[str, Any]
Field = dict[str, Any]

HTML = re.compile(r"<\s*/?\s*[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>|<!--|<![a-zA-Z]")
PHONE = re.compile(r"[0-9+() .,xX/-]{7,40}(ext\.?\s*[0-9]+)?")
SERIES = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Everything of Unicode that PostgreSQL or a harvester cannot store, or that no one can see.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
EARLIEST, LATEST = 1600, 2200


def _refuse(field: Field | None, problem: str) -> tk.Invalid:
    if not field:
        return tk.Invalid(problem)
    example = field.get("example") or field.get("form_placeholder")
    shown = f" For example: {example}" if example else ""
    return tk.Invalid(f"{field.get('label', field['field_name'])}: {problem}{shown}")


# --- one value ------------------------------------------------------------------------------


@scheming_validator
def independence_title(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require a title in plain text, of at most 500 characters."""

    def validator(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise _refuse(field, "a data set needs a title.")
        value = " ".join(value.split())
        if HTML.search(value):
            raise _refuse(field, "holds HTML. Write plain text.")
        if len(value) > 500:
            raise _refuse(field, f"{len(value)} characters are too many; 500 at most.")
        return value

    return validator


@scheming_validator
def independence_plain_text(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Refuse markup in a text."""

    def validator(value: Any) -> str:
        if HTML.search(value):
            raise _refuse(field, "holds HTML. Write plain text.")
        return value.strip()

    return validator


@scheming_validator
def independence_no_html(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Refuse HTML in a text that may be Markdown."""

    def validator(value: Any) -> str:
        found = HTML.search(value)
        if found:
            raise _refuse(
                field, f"holds HTML ({found.group(0)[:40]}). Write plain text or Markdown."
            )
        return value.strip()

    return validator


@scheming_validator
def independence_date(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require a day as YYYY-MM-DD; a full timestamp is cut to its day."""

    def validator(value: Any) -> str:
        if isinstance(value, dt.datetime):
            value = value.date()
        text = value.isoformat() if isinstance(value, dt.date) else str(value).strip()
        if not text:
            return ""
        try:
            day = dt.date.fromisoformat(text[:10])
            if len(text) > 10:
                dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise _refuse(field, f"{text!r} is not a date. Write year, month and day.") from error
        if not EARLIEST <= day.year <= LATEST:
            raise _refuse(field, f"the year {day.year} cannot be right.")
        return day.isoformat()

    return validator


@scheming_validator
def independence_not_in_the_future(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Refuse a day that is yet to come where the city is."""

    def validator(value: str) -> str:
        if value and dt.date.fromisoformat(value) > city().today():
            raise _refuse(field, f"{value} has not come yet.")
        return value

    return validator


@scheming_validator
def independence_email(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require one e-mail address with a domain."""

    def validator(value: str) -> str:
        if value and not EMAIL.fullmatch(value):
            raise _refuse(field, f"{value!r} is no e-mail address.")
        return value

    return validator


@scheming_validator
def independence_phone(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require what can be dialled."""

    def validator(value: str) -> str:
        if value and not PHONE.fullmatch(value):
            raise _refuse(field, f"{value!r} is no telephone number.")
        return value

    return validator


def _url_problem(value: str) -> str | None:
    return fetch.check_public_url(value)


@scheming_validator
def independence_url(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require a web address that the public can reach."""

    def validator(value: str) -> str:
        value = value.strip()
        problem = value and _url_problem(value)
        if problem:
            raise _refuse(field, problem)
        return value

    return validator


@scheming_validator
def independence_url_list(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Take web addresses, as a list or one a line, and keep them as a JSON list."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = data.get(key)
        if value is tk.missing or value is None:
            data[key] = "[]"
            return
        if isinstance(value, str):
            try:
                loaded = json.loads(value)
            except ValueError:
                loaded = None
            value = loaded if isinstance(loaded, list) else value.splitlines()
        if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
            raise _refuse(field, "must be web addresses, one a line.")
        lines = [line.strip() for line in value if line.strip()]
        for line in lines:
            problem = _url_problem(line)
            if problem:
                raise _refuse(field, problem)
        data[key] = json.dumps(lines)

    return validator


@scheming_validator
def independence_resource_url(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Judge a link to a file that is kept elsewhere; our own files are not judged here."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = data.get(key)
        kind = data.get((*key[:-1], "url_type"))
        if not value or value is tk.missing:
            raise _refuse(field, "choose a file or give a link.")
        if kind in ("upload", "datastore"):
            return
        problem = _url_problem(value)
        if problem:
            raise _refuse(field, problem)

    return validator


@scheming_validator
def independence_bbox(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require "west,south,east,north" in degrees (EPSG:4326)."""

    def validator(value: str) -> str:
        if not value.strip():
            return ""
        try:
            west, south, east, north = (float(part) for part in value.split(","))
        except ValueError as error:
            raise _refuse(
                field, f"{value!r} must be four numbers: west, south, east, north."
            ) from error
        if not (-180 <= west <= 180 and -180 <= east <= 180):
            raise _refuse(field, "west and east lie between -180 and 180.")
        if not (-90 <= south <= 90 and -90 <= north <= 90):
            raise _refuse(field, "south and north lie between -90 and 90.")
        if west > east or south > north:
            raise _refuse(field, "west must not be east of east, nor south north of north.")
        return ",".join(
            f"{part:.6f}".rstrip("0").rstrip(".") for part in (west, south, east, north)
        )

    return validator


@scheming_validator
def independence_licence(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require a licence of the city's list."""

    def validator(value: str) -> str:
        known = model.Package.get_license_register()
        if value and value not in known:
            names = ", ".join(sorted(known.keys()))
            raise _refuse(field, f"{value!r} is not in the city's list ({names}).")
        return value

    return validator


@scheming_validator
def independence_series(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require a short word in small letters, digits and hyphens."""

    def validator(value: str) -> str:
        value = value.strip()
        if value and not SERIES.fullmatch(value):
            raise _refuse(field, "use small letters, digits and hyphens only.")
        return value

    return validator


@scheming_validator
def independence_keywords(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Refuse keywords that a catalog cannot hold, before CKAN splits them."""

    def validator(value: Any) -> str:
        if not isinstance(value, str):
            raise _refuse(field, "must be words separated by commas.")
        words = [word.strip() for word in value.split(",") if word.strip()]
        for word in words:
            if not 2 <= len(word) <= 100:
                raise _refuse(field, f"{word[:40]!r} must have between 2 and 100 characters.")
            if not re.fullmatch(r"[\w .-]+", word):
                raise _refuse(
                    field, f"{word!r} may hold letters, digits, blanks, '-', '_' and '.' only."
                )
        return ", ".join(dict.fromkeys(words))

    return validator


# --- identity and home ----------------------------------------------------------------------


@scheming_validator
def independence_identifier(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Keep the identifier as it is, for ever, and different from every other one."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = data.get(key)
        package = context.get("package")
        if not isinstance(value, str) or not value.strip():
            raise _refuse(field, "must be a text.")
        if len(value) > 2000:
            raise _refuse(field, f"{len(value)} characters are too many; 2,000 at most.")
        kept = package.extras.get("identifier") if package else None
        if kept and value != kept:
            raise _refuse(
                field,
                f"cannot change; it is {kept!r}. Harvesters would delete the data set and add"
                " another. Leave the field out, or send it as it is.",
            )
        if kept:
            return
        taken = model.Session.query(model.Package.name, model.Package.state).filter(
            model.Package.extras["identifier"].astext == value
        )
        if package:
            taken = taken.filter(model.Package.id != package.id)
        other = taken.first()
        if other:
            gone = " (withdrawn)" if other.state == model.State.DELETED else ""
            raise _refuse(field, f"{value!r} belongs to the data set {other.name!r}{gone}.")

    return validator


@scheming_validator
def independence_department_kept(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Let only a sysadmin, or an admin of both, move a data set to another department."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        package = context.get("package")
        target = data.get(key)
        if not package or not package.owner_org or package.owner_org == target:
            return
        user = context.get("user")
        if context.get("ignore_auth") or (user and authz.is_sysadmin(user)):
            return
        for home in (package.owner_org, target):
            if authz.users_role_for_group_or_org(home, user) != "admin":
                raise _refuse(
                    field,
                    "only an administrator of both departments can move a data set."
                    " Ask the open data coordinator.",
                )

    return validator


# --- before all others ----------------------------------------------------------------------


def independence_readable_text(key: Key, data: Flat, errors: Flat, context: Context) -> None:
    """Refuse characters that a database or a harvester cannot store."""
    for name, value in list(data.items()):
        texts = value if isinstance(value, list) else [value]
        for text in texts:
            found = UNREADABLE.search(text) if isinstance(text, str) else None
            if found:
                errors.setdefault(name, []).append(
                    f"{name[-1]}: holds the character U+{ord(found.group(0)):04X} at position"
                    f" {found.start() + 1}, which cannot be stored. Type the text anew."
                )
    if any(errors.values()):
        raise tk.StopOnError


def independence_derived_values(key: Key, data: Flat, errors: Flat, context: Context) -> None:
    """Fill in what follows from the rest: address, draft, identifier, next due date."""
    package = context.get("package")

    def given(name: str) -> Any:
        value = data.get((name,))
        return None if value is tk.missing else value

    if given("private") in (None, ""):
        data[("private",)] = package.private if package else True
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
    first, last = data.get(("temporal_start",)), data.get(("temporal_end",))
    if isinstance(first, str) and isinstance(last, str) and first and last and last < first:
        errors.setdefault(("temporal_end",), []).append(
            f"Covers until: {last} is earlier than {first}, where it begins. Swap the two."
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
