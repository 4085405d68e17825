"""What integration tests share besides the site: CKAN loaded into this process, once a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from embedded_ckan.testing import RunningSite

from tests.integration.feeding import Feeding, database, feeding
from tests.integration.inside import Inside


@pytest.fixture(scope="session")
def inside(servers: RunningSite) -> Iterator[Inside]:
    """CKAN in this process, on a site with departments and nothing else."""
    with servers.blank() as blank:
        inside = Inside(servers, blank)
        yield inside
        inside.leave()


@pytest.fixture(scope="module")
def feed_database(servers: RunningSite, inside: Inside) -> Iterator[sa.Engine]:
    """A database of its own on which CKAN in this process works, for a module's tests."""
    with database(servers, inside) as engine:
        yield engine


@pytest.fixture
def feed(feed_database: sa.Engine, inside: Inside, tmp_path: Path) -> Iterator[Feeding]:
    """A feed without a record, in an empty folder."""
    with feeding(feed_database, inside, tmp_path / "feed") as feed:
        yield feed


@pytest.fixture(scope="session")
def stays(inside: Inside) -> dict[str, Any]:
    """One data set that is in the feed whatever leaves it: no feed is published empty."""
    return inside.dataset()


@pytest.fixture
def unguarded(inside: Inside, stays: dict[str, Any]) -> Iterator[None]:
    """Let everything leave at once that was withdrawn, however much it is."""
    names = ("hold_least", "hold_share", "hold_most")
    with inside.settings({f"ckanext.independence.feed.{name}": 1000 for name in names}):
        yield
