"""CKAN's own actions of which no data set hook hears: what they do to records is said here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ....catalog import owed
from ... import records
from ...withdrawals import Word

__all__ = ["dataset_purge", "organization_purge", "package_owner_org_update"]

Action = Callable[[dict[str, Any], dict[str, Any]], Any]


@tk.chained_action
def dataset_purge(original: Action, context: dict[str, Any], data_dict: dict[str, Any]) -> Any:
    """Withdraw the records of a data set that is purged, in the same transaction."""
    package = model.Package.get(data_dict.get("id"))
    if package is None:
        return original(context, data_dict)
    tk.check_access("dataset_purge", context, data_dict)
    return _together(
        lambda: records.saved([package.id], Word(who=_who(context), reason="purged")),
        lambda: original(context, data_dict),
    )


@tk.chained_action
def organization_purge(original: Action, context: dict[str, Any], data_dict: dict[str, Any]) -> Any:
    """Settle the records of what belonged to a department that is purged."""
    department = model.Group.get(data_dict.get("id"))
    if department is None:
        return original(context, data_dict)
    tk.check_access("organization_purge", context, data_dict)
    theirs = sa.select(model.Package.id).where(model.Package.owner_org == department.id)
    ids = list(model.Session.scalars(theirs))
    word = Word(who=_who(context)).as_dict()
    return _together(
        lambda: [owed.owe(records.RENDER, id_, word) for id_ in ids],
        lambda: original(context, data_dict),
    )


@tk.chained_action
def package_owner_org_update(
    original: Action, context: dict[str, Any], data_dict: dict[str, Any]
) -> Any:
    """Render the records of a data set that moves to another department, in the same transaction.

    A save moves it too, and renders it by itself.
    """
    if context.get("defer_commit"):
        return original(context, data_dict)
    done = original({**context, "defer_commit": True}, data_dict)
    package = model.Package.get(data_dict.get("id"))
    if package is not None:
        records.saved([package.id], Word(who=_who(context)))
    model.Session.commit()
    return done


def _who(context: dict[str, Any]) -> str:
    return context.get("user") or ""


def _together(first: Callable[[], Any], then: Callable[[], Any]) -> Any:
    """Do two things of which the second commits; where it fails, the first was not done."""
    first()
    try:
        return then()
    except Exception:
        model.Session.rollback()
        raise
