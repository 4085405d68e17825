"""Tables are written by the load alone, save those that a steward declared to take rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.inside import Inside

ROWS = b"case,opened\nA-1,2026-02-28\n"
FIELDS = [
    {"id": "sensor", "type": "text", "info": {"label": "Sensor", "notes": "Where it stands"}},
    {"id": "reading", "type": "numeric"},
]


@pytest.fixture
def table(inside: Inside) -> dict[str, Any]:
    """A resource whose file was loaded."""
    return inside.upload("cases.csv", ROWS, package_id=inside.dataset()["id"])


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("datastore_create", {"fields": [{"id": "x", "type": "text"}]}),
        ("datastore_create", {"records": [{"case": "B-1"}]}),
        ("datastore_upsert", {"method": "insert", "records": [{"case": "B-1"}]}),
        ("datastore_delete", {}),
        ("datastore_delete", {"filters": {"case": "A-1"}}),
        ("datastore_records_delete", {"filters": {}}),
        ("datastore_run_triggers", {}),
    ],
)
def test_nobody_writes_a_table_by_api_and_everybody_is_told_the_way(
    inside: Inside, table: dict[str, Any], action: str, values: dict[str, Any]
) -> None:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.NotAuthorized) as refused:
        inside.act(action, resource_id=table["id"], force=True, **values)
    if action != "datastore_run_triggers":
        assert "upload a new file" in str(refused.value)
        assert "independence_content_stream_declare" in str(refused.value)
    assert inside.act("datastore_search", resource_id=table["id"])["total"] == 1
    # Whoever asks without an account learns nothing else, and nothing of whether it is there.
    answers = {
        inside.client.post(
            f"/api/3/action/{action}", json={"resource_id": one, "force": True, **values}
        ).status_code
        for one in (table["id"], "00000000-0000-4000-8000-000000000000")
    }
    assert answers == {403}


@pytest.mark.parametrize("action", ["datastore_function_create", "datastore_function_delete"])
def test_no_code_is_put_into_the_database_by_api(inside: Inside, action: str) -> None:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.NotAuthorized):
        inside.act(action, name="x", rettype="trigger", definition="BEGIN RETURN NEW; END;")


def test_no_resource_is_made_of_rows_beside_the_files(inside: Inside) -> None:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.NotAuthorized):
        inside.act(
            "datastore_create",
            resource={"package_id": inside.dataset()["id"]},
            records=[{"case": "B-1"}],
        )


def test_a_streamed_resource_takes_rows_each_batch_judged_before_it_is_written(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.independence.catalog import owed
    from ckanext.independence.catalog.interfaces import Objection
    from ckanext.independence.content import streamed

    dataset = inside.dataset()
    resource = inside.act(
        "resource_create", package_id=dataset["id"], url="https://www.example.gov/s", name="Live"
    )
    inside.act("independence_content_stream_declare", id=resource["id"], fields=FIELDS,
               primary_key=["sensor"])  # fmt: skip
    asked: list[Any] = []

    def refuse(candidate: Any) -> list[Objection]:
        import duckdb

        asked.append(candidate)
        rows = duckdb.sql(f"FROM read_parquet('{candidate.table}')").fetchall()
        return [Objection("It names people.")] if "Jane" in str(rows) else []

    monkeypatch.setattr(streamed, "objections", refuse)

    def send(**row: Any) -> None:
        inside.act("datastore_upsert", resource_id=resource["id"], records=[row])

    send(sensor="bridge", reading=1.5)
    send(sensor="bridge", reading=2.5)
    with pytest.raises(tk.ValidationError, match="It names people"):
        send(sensor="Jane", reading=1)
    assert len(asked) == 3 and asked[0].rows == 1
    found = inside.act("datastore_search", resource_id=resource["id"], q="bridge")
    assert [float(row["reading"]) for row in found["records"]] == [2.5]
    info = inside.act("datastore_info", id=resource["id"])["fields"]
    assert info[0]["info"]["label"] == "Sensor"
    with pytest.raises(tk.ValidationError, match="which rows"):
        inside.act("datastore_delete", resource_id=resource["id"])
    inside.act("datastore_records_delete", resource_id=resource["id"], filters={"sensor": "bridge"})
    assert inside.act("datastore_search", resource_id=resource["id"])["total"] == 0
    # The load leaves it alone.
    owed.owe("content", resource["id"])
    model.Session.commit()
    inside.work()
    assert inside.act("datastore_search", resource_id=resource["id"])["total"] == 0


def test_a_resource_with_a_file_takes_no_rows(inside: Inside, table: dict[str, Any]) -> None:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.ValidationError, match="has a file"):
        inside.act("independence_content_stream_declare", id=table["id"], fields=FIELDS)


@pytest.mark.parametrize("how", ["private", "deleted", "held"])
def test_rows_of_what_is_not_public_are_told_to_nobody(
    inside: Inside, table: dict[str, Any], how: str
) -> None:
    if how == "held":
        version = inside.act("independence_content_state_show", id=table["id"])["version"]
        inside.act("independence_content_version_hold", version_id=version, reason="Names")
    elif how == "deleted":
        inside.act("package_delete", id=table["package_id"])
    else:
        inside.act("package_patch", id=table["package_id"], private=True)
    for address in (
        f"/api/3/action/datastore_search?resource_id={table['id']}",
        f"/api/3/action/datastore_info?id={table['id']}",
        f"/datastore/dump/{table['id']}",
        "/api/3/action/datastore_search?resource_id=_table_metadata",
    ):
        answer = inside.client.get(address)
        assert answer.status_code in (403, 404, 409), address
        assert "A-1" not in answer.text and "opened" not in answer.text
