"""The pages about the feed as visitors, stewards of a department and sysadmins see them.

Nothing is done by workers or by the clock here but what a test does, so that what will be
published next can be looked at before it is.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.inside import DEPARTMENT, Inside

pytestmark = pytest.mark.usefixtures("unguarded")
OTHER = "municipal-services"


@pytest.fixture(scope="module")
def unguarded(inside: Inside) -> Iterator[None]:
    """Let the guard hold nothing but where a test says so."""
    with inside.settings(
        {
            "ckanext.independence.feed.hold_least": 1000,
            "ckanext.independence.feed.hold_most": 1000,
        }
    ):
        yield


@dataclass
class Reader:
    """Somebody who opens pages with a key of an account; nobody without one."""

    inside: Inside
    key: str = ""
    session: Any = field(default=None)

    def open(self, path: str, status: int = 200) -> str:
        """Return the words of a page."""
        answer = self.answer(path)
        assert answer.status_code == status, (path, answer.status_code)
        return _words(answer.text)

    def answer(self, path: str) -> Any:
        """Return the answer to an address."""
        return self.inside.app.test_client().get(path, headers=self._headers())

    def send(self, path: str, **values: Any) -> Any:
        """Send a form; an account that is known by its key needs no token of the page."""
        return self.inside.app.test_client().post(
            path, data=values, headers=self._headers(), content_type="multipart/form-data"
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": self.key} if self.key else {}


def _words(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def _account(inside: Inside, department: str = "", **values: Any) -> Reader:
    name = f"reader-{uuid4().hex[:8]}"
    email = f"{name}@independencemo.example"
    inside.act("user_create", name=name, email=email, password="Not-a-secret-2026", **values)
    if department:
        inside.act("organization_member_create", id=department, username=name, role="editor")
    return Reader(inside, inside.act("api_token_create", user=name, name="test")["token"])


@pytest.fixture(scope="module")
def editor(inside: Inside) -> Reader:
    """A steward of the department to which the data sets belong."""
    return _account(inside, DEPARTMENT)


@pytest.fixture(scope="module")
def stranger(inside: Inside) -> Reader:
    """A steward of another department."""
    return _account(inside, OTHER)


@pytest.fixture(scope="module")
def sysadmin(inside: Inside) -> Reader:
    """Somebody who runs the site."""
    return Reader(inside, inside.act("api_token_create", user="admin", name="test")["token"])


@pytest.fixture
def anybody(inside: Inside) -> Reader:
    """A visitor."""
    return Reader(inside)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the gate refuse contacts whose name says so."""
    from ckanext.independence.feed import records
    from ckanext.independence.feed.gate import Problem

    check = records.gate.check

    def stricter(record: Any, language: Any, kind: Any = "dataset") -> list[Problem]:
        found = check(record, language, kind)
        if "REFUSE" in json.dumps(record.get("contactPoint")) and kind == "dataset":
            path = ("contactPoint", "fn") if language == "1.1" else ("contactPoint", 0, "fn")
            found.append(Problem(path, "is not a name", "Permits desk", rule="name"))
        return found

    monkeypatch.setattr(records.gate, "check", stricter)


def _publish(inside: Inside) -> None:
    inside.feed()


# ---- What is offered -----------------------------------------------------------------------


def test_everybody_reads_how_the_feed_stands_and_each_address_that_is_named_answers(
    inside: Inside, anybody: Reader
) -> None:
    inside.dataset()
    _publish(inside)
    page = anybody.answer("/feed").text
    words = _words(page)
    assert "Last published just now" in words
    assert re.search(r"Valid ([\d,]+) of \1 ", words), words[:600]
    assert "For staff" not in words
    addresses = set(re.findall(r'<a href="http://[^/"]+(/[^"]+)"[^>]*><code>', page))
    assert {"/data.json", "/dcat-us/3.0.json", f"/data/{DEPARTMENT}.json"} <= addresses


# ---- One record ----------------------------------------------------------------------------


def test_a_visitor_sees_the_record_as_it_is_published_and_no_word_that_is_not(
    inside: Inside, anybody: Reader, editor: Reader
) -> None:
    data = inside.dataset()
    address = f"/dataset/{data['name']}/feed"
    assert "Nothing of this data set is in the feeds yet" in anybody.open(address)
    assert "It goes out with the next publication" in editor.open(address)
    _publish(inside)
    assert "Every lamp in the city." in anybody.open(address)
    inside.act("package_patch", id=data["id"], notes="Every lamp, counted anew.")
    before = anybody.open(address)
    assert "Every lamp in the city." in before and "counted anew" not in before
    after = editor.open(address)
    assert "Was: Every lamp in the city. Will be: Every lamp, counted anew." in after
    _publish(inside)
    assert "counted anew" in anybody.open(address)


