"""What a column holds, at a glance: a histogram, the most frequent values, a few facts. Pure.

Owns the step from a profile to what stands in a column's head, the picture included: inline SVG
with a text that says the same. Where nobody looked into the file there is no summary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from .cells import FIGURES, figure, is_figure, said

if TYPE_CHECKING:
    from ..described import Column

__all__ = ["Summary", "Value", "summary"]

# A drawing's own units; the style says how large it is.
_WIDTH, _HEIGHT = 200, 40
_MOST_SHOWN = 2
_LONGEST = 200


@dataclass(frozen=True)
class Value:
    """A frequent value: as it is shown, as a filter takes it, how many rows have it."""

    text: str
    filter: str
    rows: int
    share: str
    width: int


@dataclass(frozen=True)
class Summary:
    """A column at a glance; ``low`` and ``high`` stand below the histogram.

    ``top`` are the values shown in the head, ``others`` says what they leave; ``values`` are all
    that are known to be frequent; ``facts`` pairs of word and value.
    """

    histogram: Markup = field(default_factory=Markup)
    low: str = ""
    high: str = ""
    top: list[Value] = field(default_factory=list)
    others: str = ""
    line: str = ""
    empty: str = ""
    values: list[Value] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)


def summary(column: Column, rows: int) -> Summary | None:
    """Return a column's summary; None where it has no profile.

    Args:
        column: with its profile
        rows: of the whole table
    """
    profile = column.profile
    if not profile:
        return None
    nulls = int(profile.get("nulls") or 0)
    filled = max(rows - nulls, 0)
    values = _values(column, profile, filled)
    shown: dict[str, Any] = {}
    histogram = profile.get("histogram") or {}
    if column.type != "text" and len(histogram.get("counts") or []) > 1:
        shown = _histogram(column, histogram)
        shown |= {"low": _edge(column, profile["min"]), "high": _edge(column, profile["max"])}
    elif values and column.type in ("text", "boolean") and _repeats(profile, filled):
        shown = _top(values, int(profile.get("distinct") or 0), filled)
    elif profile.get("geometry"):
        shown = {"line": ", ".join(str(profile["geometry"]).split("|"))}
    elif profile.get("distinct"):
        distinct = int(profile["distinct"])
        shown = {"line": f"{distinct:,} different" if distinct > 1 else "always the same"}
        if profile.get("pattern"):
            shown["others"] = f"like {profile['pattern']}"
    return Summary(
        empty=f"{_percent(nulls, rows)} empty" if nulls else "",
        values=values if column.type in ("text", "boolean") else [],
        facts=_facts(column, profile, rows, nulls),
        **shown,
    )


def _values(column: Column, profile: Mapping[str, Any], filled: int) -> list[Value]:
    found = [
        (value, int(count))
        for value, count in profile.get("top") or []
        # A longer one may have been cut by the profile, and would find nothing.
        if value is not None and len(str(value)) < _LONGEST
    ]
    most = max((count for _, count in found), default=1)
    return [
        Value(
            text=said(column, value),
            filter=said(column, value) if column.type == "boolean" else str(value),
            rows=count,
            share=_percent(count, filled),
            width=max(round(100 * count / max(most, 1)), 1),
        )
        for value, count in found
    ]


def _repeats(profile: Mapping[str, Any], filled: int) -> bool:
    """Tell whether values come again often enough for the frequent ones to say something."""
    distinct = int(profile.get("distinct") or 0)
    return 0 < distinct <= max(filled // 4, 10)


def _top(values: list[Value], distinct: int, filled: int) -> dict[str, Any]:
    top = values[: _MOST_SHOWN + 1] if distinct == _MOST_SHOWN + 1 else values[:_MOST_SHOWN]
    left = distinct - len(top)
    rest = filled - sum(value.rows for value in top)
    others = f"{left:,} other{'s' if left > 1 else ''}, {_percent(rest, filled)}" if left else ""
    return {"top": top, "others": others}


def _histogram(column: Column, histogram: Mapping[str, Any]) -> dict[str, Any]:
    counts = [int(count) for count in histogram["counts"]]
    edges = [_edge(column, edge) for edge in histogram["edges"]]
    most, whole = max(counts), sum(counts)
    step = _WIDTH / len(counts)
    # Numbers of our own alone: nothing in it is to be escaped.
    bars = "".join(
        f'<rect x="{step * at + 0.5:.1f}" y="{_HEIGHT - height:.1f}" width="{step - 1:.1f}" '
        f'height="{height:.1f}"/>'
        for at, count in enumerate(counts)
        if (height := max(count / max(most, 1) * _HEIGHT, 1.5) if count else 0)
    )
    at = counts.index(most)
    words = (
        f"From {edges[0]} to {edges[-1]}; most, {_percent(most, whole)}, between {edges[at]} and "
        f"{edges[at + 1]}"
    )
    drawing = (
        f'<svg class="histogram" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" '
        f'role="img" aria-label="{escape(words)}">{bars}</svg>'
    )
    return {"histogram": Markup(drawing)}  # noqa: S704 - its words are escaped


def _edge(column: Column, value: Any) -> str:
    if column.type in FIGURES:
        large = isinstance(value, int | float) and abs(value) >= 100
        return figure(value, grouped=is_figure(column), digits=0 if large else 2)
    return said(column, value)[:10] if column.type == "timestamp" else said(column, value)


def _facts(
    column: Column, profile: Mapping[str, Any], rows: int, nulls: int
) -> list[tuple[str, str]]:
    facts = [("Filled", f"{rows - nulls:,} of {rows:,}")]
    if profile.get("distinct"):
        facts.append(("Different values", f"{int(profile['distinct']):,}"))
    for key, word in (("min", "Smallest"), ("max", "Largest")):
        if profile.get(key) is not None and column.type not in ("text", "boolean", "geometry"):
            dated = {"Smallest": "First", "Largest": "Last"}
            facts.append(
                (word if column.type in FIGURES else dated[word], said(column, profile[key]))
            )
    if profile.get("mean") is not None and column.type in FIGURES:
        facts.append(("Mean", figure(profile["mean"], grouped=is_figure(column), digits=2)))
    if profile.get("pattern"):
        facts.append(("Looks like", str(profile["pattern"])))
    marks = profile.get("marks") or {}
    for mark, count in list(marks.items())[:5]:
        facts.append((f"“{mark}” in the file", f"{int(count):,}"))
    return facts


def _percent(part: int, whole: int) -> str:
    if whole <= 0 or part <= 0:
        return "0%"
    share = 100 * part / whole
    if share >= 99.5 and part < whole:
        return "over 99%"
    return f"{share:.0f}%" if share >= 1 else "under 1%"
