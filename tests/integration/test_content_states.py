"""Versions come, are looked into, judged, served or held; nothing is seen before its time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.inside import Inside

ROWS = b"case,opened,amount\nA-1,2026-02-28,12.50\nA-2,2026-03-01,7.25\n"
NEWER = b"case,opened,amount\nA-3,2026-04-01,3.00\n"
PDF = b"%PDF-1.4\n%\n"


def state(inside: Inside, resource_id: str) -> dict[str, Any]:
    found: dict[str, Any] = inside.act("independence_content_state_show", id=resource_id)
    return found


def cases(inside: Inside, resource_id: str) -> list[str]:
    found = inside.act("datastore_search", resource_id=resource_id, sort="_id")
    return [record["case"] for record in found["records"]]


@pytest.fixture
def judge(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Somebody who refuses what the test says, and remembers what was asked."""
    from ckanext.independence.catalog.interfaces import Objection
    from ckanext.independence.content import load, streamed
    from ckanext.independence.content.logic.action import states

    asked: list[Any] = []

    def refuse(candidate: Any) -> list[Objection]:
        asked.append(candidate)
        if any(word in str(candidate.profile) + candidate.filename for word in ("A-3", "secret")):
            return [Objection("It names people.", fix="Take the column out.")]
        return []

    for module in (load, states, streamed):
        monkeypatch.setattr(module, "objections", refuse)
    yield asked


def test_a_first_file_is_nobodys_but_its_stewards_until_it_was_looked_into(inside: Inside) -> None:
    dataset = inside.dataset()
    resource = inside.upload("cases.csv", ROWS, looked_into=False, package_id=dataset["id"])
    assert not resource["hash"] and not resource["size"], "nothing is served that could have one"
    answer = inside.get(resource["url"])
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert "is being looked at" in answer.text
    page = inside.client.get(f"/dataset/{dataset['id']}/resource/{resource['id']}").text
    assert "has just come and is being looked at" in page and resource["url"] not in page
    assert state(inside, resource["id"])["status"] == "waiting"
    inside.act("package_patch", id=dataset["id"], private=True)
    assert inside.get(resource["url"]).status_code == 404
    inside.act("package_patch", id=dataset["id"], private=False)
    inside.work()
    shown = inside.act("resource_show", id=resource["id"])
    assert shown["hash"] == hashlib.sha256(ROWS).hexdigest() and shown["size"] == len(ROWS)
    assert inside.get(shown["url"]).data == ROWS
    assert state(inside, resource["id"])["status"] == "loaded"


def test_who_refuses_is_asked_with_rows_and_profile_before_anything_is_served(
    inside: Inside, judge: list[Any]
) -> None:
    from ckanext.independence.content import derived, store

    resource = inside.upload("cases.csv", NEWER, package_id=inside.dataset()["id"])
    (candidate,) = judge
    assert candidate.rows == 1 and candidate.table.endswith(".parquet")
    assert [column["name"] for column in candidate.columns] == ["case", "opened", "amount"]
    known = state(inside, resource["id"])
    assert known["status"] == "held" and known["served_version"] is None
    assert known["message"] == "It names people. Take the column out."
    assert inside.get(resource["url"]).status_code == 404
    assert resource["id"] not in json.dumps(inside.feed())
    assert resource["id"] not in store.held_versions()
    assert not derived.exists(known["version"], derived.TABLE)


def test_what_is_refused_leaves_the_file_before_it_where_it_was(
    inside: Inside, judge: list[Any]
) -> None:
    resource = inside.upload("cases.csv", ROWS, package_id=inside.dataset()["id"])
    inside.upload("cases.csv", NEWER, id=resource["id"])
    assert cases(inside, resource["id"]) == ["A-1", "A-2"]
    shown = inside.act("resource_show", id=resource["id"])
    assert shown["hash"] == hashlib.sha256(ROWS).hexdigest()
    assert inside.get(shown["url"]).data == ROWS


