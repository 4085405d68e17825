"""A chart as Vega-Lite draws it: values, scales, axes and their titles, and no colour.

Owns the step from counted marks to a specification. Colours, fonts and widths are the page's,
which knows the scheme and the room; it reads ``usermeta``. Every text in it comes from ``words``.
The format: https://vega.github.io/vega-lite/docs/spec.html, version 6.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from .rows import REST, Mark
from .settings import is_when
from .words import Words, along, number, said, series, sign

__all__ = ["spec"]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW_HEIGHT = 26
_HEIGHT = 340
_STEPS = {
    "year": "utcyear",
    "quarter": "utcyearquarter",
    "month": "utcyearmonth",
    "week": "utcyearweek",
    "day": "utcyearmonthdate",
    "hour": "utcyearmonthdatehours",
}
# What d3 writes before a negative number.
_MINUS = "\u2212"

Spec = dict[str, Any]


def spec(told: Words) -> Spec:
    """Return the specification of a chart."""
    chart, found = told.chart, told.found
    marks = told.drawn()
    is_split = bool(told.by) and bool(found.series)
    names = list(dict.fromkeys(series(mark, told) for mark in marks)) if is_split else []
    if is_split:
        order = {series(Mark(None, 0, name), told): at for at, name in enumerate(found.series)}
        names.sort(key=lambda name: order[name])
    made: Spec = {
        "$schema": _SCHEMA,
        "data": {"values": [_datum(mark, told) for mark in marks]},
        "width": "container",
        "height": _HEIGHT,
        "usermeta": {"rest": is_split and REST in found.series},
    }
    if chart.kind == "histogram":
        made |= _spread(told)
    elif chart.kind == "point":
        made |= _points(told, marks)
    elif is_when(told.x) or chart.kind in ("line", "area"):
        made |= _along(told, marks)
    else:
        made |= _bars(told, marks, names)
    if names:
        made["encoding"]["color"] = {
            "field": "by",
            "type": "nominal",
            "title": told.by_title,
            "scale": {"domain": names},
        }
    made["encoding"]["tooltip"] = [
        {"field": "label", "title": told.x.title},
        *([{"field": "by", "title": told.by_title}] if names else []),
        {"field": "said", "title": told.measure},
    ]
    return made


def _datum(mark: Mark, told: Words) -> dict[str, Any]:
    datum = {"label": along(mark, told), "value": mark.value, "said": said(mark.value, told)}
    if told.by and told.found.series:
        datum["by"] = series(mark, told)
    if isinstance(mark.x, dt.datetime):
        datum["x"] = _utc(mark.x)
    elif told.chart.kind in ("histogram", "point", "line", "area"):
        datum["x"] = mark.x
    if told.chart.kind == "point" and told.found.step:
        datum["rows"] = mark.rows
        datum["said"] = f"{datum['said']}, {mark.rows:,} rows near"
    if told.chart.kind == "histogram":
        step = told.found.step or 1
        datum["x"] = mark.to - step if mark.x == -math.inf else mark.x
        datum["to"] = mark.x + step if mark.to == math.inf else mark.to
    if told.chart.kind == "bar" and not is_when(told.x):
        datum["figure"] = number(mark.value, told.unit, short=True)
    return datum


def _utc(moment: dt.datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')}Z"


# ---- Kinds -----------------------------------------------------------------------------------


def _along(told: Words, marks: list[Mark]) -> Spec:
    chart = told.chart
    timed = is_when(told.x)
    x: Spec = {"field": "x", "type": "temporal" if timed else "quantitative"}
    x["title"] = _titled(told.x.title, told.x.unit)
    if timed:
        x["scale"] = {"type": "utc"}
        x["axis"] = {"grid": False}
    else:
        x["scale"] = {"zero": False, "nice": False}
        x["axis"] = {"grid": False, "format": "d"} if told.x.type == "integer" else {"grid": False}
    y = _measured(told, marks, zero=chart.kind != "line" or chart.agg in ("count", "sum"))
    if chart.kind == "bar":
        x["timeUnit"] = _STEPS[told.found.interval]
        if told.found.interval == "week":
            x["axis"]["format"] = "%b %-d, %Y"
        y["stack"] = "zero" if chart.agg in ("count", "sum") else None
        return {"mark": {"type": "bar", "binSpacing": 1}, "encoding": {"x": x, "y": y}}
    if chart.kind == "area":
        y["stack"] = "zero"
        mark: Spec = {"type": "area", "line": not told.by, "fillOpacity": 0.85 if told.by else 0.25}
        return {"mark": mark, "encoding": {"x": x, "y": y}}
    y["stack"] = None
    few = len(marks) <= 60
    mark = {"type": "line", "strokeWidth": 2.25, "point": {"size": 28} if few else False}
    return {"mark": mark, "encoding": {"x": x, "y": y}}


def _bars(told: Words, marks: list[Mark], names: list[str]) -> Spec:
    order = list(dict.fromkeys(along(mark, told) for mark in marks))
    stacked = told.chart.agg in ("count", "sum")
    y: Spec = {"field": "label", "type": "nominal", "sort": order, "title": None}
    y["axis"] = {"domain": False, "ticks": False, "grid": False}
    x = _measured(told, marks, zero=True)
    beside = len(names) if names and not stacked else 1
    made: Spec = {"height": max(len(order), 1) * max(_ROW_HEIGHT, 10 * beside + 8)}
    if names:
        x["stack"] = "zero" if stacked else None
        encoding: Spec = {"y": y, "x": x}
        if not stacked:
            encoding["yOffset"] = {"field": "by", "sort": names}
        return made | {"mark": {"type": "bar"}, "encoding": encoding}
    bars: Spec = {"mark": {"type": "bar", "cornerRadiusEnd": 1}}
    if any(mark.x is REST for mark in marks):
        rest = next(along(mark, told) for mark in marks if mark.x is REST)
        bars["encoding"] = {
            "opacity": {
                "condition": {"test": {"field": "label", "equal": rest}, "value": 0.45},
                "value": 1,
            }
        }
    if all(mark.value is not None and mark.value >= 0 for mark in marks):
        # The figure stands at the bar's end, so the axis would only say it again.
        x["axis"] = None
        x["scale"] = {"zero": True, "nice": False}
        text = {"type": "text", "align": "left", "baseline": "middle", "dx": 5}
        figures = {"mark": text, "encoding": {"text": {"field": "figure"}}}
        return made | {"layer": [bars, figures], "encoding": {"y": y, "x": x}}
    return made | {"layer": [bars], "encoding": {"y": y, "x": x}}


def _spread(told: Words) -> Spec:
    x: Spec = {"field": "x", "type": "quantitative", "bin": "binned"}
    x["title"] = _titled(told.x.title, told.x.unit)
    x["axis"] = {"grid": False, **_figures(told.x.unit, 0)}
    x["scale"] = {"zero": False, "nice": False}
    y = {"field": "value", "type": "quantitative", "title": told.measure}
    y["axis"] = _figures("", max((mark.value or 0 for mark in told.found.marks), default=0))
    return {
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {"x": x, "x2": {"field": "to"}, "y": y},
    }


def _points(told: Words, marks: list[Mark]) -> Spec:
    x: Spec = {"field": "x", "type": "quantitative", "scale": {"zero": False}}
    x["title"] = _titled(told.x.title, told.x.unit)
    x["axis"] = _figures(told.x.unit, max((abs(mark.x) for mark in marks), default=0))
    encoding: Spec = {"x": x, "y": _measured(told, marks, zero=False)}
    if told.found.step:
        encoding["size"] = {
            "field": "rows",
            "type": "quantitative",
            "legend": None,
            "scale": {"range": [6, 320]},
        }
    return {"mark": {"type": "circle", "opacity": 0.55}, "encoding": encoding}


# ---- Axes ------------------------------------------------------------------------------------


def _measured(told: Words, marks: list[Mark], *, zero: bool) -> Spec:
    greatest = max((abs(mark.value or 0) for mark in marks), default=0)
    return {
        "field": "value",
        "type": "quantitative",
        "title": _titled(told.measure, told.unit),
        "scale": {"zero": zero},
        "axis": _figures(told.unit, greatest),
    }


def _figures(unit: str, greatest: float) -> Spec:
    """Write an axis's numbers: with separators, or short where they are large, with its sign."""
    unit, short = sign(unit), greatest >= 1_000_000
    text = "replace(format(datum.value, '~s'), 'G', 'B')" if short else "format(datum.value, ',')"
    if unit == "$":
        text = f"replace('$' + {text}, '${_MINUS}', '{_MINUS}$')"
    if unit == "%":
        text = f"{text} + '%'"
    return {"labelExpr": text, "tickCount": 5}


def _titled(title: str, unit: str) -> str:
    unit = sign(unit)
    return title if not unit or unit.lower() in title.lower() else f"{title} ({unit})"
