"""What a load does to data sets over time: added, changed, left, and never taken away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.inside import Inside

CLEAN = {
    "title": "Street trees",
    "description": "One row for each tree.",
    "keyword": ["trees"],
    "modified": "2026-01-05",
    "publisher": {"name": "Public Works"},
    "contactPoint": {"fn": "Desk", "hasEmail": "mailto:parks@example.gov"},
    "accessLevel": "public",
    "distribution": [{"downloadURL": "https://example.gov/trees.csv", "mediaType": "text/csv"}],
}


def entry(identifier: Any, title: Any, **terms: Any) -> dict[str, Any]:
    """Return a data set that has all that being public requires, but for ``terms``."""
    whole = CLEAN | {"identifier": identifier, "title": title} | terms
    return {key: value for key, value in whole.items() if value != "absent"}


def load(inside: Inside, *entries: Any, **options: Any) -> dict[str, Any]:
    """Load a catalog of these entries as the sysadmin does; each test has a source of its own."""
    source = options.pop("source", "https://data.example.gov/data.json")
    report: dict[str, Any] = inside.act(
        "independence_catalog_load", catalog={"@id": source, "dataset": list(entries)}, **options
    )
    return report


def statuses(report: dict[str, Any]) -> list[str]:
    """Return the status of each record."""
    return [record["status"] for record in report["records"]]


def test_the_life_of_a_loaded_data_set(inside: Inside) -> None:
    source = "https://life.example.gov/data.json"

    def again(*entries: dict[str, Any], **options: Any) -> dict[str, Any]:
        return load(inside, *entries, source=source, **options)

    def shown(name: str) -> dict[str, Any]:
        found: dict[str, Any] = inside.act("package_show", id=name)
        return found

    lacking, trees = entry("t", "Elms", keyword="absent"), entry("t", "Elms")
    benches = entry("b", "Benches")

    # What lacks something is a draft that says so, and a dry run changes nothing.
    assert statuses(again(lacking, benches, dry_run=True)) == ["added", "added"]
    assert statuses(again(lacking, benches, dry_run=True)) == ["added", "added"]
    first = again(lacking, benches)
    assert [list(record["draft"]) for record in first["records"]] == [["tags"], []]
    assert (shown("elms")["private"], shown("benches")["private"]) == (True, False)

    # When it is whole, it becomes public; what a person added to the other is kept.
    inside.act("package_patch", id="benches", known_limits="Painted in spring.")
    second = again(trees, benches | {"description": "New words."})
    assert [record["changed"] for record in second["records"]] == [["tags", "private"], ["notes"]]
    now = shown("benches")
    assert (now["notes"], now["known_limits"]) == ("New words.", "Painted in spring.")
    assert now["source_catalog"] == source
    assert shown("elms")["private"] is False

    # A link that got a name is the same file, and one that the catalog lacks stays.
    files = [
        {"downloadURL": "https://example.gov/trees.csv", "title": "Trees"},
        {"downloadURL": "https://example.gov/trees.json", "format": "JSON"},
    ]
    third = again(trees | {"distribution": files}, benches)
    assert third["records"][0]["changed"] == ["file Trees", "file https://example.gov/trees.json"]
    moved = [{"downloadURL": "https://example.gov/2027/trees.csv", "title": "Trees"}]
    assert again(trees | {"distribution": moved}, benches)["records"][0]["changed"] == [
        "file Trees"
    ]
    assert [resource["url"] for resource in shown("elms")["resources"]] == [
        "https://example.gov/2027/trees.csv",
        "https://example.gov/trees.json",
    ]
    trees |= {"distribution": moved}

    # What is no longer in the file is said and stays.
    fifth = again(trees)
    assert [gone["title"] for gone in fifth["gone"]] == ["Benches"]
    assert shown("benches")["state"] == "active"

    # Where only the identifier moved, the two are paired and nothing is done.
    sixth = again(entry("other", "Elms"), benches)
    assert statuses(sixth) == ["paired", "left"]
    assert [(pair["here"], pair["file"]) for pair in sixth["pairs"]] == [("t", "other")]
    assert sixth["gone"] == []

    # What was made private, withdrawn or deleted here is not brought back.
    inside.act("package_patch", id="elms", private=True)
    assert again(trees)["records"][0]["changed"] == []
    assert shown("elms")["private"] is True
    inside.act("independence_catalog_dataset_withdraw", id="elms", reason="retired")
    inside.act("package_delete", id="benches")
    assert statuses(again(trees | {"title": "Oaks"}, benches)) == ["away", "away"]
    assert shown("elms")["title"] == "Elms"


def test_a_record_without_an_identifier_is_found_again_by_its_name_only(inside: Inside) -> None:
    imported = entry("imported", "Bridges")
    assert statuses(load(inside, imported)) == ["added"]
    nameless = entry("absent", "Ferries")
    first = load(inside, nameless)
    assert statuses(load(inside, nameless)) == ["left"]
    identifier = inside.act("package_show", id=first["records"][0]["name"])["identifier"]
    assert identifier.startswith("urn:uuid:")
    # One of the same title that has an identifier of its own is another, until a person decides.
    assert statuses(load(inside, entry("absent", "Bridges"))) == ["paired"]


def test_titles_that_would_share_an_address_get_addresses_of_their_own(inside: Inside) -> None:
    load(inside, entry("p1", "Ponds & lakes"))
    report = load(inside, entry("p2", "Ponds / lakes"), entry("p1", "Ponds & lakes"))
    assert statuses(report) == ["added", "left"]
    assert report["records"][0]["name"].startswith("ponds-lakes-")
    assert statuses(load(inside, entry("p2", "Ponds / lakes"))) == ["left"]


def test_a_legacy_catalog_can_stay_public_as_it_was(inside: Inside) -> None:
    old = {"title": "Old lists", "identifier": "old-1", "publisher": {"name": "Public Works"}}
    odd = old | {"identifier": "old-2", "title": "Odd lists", "accessLevel": "for staff"}
    report = load(inside, old, odd, publish_as_is=True)
    assert [list(record["draft"]) for record in report["records"]] == [[], ["access_level"]]
    assert inside.act("package_show", id="old-lists")["private"] is False
    # It can still be edited, given a file, and withdrawn.
    inside.act("package_patch", id="old-lists", notes="Words.")
    inside.act("resource_create", package_id="old-lists", url="https://example.gov/a.csv", name="A")
    inside.act("independence_catalog_dataset_withdraw", id="old-lists", reason="error")
    assert inside.act("package_show", id="old-lists")["private"] is True


def test_one_bad_record_never_stops_the_others(inside: Inside) -> None:
    report = load(
        inside,
        entry("bad-a", "First of all"),
        7,
        entry("bad-b", None),
        entry("bad-c", "No home", publisher="absent"),
        entry("bad-a", "Twice"),
        entry("bad-e", "Later", modified="2101-01-01"),
        entry("bad-f", "x <y> z"),
        entry("bad-g", "Last of all"),
    )
    assert statuses(report) == [
        "added", "failed", "failed", "failed", "failed", "added", "failed", "added",
    ]  # fmt: skip
    assert all(record["why"] for record in report["records"] if record["status"] == "failed")
    later = report["records"][5]
    assert list(later["draft"]) == ["data_modified"]
    assert [problem["kind"] for problem in later["problems"]] == ["future"]
    assert inside.act("package_show", id="last-of-all")["identifier"] == "bad-g"


def test_publishers_become_departments_by_a_mapping_or_not_at_all(inside: Inside) -> None:
    inside.act("organization_create", name="watch", title="Night Watch", code="NW")

    def said(publisher: str, **options: Any) -> tuple[str, str]:
        one = entry(publisher, f"Of {publisher}", publisher={"name": publisher})
        record = load(inside, one, dry_run=True, **options)["records"][0]
        return record["status"], record["why"]

    assert said("Night Watch") == said("nw") == said("NIGHT  watch ") == ("added", "")
    assert said("data.example.gov")[0] == "failed"
    assert "Map it" in said("data.example.gov")[1]
    assert said("data.example.gov", department="watch")[0] == "added"
    assert said("Cops", publishers={"cops": "NW"})[0] == "added"
    assert "which is none" in said("Cops", publishers={"Cops": "dragons"})[1]
    assert said("Dragons", make_departments=True)[0] == "added"
    with pytest.raises(Exception, match="There is no department 'nowhere'"):
        said("Dragons", department="nowhere")


def test_only_a_sysadmin_loads(inside: Inside) -> None:
    import ckan.plugins.toolkit as tk

    inside.act(
        "user_create", name="loader", email="l@example.gov", password="long-enough-for-anybody"
    )
    inside.act("organization_member_create", id="public-works", username="loader", role="admin")
    for user in ("", "loader"):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("independence_catalog_load")({"user": user}, {"catalog": {"dataset": []}})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "http://127.0.0.1:1/data.json"}, "not on the public internet"),
        ({"url": "http://169.254.169.254/latest"}, "not on the public internet"),
        ({"url": "/etc/passwd"}, "begins with https://"),
        ({"url": "file:///etc/passwd"}, "must begin with http"),
        ({"catalog": {"records": []}}, "of no known kind"),
        ({"upload": "text"}, "multipart/form-data"),
        ({}, "Give one of"),
        ({"publishers": {"a": 1}, "catalog": {"dataset": []}}, "Give a department"),
    ],
)
def test_what_cannot_be_loaded_is_refused_in_words(
    inside: Inside, given: dict[str, Any], said: str
) -> None:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.ValidationError) as refusal:
        inside.act("independence_catalog_load", **given)
    assert said in str(refusal.value.error_dict)
