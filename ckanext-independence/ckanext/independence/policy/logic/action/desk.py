"""Actions of the stewards' desk: their list, one value for many, and advice while they type."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ....catalog import staff
from ... import book, bulk, drafts, mine

__all__ = [
    "independence_policy_bulk_fix",
    "independence_policy_desk_list",
    "independence_policy_draft_check",
]

Context = dict[str, Any]
Data = dict[str, Any]
LARGEST_PAGE = 100
URGENCY = ("public-blocker", "waiting", "overdue", "open", "advice")


def own_departments(context: Context) -> list[str] | None:
    """Return the names of the departments whose data sets whoever asks may change; None for all."""
    if staff.sees_everything(context):
        return None
    listed = tk.get_action("organization_list_for_user")(
        {"user": context["user"]}, {"id": context["user"], "permission": "update_dataset"}
    )
    return [one["name"] for one in listed]


@tk.side_effect_free
def independence_policy_desk_list(context: Context, data_dict: Data) -> Data:
    """List the data sets that need whoever asks, the most urgent first.

    Those are the data sets of the departments in which they may change data sets; a sysadmin is
    shown all.

    Args:
        department: only those of the department of this name (optional)
        rule: only those that fail the rule with this id (optional)
        limit: data sets to return, at most 100 (optional, 25)
        offset: data sets to pass over (optional, 0)

    Returns:
        ``count``; ``results``: a list of ``id``, ``name``, ``title``, ``department``,
        ``is_public``, ``waits`` (to be published), ``next_due`` (ISO day or ""), ``urgency``
        (``public-blocker``, ``waiting``, ``overdue``, ``open`` or ``advice``) and ``findings``: a
        list of ``rule``, ``title``, ``severity``, ``evidence``, ``fix``, ``field``,
        ``resource_id``, ``column``, ``since``, ``finding``; ``by_rule`` and ``by_department``:
        lists of ``name``, ``title`` and ``count`` of data sets

    Raises:
        NotAuthorized: whoever asks has no department
        ValidationError: a limit or an offset is no number
    """
    tk.check_access("independence_policy_desk_list", context, {})
    found = mine.listed(
        own_departments(context),
        book.today(),
        department=str(data_dict.get("department") or ""),
        rule=str(data_dict.get("rule") or ""),
        limit=min(_number(data_dict, "limit", 25), LARGEST_PAGE),
        offset=_number(data_dict, "offset", 0),
    )
    rules = {rule.id: rule.title for rule in book.rulebook().rules}
    homes = {
        one.name: one.title for one in model.Session.query(model.Group.name, model.Group.title)
    }
    return {
        "count": found["count"],
        "results": [_result(one) for one in found["results"]],
        "by_rule": [
            {"name": name, "title": rules.get(name, name), "count": n}
            for name, n in found["by_rule"]
        ],
        "by_department": [
            {"name": name, "title": homes.get(name) or name, "count": n}
            for name, n in found["by_department"]
        ],
    }


def _result(one: Data) -> Data:
    told = {name: value for name, value in one.items() if name not in ("open", "urgency")}
    return told | {
        "urgency": URGENCY[one["urgency"]],
        "findings": [
            {
                "rule": place.rule.id,
                "title": place.rule.title,
                "severity": place.severity,
                "evidence": place.evidence,
                "fix": place.fix,
                "field": place.field,
                "resource_id": place.resource_id,
                "column": place.column,
                "since": place.since,
                "finding": place.finding,
            }
            for place in one["open"]
        ],
    }


def _number(data_dict: Data, name: str, default: int) -> int:
    text = str(data_dict.get(name, default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise tk.ValidationError({name: [f"{name}: must be a number."]})
    return int(text)


def independence_policy_bulk_fix(context: Context, data_dict: Data) -> Data:
    """Set one value for many data sets. Each is a save of its own: what is refused stays as it was.

    Args:
        ids: ids or names of data sets, at most 100
        license_id: id of a license; or
        steward_name: who answers for the data, with ``steward_email``; or
        update_frequency: how often they are updated

    Returns:
        ``results``, a list of ``id``, ``title``, ``done`` and ``refused`` (sentences)

    Raises:
        NotAuthorized: whoever asks has no department
        ValidationError: there is nothing to set, or too much
    """
    tk.check_access("independence_policy_bulk_fix", context, {})
    ids = data_dict.get("ids")
    if not isinstance(ids, list) or not ids:
        raise tk.ValidationError({"ids": ["Data sets: choose at least one."]})
    ids = list(dict.fromkeys(map(str, ids)))
    if len(ids) > bulk.MOST:
        raise tk.ValidationError({"ids": [f"Data sets: at most {bulk.MOST} at once."]})
    known = {name for fields in bulk.VALUES.values() for name in fields}
    values = {name: str(data_dict[name]).strip() for name in sorted(known & set(data_dict))}
    if tuple(values) not in {tuple(sorted(fields)) for fields in bulk.VALUES.values()}:
        raise tk.ValidationError({"values": ["Values: give a license, a contact or a frequency."]})
    empty = {name: ["It must not be empty."] for name, value in values.items() if not value}
    if empty:
        raise tk.ValidationError(empty)
    return {"results": [asdict(one) for one in bulk.fix(context, ids, values)]}


@tk.side_effect_free
def independence_policy_draft_check(context: Context, data_dict: Data) -> Data:
    """Say what the policy asks of values that nobody has saved yet. Nothing is written.

    Args:
        id: id or name of the data set that is changed (optional; a new one without)
        and any field of the data set's form, as the form has it: a text, or a list of texts

    Returns:
        ``advice``: by field a list of ``rule``, ``severity``, ``text`` and ``clauses``

    Raises:
        NotFound: there is no such data set
        NotAuthorized: whoever asks may not change it, or has no department to make one in
    """
    id_ = str(data_dict.get("id") or "")
    if not id_:
        tk.check_access("independence_policy_draft_check", context, {})
        return {"advice": drafts.check(data_dict, "")}
    package = model.Package.get(id_)
    if package is None or not _sees(context, package.id):
        raise tk.ObjectNotFound("There is no such data set.")
    tk.check_access("independence_policy_draft_check", context, {"id": package.id})
    return {"advice": drafts.check(data_dict, package.id)}


def _sees(context: Context, package_id: str) -> bool:
    try:
        return tk.check_access("package_show", dict(context), {"id": package_id})
    except tk.NotAuthorized:
        return False
