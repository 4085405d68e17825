"""The public's pages in a browser: by keyboard, on a phone, in the dark, at twice the text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.loaded import loaded_table

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
# What a page may weigh at the first visit, fonts included, as it is sent.
HEAVIEST = 300_000


@pytest.fixture(scope="module")
def public_pages(site: RunningSite) -> dict[str, str]:
    """One address of each kind of public page."""
    data = site.api("package_show", id="street-defects")
    table = loaded_table(site, "street-defects")
    closed = site.api("package_search", fq='access_level:("non-public" OR "restricted public")')
    return {
        "home": "/",
        "search": "/dataset/?q=streets",
        "narrowed": "/dataset/?res_format=CSV",
        "nothing found": "/dataset/?q=zeppelins",
        "data set": "/dataset/street-defects",
        "not public": f"/dataset/{closed['results'][0]['name']}",
        "file": f"/dataset/street-defects/resource/{table['id']}",
        "api": f"/dataset/street-defects/resource/{table['id']}/api",
        "table": f"/dataset/street-defects/resource/{table['id']}/table",
        "row": f"/dataset/street-defects/resource/{table['id']}/row/7",
        "history": "/dataset/activity/street-defects",
        "departments": "/organization/",
        "department": f"/organization/{data['organization']['name']}",
        "policy": "/policy",
        "help": "/help",
        "accessibility": "/accessibility",
        "sign in": "/user/login",
        "forgotten password": "/user/reset",
        "error": "/nothing-here",
    }


def tab_to(page: Page, name: str, most: int = 80) -> None:
    """Press Tab until what has this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "() => document.activeElement.labels?.[0]?.textContent"
            " || document.activeElement.textContent"
        )
        if re.fullmatch(name, " ".join((said or "").split())):
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def test_a_resident_finds_reads_and_downloads_by_keyboard_alone(
    page: Page, public_pages: dict[str, str], tmp_path: Path
) -> None:
    page.goto(public_pages["home"])
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    tab_to(page, "Search the data")
    page.keyboard.type("potholes")
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name=re.compile("data sets? for “potholes”"))
    ).to_be_visible()
    tab_to(page, "Street defects")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Street defects")
    expect(page.get_by_role("region", name=re.compile("The first 10 of"))).to_be_visible()
    meaning = page.get_by_role("region", name=re.compile("columns"))
    expect(meaning.get_by_text("Calendar days from report to repair.")).to_be_visible()
    tab_to(page, r"Download CSV \(.*\)")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    lines = file.read_text("utf-8-sig").splitlines()
    assert file.suffix == ".csv"
    assert "days_to_repair" in lines[0]
    assert len(lines) > 100


def test_filters_open_and_close_on_a_phone_by_keyboard(browser: Browser, site: RunningSite) -> None:
    context = browser.new_context(base_url=site.url, viewport=PHONE)
    page = context.new_page()
    page.goto("/dataset/")
    filters = page.get_by_role("region", name="Narrow down")
    expect(filters).to_be_hidden()
    tab_to(page, "Narrow down")
    page.keyboard.press("Enter")
    expect(filters).to_be_visible()
    page.keyboard.press("Escape")
    expect(filters).to_be_hidden()
    page.keyboard.press("Enter")
    filters.get_by_role("link", name=re.compile("^Police Department")).press("Enter")
    page.wait_for_url("**organization=police**")
    expect(page.get_by_role("list", name="Narrowed down to")).to_contain_text("Police Department")
    context.close()


@pytest.mark.parametrize(
    ("viewport", "scheme", "names"),
    [
        (PHONE, "light", ()),
        (DESK, "dark", ()),
        (DESK, "light", ("home", "search", "data set", "file")),
        (PHONE, "dark", ("home", "search", "data set", "file")),
    ],
    ids=["phone, light", "desk, dark", "desk, light", "phone, dark"],
)
def test_no_public_page_shuts_anybody_out_or_scrolls_sideways(
    browser: Browser,
    site: RunningSite,
    public_pages: dict[str, str],
    viewport: dict[str, int],
    scheme: str,
    names: tuple[str, ...],
) -> None:
    context = browser.new_context(base_url=site.url, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    troubles = []
    for name in names or public_pages:
        page.goto(public_pages[name])
        for found in Axe().run(page).response["violations"]:
            where = [node["target"] for node in found["nodes"]][:3]
            troubles.append(f"{name}: {found['help']} {where}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > viewport["width"]:
            troubles.append(f"{name}: is {wide} px wide")
        if page.get_by_role("heading", level=1).count() != 1:
            troubles.append(f"{name}: has not exactly one first heading")
    context.close()
    assert troubles == []


def test_a_phone_with_twice_the_text_size_needs_no_sideways_scroll(
    browser: Browser, site: RunningSite, public_pages: dict[str, str]
) -> None:
    context = browser.new_context(base_url=site.url, viewport=PHONE)
    page = context.new_page()
    for name in ("home", "search", "data set", "file", "departments", "sign in"):
        page.goto(public_pages[name])
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    context.close()


def weight(context: BrowserContext, path: str) -> dict[str, float]:
    """What each file of a first visit weighs as it is sent, in bytes."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    names: dict[str, str] = {}
    sent: dict[str, float] = {}
    devtools.on(
        "Network.requestWillBeSent", lambda e: names.setdefault(e["requestId"], e["request"]["url"])
    )
    devtools.on(
        "Network.loadingFinished",
        lambda e: sent.__setitem__(names.get(e["requestId"], "?"), e["encodedDataLength"]),
    )
    page.goto(path, wait_until="networkidle")
    return sent


def test_the_first_visit_of_any_page_weighs_no_more_than_it_may(
    browser: Browser, site: RunningSite, public_pages: dict[str, str]
) -> None:
    for name in ("home", "search", "data set", "file", "departments", "help"):
        context = browser.new_context(base_url=site.url, viewport=DESK)
        sent = weight(context, public_pages[name])
        context.close()
        assert any("public-sans" in url for url in sent), "the font was not part of the visit"
        assert sum(sent.values()) <= HEAVIEST, (name, sent)


def test_a_page_prints_in_black_without_what_only_a_screen_needs(
    page: Page, public_pages: dict[str, str]
) -> None:
    page.goto(public_pages["data set"])
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for gone in (".head nav", ".search", ".actions", ".foot .columns"):
        expect(page.locator(gone).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
