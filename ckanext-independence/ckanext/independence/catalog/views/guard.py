"""What holds for every page: who may open it, where a form must come from, and safe headers.

Owns the checks before each request that CKAN leaves out, the answer to a refusal that no
page caught, and the headers that tell a browser what a page may do. Refuses no reading that
the logic layer allows; actions have their own rules in `logic.auth`.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.config.middleware.flask_app import csrf
from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import Forbidden, NotFound

from ..staff import is_staff

__all__ = ["guard"]

guard = Blueprint("independence_catalog_guard", __name__)

# Pages that list accounts without asking whether the reader may see them.
STAFF_PAGES = frozenset({"organization.admins", "group.admins"})

# Our pages hold no script and no style of their own; CKAN's forms set styles by script.
# JSON-LD is data, which this does not concern. Maps and pictures may come from elsewhere.
CONTENT = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: https:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
# CKAN's page of one's own tokens begins with a script in the page.
WITH_SCRIPTS = frozenset({"user.api_tokens"})
CONTENT_WITH_SCRIPTS = CONTENT.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
HEADERS = {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@guard.before_app_request
def check_form() -> None:
    """Refuse a form of somebody logged in that does not carry the page's token.

    CKAN exempts a page for everybody, as long as the process lives, once a stranger has
    opened it. So whoever is known by a cookie is checked here, whatever was exempted.
    """
    if tk.current_user.is_authenticated and not g.get("login_via_auth_header"):
        csrf.protect()


@guard.before_app_request
def check_page() -> None:
    """Close pages that tell of staff, and past states of data sets, to those who may not see."""
    if request.endpoint in STAFF_PAGES and not is_staff(tk.current_user.name):
        tk.abort(404, tk._("There is no such page."))
    activity = (request.view_args or {}).get("activity_id")
    if activity:
        try:
            tk.check_access(
                "activity_show",
                {"user": tk.current_user.name, "auth_user_obj": tk.current_user},
                {"id": activity, "include_data": False},
            )
        except (tk.NotAuthorized, tk.ObjectNotFound):
            tk.abort(404, tk._("There is no such version."))
    if (request.endpoint or "").endswith("_changes_multiple") and not (
        request.args.get("new_id") and request.args.get("old_id")
    ):
        tk.abort(404, tk._("Choose two versions to compare."))


@guard.app_errorhandler(tk.NotAuthorized)
def refused(error: tk.NotAuthorized) -> Response | tuple[str, int]:
    """Answer a refusal that no page caught as what it is, and not as a fault of ours."""
    return current_app.handle_user_exception(Forbidden(error.message or None))


@guard.app_errorhandler(tk.ObjectNotFound)
def missing(error: tk.ObjectNotFound) -> Response | tuple[str, int]:
    """Answer a missing record that no page caught in the same way."""
    return current_app.handle_user_exception(NotFound(error.message or None))


@guard.after_app_request
def add_headers(response: Response) -> Response:
    """Tell the browser what it may do with an answer, where nothing stricter was said."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "frame-ancestors" not in response.headers.get("Content-Security-Policy", ""):
        # For browsers that do not read frame-ancestors, unless an answer says itself who may.
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    # A file of ours, such as a PDF, is shown by the browser's own reader.
    if response.mimetype == "text/html":
        content = CONTENT_WITH_SCRIPTS if request.endpoint in WITH_SCRIPTS else CONTENT
        response.headers.setdefault("Content-Security-Policy", content)
    return response
