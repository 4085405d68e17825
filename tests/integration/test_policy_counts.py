"""Counts of few persons: looked at when they are declared, and again when more care is asked."""

from __future__ import annotations

from typing import Any

from tests.integration.inside import Inside

COUNTS = b"year,sex,cases\n2025,Total,40\n2025,Female,33\n2025,Male,*\n2025,Unknown,2\n"


def small_cells(inside: Inside, id_: str) -> dict[str, Any]:
    told = inside.act("independence_policy_dataset_show", id=id_)
    found: dict[str, Any] = next(one for one in told["rules"] if one["rule"] == "small-cells")
    return found


def test_counts_are_looked_at_when_they_are_declared_and_when_the_subject_asks_for_more_care(
    inside: Inside,
) -> None:
    made = inside.dataset(
        title="Cases by year and sex", subject_sensitivity=["victims"], unit_of_record="aggregate"
    )
    file = inside.upload("cases.csv", COUNTS, package_id=made["id"], format="CSV")["id"]
    assert small_cells(inside, made["id"])["state"] == "not-applicable"

    column = {"name": "cases", "role": "count-of-persons"}
    inside.act("independence_content_dictionary_update", id=file, columns=[column])
    inside.work()
    told = small_cells(inside, made["id"])
    assert (told["state"], told["severity"]) == ("fails", "warning")
    (found,) = told["findings"]
    assert "1 count of people below 3, of 3" in found["evidence"]

    inside.act("package_patch", id=made["id"], subject_sensitivity=["health"])
    inside.work()
    told = small_cells(inside, made["id"])
    assert (told["state"], told["severity"]) == ("fails", "blocker")
    assert {one["kind"]: one["count"] for one in told["findings"]} == {
        "small-count": 1,
        "small-count-given-away": 1,
    }
