"""Scorecards: how much of what the policy asks is kept, by clause, rule and department. Pure.

Owns the arithmetic of counts and the sentences that say what it found. No figure here decides
anything: nothing is weighed, nothing is summed up to a grade, and only rules of the same kind are
counted together. What only people in the house may see is never among the counts it is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .rulebook.shape import ADVICE, Clause, Rule, Rulebook
from .rules.registry import HOLDINGS_SIGHTS
from .rules.values import said

__all__ = [
    "FEW", "Change", "Count", "Day", "Tally", "Trend", "about_data_sets", "by_clause",
    "by_department", "by_rule", "changes", "is_required", "percent", "total", "trend", "trend_spec",
    "worst_first",
]  # fmt: skip

FEW = 5
"""Below so many data sets one of them moves a share by more than twenty in a hundred."""

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True)
class Tally:
    """How many times something was asked, and what came of it."""

    passing: int = 0
    failing: int = 0
    waived: int = 0
    unjudged: int = 0

    @property
    def kept(self) -> int:
        """How often it is kept; what was waived counts as kept."""
        return self.passing + self.waived

    @property
    def asked(self) -> int:
        """How often it was asked and could be judged."""
        return self.kept + self.failing

    @property
    def share(self) -> float | None:
        """The part that is kept, 0 to 1; None where nothing could be judged."""
        return self.kept / self.asked if self.asked else None

    def __add__(self, other: Tally) -> Tally:
        """Count both together."""
        return Tally(
            self.passing + other.passing,
            self.failing + other.failing,
            self.waived + other.waived,
            self.unjudged + other.unjudged,
        )


@dataclass(frozen=True)
class Count:
    """The tally of a rule among the data sets of a department ("" without one)."""

    department: str
    rule: str
    tally: Tally


@dataclass(frozen=True)
class Day:
    """The tally of a day that is kept in the history, of a version of a rule in a department."""

    day: dt.date
    department: str
    rule: str
    version: int
    tally: Tally


def percent(share: float | None) -> str:
    """Write a share in whole percent; never 100 % or 0 % while that is not exactly so."""
    if share is None:
        return "\u2013"
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{share * 100:.0f} %"


def about_data_sets(rule: Rule) -> bool:
    """Say whether a rule is asked of data sets, and not of a department or the city."""
    return rule.check.sees not in HOLDINGS_SIGHTS


def is_required(rule: Rule) -> bool:
    """Say whether the policy demands it; the others are advice."""
    return rule.severity != ADVICE


def total(counts: Iterable[Count]) -> Tally:
    """Count all together."""
    return sum((one.tally for one in counts), Tally())


def by_rule(counts: Iterable[Count]) -> dict[str, Tally]:
    """Count by rule."""
    return _grouped(counts, lambda one: [one.rule])


def by_department(counts: Iterable[Count]) -> dict[str, Tally]:
    """Count by department."""
    return _grouped(counts, lambda one: [one.department])


def by_clause(counts: Iterable[Count], book: Rulebook) -> list[tuple[Clause, Tally, int]]:
    """Count by clause of the policy, in the rulebook's order.

    Returns:
        each clause that a counted rule names, its tally, and how many of the rules name it
    """
    rules = {rule.id: rule for rule in book.rules}
    seen = list(counts)
    tallies = _grouped(seen, lambda one: [clause.code for clause in rules[one.rule].clauses])
    named = {one.rule for one in seen}
    return [
        (
            clause,
            tallies[code],
            sum(clause in rule.clauses for rule in book.rules if rule.id in named),
        )
        for code, clause in book.clauses.items()
        if code in tallies
    ]


def _grouped(counts: Iterable[Count], names: Callable[[Count], Iterable[str]]) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for one in counts:
        for name in names(one):
            found[name] = found.get(name, Tally()) + one.tally
    return found


def worst_first(named: Iterable[tuple[str, Tally]]) -> list[str]:
    """Order names: the least kept first, of equal ones the more failing, unjudged ones last."""

    def place(one: tuple[str, Tally]) -> tuple[bool, float, int, str]:
        name, tally = one
        return (tally.share is None, tally.share or 0.0, -tally.failing, name)

    return [name for name, _tally in sorted(named, key=place)]


# ---- Over time ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """How a rule stood on an earlier day and how it stands now.

    ``other_version`` tells that the rule itself was changed meanwhile, so that the two figures
    do not measure the same thing.
    """

    rule: str
    before: Tally
    now: Tally
    other_version: bool = False

    @property
    def points(self) -> float:
        """How far the share moved, in hundredths."""
        return ((self.now.share or 0) - (self.before.share or 0)) * 100


def changes(
    before: Sequence[Day], now: Mapping[str, Tally], versions: Mapping[str, int]
) -> list[Change]:
    """Return the rules whose share moved, the greatest move first.

    Args:
        before: the days' tallies of one earlier day
        now: tallies by rule
        versions: the version of each rule that is in force now

    Returns:
        rules that could be judged on both days and are kept more or less often now, or whose
        version changed
    """
    earlier = _grouped((Count(d.department, d.rule, d.tally) for d in before), lambda c: [c.rule])
    judged_by = {one.rule: one.version for one in before}
    found = []
    for rule, tally in now.items():
        old = earlier.get(rule)
        if old is None or old.share is None or tally.share is None:
            continue
        change = Change(rule, old, tally, judged_by[rule] != versions.get(rule))
        if change.other_version or abs(change.points) >= 0.05:
            found.append(change)
    return sorted(found, key=lambda one: (one.other_version, -abs(one.points), one.rule))


@dataclass(frozen=True)
class Trend:
    """Shares over time: a finding as a title, and points of (day, series, tally)."""

    title: str
    points: Sequence[tuple[dt.date, str, Tally]]

    @property
    def series(self) -> list[str]:
        """The names of the lines."""
        return list(dict.fromkeys(name for _day, name, _tally in self.points))


def trend(points: Sequence[tuple[dt.date, str, Tally]], subject: str) -> Trend | None:
    """Say how the first of the series moved.

    Args:
        points: day, name of the line and tally, in the order of the days
        subject: what its line measures, as a sentence begins with it, in the plural

    Returns:
        None where no two days can be compared
    """
    known = [one for one in points if one[2].share is not None]
    if not known:
        return None
    line = [one for one in known if one[1] == known[0][1]]
    (first, _name, old), (last, _name, new) = line[0], line[-1]
    if first == last or old.share is None or new.share is None:
        return None
    move = round(new.share * 100) - round(old.share * 100)
    since = f"since {said(first)}"
    if move == 0:
        title = f"{subject} stay at {percent(new.share)} {since}"
    else:
        verb = "rose" if move > 0 else "fell"
        title = f"{subject} {verb} from {percent(old.share)} to {percent(new.share)} {since}"
    return Trend(title, known)


def trend_spec(told: Trend) -> dict[str, Any]:
    """Return the chart of a trend: lines over days, from nought to a hundred percent.

    The format: https://vega.github.io/vega-lite/docs/spec.html, version 6. Colours are the page's.
    """
    values = [
        {
            "x": f"{day.isoformat()}T00:00:00Z",
            "value": round((tally.share or 0) * 100, 2),
            "by": name,
            "label": said(day),
            "said": f"{percent(tally.share)} ({tally.kept:,} of {tally.asked:,})",
        }
        for day, name, tally in told.points
    ]
    spec: dict[str, Any] = {
        "$schema": _SCHEMA,
        "data": {"values": values},
        "width": "container",
        "height": 260,
        "usermeta": {"rest": False},
        "mark": {"type": "line", "strokeWidth": 2.25, "point": len(values) <= 60},
        "encoding": {
            "x": {
                "field": "x", "type": "temporal", "title": None, "scale": {"type": "utc"},
                "axis": {"grid": False, "format": "%b %-d", "tickCount": 6},
            },
            "y": {
                "field": "value", "type": "quantitative", "title": "Points kept",
                "scale": {"domain": [0, 100]},
                "axis": {"labelExpr": "datum.value + ' %'", "tickCount": 5},
            },
            "tooltip": [
                {"field": "label", "title": "Day"},
                {"field": "by", "title": "Of"},
                {"field": "said", "title": "Kept"},
            ],
        },
    }  # fmt: skip
    if len(told.series) > 1:
        spec["encoding"]["color"] = {
            "field": "by", "type": "nominal", "title": None, "scale": {"domain": told.series},
        }  # fmt: skip
    return spec
