"""What being public requires, and how fresh a data set is."""

from __future__ import annotations

import datetime as dt

import pytest
from ckanext.independence.catalog import freshness
from ckanext.independence.catalog.public_minimum import MINIMUM, missing

WHOLE = {
    "title": "Building permits",
    "notes": "Every permit since 2021.",
    "tags": ["permits"],
    "owner_org": "8a1f",
    "steward_name": "Permits desk",
    "steward_email": "permits@example.gov",
    "data_modified": "2026-09-14",
    "access_level": "public",
    "identifier": "urn:uuid:1b671a64-40d5-491e-99b0-da01ff1f3341",
}


def test_a_whole_data_set_lacks_nothing() -> None:
    assert missing(WHOLE) == {}


@pytest.mark.parametrize("name", MINIMUM)
@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_each_required_value_is_missed_with_a_way_to_fill_it(name: str, nothing: object) -> None:
    wanting = missing(WHOLE | {name: nothing})
    assert list(wanting) == [name]
    assert len(wanting[name]) > 20


@pytest.mark.parametrize(
    ("modified", "step", "due"),
    [
        ("2026-01-31", {"months": 1}, "2026-02-28"),
        ("2024-02-29", {"months": 12}, "2025-02-28"),
        ("2026-12-31", {"days": 1}, "2027-01-01"),
        ("2026-05-05", {}, ""),
        ("", {"months": 1}, ""),
        ("soon", {"months": 1}, ""),
        ("9999-12-31", {"days": 1}, ""),
    ],
)
def test_the_next_update_is_due_one_period_after_the_last(
    modified: str, step: dict[str, int], due: str
) -> None:
    assert freshness.due(modified, **step) == due


def test_a_data_set_is_late_only_after_its_due_day() -> None:
    day = dt.date(2026, 9, 14)
    assert freshness.standing("2026-09-14", day) == "on-time"
    assert freshness.standing("2026-09-13", day) == "late"
    assert freshness.standing("", day) == freshness.standing(None, day) == "no-promise"
