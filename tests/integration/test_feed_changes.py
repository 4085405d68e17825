"""Following the feed step by step: what changed since a number, as Atom, and one data set alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.integration.inside import Inside

ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"

# Whatever other tests have withdrawn.
pytestmark = pytest.mark.usefixtures("unguarded")


def since(inside: Inside, number: int | str = "") -> dict[str, Any]:
    answer = inside.client.get(f"/dcat-us/changes.json?since={number}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def of(told: dict[str, Any], data_set: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in told["changes"] if one["identifier"] == data_set["identifier"]]


def news() -> tuple[str, ET.Element]:
    from ckanext.independence.feed import publisher

    text = (publisher.folder() / "changes.atom").read_text("utf-8")
    return text, ET.fromstring(text)  # noqa: S314 -- our own


@pytest.fixture
def lamps(inside: Inside) -> dict[str, Any]:
    """A data set that is published."""
    # Not the only one: no feed without a data set is published.
    inside.dataset(title="Lamps that stay")
    made = inside.dataset(title="Lamps of changes")
    inside.feed()
    return made


def test_a_reader_who_begins_gets_every_record_as_it_is_published(
    inside: Inside, lamps: dict[str, Any]
) -> None:
    feed = inside.feed("dcat-us/3.0.json")
    told: dict[str, Any] = {"next": "", "more": True}
    got: dict[str, Any] = {}
    while told["more"]:
        told = since(inside, told["next"])
        got |= {one["identifier"]: one.get("record") for one in told["changes"]}
    published = {record["identifier"]: record for record in feed["dataset"]}
    assert got.keys() >= published.keys()
    assert got[lamps["identifier"]] == published[lamps["identifier"]]
    # Of those that other tests have lost, no text is told.
    assert all(got[one] in (record, None) for one, record in published.items())
    assert since(inside, told["next"])["changes"] == []


def test_what_changed_twice_is_told_once_as_it_is_now(
    inside: Inside, lamps: dict[str, Any]
) -> None:
    before = since(inside)["next"]
    for title in ("Lamps once", "Lamps twice"):
        inside.act("package_patch", id=lamps["id"], title=title)
        inside.feed()
    (change,) = of(since(inside, before), lamps)
    assert (change["change"], change["kind"]) == ("changed", "dataset")
    assert change["record"]["title"] == "Lamps twice"
    assert change["number"] > before and change["at"].endswith("Z")
    assert len(of(since(inside), lamps)) == 1


def test_one_that_is_withdrawn_loses_its_text_at_once_and_then_leaves_a_tombstone(
    inside: Inside, lamps: dict[str, Any]
) -> None:
    inside.act("package_patch", id=lamps["id"], title="Lamps that leave")
    inside.feed()
    assert "Lamps that leave" in news()[0]
    before = since(inside)["next"]
    inside.act("package_patch", id=lamps["id"], private=True)
    (going,) = of(since(inside), lamps)
    assert "record" not in going
    inside.feed()
    (gone,) = of(since(inside, before), lamps)
    assert gone == {
        "number": gone["number"],
        "change": "removed",
        "identifier": lamps["identifier"],
        "at": gone["at"],
    }
    text, root = news()
    assert "Lamps that leave" not in text
    assert lamps["identifier"] in [one.get("ref") for one in root.findall(DELETED)]


@pytest.mark.parametrize("limit", ["PAGE", "PAGE_BYTES"])
def test_a_reader_goes_on_from_page_to_page_and_misses_nothing(
    inside: Inside, lamps: dict[str, Any], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    from ckanext.independence.feed import changes

    inside.dataset(title="More lamps of changes")
    inside.feed()
    whole = [one["number"] for one in since(inside)["changes"]]
    assert len(whole) > 2 and whole == sorted(whole)
    monkeypatch.setattr(changes, limit, 1)
    told, found = since(inside), []
    while True:
        found += [one["number"] for one in told["changes"]]
        if not told["more"]:
            break
        told = since(inside, told["next"])
    assert found == whole


@pytest.mark.parametrize("asked", ["x", "-1", "1.5", "9" * 19, "9" * 5000, "%D9%A3", "1;"])
def test_a_number_that_is_none_is_refused_in_words(inside: Inside, asked: str) -> None:
    answer = inside.client.get(f"/dcat-us/changes.json?since={asked}")
    assert answer.status_code == 400 and "since is the number" in answer.get_json()["error"]


def test_a_number_of_another_catalog_is_told_to_begin_again(inside: Inside) -> None:
    answer = inside.client.get(f"/dcat-us/changes.json?since={2**62}")
    assert answer.status_code == 410 and "Begin again" in answer.get_json()["error"]


def test_another_sites_page_may_read_it_and_need_not_read_it_twice(inside: Inside) -> None:
    answer = inside.client.get("/dcat-us/changes.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=60, stale-if-error=604800"
    assert "Set-Cookie" not in answer.headers
    again = inside.client.get(
        "/dcat-us/changes.json", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_changes_are_news_with_a_title_and_a_page(inside: Inside, lamps: dict[str, Any]) -> None:
    _, root = news()
    entries = {entry.findtext(f"{ATOM}id"): entry for entry in root.findall(f"{ATOM}entry")}
    entry = entries[lamps["identifier"]]
    assert entry.findtext(f"{ATOM}title") == "Lamps of changes"
    link = entry.find(f"{ATOM}link")
    assert link is not None and str(link.get("href")).endswith(f"/dataset/{lamps['name']}")
    assert root.findtext(f"{ATOM}updated") == max(
        str(one.findtext(f"{ATOM}updated")) for one in entries.values()
    )


def test_a_new_word_drops_the_packed_form_of_the_old_one(
    inside: Inside, lamps: dict[str, Any]
) -> None:
    from ckanext.independence.feed import packing, publisher

    packed = Path(f"{publisher.folder()}/changes.atom.br")
    packing.pack(publisher.folder())
    assert packed.exists()
    before = packed.stat().st_mtime
    inside.act("package_patch", id=lamps["id"], title="Lamps of news")
    inside.feed()
    assert not packed.exists()
    assert Path(f"{publisher.folder()}/changes.atom").stat().st_mtime > before


def test_a_data_set_is_described_as_croissant_while_it_is_public(inside: Inside) -> None:
    one = inside.dataset(title="Lamps of croissant", license_id="cc-zero")
    file = inside.upload("lamps.csv", b"id,lit\n1,2020-01-01\n2,2021-02-03\n", package_id=one["id"])
    address = f"/dataset/{one['id']}/croissant.jsonld"
    told = inside.client.get(address)
    assert told.headers["Content-Type"] == "application/ld+json; charset=utf-8"
    record = told.get_json()
    assert record["name"] == "Lamps of croissant"
    first, table = record["distribution"]
    assert first["sha256"] and first["contentUrl"].endswith("lamps.csv")
    assert inside.get(table["contentUrl"]).data.decode("utf-8-sig").splitlines()[0] == "id,lit"
    (rows,) = record["recordSet"]
    assert [(field["name"], field["dataType"]) for field in rows["field"]] == [
        ("id", "sc:Integer"),
        ("lit", "sc:Date"),
    ]
    assert rows["field"][0]["source"]["fileObject"] == {"@id": f"{file['id']}/table"}
    inside.act("package_patch", id=one["id"], private=True)
    assert inside.client.get(address).status_code == 404
    assert inside.client.get("/dataset/none-such/croissant.jsonld").status_code == 404
