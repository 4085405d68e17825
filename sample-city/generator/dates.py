"""Dates that the catalog's words express relative to the day the sample is made.

Owns the small language of `-3 days`, `start of month, -1 day` and the fiscal year.
Refuses to look at the clock: the day is always an argument.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

FISCAL_YEAR_STARTS = 7

_OFFSET = re.compile(r"([+-])\s*(\d+) (day|week|month|year)s?")


@dataclass(frozen=True)
class Period:
    """Both days belong to the period."""

    start: date
    end: date

    def days(self) -> list[date]:
        """List every day, oldest first."""
        return [
            self.start + timedelta(days=offset)
            for offset in range((self.end - self.start).days + 1)
        ]

    def months(self) -> list[date]:
        """List the first day of every month that the period touches."""
        months, month = [], self.start.replace(day=1)
        while month <= self.end:
            months.append(month)
            month = add_months(month, 1)
        return months


def add_months(day: date, months: int) -> date:
    """Move by whole months; a day the target month lacks becomes its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def fiscal_year_start(day: date) -> date:
    """Return the first of July on or before the day."""
    return date(day.year - (day.month < FISCAL_YEAR_STARTS), FISCAL_YEAR_STARTS, 1)


def fiscal_year_label(day: date) -> str:
    """Name the fiscal year that a day belongs to, as in `2026-27`."""
    start = fiscal_year_start(day).year
    return f"{start}-{(start + 1) % 100:02}"


def resolve(expression: str | date, today: date) -> date:
    """Turn a date expression of the catalog into a date.

    Args:
        expression: an ISO date; or steps separated by commas, applied from left to right to
            today: `today`, `start of month`, `start of quarter`, `start of year`,
            `start of fiscal year`, `-3 days`, `+2 weeks`, `-1 month`, `-4 years`.
        today: the day that the sample is made for.

    Raises:
        ValueError: a step is none of these.
    """
    if isinstance(expression, date):
        return expression
    day = today
    for step in (part.strip() for part in expression.split(",")):
        if offset := _OFFSET.fullmatch(step):
            amount, unit = int(offset[1] + offset[2]), offset[3]
            if unit in ("day", "week"):
                day += timedelta(days=amount * (7 if unit == "week" else 1))
            else:
                day = add_months(day, amount * (12 if unit == "year" else 1))
        elif step == "start of month":
            day = day.replace(day=1)
        elif step == "start of quarter":
            day = day.replace(month=day.month - (day.month - 1) % 3, day=1)
        elif step == "start of year":
            day = day.replace(month=1, day=1)
        elif step == "start of fiscal year":
            day = fiscal_year_start(day)
        elif step != "today":
            raise ValueError(
                f"'{step}' in '{expression}' is no date: write 2025-06-30, today, -3 days or "
                "start of month, -1 day"
            )
    return day
