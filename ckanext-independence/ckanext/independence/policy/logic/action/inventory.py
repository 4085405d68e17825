"""The action that lists what the city holds."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ... import holdings, inventory

__all__ = ["independence_policy_inventory_list"]

MOST = 1000


@tk.side_effect_free
def independence_policy_inventory_list(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """List what the city holds: what is published, planned and withheld, and why.

    Everybody is told of what is listed in public. Whoever works in a department is also told of
    its drafts and of what it withdrew.

    Args:
        q: words of the title
        department: name of a department
        status: ``published``, ``planned``, ``withheld``, ``not-published`` (planned or withheld),
            ``draft`` or ``withdrawn``
        overdue: only what should have been published by now
        sort: ``priority`` (the greatest first, the default), ``title``, ``department``, ``status``
            or ``planned``
        down: turn the order round
        limit: at most so many, 100 without it, 1,000 at most
        offset: leave out so many

    Returns:
        ``count`` (of what fits), ``results``: dicts with ``id``, ``name``, ``title``,
        ``department``, ``department_title``, ``status``, ``reason``, ``law``,
        ``planned_release`` (ISO day), ``overdue``, ``priority`` (0 to 10, None for what is
        published or was withdrawn), ``goals``, ``public_demand``, ``release_cost`` and ``unknown``
        (which of ``goals``, ``demand`` and ``cost`` nobody has estimated); ``statuses``: how many
        there are of each status, of everything; ``coverage``: ``covered`` of ``departments``,
        ``missing`` (titles) and ``changed`` (the day on which the inventory was last worked on)

    Raises:
        ValidationError: a filter, order or number that there is not
    """
    tk.check_access("independence_policy_inventory_list", context, data_dict)
    wrong: dict[str, list[str]] = {}
    given = {name: data_dict.get(name) or "" for name in ("q", "department", "status", "sort")}
    for name, value in given.items():
        if not isinstance(value, str):
            wrong[name] = [tk._("must be a text.")]
    allowed = {
        "status": (*inventory.STATUSES, inventory.NOT_PUBLISHED, ""),
        "sort": (*inventory.SORTS, ""),
    }
    for name, values in allowed.items():
        if name not in wrong and given[name] not in values:
            known = ", ".join(filter(None, values))
            wrong[name] = [tk._("must be one of {values}.").format(values=known)]
    numbers = {}
    for name, default, most in (("limit", 100, MOST), ("offset", 0, 1_000_000)):
        value = data_dict.get(name, default)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if type(value) is not int or value < 0:
            wrong[name] = [tk._("must be a number, 0 or more.")]
        else:
            numbers[name] = min(value, most)
    flags = {}
    for name in ("overdue", "down"):
        try:
            flags[name] = tk.asbool(data_dict.get(name) or False)
        except ValueError:
            wrong[name] = [tk._("must be true or false.")]
    if wrong:
        raise tk.ValidationError(wrong)
    everything = holdings.entries(context)
    found = inventory.chosen(
        everything,
        q=given["q"],
        department=given["department"],
        status=given["status"],
        overdue=flags["overdue"],
    )
    found = inventory.ordered(found, given["sort"] or "priority", down=flags["down"])
    coverage = holdings.coverage(everything)
    start = numbers["offset"]
    return {
        "count": len(found),
        "results": [holdings.as_dict(one) for one in found[start : start + numbers["limit"]]],
        "statuses": {
            status: sum(one.status == status for one in everything) for status in inventory.STATUSES
        },
        "coverage": {
            "covered": coverage.covered,
            "departments": coverage.departments,
            "missing": list(coverage.missing),
            "changed": coverage.changed.isoformat() if coverage.changed else None,
        },
    }
