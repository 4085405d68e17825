"""A steward and a messy workbook: a question, an answer, a table, columns explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from axe_playwright_python.sync_playwright import Axe
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, Page, expect

from tests import stewards
from tests.stewards import COMPLETE, Office, Visitor

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
# A file waits for its turn on a busy machine.
PATIENCE = 90_000


@pytest.fixture(scope="module")
def office(site: RunningSite) -> Iterator[Office]:
    """A department with an editor, for these tests."""
    with stewards.office(site) as made:
        yield made


@pytest.fixture(scope="module")
def desk(browser: Browser, office: Office) -> Iterator[Page]:
    """A page of the editor's, who has signed in."""
    context = browser.new_context(base_url=office.site.url, viewport=DESK)
    context.set_default_timeout(15_000)
    context.add_cookies(
        [
            {"name": name, "value": value, "url": office.site.url}
            for name, value in Visitor(office.site, office.editor).cookies().items()
        ]
    )
    yield context.new_page()
    context.close()


def workbook(path: Path) -> Path:
    """Two tables on two sheets; the second has a title, a total and a note."""
    with xlsxwriter.Workbook(path) as book:
        trees, fines = book.add_worksheet("Trees"), book.add_worksheet("Fines")
        for at, row in enumerate([["Tree", "Height"], *[[f"oak {n}", n] for n in range(6)]]):
            trees.write_row(at, 0, row)
        rows = [
            ["Fines of the municipal court"],
            [],
            ["Case", "Opened", "Fine", "Kind"],
            *[[f"00{700 + n}", f"9/{14 + n}/2020", f"${10 + n}.50", "AB"[n % 2]] for n in range(9)],
            ["Total", "", "$130.50", ""],
            ["Source: the clerk's own list."],
        ]
        for at, row in enumerate(rows):
            fines.write_row(at, 0, row)
    return path


def look(page: Page, name: str, troubles: list[str]) -> None:
    """Note what shuts anybody out, or scrolls sideways on a phone, in both schemes."""
    for viewport, scheme in ((DESK, "dark"), (PHONE, "light")):
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        for found in Axe().run(page).response["violations"]:
            where = [node["target"] for node in found["nodes"]][:3]
            troubles.append(f"{name}, {scheme}: {found['help']} {where}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > viewport["width"]:
            troubles.append(f"{name}: is {wide} px wide at {viewport['width']}")
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")


def test_a_steward_uploads_a_messy_workbook_is_asked_answers_and_explains_its_columns(
    desk: Page, office: Office, tmp_path: Path
) -> None:
    made = office.data_set(private=False, **COMPLETE)
    troubles: list[str] = []
    desk.goto(f"/dataset/{made['name']}/resource/new")
    expect(desk.get_by_text("At most 500 MB.")).to_be_visible()
    desk.locator("#field-upload").set_input_files(workbook(tmp_path / "court.xlsx"))
    desk.locator("#field-name").fill("Fines (XLSX)")
    desk.get_by_role("button", name="Save file").click()
    desk.get_by_role("link", name="Fines (XLSX)").first.click()
    # The page follows the file by itself, until a steward is needed.
    question = desk.get_by_text("The file can be read in more than one way: choose one.")
    expect(question).to_be_visible(timeout=PATIENCE)
    address = desk.url
    desk.get_by_role("link", name="How it is read").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("How Fines (XLSX) is read")
    look(desk, "a question", troubles)

    desk.get_by_role("radio", name=re.compile("^Fines")).check()
    desk.get_by_role("button", name="Show what comes of this answer").click()
    expect(desk.get_by_text("This is a try: nothing is saved yet.")).to_be_visible()
    before = desk.get_by_role("region", name="Before: the file as it is")
    expect(before.get_by_role("row", name=re.compile("^1 title Fines of the"))).to_be_visible()
    after = desk.get_by_role("region", name="After: the table")
    expect(after.get_by_role("row", name=re.compile("^4 00700 2020-09-14 10.5"))).to_be_visible()
    expect(desk.get_by_label("Put back row 13")).to_be_visible()
    look(desk, "an answer that is tried", troubles)
    desk.get_by_role("button", name="Use this").click()
    expect(desk.get_by_text("9 rows loaded, 3 set aside.")).to_be_visible(timeout=PATIENCE)

    # The table is offered once the worker has indexed the data set again.
    explain = desk.get_by_role("link", name="Explain the columns")
    for _ in range(30):
        if explain.count():
            break
        desk.wait_for_timeout(2000)
        desk.reload()
    explain.click()
    desk.get_by_label("What it means (Kind)").fill("What was done wrong.")
    desk.get_by_label(re.compile(r"^Codes.*\(Kind\)")).fill("A = Speeding\nB = Parking")
    look(desk, "the columns", troubles)
    desk.get_by_role("button", name="Save these words").click()
    expect(desk.get_by_role("heading", name="Columns explained")).to_be_visible()
    expect(desk.get_by_role("cell", name=re.compile("What was done wrong"))).to_be_visible()
    look(desk, "the file", troubles)

    public = Visitor(office.site).get(address.removeprefix(office.site.url)).text
    assert "9 rows loaded, 3 set aside." in public and "What was done wrong." in public
    assert "How it is read" not in public
    assert troubles == []
