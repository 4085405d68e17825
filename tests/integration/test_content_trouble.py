"""When something breaks in the middle of a load: the last good table, a clear state, no loss."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.inside import Inside

FIRST = b"case,opened\nA-1,2026-02-28\n"
SECOND = b"case,opened\nA-2,2026-03-01\n"


@pytest.fixture
def waiting(inside: Inside) -> dict[str, Any]:
    """A resource with a table, and a newer file that nobody has looked into."""
    resource = inside.upload("cases.csv", FIRST, package_id=inside.dataset()["id"])
    inside.upload("cases.csv", SECOND, looked_into=False, id=resource["id"])
    return resource


def cases(inside: Inside, resource_id: str) -> list[str]:
    found = inside.act("datastore_search", resource_id=resource_id)
    return [record["case"] for record in found["records"]]


def state(inside: Inside, resource_id: str) -> dict[str, Any]:
    found: dict[str, Any] = inside.act("independence_content_state_show", id=resource_id)
    return found


def in_a_worker(inside: Inside, prepare: Callable[[], None]) -> None:
    """Do what is owed in a process of its own, as CKAN's worker does, that may die of it."""
    from ckanext.independence.catalog import owed

    inside.leave()
    worker = os.fork()
    if not worker:
        prepare()
        owed.work()
        os._exit(0)
    os.waitpid(worker, 0)


def make_due() -> None:
    from ckan import model
    from ckanext.independence.catalog.model import Owed

    with model.meta.engine.begin() as connection:
        connection.execute(sa.update(Owed).values(due=sa.func.now()))


def whole(inside: Inside, resource: dict[str, Any]) -> None:
    """Table, file and what is told of them are the newer file's, and nothing is left over."""
    from ckanext.datastore.backend.postgres import get_write_engine

    known = state(inside, resource["id"])
    assert known["status"] == "loaded" and known["version"] == known["served_version"]
    assert cases(inside, resource["id"]) == ["A-2"]
    shown = inside.act("resource_show", id=resource["id"])
    assert inside.get(shown["url"]).data == SECOND and shown["size"] == len(SECOND)
    with get_write_engine().connect() as connection:
        left = sa.text(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname LIKE '\\_built\\_%'"
        )
        assert connection.scalar(left) == 0


def test_a_worker_killed_in_the_middle_of_the_copy_loses_nothing(
    inside: Inside, waiting: dict[str, Any]
) -> None:
    from ckanext.independence.content import store

    def die(*_: Any) -> None:
        os._exit(9)

    in_a_worker(inside, lambda: setattr(store._Counted, "read", die))
    assert cases(inside, waiting["id"]) == ["A-1"]
    assert inside.get(waiting["url"]).data == FIRST
    inside.work()
    whole(inside, waiting)


def test_a_worker_killed_between_the_two_databases_leaves_what_the_next_one_mends(
    inside: Inside, waiting: dict[str, Any]
) -> None:
    from ckanext.independence.content import store

    placed = store.Built.take_place

    def die(*arguments: Any) -> None:
        placed(*arguments)
        os._exit(9)

    in_a_worker(inside, lambda: setattr(store.Built, "take_place", die))
    # The table came first, and nobody had refused it; the file is still the one before.
    assert cases(inside, waiting["id"]) == ["A-2"]
    assert inside.get(waiting["url"]).data == FIRST
    inside.work()
    whole(inside, waiting)


def test_a_database_that_goes_away_in_the_middle_of_the_copy_is_waited_for(
    inside: Inside, waiting: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.datastore.backend.postgres import get_write_engine
    from ckanext.independence.content import store

    read = store._Counted.read

    def cut_off(self: Any, size: int) -> bytes:
        with get_write_engine().connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'COPY %%' AND pid <> pg_backend_pid()"
            )
        return read(self, size)

    with monkeypatch.context() as patched:
        patched.setattr(store._Counted, "read", cut_off)
        inside.work()
    assert cases(inside, waiting["id"]) == ["A-1"]
    known = state(inside, waiting["id"])
    assert known["status"] == "failed" and "tried again" in known["message"]
    make_due()
    inside.work()
    whole(inside, waiting)


def test_a_full_disk_is_said_and_waited_for(
    inside: Inside, waiting: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.content import derived

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(derived, "keep", full)
        inside.work()
    assert cases(inside, waiting["id"]) == ["A-1"]
    assert "disk is full" in state(inside, waiting["id"])["message"]
    make_due()
    inside.work()
    whole(inside, waiting)


def test_a_reader_that_breaks_holds_the_file_and_is_not_asked_again_and_again(
    inside: Inside, waiting: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.catalog import owed
    from ckanext.independence.content import load

    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("a cell that nobody thought of")

    with monkeypatch.context() as patched:
        patched.setattr(load.reading, "read", broken)
        inside.work()
    assert state(inside, waiting["id"])["status"] == "held"
    assert cases(inside, waiting["id"]) == ["A-1"]
    assert not [row for row in owed.waiting() if row.kind == "content"]
