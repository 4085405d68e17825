"""A map as its page shows it, and what lies in a part of it as data.

Owns the words about what is drawn and what is not, the first view, and the answer to the page's
script. Refuses to judge who may see the table: callers have asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
import orjson
import sqlalchemy as sa
from markupsafe import Markup

from ...catalog.site import city
from ..charts import words
from ..charts.shown import Choice, as_data, steward_settings
from ..described import Column
from ..table.query import Query
from . import places
from .extents import TooMany
from .legend import Legend, legend
from .places import Box, Counts, Part
from .settings import MapError, Settings, settings_of

__all__ = ["Shown", "answer", "shown"]

# How much of a text a place tells.
_LONGEST = 120


@dataclass
class Shown:
    """What the template is given.

    ``problem`` says why nothing is drawn; ``data`` is what the script begins with. ``about`` says
    how many places there are, ``left_out`` which rows have none. ``kept`` are the filters.
    """

    problem: str = ""
    title: str = ""
    about: str = ""
    left_out: list[str] = field(default_factory=list)
    data: Markup = field(default_factory=Markup)
    settings: Settings = field(default_factory=Settings)
    by_steward: bool = False
    legend: Legend | None = None
    colours: list[Choice] = field(default_factory=list)
    columns: list[Choice] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)

    @property
    def query(self) -> str:
        """Return what reproduces it, as the last part of an address."""
        colour = [("colour", self.settings.colour)] if self.settings.colour else []
        return urlencode(colour + self.kept)


def shown(query: Query, asked: dict[str, str], name: str, address: str) -> Shown:
    """Return the map of a table.

    Args:
        query: which rows of which table
        asked: the address's parameters; ``colour`` is the map's own
        name: the title of the file
        address: of the file's page, without a parameter
    """
    table = query.table
    made = Shown(title=name, kept=query.pairs(page=False))
    made.settings, made.by_steward = _settings(query, asked)
    told = {column.name for column in made.settings.told(table)}
    able = [column for column in table.columns if column.type != "geometry"]
    now = made.settings.colour
    made.colours = [Choice("", tk._("nothing"), not now)]
    made.colours += [Choice(c.name, c.title, c.name == now) for c in able]
    made.columns = [Choice(c.name, c.title, c.name in told) for c in able]
    around = Box(*city().bbox).widened(0.5)
    try:
        found = places.counts(query, around)
        made.legend = _legend(query, made.settings)
    except places.TooLong:
        made.problem = tk._("Finding the places takes too long. Filter the table to fewer rows.")
        return made
    except TooMany:
        made.problem = tk._(
            "There are too many shapes to draw. Download the file to see them in a program."
        )
        return made
    made.about = _about(query, found)
    made.left_out = _left_out(found, table.point)
    if not found.placed or found.box is None:
        made.problem = tk._("No row has a place that can be drawn.")
        return made
    # Where most places are in the city, one far away does not make the city a dot.
    first = found.near if found.near and found.close * 2 >= found.placed else found.box
    colour = [("colour", now)] if now else []
    tiles = tk.config["ckanext.independence.content.map_tiles"]
    made.data = as_data(
        {
            "view": first.widened(0.06).corners,
            "data": f"{address}/map.json?{urlencode(colour + made.kept)}",
            "table": f"{address}?{urlencode([('view', 'table'), *made.kept])}",
            "ends": _ends(query),
            "boundaries": tk.h.url_for("independence_content_boundaries.outline")
            if city().boundaries
            else "",
            "tiles": tiles,
            "attribution": tk.config["ckanext.independence.content.map_attribution"],
            "legend": {"kind": made.legend.kind, "values": made.legend.values}
            if made.legend
            else None,
        }
    )
    return made


def answer(query: Query, asked: dict[str, str], box: Box) -> bytes:
    """Return what lies in a part of the map, as JSON.

    It holds ``said``, ``rows``, and either ``cells`` (longitude, latitude, count), which are
    ``wide`` degrees apart, or ``features`` (GeoJSON, with ``values`` in the order of ``columns``
    and what colours it, ``colour``).

    Raises:
        TooLong: the DataStore was stopped.
        TooMany: there are more shapes than can be kept.
    """
    settings, _ = _settings(query, asked)
    found = places.part(query, box)
    told = settings.told(query.table)
    body: dict[str, Any] = {"rows": found.rows, "said": _said(found)}
    if found.cells:
        body["cells"] = [[round(c.longitude, 6), round(c.latitude, 6), c.rows] for c in found.cells]
        body["wide"] = found.wide
        return orjson.dumps(body)
    body["columns"] = [column.title for column in told]
    body["features"] = _features(query, settings, told, found)
    return orjson.dumps(body)


# ---- Settings --------------------------------------------------------------------------------


def _settings(query: Query, asked: dict[str, str]) -> tuple[Settings, bool]:
    """Return what the steward set up, with the colour that the address asks for."""
    kept: dict[str, Any] = steward_settings(query.table.resource_id, "map")
    try:
        stewards = settings_of(kept, query.table)
    except MapError:
        # A newer file no longer has the column.
        stewards = Settings()
    if "colour" not in asked:
        return stewards, bool(kept)
    try:
        wanted = settings_of({"colour": asked["colour"]}, query.table)
    except MapError:
        return stewards, bool(kept)
    return Settings(wanted.colour, stewards.columns), stewards.colour == wanted.colour


def _legend(query: Query, settings: Settings) -> Legend | None:
    column = query.table.column(settings.colour) if settings.colour else None
    if column is None:
        return None
    with places.asked() as connection:
        return legend(query, column, connection)


def _ends(query: Query) -> list[str]:
    """Return the filters of the table that hold a part of the map: west, south, east, north."""
    if query.table.point is None or not places.by_columns(query.table):
        return []
    x, y = (column.name for column in query.table.point)
    return [f"{x}.min", f"{y}.min", f"{x}.max", f"{y}.max"]


# ---- Features --------------------------------------------------------------------------------


def _features(
    query: Query, settings: Settings, told: list[Column], found: Part
) -> list[dict[str, Any]]:
    ids = list(found.points or found.shapes)
    colour = query.table.column(settings.colour) if settings.colour else None
    wanted = [query.source.c[column.name] for column in told]
    wanted += [query.source.c[colour.name]] if colour else []
    id_ = query.source.c["_id"]
    with places.asked() as connection:
        rows = connection.execute(
            sa.select(id_, *map(_as_told, wanted)).select_from(query.source).where(id_.in_(ids))
        ).all()
    features = []
    for row in sorted(rows, key=lambda row: row[0]):
        properties: dict[str, Any] = {
            "id": row[0],
            "values": [_value(value, column) for value, column in zip(row[1:], told, strict=False)],
        }
        if colour:
            properties["colour"] = row[-1]
        features.append(
            {"type": "Feature", "geometry": _geometry(row[0], found), "properties": properties}
        )
    return features


def _as_told(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.left(sa.cast(column, sa.Text), _LONGEST + 1)


def _geometry(id_: int, found: Part) -> Any:
    if id_ in found.points:
        x, y = found.points[id_]
        return {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]}
    return orjson.Fragment(found.shapes[id_])


def _value(text: str | None, column: Column) -> str:
    if text is None:
        return ""
    if column.type == "boolean":
        return "yes" if text == "true" else "no"
    if column.codes.get(text):
        return column.codes[text]
    if column.type == "numeric" and column.unit:
        return words.number(float(text), column.unit)
    if column.unit and column.type == "integer":
        return words.number(int(text), column.unit)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


# ---- Words -----------------------------------------------------------------------------------


def _about(query: Query, found: Counts) -> str:
    count = f"{found.placed:,} of {found.rows:,} rows have a place"
    if found.placed == found.rows:
        count = (
            f"{found.rows:,} row has its place"
            if found.rows == 1
            else (f"All {found.rows:,} rows have a place")
        )
    filters = words.filtered(query)
    return f"{count}, where {'; '.join(filters)}." if filters else f"{count}."


def _left_out(found: Counts, point: Any) -> list[str]:
    told = []
    if found.missing:
        what = "longitude and latitude" if point else "shape"
        told.append(_counted(found.missing, "has", "have", f"no {what} and", "not drawn"))
    if found.zero:
        told.append(
            _counted(found.zero, "lies", "lie", "at 0, 0, where nothing of the city is, and",
                     "not drawn")
        )  # fmt: skip
    if found.outside:
        told.append(
            _counted(found.outside, "has", "have", "numbers that are no degrees, and", "not drawn")
        )
    far = found.placed - found.close
    if far and found.close * 2 >= found.placed:
        verb = "lies" if far == 1 else "lie"
        told.append(f"{far:,} {_rows(far)} {verb} far from the city. Zoom out to see them.")
    return told


def _counted(count: int, one: str, many: str, what: str, end: str) -> str:
    verb, be = (one, "is") if count == 1 else (many, "are")
    return f"{count:,} {_rows(count)} {verb} {what} {be} {end}."


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def _said(found: Part) -> str:
    if not found.rows:
        return tk._("No place lies in this part of the map.")
    count = f"{found.rows:,} {'place' if found.rows == 1 else 'places'}"
    if found.cells:
        return f"{count} in this part of the map, counted in circles. Zoom in to see each one."
    missing = found.rows - len(found.points or found.shapes)
    if missing > 0:
        return f"{count} in this part of the map; {missing:,} are too large to send. Zoom in."
    return f"{count} in this part of the map."
