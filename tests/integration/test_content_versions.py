"""Versions of files: each at its own address, compared, and hidden when they are held back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.inside import Inside

FIRST = b"case,status,fine\nA-1,open,10\nA-2,open,20\nA-3,closed,30\n"
SECOND = b"case,status,fine,paid\nA-2,closed,20,yes\nA-3,closed,30,no\nA-4,open,40,no\n"
# Words that stand in no other version.
SECRET = b"case,status,fine,paid\nA-2,closed,20,yes\nA-9,zzhiddenzz,977153,no\n"
MARKS = (b"zzhiddenzz", b"977153", hashlib.sha256(SECRET).hexdigest().encode())


@pytest.fixture(scope="module")
def token(inside: Inside) -> str:
    return str(inside.act("api_token_create", user="admin", name="versions")["token"])


def numbers(resource_id: str) -> list[int]:
    """All versions of a resource, the oldest first."""
    from ckan import model
    from ckanext.independence.catalog.model import Version

    query = sa.select(Version.id).where(Version.resource_id == resource_id).order_by(Version.id)
    try:
        return list(model.Session.scalars(query))
    finally:
        model.Session.remove()


@pytest.fixture
def file(inside: Inside) -> dict[str, Any]:
    """A resource that was replaced once."""
    resource = inside.upload("cases.csv", FIRST, package_id=inside.dataset()["id"])
    inside.upload("cases.csv", SECOND, id=resource["id"])
    found: dict[str, Any] = inside.act("resource_show", id=resource["id"])
    return found


@pytest.fixture
def address(file: dict[str, Any]) -> str:
    return f"/dataset/{file['package_id']}/resource/{file['id']}"


def test_every_version_stays_at_its_address_with_its_very_bytes(
    inside: Inside, file: dict[str, Any], address: str
) -> None:
    old, new = numbers(file["id"])
    for number, content in ((old, FIRST), (new, SECOND)):
        answer = inside.client.get(f"{address}/version/{number}/download")
        assert answer.data == content
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"] == "attachment; filename=cases.csv"
        page = inside.client.get(f"{address}/version/{number}").text
        assert hashlib.sha256(content).hexdigest() in page
    assert (
        "There is a newer version of this file."
        in inside.client.get(f"{address}/version/{old}").text
    )
    listed = inside.client.get(f"{address}/versions").text
    assert listed.index(f"/version/{new}") < listed.index(f"/version/{old}")
    assert f"{address.rsplit('/', 1)[1]}/version/{new}" in inside.client.get(address).text


def test_what_changed_is_said_by_the_key(
    inside: Inside, file: dict[str, Any], address: str
) -> None:
    _old, new = numbers(file["id"])
    said = "1 row added, 1 removed, 1 changed, 1 column added."
    for page in (address, f"{address}/versions", f"{address}/version/{new}"):
        assert said in inside.client.get(page).text
    changes = inside.client.get(f"{address}/version/{new}/changes").text
    assert "Rows are told apart by “case”." in changes
    assert re.search(r"A-2</th>\s*<td>status</td>\s*<td><del>open</del></td>", changes)
    assert "<ins>closed</ins>" in changes


def test_any_two_versions_can_be_compared(
    inside: Inside, file: dict[str, Any], address: str
) -> None:
    inside.upload("cases.csv", FIRST + b"A-5,open,50\n", id=file["id"])
    first, _second, third = numbers(file["id"])
    page = inside.client.get(f"{address}/version/{third}/changes?since={first}").text
    assert "1 row added, 0 removed, 0 changed." in page
    alone = inside.client.get(f"{address}/version/{first}/changes")
    assert "There is no version before this one" in alone.text
    assert inside.client.get(f"{address}/version/{third}/changes?since=0").status_code == 404
    assert inside.client.get(f"{address}/version/{third}/changes?since=x").status_code == 404


def test_large_versions_are_not_compared_while_somebody_waits(
    inside: Inside, file: dict[str, Any], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.content import versions

    monkeypatch.setattr(versions, "MOST_ROWS_AT_ONCE", 2)
    old, new = numbers(file["id"])
    assert "1 row added" in inside.client.get(f"{address}/version/{new}/changes").text, "kept"
    page = inside.client.get(f"{address}/version/{old}/changes?since={new}").text
    assert "too large to be compared while you wait" in page


def test_another_files_version_is_not_at_this_ones_address(
    inside: Inside, file: dict[str, Any], address: str
) -> None:
    other = inside.upload("x.csv", b"a\n1\n", package_id=file["package_id"])
    (number,) = numbers(other["id"])
    for below in ("", "/download", "/changes"):
        assert inside.client.get(f"{address}/version/{number}{below}").status_code == 404
    assert inside.client.get(f"{address}/version/{2**80}").status_code == 404


def test_a_steward_says_why_a_version_came_and_nobody_else_does(
    inside: Inside, file: dict[str, Any], address: str, token: str
) -> None:
    number = numbers(file["id"])[-1]
    page = f"{address}/version/{number}"
    assert "Say something of this version" not in inside.client.get(page).text
    refused = inside.client.post(f"{page}/note", data={"note": "mine"})
    assert refused.status_code in (302, 400, 403)
    headers = {"Authorization": token}
    inside.client.post(f"{page}/note", data={"note": "Fines were wrong."}, headers=headers)
    assert "Fines were wrong." in inside.client.get(page).text
    assert "Fines were wrong." in inside.client.get(address).text
    answer = inside.client.post(
        "/api/3/action/independence_content_version_note",
        json={"version_id": number, "note": "x" * 2001},
        headers=headers,
    )
    assert answer.status_code == 409 and "Shorten it" in answer.text


def test_who_brought_a_version_is_told_to_staff_alone(
    inside: Inside, file: dict[str, Any], address: str, token: str
) -> None:
    from ckan import model
    from ckanext.independence.catalog.model import Version

    number = numbers(file["id"])[-1]
    author = model.User.get("admin").id
    model.Session.execute(sa.update(Version).where(Version.id == number).values(author=author))
    model.Session.commit()
    for page in (f"{address}/versions", f"{address}/version/{number}"):
        own = inside.client.get(page, headers={"Authorization": token}).text
        assert "<dt>By</dt><dd>admin" in own or ">admin</small>" in own
        assert ">admin<" not in inside.client.get(page).text


def addresses(file: dict[str, Any], page: str) -> Iterator[str]:
    """Every address at which something of a file's versions could be told."""
    id_, set_id = file["id"], file["package_id"]
    yield from (page, f"{page}/versions", f"{page}/api", f"{page}/table", f"{page}/download")
    yield from (f"{page}/columns.csv", f"{page}/columns.json", f"{page}?view=chart")
    yield f"{page}/download/cases.csv"
    for form in ("csv", "json", "jsonl", "xlsx", "parquet"):
        yield f"{page}/export/{form}"
    every = numbers(id_)
    for number in every:
        one = f"{page}/version/{number}"
        yield from (one, f"{one}/download", f"{one}/changes")
        yield from (f"{one}/changes?since={other}" for other in every)
    yield from (f"/dataset/{set_id}", f"/dataset/{set_id}/download.zip")
    yield from (f"/dataset/{set_id}.ttl", f"/dataset/activity/{set_id}")
    api = "/api/3/action"
    yield from (f"{api}/package_show?id={set_id}", f"{api}/resource_show?id={id_}")
    yield from (f"{api}/datastore_search?resource_id={id_}", f"{api}/datastore_info?id={id_}")
    yield f"{api}/independence_content_state_show?id={id_}"
    yield f"{api}/independence_content_dictionary_show?id={id_}"
    yield f"{api}/independence_feed_record_show?id={set_id}"
    yield f"/datastore/dump/{id_}"


