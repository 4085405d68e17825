"""What all tests share: the portals and the browser of a run, started when asked for.

A run of everything is shared out to two processes. Tests that share a portal or a module stay
in one of them, so that no test sees another's doing, whichever process it comes to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

# Before anything that imports python-magic: it must not find another libmagic than the wheel's,
# whose word list the other one could not read.
import pylibmagic  # noqa: F401
import pytest
from embedded_ckan import browser as chromium
from embedded_ckan.project import find
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Browser, Page, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.loaded import LENIENT, sample_city, wait_until_looked_into

ROOT = Path(__file__).resolve().parent.parent
# Standards and real catalogs that lie beside the project on some machines.
SHARED = ROOT.parent / "shared"

# By what a file of tests is known to ask for a portal.
ASKS = {
    "site": re.compile(r"\b(site: (Any|Running)Site|page: Page)\b"),
    "servers": re.compile(r"\b(servers: RunningSite|inside: Inside|feed: Feeding)\b"),
}
NO_BROWSER = "no Chromium can be had"

find_browser = cache(chromium.find_or_fetch)


@cache
def portal_of(file: str) -> str | None:
    """Name the portal of a run that a file of tests asks for, if it asks for one."""
    text = (ROOT / file).read_text("utf-8")
    return next((name for name, asks in ASKS.items() if asks.search(text)), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the pictures of README be taken anew."""
    parser.addoption("--pictures", metavar="DIR", help="where to put pictures of the pages")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Share out a run of everything; a part runs in this process, which shows all it prints."""
    return 2 if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


class Sharing(LoadFileScheduling):
    """Tests that share a portal go to one process, the others file by file to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return portal_of(file) or file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    """Share out by the portals that the tests ask for."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that both processes are done at about the same time.

    That is what shares a portal, then what makes one of its own; what is quick fills up. Of what
    shares one, run first what need not wait for the loader, which is busy with the sample, and
    journeys last.
    """

    def turn(item: pytest.Item) -> tuple[bool, bool, int]:
        file = item.nodeid.partition("::")[0]
        asked = getattr(item, "fixturenames", ())
        return (
            portal_of(file) is None,
            "/integration/" not in file,
            2 if "browser" in asked else int("town" in asked or "loaded_city" in asked),
        )

    items.sort(key=turn)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a journey, find a browser."""
    if "browser" in getattr(item, "fixturenames", ()):
        path, reason = find_browser()
        if not path:
            pytest.skip(f"{NO_BROWSER} ({reason})")


def journeys_not_run(config: pytest.Config) -> list[str]:
    """Name the journeys that had no browser."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return [report.nodeid for report in skipped if NO_BROWSER in str(report.longrepr)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run without its journeys not pass."""
    if journeys_not_run(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the journeys that were not run."""
    if names := journeys_not_run(terminalreporter.config):
        terminalreporter.section("journeys that were NOT run, for want of a Chromium")
        for name in names:
            terminalreporter.write_line(name)


@pytest.fixture(scope="session")
def site() -> Iterator[RunningSite]:
    """The portal with the sample city loaded and public, in a folder and on ports of its own."""
    running = RunningSite(find())
    try:
        sample_city(running)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def loaded_city(site: RunningSite) -> list[dict[str, Any]]:
    """The sample's data sets, when the worker has looked into each of their files."""
    found = sample_city(site)
    for dataset in found:
        for file in dataset["resources"]:
            if file["url_type"] == "upload":
                wait_until_looked_into(site, file["id"])
    return found


@pytest.fixture(scope="session")
def servers() -> Iterator[RunningSite]:
    """What a portal needs, without its CKAN: the servers that blank sites borrow.

    On these nothing is stopped by the policy: tests of it say so where they want it to be.
    """
    running = RunningSite(find(), servers=True, differing=LENIENT)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=find_browser()[0],
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
