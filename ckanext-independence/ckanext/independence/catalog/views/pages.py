"""The public's pages: home, search, data set, file, departments, and the site's own words.

Owns what each page is given, in the names of CKAN's own templates, so that other slices add to
them as to CKAN's. These addresses come before CKAN's own views of the same, which ask the
database and Solr many times over for what these pages do not show. Refuses to decide who may see
what: CKAN's actions are asked.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.search import SearchError, SolrConnectionError
from flask import Blueprint, Response, make_response, request

from .. import (
    departments_shown,
    history,
    index,
    narrowing,
    preview,
    search,
    shown,
    structured,
    versions,
    words,
)
from ..site import city

log = logging.getLogger(__name__)

pages = Blueprint("independence_catalog", __name__)

PER_PAGE = 20
SORTS = {
    "match": ("Best match", "score desc, data_modified_date desc"),
    "newest": ("Newest data", "data_modified_date desc, title_string asc"),
    "title": ("Title", "title_string asc"),
}


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user, "for_view": True}


# ---- Home -----------------------------------------------------------------------------------


@pages.route("/")
def home() -> str:
    """Show what this is, and the ways in."""
    found = _search(
        {
            "q": "*:*",
            # More than are shown: what is only listed brings nothing new.
            "rows": 15,
            "sort": SORTS["newest"][1],
            "facet.field": ["vocab_themes", "vocab_goals", "organization"],
            "facet.limit": -1,
        },
    )
    counts = {name: _counts(found, name) for name in ("vocab_themes", "vocab_goals")}
    newest = [shown.hit(data, None, 110) for data in found["results"] if data.get("resources")][:5]
    themes = [(theme, counts["vocab_themes"].get(theme.id, 0)) for theme in city().themes]
    today = city().today()
    return tk.render(
        "home/index.html",
        {
            "count": found["count"],
            "rows": preview.rows_of_all(),
            "themes": [(theme, count) for theme, count in themes if count],
            "goals": [
                (goal, counts["vocab_goals"].get(goal.id, 0))
                for goal in city().goals
                if goal.in_force(today) and counts["vocab_goals"].get(goal.id)
            ],
            "departments": sorted(
                found["search_facets"].get("organization", {}).get("items", []),
                key=lambda item: item["display_name"].lower(),
            ),
            "newest": newest,
            "updated": max((hit.modified for hit in newest if hit.modified), default=""),
            "examples": [
                text.strip() for text in city().texts.get("examples", "").split(",") if text.strip()
            ],
        },
    )


def _search(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask Solr once; whatever keeps it from answering is "search is unavailable" to the reader."""
    try:
        return tk.get_action("package_search")(_context(), asked)
    except SearchError as error:
        # What people type has been made harmless before: what is left is Solr's own trouble.
        raise SolrConnectionError(str(error)) from error


def _counts(found: dict[str, Any], name: str) -> dict[str, int]:
    items = found["search_facets"].get(name, {}).get("items", [])
    return {item["name"]: item["count"] for item in items}


# ---- Search ---------------------------------------------------------------------------------


