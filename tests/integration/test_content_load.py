"""The load: files become tables, and what cannot leaves the last good one where it was."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.inside import Inside

COLUMNS = [
    {"name": "case_number", "type": "text", "label": "Case number", "description": "As filed"},
    {"name": "opened", "type": "date"},
    {"name": "amount", "type": "numeric", "unit": "US dollars"},
    {"name": "100% done", "type": "boolean", "description": "Whether all is done"},
]
HEADER = "case_number,opened,amount,100% done\n"
FIRST = HEADER + "00712,2026-02-28,1250.75,true\n00713,,,false\n"


def declare(resource_id: str, columns: list[dict[str, Any]]) -> None:
    """Say of a resource what a manifest says, and let a worker do it."""
    from ckan import model
    from ckanext.independence.catalog import owed

    owed.owe("content", resource_id, {"columns": columns})
    model.Session.commit()
    owed.work()
    model.Session.remove()


def state(inside: Inside, resource_id: str) -> dict[str, Any]:
    found: dict[str, Any] = inside.act("independence_content_state_show", id=resource_id)
    return found


def numbers(inside: Inside, resource_id: str) -> list[str]:
    found = inside.act("datastore_search", resource_id=resource_id, sort="_id")
    return [record["case_number"] for record in found["records"]]


@pytest.fixture
def table(inside: Inside) -> dict[str, Any]:
    """A resource whose file was loaded, with columns that a manifest declares."""
    resource = inside.upload("cases.csv", FIRST.encode(), package_id=inside.dataset()["id"])
    declare(resource["id"], COLUMNS)
    shown: dict[str, Any] = inside.act("resource_show", id=resource["id"])
    return shown


def test_a_file_becomes_a_typed_table_that_ckan_can_search(
    inside: Inside, table: dict[str, Any]
) -> None:
    found = inside.act("datastore_search", resource_id=table["id"], include_total=True)
    assert found["total"] == 2
    assert [field["type"] for field in found["fields"]] == [
        "int",
        "text",
        "date",
        "numeric",
        "bool",
    ]
    assert found["records"][0] | {"amount": str(found["records"][0]["amount"])} == {
        "_id": 1,
        "case_number": "00712",
        "opened": "2026-02-28",
        "amount": "1250.75",
        "100_percent_done": True,
    }
    assert found["records"][1]["amount"] is None
    assert inside.act("datastore_search", resource_id=table["id"], q="00713")["total"] == 1
    info = {f["id"]: f.get("info") for f in inside.act("datastore_info", id=table["id"])["fields"]}
    assert info["case_number"]["label"] == "Case number"
    assert info["case_number"]["notes"] == "As filed"
    assert info["100_percent_done"]["notes"] == "Whether all is done"
    assert info["amount"]["unit"] == "US dollars"
    known = state(inside, table["id"])
    assert (known["status"], known["rows"], known["set_aside"]) == ("loaded", 2, 0)
    assert known["version"] == known["served_version"]
    # Anybody may read it: the reading role was let in.
    public = inside.client.get(f"/api/3/action/datastore_search?resource_id={table['id']}")
    assert public.json["result"]["total"] == 2
    dump = inside.client.get(f"/datastore/dump/{table['id']}?bom=false")
    assert dump.text.splitlines()[1].startswith("1,00712,2026-02-28,1250.75,")


def test_a_large_table_can_be_read_at_once_and_searched_soon_after(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.datastore.backend.postgres import get_write_engine
    from ckanext.independence.catalog import owed
    from ckanext.independence.content import store

    monkeypatch.setattr(store, "LARGE", 1)
    resource = inside.upload("cases.csv", FIRST.encode(), looked_into=False,
                             package_id=inside.dataset()["id"])  # fmt: skip
    make = owed._handlers.pop("content-search")
    inside.work()
    assert numbers(inside, resource["id"]) == ["00712", "00713"]
    assert not state(inside, resource["id"])["searchable"]
    # Words are found even then, only slowly.
    assert inside.act("datastore_search", resource_id=resource["id"], q="00713")["total"] == 1
    owed._handlers["content-search"] = make
    inside.work()
    assert state(inside, resource["id"])["searchable"]
    assert inside.act("datastore_search", resource_id=resource["id"], q="00713")["total"] == 1
    with get_write_engine().connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        plan = connection.exec_driver_sql(
            f'EXPLAIN SELECT 1 FROM "{resource["id"]}"'  # noqa: S608
            " WHERE _full_text @@ plainto_tsquery('english', '00713')"
        )
        assert "Index Scan" in str(plan.all())


def test_reading_a_file_anew_is_no_new_version_of_the_data_set(
    inside: Inside, table: dict[str, Any]
) -> None:
    declare(table["id"], [*COLUMNS[:2], {"name": "amount", "type": "text"}, COLUMNS[3]])
    found = inside.act("datastore_search", resource_id=table["id"])
    assert found["records"][0]["amount"] == "1250.75"
    shown = inside.act("resource_show", id=table["id"])
    assert shown["datastore_active"] is True
    for moment in ("metadata_modified", "last_modified"):
        assert shown[moment] == table[moment]
    (indexed,) = inside.act("package_search", fq=f"id:{table['package_id']}")["results"]
    assert indexed["resources"][0]["datastore_active"] is True


def test_a_new_file_takes_the_place_of_the_old_one_without_being_declared_again(
    inside: Inside, table: dict[str, Any]
) -> None:
    second = (HEADER + "00999,,,\n").encode()
    inside.upload("cases.csv", second, looked_into=False, id=table["id"])
    page = f"/dataset/{table['package_id']}/resource/{table['id']}"
    assert "is being looked at" in inside.client.get(page, follow_redirects=True).text
    # Until then the site goes on telling of the file that it serves.
    shown = inside.act("resource_show", id=table["id"])
    for key in ("url", "hash", "size", "mimetype", "last_modified"):
        assert shown[key] == table[key], key
    assert inside.get(table["url"]).data == FIRST.encode()
    assert numbers(inside, table["id"]) == ["00712", "00713"]
    inside.work()
    assert numbers(inside, table["id"]) == ["00999"]
    shown = inside.act("resource_show", id=table["id"])
    assert shown["size"] == len(second) and shown["last_modified"] > table["last_modified"]
    assert inside.get(table["url"]).data == second
    assert "is being looked at" not in inside.client.get(page, follow_redirects=True).text
    info = inside.act("datastore_info", id=table["id"])
    assert info["fields"][0]["info"]["label"] == "Case number"


def test_a_row_that_cannot_be_taken_is_set_aside_and_counted(
    inside: Inside, table: dict[str, Any]
) -> None:
    rows = "".join(
        f"{number},2026-01-{number % 28 + 1:02},1,true\n" for number in range(9000, 9100)
    )
    bad = HEADER + rows + "9100,2026-13-01,1,true\n"
    inside.upload("cases.csv", bad.encode(), id=table["id"])
    assert "9100" not in numbers(inside, table["id"])
    known = state(inside, table["id"])
    assert (known["rows"], known["set_aside"]) == (100, 1)


def test_a_file_that_cannot_be_read_leaves_the_last_good_one_and_says_so(
    inside: Inside, table: dict[str, Any]
) -> None:
    inside.upload("cases.pdf", b"%PDF-1.4\n%\n", id=table["id"])
    assert numbers(inside, table["id"]) == ["00712", "00713"]
    assert inside.get(table["url"]).data == FIRST.encode()
    known = state(inside, table["id"])
    assert known["status"] == "held" and known["version"] != known["served_version"]
    assert inside.act("resource_show", id=table["id"])["datastore_active"] is True
    page = inside.client.get(f"/dataset/{table['package_id']}/resource/{table['id']}")
    assert "is not shown yet" in page.text
    inside.upload("cases.csv", FIRST.replace("00713", "00714").encode(), id=table["id"])
    assert numbers(inside, table["id"]) == ["00712", "00714"]
    assert state(inside, table["id"])["status"] == "loaded"


def test_a_first_file_that_is_no_table_is_a_download(inside: Inside) -> None:
    content = b"%PDF-1.4\n%\n"
    resource = inside.upload("plan.pdf", content, package_id=inside.dataset()["id"])
    assert inside.get(resource["url"]).data == content
    assert resource["size"] == len(content) and not resource["datastore_active"]
    assert state(inside, resource["id"])["status"] == "download"


def test_a_table_and_what_was_made_of_its_file_go_with_the_data_set(
    inside: Inside, table: dict[str, Any]
) -> None:
    from ckanext.independence.content import derived, store

    version = state(inside, table["id"])["version"]
    assert derived.exists(version, derived.TABLE)
    inside.act("dataset_purge", id=table["package_id"])
    inside.work()
    assert table["id"] not in store.leftovers()
    assert not derived.exists(version, derived.TABLE)


@contextmanager
def reading(resource_id: str) -> Iterator[None]:
    """Somebody reads the table and does not come to an end."""
    from ckanext.datastore.backend.postgres import get_read_engine

    with get_read_engine().connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f'TABLE "{resource_id}" LIMIT 1')
        yield
        connection.exec_driver_sql("ROLLBACK")


def locked(condition: str) -> bool:
    from ckanext.datastore.backend.postgres import get_write_engine

    with get_write_engine().connect() as connection:
        query = sa.text(f"SELECT EXISTS (SELECT FROM pg_locks WHERE {condition})")  # noqa: S608
        return bool(connection.scalar(query))


def busy(resource_id: str) -> bool:
    return locked(f"relation = '\"{resource_id}\"'::regclass AND mode = 'AccessShareLock'")


def loading_waits() -> bool:
    return locked("mode = 'AccessExclusiveLock' AND NOT granted")


def test_a_worker_that_is_killed_while_it_loads_loses_nothing(
    inside: Inside, table: dict[str, Any]
) -> None:
    from ckanext.independence.catalog import owed

    second = (HEADER + "00999,,,\n").encode()
    inside.upload("cases.csv", second, looked_into=False, id=table["id"])
    # As CKAN's worker does for each job: a process of its own, without our connections.
    inside.leave()
    worker = os.fork()
    if not worker:
        # Not before the reader below has the table.
        while not busy(table["id"]):
            time.sleep(0.02)
        owed.work()
        os._exit(0)
    with reading(table["id"]):
        until = time.monotonic() + 60
        while not loading_waits():
            assert os.waitpid(worker, os.WNOHANG) == (0, 0) and time.monotonic() < until
            time.sleep(0.02)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        # A reader that comes later is let through between two tries, and sees the old table.
        assert numbers(inside, table["id"]) == ["00712", "00713"]
    owed.work()
    assert numbers(inside, table["id"]) == ["00999"]
    assert state(inside, table["id"])["status"] == "loaded"


def test_a_load_that_waits_for_a_save_keeps_nobody_waiting_who_is_waited_for(
    inside: Inside,
) -> None:
    """Else the two would wait for each other until the load gives up."""
    from ckan import model

    package = inside.dataset()["id"]
    inside.work()
    resource = inside.upload("lamps.csv", b"a,b\n1,2\n", looked_into=False, package_id=package)
    owing = sa.text(
        "INSERT INTO independence_catalog_owed (kind, key, due) VALUES (:kind, :key, 'infinity')"
        " ON CONFLICT (kind, key) DO UPDATE SET revision = independence_catalog_owed.revision + 1"
    )
    with model.meta.engine.connect() as saving:
        saving.execute(owing, {"kind": "feed-render", "key": package})
        loader = threading.Thread(target=inside.work)
        loader.start()
        until = time.monotonic() + 60
        while not locked("locktype IN ('transactionid', 'speculative token') AND NOT granted"):
            assert time.monotonic() < until, "nothing waits"
            time.sleep(0.02)
        saving.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
        saving.execute(owing, {"kind": "content-told", "key": package})
        saving.rollback()
    loader.join(60)
    assert inside.act("resource_show", id=resource["id"])["datastore_active"]
