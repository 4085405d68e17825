"""Publishing, looking at what is published, and what only whoever runs the site decides of it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ... import publisher, releasing

__all__ = [
    "independence_feed_publish", "independence_feed_resume", "independence_feed_rollback",
    "independence_feed_status_show", "independence_feed_withdrawal_list",
    "independence_feed_withdrawal_release",
]  # fmt: skip


def independence_feed_publish(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, int | None]:
    """Publish what has changed, without waiting for the next publication.

    Returns:
        ``number`` of the new snapshot; null where nothing had changed

    Raises:
        NotAuthorized: whoever asks is no sysadmin
        ValidationError: another publication is under way and takes long
    """
    tk.check_access("independence_feed_publish", context, data_dict)
    return _published()


def independence_feed_rollback(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, int | None]:
    """Serve the texts of an earlier snapshot until `independence_feed_resume`.

    What was withdrawn since stays out, and what is new stays in.

    Args:
        number: of the snapshot

    Returns:
        ``number`` of the new snapshot; null where it says nothing else

    Raises:
        NotAuthorized: whoever asks is no sysadmin
        ObjectNotFound: the snapshot is not kept
    """
    tk.check_access("independence_feed_rollback", context, data_dict)
    number = tk.get_or_bust(data_dict, "number")
    try:
        publisher.pin(int(number))
    except (LookupError, TypeError, ValueError) as error:
        raise tk.ObjectNotFound(tk._("This snapshot is not kept.")) from error
    return _published()


def independence_feed_resume(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, int | None]:
    """Serve the present texts again after a rollback.

    Returns:
        ``number`` of the new snapshot; null where it says nothing else

    Raises:
        NotAuthorized: whoever asks is no sysadmin
    """
    tk.check_access("independence_feed_rollback", context, data_dict)
    publisher.unpin()
    return _published()


@tk.side_effect_free
def independence_feed_status_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Return what is published, and since when.

    Returns:
        ``number``, ``made``, ``counts`` (by language and array) and ``files`` (by path: bytes,
        sha256, and when they changed, in seconds since 1970) of the snapshot, or null where
        there is none; ``pinned`` (a number or null), ``pending`` (something waits to be
        published), and how many records are ``held``, ``carried`` and of the ``baseline``
    """
    tk.check_access("independence_feed_status_show", context, data_dict)
    return publisher.status()


@tk.side_effect_free
def independence_feed_withdrawal_list(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the withdrawals that have not left the feed yet, oldest first.

    Returns:
        dicts of id, kind, identifier, title, department, reason, note, who, at, held_at (null
        where it leaves with the next publication), released_at and released_by

    Raises:
        NotAuthorized: whoever asks is no sysadmin
    """
    tk.check_access("independence_feed_withdrawal_list", context, data_dict)
    return releasing.waiting()


def independence_feed_withdrawal_release(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, int]:
    """Let records leave the feed with its next publication.

    Args:
        ids: numbers of withdrawals that wait, or identifiers of records, also of such as were
            carried over since nobody withdrew them; or
        all: true for all withdrawals that wait

    Returns:
        ``released``: how many

    Raises:
        NotAuthorized: whoever asks is no sysadmin
        ValidationError: one of them is listed, or does not wait
    """
    tk.check_access("independence_feed_withdrawal_release", context, data_dict)
    who = str(context.get("user") or "")
    if tk.asbool(data_dict.get("all", False)):
        count = releasing.release_all(who)
    else:
        which = tk.get_or_bust(data_dict, "ids")
        if not isinstance(which, list) or not all(isinstance(one, str | int) for one in which):
            raise tk.ValidationError({"ids": [tk._("Give a list of numbers or identifiers.")]})
        try:
            count = releasing.release(which, who)
        except releasing.NotWaiting as error:
            raise tk.ValidationError({"ids": [str(error)]}) from error
    model.repo.commit()
    return {"released": count}


def _published() -> dict[str, int | None]:
    try:
        return {"number": publisher.publish()}
    except publisher.Busy as error:
        raise tk.ValidationError({"publication": [str(error)]}) from error