@pages.route("/dataset/", strict_slashes=False)
def find() -> str:
    """Show what a question finds, and how to narrow it."""
    question = request.args.get("q", "").strip()[:300]
    fields = search.facets()
    chosen = [
        (name, value[:200])
        for name in fields
        for value in dict.fromkeys(request.args.getlist(name))
        if value
    ]
    today = city().today()
    currency, _label, _values = search.currency()
    current = [
        (currency, value)
        for value in dict.fromkeys(request.args.getlist(currency))
        if search.narrowed_to(value, today)
    ]
    sort = request.args.get("sort", "")
    if sort not in SORTS or (sort == "match" and not question):
        sort = "match" if question else "newest"
    page = _page_number()
    asked = {
        # In a resident's question a colon is a colon.
        "q": question.replace(":", " "),
        "fq_list": [
            *(f'{name}:"{_quoted(value)}"' for name, value in chosen),
            *(search.narrowed_to(value, today) for _name, value in current),
        ],
        "rows": PER_PAGE,
        "start": (page - 1) * PER_PAGE,
        "sort": SORTS[sort][1],
        "facet.field": [*fields, index.DUE],
        # However many days there are on which something is due, all are counted.
        "facet.limit": -1,
    }
    found = _search(asked)
    chosen += current
    wanted = words.pattern(search.terms(question)) if question else None

    def address(page: int = 1, sort: str = sort, pairs: list[tuple[str, str]] = chosen) -> str:
        query = [("q", question)] if question else []
        query += pairs
        if sort != ("match" if question else "newest"):
            query.append(("sort", sort))
        if page > 1:
            query.append(("page", str(page)))
        return shown.root() + "/dataset/" + (f"?{urlencode(query)}" if query else "")

    groups = narrowing.facet_groups(fields, found["search_facets"], chosen, address)
    groups += narrowing.currency_group(_counts(found, index.DUE), chosen, address)
    return tk.render(
        "package/search.html",
        {
            "q": question,
            "count": found["count"],
            "hits": [shown.hit(data, wanted) for data in found["results"]],
            "groups": groups,
            "chips": [
                (group.label, option.label, option.address)
                for group in groups
                for option in group.options
                if option.chosen
            ],
            "without_filters": address(pairs=[]),
            "sorts": [
                (label, address(sort=key), key == sort)
                for key, (label, _sort) in SORTS.items()
                if key != "match" or question
            ],
            "pages": shown.page_links(page, -(-found["count"] // PER_PAGE), address),
            "page": page,
            "narrowed": bool(chosen or page > 1),
        },
    )


def _page_number() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), 10_000) if text.isdigit() else 1


def _quoted(value: str) -> str:
    for char in '\\":':
        value = value.replace(char, f"\\{char}")
    return value.replace("{!", "{ !")


# ---- Data set and file ----------------------------------------------------------------------


def _data_set(name: str) -> dict[str, Any]:
    try:
        return tk.get_action("package_show")(_context(), {"id": name})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        # The same answer to both: that a record exists is told to nobody who may not see it.
        return tk.abort(404, tk._("There is no data set at this address."))


@pages.route("/dataset/<id>", strict_slashes=False)
def data_set(id: str) -> str | Response:
    """Show a data set: what it is, how fresh, its files, who to ask."""
    data = _data_set(id)
    if id != data["name"]:
        return tk.redirect_to("dataset.read", id=data["name"])
    about = shown.about(data)
    files = [shown.file(data, resource) for resource in data["resources"]]
    in_store = [file.id for file in files if file.in_store]
    tables = preview.tables(in_store, show=in_store[0] if in_store else None)
    standings = versions.standings([file.id for file in files if not file.is_link])
    for file in files:
        file.table = tables.get(file.id)
        shown.stand(file, standings.get(file.id))
    first = next((file for file in files if file.table and file.table.first), None)
    return tk.render(
        "package/read.html",
        {
            "pkg_dict": data,
            "data": data,
            "about": about,
            "files": files,
            "first": first,
            "explained": [file for file in files if file.table],
            "changes": history.changes(data["id"], shown.field_labels(), 5),
            "related": shown.related(data),
            "linked_data": structured.script(
                structured.dataset(data, city(), about.address, about.licence_address)
            ),
            "desk": shown.desk(data),
        },
    )


@pages.route("/dataset/<id>/resource/<resource_id>")
def file(id: str, resource_id: str) -> str:
    """Show a file: its columns, and how to get it."""
    data = _data_set(id)
    resource = next((r for r in data["resources"] if r["id"] == resource_id), None)
    if resource is None:
        return tk.abort(404, tk._("There is no file at this address."))
    one = shown.file(data, resource)
    if one.in_store:
        one.table = preview.tables([one.id]).get(one.id)
    if not one.is_link:
        shown.stand(one, versions.standings([one.id]).get(one.id))
    return tk.render(
        "package/resource_read.html",
        {
            "pkg_dict": data,
            "package": data,
            "resource": resource,
            "data": data,
            "about": shown.about(data),
            "file": one,
            "others": [shown.file(data, r) for r in data["resources"] if r["id"] != resource_id],
            "examples": shown.examples(one),
            "desk": shown.desk(data),
        },
    )


