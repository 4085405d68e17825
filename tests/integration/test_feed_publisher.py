"""The publisher: what it serves, what it keeps, what it lets go, and what it says of it."""

from __future__ import annotations

import gzip

import pytest
import sqlalchemy as sa

from tests.integration.feeding import Feeding, identifier
from tests.integration.inside import Inside


def changes(feed: Feeding) -> list[tuple[str, int]]:
    return [
        (row.what, int(row.identifier[-12:]))
        for row in feed.sql("SELECT what, identifier FROM independence_feed_change ORDER BY number")
    ]


def test_both_languages_and_each_department_are_served_in_the_order_of_identifiers(
    feed: Feeding,
) -> None:
    for number, department in ((3, "parks"), (1, "streets"), (2, "parks")):
        feed.save(number, department=department)
    feed.record("3.0", "service", "service", 9, "API", package="1")
    assert feed.publish() == 1
    assert list(feed.served()) == list(feed.served("dcat-us/3.0.json")) == [1, 2, 3]
    assert list(feed.served("dcat-us/3.0.json", "service")) == [9]
    assert list(feed.served("data/parks.json")) == [2, 3]
    assert list(feed.served("data/streets.json")) == [1]
    for name, (content, _) in feed.files().items():
        if name.endswith(".gz"):
            assert gzip.decompress(content) == feed.files()[name.removesuffix(".gz")][0]
    feed.published_hashes_are_right()
    assert changes(feed) == [("added", 1), ("added", 2), ("added", 3), ("added", 9)]


def test_an_unchanged_catalog_is_not_published_again(feed: Feeding) -> None:
    feed.save(1)
    feed.publish()
    before = feed.files()
    assert feed.publish() is None
    assert feed.files() == before
    assert [entry.name for entry in (feed.folder / "snapshots").iterdir()] == ["1"]


def test_what_did_not_change_is_the_same_file_with_its_time_and_what_did_is_later(
    feed: Feeding,
) -> None:
    feed.save(1, department="parks")
    feed.save(2, department="streets")
    feed.publish()
    before = feed.files()
    feed.save(2, "Lanterns", department="streets")
    assert feed.publish() == 2
    after = feed.files()
    for name in before:
        if "parks" in name:
            assert after[name] == before[name]
        else:
            assert after[name][0] != before[name][0]
            # Its entity tag is made of seconds and bytes: it must not be that of the one before.
            assert after[name][1] >= before[name][1] + 10**9
    assert changes(feed)[2:] == [("changed", 2)]


def test_a_catalog_without_data_sets_is_not_published(feed: Feeding) -> None:
    feed.publish()
    assert not (feed.folder / "current/data.json").exists()
    feed.save(1, languages="1.1")
    feed.publish()
    assert feed.served() == {1: "Lamps"}
    assert not (feed.folder / "current/dcat-us/3.0.json").exists()


