"""What all tests share: one site and one browser for the whole run, started when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

# Before anything that imports python-magic: it must not find another libmagic than the wheel's,
# whose word list the other one could not read.
import pylibmagic  # noqa: F401
import pytest
from embedded_ckan import browser as chromium
from embedded_ckan.project import find
from embedded_ckan.testing import BlankSite, RunningSite
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
# Standards and real catalogs that lie beside the project on some machines.
SHARED = ROOT.parent / "shared"

_CHROMIUM = pytest.StashKey[str]()
_NOT_RUN = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the pictures of README be taken anew."""
    parser.addoption("--pictures", metavar="DIR", help="where to put pictures of the pages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the journeys last, and see to it that they have a browser."""
    journeys = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    if not journeys or config.option.collectonly:
        return
    items[:] = [item for item in items if item not in journeys] + journeys
    path, reason = chromium.find_or_fetch()
    if path:
        config.stash[_CHROMIUM] = path
        return
    config.stash[_NOT_RUN] = [item.nodeid for item in journeys]
    for item in journeys:
        item.add_marker(pytest.mark.skip(reason=f"no Chromium can be had ({reason})"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run without its journeys not pass."""
    if session.config.stash.get(_NOT_RUN, []) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the journeys that were not run."""
    if names := terminalreporter.config.stash.get(_NOT_RUN, []):
        terminalreporter.section("journeys that were NOT run, for want of a Chromium")
        for name in names:
            terminalreporter.write_line(name)


@pytest.fixture(scope="session")
def site() -> Iterator[RunningSite]:
    """The portal with the sample city loaded, in a folder and on ports of its own."""
    running = RunningSite(find())
    yield running
    running.stop()


@pytest.fixture
def blank_site(site: RunningSite) -> Iterator[BlankSite]:
    """A portal with nothing in it, for this test alone."""
    with site.blank() as blank:
        yield blank


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=pytestconfig.stash[_CHROMIUM],
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A page of a visitor nobody has seen before; addresses are the site's own paths."""
    context = browser.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
