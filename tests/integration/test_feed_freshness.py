"""What ``/readyz`` says of the feed: whole, broken, gone or late."""

from __future__ import annotations

import shutil

import pytest

from tests.integration.feeding import Feeding


def state(feed: Feeding) -> str:
    from ckanext.independence.catalog.health import Down
    from ckanext.independence.feed import freshness

    try:
        freshness.check(feed.engine.url.render_as_string(hide_password=False), feed.folder)
    except Down as error:
        return str(error)
    return "ok"


def age(feed: Feeding, minutes: int) -> None:
    feed.sql(
        "UPDATE independence_feed_record SET rendered = now() - make_interval(mins => :minutes)",
        minutes=minutes,
    )


def owe(feed: Feeding, number: int, attempts: int) -> None:
    feed.sql(
        "INSERT INTO independence_catalog_owed (kind, key, attempts)"
        " VALUES ('feed-render', :key, :attempts)",
        key=f"set-{number}",
        attempts=attempts,
    )


def test_a_new_site_without_data_sets_is_well(feed: Feeding) -> None:
    assert state(feed) == "ok"


def test_what_was_saved_a_moment_ago_may_wait_and_what_was_saved_long_ago_may_not(
    feed: Feeding,
) -> None:
    feed.save(1)
    age(feed, 5)
    assert state(feed) == "ok"
    age(feed, 20)
    said = state(feed)
    assert said.startswith("is late: what was saved at 20") and said.endswith("snapshot is none")
    feed.publish()
    assert state(feed) == "ok"
    feed.save(1, "Lanterns")
    age(feed, 20)
    assert "the last snapshot is of 20" in state(feed)


def test_data_sets_whose_records_fail_again_and_again_are_told(feed: Feeding) -> None:
    feed.save(1)
    feed.publish()
    for number, attempts in enumerate((4, 5, 5, 5)):
        owe(feed, number, attempts)
    assert state(feed) == "ok"
    owe(feed, 9, 6)
    assert state(feed) == "is late: 4 data sets cannot be rendered; the worker's log says why"


def test_what_a_pinned_snapshot_holds_back_is_not_late(feed: Feeding) -> None:
    feed.save(1)
    feed.publish()
    feed.save(1, "Lanterns")
    age(feed, 20)
    feed.sql("INSERT INTO independence_feed_state (name, value) VALUES ('pinned', '1')")
    assert state(feed) == "ok"


@pytest.mark.parametrize("name", ["data.json", "dcat-us/3.0.json"])
def test_a_file_that_is_not_whole_is_seen(feed: Feeding, name: str) -> None:
    feed.save(1)
    feed.publish()
    file = feed.folder / "current" / name
    file.write_bytes(file.read_bytes()[:-10])
    assert state(feed) == f"is broken: {name} of snapshot 1 is not as it was written"
    file.unlink()
    assert "is broken" in state(feed)


def test_a_folder_that_was_lost_is_seen_and_published_again(feed: Feeding) -> None:
    feed.save(1)
    feed.publish()
    shutil.rmtree(feed.folder)
    assert state(feed) == "is gone: snapshot 1 was published and does not lie in its folder"
    feed.publish()
    assert state(feed) == "ok"
    assert feed.served() == {1: "Lamps"}


def test_a_snapshot_that_no_longer_says_what_it_holds_is_published_again(feed: Feeding) -> None:
    from ckan import model
    from ckanext.independence.feed import publisher

    feed.save(1)
    feed.publish()
    (feed.folder / "current/manifest.json").unlink()
    assert "does not say what it holds" in state(feed)
    assert publisher.is_pending()
    model.Session.remove()
    feed.publish()
    assert state(feed) == "ok" and feed.served() == {1: "Lamps"}


def test_while_the_database_is_down_whole_files_are_well(feed: Feeding) -> None:
    from ckanext.independence.feed import freshness

    feed.save(1)
    feed.publish()
    freshness.check("postgresql://ckan@127.0.0.1:1/ckan", feed.folder)
