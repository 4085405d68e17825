"""The pages about the feed in a browser: for everyone, and examples that work as they stand."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.published import published
from tests.stewards import PASSWORD, Office, office

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def forestry(site: RunningSite) -> Iterator[Office]:
    """An office whose draft lacks what harvesters ask for."""
    with office(site) as opened:
        opened.data_set(title="A very long title of a draft about trees " * 4, private=True)
        yield opened


def _signed_in(browser: Browser, site: RunningSite, name: str, **options: object) -> BrowserContext:
    context = browser.new_context(base_url=site.url, **options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/user/login")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile("^(?!.*login)"))
    return context


def _troubles(page: Page, width: int) -> list[str]:
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
def test_no_page_about_the_feed_shuts_anybody_out_or_scrolls_sideways(
    browser: Browser, site: RunningSite, forestry: Office, viewport: dict[str, int], scheme: str
) -> None:
    published(site)
    draft = forestry.show(forestry.made[0])["name"]
    context = _signed_in(browser, site, forestry.editor, viewport=viewport, color_scheme=scheme)
    page, troubles = context.pages[0], []
    for path in (
        "/feed",
        "/dataset/street-defects/feed",
        f"/dataset/{draft}/feed",
        "/feed/problems",
        "/feed/next",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        troubles += _troubles(page, viewport["width"])
    page.get_by_label("Address of a feed").fill("https://127.0.0.1/data.json")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("alert")).to_contain_text("It cannot be compared")
    troubles += _troubles(page, viewport["width"])
    assert not troubles, "\n".join(troubles)
    context.close()


def test_a_visitor_finds_the_feeds_from_any_page_and_a_record_from_its_data_set(
    page: Page, site: RunningSite
) -> None:
    published(site)
    page.goto("/dataset/street-defects")
    page.get_by_role("link", name="Record for harvesters").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What harvesters get of")
    page.get_by_role("contentinfo").get_by_role("link", name="Feeds for other catalogs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Feeds for other catalogs")


def test_a_steward_goes_from_a_problem_to_the_field_and_mends_it(
    browser: Browser, site: RunningSite, forestry: Office
) -> None:
    draft = forestry.show(forestry.made[0])["name"]
    context = _signed_in(browser, site, forestry.editor, viewport=DESK)
    page = context.pages[0]
    page.goto(f"/dataset/{draft}/feed")
    row = page.get_by_role("row").filter(has_text="description").first
    expect(row).to_contain_text("'description' is a required property")
    row.get_by_role("link", name=re.compile("Mend it in the form")).click()
    field = page.get_by_label("Description", exact=False).first
    expect(field).to_be_in_viewport()
    field.fill("One row for each tree.")
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    page.goto(f"/dataset/{draft}/feed")
    expect(page.get_by_text("'description' is a required property")).to_have_count(0)
    expect(page.get_by_text("One row for each tree.").first).to_be_visible()
    context.close()


def test_the_examples_run_as_they_stand_and_ask_for_nothing_that_they_have(
    page: Page, site: RunningSite, tmp_path: Path
) -> None:
    if not shutil.which("curl"):
        pytest.skip("this machine has no curl")
    feed = published(site, "/dcat-us/3.0.json")
    page.goto("/feed")
    codes = {
        section.get_by_role("heading").inner_text(): section.locator("pre").inner_text()
        for section in page.locator("section.client").all()
        if section.locator("pre").count()
    }

    def run(client: str, *words: str) -> str:
        folder = tmp_path / words[0].rsplit("/", 1)[-1]
        folder.mkdir(exist_ok=True)
        done = subprocess.run(
            words,
            input=codes[client],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    size = run("curl", "sh", "-s")
    kept = tmp_path / "sh" / "catalog.json"
    first = kept.stat().st_mtime_ns
    assert run("curl", "sh", "-s") == size and kept.stat().st_mtime_ns == first
    sets = f"{len(feed['dataset'])} data sets"
    assert run("Python", sys.executable, "-") == f"200 {sets}\n"
    assert run("Python", sys.executable, "-") == f"304 {sets}\n"
    records = len(feed["dataset"]) + len(feed["service"]) + len(feed["datasetSeries"])
    for _ in range(2):
        said = run("Python, only what changed", sys.executable, "-")
        assert said.startswith(f"{records} records, next time since "), said
