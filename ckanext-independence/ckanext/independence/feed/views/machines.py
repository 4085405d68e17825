"""What only programs read and no file can hold: changes since a number, a data set as Croissant.

Owns these addresses, their arguments and headers. The feeds themselves are files and are sent
by ``serving``.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request
from werkzeug.datastructures import ResponseCacheControl

from ...catalog import reader
from ...catalog.interfaces import facts
from .. import canonical, changes, croissant, gather
from ..serving import CACHED, HEADERS

__all__ = ["machines"]

machines = Blueprint("independence_feed_machines", __name__)

# PostgreSQL's largest.
_HIGHEST = 2**63 - 1


@machines.route("/dcat-us/changes.json")
def changed() -> Response:
    """Tell what changed after a number, oldest first, and the number to come back with.

    A record that changed several times is told of once, as it is now. One that left is told of
    by its identifier and when; one that is on its way out comes without its text.
    """
    asked = request.args.get("since") or "0"
    if not re.fullmatch("[0-9]{1,19}", asked) or int(asked) > _HIGHEST:
        return _refused(400, "since is the number that the last answer gave you as next.")
    number, newest = int(asked), changes.newest()
    if number > newest:
        return _refused(
            410,
            "There is no such change: this catalog counts anew. Begin again without since, and "
            "forget what you do not find.",
        )
    steps, more = changes.since(number, newest)
    told = {"since": number, "next": steps[-1].number if more else newest, "more": more}
    response = _answer(
        b'%s,\n"changes":[%s]}\n'
        % (json.dumps(told).encode()[:-1], b",".join(b"\n" + _told(step) for step in steps))
    )
    return _kept(response)


@machines.route("/dataset/<id>/croissant.jsonld")
def described(id: str) -> Response:
    """Describe a public data set as Croissant; whatever is not public is not found."""
    dataset = model.Package.get(id)
    public = reader.only_public([dataset.id]) if dataset else set()
    found = list(gather.data_sets(sorted(public)))
    if not found:
        return tk.abort(404, tk._("There is no such data set."))
    known = facts([file["id"] for file in found[0]["resources"]])
    tables = {file: one.columns for file, one in known.items()}
    told = croissant.describe(found[0], gather.site(), tables)
    response = _answer(canonical.encode(told) + b"\n", kind="application/ld+json; charset=utf-8")
    return _kept(response)


def _told(step: changes.Step) -> bytes:
    told: dict[str, Any] = {"number": step.number, "change": step.what}
    if step.what != "removed":
        told["kind"] = step.kind
    told |= {"identifier": step.identifier, "at": f"{step.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    head = json.dumps(told, ensure_ascii=False).encode()
    # As it was checked and kept, byte for byte.
    return head[:-1] + b',"record":%s}' % step.body.encode() if step.body else head


def _refused(status: int, sentence: str) -> Response:
    response = _answer(json.dumps({"error": tk._(sentence)}).encode() + b"\n", status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _kept(response: Response) -> Response:
    """Let an answer be kept for a while, and not be sent again to whoever has it."""
    response.headers["Cache-Control"] = CACHED
    response.add_etag()
    response.make_conditional(request)
    return response


class _Kept(Response):
    """An answer that says itself how long it may be kept: CKAN lets nothing be kept."""

    @property
    def cache_control(self) -> ResponseCacheControl:
        """Take what CKAN says of it, and leave the header as it is."""
        return ResponseCacheControl()


def _answer(
    body: bytes, status: int = 200, kind: str = "application/json; charset=utf-8"
) -> Response:
    response = _Kept(body, status, content_type=kind)
    response.headers.update(HEADERS)
    return response
