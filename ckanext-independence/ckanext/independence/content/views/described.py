"""What a file's columns mean and how far it is, as data, for everybody who may see the file.

Owns these addresses, to which the feed's ``describedBy`` leads, and the way from CKAN's own
page of the same subject to ours.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import orjson
from flask import Blueprint, Response

from ...catalog import shown
from .. import dictionary, explained, states
from . import asked

__all__ = ["described"]

described = Blueprint("independence_content_described", __name__)

FILE = "/dataset/<id>/resource/<resource_id>"


@described.route(f"{FILE}/columns.csv")
def columns_csv(id: str, resource_id: str) -> Response:
    """Send the columns explained as CSV."""
    data, _resource, found = _columns(id, resource_id)
    # With a mark at its beginning Excel, too, knows that it is UTF-8.
    body = dictionary.to_csv(found.columns).encode("utf-8-sig")
    answer = Response(body, content_type="text/csv; charset=utf-8")
    name = f"{data['name']}-columns.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _for_all(answer)


@described.route(f"{FILE}/columns.json")
def columns_json(id: str, resource_id: str) -> Response:
    """Send the columns explained as JSON."""
    data, resource, found = _columns(id, resource_id)
    body = {
        "data_set": shown.full(f"/dataset/{data['name']}"),
        "file": shown.full(f"/dataset/{data['name']}/resource/{resource['id']}"),
        "title": resource.get("name") or "",
        "columns": [one.as_json() for one in found.columns],
    }
    return _for_all(Response(orjson.dumps(body), content_type="application/json"))


@described.route(f"{FILE}/state.json")
def state_json(id: str, resource_id: str) -> Response:
    """Say how it stands with a file's contents, for the page that shows it to the same reader."""
    _data, resource = asked.seen(id, resource_id)
    told = states.state(asked.context(), resource["id"]).as_json()
    answer = Response(orjson.dumps(told), content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@described.route("/dataset/<id>/dictionary/<resource_id>", methods=["GET", "POST"])
def ckans_own(id: str, resource_id: str) -> Any:
    """Lead CKAN's page of the dictionary to ours: two forms for the same words would fight.

    What is sent to CKAN's form is not taken.
    """
    data, resource = asked.seen(id, resource_id)
    if asked.may_change(data):
        return tk.redirect_to(
            "independence_content_desk.columns", id=data["name"], resource_id=resource["id"]
        )
    return tk.redirect_to(f"/dataset/{data['name']}/resource/{resource['id']}#columns")


def _columns(id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any], Any]:
    data, resource = asked.seen(id, resource_id)
    found = explained.explained(resource["id"])
    if found is None:
        return tk.abort(404, tk._("This file has no table whose columns could be explained."))
    return data, resource, found


def _for_all(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
