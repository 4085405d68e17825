"""The feeds of the running site, judged by data.gov's own schemas."""

from __future__ import annotations

import pytest
import requests
from embedded_ckan.testing import RunningSite

from tests import oracle
from tests.loaded import sample_city
from tests.published import published

# Until then a file has no download, and records change.
pytestmark = pytest.mark.usefixtures("loaded_city")

THREE = "/dcat-us/3.0.json"

KINDS = {"dataset": "dataset", "service": "service", "datasetSeries": "series"}


@pytest.mark.parametrize(("address", "language"), [("/data.json", "1.1"), (THREE, "3.0")])
def test_the_whole_sample_city_is_in_the_feed_and_valid(
    site: RunningSite, address: str, language: str
) -> None:
    feed = published(site, address)
    public = sample_city(site)
    assert len(public) >= 24
    # Others may be there besides: of a withdrawal that is held, series, and other tests'.
    known = {record["identifier"] for record in feed["dataset"]}
    assert {dataset["identifier"] for dataset in public} <= known
    problems = {
        record["title"]: found
        for array, kind in KINDS.items()
        for record in feed.get(array, [])
        if (found := oracle.errors(record, language, kind))
    }
    assert problems == {}


def test_the_downloads_that_the_feed_names_are_there(site: RunningSite) -> None:
    feed = published(site)
    # What other tests have withdrawn may be held, and its files are gone.
    sample = {dataset["identifier"] for dataset in sample_city(site)}
    urls = [
        distribution["downloadURL"]
        for record in feed["dataset"]
        if record["identifier"] in sample
        for distribution in record.get("distribution", [])
        if distribution.get("downloadURL", "").startswith(site.url)
    ]
    assert len(urls) >= 24
    for url in urls:
        answer = requests.get(url, timeout=60, stream=True)
        assert answer.status_code == 200, url
        answer.close()


def test_an_unchanged_catalog_gives_the_same_bytes(site: RunningSite) -> None:
    published(site)
    first, second = (requests.get(f"{site.url}/data.json", timeout=60) for _ in range(2))
    assert first.content == second.content
    again = requests.get(
        f"{site.url}/data.json", headers={"If-None-Match": first.headers["ETag"]}, timeout=60
    )
    assert (again.status_code, again.content) == (304, b"")


def test_there_is_no_second_page_to_be_read_twice(site: RunningSite) -> None:
    assert requests.get(f"{site.url}/data.json?page=2", timeout=60).status_code == 404


@pytest.mark.parametrize("form", ["ttl", "xml", "jsonld"])
def test_the_catalog_is_offered_as_rdf(site: RunningSite, form: str) -> None:
    catalog = requests.get(f"{site.url}/catalog.{form}", timeout=120)
    assert catalog.status_code == 200
    (dataset,) = site.api("package_search", fq="name:building-permits")["results"]
    alone = requests.get(f"{site.url}/dataset/building-permits.{form}", timeout=60)
    assert alone.status_code == 200
    for value in ("identifier", "steward_email", "data_modified", "update_frequency"):
        assert dataset[value] in alone.text, value
