"""The page on which a receiver of notices stops them, or lets them come again.

Owns that page. Whoever holds the address of a notice needs no account: the address names
receiver and kind, and is signed.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, request

from .. import messages, notices

__all__ = ["independence_policy_notices"]

independence_policy_notices = Blueprint("independence_policy_notices", __name__)


@independence_policy_notices.route("/policy/notices/<token>", methods=["GET", "POST"])
def muting(token: str) -> Any:
    """Say which messages these are; on POST, stop them or let them come again."""
    holder = notices.holder(token)
    if holder is None:
        return tk.abort(404, tk._("This address stops no messages. Take the one of a newer mail."))
    email, kind = holder
    if request.method == "POST":
        notices.mute(email, kind, request.form.get("then") == "stop")
        model.Session.commit()
    return tk.render(
        "independence/policy/notices.html",
        {
            "email": email,
            "about": messages.KINDS[kind],
            "muted": notices.is_muted(email, kind),
            "done": request.method == "POST",
        },
    )
