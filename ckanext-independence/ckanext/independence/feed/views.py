"""The feed's addresses: ``/data.json``."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import orjson
from ckan import model
from flask import Blueprint, Response, request

from ..catalog import reader
from ..catalog.interfaces import facts
from ..catalog.site import city
from . import dcat_us_1_1

__all__ = ["independence_feed"]

log = logging.getLogger(__name__)

independence_feed = Blueprint("independence_feed", __name__)

# Data sets of which is asked at once what is in their files.
BATCH = 500


@independence_feed.route("/data.json")
def data_json() -> Response:
    """Answer with every public data set as DCAT-US 1.1, or with an error; never with less.

    A harvester deletes what is absent, so a feed that cannot be made whole is answered 503.
    """
    if "page" in request.args:
        # A harvester that asks for a second page would read the first one twice.
        tk.abort(404, tk._("The feed has one page: /data.json"))
    try:
        site = _site()
        records = [dcat_us_1_1.record(d, site) for d in _data_sets()]
        body = orjson.dumps(dcat_us_1_1.catalog(records, site))
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


def _data_sets() -> Iterator[dict[str, Any]]:
    """Yield every public data set, its files with the address of their columns explained."""
    ids = reader.public_ids()
    for start in range(0, len(ids), BATCH):
        found = list(reader.read(ids[start : start + BATCH]))
        files = [file for data_set in found for file in data_set["resources"]]
        known = facts([file["id"] for file in files])
        for file in files:
            if file["id"] in known:
                file["dictionary"] = known[file["id"]].dictionary
        yield from found


def _site() -> dcat_us_1_1.Site:
    here = city()
    return dcat_us_1_1.Site(
        url=tk.config["ckan.site_url"].rstrip("/"),
        city=f"City of {here.name}, {here.state}" if here.state else here.name,
        licences={row.id: row.url for row in model.Package.get_license_register().values()},
        themes={theme.id: theme.title for theme in here.themes},
        language=here.language,
    )
