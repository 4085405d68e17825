"""Cut-over from another portal: the feed before ours is taken over, and nothing is deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import SHARED
from tests.integration.feeding import Feeding, identifier
from tests.integration.inside import Inside

CATALOGS = SHARED / "corpora/catalogs"


def take(content: bytes | dict[str, Any]) -> Any:
    from ckan import model
    from ckanext.independence.feed import baseline
    from ckanext.independence.feed.reading import read

    told = baseline.take(
        read(content if isinstance(content, bytes) else json.dumps(content).encode()), "before.json"
    )
    model.Session.commit()
    model.Session.remove()
    return told


def old(*numbers: int, title: str = "As it was") -> dict[str, Any]:
    return {"dataset": [{"identifier": identifier(n), "title": title} for n in numbers]}


def test_what_has_no_record_of_ours_is_served_as_it_was_until_it_has_one(feed: Feeding) -> None:
    feed.save(1, "Ours")
    feed.save(2, "As it was", languages="1.1")
    told = take(old(1, 2, 3, 4, 5))
    assert [len(told.taken), told.same, len(told.differing)] == [3, 1, 1]
    feed.publish()
    was = dict.fromkeys((2, 3, 4, 5), "As it was")
    assert feed.served() == {1: "Ours", **was}
    assert list(feed.served("dcat-us/3.0.json")) == [1], "what was not there before"
    feed.save(3, "Ours")
    feed.publish()
    assert feed.served() == {1: "Ours", **was, 3: "Ours"}
    told = take(old(3, 4, 5))
    assert len(told.differing) == 1 and len(told.taken) == 2
    # It does not come back in the words of the feed before.
    feed.withdraw(3)
    feed.publish()
    assert list(feed.served()) == [1, 2, 4, 5]
    assert [entry.identifier for entry in take(old(3, 4)).withdrawn] == [identifier(3)]


def test_what_nobody_has_any_longer_is_let_go_by_its_identifier(
    feed: Feeding, inside: Inside
) -> None:
    feed.save(1)
    take(old(3, 4))
    feed.publish()
    assert inside.act("independence_feed_withdrawal_release", ids=[identifier(3)]) == {
        "released": 1
    }
    feed.publish()
    assert list(feed.served()) == [1, 4]
    assert len(take(old(3, 4)).withdrawn) == 1


def test_what_only_changed_its_identifier_is_said(feed: Feeding) -> None:
    feed.save(1, "Street lamps", landingPage="https://data.example.gov/lamps")
    before = old(7, title="Street lamps")
    before["dataset"][0]["landingPage"] = "https://data.example.gov/lamps"
    told = take(before)
    ((was, now),) = told.moved
    assert (was.identifier, now.identifier) == (identifier(7), identifier(1))
    assert "feed release" in "\n".join(told.sentences())


def test_what_no_file_can_hold_is_said_and_not_taken(feed: Feeding) -> None:
    feed.save(1)
    told = take(
        b'{"dataset": [{"identifier": "a", "title": "\\ud800"}, {"identifier": "b"}, {},'
        b' {"identifier": "c", "title": "\\u0000"}]}'
    )
    assert [entry.identifier for entry in told.unwritable] == ["a"]
    assert [entry.identifier for entry in told.taken] == ["b", "c"]
    assert len(told.left_out) == 1


FEEDS = [
    *sorted(path for path in CATALOGS.glob("*.data.json") if "pod10" not in path.name),
    SHARED / "dcat-us/examples/clean-3.0.json",
]


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_a_harvester_deletes_and_changes_nothing_after_a_cut_over(feed: Feeding, path: Any) -> None:
    from ckanext.independence.feed.diffing import compare
    from ckanext.independence.feed.reading import read

    if not path.exists():
        pytest.skip(f"this city's feed is not here: {path}")
    before = read(path.read_bytes())
    told = take(path.read_bytes())
    assert not told.unwritable
    feed.publish()
    name = {"1.1": "data.json", "3.0": "dcat-us/3.0.json"}[before.language]
    after = read((feed.folder / "current" / name).read_bytes(), before.language)
    assert not after.left_out
    assert not compare(before.entries, after.entries)


SERIES = "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a69"
API = "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a70"


@pytest.fixture
def with_a_series(feed: Feeding, inside: Inside) -> Iterator[dict[str, Any]]:
    made = inside.dataset(series="budgets")
    inside.work()
    yield made
    inside.act("dataset_purge", id=made["id"])


def test_series_and_tables_apis_go_on_under_the_identifiers_that_they_had(
    feed: Feeding, inside: Inside, with_a_series: dict[str, Any]
) -> None:
    file = inside.upload("lamps.csv", b"lamp,height\n1,3.5\n", package_id=with_a_series["id"])
    feed.publish()
    known = with_a_series["identifier"]
    assert [one["@id"] for one in three(feed, "datasetSeries")] != [SERIES]
    assert len(three(feed, "service")) == 1
    told = take(
        {
            "conformsTo": "https://resources.data.gov/dcat-us/3.0.0",
            "dataset": [
                {
                    "@type": "Dataset",
                    "identifier": known,
                    "title": "Lamps",
                    "isPartOf": SERIES,
                    "distribution": [
                        {
                            "downloadURL": "https://old.example.gov/lamps.csv",
                            "accessService": {"identifier": API},
                        }
                    ],
                }
            ],
            "service": [{"identifier": API, "title": "API"}],
            "datasetSeries": [{"@id": SERIES, "title": "Budgets"}],
        }
    )
    assert told.series == {"budgets": SERIES}
    assert told.services == {file["id"]: API}
    feed.publish()
    inside.work()
    feed.publish()
    assert [one["@id"] for one in three(feed, "datasetSeries")] == [SERIES]
    assert [one["identifier"] for one in three(feed, "service")] == [API]
    (record,) = three(feed, "dataset")
    assert record["isPartOf"] == SERIES
    assert feed.publish() is None


def three(feed: Feeding, array: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (feed.folder / "current/dcat-us/3.0.json").read_bytes()
    )[array]
    return found
