"""Columns explained: kept, written into the table at once, carried by the feed, for all to take."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.integration.inside import Inside

ROWS = b"Case No.,Fine,Zone\nA-1,$5.00,R1\nA-2,$7.50,R2\n"


def load(inside: Inside, content: bytes = ROWS, **values: Any) -> dict[str, Any]:
    """Give a public data set a file, or a file another one, and let it be loaded."""
    if "id" not in values:
        values["package_id"] = inside.dataset()["id"]
    return inside.upload("cases.csv", content, **values)


def words(inside: Inside, id: str) -> dict[str, dict[str, Any]]:
    found = inside.act("independence_content_dictionary_show", id=id)
    return {one["name"]: one for one in found["columns"]}


def explain(inside: Inside, id: str, *columns: dict[str, Any], **more: Any) -> Any:
    return inside.act(
        "independence_content_dictionary_update", id=id, columns=list(columns), **more
    )


def refused(inside: Inside, id: str, *columns: dict[str, Any], **more: Any) -> str:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.ValidationError) as raised:
        explain(inside, id, *columns, **more)
    return " ".join(raised.value.error_dict["columns"])


def address(file: dict[str, Any], rest: str = "") -> str:
    return f"/dataset/{file['package_id']}/resource/{file['id']}{rest}"


def distribution(inside: Inside, file: dict[str, Any]) -> dict[str, Any]:
    """Return how the feed has a file."""
    (found,) = [
        one
        for record in inside.feed()["dataset"]
        for one in record.get("distribution", [])
        if file["id"] in one.get("downloadURL", "")
    ]
    return found


@pytest.fixture(scope="module")
def file(inside: Inside) -> dict[str, Any]:
    """A public file with a table of three columns."""
    return load(inside)


def test_words_come_from_the_file_until_a_steward_says_more(
    inside: Inside, file: dict[str, Any]
) -> None:
    before = words(inside, file["id"])
    assert [
        # A label that is the name itself need not be said.
        (one["label"] or one["name"], one["unit"], one["type"])
        for one in before.values()
    ] == [
        ("Case No.", "", "text"),
        ("Fine", "$", "numeric"),
        ("Zone", "", "text"),
    ]
    explain(inside, file["id"], {"name": "Fine", "description": "What is owed.", "role": "measure"})
    after = words(inside, file["id"])
    assert (after["Fine"]["description"], after["Fine"]["unit"]) == ("What is owed.", "$")
    assert after["Zone"] == before["Zone"]


def test_words_reach_the_table_its_api_and_the_page_at_once(
    inside: Inside, file: dict[str, Any]
) -> None:
    tricky = 'It\'s "100%" of\nthe <b>fine</b> : :x \\ {0}'
    codes = {"R1": "One house", "R2": "Two; or more"}
    explain(
        inside,
        file["id"],
        {"name": "Fine", "description": tricky},
        {"name": "Zone", "codes": codes},
    )
    fields = inside.act("datastore_info", id=file["id"])["fields"]
    info = {field["id"]: field.get("info") or {} for field in fields}
    assert info["Fine"]["notes"] == tricky
    assert info["Zone"]["codes"] == codes
    shown = inside.client.get(address(file)).text
    assert "&lt;b&gt;fine&lt;/b&gt;" in shown and "One house" in shown
    assert inside.act("datastore_search", resource_id=file["id"])["total"] == 2


def test_words_survive_a_reload_and_those_of_a_column_that_is_gone_are_kept_and_told(
    inside: Inside,
) -> None:
    file = load(inside)
    explain(
        inside,
        file["id"],
        {"name": "Fine", "description": "What is owed.", "label": "Fine owed"},
        {"name": "Zone", "description": "Zoning district."},
    )
    load(inside, b"Case No.,Fine,District\nA-3,$1.00,R1\n", id=file["id"])
    state = inside.act("independence_content_state_show", id=file["id"])
    assert state["status"] == "loaded", state
    found = inside.act("independence_content_dictionary_show", id=file["id"])
    told = {
        one["name"]: (one["label"] or one["name"], one["description"]) for one in found["columns"]
    }
    assert told["Fine"] == ("Fine owed", "What is owed.")
    assert told["District"] == ("District", "")
    assert [(one["name"], one["description"]) for one in found["gone"]] == [
        ("Zone", "Zoning district.")
    ]
    fields = inside.act("datastore_info", id=file["id"])["fields"]
    info = {field["id"]: field.get("info") or {} for field in fields}
    assert info["Fine"]["notes"] == "What is owed."
    explain(inside, file["id"], rename={"Zone": "District"})
    found = inside.act("independence_content_dictionary_show", id=file["id"])
    assert found["gone"] == []
    assert found["columns"][2]["description"] == "Zoning district."


def test_what_cannot_be_a_word_is_refused_whole_and_says_why(
    inside: Inside, file: dict[str, Any]
) -> None:
    before = words(inside, file["id"])
    right = {"name": "Fine", "description": "Something else"}
    assert "'boss' is no role" in refused(
        inside, file["id"], right, {"name": "Zone", "role": "boss"}
    )
    assert "no column of this name" in refused(inside, file["id"], right, {"name": "none"})
    assert "at most 4,000" in refused(
        inside, file["id"], right, {"name": "Zone", "description": "x" * 4001}
    )
    assert "its words are not kept" in refused(inside, file["id"], right, forget=["Zone"])
    assert "names no column" in refused(inside, file["id"], right, {"label": "x"})
    assert words(inside, file["id"]) == before


def test_everybody_takes_the_list_along_as_csv_and_json(
    inside: Inside, file: dict[str, Any]
) -> None:
    first = next(iter(words(inside, file["id"])))
    explain(inside, file["id"], {"name": first, "description": "=HYPERLINK(1)"})
    answer = inside.client.get(address(file, "/columns.csv"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["column"] for row in rows] == list(words(inside, file["id"]))
    assert rows[0]["description"] == "'=HYPERLINK(1)", "no spreadsheet takes it for a formula"
    columns = inside.client.get(address(file, "/columns.json")).json["columns"]
    assert columns == list(words(inside, file["id"]).values())


def test_a_file_that_nobody_may_see_or_that_is_none_explains_nothing(inside: Inside) -> None:
    import ckan.plugins.toolkit as tk

    hidden = load(inside)
    inside.act("package_patch", id=hidden["package_id"], private=True)
    for rest in ("/columns.csv", "/columns.json"):
        assert inside.client.get(address(hidden, rest)).status_code == 404
    linked = inside.act(
        "resource_create", package_id=inside.dataset()["id"], url="https://www.example.gov/a.csv"
    )
    assert inside.client.get(address(linked, "/columns.csv")).status_code == 404
    with pytest.raises(tk.ObjectNotFound):
        explain(inside, linked["id"], {"name": "a"})


def test_ckans_own_page_of_the_dictionary_leads_to_ours(
    inside: Inside, file: dict[str, Any]
) -> None:
    old = f"/dataset/{file['package_id']}/dictionary/{file['id']}"
    answer = inside.client.get(old)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/resource/{file['id']}#columns")
    inside.client.post(old, data={"info__1__label": "Mine"})
    assert next(iter(words(inside, file["id"]).values()))["label"] == "Case No."


def test_the_feed_points_to_the_columns_that_somebody_explained(inside: Inside) -> None:
    from ckanext.independence.catalog.interfaces import facts_changed

    file = load(inside)
    assert "describedBy" not in distribution(inside, file)
    heard: list[Any] = []
    with facts_changed.connected_to(heard.append):
        explain(inside, file["id"], {"name": "Fine", "description": "What is owed."})
    assert heard == [file["package_id"]]
    found = distribution(inside, file)
    assert found["describedByType"] == "text/csv"
    assert b"What is owed." in inside.get(found["describedBy"]).data
    name = inside.act("package_show", id=file["package_id"])["name"]
    assert found["describedBy"] in inside.client.get(f"/dataset/{name}.ttl").text


def test_the_feed_stands_without_whoever_looks_into_files(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import gather

    file = load(inside)
    explain(inside, file["id"], {"name": "Fine", "description": "What is owed."})
    monkeypatch.setattr(gather, "facts", lambda ids: {})
    inside.act("package_patch", id=file["package_id"], notes="Every case of the court.")
    assert "describedBy" not in distribution(inside, file)
