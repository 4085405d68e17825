"""What only machines read: ``robots.txt`` and ``sitemap.xml``.

Owns which addresses crawlers are asked to leave alone, and the list of those they should know.
Only what anybody may see is listed.
"""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

from .. import shown
from ..site import city

machines = Blueprint("independence_catalog_machines", __name__)

# The sitemap protocol allows 50,000 addresses in one file.
PER_MAP = 45_000


@machines.route("/robots.txt")
def robots() -> Response:
    """Keep crawlers out of combinations, programs' addresses and the staff's pages."""
    text = tk.render("independence/catalog/robots.txt", {"sitemap": shown.full("/sitemap.xml")})
    return Response(text, mimetype="text/plain")


@machines.route("/sitemap.xml")
def sitemap() -> Response:
    """List every public page; in parts, where there are more than fit in one file."""
    total = _public().count()
    parts = -(-total // PER_MAP)
    part = request.args.get("part", "")
    if part and not (part.isdigit() and 1 <= int(part) <= max(parts, 1)):
        return tk.abort(404)
    if parts > 1 and not part:
        text = tk.render(
            "independence/catalog/sitemap_index.xml",
            {"maps": [shown.full(f"/sitemap.xml?part={n + 1}") for n in range(parts)]},
        )
        return Response(text, mimetype="application/xml")
    start = (int(part or 1) - 1) * PER_MAP
    rows = _public().order_by(model.Package.metadata_created, model.Package.id)
    entries = [
        (shown.full(f"/dataset/{name}"), _day(modified))
        for name, modified in rows.offset(start).limit(PER_MAP)
    ]
    if start == 0:
        own = ["/", "/dataset/", "/organization/", "/help", "/accessibility"]
        own += ["/policy"] if city().texts.get("policy") else []
        departments = model.Session.query(model.Group.name).filter_by(
            is_organization=True, state="active"
        )
        own += [f"/organization/{name}" for (name,) in departments.order_by(model.Group.name)]
        entries = [(shown.full(path), "") for path in own] + entries
    text = tk.render("independence/catalog/sitemap.xml", {"entries": entries})
    return Response(text, mimetype="application/xml")


def _public():  # type: ignore[no-untyped-def]  # SQLAlchemy's query of two columns has no short name
    return model.Session.query(model.Package.name, model.Package.metadata_modified).filter(
        model.Package.state == "active",
        model.Package.private.is_(False),
        model.Package.type == "dataset",
    )


def _day(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""
