"""What is owed survives everything: lost queues, killed workers, a Redis that is down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.inside import Inside

KIND = "test-work"


class Work:
    """A kind of work that notes what it was given, and does what a test wants besides."""

    def __init__(self) -> None:
        """Nothing was done yet."""
        self.done: list[tuple[str, dict[str, Any] | None]] = []
        self.then: Any = None

    def __call__(self, key: str, payload: dict[str, Any] | None) -> None:
        self.done.append((key, payload))
        if self.then:
            self.then()


@pytest.fixture
def work(inside: Inside) -> Iterator[Work]:
    from ckan import model
    from ckanext.independence.catalog import owed

    one = Work()
    owed.handler(KIND)(one)
    yield one
    del owed._handlers[KIND]
    model.Session.rollback()
    with model.meta.engine.begin() as connection:
        connection.execute(sa.delete(owed.Owed).where(owed.Owed.kind == KIND))


def owe(key: str, payload: dict[str, Any] | None = None) -> None:
    from ckan import model
    from ckanext.independence.catalog import owed

    owed.owe(KIND, key, payload)
    model.Session.commit()


def row(key: str) -> Any:
    from ckan import model
    from ckanext.independence.catalog.model import Owed

    with model.meta.engine.connect() as connection:
        table = Owed.__table__
        return connection.execute(
            sa.select(table, (table.c.due > sa.func.now()).label("later")).where(
                table.c.kind == KIND, table.c.key == key
            )
        ).first()


def make_due(key: str) -> None:
    from ckan import model
    from ckanext.independence.catalog.model import Owed

    with model.meta.engine.begin() as connection:
        connection.execute(
            sa.update(Owed).where(Owed.kind == KIND, Owed.key == key).values(due=sa.func.now())
        )


def jobs() -> list[Any]:
    from ckan.lib.jobs import get_queue

    return [job for job in get_queue().jobs if job.func_name.endswith("owed.work")]


def test_what_was_owed_twice_is_done_once_and_the_last_word_counts(work: Work) -> None:
    from ckanext.independence.catalog import owed

    owe("lamp", {"colour": "red"})
    owe("lamp", {"colour": "green"})
    owe("lamp")
    owed.work()
    assert work.done == [("lamp", {"colour": "green"})]
    assert row("lamp") is None


def test_what_a_save_that_failed_owed_is_not_owed(work: Work) -> None:
    from ckan import model
    from ckanext.independence.catalog import owed

    owed.owe(KIND, "lamp")
    model.Session.rollback()
    owed.work()
    assert work.done == []


def test_one_worker_is_woken_by_the_commit_however_much_is_owed(work: Work) -> None:
    from ckan import model
    from ckan.lib.jobs import get_queue
    from ckanext.independence.catalog import owed

    get_queue().empty()
    nested = model.Session.begin_nested()
    owed.owe(KIND, "lamp")
    nested.commit()
    assert jobs() == [], "a savepoint is no commit"
    model.Session.commit()
    for number in range(5):
        owe(f"lamp {number}")
    (job,) = jobs()
    assert job.perform() >= 6, "the job that was queued does it all"
    assert len(work.done) == 6


def test_a_save_succeeds_while_redis_is_down_and_its_work_is_not_lost(
    work: Work, inside: Inside, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan.lib.jobs import get_queue
    from ckanext.independence.catalog import clock, owed

    get_queue().empty()
    monkeypatch.setattr(owed, "_redis_silent_until", 0.0)
    with inside.settings({"ckan.redis.url": "unix:///nowhere/redis.sock"}):
        owe("lamp")
        owe("lantern")
    assert caplog.text.count("Redis does not answer") == 1
    assert jobs() == []
    monkeypatch.setattr(owed, "_redis_silent_until", 0.0)
    clock.tick()
    (job,) = jobs()
    job.perform()
    assert {key for key, _ in work.done} == {"lamp", "lantern"}


def test_a_failure_is_written_down_and_tried_again_later(work: Work) -> None:
    from ckanext.independence.catalog import owed

    def fail() -> None:
        raise ValueError("the bulb is broken")

    owe("lamp")
    work.then = fail
    owed.work()
    for attempts in (1, 2):
        noted = row("lamp")
        assert (noted.attempts, noted.error) == (attempts, "ValueError: the bulb is broken")
        assert noted.later, "it waits before it is tried again"
        owed.work()
        assert len(work.done) == attempts
        make_due("lamp")
        if attempts == 1:
            owed.work()
    work.then = None
    owed.work()
    assert row("lamp") is None


def test_what_a_failed_handler_wrote_is_not_kept(work: Work, inside: Inside) -> None:
    from ckan import model
    from ckanext.independence.catalog import owed

    dataset = inside.dataset()

    def write_and_fail() -> None:
        model.Session.execute(sa.text("UPDATE package SET title = 'half'"))
        raise ValueError("no")

    owe("lamp")
    work.then = write_and_fail
    owed.work()
    assert inside.act("package_show", id=dataset["id"])["title"] == dataset["title"]


def test_what_is_owed_again_while_it_is_being_done_is_done_again_and_nobody_waits(
    work: Work,
) -> None:
    from ckan import model
    from ckanext.independence.catalog import owed

    def save_meanwhile() -> None:
        work.then = None
        # Another connection, as a steward's save is: it does not wait for the work to end.
        with model.meta.engine.connect() as connection:
            connection.execute(sa.text("SET lock_timeout = '200ms'"))
            statement = sa.update(owed.Owed).where(owed.Owed.kind == KIND)
            connection.execute(statement.values(revision=owed.Owed.revision + 1))
            connection.commit()
            connection.execute(sa.text("RESET lock_timeout"))
        # And a second worker leaves alone what the first one has.
        with owed._alone(KIND, "lamp") as alone:
            assert not alone

    owe("lamp")
    work.then = save_meanwhile
    owed.work()
    assert len(work.done) == 2
    assert row("lamp") is None


def test_work_that_is_due_later_waits(work: Work) -> None:
    from datetime import UTC, datetime, timedelta

    from ckan import model
    from ckanext.independence.catalog import owed

    owed.owe(KIND, "lamp", due=datetime.now(UTC) + timedelta(hours=1))
    model.Session.commit()
    owed.work()
    assert work.done == [] and row("lamp") is not None
