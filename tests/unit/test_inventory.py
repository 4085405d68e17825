"""What an entry of the inventory is, how much its release matters, and how it is listed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ckanext.independence.policy import inventory
from ckanext.independence.policy.inventory import Entry, entry
from hypothesis import given
from hypothesis import strategies as st

TODAY = dt.date(2026, 11, 26)
GOALS = frozenset({"quality", "growth", "customer-focused"})


def made(**values: Any) -> Entry:
    base = {
        "id": "1", "name": "court-cases", "title": "Court cases", "private": False,
        "department": {"name": "municipal-court", "title": "Municipal Court"},
        "metadata_modified": dt.datetime(2026, 9, 1), "access_level": "non-public",
    }  # fmt: skip
    return entry(base | values, TODAY, GOALS)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"access_level": "public"}, "published"),
        ({"access_level": None}, "published"),
        ({"planned_release_date": "2027-01-31"}, "planned"),
        ({"withheld_reason": "Waits for the new system."}, "planned"),
        ({"withheld_reason": "Closed.", "access_legal_basis": "RSMo 610.100"}, "withheld"),
        ({"access_rationale": "Names victims."}, "withheld"),
        ({"private": True}, "draft"),
        ({"private": True, "access_level": "public", "withdrawal_reason": "error"}, "withdrawn"),
    ],
)
def test_an_entry_is_published_planned_withheld_or_its_departments_alone(
    values: dict[str, Any], status: str
) -> None:
    assert made(**values).status == status


@pytest.mark.parametrize(
    ("values", "priority", "unknown"),
    [
        ({}, 0, ("goals", "demand", "cost")),
        ({"goals": ["quality"], "public_demand": "some", "release_cost": "medium"}, 5, ()),
        ({"goals": ["quality", "growth", "customer-focused"], "public_demand": "high",
          "release_cost": "low"}, 10, ()),
        ({"goals": ["a goal of the past"], "release_cost": "high"}, 0, ("goals", "demand")),
        ({"public_demand": "none", "release_cost": "?"}, 0, ("goals", "cost")),
    ],
)  # fmt: skip
def test_priority_is_the_documented_sum_and_names_what_nobody_has_estimated(
    values: dict[str, Any], priority: int, unknown: tuple[str, ...]
) -> None:
    found = made(**values)
    assert (found.priority, found.unknown) == (priority, unknown)


def test_what_is_published_needs_no_priority() -> None:
    found = made(access_level="public", goals=["quality"])
    assert found.priority is None and found.unknown == ()


@pytest.mark.parametrize(
    ("planned", "overdue"), [("2026-11-25", True), ("2026-11-26", False), ("soon", False)]
)
def test_what_should_be_out_by_now_is_overdue(planned: str, overdue: bool) -> None:
    assert made(planned_release_date=planned, withheld_reason="Waits.").overdue is overdue


def test_filters_take_words_department_status_and_what_is_overdue() -> None:
    late = made(planned_release_date="2026-01-01", title="Overdose responses")
    law = made(access_legal_basis="RSMo 610.100", department={"name": "police", "title": "Police"})
    out = made(access_level="public")
    everything = [late, law, out]
    assert inventory.chosen(everything, q="RESPONSES overdose") == [late]
    assert inventory.chosen(everything, department="police") == [law]
    assert inventory.chosen(everything, status="not-published") == [late, law]
    assert inventory.chosen(everything, overdue=True) == [late]


@given(
    st.lists(
        st.builds(
            made,
            title=st.sampled_from(["Trees", "lamps", "Ämter", "zoo"]),
            goals=st.lists(st.sampled_from(sorted(GOALS)), unique=True),
            access_level=st.sampled_from(["public", "non-public"]),
            planned_release_date=st.sampled_from(["", "2026-01-01", "2027-01-01"]),
        ),
        max_size=8,
    ),
    st.sampled_from(inventory.SORTS),
    st.booleans(),
)
def test_every_order_keeps_all_and_puts_last_what_has_nothing_there(
    entries: list[Entry], sort: str, down: bool
) -> None:
    found = inventory.ordered(entries, sort, down=down)
    assert sorted(map(repr, found)) == sorted(map(repr, entries))
    if sort in ("priority", "planned"):
        values = [getattr(one, sort) for one in found]
        known = [value for value in values if value is not None]
        assert values == known + [None] * (len(values) - len(known))
        assert known == sorted(known, reverse=down != (sort == "priority"))


def test_coverage_counts_present_departments_and_says_which_have_nothing() -> None:
    found = inventory.coverage(
        [made(), made(metadata_modified=dt.datetime(2026, 12, 24))],
        {"municipal-court": "Municipal Court", "fire": "Fire Department"},
        TODAY,
    )
    assert (found.covered, found.departments, found.missing) == (1, 2, ("Fire Department",))
    assert found.share == 0.5 and found.changed == dt.date(2026, 9, 1)


def test_an_exported_row_has_each_column_that_is_explained() -> None:
    told = inventory.row(made(goals=["quality"]), "https://x.example/d", {"quality": "Quality"})
    assert list(told) == list(inventory.COLUMNS) and told["goals"] == "Quality"