def telling(inside: Inside, file: dict[str, Any], page: str, marks: Any = MARKS) -> list[str]:
    """The addresses that tell the public something of the secret version."""
    found = []
    for address in addresses(file, page):
        answer = inside.client.get(address)
        if answer.status_code in (301, 302):
            answer = inside.get(answer.location)
        assert answer.status_code < 500, address
        if any(mark in answer.data for mark in marks):
            found.append(address)
    return found


def test_of_a_version_that_is_held_later_nothing_is_left_to_the_public(
    inside: Inside, file: dict[str, Any], address: str, token: str
) -> None:
    inside.upload("cases.csv", SECRET, id=file["id"])
    inside.upload("cases.csv", SECOND + b"A-7,open,70,no\n", id=file["id"])
    _first, second, secret, last = numbers(file["id"])
    before = telling(inside, file, address)
    assert f"{address}/version/{secret}/download" in before
    assert f"{address}/version/{last}/changes" in before, "what was removed tells of it"
    inside.act("independence_content_version_hold", version_id=secret, reason="Names a child.")
    assert telling(inside, file, address) == [], "at once"
    inside.work()
    assert telling(inside, file, address) == [], "and afterwards"
    for below in ("", "/download", "/changes"):
        answer = inside.client.get(f"{address}/version/{secret}{below}")
        assert answer.status_code == 404
    assert f"/version/{secret}" not in inside.client.get(f"{address}/versions").text
    changes = inside.client.get(f"{address}/version/{last}/changes").text
    assert "1 row added, 0 removed, 0 changed." in changes, "compared with what came before it"
    assert f"since={second}" in changes or f'value="{second}" selected' in changes
    own = inside.client.get(f"{address}/versions", headers={"Authorization": token}).text
    assert "Held back" in own and "Names a child." in own


