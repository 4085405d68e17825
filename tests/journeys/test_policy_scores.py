"""Scorecards, points, inventory and annual report, as a resident and the coordinator see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, Page, expect

from tests.stewards import PASSWORD

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
PAGES = (
    "/policy/scorecard", "/policy/scorecard/police", "/policy/points",
    "/policy/points/open-format", "/inventory", "/inventory?status=not-published&sort=title",
    "/policy/report",
)  # fmt: skip


def troubles(page: Page, width: int) -> list[str]:
    found = [
        f"{page.url}: {one['help']} {[node['target'] for node in one['nodes']][:3]}"
        for one in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{page.url} scrolls sideways")
    return found


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone, dark", "desk, light"]
)
def test_no_page_of_the_policy_shuts_anybody_out_or_scrolls_sideways(
    browser: Browser, site: RunningSite, viewport: dict[str, int], scheme: str,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    context = browser.new_context(base_url=site.url, viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page, found = context.new_page(), []
    pictures = request.config.getoption("--pictures")
    for number, path in enumerate(PAGES):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += troubles(page, viewport["width"])
        if pictures:
            page.screenshot(path=Path(pictures) / f"policy-{number}-{viewport['width']}.png")
    assert not found, "\n".join(found)
    context.close()


def test_a_resident_goes_from_a_figure_to_the_data_sets_behind_it(page: Page) -> None:
    page.goto("/policy")
    page.get_by_role("main").get_by_role("link", name="Scorecard").click()
    row = page.get_by_role("row").filter(has_text="Police Department").first
    row.get_by_role("link", name="Police Department").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Scorecard: Police Department")
    page.get_by_role("link", name="It is offered in an open format").first.click()
    expect(page.get_by_role("heading", level=2, name="Data sets of Police")).to_be_visible()
    page.get_by_role("link", name="Kept", exact=True).click()
    expect(
        page.get_by_role("main").get_by_role("listitem").filter(has_text="kept").first
    ).to_be_visible()


def test_a_resident_finds_in_the_inventory_what_is_planned_and_when(page: Page) -> None:
    page.goto("/inventory")
    page.get_by_label("Status").select_option("Planned")
    page.get_by_role("button", name="Show").click()
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text("Planned")
    page.get_by_role("columnheader", name="What it is").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="What it is")).to_have_attribute(
        "aria-sort", "ascending"
    )
    assert "status=planned" in page.url


@pytest.fixture
def writer(site: RunningSite) -> Iterator[str]:
    """The name of an administrator of the department that answers for the portal."""
    name = "report-writer"
    values = {"name": name, "email": "report-writer@independencemo.example", "password": PASSWORD}
    site.api("user_create", token=site.admin_token, **values)
    role = {"id": "technology-services", "username": name, "role": "admin"}
    site.api("organization_member_create", token=site.admin_token, **role)
    yield name
    site.api("user_delete", token=site.admin_token, id=name)


def test_the_coordinator_writes_a_part_and_sees_it_where_nobody_else_does(
    browser: Browser, site: RunningSite, writer: str, page: Page
) -> None:
    context = browser.new_context(base_url=site.url, viewport=PHONE)  # type: ignore[arg-type]
    own = context.new_page()
    own.goto("/user/login")
    own.locator("[name=login]").fill(writer)
    own.locator("[name=password]").fill(PASSWORD)
    own.locator("[name=password]").press("Enter")
    own.wait_for_url(re.compile("^(?!.*login)"))
    own.goto("/policy/report")
    own.get_by_role("link", name="Fiscal year").first.click()
    own.get_by_label("Progress on the goals").fill("We opened the court's data.")
    found = troubles(own, PHONE["width"])
    own.get_by_role("button", name="Keep").click()
    own.get_by_role("link", name="See the whole report").click()
    expect(own.get_by_text("We opened the court's data.")).to_be_visible()
    found += troubles(own, PHONE["width"])
    assert not found, "\n".join(found)
    answer = page.goto(own.url)
    assert answer is not None and answer.status == 404
    context.close()
