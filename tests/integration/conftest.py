"""What integration tests share besides the site: CKAN loaded into this process, once a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from embedded_ckan.testing import RunningSite

from tests.integration.inside import Inside


@pytest.fixture(scope="session")
def inside(site: RunningSite) -> Iterator[Inside]:
    """CKAN in this process, on a site with departments and nothing else."""
    with site.blank() as blank:
        inside = Inside(site, blank)
        yield inside
        inside.leave()
