"""The last valid record of what is invalid now: what stays of it, and that it stays valid."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ckanext.independence.feed import dcat_us_1_1, dcat_us_3_0, gate
from ckanext.independence.feed.source import Site
from ckanext.independence.feed.standing import adjusted
from hypothesis import given, settings
from hypothesis import strategies as st

SITE = Site(url="https://data.example.gov", city="City of Example", contact_name="Desk",
            contact_email="desk@example.gov")  # fmt: skip
LANGUAGES: dict[str, Any] = {"1.1": dcat_us_1_1, "3.0": dcat_us_3_0}

LEVELS = st.sampled_from(["public", "restricted public", "non-public", "", "X"])


def data_set(files: str = "ab", **values: Any) -> dict[str, Any]:
    return {
        "id": "d1",
        "name": "lamps",
        "identifier": "urn:uuid:2a282a9d-dbda-4bc9-9e29-1ed79f795261",
        "title": "Lamps",
        "notes": "Every lamp.",
        "tags": ["lamps"],
        "access_level": "public",
        "access_rationale": "Names of people.",
        "data_modified": "2026-09-14",
        "steward_name": "Desk",
        "steward_email": "desk@example.gov",
        "department": {"name": "streets", "title": "Streets"},
        "resources": [
            {
                "id": one,
                "name": f"File {one}",
                "url": f"https://www.example.gov/{one}.csv",
                "url_type": "",
                "format": "CSV",
                "position": number,
                "dictionary": f"https://data.example.gov/{one}/columns.csv",
                "service": "urn:uuid:7f90b387-4c4c-5042-98e4-0be7d6af5ffe" if one == "a" else None,
            }
            for number, one in enumerate(files)
        ],
    } | values


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_that_are_gone_leave_the_record_and_the_others_stay_as_they_were(
    language: str,
) -> None:
    render = LANGUAGES[language].dataset
    before = render(data_set("abc"), SITE)
    kept = adjusted(before, render(data_set("b", title="", notes="New."), SITE))
    assert (kept["title"], kept["description"]) == ("Lamps", "Every lamp.")
    assert kept["distribution"] == [
        one for one in before["distribution"] if "resource/b" in one["@id"]
    ]
    assert list(kept) == list(before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_file_waits_until_the_record_is_valid(language: str) -> None:
    render = LANGUAGES[language].dataset
    before = render(data_set("a"), SITE)
    assert adjusted(before, render(data_set("ab", title=""), SITE)) == before


def test_the_columns_of_an_only_file_go_with_it() -> None:
    before = dcat_us_1_1.dataset(data_set("b"), SITE)
    assert before["describedBy"].endswith("/b/columns.csv")
    kept = adjusted(before, dcat_us_1_1.dataset(data_set("", title=""), SITE))
    assert not {"distribution", "describedBy", "describedByType"} & kept.keys()


def test_another_address_of_the_site_takes_no_file_away() -> None:
    before = dcat_us_1_1.dataset(data_set(), SITE)
    elsewhere = Site(url="https://open.example.gov", city="City of Example")
    assert adjusted(before, dcat_us_1_1.dataset(data_set(title=""), elsewhere)) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", ["restricted public", "non-public"])
def test_the_access_level_is_the_present_one(language: str, level: str) -> None:
    render = LANGUAGES[language].dataset
    present = render(data_set(title="", access_level=level), SITE)
    kept = adjusted(render(data_set(), SITE), present)
    assert kept["accessLevel"] == level
    assert kept.get("accessRights") == present.get("accessRights")
    assert "distribution" not in kept


def test_an_access_level_that_is_none_changes_nothing() -> None:
    before = dcat_us_1_1.dataset(data_set(), SITE)
    present = dict(before) | {"accessLevel": "secret"}
    assert adjusted(before, present) == before


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    files=st.sets(st.sampled_from("abcd"), max_size=4),
    left=st.sets(st.sampled_from("abcd"), max_size=4),
    levels=st.tuples(
        *[st.sampled_from(["public", "restricted public", "non-public", "", "X"])] * 2
    ),
    title=st.sampled_from(["", "Lamps", "\0", "x" * 3000]),
)
@settings(max_examples=100, deadline=None)
def test_what_was_valid_stays_valid_whatever_comes_after_it(
    language: str, files: set[str], left: set[str], levels: tuple[str, str], title: str
) -> None:
    render = LANGUAGES[language].dataset
    before = render(data_set("".join(sorted(files)), access_level=levels[0]), SITE)
    if not gate.is_valid(gate.check(before, language)):  # type: ignore[arg-type]
        return
    was = copy.deepcopy(before)
    after = render(data_set("".join(sorted(left)), access_level=levels[1], title=title), SITE)
    kept = adjusted(before, after)
    assert gate.is_valid(gate.check(kept, language))  # type: ignore[arg-type]
    assert before == was
    assert adjusted(kept, after) == kept
    # What says nothing of its access is as public as its page.
    public = set(levels) <= {"public", ""}
    named = {one["@id"].rpartition("/")[2].removesuffix("#api")
             for one in kept.get("distribution", [])}  # fmt: skip
    assert named == (files & left if public else set())
