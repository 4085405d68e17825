"""Whatever happens between publications, in whichever order: what is served is what it should be.

Histories of saves, withdrawals, losses, kills and publications are made up, and beside them is
kept in a few lines what a harvester must find after each publication.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.feeding import Feeding, die
from tests.integration.inside import Inside

NUMBERS = st.integers(1, 5)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["save", "withdraw", "lose", "delete"]), NUMBERS),
    st.tuples(st.just("publish"), st.just(0)),
    st.tuples(
        st.sampled_from(["Folder.place", "Folder.serve", "Folder.tidy", "FeedFile.close"]),
        st.integers(0, 1),
    ),
)


class Expected:
    """What a harvester must find: titles by number."""

    def __init__(self) -> None:
        """Nothing is listed and nothing was served."""
        self.listed: dict[int, str] = {}
        self.withdrawn: set[int] = set()
        self.served: dict[int, str] = {}

    def publish(self) -> None:
        kept = {n: title for n, title in self.served.items() if n not in self.withdrawn}
        self.served = {**kept, **self.listed}
        self.withdrawn = set()


class History:
    """One feed and what is expected of it."""

    def __init__(self, feed: Feeding) -> None:
        """Begin with one data set that stays, so that the feed is never empty."""
        self.feed = feed
        self.expected = Expected()
        self.titles = 0
        self.save(9)
        self.publish()

    def save(self, number: int) -> None:
        self.titles += 1
        self.feed.save(number, f"Title {self.titles}")
        self.feed.sql(
            "UPDATE independence_feed_withdrawal SET cancelled_at = now()"
            " WHERE key = :key AND left_at IS NULL",
            key=str(number),
        )
        self.expected.listed[number] = f"Title {self.titles}"
        self.expected.withdrawn.discard(number)

    def withdraw(self, number: int) -> None:
        if number in self.expected.listed:
            self.feed.withdraw(number)
            del self.expected.listed[number]
            self.expected.withdrawn.add(number)

    def lose(self, number: int) -> None:
        self.feed.sql(
            "UPDATE independence_feed_record SET standing = 'lost'"
            " WHERE key = :key AND standing = 'listed'",
            key=str(number),
        )
        self.expected.listed.pop(number, None)

    def delete(self, number: int) -> None:
        self.feed.sql("DELETE FROM independence_feed_record WHERE key = :key", key=str(number))
        self.expected.listed.pop(number, None)

    def publish(self, _: int = 0) -> None:
        self.feed.publish()
        self.expected.publish()
        self.check()

    def kill(self, step: str, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
        from ckanext.independence.feed import snapshot

        owner, name = step.split(".")
        whole = getattr(getattr(snapshot, owner), name)

        def killed(*arguments: Any) -> Any:
            if after:
                whole(*arguments)
            die()

        with monkeypatch.context() as patch:
            patch.setattr(getattr(snapshot, owner), name, killed)
            self.feed.in_another_process(self.feed.publish)
        self.publish()

    def check(self) -> None:
        for name in ("data.json", "dcat-us/3.0.json"):
            assert self.feed.served(name) == self.expected.served
        told: dict[int, str] = {}
        for row in self.feed.sql(
            "SELECT what, identifier FROM independence_feed_change ORDER BY number"
        ):
            number = int(row.identifier[-12:])
            assert (row.what == "added") == (number not in told), "added once, changed after that"
            if row.what == "removed":
                del told[number]
            else:
                told[number] = row.what
        assert set(told) == set(self.expected.served)
        assert self.feed.publish() is None


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_every_history_ends_in_the_feed_that_it_should(
    feed: Feeding,
    inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
    steps: list[tuple[str, int]],
) -> None:
    feed.begin()
    limits = ("hold_least", "hold_share", "hold_most")
    with inside.settings({f"ckanext.independence.feed.{name}": 1000 for name in limits}):
        history = History(feed)
        for step, number in steps:
            if "." in step:
                history.kill(step, number, monkeypatch)
            else:
                getattr(history, step)(number)
        history.publish()
        feed.published_hashes_are_right()
