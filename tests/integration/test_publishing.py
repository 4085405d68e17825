"""The step to public: what is asked at every door, and how a data set leaves again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import requests
from embedded_ckan.testing import ApiError, RunningSite

from tests.published import published
from tests.stewards import COMPLETE, asked_link

DEPARTMENT = "community-development"
WHOLE: dict[str, Any] = {
    "notes": "Every planting permit since 2021.",
    "tags": [{"name": "permits"}],
    "steward_name": "Permits desk",
    "steward_email": "permits@independencemo.example",
    "data_modified": "2026-09-14",
    **{name: COMPLETE[name] for name in COMPLETE if name.startswith(("privacy", "license"))},
}
NEEDED = {
    "notes", "tag_string", "steward_name", "steward_email", "data_modified", "license_id",
    "privacy_reviewer", "privacy_review_date", "privacy_review_outcome",
}  # fmt: skip


@pytest.fixture
def make(site: RunningSite) -> Iterator[Callable[..., dict[str, Any]]]:
    """Make data sets of one test, and purge them after it."""
    made: list[str] = []

    def call(**values: Any) -> dict[str, Any]:
        values = {"title": f"Planting permits {uuid4().hex[:8]}", "owner_org": DEPARTMENT} | values
        if "notes" in values:
            values = {"resources": [asked_link(site)]} | values
        dataset = site.api("package_create", token=site.admin_token, **values)
        made.append(dataset["id"])
        return dataset

    yield call
    for one in made:
        site.api("dataset_purge", token=site.admin_token, id=one)


def test_a_draft_needs_a_title_and_a_department_only(
    site: RunningSite, make: Callable[..., dict[str, Any]]
) -> None:
    draft = make()
    assert draft["private"] is True
    assert draft["name"].startswith("planting-permits-")
    assert draft["identifier"].startswith("urn:uuid:")
    for missing in ("title", "owner_org"):
        values = {"title": "Planting permits", "owner_org": DEPARTMENT}
        del values[missing]
        with pytest.raises(ApiError) as refused:
            site.api("package_create", token=site.admin_token, **values)
        assert missing in refused.value.error


DOORS: dict[str, Callable[[RunningSite, dict[str, Any]], Any]] = {
    "patch": lambda site, d: site.api(
        "package_patch", token=site.admin_token, id=d["id"], private=False
    ),
    "update": lambda site, d: site.api(
        "package_update", token=site.admin_token, **(d | {"private": False})
    ),
    "revise": lambda site, d: site.api(
        "package_revise",
        token=site.admin_token,
        match={"id": d["id"]},
        update={"private": False},
    ),
    "bulk": lambda site, d: site.api(
        "bulk_update_public", token=site.admin_token, datasets=[d["id"]], org_id=d["owner_org"]
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_to_public_is_open_while_the_minimum_is_missing(
    site: RunningSite, make: Callable[..., dict[str, Any]], door: str
) -> None:
    draft = make()
    with pytest.raises(ApiError) as refused:
        DOORS[door](site, draft)
    assert set(refused.value.error) - {"__type"} == NEEDED, refused.value.error
    shown = site.api("package_show", token=site.admin_token, id=draft["id"])
    assert shown["private"] is True


@pytest.mark.parametrize("door", DOORS)
def test_every_door_opens_for_a_whole_data_set(
    site: RunningSite, make: Callable[..., dict[str, Any]], door: str
) -> None:
    DOORS[door](site, make(**WHOLE))


def test_creating_in_public_asks_the_same(
    site: RunningSite, make: Callable[..., dict[str, Any]]
) -> None:
    with pytest.raises(ApiError) as refused:
        make(private=False)
    assert set(refused.value.error) - {"__type"} == NEEDED
    assert make(private=False, **WHOLE)["private"] is False


@pytest.mark.parametrize("name", ["notes", "steward_name", "steward_email", "data_modified"])
def test_a_save_cannot_take_a_required_value_away_from_what_is_public(
    site: RunningSite, make: Callable[..., dict[str, Any]], name: str
) -> None:
    dataset = make(private=False, **WHOLE)
    with pytest.raises(ApiError) as refused:
        site.api("package_patch", token=site.admin_token, id=dataset["id"], **{name: ""})
    assert set(refused.value.error) - {"__type"} == {name}


def test_a_public_record_whose_data_is_not_public_holds_no_files(
    site: RunningSite, make: Callable[..., dict[str, Any]]
) -> None:
    link = {"url": "https://www.example.gov/permits.csv", "name": "Permits"}
    entry = make(
        private=False,
        access_level="non-public",
        access_rationale="It names victims.",
        access_legal_basis="RSMo 610.100",
        resources=[],
        **WHOLE,
    )
    with pytest.raises(ApiError) as refused:
        site.api("resource_create", token=site.admin_token, package_id=entry["id"], **link)
    assert "can hold no files" in str(refused.value.error)
    held = make(access_level="non-public", resources=[link], **WHOLE)
    with pytest.raises(ApiError):
        site.api("package_patch", token=site.admin_token, id=held["id"], private=False)


def test_an_identifier_is_for_ever_and_for_one(
    site: RunningSite, make: Callable[..., dict[str, Any]]
) -> None:
    legacy = "https://old.example.gov/api/views/abcd-1234 "
    first = make(identifier=legacy)
    assert first["identifier"] == legacy
    for change in (
        {"identifier": "urn:uuid:00000000-0000-0000-0000-000000000000"},
        {"identifier": legacy.strip()},
    ):
        with pytest.raises(ApiError) as refused:
            site.api("package_patch", token=site.admin_token, id=first["id"], **change)
        assert "cannot change" in str(refused.value.error["identifier"])
    with pytest.raises(ApiError) as refused:
        make(identifier=legacy)
    assert "belongs to the data set" in str(refused.value.error["identifier"])
    renamed = site.api(
        "package_patch",
        token=site.admin_token,
        id=first["id"],
        name=f"renamed-{uuid4().hex[:8]}",
        owner_org="fire",
    )
    assert renamed["identifier"] == legacy


def test_of_two_saves_at_once_with_one_identifier_the_second_is_told(
    site: RunningSite, make: Callable[..., dict[str, Any]]
) -> None:
    legacy = f"https://old.example.gov/api/views/{uuid4().hex}"

    def save(number: int) -> str:
        try:
            make(identifier=legacy, title=f"Planting permits {number} {uuid4().hex[:6]}")
        except ApiError as refused:
            return str(refused.error.get("identifier"))
        return "saved"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(save, range(4)))
    assert answers[-1] == "saved"
    assert all("belongs to the data set" in answer for answer in answers[:-1])


def test_withdrawing_asks_for_a_reason_and_for_nothing_else(
    site: RunningSite, make: Callable[..., dict[str, Any]]
) -> None:
    dataset = make(private=False, **WHOLE)
    action = "independence_catalog_dataset_withdraw"
    with pytest.raises(ApiError) as refused:
        site.api(action, token=site.admin_token, id=dataset["id"])
    assert "merged" in str(refused.value.error["reason"])
    site.api(action, token=site.admin_token, id=dataset["id"], reason="error", note="Wrong file")
    shown = site.api("package_show", token=site.admin_token, id=dataset["id"])
    assert (shown["private"], shown["withdrawal_reason"]) == (True, "error")
    assert requests.get(f"{site.url}/dataset/{dataset['name']}", timeout=30).status_code in (
        403,
        404,
    )
    assert dataset["identifier"] not in json.dumps(published(site))
    found = site.api("package_search", fq=f"name:{dataset['name']}")
    assert found["count"] == 0
    again = site.api("package_patch", token=site.admin_token, id=dataset["id"], private=False)
    assert not again.get("withdrawal_reason")


def test_what_is_withdrawn_for_good_is_in_the_trash_with_its_reason(
    site: RunningSite, make: Callable[..., dict[str, Any]]
) -> None:
    dataset = make(private=False, **WHOLE)
    answer = site.api(
        "independence_catalog_dataset_withdraw",
        token=site.admin_token,
        id=dataset["id"],
        reason="retired",
        delete=True,
    )
    assert answer["state"] == "deleted"


def test_the_next_update_is_worked_out_and_follows_a_change(
    site: RunningSite, make: Callable[..., dict[str, Any]]
) -> None:
    dataset = make(update_frequency="R/P1M", **WHOLE)
    assert dataset["next_update_due"] == "2026-10-14"
    changed = site.api(
        "package_patch", token=site.admin_token, id=dataset["id"], update_frequency="R/P1Y"
    )
    assert changed["next_update_due"] == "2027-09-14"
