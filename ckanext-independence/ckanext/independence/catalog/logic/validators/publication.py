"""The last validator of a data set: whether it may be public, may not, or has to wait.

Owns the step itself: what is asked of those who may refuse, in the shape in which a stored data
set is read, and what becomes of the save. Refuses to judge: that is for plugins.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ... import files, reader
from ...interfaces import looked_into, publication
from .whole import _as_it_was
from .words import Context, Flat, Key

__all__ = ["REFUSED", "REQUESTED", "independence_publication"]

REQUESTED = "publish_requested"
# Where the context has a dict of this name, it is told what was said against the step, by field.
REFUSED = "independence_publication_refused"
_STORED = ("id", "name", "title", "owner_org", "state", "metadata_created", "metadata_modified")


def independence_publication(key: Key, data: Flat, errors: Flat, context: Context) -> None:
    """Ask whether a data set may be public; one of which that is not known yet waits, private."""
    package = context.get("package")
    state = data.get(("state",))
    if state is tk.missing or state is None:
        state = package.state if package else model.State.ACTIVE
    if state != model.State.ACTIVE or _as_it_was(context):
        return
    if data.get(("private",)):
        return
    said = publication(_values(data, package, context.get(files.KEPT)), package)
    context.get(REFUSED, {}).update(said.objections)
    for name, sentences in said.objections.items():
        place: Key = (name,)
        if name == "resources":
            # CKAN looks for the reason there when the last file is deleted, and breaks elsewhere.
            place = ("resources", 0, "url") if context.get(files.KEPT) == set() else ("private",)
        errors.setdefault(place, []).extend(sentences)
    waits = said.waits and not said.objections
    if waits:
        data[("private",)] = True
    before = package.extras.get(REQUESTED, "") if package else ""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    _put(data, REQUESTED, (before or now) if waits else "")


def _put(data: Flat, name: str, value: str) -> None:
    """Give a field another value, after the schema has made an extra of it."""
    data[(name,)] = value
    held = [k for k, v in data.items() if k[0] == "extras" and k[-1] == "key" and v == name]
    for one in held:
        data[(*one[:-1], "value")] = value
    if not held and value:
        place = max((k[1] for k in data if k[0] == "extras" and len(k) > 1), default=-1) + 1
        data[("extras", place, "key")], data[("extras", place, "value")] = name, value


def _values(data: Flat, package: Any, kept: set[str] | None) -> dict[str, Any]:
    """Return the data set as it would be stored, as ``reader.read`` gives one that is."""
    stored = next(reader.read([package.id]), {}) if package else {}
    values: dict[str, Any] = {name: stored[name] for name in _STORED if name in stored}
    resources: dict[int, dict[str, Any]] = {}
    tags = []
    for name, value in data.items():
        if value is tk.missing or name[-1].startswith("__"):
            continue
        if len(name) == 1:
            values[name[0]] = value
        elif name[0] == "resources" and len(name) == 3:
            resources.setdefault(name[1], {})[name[2]] = value
        elif name[0] == "tags" and name[-1] == "name":
            tags.append(value)
    for name in reader.LIST_FIELDS:
        if isinstance(values.get(name), str):
            values[name] = reader.as_list(values[name])
    values["tags"] = sorted(set(tags))
    home = model.Group.get(values.get("owner_org") or "")
    values["department"] = {"name": home.name, "title": home.title} if home else None
    changed = [_file(resources[place]) for place in sorted(resources)]
    ids = {one.get("id") for one in changed}
    # CKAN validates only the files that changed.
    values["resources"] = changed + [
        one
        for one in stored.get("resources", [])
        if one["id"] not in ids and (kept is None or one["id"] in kept)
    ]
    return values


def _file(values: dict[str, Any]) -> dict[str, Any]:
    here = model.Resource.get(values["id"]) if values.get("id") else None
    if here is None:
        values.pop("id", None)
    if looked_into() and values.get("url_type") == "upload":
        received = here.extras.get("file_received") if here is not None else None
        values["coming"] = here is None or values.get("file_received") != received
    return values
