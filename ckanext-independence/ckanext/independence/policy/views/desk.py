"""The desk: what needs a steward, one value for many, waivers to be decided, advice while typing.

Owns these addresses. Whose data sets are meant, and what may be done, the actions say.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h
from flask import Blueprint, jsonify, request

from ...catalog import forms
from ...catalog.shown import page_links, root
from ...catalog.staff import is_staff
from ...catalog.views.steward import staff_only
from .. import book, bulk, mine, places, waivers
from ..identifiers.kinds import KINDS
from ..logic.action.desk import URGENCY, own_departments
from . import asked

__all__ = ["independence_policy_desk"]

independence_policy_desk = Blueprint("independence_policy_desk", __name__)
independence_policy_desk.before_request(staff_only)

PER_PAGE = 25


def _of_staff() -> None:
    if not is_staff(tk.current_user.name):
        tk.abort(404, tk._("There is no such page."))


# ---- My list --------------------------------------------------------------------------------


@independence_policy_desk.route("/desk")
def my_list() -> Any:
    """Show the data sets that need whoever looks, the most urgent first."""
    if not is_staff(tk.current_user.name):
        if waivers.approver(tk.current_user):
            return tk.redirect_to("independence_policy_desk.requests")
        return tk.abort(404, tk._("There is no such page."))
    chosen = {name: request.args.get(name, "")[:200] for name in ("department", "rule")}
    number = request.args.get("page", "1")
    page = min(max(int(number), 1), 10_000) if number.isascii() and number.isdigit() else 1
    found = tk.get_action("independence_policy_desk_list")(
        asked.context(), {**chosen, "limit": PER_PAGE, "offset": (page - 1) * PER_PAGE}
    )

    def address(page: int = 1, **other: str) -> str:
        query = {name: value for name, value in (chosen | other).items() if value}
        if page > 1:
            query["page"] = str(page)
        return f"{root()}/desk" + (f"?{urlencode(query)}" if query else "")

    return tk.render(
        "independence/policy/list.html",
        {
            "found": found,
            "parts": _parts(found["results"]),
            "chosen": chosen,
            "address": address,
            "pages": page_links(page, -(-found["count"] // PER_PAGE), address),
            "is_approver": waivers.approver(tk.current_user) is not None,
        },
    )


def _parts(results: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the data sets under what makes them urgent."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for one in results:
        shown = [
            place
            | {
                "mend": places.of_finding(
                    one["name"],
                    field=place["field"],
                    resource_id=place["resource_id"],
                    column=place["column"],
                )
            }
            for place in one["findings"]
        ]
        advice = [place for place in shown if place["severity"] == "advice"]
        parts.setdefault(one["urgency"], []).append(
            one
            | {
                "asked": [place for place in shown if place["severity"] != "advice"],
                "advice": advice,
            }
        )
    return [(name, parts[name]) for name in URGENCY if name in parts]


# ---- One value for many ---------------------------------------------------------------------


@independence_policy_desk.route("/desk/fix/<what>", methods=["GET", "POST"])
def fix(what: str) -> Any:
    """Let one value be chosen for data sets that lack the same; on POST, set it."""
    _of_staff()
    fields = bulk.VALUES.get(what)
    if fields is None:
        return tk.abort(404, tk._("There is no such page."))
    sent = request.form
    errors: dict[str, Any] = {}
    done: list[dict[str, Any]] = []
    if request.method == "POST":
        values = {name: sent.get(name, "").strip() for name in fields}
        try:
            done = tk.get_action("independence_policy_bulk_fix")(
                asked.context(), {"ids": sent.getlist("id"), **values}
            )["results"]
        except tk.ValidationError as error:
            errors = error.error_dict
    page = tk.render(
        "independence/policy/fix.html",
        {
            "what": what,
            "fields": [_field(name, errors) for name in fields],
            "results": mine.at_fields(
                own_departments(asked.context()), book.today(), fields, bulk.MOST
            ),
            "of_fields": set(fields),
            "chosen": set(sent.getlist("id")) if errors else None,
            "done": done,
            "errors": errors,
            "nothing_chosen": "ids" in errors,
        },
    )
    return page, 422 if errors else 200


def _field(name: str, errors: dict[str, Any]) -> forms.FormField:
    schema = tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]
    row = {key: value for key, value in tk.h.scheming_field_by_name(schema, name).items()}
    value = request.form.get(name, "")
    return forms.FormField(row, value, forms.words(row, errors.get(name)))


# ---- Waivers --------------------------------------------------------------------------------


@independence_policy_desk.route("/desk/waivers")
def requests() -> Any:
    """Show the waivers that were asked for: to approvers, to decide; to others, their own."""
    is_approver = waivers.approver(tk.current_user) is not None
    if not is_approver:
        _of_staff()
    listed = tk.get_action("independence_policy_waiver_list")(asked.context(), {"state": "asked"})
    return tk.render(
        "independence/policy/requests.html",
        {
            "requests": [one | {"what": _what(one)} for one in listed],
            "is_approver": is_approver,
            "is_staff": is_staff(tk.current_user.name),
        },
    )


def _what(one: dict[str, Any]) -> str:
    kind = KINDS.get(one["kind"])
    if kind is None:
        return ""
    return kind.title if one["most"] == 1 else kind.plural


@independence_policy_desk.route("/desk/waivers/<id>", methods=["POST"])
def decide(id: str) -> Any:
    """Grant a waiver, refuse it, or take back what was asked."""
    then = request.form.get("then")
    try:
        if then == "end":
            tk.get_action("independence_policy_waiver_end")(asked.context(), {"id": id})
            h.flash_success(tk._("Taken back."))
        elif then in ("grant", "refuse"):
            tk.get_action("independence_policy_waiver_decide")(
                asked.context(), {"id": id, "grant": then == "grant"}
            )
            h.flash_success(
                tk._("Granted. What waited for it is looked at again, and published.")
                if then == "grant"
                else tk._("Refused. The finding stays as it is.")
            )
    except tk.ValidationError as error:
        h.flash_notice(" ".join(str(one) for said in error.error_dict.values() for one in said))
    return tk.redirect_to("independence_policy_desk.requests")


# ---- While somebody types -------------------------------------------------------------------


@independence_policy_desk.route("/desk/advice", methods=["POST"])
def advice() -> Any:
    """Tell a form what the policy asks of its present values."""
    values = {name: request.form.getlist(name) for name in request.form}
    told: dict[str, Any] = {name: one[0] if len(one) == 1 else one for name, one in values.items()}
    return jsonify(tk.get_action("independence_policy_draft_check")(asked.context(), told))
