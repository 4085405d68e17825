"""What pages of the catalog say of the policy: the points that a data set meets, and whose list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ...catalog import staff, versions
from .. import book, findings, places, waivers
from ..rulebook import BLOCKER, ENFORCE
from ..rules.verdicts import FAILS, PASSES
from ..versions_judged import clauses

__all__ = [
    "independence_policy_has_desk",
    "independence_policy_held",
    "independence_policy_looked_at",
    "independence_policy_points",
]


def independence_policy_points(package_id: str) -> Mapping[str, int]:
    """Return how many points a data set meets (``met``) of those that could be judged (``asked``).

    Both are 0 where it was not judged.
    """
    told = findings.for_the_public(findings.shown([package_id], book.today()).get(package_id, []))
    states: dict[str, str] = {}
    for one in told:
        before = states.get(one.rule.id, one.state)
        states[one.rule.id] = min(before, one.state, key=findings.GRAVITY.index)
    met = sum(state in (PASSES, findings.WAIVED) for state in states.values())
    return {"met": met, "asked": met + list(states.values()).count(FAILS)}


def independence_policy_has_desk() -> bool:
    """Say whether whoever looks has data sets to look after, or decides about waivers."""
    user = tk.current_user
    return user.is_authenticated and (
        staff.is_staff(user.name) or waivers.approver(user) is not None
    )


def independence_policy_held(dataset: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what stands against a data set's being public.

    Dicts of ``evidence``, ``fix``, ``clauses`` (codes) and ``mend``, a ``places.Place``.
    """
    told = findings.shown([dataset["id"]], book.today()).get(dataset["id"], [])
    return [
        {
            "evidence": one.evidence,
            "fix": one.fix,
            "clauses": clauses(one.rule),
            "mend": places.of_finding(
                dataset["name"], field=one.field, resource_id=one.resource_id, column=one.column
            ),
        }
        for one in told
        if one.state == FAILS and one.severity == BLOCKER and one.rule.mode == ENFORCE
    ]


def independence_policy_looked_at(dataset: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the files that are not served yet, each with what becomes of it."""
    files = {one["id"]: one.get("name") or one["url"] for one in dataset["resources"]}
    told = []
    for id_, how in versions.standings(list(files)).items():
        if how.held:
            told.append((files[id_], tk._("held back")))
        elif how.waits:
            told.append((files[id_], tk._("is being looked through")))
    return told