def test_a_withdrawn_data_set_leaves_with_its_apis_and_is_told_as_removed(feed: Feeding) -> None:
    for number in range(1, 6):
        feed.save(number)
    feed.record("3.0", "service", "service", 9, "API", package="2")
    feed.publish()
    feed.withdraw(2)
    feed.publish()
    assert list(feed.served()) == list(feed.served("dcat-us/3.0.json")) == [1, 3, 4, 5]
    assert feed.served("dcat-us/3.0.json", "service") == {}
    assert changes(feed)[6:] == [("removed", 2), ("removed", 9)]
    assert not feed.sql("SELECT FROM independence_feed_record WHERE package_id = '2'")
    assert not feed.sql("SELECT FROM independence_feed_withdrawal WHERE left_at IS NULL")
    assert feed.publish() is None


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subjects of what is sent to sysadmins."""
    from ckan.lib import mailer

    sent: list[str] = []
    monkeypatch.setattr(
        mailer, "_mail_recipient", lambda *arguments, **_: sent.append(arguments[4])
    )
    return sent


def test_what_goes_without_a_word_is_served_on_and_told_once(
    feed: Feeding, inside: Inside, mail: list[str]
) -> None:
    for number in range(1, 6):
        feed.save(number)
    feed.publish()
    feed.sql("DELETE FROM independence_feed_record WHERE key = '3'")
    feed.sql("UPDATE independence_feed_record SET standing = 'lost' WHERE key = '4'")
    feed.sql("UPDATE independence_feed_record SET standing = 'withdrawn' WHERE key = '5'")
    feed.save(1, "Lanterns")
    feed.publish()
    assert feed.served() == {1: "Lanterns", 2: "Lamps", 3: "Lamps", 4: "Lamps", 5: "Lamps"}
    inside.work()
    assert mail == ["Records of the feed were kept that nobody withdrew"]
    feed.save(1, "Candles")
    feed.publish()
    inside.work()
    assert list(feed.served()) == [1, 2, 3, 4, 5]
    assert len(mail) == 1
    feed.sql("UPDATE independence_feed_record SET standing = 'lost' WHERE key = '2'")
    feed.publish()
    inside.work()
    assert len(mail) == 2


def test_a_failure_is_told_once_and_the_publication_is_tried_again_until_it_succeeds(
    feed: Feeding, inside: Inside, mail: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import publication, publisher

    feed.save(1)
    feed.publish()
    feed.save(1, "Lanterns")
    make = publication.make

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publication, "make", fail)
    with inside.settings({"ckanext.independence.feed.least_interval": 0}):
        publisher.publish_when_due()
    inside.work()
    for _ in range(2):
        inside.work()
        feed.sql("UPDATE independence_catalog_owed SET due = now() WHERE kind = 'feed-publish'")
    assert mail == ["The feed could not be published"]
    (owed,) = feed.sql(
        "SELECT attempts, error FROM independence_catalog_owed WHERE kind = 'feed-publish'"
    )
    assert owed.attempts >= 2 and "No space left" in owed.error
    assert inside.act("independence_feed_status_show")["failing"]
    assert feed.served() == {1: "Lamps"}
    monkeypatch.setattr(publication, "make", make)
    inside.work()
    assert feed.served() == {1: "Lanterns"}
    assert not inside.act("independence_feed_status_show")["failing"]
    assert len(mail) == 1


def test_too_many_withdrawals_are_held_while_all_else_goes_on_until_they_are_released(
    feed: Feeding, inside: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1, 31):
        feed.save(number)
    feed.record("3.0", "service", "service", 99, "API", package="2")
    feed.publish()
    feed.withdraw(*range(1, 5))
    feed.save(30, "Lanterns")
    feed.publish()
    assert list(feed.served()) == list(range(1, 31))
    assert list(feed.served("dcat-us/3.0.json", "service")) == [99]
    assert feed.served()[30] == "Lanterns"
    assert "the feed waits for you" in caplog.text
    assert feed.publish() is None, "it does not go with time"
    listed = inside.act("independence_feed_withdrawal_list")
    assert len(listed) == 5 and all(one["held_at"] for one in listed)
    with pytest.raises(Exception, match="listed"):
        inside.act("independence_feed_withdrawal_release", ids=[identifier(7)])
    assert inside.act("independence_feed_withdrawal_release", all=True) == {"released": 5}
    feed.publish()
    assert list(feed.served()) == list(range(5, 31))
    (one,) = feed.sql("SELECT DISTINCT released_by FROM independence_feed_withdrawal")
    assert one.released_by == "admin"


def test_protected_leaves_at_once_however_many_and_nothing_is_served_rather_than_an_empty_feed(
    feed: Feeding,
) -> None:
    for number in range(1, 31):
        feed.save(number)
    feed.publish()
    feed.withdraw(*range(2, 31), reason="protected")
    feed.publish()
    assert list(feed.served()) == [1]
    feed.withdraw(1, reason="protected")
    feed.publish()
    assert not (feed.folder / "current/data.json").exists()
    feed.save(7)
    feed.publish()
    assert list(feed.served()) == [7]


def test_a_held_record_says_what_it_said_before(feed: Feeding) -> None:
    for number in range(1, 9):
        feed.save(number)
    feed.publish()
    for number in range(1, 5):
        feed.save(number, "A word that was saved last")
    feed.save(20, "Never seen")
    feed.withdraw(1, 2, 3, 4, 20)
    feed.publish()
    assert feed.served() == dict.fromkeys(range(1, 9), "Lamps")
    assert feed.publish() is None


def test_a_data_set_that_comes_back_while_it_leaves_is_served_again(
    feed: Feeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import publisher, settling

    for number in range(1, 5):
        feed.save(number)
    feed.publish()
    feed.withdraw(2)
    settle = settling.settle

    def come_back(*arguments: object) -> None:
        feed.save(2, "Back")
        settle(*arguments)

    monkeypatch.setattr(publisher.settling, "settle", come_back)
    feed.publish()
    assert list(feed.served()) == [1, 3, 4]
    monkeypatch.undo()
    assert publisher.is_pending()
    feed.publish()
    assert feed.served()[2] == "Back"
    feed.published_hashes_are_right()


def test_a_record_that_is_not_what_was_checked_is_not_served(feed: Feeding) -> None:
    for number in range(1, 4):
        feed.save(number)
    feed.publish()
    feed.sql("UPDATE independence_feed_record SET body = '<html>' WHERE key = '2'")
    feed.save(1, "Lanterns")
    feed.publish()
    assert feed.served() == {1: "Lanterns", 2: "Lamps", 3: "Lamps"}


def test_rolled_back_earlier_texts_are_served_and_nothing_withdrawn_comes_back(
    feed: Feeding, inside: Inside
) -> None:
    for number in range(1, 6):
        feed.save(number, "First")
    feed.publish()
    for number in range(1, 6):
        feed.save(number, "Second")
    feed.withdraw(5)
    feed.publish()
    feed.save(5, "Back, with another text")
    feed.save(6, "New")
    feed.publish()
    inside.act("independence_feed_rollback", number=1)
    first = {1: "First", 2: "First", 3: "First", 4: "First"}
    assert feed.served() == {**first, 5: "Back, with another text", 6: "New"}
    feed.save(1, "Third")
    feed.save(7, "Newer")
    feed.withdraw(4)
    feed.publish()
    del first[4]
    assert feed.served() == {**first, 5: "Back, with another text", 6: "New", 7: "Newer"}
    assert inside.act("independence_feed_status_show")["pinned"] == 1
    assert not inside.act("independence_feed_status_show")["pending"]
    inside.act("independence_feed_resume")
    assert feed.served() == {
        1: "Third", 2: "Second", 3: "Second", 5: "Back, with another text", 6: "New", 7: "Newer",
    }  # fmt: skip
    feed.published_hashes_are_right()


def test_so_many_snapshots_are_kept_as_is_said_and_the_pinned_one(
    feed: Feeding, inside: Inside
) -> None:
    feed.save(1, "Title 0")
    feed.publish()
    with inside.settings({"ckanext.independence.feed.keep_snapshots": 3}):
        inside.act("independence_feed_rollback", number=1)
        for number in range(2, 8):
            feed.save(number)
            feed.publish()
        kept = {entry.name for entry in (feed.folder / "snapshots").iterdir()}
    assert kept == {"1", "5", "6", "7"}


def test_a_publication_is_owed_when_something_changed_and_no_sooner_than_is_said(
    feed: Feeding, inside: Inside
) -> None:
    from ckanext.independence.feed import publisher

    def owed() -> list[sa.Row[tuple[bool]]]:
        return feed.sql(
            "SELECT due > now() + interval '50 seconds' AS later FROM independence_catalog_owed"
            " WHERE kind = 'feed-publish'"
        )

    publisher.publish_when_due()
    assert owed() == []
    feed.save(1)
    publisher.publish_when_due()
    assert owed() == [(False,)]
    inside.work()
    assert feed.served() == {1: "Lamps"}
    publisher.publish_when_due()
    assert owed() == []
    feed.save(1, "Lanterns")
    publisher.publish_when_due()
    assert owed() == [(True,)]
    feed.sql("DELETE FROM independence_catalog_owed")
    with inside.settings({"ckanext.independence.feed.least_interval": 0}):
        publisher.publish_when_due()
    inside.work()
    assert feed.served() == {1: "Lanterns"}
