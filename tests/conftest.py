"""What all tests share: one site for the whole run, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_ckan.project import find
from embedded_ckan.testing import TestSite

ROOT = Path(__file__).resolve().parent.parent
# Standards and real catalogs that lie beside the project on some machines.
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def site() -> Iterator[TestSite]:
    """The portal with the sample city loaded, in a folder and on ports of its own."""
    running = TestSite(find())
    yield running
    running.stop()
