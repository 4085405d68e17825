"""What the annual report says, computed: sentences and tables, the same for page and PDF.

Owns the words. Everything in it is public already: it gets public data sets and figures, and
refuses to know of others. The content is plain JSON, so that a report that was given can be kept
as it was: ``title``, ``year``, ``span``, ``city``, ``language``, ``computed_said``, ``source``,
``address`` and ``parts``: dicts with ``id``, ``title``, ``asks``, ``clauses`` (``code`` and
``text``), ``words`` (the coordinator's), ``answered`` (whether the part says something) and
``blocks``: a ``kind`` (text, heading, table) with ``text``, or ``caption``, ``columns`` (``title``
and ``figure``) and ``rows``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..inventory import PLANNED, PUBLISHED, WITHHELD, Coverage, Entry, ordered
from ..rules.values import said
from ..scores import Tally, percent
from .shape import Part, Shape, Year

__all__ = ["Facts", "content"]

Block = dict[str, Any]
# So many rows of a list are shown; the catalog shows them all.
MOST = 60
LEAST_KEPT = 5
_NONE = "\u2013"


@dataclass(frozen=True)
class Facts:
    """What the report is computed from.

    Attributes:
        today: the day of the figures
        entries: the public inventory
        goals: titles of the goals in force, by id
        required: how what the policy requires is kept
        whole: how many of the public data sets keep all of it
        departments: title, number of public data sets, required and advice, the least kept first
        rules: title, fix and tally of each rule, the least kept first
        clauses: code, text and tally
        before: an earlier day of the history, and what was kept then; None without history
        coverage: of the inventory
        suggestions: how many were received in the year; None where nobody counts them
    """

    today: dt.date
    entries: Sequence[Entry]
    goals: Mapping[str, str]
    required: Tally
    whole: int
    departments: Sequence[tuple[str, int, Tally, Tally]]
    rules: Sequence[tuple[str, str, Tally]]
    clauses: Sequence[tuple[str, str, Tally]]
    before: tuple[dt.date, Tally] | None
    coverage: Coverage
    suggestions: int | None = None


def content(
    shape: Shape,
    year: Year,
    facts: Facts,
    words: Mapping[str, str],
    *,
    city: str,
    language: str,
    address: str,
) -> dict[str, Any]:
    """Return the whole report of a year.

    Args:
        shape: of the city's report
        year: that it is about
        facts: what it is computed from
        words: the coordinator's, by part
        city: as it signs
        language: of the page, as ``en``
        address: of the report's page
    """
    parts = []
    for part in shape.parts:
        blocks, is_answered = _COMPUTED[part.id](year, facts)
        parts.append(_part(part, blocks, words.get(part.id, ""), is_answered))
    return {
        "title": f"{shape.title}, fiscal year {year.number}",
        "year": year.number,
        "span": f"Fiscal year {year.number}: {said(year.first)}, to {said(year.last)}",
        "city": city,
        "language": language,
        "computed": facts.today.isoformat(),
        "computed_said": f"Figures as of {said(facts.today)}.",
        "source": "Computed by the City's data portal from its public catalog. This report:",
        "address": address,
        "parts": parts,
    }


def _part(part: Part, blocks: Sequence[Block], words: str, is_answered: bool) -> dict[str, Any]:
    return {
        "id": part.id,
        "title": part.title,
        "asks": part.asks,
        "clauses": [{"code": one.code, "text": one.text} for one in part.clauses],
        "words": words,
        "answered": is_answered or bool(words.strip()),
        "blocks": list(blocks),
    }


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """Return a table; a column whose title begins with # holds figures."""
    return {
        "kind": "table",
        "caption": caption,
        "columns": [{"title": c.removeprefix("#"), "figure": c.startswith("#")} for c in columns],
        "rows": [list(row) for row in rows],
    }


def _sets(count: int) -> str:
    return f"{count:,} data set{'' if count == 1 else 's'}"


def _kept(tally: Tally) -> str:
    return f"{percent(tally.share)} ({tally.kept:,} of {tally.asked:,})" if tally.asked else _NONE


def _listed(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Block]:
    """Return a table of data sets, and how many more there are than are shown."""
    if not rows:
        return []
    more = len(rows) - MOST
    rest = [_text(f"{more:,} more stand in the City's data portal.")] if more > 0 else []
    return [_table(caption, columns, rows[:MOST]), *rest]


# ---- The parts -------------------------------------------------------------------------------


