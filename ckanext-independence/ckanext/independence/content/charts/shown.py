"""A chart as its page shows it: the figure, its table, the form to change it, and its addresses.

Owns which chart is shown (what the address asks for, else the steward's, else the columns' own)
and what the template is given. Refuses to judge who may see the table: callers have asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan import model
from markupsafe import Markup

from ..described import Column
from ..model import Contents
from ..table.query import Query
from . import rows, settings, words
from .settings import Chart, ChartError
from .spec import spec

__all__ = ["Choice", "Shown", "as_data", "shown", "steward_settings"]


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen in the form, and the type of the column that it names."""

    value: str
    label: str
    chosen: bool = False
    type: str = ""


@dataclass
class Shown:
    """What the template is given.

    ``problem`` says why nothing is drawn; ``data`` is the specification as the script reads it.
    ``table`` holds the header and the rows of what is drawn. ``pairs`` are the settings for an
    address, ``kept`` those of the filters.
    """

    problem: str = ""
    chart: Chart | None = None
    by_steward: bool = False
    title: str = ""
    about: str = ""
    finding: str = ""
    left_out: list[str] = field(default_factory=list)
    data: Markup = field(default_factory=Markup)
    header: list[tuple[str, bool]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    form: dict[str, list[Choice]] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return what reproduces it in an address."""
        values = self.chart.settings() if self.chart else {}
        return [(name, values[name]) for name in settings.NAMES if name in values] + self.kept

    @property
    def query(self) -> str:
        """Return what reproduces it, as the last part of an address."""
        return urlencode(self.pairs)


def shown(query: Query, asked: dict[str, str], name: str) -> Shown:
    """Return the chart of a table.

    Args:
        query: which rows of which table
        asked: the address's parameters; those that are none of a chart's are left alone
        name: the title of its file
    """
    table = query.table
    made = Shown(kept=query.pairs(page=False))
    wanted = {name: asked[name] for name in settings.NAMES if asked.get(name)}
    try:
        if wanted:
            made.chart = settings.chart_of(wanted, table)
        else:
            made.chart = _stewards(table) or settings.default(table)
            made.by_steward = bool(made.chart and made.chart == _stewards(table))
    except ChartError as error:
        made.problem = str(error)
    made.form = _form(made.chart, wanted, table.columns)
    if made.chart is None:
        made.problem = made.problem or tk._("Choose what the chart is to show.")
        return made
    try:
        found = rows.drawn(made.chart, query)
    except rows.TooLong:
        made.problem = tk._(
            "Counting this takes too long. Filter the table to fewer rows, or count rows by "
            "another column."
        )
        return made
    told = words.Words(made.chart, found, table, words.filtered(query), name)
    made.title, made.about, made.finding = told.title, told.about, told.finding()
    made.left_out = told.left_out()
    is_grid = made.chart.kind == "point" and found.step is not None
    made.header = [
        (told.x.title, made.chart.kind == "point"),
        *([(told.by_title, False)] if told.by and not is_grid else []),
        (told.measure, True),
        *([(tk._("Rows near it"), True)] if is_grid else []),
    ]
    for mark in found.marks:
        cells = [words.along(mark, told)]
        cells += [words.series(mark, told)] if told.by and not is_grid else []
        cells.append(words.number(mark.value, told.unit))
        cells += [words.number(mark.rows)] if is_grid else []
        made.rows.append(cells)
    if any(mark.value is not None for mark in found.marks):
        made.data = as_data(spec(told))
    else:
        made.problem = tk._("No row is left to draw. Take a filter away or choose another column.")
    return made


def steward_settings(resource_id: str, part: str) -> dict[str, Any]:
    """Return what the steward set up for a resource's ``chart`` or ``map``."""
    found = model.Session.get(Contents, resource_id)
    return dict(getattr(found, part) or {}) if found else {}


def as_data(value: Any) -> Markup:
    """Write a value as JSON that can stand in a page between script tags."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - nothing in it can end the tag


def _stewards(table: Any) -> Chart | None:
    kept = steward_settings(table.resource_id, "chart")
    try:
        return settings.chart_of(kept, table) if kept else None
    except ChartError:
        # A newer file no longer has the column; the columns' own chart takes its place.
        return None


def _form(
    chart: Chart | None, asked: dict[str, str], columns: Sequence[Column]
) -> dict[str, list[Choice]]:
    now = chart.settings() if chart else asked
    able = [column for column in columns if column.type != "geometry"]

    def choices(name: str, options: Sequence[tuple[str, str, str]]) -> list[Choice]:
        return [Choice(v, label, v == now.get(name, ""), kind) for v, label, kind in options]

    named = [(column.name, column.title, column.type) for column in able]
    numbers = [option for option in named if option[2] in ("integer", "numeric")]
    return {
        "kind": choices("kind", [(k, label, "") for k, label in settings.KINDS.items()]),
        "x": choices("x", named),
        "agg": choices("agg", [(k, label, "") for k, label in settings.AGGREGATES.items()]),
        "y": choices("y", [("", "-", ""), *numbers]),
        "by": choices("by", [("", tk._("nothing"), ""), *named]),
        "interval": choices(
            "interval",
            [("", tk._("as it fits"), ""), *((k, v, "") for k, v in settings.INTERVALS.items())],
        ),
    }
