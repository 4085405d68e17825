"""Whether a data set is as current as it promises. What time alone decides is dated, not told.

A verdict says until which day it holds and what is true afterwards, so that it can be stored and
read on any later day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta

from ..registry import FRESHNESS, METADATA, Declared, Parameter
from ..subjects import City, Subject
from ..values import counted, day, said, text
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged
from .describing import FIELDS
from .responsible import good_for

__all__ = ["CHECKS", "Promise", "promise"]

CHECKS = Declared()


@dataclass(frozen=True)
class Promise:
    """When a promised update was due, its last day of grace, and the last day before it is stale.

    Stale is what missed a second update as well.
    """

    due: dt.date
    grace: dt.date
    late: dt.date

    def standing(self, today: dt.date) -> str:
        """Return ``on-time``, ``late`` or ``stale``."""
        return "on-time" if today <= self.grace else "late" if today <= self.late else "stale"


def promise(values: Mapping[str, Any], city: City, wanted: Mapping[str, Any]) -> Promise | None:
    """Return a data set's promise by its frequency and the day on which its data last changed.

    Args:
        values: as of a ``Subject``
        city: whose frequencies are asked
        wanted: ``grace_percent`` of a period, and ``grace_days`` at least, before it is late

    Returns:
        None where no day was promised, or nothing says from when on
    """
    period = city.frequencies.get(text(values, "update_frequency"), (0, 0))
    modified = day(values, "data_modified")
    if modified is None or not any(period):
        return None
    months, days = period
    try:
        due = modified + relativedelta(months=months, days=days)
        grace = dt.timedelta((due - modified).days * wanted["grace_percent"] // 100)
        grace = max(grace, dt.timedelta(wanted["grace_days"]))
        second = modified + relativedelta(months=2 * months, days=2 * days)
        return Promise(due, due + grace, second + grace)
    except (ValueError, OverflowError):
        return None


@CHECKS.check("frequency-declared", METADATA, irregular=Parameter("bool", True))
def frequency_declared(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """It promises a frequency of the list; (``irregular``) one without a day counts."""
    found = text(subject.values, "update_frequency")
    known = subject.city.frequencies
    field = "update_frequency"
    if not known:
        yield unjudged("The portal knows no list of frequencies.")
    elif not found:
        yield fails("It does not say how often it is updated.", field=field)
    elif found not in known:
        yield fails("How often it is updated is not said in a way that is known.", field=field)
    elif not any(known[found]) and not wanted["irregular"]:
        yield fails("It promises no day of its next update.", field=field)
    else:
        yield passes("It says how often it is updated.")


@CHECKS.check(
    "on-time",
    FRESHNESS,
    grace_percent=Parameter("int", 20, 0, 100),
    grace_days=Parameter("int", 1, 0, 365),
)
def on_time(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """It was updated by the day that was promised, with some grace."""
    frequency = text(subject.values, "update_frequency")
    if not any(subject.city.frequencies.get(frequency, (0, 0))):
        yield not_applicable("It promises no day.")
        return
    kept = promise(subject.values, subject.city, wanted)
    if kept is None:
        yield unjudged("It does not say when its data last changed.", field="data_modified")
        return
    modified = day(subject.values, "data_modified") or kept.due
    late = (
        f"It was due on {said(kept.due)} and last changed on {said(modified)}; it counts as stale"
        f" after {said(kept.late)}."
    )
    if kept.standing(subject.today) == "on-time":
        yield passes(
            f"The next update is due on {said(kept.due)}.",
            until=kept.grace,
            afterwards=late,
            field="data_modified",
        )
    else:
        yield fails(late, field="data_modified")


@CHECKS.check(
    "done-within",
    FRESHNESS,
    field=Parameter("str", "last_reviewed", choices=("last_reviewed", "data_modified", "issued")),
    months=Parameter("int", 12, 1, 1200),
)
def done_within(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """The day in a field is not longer ago than so many months."""
    field = wanted["field"]
    done = day(subject.values, field)
    what = {
        "last_reviewed": "It was reviewed",
        "data_modified": "Its data changed",
        "issued": "It was published",
    }[field]
    if done is None:
        yield fails(f"It does not say {FIELDS[field]}.", field=field)
    elif done > subject.today:
        yield fails("The day that it gives is still to come.", field=field)
    else:
        yield good_for(done, wanted["months"], subject.today, what, field)


@CHECKS.check("modified-means-changed", FRESHNESS, days=Parameter("int", 7, 0, 365))
def modified_means_changed(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """The stated day of the last change is at most ``days`` after the files changed."""
    stated = day(subject.values, "data_modified")
    changed = subject.data_changed
    if stated is None:
        yield unjudged("It does not say when its data last changed.", field="data_modified")
    elif changed is None:
        yield unjudged("No file shows when the data last changed.")
    elif (stated - changed).days > wanted["days"]:
        yield fails(
            f"It says that the data changed on {said(stated)}; the files have been the same since"
            f" {said(changed)}, {counted((stated - changed).days, 'day')} earlier.",
            fix="Upload the newer data, or put the day back to when it last changed.",
            field="data_modified",
        )
    else:
        yield passes(f"The files changed on {said(changed)}.")
