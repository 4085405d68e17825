"""The search entry of a data set follows what is stored, whoever writes at the same moment."""

from __future__ import annotations

import threading
import time
from typing import Any

import sqlalchemy as sa

from tests.integration.inside import Inside


def found(inside: Inside, id_: str) -> list[dict[str, Any]]:
    answer = inside.act("package_search", fq=f"id:{id_}", include_private=True)
    return list(answer["results"])


def test_a_purged_data_set_does_not_stay_in_search_when_a_worker_wrote_it_there_meanwhile(
    inside: Inside,
) -> None:
    from ckan import logic, model

    id_ = inside.dataset()["id"]
    inside.work()
    read_before = logic.package_show_default_and_custom_schemas(
        {"ignore_auth": True, "user": "admin"}, id_
    )
    model.Session.remove()
    inside.act("dataset_purge", id=id_)
    logic.index_update_package_dicts(read_before)
    assert found(inside, id_), "the worker wrote last"
    inside.work()
    assert not found(inside, id_)


def test_a_worker_waits_for_a_save_that_is_on_its_way(inside: Inside) -> None:
    from ckan import model
    from ckanext.independence.catalog import owed

    id_ = inside.dataset()["id"]
    owed.owe("index", id_)
    model.Session.commit()
    model.Session.remove()
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with model.meta.engine.connect() as saving, model.meta.engine.connect() as watching:
        saving.execute(
            sa.text("UPDATE package SET title = 'Lamps at night' WHERE id = :id"), {"id": id_}
        )
        worker = threading.Thread(target=inside.work)
        worker.start()
        until = time.monotonic() + 20
        while not watching.scalar(waits):
            assert time.monotonic() < until, "the worker read what was about to change"
            time.sleep(0.05)
        saving.commit()
        worker.join(20)
    assert [one["title"] for one in found(inside, id_)] == ["Lamps at night"]
