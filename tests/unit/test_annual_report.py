"""What the annual report says, its year, its PDF; and the files that say what is published."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from ckanext.independence.policy import own_data
from ckanext.independence.policy.inventory import Coverage, Entry
from ckanext.independence.policy.reporting.content import Facts, content
from ckanext.independence.policy.reporting.pdf import as_pdf
from ckanext.independence.policy.reporting.shape import ReportFileError, Shape, read
from ckanext.independence.policy.rulebook import Clause
from ckanext.independence.policy.scores import Day, Tally

ROOT = Path(__file__).parents[2]
CLAUSES = {code: Clause(code, f"{code} asks.") for code in ("IND-R1", "IND-R2", "IND-P5", "IND-G2")}
TODAY = dt.date(2026, 11, 26)
POLICE = {"department": "police", "department_title": "Police Department"}
FACTS = Facts(
    today=TODAY,
    entries=[
        Entry("1", "a", "Crimes", **POLICE, status="published", goals=("quality",),
              issued=dt.date(2026, 3, 1)),
        Entry("2", "b", "Use of force", **POLICE, status="planned",
              planned=dt.date(2027, 1, 31), priority=6),
        Entry("3", "c", "Stops", **POLICE, status="planned", planned=dt.date(2026, 1, 31),
              overdue=True, priority=2),
        Entry("4", "d", "Narratives", **POLICE, status="withheld", law="RSMo 610.100"),
    ],
    goals={"quality": "Quality", "growth": "Growth"},
    required=Tally(3, 1),
    whole=1,
    departments=[("Police Department", 4, Tally(3, 1), Tally(1))],
    rules=[("It says what it is", "Say it.", Tally(3, 1)), ("It is open", "Open it.", Tally(4))],
    clauses=[("IND-P1", "Publish.", Tally(3, 1))],
    before=(dt.date(2026, 9, 1), Tally(1, 1)),
    coverage=Coverage(1, 2, ("Fire Department",), TODAY),
)  # fmt: skip


@pytest.fixture(scope="module")
def shape() -> Shape:
    return read(ROOT / "schemas/policy/report.yaml", CLAUSES)


def made(shape: Shape, facts: Facts = FACTS, **words: str) -> dict[str, Any]:
    told: dict[str, Any] = content(
        shape, shape.year(2026), facts, words,
        city="City of Independence", language="en", address="https://x.example/policy/report/2026",
    )  # fmt: skip
    return told


def said(report: dict[str, Any], part: str) -> str:
    (found,) = [one for one in report["parts"] if one["id"] == part]
    return str(found["blocks"])


@pytest.mark.parametrize(
    ("day", "year"),
    [(dt.date(2026, 6, 30), 2026), (dt.date(2026, 7, 1), 2027), (dt.date(2027, 1, 1), 2027)],
)
def test_a_fiscal_year_is_named_for_the_year_in_which_it_ends(
    shape: Shape, day: dt.date, year: int
) -> None:
    found = shape.year_of(day)
    assert found.number == year and found.first <= day <= found.last
    assert (found.last - found.first).days in (364, 365)
    assert replace(shape, year_starts=1).year_of(day).number == day.year


def test_the_report_tells_progress_goals_next_year_and_what_could_be_better(shape: Shape) -> None:
    report = made(shape)
    assert "75 % (3 of 4) is kept; on September 1, 2026 it was 50 %" in said(report, "progress")
    assert "Crimes" in said(report, "progress") and "March 1, 2026" in said(report, "progress")
    assert "No published data set serves this goal yet." in said(report, "goals")
    ahead = said(report, "next-year")
    assert "January 31, 2027" in ahead and "Overdue" in ahead and "RSMo 610.100" in ahead
    better = said(report, "suggestions")
    assert "does not take suggestions itself yet" in better
    assert "Say it." in better and "Open it." not in better
    assert all(part["answered"] for part in report["parts"])


def test_a_city_with_nothing_gets_a_report_that_says_so(shape: Shape) -> None:
    nothing = replace(
        FACTS, entries=[], goals={}, required=Tally(), whole=0, departments=[], rules=[],
        clauses=[], before=None,
    )  # fmt: skip
    report = made(shape, nothing)
    answered = {part["id"]: part["answered"] for part in report["parts"]}
    assert answered == {
        "progress": True, "goals": False, "next-year": False, "suggestions": False,
    }  # fmt: skip
    worded = made(shape, nothing, suggestions="More maps.")
    assert worded["parts"][-1]["answered"]
    assert as_pdf(worded).startswith(b"%PDF")


def test_the_pdf_is_tagged_the_same_each_time_and_takes_no_text_for_markup(shape: Shape) -> None:
    odd = 'See #panic("x") $a$ *b* <c> \\ @d [e] “f” 中 \n\nNext.'
    report = made(shape, progress=odd)
    first = as_pdf(report)
    assert as_pdf(report) == first
    read_ = pypdf.PdfReader(io.BytesIO(first))
    assert read_.trailer["/Root"].get_object()["/MarkInfo"]["/Marked"]
    assert read_.metadata is not None and "fiscal year 2026" in str(read_.metadata.title)
    text = " ".join(" ".join(page.extract_text() for page in read_.pages).split())
    assert 'See #panic("x") $a$ *b* <c>' in text.replace("“x”", '"x"')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: [", "is not YAML"),
        ("title: R\nparts: []", "at least one part"),
        ("title: R\nyear_starts: 13\nparts: [{id: goals, title: G}]", "year_starts"),
        ("title: R\nparts: [{id: preface, title: P}]", "'preface' is none of"),
        ("title: R\nparts: [{id: goals, title: G, clauses: [X1]}]", "X1 is no clause"),
        ("title: R\nparts: [{id: goals, title: G}, {id: goals, title: G}]", "stands there twice"),
        ("title: R\nmotto: M\nparts: [{id: goals, title: G}]", "motto is not known"),
        ("parts: [{id: goals, title: G}]", "title must be a text"),
    ],
)
def test_a_wrong_file_of_the_report_is_refused_with_the_place(
    tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "report.yaml"
    file.write_text(text)
    with pytest.raises(ReportFileError, match=words):
        read(file, CLAUSES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "names and values"),
        ("department: [", "is not YAML"),
        ("department: parks", "'parks' is none"),
        ("department: fire\nother: 1", "other is none of"),
        ("department: fire\nscorecard: {name: s}", "scorecard needs a title"),
        ("department: fire\nscorecard: [s]", "scorecard must hold names"),
    ],
)
def test_a_wrong_file_of_own_data_is_refused_with_the_place(
    tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "own-data.yaml"
    file.write_text(text)
    with pytest.raises(own_data.OwnDataError, match=words):
        own_data.read(file, {"fire"})


def test_without_the_file_nothing_of_its_own_is_published(tmp_path: Path) -> None:
    assert not own_data.read(tmp_path / "own-data.yaml", {"fire"}).fields


def test_the_citys_own_file_explains_every_column_and_belongs_to_a_department() -> None:
    told = own_data.read(ROOT / "schemas/policy/own-data.yaml", {"technology-services"})
    assert told.fields is not None and set(told.fields) == {"scorecard", "inventory"}
    day = Day(TODAY, "fire", "open-format", 2, Tally(1, 2, 3, 4))
    rows = own_data.scorecard_csv([day], {"open-format": ["P1", "P2"]}, {"fire": "Fire"})
    header, row = rows.decode().split("\r\n")[:2]
    assert header.split(",") == list(own_data.SCORECARD_COLUMNS)
    assert row == "2026-11-26,Fire,open-format,2,P1; P2,1,2,3,4"
