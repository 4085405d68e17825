"""What people write is shown as text, and runs nowhere.

Puts what would run as a script into every field that takes it, and looks at every page,
feed and data block that shows it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import requests
from embedded_ckan.testing import AnySite, ApiError

from tests.integration import planting
from tests.integration.planting import Planted
from tests.loaded import wait_until_looked_into, wait_until_public
from tests.published import published

# None of these is HTML to the validators, and each would be to a careless template.
TRICKS = (
    "trick\"><svg/onload=trick('1')>",
    "trick' onmouseover='trick(2)' x='",
    "</script><script>trick(3)</script>",
    "{{ trick.__class__ }}{% trick %}",
    "<<script>trick(4)//<</script>",
    "<img src=x onerror=trick(5)",
)
FIELDS = (
    "title",
    "notes",
    "steward_name",
    "known_limits",
    "collection_method",
    "citation",
    "source_system",
    "identifier",
    "access_legal_basis",
)
LEADS_ASTRAY = re.compile(r"\s*(?:javascript|vbscript|data\s*:\s*text)", re.IGNORECASE)


class Running(HTMLParser):
    """Collects what a browser would run of a page, read as a browser reads it."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note scripts in the page, handlers of events, and addresses that are scripts."""
        given = dict(attrs)
        if tag == "script" and "src" not in given and "ld+json" not in (given.get("type") or ""):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            if name.startswith("on") or (
                name in ("href", "src", "action") and LEADS_ASTRAY.match(value or "")
            ):
                self.found.append(f"<{tag} {name}={value}>")


@pytest.fixture(scope="module")
def town(site: AnySite) -> Iterator[Planted]:
    """Two departments, their people, and one public data set."""
    with planting.planted(site, kinds=("public",)) as town:
        yield town


def _accepted(town: Planted, data: dict[str, Any]) -> dict[str, Any] | None:
    """Make a public data set; None where it is refused in words."""
    try:
        return town.ask("editor", "package_create", private=False, **data)
    except ApiError as error:
        assert error.status == 409
        return None


@pytest.mark.parametrize("trick", TRICKS)
def test_what_is_typed_runs_on_no_page(town: Planted, trick: str) -> None:
    """In no field, on no page: refused, or shown as text."""
    data = planting.complete(town.home, "tricky")
    taken = {}
    for field in FIELDS:
        # Each by itself, so that one refusal does not hide another field's carelessness.
        made = _accepted(town, planting.complete(town.home, "try") | {field: trick})
        if made:
            taken[field] = trick
            town.ask("sysadmin", "dataset_purge", id=made["id"])
    made = _accepted(town, data | taken)
    assert made
    file = town.ask(
        "editor",
        "resource_create",
        package_id=made["id"],
        url="https://www.example.gov/x.csv?a=%3Cscript%3E'\"",
        name="Plain",
        format="CSV",
    )
    wait_until_public(town.site, made["id"])
    try:
        for path in (
            f"/dataset/{made['name']}",
            f"/dataset/{made['name']}/resource/{file['id']}",
            f"/dataset/activity/{made['id']}",
            f"/dataset/?q={made['name']}",
            f"/organization/{town.home}",
            "/",
        ):
            page = requests.get(town.site.url + path, timeout=60)
            assert page.status_code == 200, path
            assert Running(page.text).found == [], path
            for block in re.findall(r"<script[^>]*ld\+json[^>]*>(.*?)</script>", page.text, re.S):
                assert json.loads(block), path
        published(town.site)
        for path in ("/data.json", f"/feeds/organization/{town.home}.atom"):
            answer = requests.get(town.site.url + path, timeout=60)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "html" not in answer.headers["Content-Type"]
    finally:
        town.ask("sysadmin", "dataset_purge", id=made["id"])


@pytest.mark.parametrize(
    "notes",
    [
        "[click](javascript:trick(1))",
        "[click](JaVaScRiPt:trick(1))",
        "[click](  javascript:trick(1))",
        "[click](&#106;avascript:trick(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "[click](vbscript:trick(1))",
        "![x](javascript:trick(1))",
        '[click](https://example.gov "x\\" onmouseover=\\"trick(1)")',
        "<javascript:trick(1)>",
        "[a]: javascript:trick(1)\n\n[click][a]",
        "`</code><script>trick(1)</script>`",
    ],
)
def test_a_link_in_markdown_goes_to_the_web_or_nowhere(town: Planted, notes: str) -> None:
    """On the data set's page and the department's."""
    made = _accepted(town, planting.complete(town.home, "linked") | {"notes": notes})
    if made is None:
        return
    try:
        for path in (f"/dataset/{made['name']}", f"/organization/{town.home}"):
            page = requests.get(town.site.url + path, timeout=60).text
            assert Running(page).found == [], path
    finally:
        town.ask("sysadmin", "dataset_purge", id=made["id"])


@pytest.mark.parametrize("query", ["<script>trick(1)</script>", '"><img src=x onerror=trick(1)>'])
def test_what_is_searched_for_is_shown_as_text(site: AnySite, query: str) -> None:
    """In the field, the title, and the address of every facet."""
    for params in ({"q": query}, {"tags": query}, {"organization": query}, {"sort": query}):
        page = requests.get(f"{site.url}/dataset/", params=params, timeout=60)
        assert page.status_code < 500
        assert Running(page.text).found == []


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"]
)
def test_an_uploaded_page_is_saved_and_not_opened(town: Planted, kind: str) -> None:
    """Whatever type the browser claimed for it."""
    ending = {"text/html": "html", "image/svg+xml": "svg"}.get(kind, "xml")
    made = town.site.api(
        "resource_create",
        token=town.token("editor"),
        files={
            "upload": (f"page.{ending}", f"<svg><script>'{kind}'</script></svg>".encode(), kind)
        },
        package_id=town.sets["public"].id,
    )
    try:
        wait_until_looked_into(town.site, made["id"])
        answer = requests.get(made["url"], timeout=60)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    finally:
        town.ask("editor", "resource_delete", id=made["id"])
