"""The versions of a file, each at a permanent address, and what changed between them.

``/dataset/<id>/resource/<resource_id>/versions`` lists them; ``…/version/<number>`` is one,
``/download`` below it the exact bytes, ``/changes`` what changed since the one before or any
other. Owns who is told what: the public of versions that are or were served, those who may
change the file of all. A version that the reader may not know of is not there (404).
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import signals
from ckan.lib.files import exc
from flask import Blueprint, Response, request

from ...catalog import shown
from ...catalog.views.download import send
from .. import versions
from ..exports.rows import Busy, place
from ..versions import Shown
from . import asked

__all__ = ["independence_content_versions"]

independence_content_versions = Blueprint(
    "independence_content_versions", __name__, url_prefix="/dataset/<id>/resource/<resource_id>"
)
VERSION = "/version/<int:number>"


@independence_content_versions.route("/versions")
def listed(id: str, resource_id: str) -> str:
    """List the versions of a file."""
    data, resource, staff = _file(id, resource_id)
    found = versions.listed(resource_id, staff=staff)
    return _page("version_list.html", data, resource, staff, versions=found)


@independence_content_versions.route(VERSION)
def version(id: str, resource_id: str, number: int) -> str:
    """Show a version: what it holds, and what changed."""
    data, resource, staff = _file(id, resource_id)
    one = _one(resource_id, number, staff)
    return _page(
        "version.html", data, resource, staff, version=one, before=versions.before(one, staff=staff)
    )


@independence_content_versions.route(f"{VERSION}/download")
def download(id: str, resource_id: str, number: int) -> Response:
    """Send the exact bytes of a version."""
    data, _resource, staff = _file(id, resource_id)
    one = _one(resource_id, number, staff)
    if one.state != versions.PUBLIC or data.get("private"):
        # Kept by the reader's own browser at the most.
        request.environ["__no_cache__"] = True
    response = send(one.file)
    signals.resource_download.send(resource_id)
    return response


@independence_content_versions.route(f"{VERSION}/changes")
def changes(id: str, resource_id: str, number: int) -> str | tuple[str, int]:
    """Show what changed since the version before, or since the one that is asked for."""
    data, resource, staff = _file(id, resource_id)
    new = _one(resource_id, number, staff)
    since = request.args.get("since", "")
    if since and not (since.isascii() and since.isdigit() and len(since) < 20):
        return tk.abort(404, tk._("There is no such version."))
    old = _one(resource_id, int(since), staff) if since else versions.before(new, staff=staff)
    found, why, status = None, "", 200
    if old is None:
        why = tk._("There is no version before this one to compare it with.")
    elif new.changes and new.changes.get("since") == old.number:
        found = new.changes
    elif not (old.columns and new.columns):
        why = tk._("One of the two is no table, so their rows cannot be compared.")
    elif max(old.rows or 0, new.rows or 0) > versions.MOST_ROWS_AT_ONCE:
        why = tk._(
            "These are too large to be compared while you wait. Compare a version with the one "
            "before it: that is worked out once and kept."
        )
    else:
        try:
            with place():
                found = versions.compared(old, new)
        except exc.MissingFileError:
            why = tk._("The rows of one of the two are not kept.")
        except Busy as error:
            why, status = tk._("{why} Please try again in a minute.").format(why=error), 503
    page = _page(
        "changes.html", data, resource, staff,
        version=new, before=old, changes=found, why=why,
        others=[v for v in versions.listed(resource_id, staff=staff) if v.columns],
    )  # fmt: skip
    return page if status == 200 else (page, status)


@independence_content_versions.route(f"{VERSION}/note", methods=["POST"])
def note(id: str, resource_id: str, number: int) -> Any:
    """Take what a steward says of a version."""
    data, _resource = asked.own(id, resource_id)
    _one(resource_id, number, staff=True)
    address = f"/dataset/{data['name']}/resource/{resource_id}/version/{number}"
    try:
        tk.get_action("independence_content_version_note")(
            asked.context(), {"version_id": number, "note": request.form.get("note", "")}
        )
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(error.error_summary.values()))
    return tk.redirect_to(address)


def _file(id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any], bool]:
    data, resource = asked.seen(id, resource_id)
    return data, resource, asked.may_change(data)


def _one(resource_id: str, number: int, staff: bool) -> Shown:
    found = versions.one(resource_id, number, staff=staff)
    return found if found is not None else tk.abort(404, tk._("There is no such version."))


def _page(
    template: str, data: dict[str, Any], resource: dict[str, Any], staff: bool, **more: Any
) -> str:
    return tk.render(
        f"independence/content/{template}",
        {
            "data": data,
            "pkg_dict": data,
            "resource": resource,
            "file": shown.file(data, resource),
            "staff": staff,
            "page": shown.full(f"/dataset/{data['name']}/resource/{resource['id']}"),
            **more,
        },
    )
