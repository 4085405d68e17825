"""How fresh a data set is against what was promised. Pure: days in, days and words out.

Owns the arithmetic. A due date is stored; whether it has passed is told when somebody
looks, so that no stored verdict can be out of date.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta


def due(modified: Any, *, months: int = 0, days: int = 0) -> str:
    """Work out the day by which the next update was promised.

    Args:
        modified: the day on which the data last changed, YYYY-MM-DD
        months: months of one period
        days: days of one period, added to the months

    Returns:
        the day as YYYY-MM-DD, or "" where there is no promise or no date
    """
    if not modified or not (months or days):
        return ""
    try:
        day = dt.date.fromisoformat(str(modified)[:10])
        return (day + relativedelta(months=months, days=days)).isoformat()
    except (ValueError, OverflowError):
        return ""


def standing(next_due: Any, today: dt.date) -> str:
    """Judge a due date: "on-time", "late", or "no-promise".

    Args:
        next_due: YYYY-MM-DD, or nothing where there is no promise
        today: the present day where the city is
    """
    try:
        day = dt.date.fromisoformat(str(next_due)[:10])
    except ValueError:
        return "no-promise"
    return "late" if day < today else "on-time"
