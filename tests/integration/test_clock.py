"""The clock: one in the whole site; it makes up for what was missed and outlives the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.inside import Inside

KIND = "test-schedule"


def eventually(what: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def quick(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.independence.catalog import clock

    monkeypatch.setattr(clock, "TICK", 0.05)
    monkeypatch.setattr(clock, "STAND_BY", 0.05)


@contextmanager
def running() -> Iterator[threading.Event]:
    """A clock in a thread, as another process on another host would be."""
    from ckanext.independence.catalog import clock

    stop = threading.Event()
    thread = threading.Thread(target=clock.run, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(timeout=20)
        assert not thread.is_alive(), "it stops when it is told to"


def holders() -> list[int]:
    """The database processes of the clocks that hold the lock."""
    from ckan import model
    from ckanext.independence.catalog import clock

    with model.meta.engine.connect() as connection:
        pids = connection.scalars(
            sa.text(
                "SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database"
                " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
                " AND objid = :lock AND objsubid = 1"
            ),
            {"lock": clock.LOCK},
        )
        return list(pids)


def test_one_clock_runs_and_another_one_takes_over(quick: None) -> None:
    with running() as first:
        eventually(lambda: len(holders()) == 1)
        (before,) = holders()
        with running():
            time.sleep(0.3)
            assert holders() == [before]
            first.set()
            eventually(lambda: holders() not in ([], [before]))
            assert len(holders()) == 1
    assert holders() == []


def test_the_clock_goes_on_when_the_database_was_away(quick: None) -> None:
    from ckan import model

    with running():
        eventually(holders)
        before = holders()
        with model.meta.engine.connect() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        eventually(lambda: holders() not in ([], before))


@pytest.fixture
def scheduled(inside: Inside) -> Iterator[Callable[[datetime], bool]]:
    """A schedule at three each morning; asks whether a look at some moment owes it."""
    from ckan import model
    from ckanext.independence.catalog import clock
    from ckanext.independence.catalog.model import Owed

    clock.schedule(KIND, "0 3 * * *")

    def look(moment: datetime) -> bool:
        clock.tick(moment)
        with model.meta.engine.begin() as connection:
            return connection.execute(sa.delete(Owed).where(Owed.kind == KIND)).rowcount == 1

    yield look
    del clock._schedules[KIND]
    clock.tick()


def test_a_schedule_runs_once_each_time_and_once_for_all_that_was_missed(
    scheduled: Callable[[datetime], bool],
) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert not scheduled(noon), "nothing is made up for when a schedule is new"
    assert not scheduled(noon + timedelta(hours=1))
    assert scheduled(noon + timedelta(days=1))
    assert not scheduled(noon + timedelta(days=1, minutes=1))
    assert scheduled(noon + timedelta(days=30)), "weeks without a clock are made up for"
    assert not scheduled(noon + timedelta(days=30, minutes=1)), "once"


def test_changed_synonyms_reach_solr_and_broken_ones_do_not(
    inside: Inside, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from ckanext.independence.catalog import synonyms

    core = inside.solr_conf
    source = tmp_path / "synonyms.txt"
    before = (core / "synonyms.txt").read_bytes()
    with inside.settings({synonyms.SOURCE: str(source), synonyms.CORE_FOLDER: str(core)}):
        source.write_text("luminaire, street lamp\n", "utf-8")
        synonyms.follow()
        assert (core / "synonyms.txt").read_bytes() == source.read_bytes()
        source.write_text("a => b => c\n", "utf-8")
        synonyms.follow()
        assert "Solr refuses" in caplog.text
        assert (core / "synonyms.txt").read_text("utf-8") == "luminaire, street lamp\n"
        source.write_bytes(before)
        synonyms.follow()
    assert (core / "synonyms.txt").read_bytes() == before
