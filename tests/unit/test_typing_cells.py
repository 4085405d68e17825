"""What a column of cells becomes: type, values, unit, marks, notes, and rows set aside."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ckanext.independence.content.reading.grid import Grid, Limits
from ckanext.independence.content.reading.model import Column, Table
from ckanext.independence.content.typing import type_grid

D = Decimal
NAN = "N/A"


def table_of(
    into: Path, columns: list[Column], rows: Sequence[list[str]], **given: Any
) -> tuple[Table, list[tuple[Any, ...]]]:
    """Type a grid whose header is row 1; return the table, and its rows with `_row` last."""
    grid = Grid(
        columns=columns,
        rows=[(number, cells) for number, cells in enumerate(rows, 2)],
        header_rows=[1],
        source_rows=1 + len(rows),
    )
    table = type_grid(grid, into=into, **given)
    return table, [(*row[: len(columns)], row[-1]) for row in stored(table)]


def stored(table: Table) -> list[tuple[Any, ...]]:
    """Return the rows of a table's Parquet file: values, `_marks` if there are any, `_row`."""
    return duckdb.read_parquet(str(table.parquet)).order("_row").fetchall()


@pytest.fixture
def column(tmp_path: Path) -> Callable[..., tuple[Column, list[Any]]]:
    """Type one column; return it with its values."""

    def typed(cells: Sequence[str], name: str = "c", **declared: Any) -> tuple[Column, list[Any]]:
        only = Column(0, name, name, **declared)
        _, rows = table_of(tmp_path, [only], [[cell] for cell in cells])
        return only, [row[0] for row in rows]

    return typed


NUMBERS = [
    # cells, type, unit, values
    (["1", "-2", "", "+3"], "integer", "", [1, -2, None, 3]),
    (["1,597", "12", "1,234,567"], "integer", "", [1597, 12, 1234567]),
    (["5", "999999999999999999"], "integer", "", [5, 999999999999999999]),
    (["5", "1234567890123456789012"], "numeric", "", [D(5), D("1234567890123456789012")]),
    (["1.50", "2", ".5", "5."], "numeric", "", [D("1.5"), D(2), D("0.5"), D(5)]),
    (["0.1", "0.2"], "numeric", "", [D("0.1"), D("0.2")]),
    (["-72.58934857349857", "1"], "numeric", "", [D("-72.58934857349857"), D(1)]),
    (["$1,161.11", "(997,920.00)", "$ -5"], "numeric", "$", [D("1161.11"), D(-997920), D(-5)]),
    (["$(5.25)", "-$6", "7.00"], "numeric", "$", [D("-5.25"), D(-6), D(7)]),
    (["$100000.00", "US$ 5"], "numeric", "$", [D(100000), D(5)]),
    (["£6,200.00", "5 GBP"], "numeric", "£", [D(6200), D(5)]),
    (["EUR 5", "6 €"], "numeric", "€", [D(5), D(6)]),
    (["83%", "0", "12.5 %", "(2.1%)"], "numeric", "%", [D(83), D(0), D("12.5"), D("-2.1")]),
    (["123.45-", "2"], "numeric", "", [D("-123.45"), D(2)]),
    (["(5)", "6"], "integer", "", [-5, 6]),
    (["\u22125", "\u20137"], "integer", "", [-5, -7]),
    (["1.5E+03", "2.5e-3"], "numeric", "", [D(1500), D("0.0025")]),
    (["6.02E+23", "1.1E-34"], "numeric", "", [6.02e23, 1.1e-34]),
]


@pytest.mark.parametrize(("cells", "kind", "unit", "values"), NUMBERS)
def test_numbers_lose_their_dress_and_nothing_else(
    column: Any, cells: list[str], kind: str, unit: str, values: list[Any]
) -> None:
    found, typed = column(cells)
    assert (found.type, found.unit, typed) == (kind, unit, values)


TEXTS = [
    (["01056", "1056"], "begin with 0"),
    (["0101.00", "8001.01"], "begin with 0"),
    (["1E5", "12E3"], ""),
    (["1E5", "7"], ""),
    (["€5", "$6"], "several currencies"),
    (["83%", "5"], "percentages"),
    (["$5", "6%"], "percentages"),
    (["(413)", "(617)"], "parentheses"),
    (["5*", "7*"], "star"),
    (["250138012003", "250138012004"], "same many digits"),
    (["1,23", "4,56"], ""),
    (["12 MAIN ST", "14"], ""),
    (["413-555-0100", "413-555-0101"], ""),
    (["2010-11", "2011-12"], ""),
    (["1.2.3", "4.5.6"], ""),
    (["4-2-11", "4-3-12"], ""),
    (["5'11", "6'"], ""),
    (["0x1F", "12"], ""),
    (["1_000", "2"], ""),
    (["inf", "nan", "1"], ""),
]


