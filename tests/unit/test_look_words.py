"""How values read to the public."""

from __future__ import annotations

import datetime as dt

import pytest
from ckanext.independence.catalog import words

TODAY = dt.date(2026, 9, 14)


def test_days_read_as_people_write_them() -> None:
    assert words.day("2020-09-04") == "September 4, 2020"
    assert words.day(dt.datetime(2020, 9, 14, 23, 59)) == "September 14, 2020"
    assert words.day("") == words.day(None) == words.day("soon") == ""


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-09-14", "today"),
        ("2026-09-13", "yesterday"),
        ("2026-09-11", "3 days ago"),
        ("2026-08-20", "3 weeks ago"),
        ("2026-04-02", "5 months ago"),
        ("2023-09-14", "3 years ago"),
        ("2026-09-20", "on September 20, 2026"),
        ("", ""),
    ],
)
def test_how_long_ago_is_told_in_the_largest_unit_that_reads_well(day: str, said: str) -> None:
    assert words.ago(day, TODAY) == said


@pytest.mark.parametrize(
    ("due", "tone", "word"),
    [
        ("2026-09-14", "good", "on time"),
        ("2026-09-13", "near", "1 day late"),
        ("2026-08-01", "bad", "6 weeks late"),
        ("", "none", "updated as needed"),
    ],
)
def test_a_promise_is_judged_on_the_day_it_is_read(due: str, tone: str, word: str) -> None:
    standing = words.standing(due, TODAY)
    assert (standing.tone, standing.word) == (tone, word)


def test_sizes_read_as_people_write_them() -> None:
    assert [words.size(n) for n in (640, 15_800, 1_230_000, 250_000_000)] == [
        "640 bytes",
        "16 kB",
        "1.2 MB",
        "250 MB",
    ]
    assert words.size(None) == words.size("") == words.size(0) == ""


def test_whole_years_read_as_years() -> None:
    assert words.covered("2021-01-01", None) == "Since 2021"
    assert words.covered("2021-01-01", "2025-12-31") == "2021 to 2025"
    assert words.covered("2024-01-01", "2024-12-31") == "2024"
    assert words.covered("2020-07-01", "2021-06-30") == "July 1, 2020 to June 30, 2021"
    assert words.covered(None, None) == ""


def test_an_excerpt_shows_and_marks_what_was_asked_for() -> None:
    text = "The city keeps many lists. " * 12 + "One of them holds **potholes** <b>by street</b>."
    found = words.excerpt(text, words.pattern({"pothole", "street defects"}))
    assert "<mark>potholes</mark>" in found
    assert found.startswith("… ")
    assert "**" not in found


def test_a_phrase_is_marked_in_any_of_its_forms() -> None:
    wanted = words.pattern({"street defects"})
    assert "<mark>Street defect</mark>" in words.marked("Street defect", wanted)
    assert words.marked("A street. No defect", wanted) == "A street. No defect"


def test_marking_never_lets_html_through() -> None:
    wanted = words.pattern({"script", '"><img'})
    assert "<script" not in words.marked("<script>alert(1)</script>", wanted)
    assert "<img" not in words.excerpt('<img src=x onerror="alert(1)">', wanted)


def test_a_citation_is_worked_out() -> None:
    assert words.citation("Street defects", "Public Works", "Independence", "2026-09-14", "u") == (
        "City of Independence, Public Works (2026). Street defects [Data set]. u"
    )
