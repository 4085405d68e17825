"""The staff's pages about the feed: what data.gov will do next, what is wrong, what is held.

Owns these addresses, how a feed is taken in to be compared, and what the templates are given.
Which departments an account looks after the actions say; they also release what is held.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h
from flask import Blueprint, request

from ...catalog.fetch import FetchError, fetch_bytes
from ...catalog.shown import page_links, root
from ...catalog.staff import is_staff, own_departments, sees_everything
from ...catalog.views.steward import staff_only
from .. import outlook, publisher, records, shown, telling, trouble
from ..reading import Feed, FeedUnreadable, read

__all__ = ["independence_feed_staff"]

independence_feed_staff = Blueprint("independence_feed_staff", __name__)
independence_feed_staff.before_request(staff_only)

PER_PAGE = 25
# What a feed may weigh that is compared on a page, in bytes, and how long fetching it may last.
LARGEST = 64 * 1024 * 1024
SECONDS = 30.0


@independence_feed_staff.before_request
def departments_only() -> Any:
    """Tell nobody of these pages who has no department."""
    if not is_staff(tk.current_user.name):
        return tk.abort(404, tk._("There is no such page."))
    return None


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


# ---- What data.gov will do next ------------------------------------------------------------


@independence_feed_staff.route("/feed/next", methods=["GET", "POST"])
def next_() -> Any:
    """Show what data.gov will do, knowing the last publication or the feed that is given."""
    language = request.args.get("language", "3.0")
    if language not in records.LANGUAGES:
        language = "3.0"
    wrong = known = found = None
    if request.method == "POST":
        known = request.form.get("url", "").strip() or getattr(
            request.files.get("file"), "filename", ""
        )
        try:
            theirs = _taken()
            found = outlook.against(theirs, own_departments(_context()))
            language = theirs.language
        except (FetchError, FeedUnreadable) as error:
            wrong = str(error)
        except outlook.TooMany as error:
            wrong = tk._(
                "There are {n} records to compare, more than a page can hold. At a command line, "
                "`ckan independence feed diff` compares feeds of any size."
            ).format(n=f"{error.count:,}")
    told = (
        found.as_dict()
        if found
        else tk.get_action("independence_feed_diff_show")(_context(), {"language": language})
    )
    named = [*told["added"], *told["updated"], *told["moved"], *told["carried"]]
    page = tk.render(
        "independence/feed/next.html",
        {
            "language": language,
            "name": shown.NAMES[language],
            "told": told,
            "known": known if found else "",
            "typed": request.form.get("url", ""),
            "wrong": wrong,
            "status": shown.status(),
            "sysadmin": sees_everything(_context()),
            "pinned": publisher.pinned(),
            "failing": publisher.remembered(telling.FAILING),
            "addresses": shown.addresses((one["kind"], one["identifier"]) for one in named),
            "differences": shown.differences,
        },
    )
    return page, 422 if wrong else 200


def _taken() -> Feed:
    """Return the feed that was sent, or that stands at the address that was given.

    Raises:
        FetchError: it was not fetched
        FeedUnreadable: it is no feed
    """
    file = request.files.get("file")
    if file and file.filename:
        content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise FeedUnreadable(
                tk._("The file is larger than {n} MB. Compare it at a command line.").format(
                    n=LARGEST >> 20
                )
            )
        return read(content)
    address = request.form.get("url", "").strip()
    if not address:
        raise FeedUnreadable(tk._("Give the address of a feed, or choose a file."))
    return read(fetch_bytes(address, max_bytes=LARGEST, seconds=SECONDS)[0])


@independence_feed_staff.route("/feed/release", methods=["GET", "POST"])
def release() -> Any:
    """Ask whether held withdrawals are meant, and say what follows; on POST, release them."""
    if not sees_everything(_context()):
        return tk.abort(404, tk._("There is no such page."))
    held = outlook.held(None)
    if request.method == "POST":
        chosen = set(request.form.getlist("identifier"))
        meant = [id_ for one in held if one["identifier"] in chosen for id_ in one["ids"]]
        if not chosen <= {one["identifier"] for one in held}:
            h.flash_error(tk._("What is held has changed since you looked. See what it is now."))
        elif not meant:
            h.flash_error(tk._("Choose at least one."))
        else:
            tk.get_action("independence_feed_withdrawal_release")(_context(), {"ids": meant})
            h.flash_success(tk._("Released. They leave with the next publication, within minutes."))
            return tk.redirect_to("independence_feed_staff.next_")
        return tk.redirect_to("independence_feed_staff.release")
    return tk.render("independence/feed/release.html", {"held": held})


# ---- What is wrong -------------------------------------------------------------------------


@independence_feed_staff.route("/feed/problems")
def problems() -> str:
    """Show what is wrong with records: by kind, by department, by data set."""
    chosen = {name: request.args.get(name, "")[:200] for name in trouble.FILTERS}
    asked = request.args.get("page", "1")
    page = min(max(int(asked), 1), 10_000) if asked.isascii() and asked.isdigit() else 1
    found = tk.get_action("independence_feed_problem_list")(
        _context(), {**chosen, "limit": PER_PAGE, "offset": (page - 1) * PER_PAGE}
    )

    def address(page: int = 1, **other: str) -> str:
        query = {name: value for name, value in (chosen | other).items() if value}
        if page > 1:
            query["page"] = str(page)
        return f"{root()}/feed/problems" + (f"?{urlencode(query)}" if query else "")

    return tk.render(
        "independence/feed/problems.html",
        {
            "found": found,
            "results": [shown.troubled(one) for one in found["results"]],
            "kinds": [shown.kind_of_problem(one) for one in found["by_kind"]],
            "chosen": chosen,
            "address": address,
            "names": shown.NAMES,
            "page": page,
            "pages": page_links(page, -(-found["count"] // PER_PAGE), address),
        },
    )
