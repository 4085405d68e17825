"""The public's pages about the feed: what is offered to whom, and one data set's records.

Owns these addresses and what their templates are given. What is told comes from ``shown``; who
may see a data set is CKAN's to say.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ...catalog.shown import full
from ...catalog.site import city
from ...catalog.staff import is_staff
from .. import examples, shown

__all__ = ["independence_feed"]

independence_feed = Blueprint("independence_feed", __name__)


@independence_feed.route("/feed")
def feed() -> str:
    """Show what harvesters are offered, how it stands, and how to take it."""
    portal = city().portal_name
    slug = "-".join("".join(c if c.isalnum() else " " for c in portal.lower()).split())
    return tk.render(
        "independence/feed/feed.html",
        {
            "offers": shown.offers(),
            "departments": shown.department_feeds(),
            "status": shown.status(),
            "examples": examples.examples(full(""), portal, slug),
            "is_staff": is_staff(tk.current_user.name),
        },
    )


@independence_feed.route("/dataset/<id>/feed")
def record(id: str) -> Any:
    """Show the records of a data set; to those who may change it, also what is wrong with them."""
    context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        data = tk.get_action("package_show")(context, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no data set at this address."))
    if id != data["name"]:
        return tk.redirect_to("independence_feed.record", id=data["name"])
    staff = tk.current_user.is_authenticated and bool(
        tk.h.check_access("package_update", {"id": data["id"]})
    )
    return tk.render(
        "independence/feed/record.html",
        {
            "data": data,
            "pkg_dict": data,
            "staff": staff,
            "records": shown.data_set_records(data, staff),
        },
    )
