"""What time and place a table covers, as its profile has it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ckanext.independence.content import coverage

TODAY = dt.date(2026, 11, 25)


def column(name: str, type: str = "date", filled: float = 1.0, **profile: Any) -> dict[str, Any]:
    return {"name": name, "label": "", "type": type, "profile": {"filled": filled} | profile}


OPENED = column("opened", min="2019-01-02", max="2026-10-31")


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ([OPENED], ("2019-01-02", "2026-10-31", "opened")),
        (
            [column("updated", min="2026-10-01", max="2026-10-31"), OPENED],
            ("2019-01-02", "2026-10-31", "opened"),
        ),
        (
            [column("closed", filled=0.4, min="2019-02-01", max="2026-11-01"), OPENED],
            ("2019-01-02", "2026-10-31", "opened"),
        ),
        (
            [column("closed", filled=0.95, min="2019-02-01", max="2026-11-01"), OPENED],
            ("2019-02-01", "2026-11-01", "closed"),
        ),
        (
            [column("ends", min="2020-01-01", max="2099-12-31"), OPENED],
            ("2019-01-02", "2026-10-31", "opened"),
        ),
        (
            [column("at", "timestamp", min="2020-01-01T05:00:00", max="2020-02-01 06:00:00")],
            ("2020-01-01", "2020-02-01", "at"),
        ),
        (
            [column("fiscal_year", "integer", min=2014, max=2020)],
            ("2014-01-01", "2020-12-31", "fiscal_year"),
        ),
        (
            [column("fiscal_year", "integer", min=2014, max=2020), OPENED],
            ("2019-01-02", "2026-10-31", "opened"),
        ),
        ([column("year", "integer", min=1, max=9)], None),
        ([column("born_in", "text", min="a", max="b")], None),
        ([column("empty", min=None, max=None)], None),
    ],
)
def test_the_main_column_of_dates_says_the_period(columns: list[Any], found: Any) -> None:
    period = coverage.period(columns, TODAY)
    said = (period.start.isoformat(), period.end.isoformat(), period.column) if period else None
    assert said == found


def test_a_column_that_is_told_by_its_label_is_called_so() -> None:
    period = coverage.period([OPENED | {"label": "Date opened"}], TODAY)
    assert period and period.column == "Date opened"


def test_the_box_holds_every_point_and_shape() -> None:
    columns = [
        column("shape", "geometry", bbox=[-94.43219, 39.01001, -94.3, 39.1]),
        column("lon", "numeric", min=-94.45, max=-94.31),
        column("lat", "numeric", min="39.0", max="39.05"),
    ]
    assert coverage.box(columns, ("lon", "lat")) == [-94.45, 39.0, -94.3, 39.1]
    assert coverage.box(columns[:1], None) == [-94.4322, 39.01, -94.3, 39.1]


@pytest.mark.parametrize(
    "sides", [None, [1, 2], [0, 0, 181, 1], [3, 0, 1, 1], [0, "x", 1, 1], [0, 0, 2e6, 4e6]]
)
def test_what_is_no_box_of_degrees_is_left_out(sides: Any) -> None:
    assert coverage.box([column("shape", "geometry", bbox=sides)], None) is None
