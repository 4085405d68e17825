"""The public's pages about the policy as a whole: scorecards, and the points that are checked.

Owns these addresses and what their templates are given. What is counted ``scorecards`` says; a
list of data sets holds public ones only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ...catalog import departments_shown
from ...catalog.shown import page_links, root
from ...catalog.staff import is_staff
from ...content.charts.shown import as_data
from .. import book, findings, scorecards, scores, self_published, tally
from ..findings import WAIVED
from ..rules.verdicts import FAILS, PASSES, UNJUDGED
from ..scores import Tally

__all__ = ["independence_policy_scorecards"]

independence_policy_scorecards = Blueprint(
    "independence_policy_scorecards", __name__, url_prefix="/policy"
)

PER_PAGE = 50
STATES = (FAILS, UNJUDGED, WAIVED, PASSES)


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


@independence_policy_scorecards.route("/scorecard")
def city() -> str:
    """Show how the whole city keeps the policy."""
    return _card(None)


@independence_policy_scorecards.route("/scorecard/<department>")
def department(department: str) -> str:
    """Show how a department keeps it, beside the whole city."""
    return _card(department)


def _card(department: str | None) -> str:
    try:
        card = tk.get_action("independence_policy_scorecard_show")(
            _context(), {"department": department}
        )
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error.message))
    points = [
        (dt.date.fromisoformat(one["day"]), one["series"], tally_of(one)) for one in card["trend"]
    ]
    subject = tk._("Points kept by {name}").format(name=card["title"] or tk._("the whole City"))
    trend = scores.trend(points, subject)
    return tk.render(
        "independence/policy/scorecard.html",
        {
            "card": card,
            "trend": trend,
            "chart": as_data(scores.trend_spec(trend)) if trend else None,
            "percent": scores.percent,
            "own": self_published.address("scorecard"),
            "protected": [r.id for r in book.rulebook().rules if is_protected(r)],
        },
    )


def tally_of(told: dict[str, Any]) -> Tally:
    """Return a tally as it was told by an action."""
    return Tally(told["passing"], told["failing"], told["waived"], told["unjudged"])


def is_protected(rule: Any) -> bool:
    """Say whether a list of what fails this rule would lead to protected information."""
    return rule.check.name in findings.PROTECTED


@independence_policy_scorecards.route("/points")
def points() -> str:
    """Show every point that is checked, and the clauses that no machine can judge."""
    day = book.today()
    rules = scorecards.shown_rules(day)
    named = {clause.code for rule in rules for clause in rule.clauses}
    since = tally.judged_since([rule.id for rule in rules])
    return tk.render(
        "independence/policy/points.html",
        {
            "book": book.rulebook(),
            "rules": rules,
            "since": {
                rule.id: rule.valid_from or since.get((rule.id, rule.version)) for rule in rules
            },
            "others": [c for code, c in book.rulebook().clauses.items() if code not in named],
        },
    )


@independence_policy_scorecards.route("/points/<rule>")
def point(rule: str) -> str:
    """Show one point, and which public data sets keep it and which do not."""
    day = book.today()
    found = next((one for one in scorecards.shown_rules(day) if one.id == rule), None)
    if found is None:
        return tk.abort(404, tk._("There is no point of the policy at this address."))
    chosen = {
        "department": request.args.get("department", "")[:100],
        "state": request.args.get("state", ""),
    }
    if chosen["state"] not in STATES:
        chosen["state"] = ""
    here = departments_shown.one(chosen["department"], day) if chosen["department"] else None
    hidden = is_protected(found) and not is_staff(tk.current_user.name)
    asked = request.args.get("page", "1")
    page = min(max(int(asked), 1), 10_000) if asked.isascii() and asked.isdigit() else 1
    count, rows = (
        (0, [])
        if hidden or not scores.about_data_sets(found)
        else tally.list_of(day, rule, **chosen, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    )
    address = addresses(f"/policy/points/{rule}", chosen)
    return tk.render(
        "independence/policy/point.html",
        {
            "rule": found,
            "since": found.valid_from or tally.judged_since([rule]).get((rule, found.version)),
            "count": count,
            "rows": rows,
            "chosen": chosen,
            "here": here,
            "hidden": hidden,
            "of_sets": scores.about_data_sets(found),
            "states": STATES,
            "address": address,
            "page": page,
            "pages": page_links(page, -(-count // PER_PAGE), address),
        },
    )


def addresses(path: str, chosen: dict[str, str]) -> Callable[..., str]:
    """Return what makes a page's address with other choices; page 1 where they change."""

    def address(page: int = 1, **other: str) -> str:
        query = {name: value for name, value in (chosen | other).items() if value}
        if page > 1:
            query["page"] = str(page)
        return root() + path + (f"?{urlencode(query)}" if query else "")

    return address
