"""What a request may hold at all: characters that can be stored, and identifiers that are texts.

Owns the refusal of what would break CKAN before any of its validators sees it: U+0000 and
lone surrogates, in addresses, forms and the API's JSON; numbers and lists where the API wants
an id. Judges no field's content; that is the schema's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.uploader import get_max_resource_size
from flask import Blueprint, Response, jsonify, request

__all__ = ["intake"]

intake = Blueprint("independence_catalog_intake", __name__)

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
# In MB: what a form may hold besides its file, and what is taken that holds no file and is read
# into memory whole.
BESIDE = 50
WITHOUT_FILES = 100
FORM = "multipart/form-data"
# How JSON may write them, and ids that are no texts: only such a body is looked at closely.
IDS = ("id", "type", "owner_org", "org_id", "organization_id", "package_id", "resource_id")
IDS += ("user_id", "username")
# Here the schema's validators see to everything but ids, and name each field by its label.
JUDGED = re.compile(r"(package|resource|organization)_(create|update|patch|revise)")
SUSPECT = re.compile(
    rb"\x00|\\u0000|\\u[dD][89a-fA-F]|\"(?:%s|groups)\"\s*:\s*[^\"\s]" % "|".join(IDS).encode()
)


@intake.before_app_request
def check_request() -> Response | None:
    """Refuse what cannot be stored, naming where it stands.

    Returns:
        for the API a validation error (409), and for what is too large 413, as JSON; None
        where nothing is wrong

    Raises:
        BadRequest: for pages
        RequestEntityTooLarge: for pages
    """
    limit = get_max_resource_size() + BESIDE if request.mimetype == FORM else WITHOUT_FILES
    if (request.content_length or 0) > limit << 20:
        problem = f"What was sent is larger than {limit} MB. Split it."
        if not request.path.startswith("/api/"):
            tk.abort(413, problem)
        return _refused({"upload": [problem]}, 413)
    if request.endpoint == "api.action" and request.mimetype != FORM:
        action = (request.view_args or {}).get("logic_function", "")
        problems = _of_json(request.get_data(cache=True), bool(JUDGED.fullmatch(action)))
        if problems:
            return _refused(problems)
    values = [("the address", request.path), *request.args.items(multi=True)]
    if request.method == "POST":
        values += request.form.items(multi=True)
    for name, value in values:
        if UNSTORABLE.search(value) or UNSTORABLE.search(name):
            label = UNSTORABLE.sub("", name)[:60]
            problem = f"{label}: holds a character that cannot be stored. Type it anew."
            if request.endpoint == "api.action":
                return _refused({label: [problem]})
            tk.abort(400, problem)
    return None


def _of_json(body: bytes, judged: bool) -> dict[str, list[str]]:
    if not SUSPECT.search(body):
        return {}
    try:
        sent = json.loads(body)
    except ValueError:
        return {}
    return dict(_problems(sent, judged)) if isinstance(sent, dict) else {}


def _problems(sent: dict[str, Any], judged: bool) -> Iterator[tuple[str, list[str]]]:
    for name, value in sent.items():
        label = UNSTORABLE.sub("", name)[:60]
        looked_at = name in IDS or not judged
        if looked_at and any(UNSTORABLE.search(text) for text in _texts({name: value})):
            yield label, [f"{label}: holds a character that cannot be stored. Type it anew."]
        elif name in IDS and value is not None and not isinstance(value, str):
            shown = json.dumps(value)[:60]
            yield label, [f"{label}: must be a text, and not {shown}."]
        elif name == "groups" and not (
            isinstance(value, list) and all(isinstance(one, dict) for one in value)
        ):
            yield label, [f'{label}: must be a list of groups, such as [{{"name": "parks"}}].']
        elif name == "resources" and isinstance(value, list):
            yield from _files(value)


def _files(files: list[Any]) -> Iterator[tuple[str, list[str]]]:
    for number, file in enumerate(files, 1):
        value = file.get("id") if isinstance(file, dict) else None
        if value is not None and not isinstance(value, str):
            yield "resources", [f"resources: the id of file {number} must be a text."]
            return


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON value, names of fields among them."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one


def _refused(problems: dict[str, list[str]], status: int = 409) -> Response:
    answer = jsonify({"success": False, "error": {**problems, "__type": "Validation Error"}})
    answer.status_code = status
    return answer
