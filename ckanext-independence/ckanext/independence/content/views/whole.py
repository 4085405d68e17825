"""A whole data set in one download: ``/dataset/<id>/download.zip``.

Owns who may have it and how it is sent: whoever may see the data set gets what its files serve at
this moment; whoever may not learns nothing.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import flask
from flask import Blueprint

from ..exports import whole
from . import asked

__all__ = ["independence_content_whole"]

independence_content_whole = Blueprint("independence_content_whole", __name__)


@independence_content_whole.route("/dataset/<id>/download.zip")
def download(id: str) -> flask.Response:
    """Send all files of a data set with what explains them."""
    try:
        data: dict[str, Any] = tk.get_action("package_show")(asked.context(), {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no data set at this address."))
    response = flask.Response(mimetype="application/zip")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.set(
        "Content-Disposition",
        "attachment",
        filename=f"{data['name']}-{str(data.get('metadata_modified') or '')[:10]}.zip",
    )
    if data.get("private") or data.get("state") != "active":
        # Read by CKAN after the request: kept by the reader's own browser at the most.
        flask.request.environ["__no_cache__"] = True
    if flask.request.method != "HEAD":
        response.response = whole.archive(data, asked.context())
    return response