def test_nobody_outside_learns_of_the_record_of_a_draft_and_its_steward_sees_what_is_missing(
    inside: Inside, anybody: Reader, editor: Reader, stranger: Reader
) -> None:
    draft = inside.act(
        "package_create", title="A plan of bridges", owner_org=DEPARTMENT, private=True
    )
    address = f"/dataset/{draft['name']}/feed"
    for outsider in (anybody, stranger):
        assert "bridges" not in outsider.open(address, 404)
        assert "bridges" not in outsider.answer("/feed").text
    told = editor.open(address)
    assert "It is not in the feed. This is what its record would be." in told
    assert "'description' is a required property" in told
    page = editor.answer(address).text
    assert f'href="/dataset/edit/{draft["name"]}#field-notes"' in page
    assert f'href="/dataset/edit/{draft["name"]}#field-steward_email"' in page


def test_a_series_shows_its_record_with_each_of_its_members(
    inside: Inside, anybody: Reader
) -> None:
    word = f"lamps-{uuid4().hex[:6]}"
    data = inside.dataset(series=word)
    inside.dataset(series=word)
    _publish(inside)
    told = anybody.open(f"/dataset/{data['name']}/feed")
    assert "Series, DCAT-US 1.1" in told and "Series, DCAT-US 3.0" in told


# ---- What is wrong -------------------------------------------------------------------------


@pytest.mark.usefixtures("strict")
def test_a_refused_record_is_told_to_its_stewards_alone_and_leads_to_the_field(
    inside: Inside, anybody: Reader, editor: Reader, stranger: Reader, sysadmin: Reader
) -> None:
    data = inside.dataset()
    _publish(inside)
    inside.act("package_patch", id=data["id"], steward_name="REFUSE me")
    page = f"/dataset/{data['name']}"
    warning = "data.gov would refuse this record: 1 problem Contact: name."
    assert warning in editor.open(page) and warning in sysadmin.open(page)
    assert "refuse" not in anybody.open(page) and "refuse" not in stranger.open(page)
    told = editor.open(f"{page}/feed")
    assert "Until it is mended, harvesters get it as it last was right." in told
    assert "is not a name Right would be: Permits desk" in told
    assert "REFUSE" not in anybody.open(f"{page}/feed")
    for reader in (editor, sysadmin):
        listed = reader.answer("/feed/problems?field=contactPoint.fn&rule=name").text
        assert data["title"] in listed
        assert re.search(rf'href="/dataset/edit/{data["id"]}#field-steward_name"', listed)
    assert data["title"] not in stranger.answer("/feed/problems").text
    assert data["title"] not in stranger.answer(f"/feed/problems?department={DEPARTMENT}").text
    assert data["title"] not in editor.answer("/feed/problems?language=3.0&field=title").text
    inside.act("package_patch", id=data["id"], steward_name="Permits desk")
    assert data["title"] not in editor.answer("/feed/problems").text


@pytest.mark.usefixtures("strict")
def test_problems_are_counted_by_kind_and_by_department_and_paged(
    inside: Inside, editor: Reader
) -> None:
    made = [inside.dataset(steward_name="REFUSE me") for _ in range(3)]
    found = inside.act("independence_feed_problem_list", rule="name", limit=2)
    assert found["count"] == 3 and len(found["results"]) == 2
    (kind,) = [one for one in found["by_kind"] if one["rule"] == "name"]
    assert (kind["field"], kind["count"], kind["severity"]) == ("contactPoint.fn", 3, "error")
    (department,) = found["by_department"]
    assert (department["name"], department["count"]) == (DEPARTMENT, 3)
    rest = inside.act("independence_feed_problem_list", rule="name", limit=2, offset=2)
    titles = [one["title"] for one in found["results"] + rest["results"]]
    assert sorted(titles) == titles == sorted(one["title"] for one in made)
    languages = {record["language"] for one in rest["results"] for record in one["records"]}
    assert languages == {"1.1", "3.0"}
    for one in made:
        inside.act("package_patch", id=one["id"], private=True)


def test_whoever_has_no_department_is_told_nothing(inside: Inside, anybody: Reader) -> None:
    without = _account(inside)
    for path in ("/feed/next", "/feed/problems", "/feed/release"):
        assert anybody.answer(path).status_code == 302
        without.open(path, 404)
    assert "For staff" not in without.open("/feed")


# ---- What data.gov will do next ------------------------------------------------------------


