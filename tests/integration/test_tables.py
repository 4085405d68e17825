"""The plain loader: clean files become tables, others leave the last good one where it was."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from embedded_ckan.testing import RunningSite

from tests.integration.inside import Inside

COLUMNS = [
    {"name": "case_number", "type": "text", "label": "Case number", "description": "As filed"},
    {"name": "opened", "type": "date"},
    {"name": "amount", "type": "numeric", "unit": "US dollars"},
    {"name": "100% done", "type": "boolean"},
]
HEADER = "case_number,opened,amount,100% done\n"
FIRST = HEADER + "00712,2026-02-28,1250.75,true\n00713,,,no\n"


def load(resource_id: str, columns: list[dict[str, Any]] | None = None) -> None:
    from ckan import model
    from ckanext.independence.catalog import owed

    owed.owe("table", resource_id, {"columns": columns} if columns else None)
    model.Session.commit()
    owed.work()
    model.Session.remove()


def state(resource_id: str) -> Any:
    from ckan import model
    from ckanext.independence.catalog import tables

    try:
        return tables.states([resource_id])[resource_id]
    finally:
        model.Session.remove()


def numbers(inside: Inside, resource_id: str) -> list[str]:
    found = inside.act("datastore_search", resource_id=resource_id, sort="_id")
    return [record["case_number"] for record in found["records"]]


@pytest.fixture
def table(inside: Inside) -> dict[str, Any]:
    """A resource whose clean file was loaded."""
    resource = inside.upload("cases.csv", FIRST.encode(), package_id=inside.dataset()["id"])
    load(resource["id"], COLUMNS)
    return resource


def test_a_clean_file_becomes_a_typed_table_that_ckan_can_search(
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
        "100% done": True,
    }
    assert found["records"][1]["amount"] is None
    assert inside.act("datastore_search", resource_id=table["id"], q="00713")["total"] == 1
    info = {f["id"]: f.get("info") for f in inside.act("datastore_info", id=table["id"])["fields"]}
    assert info["case_number"] == {"label": "Case number", "notes": "As filed"}
    assert info["amount"] == {"notes": "US dollars", "unit": "US dollars"}
    assert state(table["id"]).current and state(table["id"]).rows == 2
    # Anybody may read it: the reading role was let in.
    public = inside.client.get(f"/api/3/action/datastore_search?resource_id={table['id']}")
    assert public.json["result"]["total"] == 2
    # And CKAN finds in it what it would have made itself.
    inside.act("datastore_create", resource_id=table["id"], force=True, fields=[])
    inside.act("datastore_upsert", resource_id=table["id"], force=True, method="insert",
               records=[{"case_number": "00714"}])  # fmt: skip
    assert inside.act("datastore_search", resource_id=table["id"], q="00714")["total"] == 1


def test_loading_is_no_new_version_of_the_data_set(inside: Inside, table: dict[str, Any]) -> None:
    shown = inside.act("resource_show", id=table["id"])
    assert shown["datastore_active"] is True
    for moment in ("metadata_modified", "last_modified"):
        assert shown[moment] == table[moment]
    views = inside.act("resource_view_list", id=table["id"])
    assert [view["view_type"] for view in views] == ["datatables_view"]
    (indexed,) = inside.act("package_search", fq=f"id:{table['package_id']}")["results"]
    assert indexed["resources"][0]["datastore_active"] is True


def test_a_new_file_takes_the_place_of_the_old_one_without_being_declared_again(
    inside: Inside, table: dict[str, Any]
) -> None:
    from ckanext.independence.catalog import owed

    inside.upload("cases.csv", (HEADER + "00999,,,\n").encode(), id=table["id"])
    assert not state(table["id"]).current, "not before it was loaded"
    page = f"/dataset/{table['package_id']}/resource/{table['id']}"
    assert "a newer file has come" in inside.client.get(page, follow_redirects=True).text
    assert numbers(inside, table["id"]) == ["00712", "00713"]
    owed.work()
    assert numbers(inside, table["id"]) == ["00999"]
    assert state(table["id"]).current and state(table["id"]).rows == 1
    assert "a newer file has come" not in inside.client.get(page, follow_redirects=True).text
    info = inside.act("datastore_info", id=table["id"])
    assert info["fields"][0]["info"]["label"] == "Case number"


def test_a_bad_row_leaves_the_last_good_table_and_says_where_it_is(
    inside: Inside, table: dict[str, Any]
) -> None:
    from ckanext.independence.catalog import owed

    bad = HEADER + "00999,,,\n01000,28/02/2026,,\n"
    inside.upload("cases.csv", bad.encode(), id=table["id"])
    owed.work()
    assert numbers(inside, table["id"]) == ["00712", "00713"]
    known = state(table["id"])
    assert not known.current
    assert known.error == (
        "Row 3 (line 3), column opened: '28/02/2026' is no date, such as 2026-03-31."
    )
    assert inside.act("resource_show", id=table["id"])["datastore_active"] is True
    page = inside.client.get(f"/dataset/{table['package_id']}/resource/{table['id']}")
    assert "the newer file could not be read. Row 3 (line 3)" in page.text


def test_a_table_that_tells_nothing_of_the_new_file_is_not_offered(
    inside: Inside, table: dict[str, Any]
) -> None:
    from ckanext.independence.catalog import owed

    inside.upload("cases.csv", b"case_number,closed\n1,2\n", id=table["id"])
    owed.work()
    assert "The header differs" in state(table["id"]).error
    assert not state(table["id"]).current
    assert inside.act("resource_show", id=table["id"])["datastore_active"] is False
    inside.upload("cases.csv", FIRST.encode(), id=table["id"])
    owed.work()
    assert state(table["id"]).current and not state(table["id"]).error
    assert inside.act("resource_show", id=table["id"])["datastore_active"] is True


def test_a_table_goes_with_its_resource(inside: Inside, table: dict[str, Any]) -> None:
    from ckan import model
    from ckanext.independence.catalog import tables

    inside.act("dataset_purge", id=table["package_id"])
    tables.sweep("", None)
    model.Session.commit()
    assert not tables._exists(table["id"])
    assert tables.states([table["id"]]) == {}


def test_the_worker_of_a_running_site_loads_what_is_owed(site: RunningSite) -> None:
    found = site.api("package_search", fq="res_format:CSV", rows=1000)["results"]
    waiting = [r["id"] for d in found for r in d["resources"] if r["format"] == "CSV"]
    assert len(waiting) > 20, "the sample city has tables"
    until = time.monotonic() + 180
    while waiting:
        assert time.monotonic() < until, f"not loaded: {waiting}"
        if site.api("resource_show", id=waiting[-1])["datastore_active"]:
            assert site.api("datastore_search", resource_id=waiting.pop(), limit=1)["total"] > 0
        else:
            time.sleep(0.2)


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

    inside.upload("cases.csv", (HEADER + "00999,,,\n").encode(), id=table["id"])
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
    assert state(table["id"]).current
