"""``/data.json`` of the running site, judged by data.gov's own schema."""

from __future__ import annotations

import json

import jsonschema
import pytest
import requests
from embedded_ckan.testing import RunningSite

from tests.conftest import SHARED
from tests.published import published

SCHEMA = SHARED / "dcat-us/1.1/non-federal_dataset.json"


def test_the_whole_sample_city_is_in_the_feed_and_valid(site: RunningSite) -> None:
    feed = published(site)
    answer = requests.get(f"{site.url}/data.json", timeout=60)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    public = site.api("package_search", rows=1000)["results"]
    assert len(public) >= 24
    assert {record["identifier"] for record in feed["dataset"]} == {
        dataset["identifier"] for dataset in public
    }
    if not SCHEMA.exists():
        pytest.skip(f"data.gov's schema is not here: {SCHEMA}")
    validator = jsonschema.Draft202012Validator(
        json.loads(SCHEMA.read_text()), format_checker=jsonschema.FormatChecker()
    )
    problems = {
        record["title"]: [error.message for error in validator.iter_errors(record)]
        for record in feed["dataset"]
        if not validator.is_valid(record)
    }
    assert problems == {}


def test_the_downloads_that_the_feed_names_are_there(site: RunningSite) -> None:
    feed = requests.get(f"{site.url}/data.json", timeout=60).json()
    urls = [
        distribution["downloadURL"]
        for record in feed["dataset"]
        for distribution in record.get("distribution", [])
        if distribution.get("downloadURL", "").startswith(site.url)
    ]
    assert len(urls) >= 24
    for url in urls:
        answer = requests.get(url, timeout=60, stream=True)
        assert answer.status_code == 200, url
        answer.close()


def test_an_unchanged_catalog_gives_the_same_bytes(site: RunningSite) -> None:
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