def test_what_will_be_added_updated_and_deleted_is_told_before_it_happens(
    inside: Inside, editor: Reader, stranger: Reader
) -> None:
    changed, gone = inside.dataset(), inside.dataset()
    _publish(inside)
    added = inside.dataset()
    inside.act("package_patch", id=changed["id"], title="Lamps by night")
    inside.act("independence_catalog_dataset_withdraw", id=gone["id"], reason="retired")
    for language in ("1.1", "3.0"):
        told = inside.act("independence_feed_diff_show", language=language)
        assert [one["identifier"] for one in told["added"]] == [added["identifier"]]
        assert [one["identifier"] for one in told["deleted"]] == [gone["identifier"]]
        (update,) = told["updated"]
        assert {"path": ["title"], "where": "title", "old": changed["title"],
                "new": "Lamps by night"} in update["changes"]  # fmt: skip
    page = editor.open("/feed/next")
    assert f"Was: {changed['title']} Will be: Lamps by night" in page
    assert gone["title"] in page and added["title"] in page
    foreign = stranger.open("/feed/next")
    assert not any(title in foreign for title in (gone["title"], "Lamps by night"))
    _publish(inside)
    assert "Nothing: the" in editor.open("/feed/next")


def test_what_is_held_back_is_released_by_a_sysadmin_who_was_told_what_follows(
    inside: Inside, editor: Reader, sysadmin: Reader
) -> None:
    kept, released = inside.dataset(), inside.dataset()
    _publish(inside)
    limits = {f"ckanext.independence.feed.hold_{name}": 0 for name in ("least", "share", "most")}
    with inside.settings(limits):
        for one in (kept, released):
            inside.act("independence_catalog_dataset_withdraw", id=one["id"], reason="error")
        # It is foreseen, and it comes so.
        for _ in range(2):
            page = editor.open("/feed/next")
            assert "Held back" in page and "Release them" not in page
            assert kept["title"] in page and released["title"] in page
            _publish(inside)
        assert editor.answer("/feed/release").status_code == 404
        assert editor.send("/feed/release", identifier=released["identifier"]).status_code == 404
        asked = sysadmin.open("/feed/release")
        assert "data.gov and other catalogs delete them" in asked and released["title"] in asked
        unknown = sysadmin.send("/feed/release", identifier="none-such")
        assert unknown.headers["Location"].endswith("/feed/release")
        done = sysadmin.send("/feed/release", identifier=released["identifier"])
        assert done.headers["Location"].endswith("/feed/next")
        feed = {record["identifier"] for record in inside.feed()["dataset"]}
        assert kept["identifier"] in feed and released["identifier"] not in feed
        assert kept["title"] in sysadmin.open("/feed/next")
        inside.act("independence_feed_withdrawal_release", all=True)
        _publish(inside)


def _feed(*records: dict[str, Any]) -> tuple[io.BytesIO, str]:
    body = {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": records}
    return io.BytesIO(json.dumps(body).encode()), "old.json"


@contextmanager
def _taken_over(record: dict[str, Any]) -> Iterator[None]:
    """Serve a record as the feed before ours had it."""
    from ckan import model
    from ckanext.independence.feed.model import Baseline

    row = {"language": "1.1", "section": "dataset", "identifier": record["identifier"]}
    model.Session.add(Baseline(**row, body=json.dumps(record), source="old.json"))
    model.Session.commit()
    try:
        yield
    finally:
        model.Session.query(Baseline).filter_by(**row).delete()
        model.Session.commit()


def test_compared_with_the_feed_before_ours_a_new_identifier_is_told_as_what_it_is(
    inside: Inside, sysadmin: Reader, editor: Reader
) -> None:
    moved, same = inside.dataset(), inside.dataset()
    feed = {record["identifier"]: record for record in inside.feed()["dataset"]}
    old = feed[moved["identifier"]] | {"identifier": "https://old.example.gov/lamps"}
    gone = feed[same["identifier"]] | {"identifier": "gone", "title": "Horse troughs"}
    answer = sysadmin.send("/feed/next", file=_feed(old, feed[same["identifier"]], gone))
    told = _words(answer.text)
    assert answer.status_code == 200, told
    assert f"{moved['title']} Was: https://old.example.gov/lamps" in told
    assert "Keep the old identifier" in told and "Delete 1" in told and "Horse troughs" in told
    # Where the feed before ours is taken over, nothing of it is deleted.
    with _taken_over(gone):
        told = _words(sysadmin.send("/feed/next", file=_feed(gone)).text)
        assert "Delete" not in told
    # Their publisher's name says whose they were.
    own = _words(editor.send("/feed/next", file=_feed(old, gone)).text)
    assert moved["title"] in own and "Horse troughs" in own


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Give the address of a feed, or choose a file."),
        ({"url": "http://127.0.0.1/data.json"}, "127.0.0.1"),
        ({"url": "file:///etc/passwd"}, "It cannot be compared"),
        ({"file": (io.BytesIO(b"<html><title>Gone</title>"), "x.json")}, "web page or XML"),
    ],
    ids=["nothing", "inside", "a file of the server", "a page"],
)
def test_what_cannot_be_compared_is_said_with_the_reason(
    editor: Reader, sent: dict[str, Any], said: str
) -> None:
    answer = editor.send("/feed/next", **sent)
    assert answer.status_code == 422
    assert said in _words(answer.text)
