"""Charts and maps in a browser: really drawn under the site's policy, taken along, embedded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, Page, expect

from tests.loaded import loaded_table

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def file(site: RunningSite) -> str:
    """The address of a file with dates, categories, numbers and places."""
    return f"/dataset/street-defects/resource/{loaded_table(site, 'street-defects')['id']}"


def troubles(page: Page) -> list[str]:
    """Collect what the browser complains of."""
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_a_reader_draws_a_chart_and_takes_it_along(page: Page, file: str, tmp_path: Path) -> None:
    said = troubles(page)
    page.goto(f"{file}?view=chart")
    drawing = page.locator(".drawing svg")
    expect(drawing).to_be_visible()
    expect(drawing.locator(".mark-line path")).to_have_count(1)
    page.get_by_label("Kind").select_option("bar")
    page.get_by_label("Along").select_option("defect_type")
    page.get_by_role("button", name="Draw", exact=True).click()
    expect(page.get_by_role("heading", name="Street defects by Defect type")).to_be_visible()
    bars = page.locator(".drawing .mark-rect path")
    expect(bars.first).to_be_visible()
    page.get_by_text("The figures as a table").click()
    table = page.get_by_role("region", name="The figures of the chart")
    expect(table.locator("tbody tr")).to_have_count(bars.count())
    for name, beginning in (("Picture (PNG)", b"\x89PNG"), ("Drawing (SVG)", b"<svg")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).click()
        taken = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(taken)
        assert taken.name.startswith("street-defects-by-defect-type.")
        assert taken.read_bytes().startswith(beginning)
    assert "Source: City of Independence" in taken.read_text("utf-8")
    assert said == []


def test_a_reader_finds_the_way_from_the_city_to_one_place(page: Page, file: str) -> None:
    said = troubles(page)
    page.goto(f"{file}?view=map")
    figure = page.locator(".map-figure")
    expect(figure.locator("path.city")).to_have_count(1)
    expect(figure.locator("path.place.cell").nth(10)).to_be_visible()
    expect(figure.get_by_role("status")).to_contain_text("counted in circles")
    for _step in range(4):
        page.get_by_role("button", name="Zoom in").click()
        page.wait_for_timeout(400)
    expect(figure.get_by_role("status")).not_to_contain_text("counted in circles")
    figure.get_by_text("The places as a list").click()
    figure.get_by_role("listitem").get_by_role("button").first.click()
    expect(figure.locator(".leaflet-popup dt").first).to_have_text("Request number")
    as_table = figure.get_by_role("link", name="Show this part of the map as a table")
    address = as_table.get_attribute("href") or ""
    assert {"longitude.min", "latitude.max"} <= set(re.findall(r"([\w.]+)=", address))
    assert said == []


def test_an_embedded_chart_and_map_are_drawn_in_another_sites_page(
    page: Page, site: RunningSite, file: str
) -> None:
    said = troubles(page)
    frames = "".join(
        f'<iframe src="{site.url}{file}/embed/{view}" title="{view}" width="900" height="600">'
        "</iframe>"
        for view in ("chart", "map")
    )
    with other_site(f"<h1>Other</h1>{frames}") as address:
        page.goto(address)
        drawn_in_frames(page)
    assert said == []


@contextmanager
def other_site(body: str) -> Iterator[str]:
    """Serve one page from another origin, as a server does: a browser asks where it came from."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<link rel="icon" href="data:,">{body}'.encode())

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def drawn_in_frames(page: Page) -> None:
    chart, map_ = (page.frame_locator(f"iframe[title={view}]") for view in ("chart", "map"))
    expect(chart.locator(".drawing svg .mark-line path")).to_have_count(1, timeout=15_000)
    expect(map_.locator("path.place").first).to_be_visible(timeout=15_000)


def test_what_draws_is_loaded_only_where_something_is_drawn(page: Page, file: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))

    def drawers(view: str) -> set[str]:
        asked.clear()
        page.goto(f"{file}?view={view}", wait_until="networkidle")
        known = ("vega", "leaflet", "chart.", "map.")
        return {name.split(".")[0] for name in asked if name.startswith(known)}

    assert drawers("table") == set()
    assert drawers("chart") == {"vega", "vega-lite", "vega-embed", "chart"}
    assert drawers("map") == {"leaflet", "map"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_and_maps_shut_nobody_out_and_fit_a_phone(
    browser: Browser, site: RunningSite, file: str, scheme: str
) -> None:
    context = browser.new_context(base_url=site.url, viewport=PHONE, color_scheme=scheme)
    context.set_default_timeout(15_000)
    page = context.new_page()
    found = []
    for path in ("?view=chart", "?view=map&colour=status", "/embed/chart", "/embed/map"):
        page.goto(file + path)
        expect(page.locator("[data-drawn]")).to_have_count(1)
        for one in Axe().run(page).response["violations"]:
            found.append(f"{path}: {one['help']} {[node['target'] for node in one['nodes']][:3]}")
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            found.append(f"{path}: is too wide")
    context.close()
    assert found == []


def test_without_scripts_the_figures_and_a_way_to_the_table_are_there(
    browser: Browser, site: RunningSite, file: str
) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{file}?view=chart")
    expect(page.get_by_text("The highest is")).to_be_visible()
    expect(page.get_by_text("The figures as a table")).to_be_visible()
    page.goto(f"{file}?view=map")
    expect(page.get_by_text("The map is drawn by a script")).to_be_visible()
    context.close()
