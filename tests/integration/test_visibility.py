"""Nobody outside a department sees what it has not published, by whatever way.

Walks every route and every reading action that the site has, as nobody, as a user without a
department, and as editor and administrator of another one. What was planted carries marker
words in all its texts; none of them may come back.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from embedded_ckan.site import settings
from embedded_ckan.testing import AnySite, ApiError, RunningSite

from tests.integration import doors, planting
from tests.integration.planting import HIDDEN, NOT_STAFF, OUTSIDERS, Planted
from tests.published import published


@pytest.fixture(scope="module")
def town(site: AnySite) -> Iterator[Planted]:
    """Two departments, their people, and data sets in every hidden state."""
    with planting.planted(site) as town:
        yield town


@pytest.fixture(scope="module")
def ways(site: AnySite) -> doors.Doors:
    """Every route and action of the site."""
    return doors.count(site)


@pytest.fixture(scope="module")
def activities(town: Planted) -> dict[str, list[str]]:
    """The oldest and newest change of each planted data set, by its kind."""
    found = {}
    for kind, one in town.sets.items():
        told = town.ask("sysadmin", "package_activity_list", id=one.id, limit=100)
        found[kind] = list(dict.fromkeys([told[0]["id"], told[-1]["id"]]))
    return found


@dataclass(frozen=True)
class Request:
    """One request of a walk: an address, or an action with its arguments."""

    address: str
    data: dict[str, Any] | None = None

    def send(self, town: Planted, role: str) -> requests.Response:
        """Ask as somebody in a role."""
        token = town.token(role)
        headers = {"Authorization": token} if token else {}
        url = town.site.url + self.address
        if self.data is None:
            return requests.get(url, headers=headers, timeout=60, allow_redirects=False)
        return requests.post(url, json=self.data, headers=headers, timeout=60)


def _walk(town: Planted, role: str, requests_: list[Request]) -> list[str]:
    """Send all; return what was told that should not have been, and what broke."""
    forbidden = [one.marker for one in town.hidden()]
    if role in NOT_STAFF:
        for name, person in town.people.items():
            if name != role:
                forbidden += person.words

    def judge(request: Request) -> str | None:
        answer = request.send(town, role)
        body = answer.text + answer.headers.get("Location", "")
        # An address that holds the word may come back; it tells nothing that was not known.
        for echoed in (one for one in town.hidden() if one.marker in request.address):
            body = body.replace(echoed.filename, "").replace(echoed.tag, "")
        told = [word for word in forbidden if word in body]
        if told:
            at = body.index(told[0])
            where = body[max(0, at - 80) : at + 60]
            return f"{request} ({answer.status_code}) tells {told}: …{where}…"
        if answer.status_code >= 500:
            return f"{request} broke with {answer.status_code}"
        return None

    with ThreadPoolExecutor(6) as pool:
        return [leak for leak in pool.map(judge, requests_) if leak]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_page_tells_an_outsider_of_a_hidden_data_set_or_the_public_of_staff(
    town: Planted, ways: doors.Doors, activities: dict[str, list[str]], role: str
) -> None:
    """Every route, for every hidden state."""
    addresses = list(doors.pages(town, ways.routes))
    for kind, one in town.sets.items():
        addresses += doors.pages_of(one, activities[kind], ways.routes)
    leaks = _walk(town, role, [Request(address) for address in dict.fromkeys(addresses)])
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_action_tells_an_outsider_of_a_hidden_data_set_or_the_public_of_staff(
    town: Planted, activities: dict[str, list[str]], role: str
) -> None:
    """Every reading action, with arguments that try to see more."""
    calls = []
    for action, arguments in doors.OF_THE_SITE.items():
        calls += [Request(f"/api/3/action/{action}", data) for data in arguments(town)]
    for action, arguments_of in doors.OF_A_SET.items():
        for kind, one in town.sets.items():
            calls += [
                Request(f"/api/3/action/{action}", data)
                for data in arguments_of(one, activities[kind])
            ]
    leaks = _walk(town, role, calls)
    assert not leaks, "\n".join(leaks)


def test_every_reading_action_is_walked(ways: doors.Doors) -> None:
    """A new one must be given arguments in doors.py."""
    reading = {name for name, only_reads in ways.actions.items() if only_reads}
    assert not reading - set(doors.OF_A_SET) - set(doors.OF_THE_SITE)


def test_the_department_itself_sees_what_it_has_not_published(town: Planted) -> None:
    """Otherwise the walk would prove nothing."""
    for role in ("member", "editor", "admin", "sysadmin"):
        for kind in HIDDEN:
            one = town.sets[kind]
            assert one.marker in town.ask(role, "package_show", id=one.id)["title"]
        found = town.ask(
            role, "package_search", q=town.word, include_private=True, include_drafts=True, rows=50
        )
        assert {town.sets[kind].id for kind in ("private", "draft", "withdrawn", "public")} <= {
            dataset["id"] for dataset in found["results"]
        }
        one = town.sets["private"]
        token = {"Authorization": town.token(role) or ""}
        file = requests.get(
            f"{town.site.url}/dataset/{one.id}/resource/{one.resource}/download/{one.filename}",
            headers=token,
            timeout=60,
        )
        assert f"value {one.marker}" in file.text


def test_no_published_file_holds_a_word_of_what_is_hidden(site: RunningSite, town: Planted) -> None:
    """Neither the feeds nor their packed forms, of whatever format."""
    published(site)
    folder = Path(settings(site.ini)["ckan.storage_path"]) / "feed"
    texts = {
        path.relative_to(folder): gzip.decompress(path.read_bytes())
        if path.suffix == ".gz"
        else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".br"
    }
    assert any(town.sets["public"].marker.encode() in text for text in texts.values())
    told = [
        (str(name), one.marker)
        for name, text in texts.items()
        for one in town.hidden()
        if one.marker.encode() in text
    ]
    assert told == []


@pytest.mark.parametrize("role", OUTSIDERS)
def test_counts_do_not_betray_hidden_data_sets(town: Planted, role: str) -> None:
    """The department has one public data set, whoever counts from outside."""
    search = town.ask(
        role,
        "package_search",
        q=town.word,
        # Any part of a word finds something in a whole city; the department's own are counted.
        fq=f"organization:{town.home}",
        include_private=True,
        **{"facet.field": ["organization"]},
    )
    assert search["count"] == 1
    assert [item["count"] for item in search["search_facets"]["organization"]["items"]] == [1]
    for kind in HIDDEN:
        found = town.ask(role, "package_search", q=f'"Title {town.sets[kind].marker}"')
        # The public one may be found by a part of the word; it is counted once and shown.
        assert found["count"] == len(found["results"])
        assert {dataset["id"] for dataset in found["results"]} <= {town.sets["public"].id}
    assert town.ask(role, "organization_show", id=town.home)["package_count"] == 1
    listed = town.ask(role, "organization_list", all_fields=True, organizations=[town.home])
    assert [row["package_count"] for row in listed] == [1]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_hidden_file_and_its_table_are_refused(town: Planted, role: str) -> None:
    """Refused, not merely empty."""
    token = {"Authorization": town.token(role) or ""} if role != "nobody" else {}
    for kind in HIDDEN:
        one = town.sets[kind]
        address = (
            f"{town.site.url}/dataset/{one.id}/resource/{one.resource}/download/{one.filename}"
        )
        answer = requests.get(address, headers=token, timeout=60, allow_redirects=False)
        assert answer.status_code in (302, 403, 404), kind
        for action, data in (
            ("datastore_search", {"resource_id": one.resource}),
            ("datastore_info", {"id": one.resource}),
            ("package_show", {"id": one.id}),
            ("resource_show", {"id": one.resource}),
        ):
            with pytest.raises(ApiError) as refused:
                town.ask(role, action, **data)
            assert refused.value.status in (403, 404), (kind, action)
