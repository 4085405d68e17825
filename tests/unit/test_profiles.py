"""What is told of each column of a typed table."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ckanext.independence.content.profiles import profile
from ckanext.independence.content.profiles.bins import bins_of_moments, bins_of_numbers
from ckanext.independence.content.reading.grid import Grid
from ckanext.independence.content.reading.model import Column
from ckanext.independence.content.typing import type_grid
from hypothesis import given, settings
from hypothesis import strategies as st


def profiles(into: Path, **columns: list[str]) -> dict[str, dict[str, Any]]:
    """Type columns of equal length and profile them; what comes out is JSON."""
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    names = [Column(i, name, name) for i, name in enumerate(columns)]
    for column in names:
        column.type = "geometry" if column.name == "shape" else ""
    grid = Grid(columns=names, rows=enumerate(rows, 1), source_rows=len(rows))
    table = type_grid(grid, into=into)
    found = profile(Path(str(table.parquet)), table.columns)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found


def test_a_column_of_numbers(tmp_path: Path) -> None:
    found = profiles(tmp_path, fine=["$1.50", "$2.50", "", "$2.50", "N/A"])["fine"]
    assert (found["type"], found["filled"], found["nulls"]) == ("numeric", 0.6, 2)
    assert (found["distinct"], found["min"], found["max"]) == (2, 1.5, 2.5)
    assert found["mean"] == pytest.approx(6.5 / 3)
    assert found["top"] == [[2.5, 2], [1.5, 1]]
    assert found["histogram"]["edges"] == pytest.approx([1.5 + n * 0.05 for n in range(21)])
    assert found["histogram"]["counts"] == [1, *[0] * 18, 2]
    assert found["marks"] == {"N/A": 1}


def test_few_whole_numbers_have_a_bin_each(tmp_path: Path) -> None:
    found = profiles(tmp_path, ward=["1", "2", "2", "8"])["ward"]["histogram"]
    assert found == {"edges": [1, 2, 3, 4, 5, 6, 7, 8, 9], "counts": [1, 2, 0, 0, 0, 0, 0, 1]}


def test_days_are_binned_by_the_calendar(tmp_path: Path) -> None:
    found = profiles(tmp_path, day=["1/5/2019", "1/31/2019", "12/1/2019", "2/29/2020"])["day"]
    assert (found["min"], found["max"], found["mean"]) == ("2019-01-05", "2020-02-29", None)
    edges, counts = found["histogram"]["edges"], found["histogram"]["counts"]
    assert (edges[:2], edges[-1]) == (["2019-01-01", "2019-02-01"], "2020-03-01")
    assert (len(edges), counts[0], counts[11], counts[13]) == (15, 2, 1, 1)


def test_moments_of_one_day_are_binned_by_the_clock(tmp_path: Path) -> None:
    found = profiles(tmp_path, at=["2020-01-01T08:10", "2020-01-01T08:50", "2020-01-01T11:00"])
    assert found["at"]["histogram"]["edges"][0] == "2020-01-01T08:00:00"
    assert sum(found["at"]["histogram"]["counts"]) == 3


def test_times_are_binned_by_the_clock_up_to_midnight(tmp_path: Path) -> None:
    found = profiles(tmp_path, opens=["09:00", "23:59"])["opens"]["histogram"]
    assert (found["edges"][0], found["edges"][-1]) == ("09:00:00", "24:00:00")


def test_identifiers_have_a_pattern_where_nearly_all_share_it(tmp_path: Path) -> None:
    cases = [f"CE-{n:04}" for n in range(99)] + ["late"]
    found = profiles(
        tmp_path,
        case_no=cases,
        zip=["01056"] * 100,
        street=["Main St"] * 100,
        mixed=["a-1"] * 90 + ["b22"] * 10,
        note=["5 trees were cut"] * 100,
    )
    assert found["case_no"]["pattern"] == "AA-9999"
    assert found["zip"]["pattern"] == "99999"
    assert [found[name]["pattern"] for name in ("street", "mixed", "note")] == [None] * 3


def test_top_values_are_those_that_occur_most_and_none_where_all_differ(tmp_path: Path) -> None:
    found = profiles(
        tmp_path,
        street=["Elm", "Oak", "Elm", "Fir", *[f"Lane {n}" for n in range(16)]],
        case_no=[f"A{n}" for n in range(20)],
    )
    assert found["street"]["top"] == [["Elm", 2]]
    assert found["street"]["distinct"] == 19
    assert (found["case_no"]["top"], found["case_no"]["distinct"]) == ([], 20)


def test_what_other_columns_are_called_changes_nothing(tmp_path: Path) -> None:
    """New York calls the number of a building BIN."""
    values = {
        "number": ["1.5", "2.5", "2.5"], "code": ["CE-1", "CE-2", "CE-2"],
        "shape": [json.dumps({"type": "Point", "coordinates": [n, 39]}) for n in (-94, -93, -92)],
    }  # fmt: skip
    (tmp_path / "alone").mkdir()
    alone = profiles(tmp_path / "alone", **values)
    found = profiles(tmp_path, **values, **{name: ["7", "", "9"] for name in ("BIN", *"vnhpkxy")})
    assert {name: found[name] for name in values} == alone
    assert [found[name]["distinct"] for name in ("BIN", *"vnhpkxy")] == [2] * 8


def test_booleans_are_counted(tmp_path: Path) -> None:
    found = profiles(tmp_path, paid=["Yes", "no", "Yes", ""])["paid"]
    assert (found["top"], found["histogram"]) == ([[True, 2], [False, 1]], None)


def test_longitude_and_latitude_have_a_box_without_the_null_island(tmp_path: Path) -> None:
    found = profiles(tmp_path, longitude=["-72.6", "-72.5", "0"], latitude=["42.1", "42.2", "0"])
    assert found["longitude"]["bbox"] == found["latitude"]["bbox"] == [-72.6, 42.1, -72.5, 42.2]


def test_feet_are_no_degrees(tmp_path: Path) -> None:
    found = profiles(tmp_path, x=["1176000", "1176001"], y=["1900000", "1900001"])
    assert found["x"]["bbox"] is None


def test_shapes_have_a_box_and_kinds(tmp_path: Path) -> None:
    found = profiles(
        tmp_path,
        shape=[
            '{"type": "Point", "coordinates": [-72.5, 42.125, 7]}',
            '{"type":"Polygon","coordinates":[[[-73,42],[-72.25,42.0],[-72.5,4.25e1],[-73,42]]]}',
            "",
        ],
    )["shape"]
    assert (found["bbox"], found["geometry"]) == ([-73.0, 42.0, -72.25, 42.5], "Point|Polygon")
    assert (found["distinct"], found["nulls"]) == (2, 1)


def test_an_empty_column_and_an_empty_table_have_profiles(tmp_path: Path) -> None:
    assert profiles(tmp_path, a=["", ""], b=["1", "2"])["a"]["filled"] == 0
    assert profiles(tmp_path, a=[])["a"]["nulls"] == 0


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.floats(-1e15, 1e15, allow_subnormal=False),
    st.floats(0, 1e15, allow_subnormal=False),
    st.booleans(),
)
def test_bins_hold_all_numbers_and_are_no_more_than_twenty(
    least: float, span: float, whole: bool
) -> None:
    greatest = least + span
    if whole:
        least, greatest = float(int(least)), float(int(greatest))
    bins = bins_of_numbers(least, greatest, whole=whole)
    edges = [float(edge) for edge in bins.edges]
    slack = bins.step * 1e-6 + abs(least) * 1e-9
    assert 1 <= len(edges) - 1 <= 20
    assert edges == sorted(edges)
    assert edges[0] <= least + slack
    assert edges[-1] >= greatest - slack


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.datetimes(), st.datetimes(), st.booleans())
def test_bins_hold_all_moments_and_are_no_more_than_twenty(
    one: datetime, other: datetime, days: bool
) -> None:
    least, greatest = sorted((one, other))
    edges = bins_of_moments(least, greatest, days=days).edges
    assert 1 <= len(edges) - 1 <= 20
    assert str(edges[0])[:10] <= least.date().isoformat()
