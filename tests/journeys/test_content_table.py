"""The public's table in a browser: filtered, sorted, with fewer columns, passed on as a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.loaded import loaded_table

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def address(site: RunningSite) -> str:
    """A file with a table."""
    return f"/dataset/street-defects/resource/{loaded_table(site, 'street-defects')['id']}"


@pytest.fixture
def reader(browser: Browser, site: RunningSite) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=site.url, viewport=DESK)
    context.set_default_timeout(15_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


def rows(page: Page) -> Locator:
    return page.locator(".data tbody tr")


def column(page: Page, title: str) -> list[str]:
    """Return the texts of a column on this page."""
    heads = [
        text.split("\n")[0].strip(" ▲▼") for text in page.locator(".names th").all_inner_texts()
    ]
    place = heads.index(title) + 1
    return page.locator(f".data tbody tr > :nth-child({place})").all_inner_texts()


def changed(page: Page, do: Any) -> None:
    """Do something that has the table fetched, and wait for it."""
    with page.expect_response(re.compile("/table/part")):
        do()
    expect(page.locator("#data-table")).not_to_have_attribute("aria-busy", "true")


def test_a_reader_filters_sorts_hides_a_column_and_passes_the_view_on(
    reader: BrowserContext, address: str
) -> None:
    page = reader.new_page()
    page.goto(address)
    before = page.locator("#table-count").inner_text()
    page.get_by_label("Defect type contains").fill("curb")
    changed(page, lambda: page.keyboard.press("Enter"))
    changed(page, lambda: page.get_by_role("link", name="Days to repair", exact=True).click())
    changed(page, lambda: page.get_by_role("link", name="Days to repair", exact=True).click())
    page.get_by_role("button", name="Columns").click()
    changed(page, lambda: page.get_by_role("checkbox", name="Request number").uncheck())
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    seen = rows(page).all_inner_texts()
    assert page.locator("#table-count").inner_text() != before
    assert all("curb" in text.lower() for text in seen)
    days = [int(text) for text in column(page, "Days to repair") if text.strip().isdigit()]
    assert days == sorted(days, reverse=True)
    assert "sort=days_to_repair" in page.url

    other = reader.new_page()
    other.goto(link)
    assert rows(other).all_inner_texts() == seen
    expect(other.get_by_role("link", name="Request number", exact=True)).to_have_count(0)
    expect(other.locator("th[aria-sort=descending]")).to_contain_text("Days to repair")
    expect(other.get_by_role("list", name="Filters in force")).to_contain_text("contains curb")

    changed(page, page.go_back)
    expect(page.get_by_role("link", name="Request number", exact=True)).to_be_visible()


def test_pages_are_turned_by_keyboard_and_the_focus_stays(
    reader: BrowserContext, address: str
) -> None:
    page = reader.new_page()
    page.goto(address)
    page.get_by_role("link", name="Next", exact=True).focus()
    changed(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator("#table-count")).to_contain_text("Rows 51 to 100 of")
    expect(page.get_by_role("link", name="Next", exact=True)).to_be_focused()
    changed(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator("#table-count")).to_contain_text("Rows 101 to 150 of")
    changed(page, lambda: page.get_by_role("link", name="Last", exact=True).press("Enter"))
    expect(page.get_by_role("link", name="Next", exact=True)).to_have_count(0)
    expect(page.locator("#table-said")).to_have_text(
        re.compile("^(Rows .* to|The last .* rows) .*of .*")
    )


def test_without_a_script_the_table_filters_sorts_and_turns(
    browser: Browser, site: RunningSite, address: str
) -> None:
    context = browser.new_context(base_url=site.url, viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Defect type contains").fill("curb")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("contains curb")
    page.get_by_role("link", name="Days to repair", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Days to repair")
    assert all("curb" in text.lower() for text in rows(page).all_inner_texts())
    page.get_by_role("link", name=re.compile("Remove: .*curb")).click()
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.locator("#table-count")).to_contain_text("Rows 51 to 100 of")
    context.close()


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_a_column_is_explained_and_filtered_beside_the_table_and_shuts_nobody_out(
    browser: Browser, site: RunningSite, address: str, viewport: dict[str, Any], scheme: Any
) -> None:
    context = browser.new_context(base_url=site.url, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    troubles = []
    page.goto(f"{address}/table?defect_type.contains=curb&nothing.is=1")
    page.get_by_role("button", name="About the column Days to repair").click()
    card = page.locator(":popover-open")
    expect(card).to_contain_text("Calendar days from report to repair.")
    for found in Axe().run(page).response["violations"]:
        where = [node["target"] for node in found["nodes"]][:3]
        troubles.append(f"{found['help']} {where}")
    assert not troubles
    changed(page, lambda: card.get_by_label("Empty cells").select_option("yes"))
    expect(page.locator(":popover-open")).to_be_visible()
    page.keyboard.press("Escape")
    assert not any(text.strip().isdigit() for text in column(page, "Days to repair"))
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    context.close()