@pytest.mark.parametrize(("cells", "why"), TEXTS)
def test_what_only_looks_like_numbers_stays_as_it_is_written(
    column: Any, cells: list[str], why: str
) -> None:
    found, typed = column(cells)
    assert (found.type, typed) == ("text", cells)
    assert why in " ".join(found.notes)


@pytest.mark.parametrize(
    "name",
    [
        "ZIP", "Zip Code", "ZIP+4", "BBL", "BIN", "APN", "Parcel ID", "PARCELID", "Account",
        "Phone", "Case Number", "CaseNumber", "case_no", "Permit #", "Permit No.", "GEOID10",
        "FIPS", "Violation Code", "Employee ID", "Tax Class at Time of Sale", "House Number",
        "Invoice Number",
    ],
)  # fmt: skip
def test_identifiers_stay_text_by_their_name(column: Any, name: str) -> None:
    found, typed = column(["1056", "2000"], name)
    assert (found.type, typed) == ("text", ["1056", "2000"])


@pytest.mark.parametrize(
    "name",
    [
        "Units", "Number of permits", "# of units", "Parcel Area", "Phone Calls", "Votes No",
        "Account Balance", "Class Size", "Code Violations", "OBJECTID", "Ward", "Year", "Cases",
    ],
)  # fmt: skip
def test_counts_and_measures_are_numbers_whatever_they_count(column: Any, name: str) -> None:
    assert column(["1056", "2000"], name)[0].type == "integer"


def test_a_declared_type_goes_before_what_the_name_says(column: Any) -> None:
    assert column(["1056", "2"], "Fund Code", type="integer")[1] == [1056, 2]
    assert column(["1056", "2"], "Amount", type="text")[1] == ["1056", "2"]


SOME_DAY = date(2020, 9, 14)
DAYS = [
    ["9/14/20", "9/14/2020", "09/14/2020"],
    ["2020-09-14", "2020-9-14", "2020/09/14"],
    ["20200914", "20200914"],
    ["14 September 2020", "14-Sep-20", "14  Sept.  2020"],
    ["Sep 14, 2020", "September 14th, 2020", "Monday, September 14, 2020"],
    ["9/14/2020 12:00:00 AM", "9/14/2020 0:00"],
    ["2020-09-14T00:00:00.000", "2020-09-14 00:00:00"],
    ["14.09.2020", "14.9.2020"],
]


@pytest.mark.parametrize("cells", DAYS)
def test_days_are_read_in_the_forms_that_cities_write(column: Any, cells: list[str]) -> None:
    found, typed = column(cells)
    assert (found.type, set(typed)) == ("date", {SOME_DAY})


MOMENTS = [
    ("9/14/2020 05:00 AM", datetime(2020, 9, 14, 5)),
    ("9/14/2020 5:00 p.m.", datetime(2020, 9, 14, 17)),
    ("9/14/20 5:00:01PM", datetime(2020, 9, 14, 17, 0, 1)),
    ("9/14/2020, 5:00:01 PM", datetime(2020, 9, 14, 17, 0, 1)),
    ("2020-09-14T10:00", datetime(2020, 9, 14, 10)),
    ("2020-09-14T10:00:00.250Z", datetime(2020, 9, 14, 10, 0, 0, 250_000)),
    ("2020-09-14T10:00:00-05:00", datetime(2020, 9, 14, 10)),
    ("2020-09-14 10:00:00+00", datetime(2020, 9, 14, 10)),
    ("14 Sep 2020 13:41:00:000", datetime(2020, 9, 14, 13, 41)),
    ("Sep 14 2020  1:41PM", datetime(2020, 9, 14, 13, 41)),
    ("1:41 PM EST on September 14, 2020", datetime(2020, 9, 14, 13, 41)),
]


@pytest.mark.parametrize(("cell", "moment"), MOMENTS)
def test_moments_keep_the_time_that_is_written(column: Any, cell: str, moment: datetime) -> None:
    found, typed = column([cell])
    assert (found.type, typed) == ("timestamp", [moment])


