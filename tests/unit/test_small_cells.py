"""Counts of few persons: which cells are small, and which suppressed ones the totals give away."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from ckanext.independence.policy.cells.looking import MOST_ROWS, look, look_at_file
from ckanext.independence.policy.cells.shape import Cells, Counted, declared
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = {"type": "text"}
COUNT = {"type": "integer", "role": "count-of-persons"}
BY_SEX = [{"name": "year", "type": "integer"}, {"name": "sex", **TEXT}, {"name": "n", **COUNT}]


def rows(columns: list[dict[str, Any]], *cells: tuple[Any, ...]) -> list[dict[str, Any]]:
    names = [column["name"] for column in columns]
    return [dict(zip(names, row, strict=True)) for row in cells]


def given_away(columns: list[dict[str, Any]], *cells: tuple[Any, ...], below: int = 10) -> int:
    counts = declared(columns)
    found = look(rows(columns, *cells), columns, counts, below)
    return sum(counted.given_away for counted in found.columns.values())


def test_counts_from_one_to_below_the_limit_are_small_and_no_other() -> None:
    cells = [(2025, str(n), n) for n in (0, 1, 9, 10, 11)] + [(2025, "x", None), (2025, "y", "*")]
    found = look(rows(BY_SEX, *cells), BY_SEX, ["n"], 10)
    assert found.columns == {"n": Counted(cells=5, small=2)}


def test_a_count_may_be_written_in_any_way() -> None:
    written = [3, 3.0, Decimal(3), "3", " 3 ", "1,003", True, -3, 3.5, float("nan"), "3.5", "<5"]
    found = look([{"n": one} for one in written], [{"name": "n", **COUNT}], ["n"], 10)
    assert found.columns["n"] == Counted(cells=6, small=5)


def test_a_total_gives_the_only_suppressed_count_of_its_group_away() -> None:
    group = (2025, "Total", 40), (2025, "Female", 36), (2025, "Male", None)
    assert given_away(BY_SEX, *group) == 1
    assert given_away(BY_SEX, *group, below=3) == 0, "what is missing is no small count"


def test_two_suppressed_counts_hide_each_other() -> None:
    hidden = (2025, "Total", 40), (2025, "F", 36), (2025, "M", None), (2025, "X", None)
    assert given_away(BY_SEX, *hidden) == 0


def test_a_total_that_is_suppressed_itself_is_given_away_by_its_parts() -> None:
    assert given_away(BY_SEX, (2025, "All", None), (2025, "F", 4), (2025, "M", 3)) == 1


def test_a_count_that_was_found_helps_to_find_others() -> None:
    columns = [{"name": "age", **TEXT}, {"name": "sex", **TEXT}, {"name": "n", **COUNT}]
    table = [
        ("0-17", "F", None), ("0-17", "M", None), ("0-17", "Both sexes", 30),
        ("18+", "F", None), ("18+", "M", 50), ("18+", "Both sexes", 54),
        ("All ages", "F", 9), ("All ages", "M", 75), ("All ages", "Both sexes", 84),
    ]  # fmt: skip
    assert given_away(columns, *table) == 2, "4 women of 18+, so 5 girls; 25 boys are not few"


def test_each_year_and_each_measure_is_a_group_of_its_own() -> None:
    years = [(y, s, n) for y in (2024, 2025) for s, n in (("Total", 12), ("F", 5), ("M", 7))]
    years[5] = (2025, "M", None)
    assert given_away(BY_SEX, *years) == 1


def test_a_word_that_only_begins_like_a_total_is_none() -> None:
    assert given_away(BY_SEX, (1, "All others", 9), (1, "Allergy", 4), (1, "Asthma", None)) == 0


def test_what_complete_groups_contradict_is_no_total() -> None:
    table = [
        (2023, "Total", 50), (2023, "F", 5), (2023, "M", 7),
        (2024, "Total", 12), (2024, "F", 5), (2024, "M", None),
    ]  # fmt: skip
    assert given_away(BY_SEX, *table) == 0


def test_an_empty_group_is_the_total_where_a_complete_group_agrees() -> None:
    complete = (2023, None, 12), (2023, "F", 5), (2023, "M", 7)
    open_one = (2024, "", 12), (2024, "F", 5), (2024, "M", None)
    assert given_away(BY_SEX, *complete, *open_one) == 1
    assert given_away(BY_SEX, *open_one) == 0, "the empty group may be that of the unknown"


def test_a_column_is_the_total_of_those_beside_it_even_if_nobody_declared_it() -> None:
    columns = [
        {"name": "month", **TEXT}, {"name": "f", **COUNT}, {"name": "m", **COUNT},
        {"name": "x", **COUNT}, {"name": "total", "type": "integer"}, {"name": "beds", **COUNT},
    ]  # fmt: skip
    table = [
        ("Jan", 10, 20, 30, 60, 1), ("Feb", 11, 12, 13, 36, 1), ("Mar", None, 12, 15, 30, 50),
        ("Apr", None, None, 15, 30, 50),
    ]  # fmt: skip
    assert given_away(columns, *table) == 1


def test_codes_and_notes_beside_the_groups_do_not_hide_a_total() -> None:
    columns = [
        {"name": "id", "type": "integer"}, {"name": "code", **TEXT}, {"name": "district", **TEXT},
        {"name": "n", **COUNT}, {"name": "note", **TEXT}, {"name": "rate", "type": "numeric"},
    ]  # fmt: skip
    table = [
        (1, "00", "Citywide", 100, None, 1.5), (2, "01", "North", 50, None, 1.2),
        (3, "02", "South", 46, None, 1.1), (4, "03", "East", None, "suppressed", None),
    ]  # fmt: skip
    assert given_away(columns, *table) == 1


def test_a_parquet_file_is_looked_at_as_its_rows_are(tmp_path: Path) -> None:
    path = tmp_path / "a [1].parquet"
    duckdb.sql(
        "SELECT * FROM (VALUES (2025, 'Total', 40, NULL), (2025, 'F', 38, NULL),"
        " (2025, 'M', NULL, '{\"n\": \"*\"}')) AS t(year, sex, n, _marks)"
    ).write_parquet(str(path))
    found = look_at_file(path, BY_SEX, ["n", "gone"], 10)
    assert found == Cells(10, {"n": Counted(cells=2, small=0, given_away=1)})
    assert Cells.of(found.as_json()) == found


def test_of_a_very_long_table_the_first_rows_are_looked_at_and_it_says_so() -> None:
    many = [{"n": 1}] * (MOST_ROWS + 1)
    found = look(many, [{"name": "n", **COUNT}], ["n"], 10)
    assert found.columns["n"].small == MOST_ROWS
    assert "first" in found.note


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_given_away_is_right_and_nothing_that_one_total_shows_is_missed(data: Any) -> None:
    """Any table by two groups with both totals, any cells of it suppressed."""
    ages, sexes = ["0-17", "18-64", "65+"][: data.draw(st.integers(2, 3))], ["F", "M", "X"]
    true = {(a, s): data.draw(st.integers(0, 30)) for a in ages for s in sexes}
    for s in sexes:
        true["Total", s] = sum(true[a, s] for a in ages)
    for a in [*ages, "Total"]:
        true[a, "Total"] = sum(true[a, s] for s in sexes)
    hidden = set(data.draw(st.lists(st.sampled_from(sorted(true)), max_size=6)))
    columns = [{"name": "age", **TEXT}, {"name": "sex", **TEXT}, {"name": "n", **COUNT}]
    table = [(a, s, None if (a, s) in hidden else n) for (a, s), n in true.items()]
    order = data.draw(st.permutations(table))
    found = given_away(columns, *order)

    small = {cell for cell in hidden if 0 < true[cell] < 10}
    assert found <= len(small)
    lines = [[(a, s) for s in [*sexes, "Total"]] for a in [*ages, "Total"]]
    lines += [[(a, s) for a in [*ages, "Total"]] for s in [*sexes, "Total"]]
    alone = {c for line in lines for c in line if c in small and not hidden & set(line) - {c}}
    assert found >= len(alone)
    if found == 0:
        assert not alone


weird = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from("abcn"), weird, max_size=4), max_size=8),
    st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from("abcn")}, optional={"type": weird, "role": weird}
        ),
        max_size=5,
    ),
)
def test_no_table_is_too_odd_to_be_looked_at(
    table: list[dict[str, Any]], columns: list[dict[str, Any]]
) -> None:
    found = look(table, columns, ["n", "a"], 10)
    for counted in found.columns.values():
        assert counted.given_away + counted.small <= len(table)
