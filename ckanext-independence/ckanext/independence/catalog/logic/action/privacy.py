"""CKAN's reading actions, less what they tell strangers about staff and hidden data sets.

Owns the taking away: keywords and formats that only hidden data sets have, changes of data
sets that are no longer public, who did what, and the ways of asking the search engine for
words of entries that are not shown. Refuses nothing that CKAN shows rightly; who may call
an action at all is `logic.auth`'s.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.search import SearchError, SearchQueryError

from ... import staff

__all__ = [
    "activity_data_show",
    "activity_show",
    "dashboard_activity_list",
    "format_autocomplete",
    "group_activity_list",
    "organization_activity_list",
    "package_activity_list",
    "package_search",
    "package_show",
    "recently_changed_packages_activity_list",
    "tag_autocomplete",
    "tag_list",
    "tag_search",
    "tag_show",
    "user_activity_list",
]

log = logging.getLogger(__name__)

Context = dict[str, Any]
Data = dict[str, Any]
Next = Callable[[Context, Data], Any]

MOST = 1000
# A field's name, with a wildcard; a function of Solr's would count words of hidden entries.
FIELD = re.compile(r"[\w.*-]+")


# --- data sets ------------------------------------------------------------------------------


@tk.chained_action
@tk.side_effect_free
def package_show(next_action: Next, context: Context, data_dict: Data) -> Data:
    """Show a data set as CKAN does, and who made it to staff only."""
    named = data_dict.get("id")
    # CKAN asks for an id first and for a name then, here and again for the permission. Found
    # once by its name, it is at hand for both.
    package = model.Package.by_name(named) if isinstance(named, str) else None
    if package is not None:
        data_dict = {**data_dict, "id": package.id}
    shown = next_action(context, data_dict)
    return shown if staff.sees_staff(context) else _without(shown, staff.NAMES_STAFF)


@tk.chained_action
@tk.side_effect_free
def package_search(next_action: Next, context: Context, data_dict: Data) -> Data:
    """Search as CKAN does, with facets of what is found and never of what is hidden.

    Raises:
        ValidationError: a function where a field's name is due, or a facet over accounts
    """
    if staff.sees_everything(context):
        return _asked(next_action, context, data_dict)
    asked = dict(data_dict)
    _check_fields(asked)
    # With 0, Solr lists every word of every entry, hidden ones too.
    if str(asked.get("facet.mincount", "")).strip() in ("0", "00", ""):
        asked["facet.mincount"] = 1
    found = _asked(next_action, context, asked)
    if not staff.sees_staff(context):
        hidden = staff.NAMES_STAFF | staff.WHOLE_RECORDS
        for row in found["results"]:
            for name in hidden if isinstance(row, dict) else ():
                row.pop(name, None)
    return found


def _asked(next_action: Next, context: Context, data_dict: Data) -> Data:
    """Search, and keep what Solr said of its own inside out of the answer."""
    try:
        return next_action(context, data_dict)
    except SearchError as error:
        said = str(error)
        if "SOLR returned an error" not in said:
            raise
        log.info("Solr: %s", said[:2000])
        if "HTTP 400" in said:
            raise SearchQueryError("what was asked cannot be read. Use plain words.") from None
        raise SearchError("Search cannot be used at the moment. Try again later.") from None


def _check_fields(asked: Data) -> None:
    for name in ("bf", "boost"):
        if asked.get(name):
            raise tk.ValidationError({name: [f"{name}: cannot be chosen; leave it out."]})
    for name in ("fl", "facet.field"):
        value = asked.get(name)
        text = " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        for field in re.split(r"[\s,]+", text.strip("[]")):
            field = field.strip("\"'")
            if field and not FIELD.fullmatch(field):
                raise tk.ValidationError(
                    {name: [f"{name}: {field[:60]!r} is no field's name. Example: title"]}
                )
            if name == "facet.field" and field in staff.NAMES_STAFF:
                raise tk.ValidationError({name: [f"{name}: {field} cannot be counted."]})
    for part in str(asked.get("sort") or "").split(","):
        if "(" in part:
            raise tk.ValidationError(
                {"sort": ["sort: name a field and a direction. Example: title_string asc"]}
            )


def _without(values: Data, names: frozenset[str]) -> Data:
    return {name: value for name, value in values.items() if name not in names}


# --- keywords and formats -------------------------------------------------------------------


def _keywords(context: Context) -> set[str]:
    """Return the keywords of all data sets that whoever asks may see."""
    rows = model.Session.execute(
        sa.select(model.Tag.name)
        .join(model.PackageTag, model.PackageTag.tag_id == model.Tag.id)
        .join(model.Package, model.Package.id == model.PackageTag.package_id)
        .where(model.PackageTag.state == model.State.ACTIVE, staff.visible(context))
        .distinct()
    )
    return set(rows.scalars())


@tk.chained_action
@tk.side_effect_free
def tag_list(next_action: Next, context: Context, data_dict: Data) -> list[Any]:
    """List keywords as CKAN does, of data sets that may be seen."""
    told = next_action(context, data_dict)
    if staff.sees_everything(context):
        return told
    seen = _keywords(context)
    return [tag for tag in told if (tag["name"] if isinstance(tag, dict) else tag) in seen]


@tk.chained_action
@tk.side_effect_free
def tag_search(next_action: Next, context: Context, data_dict: Data) -> Data:
    """Search keywords as CKAN does, of data sets that may be seen."""
    if staff.sees_everything(context):
        return next_action(context, data_dict)
    first, most = _page(data_dict)
    told = next_action(context, _unpaged(data_dict))
    seen = _keywords(context)
    rows = [tag for tag in told["results"] if tag["name"] in seen]
    return {"count": len(rows), "results": rows[first : first + most]}


@tk.chained_action
@tk.side_effect_free
def tag_autocomplete(next_action: Next, context: Context, data_dict: Data) -> list[str]:
    """Complete a keyword as CKAN does, from data sets that may be seen."""
    if staff.sees_everything(context):
        return next_action(context, data_dict)
    first, most = _page(data_dict)
    seen = _keywords(context)
    return [tag for tag in next_action(context, _unpaged(data_dict)) if tag in seen][
        first : first + most
    ]


@tk.chained_action
@tk.side_effect_free
def tag_show(next_action: Next, context: Context, data_dict: Data) -> Data:
    """Show a keyword as CKAN does, unless only hidden data sets have it.

    Raises:
        ObjectNotFound: nothing that may be seen has this keyword
    """
    shown = next_action(context, data_dict)
    if not staff.sees_everything(context) and shown["name"] not in _keywords(context):
        raise tk.ObjectNotFound()
    return shown


@tk.side_effect_free
def format_autocomplete(context: Context, data_dict: Data) -> list[str]:
    """Complete a format's name from the files of data sets that may be seen.

    Args:
        context: whoever asks
        data_dict: ``q``, what the name holds; ``limit``, at most so many, 5 where not said

    Returns:
        names in small letters, the most frequent first
    """
    tk.check_access("format_autocomplete", context, data_dict)
    part = str(tk.get_or_bust(data_dict, "q"))
    _, most = _page({"limit": 5, **data_dict})
    name = sa.func.lower(model.Resource.format)
    query = (
        sa.select(name)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(model.Resource.state == model.State.ACTIVE)
        .where(name.contains(part.lower(), autoescape=True))
        .group_by(name)
        .order_by(sa.func.count().desc(), name)
        .limit(most)
    )
    if not staff.sees_everything(context):
        query = query.where(staff.visible(context))
    return list(model.Session.execute(query).scalars())


def _page(data_dict: Data) -> tuple[int, int]:
    try:
        first, most = int(data_dict.get("offset") or 0), int(data_dict.get("limit") or MOST)
    except (TypeError, ValueError):
        raise tk.ValidationError({"limit": ["limit and offset: must be whole numbers."]}) from None
    return max(first, 0), min(max(most, 0), MOST)


def _unpaged(data_dict: Data) -> Data:
    return {name: value for name, value in data_dict.items() if name not in ("limit", "offset")}


# --- changes --------------------------------------------------------------------------------


@tk.chained_action
@tk.side_effect_free
def _changes(next_action: Next, context: Context, data_dict: Data) -> list[Data]:
    told = next_action(context, data_dict)
    if staff.sees_everything(context):
        return told
    # CKAN guards the changes of data sets; those of their views it shows to anybody.
    about = {
        change["object_id"]
        for change in told
        if change["activity_type"].endswith(("package", "resource view"))
    }
    seen = set(
        model.Session.execute(
            sa.select(model.Package.id).where(model.Package.id.in_(about), staff.visible(context))
        ).scalars()
    )
    # What was public when it changed, and is hidden or gone now, is not told any more.
    return [
        _anonymous(context, change)
        for change in told
        if change["object_id"] in seen or change["object_id"] not in about
    ]


user_activity_list = package_activity_list = group_activity_list = _changes
organization_activity_list = recently_changed_packages_activity_list = _changes
dashboard_activity_list = _changes


@tk.chained_action
@tk.side_effect_free
def activity_show(next_action: Next, context: Context, data_dict: Data) -> Data:
    """Show a change as CKAN does, and who made it to staff only."""
    data_dict.setdefault("include_data", False)
    return _anonymous(context, next_action(context, data_dict))


@tk.chained_action
@tk.side_effect_free
def activity_data_show(next_action: Next, context: Context, data_dict: Data) -> Data:
    """Show what a change left behind as CKAN does, and who made it to staff only."""
    shown = next_action(context, data_dict)
    return _anonymous(context, {"data": shown})["data"]


def _anonymous(context: Context, change: Data) -> Data:
    """Take out of a change who made it, for those who may not know."""
    if staff.sees_staff(context):
        return change
    data = _without(change.get("data") or {}, frozenset({"actor"}))
    for name in ("package", "group", "organization"):
        if isinstance(data.get(name), dict):
            data[name] = _without(data[name], staff.NAMES_STAFF | {"users"})
    hidden = staff.NAMES_STAFF | {"user_id"}
    return {**_without(change, hidden), "user_id": None, "data": data}
