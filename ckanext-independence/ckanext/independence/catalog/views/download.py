"""Downloads of uploaded files, at CKAN's own addresses.

Owns what a browser is told about a file: save it, do not guess what it is, ask again
whether it has changed. Sends what the resource serves at this moment; a first file that
nobody has looked into yet goes to those only who may change it. Whether the person may
read it is ``resource_show``'s to say; whoever may not learns nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
import flask
from ckan import model
from ckan.lib import signals
from file_keeper.core.exceptions import MissingFileError
from flask import Blueprint

from .. import versions
from ..file_types import shown_inline
from ..files import CHUNK, StoredFile, stored, stored_version
from ..model import Version

__all__ = ["downloads", "readable", "send"]

ACCEL_PREFIX = "ckanext.independence.catalog.accel_prefix"

downloads = Blueprint(
    "independence_catalog_download",
    __name__,
    url_prefix="/dataset/<id>/resource/<resource_id>/download",
)


@downloads.route("", defaults={"filename": None})
@downloads.route("/<filename>")
def download(id: str, resource_id: str, filename: str | None) -> Any:
    """Send the file that a resource serves, or the way to it where the resource is a link."""
    _dataset, resource = readable(id, resource_id)
    if resource.get("url_type") != "upload":
        if not str(resource.get("url", "")).startswith(("http://", "https://", "ftp://")):
            return tk.abort(404, tk._("No download is available"))
        return tk.redirect_to(resource["url"])
    file = stored(resource_id)
    waits = None if file else _waiting(resource_id)
    if waits is not None and tk.h.check_access("resource_update", {"id": resource_id}):
        file = stored_version(waits.id)
        flask.request.environ["__no_cache__"] = True
    elif waits is not None and waits.state != versions.HELD:
        return _not_yet()
    if file is None:
        return tk.abort(404, tk._("No download is available"))
    response = send(file)
    signals.resource_download.send(resource_id)
    return response


def readable(id: str, resource_id: str) -> tuple[model.Package, dict[str, Any]]:
    """Return a data set and one of its resources, or answer 404 to whoever may not read it."""
    user = tk.current_user
    try:
        resource = tk.get_action("resource_show")(
            {"user": user.name, "auth_user_obj": user}, {"id": resource_id}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Resource not found"))
    dataset = model.Package.get(id)
    if dataset is None or dataset.id != resource["package_id"]:
        return tk.abort(404, tk._("Resource not found"))
    if dataset.private or dataset.state != "active":
        # Read by CKAN after the request: kept by the reader's own browser at the most.
        flask.request.environ["__no_cache__"] = True
    return dataset, resource


def send(file: StoredFile) -> flask.Response:
    """Answer with a stored file: to be saved, not guessed at, and asked for again if changed."""
    try:
        response = _response(file)
    except (MissingFileError, FileNotFoundError):
        return tk.abort(404, tk._("No download is available"))
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _waiting(resource_id: str) -> Version | None:
    last = versions.newest(resource_id, source="")
    return last if last is not None and last.state != versions.SERVED else None


def _not_yet() -> flask.Response:
    """Say that a file has come and cannot be had yet; it is no error, and soon over."""
    response = flask.make_response(tk.render("independence/catalog/not_yet.html", {}), 503)
    response.headers["Retry-After"] = "30"
    response.headers["Cache-Control"] = "no-store"
    return response


def _response(file: StoredFile) -> flask.Response:
    prefix = tk.config[ACCEL_PREFIX]
    path = file.path
    if path is None:
        # Opened before anything is sent: what is missing can still be answered with 404.
        stream = file.open()
        response = flask.Response(_chunks(stream), mimetype=file.mimetype)
        response.call_on_close(stream.close)
        response.content_length = file.size
    elif prefix:
        if not path.is_file():
            raise FileNotFoundError(path)
        response = flask.Response(mimetype=file.mimetype)
        response.headers["X-Accel-Redirect"] = f"{prefix.rstrip('/')}/{quote(file.location)}"
    else:
        return _from_disk(file, path)
    disposition = "inline" if shown_inline(file.mimetype) else "attachment"
    response.headers.set("Content-Disposition", disposition, filename=file.name)
    response.set_etag(file.sha256)
    response.last_modified = file.created
    return response.make_conditional(flask.request)


def _from_disk(file: StoredFile, path: Path) -> flask.Response:
    return flask.send_file(
        path,
        mimetype=file.mimetype,
        as_attachment=not shown_inline(file.mimetype),
        download_name=file.name,
        etag=file.sha256,
        last_modified=file.created,
        conditional=True,
    )


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