def test_a_form_that_was_open_while_the_file_was_loaded_changes_nothing_of_it(
    inside: Inside,
) -> None:
    dataset = inside.dataset()
    resource = inside.upload("cases.csv", ROWS, looked_into=False, package_id=dataset["id"])
    stale = inside.act("package_show", id=dataset["id"])
    inside.work()
    stale["resources"][0]["description"] = "One row for each case."
    told = inside.act("package_update", **stale)["resources"][0]
    assert told["datastore_active"] is True
    assert told["hash"] == hashlib.sha256(ROWS).hexdigest() and told["size"] == len(ROWS)
    told = inside.act("resource_patch", id=resource["id"], datastore_active=False)
    assert told["datastore_active"] is True, "whether there is a table is no matter of opinion"


def test_a_version_that_is_held_is_gone_at_once_with_all_that_was_made_of_it(
    inside: Inside,
) -> None:
    import ckan.plugins.toolkit as tk
    from ckanext.independence.content import derived, store

    dataset = inside.dataset()
    resource = inside.upload("cases.csv", ROWS, package_id=dataset["id"])
    inside.upload("cases.csv", NEWER, id=resource["id"])
    version = state(inside, resource["id"])["version"]
    with pytest.raises(tk.ValidationError, match="say why"):
        inside.act("independence_content_version_hold", version_id=version, reason=" ")
    inside.act("independence_content_version_hold", version_id=version, reason="It names people.")
    assert resource["id"] not in store.held_versions()
    assert not derived.exists(version, derived.TABLE)
    shown = inside.act("resource_show", id=resource["id"])
    # The one before is served again, and its table comes with the next job.
    assert inside.get(shown["url"]).data == ROWS
    assert shown["hash"] == hashlib.sha256(ROWS).hexdigest()
    inside.work()
    assert cases(inside, resource["id"]) == ["A-1", "A-2"]
    before = state(inside, resource["id"])["served_version"]
    inside.act("independence_content_version_hold", version_id=before, reason="This one, too.")
    shown = inside.act("resource_show", id=resource["id"])
    assert not shown["hash"] and not shown["datastore_active"]
    assert inside.get(shown["url"]).status_code == 404
    inside.work()
    assert resource["id"] not in store.held_versions()


def test_a_steward_serves_as_it_is_what_cannot_be_read_and_takes_an_older_file_back(
    inside: Inside,
) -> None:
    resource = inside.upload("cases.csv", ROWS, package_id=inside.dataset()["id"])
    first = state(inside, resource["id"])["version"]
    inside.upload("cases.pdf", PDF, id=resource["id"])
    held = state(inside, resource["id"])
    assert held["status"] == "held" and held["served_version"] == first
    inside.act("independence_content_version_serve", version_id=held["version"], as_is=True)
    inside.work()
    shown = inside.act("resource_show", id=resource["id"])
    assert inside.get(shown["url"]).data == PDF and not shown["datastore_active"]
    assert state(inside, resource["id"])["status"] == "download"
    inside.act("independence_content_version_serve", version_id=first)
    inside.work()
    shown = inside.act("resource_show", id=resource["id"])
    assert inside.get(shown["url"]).data == ROWS and shown["datastore_active"]
    assert cases(inside, resource["id"]) == ["A-1", "A-2"]
    assert state(inside, resource["id"])["version"] > held["version"], "history goes one way"


def test_a_reading_can_be_tried_and_then_kept(inside: Inside) -> None:
    import ckan.plugins.toolkit as tk

    resource = inside.upload("cases.csv", ROWS, package_id=inside.dataset()["id"])
    columns = [{"source": 2, "label": "amount", "name": "amount", "type": "text"}]
    reading = {"columns": columns}
    tried = inside.act("independence_content_reading_preview", id=resource["id"], reading=reading)
    assert tried["outcome"]["status"] == "read"
    assert tried["before"]["columns"][:3] == ["case", "opened", "amount"]
    assert len(tried["after"]["rows"]) == 2
    types = {f["id"]: f["type"] for f in fields(inside, resource["id"])}
    assert types["amount"] == "numeric", "trying keeps nothing"
    inside.act("independence_content_reading_update", id=resource["id"], reading=reading)
    inside.work()
    types = {f["id"]: f["type"] for f in fields(inside, resource["id"])}
    assert types["amount"] == "text"
    inside.upload("cases.csv", NEWER, id=resource["id"])
    types = {f["id"]: f["type"] for f in fields(inside, resource["id"])}
    assert types["amount"] == "text" and cases(inside, resource["id"]) == ["A-3"]
    for wrong in ("text", {"columns": 3}):
        with pytest.raises(tk.ValidationError):
            inside.act("independence_content_reading_update", id=resource["id"], reading=wrong)