def test_a_zone_is_told_and_shifts_nothing(column: Any) -> None:
    found, typed = column(["2020-09-14T10:00:00-04:00", "2020-12-14T10:00:00-05:00"])
    assert typed == [datetime(2020, 9, 14, 10), datetime(2020, 12, 14, 10)]
    assert "-04:00 and -05:00 from UTC" in found.notes[0]
    assert "UTC" in column(["2020-09-14T10:00:00Z"])[0].notes[0]


@pytest.mark.parametrize(
    "cells",
    [
        ["2020-09-14T10:00:00Z", "2020-09-14T10:00:00"],
        ["9/14/2020 10:00 EST", "9/14/2020 10:00 PST"],
        ["2020-09-14T10:00:00+01:00", "2020-09-14T10:00:00+09:00", "2020-09-14T10:00:00-05:00"],
    ],
)
def test_times_of_several_zones_stay_text(column: Any, cells: list[str]) -> None:
    found, typed = column(cells)
    assert (found.type, typed) == ("text", cells)
    assert "several zones" in found.notes[0]


def test_the_sites_order_of_days_holds_and_is_told_where_nothing_proves_it(column: Any) -> None:
    found, typed = column(["11/06/1986", "01/02/1987"])
    assert typed == [date(1986, 11, 6), date(1987, 1, 2)]
    assert (found.date_order, found.proved) == ("mdy", False)
    assert "No value shows" in found.notes[0]


def test_one_value_proves_the_order_of_a_column(column: Any) -> None:
    found, typed = column(["13/06/1986", "01/02/1987"])
    assert typed == [date(1986, 6, 13), date(1987, 2, 1)]
    assert (found.date_order, found.proved, found.notes) == ("dmy", True, [])
    assert column(["06/13/1986", "01/02/1987"])[0].proved


def test_a_declared_order_goes_before_the_sites(column: Any) -> None:
    found, typed = column(["11/06/1986"], date_order="dmy")
    assert (typed, found.proved) == ([date(1986, 6, 11)], True)


def test_an_order_that_an_earlier_file_did_not_prove_binds_no_later_one(column: Any) -> None:
    found, typed = column(["13/06/1986"], type="date", date_order="mdy", proved=False)
    assert (typed, found.date_order, found.proved) == ([date(1986, 6, 13)], "dmy", True)


def test_a_column_that_contradicts_itself_stays_text_and_says_so(column: Any) -> None:
    found, _ = column(["13/06/1986", "06/13/1986"])
    assert found.type == "text"
    assert "Some days are written month/day, others day/month" in found.notes[0]


def test_days_that_do_not_exist_are_no_days(column: Any) -> None:
    assert column(["2/30/2020", "3/1/2020"])[1] == ["2/30/2020", "3/1/2020"]


def test_midnight_is_a_time_where_the_column_is_called_one(column: Any) -> None:
    cells = ["9/14/2020 0:00", "9/15/2020 0:00"]
    assert column(cells, "Opened")[0].type == "date"
    assert column(cells, "Open Time")[0].type == "timestamp"


def test_noon_on_every_day_is_no_time(column: Any) -> None:
    cells = ["12:00 PM EST on January 01, 2016", "12:00 PM EST on January 02, 2016"]
    assert column(cells)[1] == [date(2016, 1, 1), date(2016, 1, 2)]


def test_bare_digits_are_days_only_where_all_are_or_the_name_says_so(column: Any) -> None:
    assert column(["20200914", "20209914"])[0].type == "integer"
    found, typed = column(["20200914", "0", "00000000"], "ISSUE_DATE")
    assert (found.type, typed) == ("date", [SOME_DAY, None, None])
    assert found.marks == {"0": 1, "00000000": 1}


def test_days_as_excel_and_javascript_count_them_need_a_name_or_a_declaration(column: Any) -> None:
    assert column(["44088", "44089"], "Units")[0].type == "integer"
    assert column(["44088", "44089"], "Sale Date")[1] == [SOME_DAY, date(2020, 9, 15)]
    assert column(["44088", "44089.5"], "x", type="timestamp")[1][1] == datetime(2020, 9, 15, 12)
    assert column(["1600041600000"], "CREATED_DATE")[1] == [SOME_DAY]


