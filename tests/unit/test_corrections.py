"""A steward's form becomes a reading; what cannot be understood is said at its field."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.independence.content.corrections import answer_text, corrected, does, structure
from ckanext.independence.content.reading.model import Choice, Reading


def form(**fields: Any) -> dict[str, list[str]]:
    """A form as it is sent: names with __ for a dot, one value or several."""
    return {
        name.replace("__", "."): value if isinstance(value, list) else [value]
        for name, value in fields.items()
    }


COLUMN = {
    "column__0__source": "0",
    "column__0__own": "Case #",
    "column__0__name": "Case",
    "column__0__label": "Case #",
    "column__0__type": "text",
}


def test_what_the_form_shows_unchanged_is_the_same_reading() -> None:
    reading = Reading(
        kind="csv", encoding="cp1252", delimiter=";", header_rows=[3, 4], range="A3:F90"
    )
    shown = structure(reading)
    sent = form(**shown, **{f"was__{name}": value for name, value in shown.items()}, **COLUMN)
    made = corrected(sent, "csv")
    assert made.problems == {} and not made.anew
    assert structure(made.reading) == shown
    assert [(c.label, c.name, c.type) for c in made.reading.columns] == [("Case #", "Case", "text")]


@pytest.mark.parametrize(
    ("text", "rows"), [("", None), ("none", []), ("5", [5]), ("5-6", [5, 6]), ("2, 4", [2, 4])]
)
def test_header_rows_are_written_as_people_do(text: str, rows: list[int] | None) -> None:
    assert corrected(form(header_rows=text), "csv").reading.header_rows == rows


def test_rows_are_set_aside_and_put_back() -> None:
    made = corrected(form(aside="1 - 4,17  20\u201322", keep="9", back=["9", "12"]), "csv")
    assert made.reading.aside == ["1-4", "17", "20-22"]
    assert made.reading.keep == ["9", "12"]


@pytest.mark.parametrize(
    "fields",
    [
        {"aside": "x"},
        {"keep": "4-1"},
        {"header_rows": "first"},
        {"header_rows": "1-400"},
        {"delimiter": "::"},
        COLUMN | {"column__0__name": ""},
        COLUMN | {"column__0__name": "_row"},
        COLUMN | {"column__0__name": 'a"b'},
        COLUMN | {"column__1__name": "case"},
        COLUMN | {"column__0__rows": "1"},
    ],
)
def test_what_cannot_be_understood_is_said_at_its_field(fields: dict[str, Any]) -> None:
    problems = corrected(form(**fields), "csv").problems
    (name,) = problems
    first = next(iter(fields))
    assert name == first or name.startswith(("column.", "unpivot."))
    assert problems[name].endswith(".")


def test_columns_are_found_anew_when_another_row_names_them() -> None:
    made = corrected(form(header_rows="5", was__header_rows="1", **COLUMN), "csv")
    assert made.anew and made.reading.columns == []


def test_all_of_a_column_can_be_corrected_and_its_label_stays_the_files() -> None:
    sent = form(
        **COLUMN
        | {
            "column__0__label": "Case number",
            "column__0__type": "date",
            "column__0__date_order": "dmy",
            "column__0__marks": "N/A\r\n--\r\n",
            "column__0__unit": "days",
            "column__0__fill_down": "1",
        }
    )
    made = corrected(sent, "csv")
    (column,) = made.reading.columns
    assert (column.label, made.labels) == ("Case #", {"Case": "Case number"})
    assert (column.type, column.date_order, column.unit) == ("date", "dmy", "days")
    assert list(column.marks) == ["N/A", "--"] and column.fill_down and not column.drop
    dropped = corrected(form(**COLUMN, column__0__drop="1"), "csv").reading.columns[0]
    assert dropped.drop


def test_columns_become_rows_and_columns_again() -> None:
    years = {"column__1__own": "2013", "column__1__name": "y2013", "column__1__rows": "1"}
    made = corrected(form(unpivot__name="year", unpivot__value="amount", **COLUMN, **years), "csv")
    assert made.reading.unpivot == {"columns": ["2013"], "name": "year", "value": "amount"}
    assert made.anew
    stays = form(
        unpivot__name="year",
        unpivot__value="amount",
        unpivot__label=["2013", "2014"],
        was__unpivot=["2013", "2014"],
        **COLUMN,
    )
    assert not corrected(stays, "csv").anew
    back = corrected(form(was__unpivot=["2013", "2014"], **COLUMN), "csv")
    assert back.anew and back.reading.unpivot == {}
    assert corrected(form(unpivot__off="1"), "csv").reading.unpivot == {}


def test_an_answer_is_laid_over_the_rest() -> None:
    aside = Choice("Set aside", {"aside": ["4", "9"]})
    second = Choice("Take the second table", {"range": "A9:F20", "header_rows": [9]})
    made = corrected(form(aside="1", answer__0=answer_text(aside)), "csv")
    assert made.reading.aside == ["1", "4", "9"]
    made = corrected(form(aside="1", answer__0=answer_text(second)), "csv")
    assert (made.reading.range, made.reading.header_rows) == ("A9:F20", [9])
    assert does(aside) == ["Sets aside 2 rows: 4, 9."]
    assert does(second) == [
        "Reads the cells A9:F20 and nothing else.",
        "Takes row 9 for the names of the columns.",
    ]


@pytest.mark.parametrize(
    "text", ["7", "[]", "{", '{"columns": 3}', '{"none": 1}', '{"columns": [1]}']
)
def test_an_answer_that_nobody_was_offered_changes_nothing(text: str) -> None:
    assert corrected(form(answer__0=text), "csv").reading == Reading(kind="csv")
