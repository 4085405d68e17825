"""The columns of a table, explained, as the API has them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ... import dictionary, explained

__all__ = ["independence_content_dictionary_show", "independence_content_dictionary_update"]

Context = dict[str, Any]


@tk.side_effect_free
def independence_content_dictionary_show(
    context: Context, data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Return what is known of the columns of a file's table.

    Args:
        id: of the resource

    Returns:
        ``columns``, in the table's order, each with ``name``, ``label``, ``description``,
        ``unit``, ``codes``, ``role`` and ``type``; to those who may change them ``gone``, too:
        words whose column is not in the table now

    Raises:
        ObjectNotFound: there is no table, or not for the one who asks.
    """
    resource_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("independence_content_dictionary_show", context, {"id": resource_id})
    found = explained.explained(resource_id)
    if found is None:
        raise tk.ObjectNotFound("This file has no table.")
    answer: dict[str, Any] = {"columns": [one.as_json() for one in found.columns]}
    try:
        tk.check_access("independence_content_dictionary_update", context, {"id": resource_id})
    except tk.NotAuthorized:
        return answer
    return answer | {"gone": [one.as_json() for one in found.gone]}


def independence_content_dictionary_update(
    context: Context, data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Explain columns. Those that are not named keep their words, and so do keys left out.

    Args:
        id: of the resource
        columns: a list of ``{"name": …}`` with any of ``label``, ``description``, ``unit``,
            ``codes`` (value to meaning) and ``role``
        forget: names of columns that are gone and whose words are no longer wanted
        rename: from the name of a column that is gone to what it is called now

    Returns:
        what ``independence_content_dictionary_show`` does

    Raises:
        ValidationError: a word is too long, a role unknown, a column not there.
        ObjectNotFound: there is no table.
    """
    resource_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("independence_content_dictionary_update", context, {"id": resource_id})
    given, forget = data_dict.get("columns") or [], data_dict.get("forget") or []
    rename = data_dict.get("rename") or {}
    if not (isinstance(given, list) and isinstance(forget, list) and isinstance(rename, dict)):
        raise tk.ValidationError(
            {"columns": ['Send lists, such as [{"name": "case_number", "label": "Case number"}].']}
        )
    found = explained.explained(resource_id)
    if found is None:
        raise tk.ObjectNotFound("This file has no table.")
    try:
        words = dictionary.parsed(given)
    except dictionary.Wrong as error:
        raise tk.ValidationError({"columns": error.problems}) from error
    there = {one.name for one in found.columns}
    gone = {one.name for one in found.gone}
    problems = [
        f"{one['name']}: the table has no column of this name."
        for one in words
        if one["name"] not in there
    ]
    problems += [f"{name}: its words are not kept." for name in forget if name not in gone]
    problems += [
        f"{old}: its words cannot go to {new}."
        for old, new in rename.items()
        if old not in gone or new not in there
    ]
    if problems:
        raise tk.ValidationError({"columns": problems})
    explained.explain(resource_id, words, forget=forget, rename=rename)
    return independence_content_dictionary_show(context, {"id": resource_id})
