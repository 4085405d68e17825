"""Charts and maps by themselves: in the frame of another site's page, as data, and a steward's.

Owns these addresses. The chart and the map on a file's own page are parts of that page. A frame of
another site shows public data only, whoever looks. Refuses to decide who may see what: CKAN's
actions are asked, and whoever may not see a file learns nothing of it.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import orjson
from ckan.lib.helpers import helper_functions as h
from flask import Blueprint, Response, make_response, request

from ...catalog import shown
from ...catalog.site import city
from ...catalog.views.guard import CONTENT
from ..described import Described
from ..helpers.draw import independence_content_chart, independence_content_map, table_query
from ..helpers.table import independence_content_table
from ..maps import shown as maps
from ..maps.extents import TooMany
from ..maps.places import Box, TooLong
from . import asked

__all__ = ["boundaries", "draw"]

draw = Blueprint(
    "independence_content_draw", __name__, url_prefix="/dataset/<id>/resource/<resource_id>"
)

boundaries = Blueprint("independence_content_boundaries", __name__)

# An embedded page may stand in any other; it holds no form, and nothing of who looks at it.
EMBEDDED = CONTENT.replace("frame-ancestors 'self'", "frame-ancestors *").replace(
    "form-action 'self'", "form-action 'none'"
)


def _table(resource: dict[str, Any]) -> Described:
    table = independence_content_table(resource["id"])
    if table is None or not table.columns:
        return tk.abort(404, tk._("There is no table at this address."))
    return table


def _public(id: str, resource_id: str) -> tuple[dict[str, Any], Described]:
    """Return what a template needs of a file that anybody may see, and its table; else 404."""
    data, resource = asked.seen(id, resource_id)
    try:
        tk.check_access("resource_show", {"user": "", "auth_user_obj": None}, {"id": resource_id})
    except tk.NotAuthorized:
        return tk.abort(404, tk._("There is no data set at this address."))
    page = {"data": data, "about": shown.about(data), "file": shown.file(data, resource)}
    return page, _table(resource)


def _embedded(template: str, **given: Any) -> Response:
    response = make_response(tk.render(template, given))
    response.headers["Content-Security-Policy"] = EMBEDDED
    return response


@draw.route("/embed/chart")
def embedded_chart(id: str, resource_id: str) -> Response:
    """Show a chart for the frame of another site's page."""
    page, table = _public(id, resource_id)
    chart = independence_content_chart(table, page["file"].title)
    return _embedded("independence/content/embed.html", shown=chart, **page)


@draw.route("/embed/map")
def embedded_map(id: str, resource_id: str) -> Response:
    """Show a map for the frame of another site's page."""
    page, table = _public(id, resource_id)
    if not (table.point or table.geometry):
        return tk.abort(404, tk._("There is no map at this address."))
    found = independence_content_map(table, page["file"])
    return _embedded("independence/content/embed_map.html", shown=found, **page)


@draw.route("/map.json")
def map_data(id: str, resource_id: str) -> Response:
    """Send what lies in a part of the map: ``bbox`` is west, south, east, north in degrees."""
    _data, resource = asked.seen(id, resource_id)
    table = _table(resource)
    if not (table.point or table.geometry):
        return tk.abort(404, tk._("There is no map at this address."))
    try:
        box = Box.read(request.args.get("bbox", ""))
    except ValueError:
        return _json({"said": tk._("bbox must be west,south,east,north in degrees.")}, 400)
    try:
        body = maps.answer(table_query(table), request.args.to_dict(), box)
    except TooLong:
        said = tk._("Finding the places takes too long. Zoom in, or filter the table.")
        return _json({"said": said}, 503)
    except TooMany:
        return _json({"said": tk._("There are too many shapes to draw.")}, 503)
    return _json(body, 200)


def _json(body: Any, status: int) -> Response:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    response = Response(content, status, content_type="application/json")
    # In the reader's own browser alone: what may be seen is asked each time by others.
    response.headers["Cache-Control"] = "private, max-age=60" if status == 200 else "no-store"
    return response


@boundaries.route("/boundaries.geojson")
def outline() -> Response:
    """Send what maps draw beneath the data: the city's limits, districts and main streets."""
    if not city().boundaries:
        return tk.abort(404, tk._("This city has no boundaries."))
    response = Response(orjson.dumps(city().boundaries), content_type="application/geo+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@draw.route("/chart", methods=["POST"])
def chart_update(id: str, resource_id: str) -> Any:
    """Keep the chart that readers see first, or forget it."""
    wanted = {name: value for name, value in request.form.items() if not name.startswith("_")}
    return _keep(id, resource_id, "chart", None if wanted.get("forget") else wanted)


@draw.route("/map", methods=["POST"])
def map_update(id: str, resource_id: str) -> Any:
    """Keep how the map shows its places to readers, or forget it."""
    form = request.form
    wanted = {"colour": form.get("colour", ""), "columns": form.getlist("columns")}
    return _keep(id, resource_id, "map", None if form.get("forget") else wanted)


def _keep(id: str, resource_id: str, part: str, value: dict[str, Any] | None) -> Any:
    data, _resource = asked.own(id, resource_id)
    try:
        tk.get_action(f"independence_content_{part}_update")(
            asked.context(), {"id": resource_id, part: value}
        )
    except tk.ValidationError as error:
        h.flash_error(" ".join(error.error_dict[part]))
    else:
        h.flash_success(tk._("Kept. Readers see it from now on."))
    path = f"/dataset/{data['name']}/resource/{resource_id}?view={part}"
    return tk.redirect_to(shown.root() + path)
