"""Actions that tell how data sets stand with the policy."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ... import book, findings

__all__ = ["independence_policy_dataset_show"]


@tk.side_effect_free
def independence_policy_dataset_show(
    context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Show how a data set stands with each rule of the policy.

    Everybody is told the state of each rule, but for those on protected information, which are
    left out while they are not kept: nobody is to be led to it. Those who may change the data set
    also see the evidence, the places and the fixes.

    Args:
        id: id or name of the data set

    Returns:
        ``id``, ``judged`` (whether it was), ``met`` and ``asked`` (how many rules that apply are
        kept or waived, of how many that could be judged) and ``rules``: a list of ``rule``,
        ``title``, ``clauses`` (codes), ``severity``, ``state`` (``passes``, ``fails``, ``waived``,
        ``cannot-be-judged`` or ``not-applicable``) and ``since``; to those who may change it also
        ``findings``: a list of ``finding`` (its number), ``state``, ``severity``, ``since``,
        ``evidence``, ``fix``, ``field``, ``resource_id``, ``column``, ``kind``, ``count`` and
        ``waiver`` (the number of the one that covers it, or None)

    Raises:
        NotFound: there is no such data set
        NotAuthorized: whoever asks may not see it
    """
    package = model.Package.get(str(tk.get_or_bust(data_dict, "id")))
    if package is None:
        raise tk.ObjectNotFound("There is no such data set.")
    tk.check_access("independence_policy_dataset_show", context, {"id": package.id})
    user = context.get("user")
    own = bool(context.get("ignore_auth")) or (
        bool(user) and authz.is_authorized_boolean("package_update", context, {"id": package.id})
    )
    told = findings.shown([package.id], book.today()).get(package.id)
    rules: dict[str, dict[str, Any]] = {}
    for one in (told if own else findings.for_the_public(told or [])) or []:
        entry = rules.setdefault(
            one.rule.id,
            {
                "rule": one.rule.id,
                "title": one.rule.title,
                "clauses": [clause.code for clause in one.rule.clauses],
                "severity": one.severity,
                "state": one.state,
                "since": one.since,
            }
            | ({"findings": []} if own else {}),
        )
        entry["state"] = min(entry["state"], one.state, key=findings.GRAVITY.index)
        if own and one.finding is not None:
            entry["findings"].append(
                {
                    "finding": one.finding,
                    "state": one.state,
                    "severity": one.severity,
                    "since": one.since,
                    "evidence": one.evidence,
                    "fix": one.fix,
                    "field": one.field,
                    "resource_id": one.resource_id,
                    "column": one.column,
                    "kind": one.kind,
                    "count": one.count,
                    "waiver": one.waiver.id if one.waiver else None,
                }
            )
    states = [entry["state"] for entry in rules.values()]
    met = sum(state in ("passes", findings.WAIVED) for state in states)
    return {
        "id": package.id,
        "judged": told is not None,
        "met": met,
        "asked": met + states.count("fails"),
        "rules": list(rules.values()),
    }
