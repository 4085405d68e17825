"""What the bytes of files say: counts of few persons, and formats."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

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


def test_a_workbook_alone_is_no_open_format_whatever_it_is_called(inside: Inside) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Lamps")
        for row, cells in enumerate([("lamp", "watt"), ("L-1", 60), ("L-2", 40)]):
            sheet.write_row(row, 0, cells)
    made = inside.dataset()
    inside.upload("lamps.xlsx", content.getvalue(), package_id=made["id"], format="CSV")
    told = inside.act("independence_policy_dataset_show", id=made["id"])
    rules = {rule["rule"]: rule for rule in told["rules"]}
    for rule in ("open-format", "format-as-declared"):
        assert rules[rule]["state"] == "fails", rule
        assert "XLSX" in rules[rule]["findings"][0]["evidence"]
