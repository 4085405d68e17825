"""The inventory's page and its export.

Owns these two addresses, their filters and their columns. Who sees what the action says.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ...catalog import departments_shown, words
from ...catalog.shown import choice, page_links
from .. import book, holdings, inventory, scores, self_published
from .scorecards import addresses

__all__ = ["independence_policy_inventory"]

independence_policy_inventory = Blueprint("independence_policy_inventory", __name__)

PER_PAGE = 50


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _chosen() -> dict[str, str]:
    """Return the filters and the order of the address; what makes no sense is left out."""
    found = {
        "q": request.args.get("q", "").strip()[:200],
        "department": request.args.get("department", "")[:100],
        "status": request.args.get("status", ""),
        "overdue": "1" if request.args.get("overdue") else "",
        "sort": request.args.get("sort", ""),
        "down": "1" if request.args.get("down") else "",
    }
    if found["status"] not in (*inventory.STATUSES, inventory.NOT_PUBLISHED):
        found["status"] = ""
    if found["sort"] not in inventory.SORTS:
        found["sort"] = found["down"] = ""
    return found


@independence_policy_inventory.route("/inventory")
def page() -> str:
    """Show what the city holds."""
    chosen = _chosen()
    asked = request.args.get("page", "1")
    number = min(max(int(asked), 1), 10_000) if asked.isascii() and asked.isdigit() else 1
    found = tk.get_action("independence_policy_inventory_list")(
        _context(), {**chosen, "limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
    )
    address = addresses("/inventory", chosen)
    changed = found["coverage"]["changed"]
    covered, of = found["coverage"]["covered"], found["coverage"]["departments"]
    statuses = {name: count for name, count in found["statuses"].items() if count}
    return tk.render(
        "independence/policy/inventory.html",
        {
            "found": found,
            "statuses": statuses,
            "chosen": chosen,
            "departments": departments_shown.listed({}, book.today()),
            "address": address,
            "export": addresses("/inventory.csv", chosen)(),
            "goals": holdings.goal_titles(),
            "choice": choice,
            "covered": scores.percent(covered / of if of else None),
            "changed": words.ago(changed, book.today()) if changed else "",
            "own": self_published.address("inventory"),
            "sort": chosen["sort"] or "priority",
            "page": number,
            "pages": page_links(number, -(-found["count"] // PER_PAGE), address),
        },
    )


@independence_policy_inventory.route("/inventory.csv")
def export() -> Response:
    """Send what the page lists, all of it, as CSV."""
    chosen = _chosen()
    found = inventory.chosen(
        holdings.entries(_context()),
        q=chosen["q"],
        department=chosen["department"],
        status=chosen["status"],
        overdue=bool(chosen["overdue"]),
    )
    found = inventory.ordered(found, chosen["sort"] or "priority", down=bool(chosen["down"]))
    response = Response(holdings.as_csv(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="inventory.csv"'
    # What a department's own people are sent is nobody else's; CKAN would say "public" besides.
    request.environ["__no_cache__"] = True
    response.headers["Cache-Control"] = "no-store"
    return response
