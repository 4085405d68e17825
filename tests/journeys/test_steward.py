"""A steward's way in a browser: a draft, a refusal, a file, publication and withdrawal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import stewards
from tests.loaded import wait_until_looked_into
from tests.stewards import COMPLETE, PASSWORD, Office, Visitor

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def office(site: RunningSite) -> Iterator[Office]:
    """A department with an editor, for these tests."""
    with stewards.office(site) as made:
        yield made


@pytest.fixture(scope="module")
def signed_in(browser: Browser, office: Office) -> Iterator[BrowserContext]:
    """A browser in which the editor has signed in."""
    context = browser.new_context(base_url=office.site.url, viewport=DESK)
    context.add_cookies(
        [
            {"name": name, "value": value, "url": office.site.url}
            for name, value in Visitor(office.site, office.editor).cookies().items()
        ]
    )
    yield context
    context.close()


@pytest.fixture
def desk(signed_in: BrowserContext) -> Iterator[Page]:
    """A page of the editor's."""
    page = signed_in.new_page()
    yield page
    page.close()


def tab_to(page: Page, what: str, most: int = 120) -> None:
    """Press Tab until the control with this id, or the link or button of this name, has focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        id, said = page.evaluate(
            "() => [document.activeElement.id, document.activeElement.textContent]"
        )
        if id == what or re.fullmatch(what, " ".join((said or "").split())):
            return
    raise AssertionError(f"{what} is not reached by keyboard")


def type_into(page: Page, what: str, text: str) -> None:
    """Go to a control by Tab and type."""
    tab_to(page, what)
    page.keyboard.type(text)


def enter(page: Page, what: str, heading: str | re.Pattern[str]) -> None:
    """Go to a link or button by Tab, press Enter, and see the page that it leads to."""
    tab_to(page, what)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_an_editor_drafts_is_refused_mends_publishes_and_withdraws_by_keyboard_alone(
    page: Page, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "trees.csv"
    file.write_text("id,kind\n1,oak\n2,elm\n", "utf-8")
    title = f"Trees by the river {office.department}"
    press = page.keyboard.press

    page.goto("/user/login")
    type_into(page, "field-login", office.editor)
    type_into(page, "field-password", PASSWORD)
    press("Enter")
    expect(page.get_by_role("link", name="New data set").first).to_be_visible()
    enter(page, "New data set", "New data set")
    type_into(page, "field-title", title)
    enter(page, "Save as draft", f"Add a file to {title}")
    expect(page.get_by_role("status").first).to_have_text(re.compile("The draft is saved"))

    enter(page, "Publish", f"Publish {title}")
    wanting = page.get_by_role("region", name="Before it can be public")
    expect(wanting.get_by_role("link")).to_have_count(5)
    enter(page, "Description: .*", f"Edit {title}")
    expect(page.locator("#field-notes")).to_be_focused()
    page.keyboard.type("Every tree that the city planted by the river.")
    type_into(page, "field-tag_string", "trees, river")
    type_into(page, "field-steward_name", "Forestry desk")
    type_into(page, "field-steward_email", "trees@cityhall")
    type_into(page, "field-data_modified", "09142026")
    tab_to(page, "Save and publish")
    press("Enter")

    problems = page.locator(".problems")
    expect(problems).to_be_focused()
    expect(problems).to_contain_text("Steward's e-mail: 'trees@cityhall' is no e-mail address.")
    tab_to(page, "Steward's e-mail: .*")
    press("Enter")
    expect(page.locator("#field-steward_email")).to_be_focused()
    press("Control+A")
    page.keyboard.type("trees@independencemo.example")
    enter(page, "Save as draft", f"Add a file to {title}")

    tab_to(page, "field-upload")
    # What opens now is the system's own dialog and no page.
    page.locator(":focus").set_input_files(file)
    type_into(page, "field-name", "Trees (CSV)")
    enter(page, "Save file", title)
    expect(page.get_by_role("link", name="Trees (CSV)").first).to_be_visible()
    # The license and the privacy review come from whoever answers for them.
    made = office.show(page.url.rpartition("/")[2])
    reviewed = {k: v for k, v in COMPLETE.items() if k.startswith(("license", "privacy"))}
    office.site.api("package_patch", token=office.site.admin_token, id=made["id"], **reviewed)
    wait_until_looked_into(office.site, made["resources"][0]["id"])

    enter(page, "Publish", f"Publish {title}")
    expect(page.get_by_text("its one file")).to_be_visible()
    enter(page, "Publish", title)
    expect(page.get_by_role("status").first).to_have_text("Published. Anybody can see it now.")
    path = page.url.removeprefix(office.site.url)
    assert Visitor(office.site).get(path).status_code == 200

    enter(page, "Withdraw", f"Withdraw {title}")
    tab_to(page, "Withdraw")
    press("Enter")
    expect(page.locator(".problems")).to_contain_text("Choose why it is withdrawn.")
    tab_to(page, "field-reason")
    press("Space")
    press("ArrowDown")
    type_into(page, "field-note", "See all trees.")
    enter(page, "Withdraw", title)
    expect(page.get_by_role("status").first).to_have_text(re.compile("^Withdrawn"))
    gone = office.show(path.rpartition("/")[2])
    assert (gone["private"], gone["withdrawal_reason"]) == (True, "merged")
    assert Visitor(office.site).get(path).status_code == 404


def test_the_box_is_drawn_typed_or_taken_from_a_place(desk: Page, office: Office) -> None:
    made = office.data_set()
    desk.goto(f"/dataset/edit/{made['name']}#field-spatial_bbox")
    # The link opens the part in which the field is folded away.
    west, south, east, north = (
        desk.get_by_label(side) for side in ("West", "South", "East", "North")
    )
    expect(west).to_be_focused()
    drawing = desk.get_by_role("img", name=re.compile("Map of the city"))
    drawing.scroll_into_view_if_needed()
    place = drawing.bounding_box()
    assert place
    desk.mouse.move(place["x"] + place["width"] * 0.25, place["y"] + place["height"] * 0.25)
    desk.mouse.down()
    desk.mouse.move(place["x"] + place["width"] * 0.5, place["y"] + place["height"] * 0.6, steps=4)
    desk.mouse.up()
    drawn = [float(side.input_value()) for side in (west, south, east, north)]
    assert -94.50 < drawn[0] < drawn[2] < -94.27
    assert 39.01 < drawn[1] < drawn[3] < 39.16
    chosen = desk.locator(".map .chosen")
    before = chosen.get_attribute("width")
    east.fill("-94.30")
    assert chosen.get_attribute("width") != before
    desk.get_by_label("Take the box of").select_option("Englewood")
    desk.get_by_role("button", name="Fill in").click()
    expect(west).to_have_value("-94.462")
    desk.get_by_role("button", name="Save as draft").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile("^Add a file"))
    assert office.show(made["id"])["spatial_bbox"] == "-94.462,39.083,-94.442,39.095"


def test_fields_that_do_not_apply_wait_until_they_do(desk: Page) -> None:
    desk.goto("/dataset/new")
    reason = desk.get_by_label("Why it is not public")
    expect(reason).to_be_hidden()
    desk.get_by_label("Access to the data").select_option("Not public")
    expect(reason).to_be_visible()


def test_half_a_date_is_not_lost_in_silence(desk: Page) -> None:
    desk.goto("/dataset/new")
    desk.get_by_label("Title").fill("Trees")
    desk.locator("#field-issued").focus()
    desk.keyboard.type("0914")
    desk.get_by_role("button", name="Save as draft").click()
    expect(desk.get_by_text("The date is not complete.")).to_be_visible()
    expect(desk.locator("#field-issued")).to_be_focused()


def test_a_file_that_is_refused_stays_chosen_and_one_over_the_limit_is_not_sent(
    desk: Page, office: Office, tmp_path: Path
) -> None:
    made = office.data_set()
    file = tmp_path / "trees.csv"
    file.write_text("id,kind\n1,oak\n", "utf-8")
    desk.goto(f"/dataset/{made['name']}/resource/new")
    link = desk.get_by_label("Address of the file")
    expect(link).to_be_hidden()
    chosen = desk.locator("#field-upload")
    chosen.set_input_files(file)
    limit = chosen.get_attribute("data-limit")
    desk.evaluate("document.getElementById('field-upload').dataset.limit = '5'")
    desk.get_by_role("button", name="Save file").click()
    expect(desk.get_by_text("This file is larger than")).to_be_visible()
    desk.evaluate(f"document.getElementById('field-upload').dataset.limit = '{limit}'")
    desk.get_by_label("What it holds").fill("<b>Trees</b>")
    desk.get_by_role("button", name="Save file").click()
    expect(desk.locator(".problems")).to_be_focused()
    expect(desk.locator(".problems")).to_contain_text("holds HTML", ignore_case=True)
    assert chosen.evaluate("input => input.files[0].name") == "trees.csv"
    desk.get_by_label("What it holds").fill("Trees")
    desk.get_by_role("button", name="Save file").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(made["title"])
    assert office.show(made["id"])["resources"][0]["description"] == "Trees"


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone, light", "desk, dark"]
)
def test_no_page_of_a_steward_shuts_anybody_out_or_scrolls_sideways(
    signed_in: BrowserContext, office: Office, viewport: dict[str, int], scheme: str
) -> None:
    page = signed_in.new_page()
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=scheme)
    draft = office.data_set()
    public = office.data_set(
        private=False,
        resources=[{"name": name, "url": "https://www.example.gov/a.csv"} for name in "ab"],
        **COMPLETE,
    )
    file = public["resources"][0]["id"]
    troubles: list[str] = []

    def look(name: str) -> None:
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        for found in Axe().run(page).response["violations"]:
            where = [node["target"] for node in found["nodes"]][:3]
            troubles.append(f"{name}: {found['help']} {where}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > viewport["width"]:
            troubles.append(f"{name}: is {wide} px wide")
        if page.get_by_role("heading", level=1).count() != 1:
            troubles.append(f"{name}: has not exactly one first heading")

    often = (
        f"/dataset/{draft['name']}/resource/new",
        f"/dataset/{draft['name']}/publish",
        f"/dataset/{public['name']}/withdraw",
    )
    seldom = (
        f"/dataset/edit/{public['name']}",
        f"/dataset/resources/{public['name']}",
        f"/dataset/{public['name']}/resource/{file}/edit",
        f"/dataset/{public['name']}/resource/{file}/delete",
        f"/dataset/delete/{draft['name']}",
    )
    for path in (*often, *(seldom if viewport is PHONE else ())):
        page.goto(path)
        look(path)
    page.goto("/dataset/new")
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    for name in ("title", "steward_email", "series", "references", "spatial_bbox", "citation"):
        page.locator(f"#field-{name}").fill("<b>no</b>")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator(".problems")).to_be_focused()
    look("a form with errors")
    page.goto(f"/dataset/{public['name']}/withdraw")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".problems")).to_be_focused()
    look("a withdrawal without a reason")
    page.close()
    assert troubles == []
