"""What data.gov would do with a new feed: add, update, delete, or take a move for both."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

import pytest
from ckanext.independence.feed.diffing import ABSENT, Changes, compare, field_changes
from ckanext.independence.feed.reading import Entry, read
from hypothesis import given, settings
from hypothesis import strategies as st

from ..conftest import SHARED

CATALOGS = SHARED / "corpora/catalogs"


def entry(identifier: str, kind: Any = "dataset", **record: Any) -> Entry:
    return Entry(kind, identifier, {"identifier": identifier, "title": "T", **record}, (kind, 0))


def diff(old: list[Entry], new: list[Entry]) -> Changes:
    return compare(old, new)


def names(changes: Changes) -> dict[str, list[Any]]:
    return {
        "added": [each.identifier for each in changes.added],
        "updated": [each.new.identifier for each in changes.updated],
        "deleted": [each.identifier for each in changes.deleted],
        "moved": [(each.old.identifier, each.new.identifier) for each in changes.moved],
    }


def test_what_is_new_changed_gone_and_alike() -> None:
    old = [entry("a", title="A"), entry("b", title="B"), entry("c", title="C")]
    new = [entry("a", title="A"), entry("b", title="B2"), entry("d", title="D")]
    changes = diff(old, new)
    assert names(changes) == {"added": ["d"], "updated": ["b"], "deleted": ["c"], "moved": []}
    assert changes.unchanged == 1
    (change,) = changes.updated[0].fields
    assert (change.where, change.old, change.new) == ("title", "B", "B2")


def test_kinds_with_the_same_identifier_are_different_records() -> None:
    changes = diff([entry("a"), entry("a", "service")], [entry("a"), entry("a", "series")])
    assert [(each.kind, each.identifier) for each in changes.added] == [("series", "a")]
    assert [(each.kind, each.identifier) for each in changes.deleted] == [("service", "a")]


DIFFERENT = [None, True, 1, 1.0, 0, False, "", "1", [], {}, [None], {"a": None}, [1], [[1]]]


@pytest.mark.parametrize("number", range(len(DIFFERENT)))
def test_nothing_that_differs_passes_as_alike(number: int) -> None:
    for other, value in enumerate(DIFFERENT):
        changes = diff([entry("a", x=DIFFERENT[number])], [entry("a", x=value)])
        assert (changes.unchanged, bool(changes)) == (int(other == number), other != number)
    assert diff([entry("a", x=DIFFERENT[number])], [entry("a")])


def test_absent_and_null_are_told_apart() -> None:
    (update,) = diff([entry("a", x=None)], [entry("a")]).updated
    assert [change.as_dict() for change in update.fields] == [
        {"path": ["x"], "where": "x", "old": None}
    ]
    (update,) = diff([entry("a")], [entry("a", x=None)]).updated
    assert (update.fields[0].old, update.fields[0].new) == (ABSENT, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=12,
)
RECORDS = st.dictionaries(st.sampled_from("abcd"), JSON, max_size=4)


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    if isinstance(value, list):
        items = [shuffled(item, chance) for item in value]
        chance.shuffle(items)
        return items
    return value


@given(RECORDS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_lists_and_names_is_no_change(record: Any, chance: random.Random) -> None:
    changes = diff([entry("a", **record)], [entry("a", **shuffled(record, chance))])
    assert (bool(changes), changes.unchanged) == (False, 1)


@given(RECORDS, RECORDS)
@settings(max_examples=150, deadline=None)
def test_a_change_is_named_wherever_there_is_one_and_nowhere_else(old: Any, new: Any) -> None:
    changes = diff([entry("a", **old)], [entry("a", **new)])
    assert bool(list(field_changes(old, new))) is bool(changes.updated)
    json.dumps(changes.as_dict())


def test_items_of_a_list_are_followed_to_the_field_that_changed() -> None:
    files = [{"accessURL": f"https://a.gov/{n}", "title": f"File {n}"} for n in range(4)]
    moved = [deepcopy(files[3]), {**files[1], "title": "File one"}, deepcopy(files[0])]
    new = [*moved, {"accessURL": "https://a.gov/9", "title": "File 9"}]
    (update,) = diff([entry("a", distribution=files)], [entry("a", distribution=new)]).updated
    told = [(change.where, change.old, change.new) for change in update.fields]
    assert told == [
        ("distribution[1].title", "File 1", "File one"),
        ("distribution[3].accessURL", "https://a.gov/2", "https://a.gov/9"),
        ("distribution[3].title", "File 2", "File 9"),
    ]


def test_keywords_come_and_go_one_by_one() -> None:
    (update,) = diff([entry("a", keyword=["x", "y"])], [entry("a", keyword=["z", "x"])]).updated
    assert [change.as_dict() for change in update.fields] == [
        {"path": ["keyword", 1], "where": "keyword[1]", "old": "y"},
        {"path": ["keyword", 0], "where": "keyword[0]", "new": "z"},
    ]


# Moves


def test_a_data_set_with_a_title_of_its_own_is_moved() -> None:
    changes = diff(
        [entry("a1", title="Permits "), entry("b", title="B")],
        [entry("a2", title="permits", modified="2026"), entry("b", title="B")],
    )
    assert names(changes)["moved"] == [("a1", "a2")]
    assert (changes.added, changes.deleted, changes.updated) == ([], [], [])
    assert [change.where for change in changes.moved[0].fields] == ["title", "modified"]
    assert changes.counts["data_gov_adds"] == changes.counts["data_gov_deletes"] == 1


def test_data_sets_of_one_title_are_told_apart_by_their_files() -> None:
    def review(identifier: str, file: str) -> Entry:
        return entry(identifier, title="Review", distribution=[{"downloadURL": file}])

    changes = diff(
        [review("a", "https://f/1"), review("b", "https://f/2"), review("c", "https://f/3")],
        [review("x", "https://f/2"), review("c", "https://f/3"), review("y", "https://f/9")],
    )
    assert names(changes) == {
        "added": ["y"],
        "updated": [],
        "deleted": ["a"],
        "moved": [("b", "x")],
    }


def test_without_evidence_data_sets_of_one_title_are_not_paired() -> None:
    changes = diff([entry("a"), entry("b")], [entry("x"), entry("y")])
    assert names(changes)["moved"] == []


def test_what_many_share_is_no_evidence() -> None:
    old = [entry(f"a{n}", description="{{description}}") for n in range(9)]
    new = [entry(f"b{n}", description="{{description}}") for n in range(9)]
    assert names(diff(old, new))["moved"] == []


def test_one_title_of_two_publishers_is_no_move() -> None:
    old, new = ({"title": "Budget", "publisher": {"name": name}} for name in ("Fire", "Parks"))
    assert names(diff([entry("a", **old)], [entry("b", **new)]))["moved"] == []
    page = {"landingPage": "https://a.gov/budget"}
    moved = diff([entry("a", **old, **page)], [entry("b", **new, **page)])
    assert names(moved)["moved"] == [("a", "b")]


def test_series_and_services_do_not_move() -> None:
    changes = diff([entry("a", "series", title="S")], [entry("b", "series", title="S")])
    assert names(changes)["moved"] == []


def test_an_identifier_can_be_taken_over_from_another_data_set() -> None:
    def layer(identifier: str, file: str) -> Entry:
        return entry(identifier, title="Restaurants", distribution=[{"accessURL": file}])

    changes = diff(
        [layer("sets/r", "https://f/0"), layer("maps/r", "https://f/all")],
        [layer("maps/r", "https://f/0")],
    )
    assert names(changes) == {
        "added": [],
        "updated": ["maps/r"],
        "deleted": [],
        "moved": [("sets/r", "maps/r")],
    }
    assert changes.moved[0].taken_over
    assert (changes.counts["data_gov_adds"], changes.counts["data_gov_deletes"]) == (0, 1)


@pytest.mark.skipif(not CATALOGS.exists(), reason=f"no real catalogs are at {CATALOGS}")
def test_detroits_hub_moved_144_of_159_data_sets_in_three_weeks() -> None:
    before, after = (
        read((CATALOGS / f"detroit.hub.2022-{day}.data.json").read_bytes())
        for day in ("03-27", "04-17")
    )
    changes = compare(before.entries, after.entries)
    assert changes.counts == {
        "added": 5,
        "updated": 2,
        "deleted": 0,
        "moved": 144,
        "unchanged": 13,
        "data_gov_adds": 148,
        "data_gov_deletes": 144,
    }
    for move in changes.moved:
        assert move.old.title == move.new.title
        assert move.old.identifier.partition("::")[2] == move.new.identifier.partition("::")[2]
    assert changes.sentences()[0].startswith("Delete 144 data sets and add each anew")


@pytest.mark.skipif(not CATALOGS.exists(), reason=f"no real catalogs are at {CATALOGS}")
def test_two_cities_share_nothing() -> None:
    detroit, pittsburgh = (
        read((CATALOGS / f"{name}.data.json").read_bytes()).entries
        for name in ("detroit.hub.2022-03-27", "pittsburgh-wprdc.ckan.2019-06")
    )
    counts = compare(detroit, pittsburgh).counts
    assert (counts["moved"], counts["deleted"], counts["added"]) == (0, 159, 316)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 3)), max_size=12),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 3)), max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_every_record_is_accounted_for_once(old: Any, new: Any) -> None:
    feeds = []
    for feed in (old, new):
        made = {
            str(number): entry(
                str(number), title=f"T{title}", distribution=[{"accessURL": f"https://f/{file}"}]
            )
            for number, title, file in feed
        }
        feeds.append(made)
    before, after = feeds
    changes = compare(before.values(), after.values())
    both = before.keys() & after.keys()
    assert len(changes.updated) + changes.unchanged == len(both)
    gone = [each.identifier for each in changes.deleted] + [m.old.identifier for m in changes.moved]
    assert sorted(gone) == sorted(before.keys() - after.keys())
    came = [each.identifier for each in changes.added]
    came += [move.new.identifier for move in changes.moved if not move.taken_over]
    assert sorted(came) == sorted(after.keys() - before.keys())
    assert changes.counts["data_gov_deletes"] == len(gone)
    assert changes.counts["data_gov_adds"] == len(came)


# Words


def test_plain_words_for_nothing_and_for_everything() -> None:
    same = [entry("a"), entry("b")]
    assert diff(same, same).sentences() == ["Nothing: the 2 records are as data.gov has them."]
    assert diff([], []).sentences() == ["Neither feed holds a record."]
    old = [entry(f"s{n}", title=f"Set {n}") for n in range(7)]
    assert diff([*old, entry("v", "service", title="API")], []).sentences() == [
        "Delete 7 data sets and 1 service: 'Set 0', 'Set 1', 'Set 2', 'Set 3', 'Set 4' and 3 more."
    ]
    changed = [entry("s0", title="Set 0", modified="2026", keyword=["a", "b"])]
    assert diff(old[:1], [*changed, entry("n", title="New")]).sentences() == [
        "Add 1 data set: 'New'.",
        "Update 1 data set: 'Set 0'. What differs: keyword in 1, modified in 1.",
    ]
    (said,) = diff([entry("a", title="A")], [entry("b", title="A")]).sentences()
    assert said == (
        "Delete 1 data set and add it anew, because only the identifier changed: the address "
        "there changes and links to it break. Keep the old identifier to avoid it. 'A' was 'a' "
        "and is 'b'."
    )
