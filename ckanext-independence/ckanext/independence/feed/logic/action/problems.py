"""What is wrong with records, and what data.gov will do next: for those who can mend it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ....catalog.staff import own_departments
from ... import outlook, records, trouble

__all__ = [
    "independence_feed_diff_show", "independence_feed_problem_list",
    "independence_feed_problem_places",
]  # fmt: skip

LARGEST_PAGE = 500


@tk.side_effect_free
def independence_feed_problem_list(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Return what data.gov would refuse in records, or remark on.

    Args:
        department: only of the department of this name (optional)
        language: "1.1" or "3.0" (optional, both)
        severity: "error" or "warning" (optional, both)
        rule: only problems of this kind (optional)
        field: only of this field, such as ``contactPoint.hasEmail`` (optional)
        limit: data sets to return, at most 500 (optional, 25)
        offset: data sets to pass over (optional, 0)

    Returns:
        ``count`` of data sets, ``by_kind``, ``by_department``, ``results``; of the departments in
        which the caller holds a role, or of all for a sysadmin

    Raises:
        NotAuthorized: the caller holds no role in a department
        ValidationError: a limit or an offset is no number
    """
    tk.check_access("independence_feed_problem_list", context, data_dict)
    filters = {name: str(data_dict.get(name) or "") for name in trouble.FILTERS}
    limit = min(_number(data_dict, "limit", 25), LARGEST_PAGE)
    return trouble.listed(own_departments(context), filters, limit, _number(data_dict, "offset", 0))


@tk.side_effect_free
def independence_feed_problem_places(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Return where the records of data sets are wrong, of many at once and in one question.

    Args:
        ids: of data sets

    Returns:
        by id the places, such as ``contactPoint.hasEmail``, at which data.gov would refuse a
        record; data sets of which no record is offered are left out

    Raises:
        NotAuthorized: the caller is no sysadmin
    """
    tk.check_access("independence_feed_problem_places", context, data_dict)
    return trouble.places(list(tk.get_or_bust(data_dict, "ids")))


@tk.side_effect_free
def independence_feed_diff_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Return what data.gov will do when it reads the next publication, knowing the last one.

    Args:
        language: "1.1" or "3.0" (optional, "3.0")
        department: only of the department of this name (optional)

    Returns:
        ``counts``, ``sentences``, ``added``, ``updated`` with each field that changes,
        ``deleted``, ``moved``, ``held``, ``carried``, ``refused`` (a number), and ``left_out``:
        how many further records differ than were compared

    Raises:
        NotAuthorized: the caller holds no role in a department
        ValidationError: there is no such language
    """
    tk.check_access("independence_feed_diff_show", context, data_dict)
    language = data_dict.get("language") or "3.0"
    if language not in records.LANGUAGES:
        raise tk.ValidationError({"language": [tk._("Language: write 1.1 or 3.0.")]})
    departments = own_departments(context)
    if wanted := data_dict.get("department"):
        departments = [wanted] if departments is None or wanted in departments else []
    return outlook.next_publication(language, departments).as_dict()


def _number(data_dict: dict[str, Any], name: str, default: int) -> int:
    value = data_dict.get(name, default)
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if number < 0:
        raise tk.ValidationError({name: [tk._("Write a whole number, 0 or more.")]})
    return number
