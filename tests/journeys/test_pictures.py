"""The pages that README shows, and their pictures where they are asked for.

``./portal test tests/journeys/test_pictures.py --pictures docs/pictures`` takes them anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, expect

from tests.loaded import loaded_table

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 760}
PICTURES = {
    "home-wide": ("/", WIDE),
    "home-narrow": ("/", NARROW),
    "search-wide": ("/dataset/?q=potholes", WIDE),
    "search-narrow": ("/dataset/?q=potholes", NARROW),
    "dataset-wide": ("/dataset/building-permits", WIDE),
    "dataset-narrow": ("/dataset/building-permits", NARROW),
    "table-wide": ("FILE?view=table#data", WIDE),
    "table-narrow": ("FILE?view=table#data", NARROW),
    "chart-wide": ("FILE?view=chart#data", WIDE),
    "chart-narrow": ("FILE?view=chart#data", NARROW),
    "map-wide": ("FILE?view=map#data", WIDE),
    "map-narrow": ("FILE?view=map#data", NARROW),
    "columns-wide": ("FILE#columns", WIDE),
    "columns-narrow": ("FILE#columns", NARROW),
    "versions-wide": ("FILE/versions", WIDE),
    "versions-narrow": ("FILE/versions", NARROW),
}
# The data set of whose first file the pictures are whose address begins with FILE.
SHOWN = "code-enforcement-cases"


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_that_the_readme_shows_opens(
    name: str, browser: Browser, site: RunningSite, pytestconfig: pytest.Config
) -> None:
    path, viewport = PICTURES[name]
    if path.startswith("FILE"):
        file = f"/dataset/{SHOWN}/resource/{loaded_table(site, SHOWN)['id']}"
        path = path.replace("FILE", file, 1)
    context = browser.new_context(base_url=site.url, viewport=viewport, reduced_motion="reduce")
    try:
        page = context.new_page()
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        expect(page.locator("h1")).to_have_count(1)
        folder = pytestconfig.getoption("pictures")
        if folder:
            # Charts and maps draw themselves after the page has come.
            page.wait_for_load_state("networkidle")
            page.evaluate("document.fonts.ready")
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")
    finally:
        context.close()
