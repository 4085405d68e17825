"""Real catalogs, loaded twice: nothing is lost, and nothing doubled.

They go one after another into a portal that was empty, and none changes what is another's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from embedded_ckan.testing import BlankSite, RunningSite

from tests.conftest import SHARED

CATALOGS = SHARED / "corpora" / "catalogs"


@pytest.fixture(scope="module")
def portal(servers: RunningSite) -> Iterator[BlankSite]:
    """A portal that has nothing in it before the first catalog."""
    with servers.blank() as blank:
        yield blank


def catalog(name: str) -> Any:
    """Return one of the collected catalogs, parsed."""
    path = CATALOGS / name
    if not path.exists():
        pytest.skip(f"{path} is missing: the collected catalogs lie beside the project")
    return json.loads(path.read_bytes())


def load(portal: BlankSite, data: Any, **options: Any) -> dict[str, Any]:
    """Load a catalog through the API as the sysadmin, making departments."""
    return portal.api(
        "independence_catalog_load",
        token=portal.admin_token,
        catalog=data,
        make_departments=True,
        **options,
    )


def everything(portal: BlankSite) -> dict[str, dict[str, Any]]:
    """Return every data set of a portal by its id, as its sysadmin sees it."""
    found = portal.api(
        "package_search", token=portal.admin_token, rows=1000, include_private=True, q="*:*"
    )
    there = {dataset["id"]: dataset for dataset in found["results"]}
    assert len(there) == found["count"]
    return there


def counts(report: dict[str, Any]) -> dict[str, int]:
    """Return the statuses that occurred."""
    return {status: count for status, count in report["counts"].items() if count}


# records that are added, and how many of them are public
EXPECTED = {
    "detroit.hub.2022-03-27.data.json": (159, 0),
    "howard-county-md.socrata.2020-07-22.data.json": (116, 23),
    "dcat-us-3/gsa-tools-dcatus-modified.json": (7, 7),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_catalog_loads_into_a_portal_and_a_second_time_changes_nothing(
    portal: BlankSite, name: str
) -> None:
    added, public = EXPECTED[name]
    data = catalog(name)
    before = everything(portal)
    # The first as an operator does it, the second through the API.
    done = portal.ckan("independence", "load", str(CATALOGS / name), "--make-departments", "--json")
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout)
    assert counts(first) == {"added": added}, first["records"]
    there = everything(portal)
    assert before.items() <= there.items()
    new = [there[one] for one in there.keys() - before.keys()]
    assert len(new) == added
    assert {entry["identifier"] for entry in new} == {
        entry["identifier"] for entry in data["dataset"]
    }
    assert sum(not entry["private"] for entry in new) == public
    assert first["drafts"] == added - public
    private = {entry["name"]: entry["private"] for entry in new}
    assert all(private[record["name"]] == bool(record["draft"]) for record in first["records"])
    second = load(portal, data)
    assert counts(second) == {"left": added}
    assert second["pairs"] == second["gone"] == []
    if name.startswith("detroit"):
        # Three weeks later the same portal gave most of its data sets other identifiers.
        later = load(portal, catalog("detroit.hub.2022-04-17.data.json"), dry_run=True)
        assert len(later["pairs"]) == 144
        assert (later["counts"]["added"], later["gone"]) == (5, [])
    assert everything(portal) == there


def test_broken_catalogs_load_as_far_as_they_can_and_say_the_rest(portal: BlankSite) -> None:
    before = everything(portal)
    names = sorted(str(p.relative_to(CATALOGS)) for p in CATALOGS.glob("broken/*.json"))
    assert names or not CATALOGS.exists()
    seen: dict[str, dict[str, int]] = {}
    for name in names or [str(Path("broken") / "ny.data.json")]:
        seen[Path(name).name.removesuffix(".data.json")] = counts(load(portal, catalog(name)))
    assert seen == {
        "missing-catalog": {"added": 1, "failed": 1},
        "missing-dataset-fields": {"left": 1, "failed": 1},
        "missing-identifier-title": {"added": 2, "failed": 1},
        "null-spatial": {"added": 1},
        # The same identifier as the one before, with another title.
        "numerical-title": {"changed": 1},
        "ny": {"added": 1},
        "oakland-county-mi.hub.bad-license": {"added": 1},
        "oakland-county-mi.hub.multiple-invalid": {"left": 1},
        "reserved-title": {"added": 1},
    }
    after = everything(portal)
    assert before.items() <= after.items()
    there = {entry["title"]: entry for one, entry in after.items() if one not in before}
    assert there["Search"]["name"] == "search-data"
    assert there["707"]["identifier"] == "null-spatial"
    assert there["simple test title"]["identifier"].startswith("urn:uuid:")
    for name in names:
        again = counts(load(portal, catalog(name)))
        assert "added" not in again
    assert everything(portal).keys() == after.keys()
