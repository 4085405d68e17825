"""The annual reports: computed while they are written, kept as they were once they are given.

Owns the rows of ``independence_policy_report`` and who may write them: sysadmins, and the
administrators of the department that ``own-data.yaml`` names. An account's address is not asked,
because whoever holds the account can change it. A report that was given to the Council is never
changed again, by whatever happens to data sets, rules or words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from sqlalchemy.dialects.postgresql import insert

from ..catalog import staff
from ..catalog.shown import full
from ..catalog.site import city
from . import book, holdings, scorecards, self_published, tally
from .model import Report
from .reporting.content import Facts, content
from .reporting.pdf import as_pdf
from .reporting.shape import Shape, Year, read
from .rules import subjects
from .scores import Tally, about_data_sets, is_required

__all__ = [
    "TooLate",
    "computed",
    "give",
    "given",
    "kept",
    "latest",
    "may_write",
    "shape",
    "writable",
    "write",
]  # fmt: skip

LONGEST = 20_000


class TooLate(ValueError):
    """The report was given already."""


def shape() -> Shape:
    """Return what the city's report is made of.

    Raises:
        ReportFileError: the file beside the rulebook cannot be used
    """
    return _read(tk.config["ckanext.independence.policy.rulebook"], book.rulebook().edition)


@lru_cache(maxsize=4)
def _read(rulebook: str, edition: str) -> Shape:
    return read(Path(rulebook).with_name("report.yaml"), book.rulebook().clauses)


def may_write(context: dict[str, Any]) -> bool:
    """Say whether whoever asks writes the report."""
    if staff.sees_everything(context):
        return True
    department, user = self_published.declared().department, context.get("user")
    return bool(
        user
        and department
        and authz.has_user_permission_for_group_or_org(department, user, "admin")
    )


def writable(day: dt.date) -> list[Year]:
    """Return the years whose report can be written: the present one and the one before."""
    now = shape().year_of(day)
    return [now, shape().year(now.number - 1)]


def given() -> list[tuple[int, dt.date, str]]:
    """Return the reports that the Council has: year, day and title, the newest first."""
    query = sa.select(Report.year, Report.given, Report.content).where(Report.given.is_not(None))
    rows = model.Session.execute(query.order_by(Report.year.desc()))
    return [(row.year, row.given, row.content["title"]) for row in rows]


def kept(year: int) -> Report | None:
    """Return a report as it was given; None while it was not."""
    row = model.Session.get(Report, year)
    return row if row is not None and row.given is not None else None


def latest() -> subjects.Report | None:
    """Return the day on which the last report was given, and the parts that it holds."""
    query = sa.select(Report.given, Report.content).where(Report.given.is_not(None))
    row = model.Session.execute(query.order_by(Report.given.desc()).limit(1)).first()
    if row is None:
        return None
    parts = {part["id"] for part in row.content["parts"] if part["answered"]}
    return subjects.Report(row.given, frozenset(parts))


def computed(year: Year) -> dict[str, Any]:
    """Return the report of a year as it would be given today."""
    here, row = city(), model.Session.get(Report, year.number)
    return content(
        shape(),
        year,
        _facts(year),
        row.words if row else {},
        city=f"City of {here.name}, {here.state}" if here.state else f"City of {here.name}",
        language=here.language,
        address=full(f"/policy/report/{year.number}"),
    )


def write(year: int, words: Mapping[str, str]) -> None:
    """Keep the coordinator's words; parts that are not named keep theirs.

    Raises:
        TooLate: the report was given
    """
    row = _open(year)
    row.words = {**row.words, **words}
    row.changed = dt.datetime.now(dt.UTC)


def give(year: Year, user: str) -> None:
    """Keep the report of a year as it is now, page and PDF, for good.

    Raises:
        TooLate: it was given already
    """
    row = _open(year.number)
    row.content = computed(year)
    row.pdf = as_pdf(row.content)
    row.given, row.given_by = book.today(), user


def _open(year: int) -> Report:
    """Return the row of a report that can be changed, holdings until the end of the transaction."""
    model.Session.execute(insert(Report).values(year=year).on_conflict_do_nothing())
    row: Report = model.Session.scalars(
        sa.select(Report).where(Report.year == year).with_for_update()
    ).one()
    if row.given is not None:
        raise TooLate(tk._("This report was given to the Council and stays as it is."))
    return row


def _facts(year: Year) -> Facts:
    day = book.today()
    card = scorecards.told(None, {"user": ""})
    entries = holdings.entries(holdings.PUBLIC)
    rules = scorecards.shown_rules(day)
    fixes = {rule.id: rule.fix for rule in rules}
    required = [rule.id for rule in rules if about_data_sets(rule) and is_required(rule)]
    before = next(iter(tally.series(year.first, required)), None)
    return Facts(
        today=day,
        entries=entries,
        goals={goal.id: goal.title for goal in city().goals if goal.in_force(day)},
        required=_tally(card["required"]),
        whole=card["whole"],
        departments=[
            (
                one["title"], one["data_sets"] + one["entries"], _tally(one["required"]),
                _tally(one["advice"]),
            )
            for one in card["departments"]
            if one["data_sets"] + one["entries"]
        ],
        rules=[(one["title"], fixes[one["rule"]], _tally(one)) for one in card["rules"]],
        clauses=[(one["code"], one["text"], _tally(one)) for one in card["clauses"]],
        before=before if before and before[0] < day else None,
        coverage=holdings.coverage(entries),
    )  # fmt: skip


def _tally(told: Mapping[str, Any]) -> Tally:
    return Tally(told["passing"], told["failing"], told["waived"], told["unjudged"])
