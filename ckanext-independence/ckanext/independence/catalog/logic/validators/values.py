"""Validators of one value: text, date, address, choice, box.

They refuse what cannot be: a date that is none, an address without a domain. What is
merely poor is the policy's to find.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.scheming.helpers import scheming_field_choices
from ckanext.scheming.validation import scheming_validator

from ... import fetch
from ...city import EMAIL
from ...site import city
from .words import Context, Field, Flat, Key, given, refusal, stop

HTML = re.compile(r"<\s*/?\s*[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>|<!--|<![a-zA-Z]")
PHONE = re.compile(r"[0-9+() .,xX/-]{7,40}(ext\.?\s*[0-9]+)?")
SERIES = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
EARLIEST, LATEST = 1600, 2200


@scheming_validator
def independence_title(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require a title in plain text, of at most 500 characters."""

    def validator(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise refusal(field, "a title is needed.")
        value = " ".join(value.split())
        if HTML.search(value):
            raise refusal(field, "holds HTML. Write plain text.")
        if len(value) > 500:
            raise refusal(field, f"{len(value)} characters are too many; 500 at most.")
        return value

    return validator


@scheming_validator
def independence_plain_text(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Refuse markup in a text."""

    def validator(value: Any) -> str:
        found = HTML.search(value)
        if found:
            raise refusal(field, f"holds HTML ({found.group(0)[:40]}). Write plain text.")
        return value.strip()

    return validator


@scheming_validator
def independence_no_html(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Refuse HTML in a text that may be Markdown."""

    def validator(value: Any) -> str:
        found = HTML.search(value)
        if found:
            raise refusal(
                field, f"holds HTML ({found.group(0)[:40]}). Write plain text or Markdown."
            )
        return value.strip()

    return validator


@scheming_validator
def independence_date(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Require a day as YYYY-MM-DD; a full timestamp is cut to its day."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = given(data, key)
        if isinstance(value, dt.datetime):
            value = value.date()
        text = value.isoformat() if isinstance(value, dt.date) else str(value or "").strip()
        if not text:
            data[key] = ""
            return
        try:
            day = dt.date.fromisoformat(text[:10])
            if len(text) > 10:
                dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise stop(
                field, key, errors, f"{text!r} is not a date. Write year, month and day."
            ) from error
        if not EARLIEST <= day.year <= LATEST:
            raise stop(field, key, errors, f"the year {day.year} cannot be right.")
        data[key] = day.isoformat()

    return validator


@scheming_validator
def independence_not_in_the_future(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Refuse a day that is yet to come where the city is."""

    def validator(value: str) -> str:
        if value and dt.date.fromisoformat(value) > city().today():
            raise refusal(field, f"{value} has not come yet.")
        return value

    return validator


@scheming_validator
def independence_email(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require one e-mail address with a domain."""

    def validator(value: str) -> str:
        if value and not EMAIL.fullmatch(value):
            raise refusal(field, f"{value!r} is no e-mail address.")
        return value

    return validator


@scheming_validator
def independence_phone(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require what can be dialled."""

    def validator(value: str) -> str:
        if value and not PHONE.fullmatch(value):
            raise refusal(field, f"{value!r} is no telephone number.")
        return value

    return validator


@scheming_validator
def independence_url(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require a web address that the public can reach."""

    def validator(value: str) -> str:
        value = value.strip()
        problem = value and fetch.check_public_url(value)
        if problem:
            raise refusal(field, problem)
        return value

    return validator


@scheming_validator
def independence_url_list(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Take web addresses, as a list or one a line, and keep them as a JSON list."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = given(data, key)
        if value is None:
            value = []
        if isinstance(value, str):
            try:
                loaded = json.loads(value)
            except ValueError:
                loaded = None
            value = loaded if isinstance(loaded, list) else value.splitlines()
        if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
            raise refusal(field, "must be web addresses, one a line.")
        lines = [line.strip() for line in value if line.strip()]
        for number, line in enumerate(lines, 1):
            problem = fetch.check_public_url(line)
            if problem:
                raise refusal(field, f"line {number} {problem}")
        data[key] = json.dumps(lines)

    return validator


@scheming_validator
def independence_resource_url(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Judge a link to a file that is kept elsewhere; our own files are not judged here."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = given(data, key)
        kind = given(data, (*key[:-1], "url_type"))
        if not isinstance(value, str) or not value.strip():
            raise stop(field, key, errors, "choose a file, or give a link.")
        data[key] = value.strip()
        if kind in ("upload", "datastore"):
            return
        problem = fetch.check_public_url(data[key])
        if problem:
            raise stop(field, key, errors, problem)

    return validator


def independence_format(key: Key, data: Flat, errors: Flat, context: Context) -> None:
    """Find the format by the file's name where none is given."""
    # CKAN's own trips over an address that is no text.
    if isinstance(given(data, (*key[:-1], "url")), str):
        tk.get_validator("if_empty_guess_format")(key, data, errors, context)


@scheming_validator
def independence_bbox(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require west, south, east and north in degrees (EPSG:4326).

    Takes "west,south,east,north", or a list of the four as a form sends it; keeps the text.
    """

    def validator(value: Any) -> str:
        parts = value if isinstance(value, list) else str(value).split(",")
        parts = [str(part).strip() for part in parts]
        if not any(parts):
            return ""
        if len(parts) == 4 and not all(parts):
            raise refusal(field, "fill in all four of west, south, east and north, or none.")
        try:
            west, south, east, north = (float(part) for part in parts)
        except ValueError as error:
            raise refusal(
                field, f"'{','.join(parts)}' must be four numbers: west, south, east, north."
            ) from error
        if not (-180 <= west <= 180 and -180 <= east <= 180):
            raise refusal(field, "west and east lie between -180 and 180.")
        if not (-90 <= south <= 90 and -90 <= north <= 90):
            raise refusal(field, "south and north lie between -90 and 90.")
        if west > east or south > north:
            raise refusal(field, "west must be less than east, and south less than north.")
        return ",".join(
            f"{part:.6f}".rstrip("0").rstrip(".") for part in (west, south, east, north)
        )

    return validator


@scheming_validator
def independence_licence(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Require a licence of the city's list; one that a data set has already may stay."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = data[key]
        package = context.get("package")
        known = model.Package.get_license_register()
        if value and value not in known and not (package and package.license_id == value):
            names = ", ".join(sorted(known.keys()))
            raise refusal(field, f"{value!r} is not in the city's list ({names}).")

    return validator


@scheming_validator
def independence_choice(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Require one of the field's choices; one that a data set has already may stay."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = data[key]
        known = [choice["value"] for choice in scheming_field_choices(field)]
        if value != "" and value not in known and value != _stored(context, field):
            raise refusal(field, f"{value!r} is not one of {', '.join(known)}.")

    return validator


@scheming_validator
def independence_choices(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Take any number of the field's choices and keep them as a JSON list.

    What a data set has already may stay when the city drops it from its file. Blanks are
    left out: a form sends one to say that every box is empty.
    """

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = given(data, key)
        values = [value] if isinstance(value, str) else [] if value is None else value
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise refusal(field, "must be a list of words.")
        known = [choice["value"] for choice in scheming_field_choices(field)]
        stored = json.loads(_stored(context, field) or "[]")
        order = list(dict.fromkeys([*known, *stored]))
        unknown = next((one for one in values if one and one not in order), None)
        if unknown:
            raise refusal(field, f"{unknown!r} is not one of {', '.join(known)}.")
        data[key] = json.dumps([one for one in order if one in values])

    return validator


def _stored(context: Context, field: Field) -> Any:
    package = context.get("package")
    return package.extras.get(field["field_name"]) if package else None


@scheming_validator
def independence_series(field: Field, schema: dict[str, Any]) -> Callable[[Any], str]:
    """Require a short word in small letters, digits and hyphens."""

    def validator(value: str) -> str:
        value = value.strip()
        if value and not SERIES.fullmatch(value):
            raise refusal(field, "use small letters, digits and hyphens only.")
        return value

    return validator


@scheming_validator
def independence_keywords(field: Field, schema: dict[str, Any]) -> Callable[..., None]:
    """Refuse keywords that a catalog cannot hold, before CKAN splits them."""

    def validator(key: Key, data: Flat, errors: Flat, context: Context) -> None:
        value = data[key]
        if not isinstance(value, str):
            raise stop(field, key, errors, "must be words separated by commas.")
        words = [word.strip() for word in value.split(",") if word.strip()]
        for word in words:
            if not 2 <= len(word) <= 100:
                raise stop(
                    field, key, errors, f"{word[:40]!r} must have between 2 and 100 characters."
                )
            if not re.fullmatch(r"[\w .-]+", word):
                raise stop(
                    field,
                    key,
                    errors,
                    f"{word!r} may hold letters, digits, blanks, '-', '_' and '.' only.",
                )
        data[key] = ", ".join(dict.fromkeys(words))

    return validator
