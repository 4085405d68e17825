"""Actions on what a resource's file holds: how it is read, how far it has come, what is held."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ....catalog import files, owed, versions
from ....catalog.interfaces import CONTENT, Candidate, objections, rows_kept_back
from ....catalog.model import Version
from ... import decided, due, found, links, load, removal
from ...model import Found
from ...previewed import preview
from ...reading.model import Outcome, Reading

__all__ = [
    "independence_content_reading_preview",
    "independence_content_reading_update",
    "independence_content_state_show",
    "independence_content_version_hold",
    "independence_content_version_serve",
]

Context = dict[str, Any]
Data = dict[str, Any]


def _resource(context: Context, data_dict: Data, action: str) -> Any:
    """Return the resource that is named, for somebody who may do this; else as if not there."""
    resource = model.Resource.get(str(tk.get_or_bust(data_dict, "id")))
    if resource is None or resource.state != "active":
        raise tk.ObjectNotFound("There is no such file.")
    _check(context, resource, action, "There is no such file.")
    return resource


def _check(context: Context, resource: Any, action: str, missing: str) -> None:
    """Refuse whoever may not; to those who may not even see it, it is not there."""
    try:
        tk.check_access(action, context, {"id": resource.id})
    except tk.NotAuthorized:
        try:
            tk.check_access("resource_show", context, {"id": resource.id})
        except tk.NotAuthorized:
            raise tk.ObjectNotFound(missing) from None
        raise


def _version(context: Context, data_dict: Data, action: str) -> Version:
    try:
        number = int(tk.get_or_bust(data_dict, "version_id"))
    except (TypeError, ValueError):
        raise tk.ValidationError({"version_id": ["version_id: must be a number."]}) from None
    version = model.Session.get(Version, number) if 0 < number < 2**63 else None
    resource = model.Resource.get(version.resource_id) if version else None
    if version is None or resource is None:
        raise tk.ObjectNotFound("There is no such version.")
    _check(context, resource, action, "There is no such version.")
    return version


@tk.side_effect_free
def independence_content_state_show(context: Context, data_dict: Data) -> Data:
    """Show how far a resource's file has come.

    Those who may change it are told of the newest file; everybody else of the one that is served.

    Args:
        id: id of the resource

    Returns:
        ``status`` (``none``, ``waiting``, ``reading``, ``loading``, ``loaded``, ``asked``,
        ``refused``, ``download``, ``failed`` or ``held``), ``message``, ``progress`` (``stage``,
        ``done``, ``total``, or None), ``rows``, ``set_aside``, ``searchable``, ``version``,
        ``served_version`` and ``link`` (of a linked file: ``url``, ``at`` and ``error`` of the
        last fetch, to those who may change it)

    Raises:
        NotFound: there is no such resource
        NotAuthorized: whoever asks may not see it
    """
    resource = _resource(context, data_dict, "independence_content_state_show")
    served = (
        model.Session.query(Version).filter_by(resource_id=resource.id, served=True).one_or_none()
    )
    try:
        tk.check_access("independence_content_reading_update", context, {"id": resource.id})
        shown, for_steward = versions.newest(resource.id), True
    except tk.NotAuthorized:
        shown, for_steward = served, False
    known = model.Session.get(Found, shown.id) if shown else None
    if shown is None:
        status = "none"
    elif shown.state == versions.HELD:
        status = versions.HELD
    else:
        status = known.status if known else found.WAITING
    message = ""
    if for_steward and shown is not None:
        message = shown.reason or (known.message if known else "")
    return {
        "status": status,
        "message": message,
        "progress": known.progress if known and for_steward else None,
        "rows": known.rows if known else None,
        "set_aside": known.set_aside if known else None,
        "searchable": known.searchable if known else False,
        "version": shown.id if shown else None,
        "served_version": served.id if served else None,
        "link": links.fetched(resource.id) if for_steward else None,
    }


def independence_content_reading_update(context: Context, data_dict: Data) -> Data:
    """Say how a resource's file is to be read; it is read anew, and the next ones like it.

    Args:
        id: id of the resource
        reading: as ``independence_content_reading_preview`` gives it; None: find out anew

    Returns:
        as ``independence_content_state_show``

    Raises:
        NotFound: there is no such resource
        NotAuthorized: whoever asks may not change it
        ValidationError: the reading is none
    """
    resource = _resource(context, data_dict, "independence_content_reading_update")
    wanted = _reading(data_dict)
    contents = decided.row(resource.id)
    contents.reading = None if wanted is None else wanted.as_json() | {"corrected": True}
    last = versions.newest(resource.id)
    if last is not None and last.state == versions.HELD:
        last.state, last.reason = versions.RECEIVED, ""
    if last is not None:
        # What was asked is answered: whoever looks sees that it is being done.
        found.note(last.id, status=found.WAITING, message="", progress=None)
    owed.owe(CONTENT, resource.id)
    model.repo.commit()
    return independence_content_state_show(context, {"id": resource.id})


def independence_content_reading_preview(context: Context, data_dict: Data) -> Data:
    """Read a resource's newest file in another way, and keep nothing of it.

    Args:
        id: id of the resource
        reading: how; None: find out

    Returns:
        ``outcome`` (what the reader says), ``before`` (the first 50 rows as they are kept now)
        and ``after`` (as they would be): ``{"columns": […], "rows": [[…]]}`` or None

    Raises:
        NotFound: there is no such resource, or it has no file
        NotAuthorized: whoever asks may not change it
        ValidationError: the reading is none
    """
    resource = _resource(context, data_dict, "independence_content_reading_preview")
    wanted = _reading(data_dict) or Reading()
    last = versions.newest(resource.id)
    file = files.stored_version(last.id) if last else None
    if last is None or file is None:
        raise tk.ObjectNotFound("There is no file to be read.")
    if rows_kept_back(last.id):
        hidden = "It is held back for what is in it, so its rows are shown to nobody."
        return {"outcome": Outcome("refused", hidden).as_json(), "before": None, "after": None}
    with tempfile.TemporaryDirectory(prefix=removal.WORK) as folder:
        return preview(last, file, wanted, Path(folder))


def _reading(data_dict: Data) -> Reading | None:
    given = data_dict.get("reading")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise tk.ValidationError({"reading": ["reading: must be an object."]})
    try:
        return Reading.of(given)
    except (TypeError, AttributeError) as error:
        raise tk.ValidationError({"reading": [f"reading: {error}"]}) from error


def independence_content_version_serve(context: Context, data_dict: Data) -> Data:
    """Serve a version: one that was held, or an older one again.

    It is judged again. A file that cannot be read can be served as it is, without a table.

    Args:
        version_id: which
        as_is: as a download only, without being read (optional, false)

    Returns:
        as ``independence_content_state_show``

    Raises:
        NotFound: there is no such version
        NotAuthorized: whoever asks may not change its resource
        ValidationError: somebody refuses; the message says why
    """
    version = _version(context, data_dict, "independence_content_version_serve")
    resource_id = version.resource_id
    if tk.asbool(data_dict.get("as_is", False)):
        _serve_as_is(version)
    elif not version.served:
        versions.look_again(version)
    owed.owe(CONTENT, resource_id)
    model.repo.commit()
    return independence_content_state_show(context, {"id": resource_id})


def _serve_as_is(version: Version) -> None:
    resource = model.Resource.get(version.resource_id)
    if resource is None:
        raise tk.ObjectNotFound("There is no such file.")
    said = objections(
        Candidate(
            version_id=version.id,
            resource_id=resource.id,
            package_id=resource.package_id,
            sha256=version.sha256,
            filename=version.filename,
        )
    )
    if said:
        raise tk.ValidationError({"version_id": [load.sentence(one) for one in said]})
    versions.serve(version.id)
    contents = decided.of(resource.id)
    known = model.Session.get(Found, version.id)
    seal = due.stamp(contents.reading if contents else None, contents.columns if contents else [])
    found.note(
        version.id,
        status=found.DOWNLOAD,
        message="It is served as it is.",
        progress=None,
        outcome=((known.outcome if known else None) or {}) | {"stamp": seal},
    )
    owed.owe(load.TOLD, resource.package_id)


def independence_content_version_hold(context: Context, data_dict: Data) -> Data:
    """Take a version out of everybody's sight, with all that was made of it.

    Where it was served, the one before takes its place, or nothing.

    Args:
        version_id: which
        reason: why, a sentence

    Returns:
        as ``independence_content_state_show``

    Raises:
        NotFound: there is no such version
        NotAuthorized: whoever asks may not change its resource
        ValidationError: the reason is missing
    """
    version = _version(context, data_dict, "independence_content_version_hold")
    reason = str(data_dict.get("reason") or "").strip()[:2000]
    if not reason:
        raise tk.ValidationError({"reason": ["Reason: say why it is held back."]})
    resource_id = version.resource_id
    removal.hold(version, reason)
    return independence_content_state_show(context, {"id": resource_id})