def fields(inside: Inside, resource_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = inside.act("datastore_info", id=resource_id)["fields"]
    return found


@pytest.mark.parametrize("how", ["withdrawn", "deleted"])
def test_nothing_made_of_its_files_is_left_of_a_data_set_that_is_taken_away(
    inside: Inside, how: str
) -> None:
    from ckanext.independence.content import derived, store

    dataset = inside.dataset()
    resource = inside.upload("cases.csv", ROWS, package_id=dataset["id"])
    version = state(inside, resource["id"])["version"]
    if how == "withdrawn":
        inside.act("independence_catalog_dataset_withdraw", id=dataset["id"], reason="protected")
    else:
        inside.act("package_delete", id=dataset["id"])
    inside.work()
    assert resource["id"] not in store.held_versions()
    assert not derived.exists(version, derived.TABLE)
    if how == "withdrawn":
        inside.act("package_patch", id=dataset["id"], private=False)
        inside.work()
        assert cases(inside, resource["id"]) == ["A-1", "A-2"], "it comes back with its table"


def test_what_was_made_of_files_can_be_kept_by_another_storage_than_a_disk(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan.lib.files.default import MemoryStorage
    from ckanext.independence.catalog import files
    from ckanext.independence.content import derived

    elsewhere = MemoryStorage({"name": "elsewhere"})
    monkeypatch.setattr(files, "storage", lambda: elsewhere)
    resource = inside.upload("cases.csv", ROWS, package_id=inside.dataset()["id"])
    version = state(inside, resource["id"])["version"]
    assert cases(inside, resource["id"]) == ["A-1", "A-2"]
    with derived.local(version, derived.TABLE) as path:
        assert path.read_bytes()[:4] == b"PAR1"
    with derived.open(version, derived.TABLE) as file:
        assert file.read(4) == b"PAR1"
    assert version in derived.versions()
    inside.act("independence_content_reading_update", id=resource["id"], reading={})
    inside.work()
    assert state(inside, resource["id"])["status"] == "loaded", "it is written anew"
    inside.act("dataset_purge", id=resource["package_id"])
    inside.work()
    assert version not in derived.versions()


def test_progress_is_told_while_it_runs(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckan import model
    from ckanext.independence.content import load

    seen: list[dict[str, Any]] = []
    resource = inside.upload(
        "cases.csv", ROWS, looked_into=False, package_id=inside.dataset()["id"]
    )
    read = load.reading.read

    def watched(*arguments: Any, progress: Any, **named: Any) -> Any:
        progress("Reading rows", 1, 2)
        seen.append(inside.act("independence_content_state_show", id=resource["id"]))
        return read(*arguments, progress=progress, **named)

    monkeypatch.setattr(load.reading, "read", watched)
    inside.work()
    assert seen[0]["status"] == "reading"
    assert seen[0]["progress"] == {"stage": "Reading rows", "done": 1, "total": 2}
    assert state(inside, resource["id"])["progress"] is None
    model.Session.remove()


def test_the_public_is_told_of_what_is_served_and_of_nothing_else(inside: Inside) -> None:
    resource = inside.upload("cases.csv", ROWS, package_id=inside.dataset()["id"])
    served = state(inside, resource["id"])["version"]
    inside.upload("cases.pdf", PDF, id=resource["id"])
    address = f"/api/3/action/independence_content_state_show?id={resource['id']}"
    told = inside.client.get(address).json["result"]
    assert told["version"] == told["served_version"] == served
    assert told["message"] == "" and told["link"] is None
    inside.act("package_patch", id=resource["package_id"], private=True)
    assert inside.client.get(address).status_code in (403, 404)


def test_the_table_of_a_deleted_file_is_taken_away_by_the_loader_alone(inside: Inside) -> None:
    """The DataStore would drop it in the request, while the loader drops it, and fail."""
    from ckan import model
    from ckanext.independence.content import store

    resource = inside.upload("cases.csv", ROWS, package_id=inside.dataset()["id"])
    inside.act("resource_delete", id=resource["id"])
    assert resource["id"] in store.held_versions()
    assert not model.Resource.get(resource["id"]).extras["datastore_active"]
    model.Session.remove()
    inside.work()
    assert resource["id"] not in store.held_versions()
