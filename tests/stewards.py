"""People who publish, for tests of the forms: an office with an editor, and one elsewhere.

Owns their accounts and departments, signing in as a browser does, and taking all of it away.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import requests
from embedded_ckan.testing import AnySite

PASSWORD = "Not-a-secret-2026"
CSRF = re.compile(r'<input[^>]* name="_csrf_token"[^>]* value="([^"]+)"')

COMPLETE: dict[str, Any] = {
    "notes": "Every tree that the city planted, with kind and place.",
    "tag_string": "trees, streets",
    "steward_name": "Forestry desk",
    "steward_email": "trees@independencemo.example",
    "data_modified": "2026-09-14",
    "access_level": "public",
    "license_id": "cc-zero",
    "privacy_reviewer": "Open data coordinator",
    "privacy_review_date": (dt.date.today() - dt.timedelta(days=30)).isoformat(),
    "privacy_review_outcome": "no-personal-information",
}


@cache
def asked_link(site: AnySite) -> dict[str, str]:
    """Return a linked file of which the portal knows already what there is to know."""
    link = {"name": "Trees", "url": f"https://{secrets.token_hex(4)}.example.invalid/trees.csv"}
    made = site.api(
        "package_create",
        token=site.admin_token,
        title="Asked for once",
        owner_org="community-development",
        private=False,
        resources=[link],
        **COMPLETE,
    )
    until = time.monotonic() + 180
    while site.api("package_show", token=site.admin_token, id=made["id"])["private"]:
        assert time.monotonic() < until, "nobody asked for the link"
        time.sleep(0.2)
    site.api("dataset_purge", token=site.admin_token, id=made["id"])
    return link


class Visitor:
    """Somebody with a browser that runs no scripts."""

    def __init__(self, site: AnySite, name: str = "") -> None:
        """Sign in, where a name is given."""
        self._site = site
        self._session = requests.Session()
        if name:
            answer = self.post("/user/login", login=name, password=PASSWORD)
            assert answer.status_code == 200 and "/user/login" not in answer.url, "signed in"

    def get(self, path: str, follow: bool = True) -> requests.Response:
        """Open an address."""
        return self._session.get(self._site.url + path, allow_redirects=follow, timeout=60)

    def post(
        self, path: str, *, token: bool = True, files: dict[str, Any] | None = None, **data: Any
    ) -> requests.Response:
        """Send a form to an address, with the token of the form that stands there."""
        if token:
            found = CSRF.search(self.get(path).text)
            assert found, f"{path} holds a form with a token"
            data["_csrf_token"] = found[1]
        return self._session.post(self._site.url + path, data=data, files=files, timeout=60)

    def cookies(self) -> dict[str, str]:
        """Return what a browser would keep of the visit."""
        return self._session.cookies.get_dict()


@dataclass
class Office:
    """A department with people.

    Attributes:
        department: its name, and `id` its id.
        editor: name of the account that may publish in it.
        stranger: name of an editor of another department.
    """

    site: AnySite
    department: str
    title: str
    id: str = ""
    elsewhere: str = ""
    editor: str = ""
    stranger: str = ""
    made: list[str] = field(default_factory=list)

    def data_set(self, **values: Any) -> dict[str, Any]:
        """Make a data set of this office, a draft with a title unless said otherwise.

        One that is to be public has a link, which was asked for before: it waits for nothing.
        """
        values = {"title": f"Trees {secrets.token_hex(4)}", "owner_org": self.department} | values
        if values.get("private") is False:
            values = {"resources": [asked_link(self.site)]} | values
        made = self.site.api("package_create", token=self.site.admin_token, **values)
        self.made.append(made["id"])
        return made

    def show(self, name: str) -> dict[str, Any]:
        """Return a data set as it is stored."""
        return self.site.api("package_show", token=self.site.admin_token, id=name)


@contextmanager
def office(site: AnySite) -> Iterator[Office]:
    """Open an office, and close it with everything that was made in it."""
    nonce = secrets.token_hex(4)
    admin = site.admin_token
    made = Office(site, f"forestry-{nonce}", f"Forestry {nonce}", elsewhere=f"harbor-{nonce}")
    made.id = site.api("organization_create", token=admin, name=made.department, title=made.title)[
        "id"
    ]
    site.api("organization_create", token=admin, name=made.elsewhere, title=f"Harbor {nonce}")
    try:
        made.editor = _editor(site, f"forester-{nonce}", made.department)
        made.stranger = _editor(site, f"harbormaster-{nonce}", made.elsewhere)
        yield made
    finally:
        for name in (made.department, made.elsewhere):
            _close(site, name)
        for name in filter(None, (made.editor, made.stranger)):
            site.api("user_delete", token=admin, id=name)


def _editor(site: AnySite, name: str, department: str) -> str:
    admin = site.admin_token
    site.api(
        "user_create",
        token=admin,
        name=name,
        email=f"{name}@independencemo.example",
        password=PASSWORD,
    )
    site.api("organization_member_create", token=admin, id=department, username=name, role="editor")
    return name


def _close(site: AnySite, department: str) -> None:
    admin = site.admin_token
    own = {"owner_org": site.api("organization_show", token=admin, id=department)["id"]}
    listed = site.api(
        "package_search",
        token=admin,
        fq=f'owner_org:"{own["owner_org"]}" +state:*',
        include_private=True,
        include_drafts=True,
        include_deleted=True,
        rows=1000,
    )
    for one in listed["results"]:
        site.api("dataset_purge", token=admin, id=one["id"])
    site.api("organization_purge", token=admin, id=department)


def fields(page: str) -> dict[str, str]:
    """Read what the text fields of a page hold, by name."""
    held = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and 'type="hidden"' not in tag:
            held.setdefault(name[1], html.unescape(value[1]) if value else "")
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL
    ):
        held[name] = html.unescape(text)
    return held


def errors(page: str) -> dict[str, str]:
    """Read the errors that stand at the fields of a page, by the field's name."""
    found = re.findall(r'id="field-([\w-]+)-error">(.*?)</p>', page, re.DOTALL)
    return {name: " ".join(_plain(text).replace("Error: ", "", 1).split()) for name, text in found}


def listed(page: str) -> list[str]:
    """Read the lines of the list of problems on top of a page."""
    box = re.search(r'<div class="problems".*?</ul>', page, re.DOTALL)
    return (
        [_plain(line) for line in re.findall(r"<li>(.*?)</li>", box[0], re.DOTALL)] if box else []
    )


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", text)).strip()
