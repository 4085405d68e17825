"""A steward's pages of what is in a file: what its columns mean, and what it says of its data set.

Owns these addresses and what their templates are given. What is refused, and why, the actions
say; the words are the templates' and ``helpers.desk``'s.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h
from flask import Blueprint, request

from ...catalog import forms
from ...catalog.views.steward import staff_only
from .. import dictionary, explained, proposals
from . import asked

__all__ = ["desk"]

desk = Blueprint("independence_content_desk", __name__)
desk.before_request(staff_only)

FILE = "/dataset/<id>/resource/<resource_id>"

# ---- What the files say of the data set ------------------------------------------------------


@desk.route("/dataset/<id>/proposals", methods=["POST"])
def use_proposals(id: str) -> Any:
    """Take into the data set what its files say, as it was shown and as it was chosen."""
    data = asked.own_data_set(id)
    wanted = request.form.get("use")
    chosen = {wanted} if wanted != "all" else set(request.form.getlist("offered"))
    taken = [one for one in proposals.proposals(data) if one.key in chosen]
    values = {name: value for one in taken for name, value in one.values.items()}
    if len(taken) < len(chosen):
        h.flash_error(tk._("The files have changed since you looked. See what they say now."))
    elif values:
        try:
            tk.get_action("package_patch")(asked.context(), {"id": data["id"], **values})
        except tk.ValidationError as error:
            for problem in forms.problems(error.error_dict, data):
                h.flash_error(problem.text)
        else:
            h.flash_success(tk._("Saved. The data set says now what its files say."))
    return tk.redirect_to("dataset.read", id=data["name"])


# ---- Columns explained ----------------------------------------------------------------------

# A form of more would not pass the limit of 500 kB with which forms are taken.
COLUMNS_A_PAGE = 100
LARGEST_CSV = 5_000_000


@desk.route(f"{FILE}/columns", methods=["GET", "POST"])
def columns(id: str, resource_id: str) -> Any:
    """Show what each column means, to be written in one table or taken from a CSV file."""
    data, resource = asked.own(id, resource_id)
    found = explained.explained(resource["id"])
    if found is None:
        return tk.abort(404, tk._("This file has no table whose columns could be explained."))
    pages = max(-(-len(found.columns) // COLUMNS_A_PAGE), 1)
    asked_for = request.args.get("page", "1")
    page = min(max(int(asked_for), 1), pages) if asked_for.isdecimal() else 1
    first = (page - 1) * COLUMNS_A_PAGE
    shown = found.columns[first : first + COLUMNS_A_PAGE]
    problems: list[str] = []
    sent: dict[str, dict[str, str]] = {}
    if request.method == "POST":
        try:
            if request.form.get("take") == "csv":
                change = _from_csv(found)
            else:
                sent = _sent(shown)
                change = {"columns": [{"name": name} | one for name, one in sent.items()]}
                change |= _of_gone(found)
            tk.get_action("independence_content_dictionary_update")(
                asked.context(), {"id": resource["id"], **change}
            )
        except dictionary.Wrong as error:
            problems = error.problems
        except tk.ValidationError as error:
            problems = list(error.error_dict["columns"])
        else:
            h.flash_success(tk._("Saved. The columns are explained with these words now."))
            if page < pages and request.form.get("take") != "csv":
                return tk.redirect_to(
                    "independence_content_desk.columns",
                    id=data["name"],
                    resource_id=resource["id"],
                    page=page + 1,
                )
            return tk.redirect_to(f"/dataset/{data['name']}/resource/{resource['id']}#columns")
    shown_page = tk.render(
        "independence/content/steward/columns.html",
        {
            "pkg_dict": data,
            "resource": resource,
            "rows": [_row(first + at, one, found, sent) for at, one in enumerate(shown)],
            "gone": found.gone,
            "names": [(one.name, one.label) for one in found.columns],
            "roles": dictionary.ROLES,
            "problems": problems,
            "page": page,
            "pages": pages,
        },
    )
    return shown_page, 422 if problems else 200


def _row(
    at: int, entry: dictionary.Entry, found: explained.Explained, sent: dict[str, dict[str, str]]
) -> dict[str, Any]:
    """Return what the form shows of a column: what was typed, else kept, else proposed."""
    profile = found.profile.get(entry.name) or {}
    values = {
        "label": entry.label,
        "description": entry.description,
        "unit": entry.unit,
        "codes": dictionary.codes_text(entry.codes),
        "role": entry.role,
    }
    guess = "" if entry.name in found.written else dictionary.proposed(entry, profile)
    return {
        "at": at,
        "name": entry.name,
        "type": entry.type,
        "profile": profile,
        "values": values | ({"role": guess} if guess else {}) | sent.get(entry.name, {}),
        "proposed": bool(guess),
    }


def _sent(entries: list[dictionary.Entry]) -> dict[str, dict[str, str]]:
    """Return what the form sent of these columns, by name."""
    sent: dict[str, dict[str, str]] = {}
    names = {entry.name for entry in entries}
    for key in request.form:
        if key.startswith("name."):
            at, name = key.removeprefix("name."), request.form[key]
            if name in names:
                sent[name] = {
                    word: request.form[f"{word}.{at}"].replace("\r\n", "\n")
                    for word in dictionary.WORDS
                    if f"{word}.{at}" in request.form
                }
    return sent


def _of_gone(found: explained.Explained) -> dict[str, Any]:
    """Return what the form decided of words whose column is gone."""
    decided = {one.name: request.form.get(f"gone.{one.name}", "") for one in found.gone}
    return {
        "forget": [name for name, what in decided.items() if what == "forget"],
        "rename": {
            name: what.removeprefix("to.")
            for name, what in decided.items()
            if what.startswith("to.")
        },
    }


def _from_csv(found: explained.Explained) -> dict[str, Any]:
    file = request.files.get("csv")
    if not file or not file.filename:
        raise dictionary.Wrong([tk._("Choose a CSV file first.")])
    content = file.read(LARGEST_CSV + 1)
    if len(content) > LARGEST_CSV:
        raise dictionary.Wrong([tk._("The file is larger than 5 MB; that is no list of columns.")])
    return {"columns": dictionary.from_csv(content, [one.name for one in found.columns])}
