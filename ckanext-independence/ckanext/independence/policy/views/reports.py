"""The pages of the annual report: the list, one report, its PDF, and the form of its writer.

Owns these addresses. Who sees and writes what the actions say; a report that cannot be seen is not
there.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h
from flask import Blueprint, Response, request

from ...catalog.shown import root
from ...catalog.views.steward import staff_only
from .. import book, reports
from ..reporting.pdf import as_pdf

__all__ = ["independence_policy_reports"]

independence_policy_reports = Blueprint(
    "independence_policy_reports", __name__, url_prefix="/policy/report"
)


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _report(year: int) -> dict[str, Any]:
    try:
        return tk.get_action("independence_policy_report_show")(_context(), {"year": year})
    except (tk.ObjectNotFound, tk.ValidationError):
        return tk.abort(404, tk._("There is no report at this address."))


@independence_policy_reports.route("", strict_slashes=False)
def listed() -> str:
    """Show which reports the Council was given, and to their writers which can be written."""
    given = reports.given()
    done = {year for year, _day, _title in given}
    writable = reports.writable(book.today()) if reports.may_write(_context()) else []
    return tk.render(
        "independence/policy/reports.html",
        {"given": given, "writable": [year for year in writable if year.number not in done]},
    )


@independence_policy_reports.route("/<int:year>")
def report(year: int) -> str:
    """Show a report as it was given, or as it would be given today."""
    return tk.render("independence/policy/report.html", {"report": _report(year)})


@independence_policy_reports.route("/<int:year>.pdf")
def pdf(year: int) -> Response:
    """Send a report as PDF: as it was given, or as it would be given today."""
    content = _report(year)
    row = reports.kept(year)
    response = Response(
        row.pdf if row is not None else as_pdf(content), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="open-data-report-{year}.pdf"'
    if row is None:
        request.environ["__no_cache__"] = True
        response.headers["Cache-Control"] = "no-store"
    return response


@independence_policy_reports.route("/<int:year>/write", methods=["GET", "POST"])
def write(year: int) -> Any:
    """Take the coordinator's words; give the report, once that is confirmed."""
    turned_away = staff_only()
    if turned_away is not None:
        return turned_away
    content = _report(year)
    if content["given"] or not reports.may_write(_context()):
        return tk.abort(404, tk._("There is no report to be written at this address."))
    errors: list[str] = []
    sent = {part["id"]: part["words"] for part in content["parts"]}
    if request.method == "POST":
        sent = {name: request.form.get(f"words-{name}", "") for name in sent}
        action = "update" if request.form.get("then") != "give" else "give"
        if action == "give" and not request.form.get("meant"):
            errors.append(tk._("Tick that the report is complete: it can never be changed again."))
        try:
            tk.get_action("independence_policy_report_update")(
                _context(), {"year": year, "words": sent}
            )
            if action == "give" and not errors:
                tk.get_action("independence_policy_report_give")(_context(), {"year": year})
        except tk.ValidationError as error:
            errors += [text for texts in error.error_dict.values() for text in texts]
        if not errors:
            h.flash_success(
                tk._("Given. Everybody can read it now, and it stays as it is.")
                if action == "give"
                else tk._("Kept. Only those who write the report see it.")
            )
            last = "" if action == "give" else "/write"
            return tk.redirect_to(f"{root()}/policy/report/{year}{last}")
    page = tk.render(
        "independence/policy/report_write.html",
        {"report": content, "sent": sent, "errors": errors, "longest": reports.LONGEST},
    )
    return page, 422 if errors else 200
