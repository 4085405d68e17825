"""What has changed about a data set, in words for the public.

Owns the reading of CKAN's activities. Refuses to say who made a change: staff accounts are
nobody's business but the staff's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.plugins import get_permission_labels
from ckanext.activity.model.activity import Activity, package_activity_list

# What is told otherwise, or follows from another field.
_QUIET = frozenset({"private", "next_update_due", "tag_string", "name"})
# What moves with every save or load of a file.
_QUIET_OF_FILE = frozenset(
    """metadata_modified last_modified datastore_active file_received hash size mimetype
    state position created package_id
    datastore_contains_all_records_of_source_file cache_last_updated cache_url""".split()
)


@dataclass(frozen=True)
class Change:
    """One change: when, and what in words."""

    when: dt.datetime
    what: str


def changes(dataset_id: str, labels: dict[str, str], limit: int) -> list[Change]:
    """Return the newest changes that the reader may see, newest first.

    Args:
        dataset_id: the data set, which the caller has been allowed to read
        labels: what each field is called on the page
        limit: at most so many
    """
    reader = get_permission_labels().get_user_dataset_labels(tk.current_user)
    found: list[Activity] = package_activity_list(
        dataset_id,
        limit + 1,
        # CKAN leaves out what the site's own user did; here nobody's name is told anyway.
        include_hidden_activity=True,
        user_permission_labels=reader,
    )
    told = []
    for newer, older in zip(found, [*found[1:], None], strict=False):
        what = describe(
            newer.activity_type or "",
            (newer.data or {}).get("package") or {},
            (older.data or {}).get("package") if older else None,
            labels,
        )
        # The first that the public may see is how it came to be seen.
        if older is None and len(found) <= limit and newer.activity_type == "changed package":
            what = tk._("Published")
        if what:
            told.append(Change(newer.timestamp, what))
    return told[:limit]


def describe(
    kind: str, now: dict[str, Any], before: dict[str, Any] | None, labels: dict[str, str]
) -> str:
    """Say what a change was; nothing where nothing that is shown has changed."""
    if kind == "new package":
        return tk._("Published")
    if kind == "deleted package":
        return tk._("Removed")
    if before is None:
        return tk._("Changed")
    if before.get("private") and not now.get("private"):
        return tk._("Published")
    parts = _files(_by_id(now), _by_id(before))
    fields = [
        label.lower()
        for name, label in labels.items()
        if name not in _QUIET and (now.get(name) or None) != (before.get(name) or None)
    ]
    if fields:
        more = "…" if len(fields) > 5 else ""
        parts.append(tk._("changed: ") + ", ".join(fields[:5]) + more)
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def _by_id(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {file["id"]: file for file in data.get("resources") or [] if file.get("id")}


def _renewed(now: dict[str, Any], before: dict[str, Any]) -> bool:
    # A file that is looked into first tells of itself only when it is served, later.
    keys = ("url", "file_received") if now.get("file_received") else ("hash", "url", "size")
    return any(now.get(key) != before.get(key) for key in keys)


def _files(now: dict[str, dict[str, Any]], before: dict[str, dict[str, Any]]) -> list[str]:
    def names(ids: list[str], where: dict[str, dict[str, Any]]) -> str:
        return ", ".join(where[i].get("name") or where[i].get("format") or i for i in ids)

    added = [i for i in now if i not in before]
    gone = [i for i in before if i not in now]
    both = [i for i in now if i in before]
    renewed = [i for i in both if _renewed(now[i], before[i])]
    edited = [
        i
        for i in both
        if i not in renewed
        and any(
            now[i].get(key) != before[i].get(key)
            for key in (set(now[i]) | set(before[i])) - _QUIET_OF_FILE
        )
    ]
    parts = []
    for what, ids, where in (
        (tk._("new file: "), added, now),
        (tk._("file removed: "), gone, before),
        (tk._("file renewed: "), renewed, now),
        (tk._("file described anew: "), edited, now),
    ):
        if ids:
            parts.append(what + names(ids, where))
    return parts
