"""Forms come from the site's own pages, and every page tells the browser what it may do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from embedded_ckan.testing import AnySite

from tests.integration import doors, planting
from tests.integration.planting import Planted

TOKEN = re.compile(r'name="_csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture(scope="module")
def town(site: AnySite) -> Iterator[Planted]:
    """Two departments, their people, and one public data set."""
    with planting.planted(site, kinds=("public",)) as town:
        yield town


@pytest.fixture(scope="module")
def browser(town: Planted) -> requests.Session:
    """The department's admin, signed in on the page as people do."""
    session = requests.Session()
    login = f"{town.site.url}/user/login"
    page = session.get(login, timeout=60)
    found = TOKEN.search(page.text)
    assert found, "the form to sign in carries a token"
    form = {
        "_csrf_token": found.group(1),
        "login": town.people["admin"].name,
        "password": planting.PASSWORD,
    }
    answer = session.post(login, data=form, timeout=60)
    assert answer.status_code == 200
    assert session.get(f"{town.site.url}/user/me", timeout=60).ok
    assert "/user/_logout" in session.get(town.site.url, timeout=60).text
    return session


def _forms(town: Planted) -> Iterator[str]:
    """Every address that takes a form, filled in for the planted data set."""
    one = town.sets["public"]
    values = {
        "id": one.id,
        "resource_id": one.resource,
        "view_id": "none-such",
        "resource_view_id": "none-such",
        "number": "1",
        "what": "license",
        "token": "none-such",
        "year": "2020",
    }
    for route in doors.count(town.site).routes:
        if "POST" not in route.methods or route.endpoint in doors.NOT_PAGES:
            continue
        kind = route.rule.strip("/").split("/")[0]
        own = {"organization": town.home, "group": town.home}
        own["user"] = town.people["admin"].id
        filling = values | ({"id": own[kind]} if kind in own else {})
        unknown = set(doors.VARIABLE.findall(route.rule)) - set(filling)
        assert not unknown, f"{route.rule}: say here what to put for {unknown}"
        yield doors.VARIABLE.sub("{\\1}", route.rule).format(**filling)


def test_a_form_of_somebody_signed_in_needs_the_pages_token(
    town: Planted, browser: requests.Session
) -> None:
    """Also where a stranger has opened the same page before, which makes CKAN exempt it."""
    before = town.ask("sysadmin", "package_show", id=town.sets["public"].id)
    taken = []
    for address in _forms(town):
        for _ in range(4 if "/edit/" in address else 0):
            requests.get(town.site.url + address, timeout=60, allow_redirects=False)
        answer = browser.post(
            town.site.url + address,
            data={"title": "Mine", "name": "mine", "delete": "yes", "save": ""},
            timeout=60,
            allow_redirects=False,
        )
        if answer.status_code not in (400, 403, 404, 405):
            taken.append(f"{address}: {answer.status_code}")
    assert not taken, "\n".join(taken)
    assert town.ask("sysadmin", "package_show", id=town.sets["public"].id) == before


def test_the_api_takes_no_change_by_cookie_alone(town: Planted, browser: requests.Session) -> None:
    """A page of somebody else's must not use a steward's browser to write."""
    one = town.sets["public"]
    answer = browser.post(
        f"{town.site.url}/api/3/action/package_patch",
        json={"id": one.id, "title": "Mine"},
        timeout=60,
    )
    assert answer.status_code in (400, 403)
    assert town.ask("nobody", "package_show", id=one.id)["title"] != "Mine"


def test_a_form_with_its_token_is_taken(town: Planted, browser: requests.Session) -> None:
    """Otherwise the refusals would prove nothing."""
    address = f"{town.site.url}/organization/edit/{town.away}"
    assert browser.get(address, timeout=60).status_code == 403
    page = browser.get(f"{town.site.url}/user/edit", timeout=60)
    found = TOKEN.search(page.text)
    assert found
    person = town.people["admin"]
    form = {"_csrf_token": found.group(1), "name": person.name, "fullname": "Changed", "save": ""}
    form["email"] = person.email
    answer = browser.post(f"{town.site.url}/user/edit", data=form, timeout=60)
    assert answer.status_code == 200
    assert town.ask("admin", "user_show", id=person.id)["fullname"] == "Changed"


def test_no_page_of_an_account_asks_another_site_for_a_face(
    town: Planted, browser: requests.Session
) -> None:
    """Which would tell that site who works for the city."""
    for path in (f"/user/{town.people['admin'].name}", f"/organization/members/{town.home}"):
        page = browser.get(town.site.url + path, timeout=60)
        assert page.status_code == 200
        assert "gravatar.com" not in page.text


PAGES = ("/", "/dataset/", "/organization/", "/user/login", "/about", "/no-such-page")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_what_the_browser_may_do(site: AnySite, path: str) -> None:
    """No guessing of types, no frames of strangers, no scripts from elsewhere or in the page."""
    answer = requests.get(site.url + path, timeout=60)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    rules = dict(
        rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";")
    )
    assert rules["script-src"] == "'self'"
    assert rules["frame-ancestors"] == "'self'"
    assert rules["object-src"] == "'none'"
    assert rules["form-action"] == "'self'"
    # What the page holds obeys its own rule.
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)[^>]*>", answer.text)
    assert not scripts
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", answer.text)


def test_the_api_and_files_are_not_guessed_at(town: Planted) -> None:
    """The answer of a program, and what somebody uploaded."""
    one = town.sets["public"]
    for path in (
        "/api/3/action/status_show",
        "/data.json",
        f"/dataset/{one.id}/resource/{one.resource}/download/{one.filename}",
    ):
        answer = requests.get(town.site.url + path, timeout=60)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    assert "attachment" in answer.headers["Content-Disposition"]
