"""What all tests share: one site for the whole run, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_ckan.project import find
from embedded_ckan.testing import BlankSite, RunningSite

ROOT = Path(__file__).resolve().parent.parent
# Standards and real catalogs that lie beside the project on some machines.
SHARED = ROOT.parent / "shared"


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
