"""What departments and the whole city hold, judged; and how compliance stood on each day.

Owns the rules that no single data set can keep, and the dated row per rule and department. The
rows of a day are made anew however often it is asked. Refuses to judge a data set.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException

from ..catalog import clock, owed, reader
from . import book, failing, findings, keeping, reports
from .model import CITY, Finding, History, Judgement, of_department
from .rules import subjects
from .rules.judging import judge
from .rules.registry import HOLDINGS_SIGHTS
from .rules.subjects import Department, Holdings
from .rules.verdicts import FAILS, PASSES, UNJUDGED

__all__ = ["PORTFOLIO", "all_holdings", "judge_all"]

PORTFOLIO = "policy-portfolio"
# Of the advisory lock that lets one at a time do this.
LOCK = 0x1DE9F0
BATCH = 500
# States and the columns in which they are counted; what does not apply is not.
_COLUMNS = {
    PASSES: "passing", FAILS: "failing", findings.WAIVED: "waived", UNJUDGED: "unjudged",
}  # fmt: skip

clock.schedule(PORTFOLIO, "50 1 * * *")


@owed.handler(PORTFOLIO, owed.LOADS)
def portfolio(key: str, payload: dict[str, Any] | None) -> None:
    """Judge departments and the city, and write how it all stands today."""
    judge_all()


def judge_all() -> None:
    """Judge departments and the city, and write the rows of this day, in CKAN's session."""
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    day = book.today()
    said = [_said(subject, holdings) for subject, holdings in all_holdings(day)]
    keeping.keep(said, book.edition(), HOLDINGS_SIGHTS)
    kept = {one.subject for one in said}
    for table in (Finding.__table__, Judgement.__table__):
        model.Session.execute(
            sa.delete(table).where(
                table.c.subject.startswith(of_department(""), autoescape=True),
                table.c.subject.not_in(kept),
            )
        )
    _write_history(day)


def _said(subject: str, holdings: Holdings) -> keeping.Said:
    judged = list(
        judge(book.rulebook(), holdings, sees=_sees(holdings), ends=(JobTimeoutException,))
    )
    failing.note(subject, judged)
    department = holdings.department.name if holdings.department else ""
    told = [holdings.department, holdings.report, holdings.open_feedback, holdings.datasets]
    digest = sha256(orjson.dumps(told, default=sorted, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return keeping.Said(subject, department, digest[:32], judged)


def _sees(holdings: Holdings) -> Sequence[str]:
    of_a_department, of_the_city = HOLDINGS_SIGHTS
    return (of_the_city,) if holdings.department is None else (of_a_department,)


def all_holdings(day: dt.date) -> Iterator[tuple[str, Holdings]]:
    """Yield what each department holds, and then the city."""
    here, report = book.city_facts(day), reports.latest()
    query = sa.select(model.Package.id).where(
        model.Package.type == "dataset", model.Package.state == model.State.ACTIVE
    )
    # In one order, so that the same holdings have the same hash.
    ids = model.Session.scalars(query.order_by(model.Package.id)).all()
    everything = [_slim(one) for one in reader.read(ids)]
    by_department: dict[str, list[Mapping[str, Any]]] = {}
    for values in everything:
        by_department.setdefault((values["department"] or {}).get("name") or "", []).append(values)
    for name, department in sorted(here.departments.items()):
        held = by_department.get(name, [])
        if held or department.is_current(day):
            yield of_department(name), _held(department, held, day, here, report)
    yield CITY, _held(None, everything, day, here, report)


def _held(
    department: Department | None,
    datasets: Sequence[Mapping[str, Any]],
    day: dt.date,
    here: subjects.City,
    report: subjects.Report | None,
) -> Holdings:
    return Holdings(department, datasets, day, here, open_feedback=None, report=report)


def _slim(values: dict[str, Any]) -> dict[str, Any]:
    """Return a data set without what only its own rules look at, so that all fit into memory."""
    return {name: value for name, value in values.items() if name not in ("resources", "notes")}


# ---- How it stands on a day -----------------------------------------------------------------


def _write_history(day: dt.date) -> None:
    """Write the rows of a day in the place of those that there are, and of days still to come.

    Counted are the data sets that everybody may see, each department, and the city (without a
    department); rules in trial are not.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    versions: dict[str, int] = {}
    ids = reader.public_ids()
    others = list(
        model.Session.scalars(
            sa.select(Judgement.subject).where(
                sa.or_(
                    Judgement.subject == CITY,
                    Judgement.subject.startswith(of_department(""), autoescape=True),
                )
            )
        )
    )
    wanted = [*ids, *others]
    for start in range(0, len(wanted), BATCH):
        for stands in findings.shown(wanted[start : start + BATCH], day).values():
            states: dict[str, str] = {}
            for one in stands:
                before = states.get(one.rule.id, one.state)
                states[one.rule.id] = min(before, one.state, key=findings.GRAVITY.index)
                versions[one.rule.id] = one.rule.version
            for rule, state in states.items():
                if state in _COLUMNS:
                    counts[rule, stands[0].department, _COLUMNS[state]] += 1
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for (rule, department, column), number in counts.items():
        row = rows.setdefault(
            (rule, department),
            {
                "day": day, "rule": rule, "department": department,
                "rule_version": versions[rule], **dict.fromkeys(_COLUMNS.values(), 0),
            },
        )  # fmt: skip
        row[column] = number
    model.Session.execute(sa.delete(History.__table__).where(History.day >= day))
    if rows:
        model.Session.execute(sa.insert(History.__table__), list(rows.values()))