def _progress(year: Year, facts: Facts) -> tuple[list[Block], bool]:
    published = [one for one in facts.entries if one.status == PUBLISHED]
    others = [one for one in facts.entries if one.status in (PLANNED, WITHHELD)]
    came = sorted(
        (one for one in published if one.issued and year.first <= one.issued <= year.last),
        key=lambda one: (one.issued or dt.date.min, one.title),
    )
    blocks = [
        _text(
            f"The City publishes {_sets(len(published))} of "
            f"{len({one.department for one in published}):,} departments, and lists "
            f"{len(others):,} more that are planned or withheld. In fiscal year {year.number}, "
            f"{_sets(len(came))} appeared for the first time."
        ),
        _text(
            f"{facts.coverage.covered:,} of {facts.coverage.departments:,} departments have "
            "something in the inventory."
        ),
    ]
    if facts.required.asked:
        now = f"Of what the policy requires, {_kept(facts.required)} is kept"
        if facts.before and facts.before[1].share is not None:
            now += f"; on {said(facts.before[0])} it was {_kept(facts.before[1])}"
        blocks.append(_text(f"{now}. {facts.whole:,} data sets keep all of it."))
    else:
        blocks.append(_text("How the policy is kept has not been judged yet."))
    blocks += _listed(
        "Departments, those first that keep least of what is required",
        ["Department", "#Public data sets", "#Required points kept", "#Advice followed"],
        [
            [title, f"{count:,}", _kept(required), _kept(advice)]
            for title, count, required, advice in facts.departments
        ],
    )
    blocks += _listed(
        "Clauses of the policy",
        ["Clause", "What it asks", "#Kept"],
        [[code, text, _kept(tally)] for code, text, tally in facts.clauses if tally.asked],
    )
    blocks += _listed(
        f"Published for the first time in fiscal year {year.number}",
        ["Data set", "Department", "Day"],
        [[one.title, one.department_title, said(one.issued)] for one in came if one.issued],
    )
    return blocks, True


def _goals(year: Year, facts: Facts) -> tuple[list[Block], bool]:
    published = ordered((e for e in facts.entries if e.status == PUBLISHED), "title")
    if not facts.goals:
        return [_text("No strategic goal is in force.")], False
    serving = [one for one in published if one.goals]
    blocks = [
        _text(
            f"{len(serving):,} of {_sets(len(published))} are tied to at least one of the City's "
            f"{len(facts.goals):,} strategic goals in force."
        )
    ]
    for id_, title in facts.goals.items():
        of = [one for one in published if id_ in one.goals]
        blocks.append(_heading(title))
        if not of:
            blocks.append(_text("No published data set serves this goal yet."))
        blocks += _listed(
            f"{_sets(len(of))} that serve the goal “{title}”",
            ["Data set", "Department"],
            [[one.title, one.department_title] for one in of],
        )
    return blocks, bool(serving)


def _next_year(year: Year, facts: Facts) -> tuple[list[Block], bool]:
    planned = [one for one in facts.entries if one.status == PLANNED]
    dated = ordered((one for one in planned if one.planned and not one.overdue), "planned")
    late = ordered((one for one in planned if one.overdue), "planned")
    open_ = ordered(one for one in planned if not one.planned)
    withheld = ordered((one for one in facts.entries if one.status == WITHHELD), "title")
    columns = ["Data set", "Department", "Planned for", "#Priority (0 to 10)"]

    def rows(entries: Sequence[Entry]) -> list[list[str]]:
        return [
            [
                one.title,
                one.department_title,
                said(one.planned) if one.planned else "no date yet",
                str(one.priority or 0),
            ]
            for one in entries
        ]

    blocks = [] if dated else [_text("No data set with a date to come is planned at present.")]
    blocks += _listed("Planned, with the day of each", columns, rows(dated))
    blocks += _listed("Overdue: planned for a day that is over", columns, rows(late))
    blocks += _listed("Waiting, without a day", columns, rows(open_))
    blocks += _listed(
        "Withheld, with the reason",
        ["Data set", "Department", "Reason", "Law"],
        [
            [one.title, one.department_title, one.reason or _NONE, one.law or _NONE]
            for one in withheld
        ],
    )
    return blocks, bool(dated)


def _suggestions(year: Year, facts: Facts) -> tuple[list[Block], bool]:
    if facts.suggestions is None:
        received = (
            "The portal does not take suggestions itself yet, so none are counted here. Whatever "
            "reached the City in another way is told in the coordinator's own words."
        )
    else:
        received = f"{facts.suggestions:,} suggestions were received in the year."
    least = [one for one in facts.rules if one[2].failing][:LEAST_KEPT]
    blocks = [_text(received)]
    blocks += _listed(
        "What would help most: the points that are kept least",
        ["Point", "What to do", "#Kept"],
        [[title, fix, _kept(tally)] for title, fix, tally in least],
    )
    return blocks, bool(least)


_COMPUTED: Mapping[str, Callable[[Year, Facts], tuple[list[Block], bool]]] = {
    "progress": _progress,
    "goals": _goals,
    "next-year": _next_year,
    "suggestions": _suggestions,
}
