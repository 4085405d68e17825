"""What only programs read and no file can hold: changes since a number, a data set as Croissant.

Owns these addresses, their arguments and headers. The feeds themselves are files and are sent
by ``serving``.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from .. import changes
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
    if not (asked.isascii() and asked.isdigit() and int(asked) <= _HIGHEST):
        return _refused(400, "since is the number that the last answer gave you as next.")
    number, newest = int(asked), changes.newest()
    if number > newest:
        return _refused(
            410,
            "There is no such change: this catalog counts anew. Begin again without since, and "
            "forget what you do not find.",
        )
    steps = changes.since(number, newest, changes.PAGE + 1)
    more = len(steps) > changes.PAGE
    steps = steps[: changes.PAGE]
    told = {"since": number, "next": steps[-1].number if more else newest, "more": more}
    response = _answer(
        b'%s,\n"changes":[%s]}\n'
        % (json.dumps(told).encode()[:-1], b",".join(b"\n" + _told(step) for step in steps))
    )
    response.headers["Cache-Control"] = CACHED
    response.add_etag()
    return response.make_conditional(request)


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


def _answer(
    body: bytes, status: int = 200, kind: str = "application/json; charset=utf-8"
) -> Response:
    response = Response(body, status, content_type=kind)
    response.headers.update(HEADERS)
    return response
