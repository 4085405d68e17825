"""A data set's pages of the policy: its points, a waiver to be asked for, a version to withdraw.

Owns what everybody is told (points, clauses, waivers that are public) and what only the department
is (evidence, places, fixes). What may be done the actions say.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import helper_functions as h
from flask import Blueprint, request

from ...catalog.views.steward import staff_only
from .. import book, findings, places, protected, waivers
from ..identifiers.kinds import KINDS
from ..model import Finding
from ..rulebook import BLOCKER
from ..rules.verdicts import FAILS, PASSES, UNJUDGED
from . import asked

__all__ = ["independence_policy_dataset"]

independence_policy_dataset = Blueprint("independence_policy_dataset", __name__)

# In this order a page tells of the points.
_ORDER = (FAILS, UNJUDGED, findings.WAIVED, PASSES)


@independence_policy_dataset.route("/dataset/<id>/policy")
def standing(id: str) -> Any:
    """Show how a data set stands with each point; to the department also why, and what to do."""
    data = asked.dataset(id)
    told = tk.get_action("independence_policy_dataset_show")(asked.context(), {"id": data["id"]})
    own = asked.may_change(data)
    files = {one["id"]: one.get("name") or one["url"].split("/")[-1] for one in data["resources"]}
    bad = protected.served_kinds(list(files)) if own and not data["private"] else {}
    rules = [_point(data, one, files, bad) for one in told["rules"]]
    by_state = {state: [one for one in rules if one["state"] == state] for state in _ORDER}
    granted = tk.get_action("independence_policy_waiver_list")(asked.context(), {"id": data["id"]})
    return tk.render(
        "independence/policy/standing.html",
        {
            "pkg_dict": data,
            "own": own,
            "told": told,
            "by_state": {state: found for state, found in by_state.items() if found},
            "waivers": granted if own else [one for one in granted if one["state"] == "granted"],
        },
    )


def _point(
    data: dict[str, Any], told: dict[str, Any], files: dict[str, str], bad: dict[str, set[str]]
) -> dict[str, Any]:
    rule = book.rulebook().rule(told["rule"])
    return told | {
        "asks": rule.clauses if rule else (),
        "places": [_place(data, one, files, bad) for one in told.get("findings", ())],
    }


def _place(
    data: dict[str, Any], one: dict[str, Any], files: dict[str, str], bad: dict[str, set[str]]
) -> dict[str, Any]:
    resource = one["resource_id"]
    return one | {
        "mend": places.of_finding(
            data["name"], field=one["field"], resource_id=resource, column=one["column"]
        ),
        "file": files.get(resource, ""),
        "withdraw": one["state"] == FAILS
        and one["severity"] == BLOCKER
        and one["kind"] in bad.get(resource, ()),
    }


@independence_policy_dataset.route("/dataset/<id>/policy/withdraw", methods=["POST"])
def withdraw(id: str) -> Any:
    """Take a version that holds protected information out of everybody's sight."""
    if (turned := staff_only()) is not None:
        return turned
    data = asked.own(id)
    resource = request.form.get("resource", "")
    if resource not in {one["id"] for one in data["resources"]}:
        return tk.abort(404, tk._("There is no such file."))
    done = tk.get_action("independence_policy_version_withdraw")(asked.context(), {"id": resource})
    if done["dataset_withdrawn"]:
        h.flash_success(
            tk._("Withdrawn. No earlier version can take its place: the data set is private now.")
        )
    elif done["serves"]:
        h.flash_success(tk._("Withdrawn. An earlier version without it is served now."))
    return tk.redirect_to("independence_policy_dataset.standing", id=data["name"])


@independence_policy_dataset.route("/dataset/<id>/publish/cancel", methods=["POST"])
def cancel(id: str) -> Any:
    """Take back that a data set is to be public."""
    if (turned := staff_only()) is not None:
        return turned
    data = asked.own(id)
    try:
        tk.get_action("independence_policy_publication_cancel")(asked.context(), {"id": data["id"]})
        h.flash_success(tk._("It stays a draft. You can publish it at any time."))
    except tk.ValidationError:
        h.flash_notice(tk._("It does not wait to be published any more."))
    return tk.redirect_to("independence_steward.publish", id=data["name"])


@independence_policy_dataset.route("/dataset/<id>/waiver", methods=["GET", "POST"])
def waiver(id: str) -> Any:
    """Ask for a waiver of a finding: on which grounds, why, how long."""
    if (turned := staff_only()) is not None:
        return turned
    data = asked.own(id)
    finding = _finding(data["id"], request.values.get("finding", ""))
    rule = book.rulebook().rule(finding.rule) if finding else None
    if finding is None or rule is None:
        h.flash_notice(tk._("This was put right, or is judged anew. Here is how it stands."))
        return tk.redirect_to("independence_policy_dataset.standing", id=data["name"])
    sent = request.form
    errors: dict[str, Any] = {}
    if request.method == "POST":
        wanted: dict[str, Any] = {
            name: sent.get(name, "") for name in ("grounds", "citation", "reason", "expires")
        }
        wanted |= {"id": data["id"], "finding": str(finding.id), "is_public": "is_public" in sent}
        try:
            tk.get_action("independence_policy_waiver_request")(asked.context(), wanted)
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            h.flash_success(
                tk._("Asked. Whoever the City names for it decides, and you find the answer here.")
            )
            return tk.redirect_to("independence_policy_dataset.standing", id=data["name"])
    files = {one["id"]: one.get("name") or one["url"].split("/")[-1] for one in data["resources"]}
    page = tk.render(
        "independence/policy/waiver.html",
        {
            "pkg_dict": data,
            "finding": finding,
            "rule": rule,
            "file": files.get(finding.resource_id, ""),
            "kind": KINDS.get(finding.kind),
            "never": waivers.is_never_permitted(finding),
            "open": waivers.is_asked(finding),
            "fails": finding.state == FAILS,
            "sent": sent,
            "last": waivers.last_day(),
            "errors": errors,
        },
    )
    return page, 422 if errors else 200


def _finding(package_id: str, number: str) -> Finding | None:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    finding = model.Session.get(Finding, int(number))
    return finding if finding is not None and finding.subject == package_id else None