@pages.route("/dataset/activity/<id>")
def changes(id: str) -> str:
    """Show the whole history of a data set."""
    data = _data_set(id)
    return tk.render(
        "independence/catalog/changes.html",
        {"data": data, "changes": history.changes(data["id"], shown.field_labels(), 100)},
    )


@pages.route("/dataset/<id>/resources/<resource_id>/history/<activity_id>")
def file_before(id: str, resource_id: str, activity_id: str) -> Response:
    """Lead CKAN's page of a file as it was to the history, which tells when it changed."""
    return tk.redirect_to("activity.package_activity", id=_data_set(id)["name"])


# ---- Departments ----------------------------------------------------------------------------


@pages.route("/organization/", strict_slashes=False)
def departments() -> str:
    """Show the departments, and how much each publishes."""
    try:
        found = _search({"q": "*:*", "rows": 0, "facet.field": ["organization"], "facet.limit": -1})
        counts = _counts(found, "organization")
    except SolrConnectionError:
        # The list stands without its counts.
        counts = {}
    return tk.render(
        "organization/index.html",
        {"departments": departments_shown.listed(counts, city().today()), "counts": counts},
    )


@pages.route("/organization/<id>", strict_slashes=False)
def department(id: str) -> str | Response:
    """Show a department: what it does, who to ask, and its data sets."""
    one = departments_shown.one(id, city().today())
    if one is None:
        return tk.abort(404, tk._("There is no department at this address."))
    if one.name != id:
        return tk.redirect_to("organization.read", id=one.name)
    page = _page_number()
    found = _search(
        {
            "q": "*:*",
            "fq_list": [f'organization:"{_quoted(one.name)}"'],
            "rows": 50,
            "start": (page - 1) * 50,
            "sort": SORTS["title"][1],
            "facet": "false",
        },
    )

    def address(page: int) -> str:
        return f"{shown.root()}/organization/{one.name}" + (f"?page={page}" if page > 1 else "")

    return tk.render(
        "organization/read.html",
        {
            "department": one,
            "group_dict": {"id": one.id, "name": one.name, "title": one.title},
            "count": found["count"],
            "hits": [shown.hit(data, None) for data in found["results"]],
            "pages": shown.page_links(page, -(-found["count"] // 50), address),
        },
    )


# ---- The site's own words -------------------------------------------------------------------


@pages.route("/policy")
def policy() -> str:
    """Show the city's open-data policy."""
    if not city().texts.get("policy"):
        return tk.abort(404)
    return tk.render("independence/catalog/policy.html", {"text": city().texts["policy"]})


@pages.route("/about")
def about() -> Response:
    """Lead CKAN's own address to the policy, or to the help."""
    to = "policy" if city().texts.get("policy") else "guide"
    return tk.redirect_to(f"independence_catalog.{to}")


@pages.route("/help")
def guide() -> str:
    """Show how to find, download and use data."""
    return tk.render("independence/catalog/help.html", {"example": _an_example()})


def _an_example() -> dict[str, str]:
    """Return a public file to put into examples: its address and its id; empty if there is none."""
    row = (
        model.Session.query(model.Resource.id, model.Package.name)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .filter(model.Package.state == "active", model.Package.private.is_(False))
        .filter(model.Resource.state == "active", model.Resource.extras.like("%datastore_active%"))
        .order_by(model.Package.name, model.Resource.position)
        .first()
    )
    return {"file": row[0], "data_set": row[1]} if row else {}


@pages.route("/accessibility")
def accessibility() -> str:
    """Show what the site promises to everyone, and whom to tell where it fails."""
    return tk.render("independence/catalog/accessibility.html", {})


# ---- When search is down --------------------------------------------------------------------


@pages.app_errorhandler(SolrConnectionError)
def search_is_down(error: Exception) -> Response:
    """Say plainly that search is not available, on any page that needs it."""
    log.error("search is unavailable: %s", error)
    response = make_response(tk.render("independence/catalog/unavailable.html", {}))
    response.status_code = 503
    response.headers["Retry-After"] = "60"
    return response