def test_dashes_with_short_years_are_days_only_by_name(column: Any) -> None:
    assert column(["4-2-11", "4-23-11"], "Map")[0].type == "text"
    assert column(["4-2-11", "4-23-11"], "Filing Date")[1] == [date(2011, 4, 2), date(2011, 4, 23)]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["9:00 AM", "10:30 PM"], [time(9), time(22, 30)]),
        (["09:00", "23:59:59"], [time(9), time(23, 59, 59)]),
    ],
)
def test_times_alone_are_times(column: Any, cells: list[str], values: list[time]) -> None:
    found, typed = column(cells)
    assert (found.type, typed) == ("time", values)


def test_durations_beyond_a_day_are_no_times(column: Any) -> None:
    assert column(["36:15", "10:30"])[0].type == "text"


@pytest.mark.parametrize(
    ("cells", "name", "values"),
    [
        (["Yes", "no", ""], "c", [True, False, None]),
        (["TRUE", "false", NAN], "c", [True, False, None]),
        (["Y", "N", "Y"], "c", [True, False, True]),
        (["Y", "Y"], "is_open", [True, True]),
        (["Y", "Y"], "Size", ["Y", "Y"]),
        (["true", "yes"], "c", ["true", "yes"]),
        (["Yes", "Maybe"], "c", ["Yes", "Maybe"]),
        (["No"], "c", [False]),
    ],
)
def test_booleans_need_both_answers_or_a_name(
    column: Any, cells: list[str], name: str, values: list[Any]
) -> None:
    assert column(cells, name)[1] == values


@pytest.mark.parametrize(
    "mark", ["N/A", "NA", "#N/A", "*", "**", "^^", "T", "--", "-", "?", "_", ".", "NULL", "(null)",
             "None", "(X)", "$ -", "#REF!", "n.a."]
)  # fmt: skip
def test_marks_become_null_in_typed_columns_and_are_kept_beside_it(
    tmp_path: Path, mark: str
) -> None:
    only = Column(0, "Rate", "Rate")
    table, rows = table_of(tmp_path, [only], [["1.5"], [mark], [""]])
    assert [row[0] for row in rows] == [D("1.5"), None, None]
    assert (only.type, only.marks) == ("numeric", {mark: 1})
    assert [row[1] for row in stored(table)] == [None, f'{{"Rate": "{mark}"}}', None]


def test_words_that_may_be_answers_stay_in_columns_of_text(column: Any) -> None:
    cells = ["NA", "None", "T", "Null", "X", "-"]
    found, typed = column([*cells, "_", "--", "N/A", "(null)"])
    assert typed == [*cells, None, None, None, None]
    assert found.marks == {"_": 1, "--": 1, "N/A": 1, "(null)": 1}


def test_declared_marks_mean_no_value_whatever_the_type(column: Any) -> None:
    found, typed = column(["-99", "1.5", "2"], marks={"-99": 0})
    assert (typed, found.marks) == ([None, D("1.5"), D(2)], {"-99": 1})
    assert column(["None", "blue"], marks={"None": 0})[1] == [None, "blue"]


def test_a_doubted_number_is_a_number_with_its_mark_beside_it(tmp_path: Path) -> None:
    only = Column(0, "Total", "Total")
    table, rows = table_of(tmp_path, [only], [["? 1,736,520"], ["12 *"], ["5"], ["-"]])
    assert [row[0] for row in rows] == [1736520, 12, 5, None]
    assert only.marks == {"?": 1, "*": 1, "-": 1}
    assert [row[1] for row in stored(table)] == [
        '{"Total": "?"}', '{"Total": "*"}', None, '{"Total": "-"}'
    ]  # fmt: skip


def test_blanks_around_cells_go_and_those_within_stay(column: Any) -> None:
    cells = ["  two  words\t", "\u00a0", " \r\n", "a\n b ", "\ufeffx"]
    assert column(cells)[1] == ["two  words", None, None, "a\n b", "x"]
    assert column([" 12 ", "\t7\n"])[1] == [12, 7]