def test_of_a_served_version_that_is_held_nothing_is_left_either(
    inside: Inside, file: dict[str, Any], address: str
) -> None:
    inside.upload("cases.csv", SECRET, id=file["id"])
    assert telling(inside, file, address)
    inside.act("independence_content_version_hold", version_id=numbers(file["id"])[-1], reason="x")
    assert telling(inside, file, address) == []
    inside.work()
    assert telling(inside, file, address) == []
    # The one before is served again, with its table.
    assert inside.client.get(f"{address}/version/{numbers(file['id'])[1]}").status_code == 200
    assert b"A-4" in inside.client.get(f"{address}/export/csv").data


def test_of_an_only_version_that_is_held_nothing_is_left(inside: Inside) -> None:
    resource = inside.upload("cases.csv", SECRET, package_id=inside.dataset()["id"])
    page = f"/dataset/{resource['package_id']}/resource/{resource['id']}"
    assert telling(inside, resource, page)
    (number,) = numbers(resource["id"])
    inside.act("independence_content_version_hold", version_id=number, reason="x")
    inside.work()
    assert telling(inside, resource, page) == []
    assert inside.client.get(f"{page}/export/csv").status_code == 404
    assert inside.client.get(f"{page}/api").status_code == 404
    assert inside.client.get(f"{page}/versions").status_code == 200


def test_a_version_that_was_not_served_yet_is_unknown_to_the_public(
    inside: Inside, file: dict[str, Any], address: str
) -> None:
    inside.upload("cases.csv", SECRET, id=file["id"], looked_into=False)
    assert telling(inside, file, address) == []
    inside.work()
    assert telling(inside, file, address)


def test_the_same_bytes_are_kept_once(inside: Inside, file: dict[str, Any]) -> None:
    from ckan import model
    from ckanext.independence.catalog import files
    from ckanext.independence.catalog.model import KeptFile, Version

    other = inside.upload("copy.csv", SECOND, package_id=file["package_id"])
    inside.upload("cases.csv", FIRST, id=file["id"])
    sha256 = hashlib.sha256(SECOND).hexdigest()
    named = model.Session.query(Version).filter_by(sha256=sha256).all()
    assert {version.resource_id for version in named} >= {file["id"], other["id"]}
    assert model.Session.query(KeptFile).filter_by(sha256=sha256).count() == 1
    root = Path(files.storage().settings.path)
    assert len([path for path in root.rglob("*") if path.is_file() and path.name == sha256]) == 1
    model.Session.remove()


def test_all_versions_are_kept_unless_a_number_is_set(
    inside: Inside, file: dict[str, Any], address: str
) -> None:
    from ckan import model
    from ckanext.independence.content import versions

    inside.upload("cases.csv", FIRST + b"A-5,open,50\n", id=file["id"])
    first, second, third = numbers(file["id"])
    versions.thin_out("", None)
    model.Session.commit()
    assert numbers(file["id"]) == [first, second, third]
    inside.act("independence_content_version_hold", version_id=first, reason="To be looked at")
    with inside.settings({"ckanext.independence.content.keep_versions": 1}):
        versions.thin_out("", None)
        model.Session.commit()
    assert numbers(file["id"]) == [first, third], "what is held and what is served stay"
    assert inside.client.get(f"{address}/version/{second}/download").status_code == 404
    assert inside.client.get(f"{address}/version/{third}/download").status_code == 200


@pytest.mark.parametrize("how", ["private", "deleted", "withdrawn"])
def test_versions_of_what_is_not_public_are_nowhere_to_be_found(
    inside: Inside, file: dict[str, Any], address: str, how: str
) -> None:
    set_id = file["package_id"]
    below = [one for one in addresses(file, address) if one.startswith("/dataset/")]
    if how == "private":
        inside.act("package_patch", id=set_id, private=True)
    elif how == "deleted":
        inside.act("package_delete", id=set_id)
    else:
        inside.act("independence_catalog_dataset_withdraw", id=set_id, reason="retired")
    for one in below:
        status = inside.client.get(one).status_code
        assert status == 404 or (status in (302, 403) and "/version" not in one), (one, status)
    marks = [hashlib.sha256(content).hexdigest().encode() for content in (FIRST, SECOND)]
    assert telling(inside, file, address, marks) == []
