"""The feed's addresses: ``/data.json``."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
import orjson
from flask import Blueprint, Response, request

from ..catalog import reader
from . import dcat_us_1_1, records

__all__ = ["independence_feed"]

log = logging.getLogger(__name__)

independence_feed = Blueprint("independence_feed", __name__)


@independence_feed.route("/data.json")
def data_json() -> Response:
    """Answer with every public data set as DCAT-US 1.1, or with an error; never with less.

    A harvester deletes what is absent, so a feed that cannot be made whole is answered 503.
    """
    if "page" in request.args:
        # A harvester that asks for a second page would read the first one twice.
        tk.abort(404, tk._("The feed has one page: /data.json"))
    try:
        found = list(records.of(reader.public_ids()))
        body = orjson.dumps(dcat_us_1_1.catalog(found, records.site()))
    except Exception:
        log.exception("The feed could not be made")
        return Response(
            "The feed cannot be made at the moment. Keep what you have and ask again later.\n",
            status=503,
            mimetype="text/plain",
            headers={"Retry-After": "300"},
        )
    response = Response(body, content_type="application/json; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=60"
    response.add_etag()
    return response.make_conditional(request)