def test_one_odd_cell_in_a_thousand_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    odd = [["1E5"], ["0x1F"], [" 12 apples"]]
    cells = [[str(number)] for number in range(3000)]
    only = Column(0, "n", "Inspections")
    table, rows = table_of(tmp_path, [only], [*cells[:10], *odd, *cells[10:]])
    assert (only.type, table.rows, table.set_aside_total) == ("integer", 3000, 3)
    assert [row[0] for row in rows] == list(range(3000))
    first = table.set_aside[0]
    assert (first.row, first.kind, first.cells) == (12, "bad", ["1E5"])
    assert first.reason == "Inspections: “1E5” is no whole number."
    assert table.rejects is not None
    with Path(table.rejects).open(encoding="utf-8", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["row", "12", "13", "14"]


def test_more_odd_cells_or_fewer_rows_leave_a_column_text(tmp_path: Path) -> None:
    only = Column(0, "n", "n")
    table, _ = table_of(tmp_path, [only], [["x"], *([str(number)] for number in range(990))])
    assert (only.type, table.rows, table.set_aside_total) == ("text", 991, 0)
    assert only.notes == ["Text, because 1 cell is no whole number."]


def test_a_late_odd_value_never_breaks_a_column(column: Any) -> None:
    cells = [str(number) for number in range(5000)] + ["-3,935.71"]
    found, typed = column(cells)
    assert (found.type, typed[0], typed[-1]) == ("numeric", D(0), D("-3935.71"))


def test_a_late_zero_makes_the_whole_column_text(column: Any) -> None:
    cells = [str(number) for number in range(5000)] + ["01056"]
    assert column(cells)[1] == cells


def test_rows_that_do_not_have_a_declared_type_are_set_aside(tmp_path: Path) -> None:
    columns = [Column(0, "n", "Fine", type="numeric"), Column(1, "d", "Day", type="date")]
    rows = [["1", "9/14/20"], ["x", "soon"], ["2", "9/14/20"], ["3", "9/14/20 10:00"]]
    table, typed = table_of(tmp_path, columns, rows)
    assert [row[2] for row in typed] == [2, 4]
    assert [(aside.row, aside.cells) for aside in table.set_aside] == [
        (3, rows[1]), (5, rows[3])
    ]  # fmt: skip
    assert table.set_aside[0].reason == "Fine: “x” is no number. Day: “soon” is no date."


def test_a_declared_type_that_most_cells_do_not_have_is_told_and_dropped(column: Any) -> None:
    found, typed = column(["a", "b", "1"], type="integer")
    assert (found.type, typed) == ("text", ["a", "b", "1"])
    assert "Most cells are no whole number" in found.notes[0]


def test_a_declared_whole_number_may_be_written_with_a_point(column: Any) -> None:
    assert column(["3.0", "4.00", "5"], type="integer")[1] == [3, 4, 5]


def test_rows_that_an_unpivot_made_of_one_leave_together(tmp_path: Path) -> None:
    rows = [(2, ["a", "1"]), (2, ["b", "x"]), (3, ["a", "2"]), (3, ["b", "3"])]
    columns = [Column(0, "k", "k"), Column(1, "v", "v", type="integer")]
    grid = Grid(columns=columns, rows=rows, header_rows=[1], source_rows=3, per_row=2)
    table = type_grid(grid, into=tmp_path)
    assert (table.rows, table.set_aside_total, table.set_aside[0].row) == (2, 1, 2)


def test_numbers_of_rows_that_do_not_add_up_are_an_error(tmp_path: Path) -> None:
    grid = Grid(columns=[Column(0, "a", "a")], rows=[(2, ["1"])], header_rows=[1], source_rows=5)
    with pytest.raises(RuntimeError, match="5 rows, but 2 are accounted for"):
        type_grid(grid, into=tmp_path)


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    table, rows = table_of(tmp_path, [Column(0, "a", "a")], [])
    assert (table.rows, rows, table.columns[0].type, table.rejects) == (0, [], "text", None)


def test_names_with_quotes_and_texts_with_quotes_are_only_names_and_texts(tmp_path: Path) -> None:
    columns = [Column(0, 'a"); DROP', "it's", marks={"o'n": 0}), Column(1, "'b", "'b")]
    _, rows = table_of(tmp_path, columns, [["o'n", "'"], ["'5", '"']])
    assert rows == [(None, "'", 2), ("'5", '"', 3)]


def test_more_odd_rows_than_may_be_set_aside_leave_the_column_text(tmp_path: Path) -> None:
    only = Column(0, "n", "n")
    cells = [["x"], ["y"], *([str(number)] for number in range(4000))]
    table, _ = table_of(tmp_path, [only], cells, limits=Limits(aside_rows=1))
    assert (only.type, table.rows) == ("text", 4002)
