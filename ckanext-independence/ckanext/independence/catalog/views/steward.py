"""The steward's own pages: publish, withdraw, order of files, and what follows a saved form.

Owns these steps and their words. What is refused, and why, the actions and validators say; the
forms themselves are CKAN's views with the templates of ``scheming/`` and ``package/``.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h
from flask import Blueprint, request

from .. import forms, public_minimum

__all__ = ["steward"]

steward = Blueprint("independence_steward", __name__, url_prefix="/dataset/<id>")


@steward.before_request
def staff_only() -> Any:
    """Lead whoever is not signed in to the place where they can, and back again."""
    if tk.current_user.is_anonymous:
        return tk.redirect_to("user.login", came_from=request.full_path.rstrip("?"))
    return None


@steward.app_errorhandler(tk.ValidationError)
def not_deleted(error: tk.ValidationError) -> Any:
    """Say why a file cannot be deleted, which CKAN's page for it has no place for."""
    if request.endpoint != "dataset_resource.delete" or not request.view_args:
        raise error
    h.flash_error(" ".join(str(one) for said in error.error_dict.values() for one in said))
    return tk.redirect_to("dataset.read", id=request.view_args["id"])


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _own(id: str) -> dict[str, Any]:
    """Return a data set that the user may change; anybody else is turned away."""
    try:
        data = tk.get_action("package_show")(_context(), {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        # The same answer to both: a draft is nobody's business outside its department.
        return tk.abort(404, tk._("There is no data set at this address."))
    try:
        tk.check_access("package_update", _context(), {"id": data["id"]})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not change this data set."))
    return data


@steward.route("/saved")
def saved(id: str) -> Any:
    """Say that a form was saved, and lead to what comes next: a first file, or the page."""
    data = _own(id)
    if data.get("publish_requested"):
        h.flash_success(_became(data["id"]))
    elif data["private"]:
        h.flash_success(tk._("The draft is saved. Only your department sees it."))
    else:
        h.flash_success(tk._("Saved. Anybody can see it now."))
    if not data["resources"] and data.get("access_level") == "public":
        return tk.redirect_to("dataset_resource.new", id=data["name"])
    return tk.redirect_to("dataset.read", id=data["name"])


def _became(id: str) -> str:
    """Say what became of the wish to publish a data set."""
    now = tk.get_action("package_show")(_context(), {"id": id})
    if now["private"]:
        return tk._("Its files are being looked through. It is public as soon as that is done.")
    return tk._("Published. Anybody can see it now.")


@steward.route("/publish", methods=["GET", "POST"])
def publish(id: str) -> Any:
    """Show what publishing means and what is still missing; on POST, publish."""
    data = _own(id)
    status = 200
    if request.method == "POST":
        try:
            tk.get_action("package_patch")(_context(), {"id": data["id"], "private": False})
        except tk.ValidationError as error:
            wanting = forms.problems(error.error_dict, data)
            status = 422
        else:
            h.flash_success(_became(data["id"]))
            return tk.redirect_to("dataset.read", id=data["name"])
    else:
        missing = public_minimum.missing(data)
        wanting = forms.problems(
            {forms.form_name(name): [advice] for name, advice in missing.items()}, data
        )
    page = tk.render(
        "independence/catalog/steward/publish.html",
        {"pkg_dict": data, "wanting": wanting, "refused": status != 200},
    )
    return page, status


@steward.route("/withdraw", methods=["GET", "POST"])
def withdraw(id: str) -> Any:
    """Ask for the reason and say what follows; on POST, withdraw or delete."""
    data = _own(id)
    sent = request.form
    errors: dict[str, Any] = {}
    if request.method == "POST":
        delete = sent.get("then") == "delete"
        try:
            tk.get_action("independence_catalog_dataset_withdraw")(
                _context(),
                {
                    "id": data["id"],
                    "reason": sent.get("reason"),
                    "note": sent.get("note", "").strip(),
                    "delete": delete,
                },
            )
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            if delete:
                h.flash_success(tk._("The data set is deleted. Its identifier stays reserved."))
                return tk.redirect_to("dataset.search")
            h.flash_success(tk._("Withdrawn. Only your department sees it now."))
            return tk.redirect_to("dataset.read", id=data["name"])
    page = tk.render(
        "independence/catalog/steward/withdraw.html",
        {"pkg_dict": data, "sent": sent, "reasons": forms.reasons(), "errors": errors},
    )
    return page, 422 if errors else 200


@steward.route("/files/order", methods=["POST"])
def reorder(id: str) -> Any:
    """Move one file up by one place."""
    data = _own(id)
    order = [resource["id"] for resource in data["resources"]]
    moved = request.form.get("up")
    if moved in order[1:]:
        place = order.index(moved)
        order[place - 1], order[place] = order[place], order[place - 1]
        tk.get_action("package_resource_reorder")(_context(), {"id": data["id"], "order": order})
    return tk.redirect_to("dataset.resources", id=data["name"])
