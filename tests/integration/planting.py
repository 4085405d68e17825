"""What the tests of visibility and permission plant on a site, and take away again.

Owns two departments with people in each role, data sets of each hidden state that carry
marker words in every text, one public data set beside them, and their complete removal.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from embedded_ckan.testing import AnySite, ApiError

from tests.loaded import wait_until_looked_into

HIDDEN = ("private", "draft", "deleted", "withdrawn")
PASSWORD = "Not-a-secret-2026"
# role: department, CKAN's role in it
PEOPLE: dict[str, tuple[str, str] | None] = {
    "user without a department": None,
    "editor elsewhere": ("away", "editor"),
    "admin elsewhere": ("away", "admin"),
    "member": ("home", "member"),
    "editor": ("home", "editor"),
    "admin": ("home", "admin"),
}
OUTSIDERS = ("nobody", "user without a department", "editor elsewhere", "admin elsewhere")
NOT_STAFF = ("nobody", "user without a department")


@dataclass(frozen=True)
class Person:
    """An account: what must not be told of it, and its token."""

    id: str
    name: str
    fullname: str
    email: str
    token: str

    @property
    def words(self) -> tuple[str, ...]:
        """By what the account would be recognised."""
        return (self.name, self.fullname, self.email)


@dataclass(frozen=True)
class Hidden:
    """A planted data set: its ids, and the words that stand in all its texts."""

    kind: str
    marker: str
    id: str
    name: str
    resource: str
    filename: str
    tag: str


@dataclass
class Planted:
    """Everything that was planted.

    Attributes:
        home: name of the department to which the data sets belong.
        away: name of another department.
        word: a word that stands in the text of each data set, and in no other's.
        people: by role, as in ``PEOPLE``.
        sets: by kind: those of ``HIDDEN``, and "public".
    """

    site: AnySite
    home: str
    away: str
    word: str
    people: dict[str, Person] = field(default_factory=dict)
    sets: dict[str, Hidden] = field(default_factory=dict)

    def token(self, role: str) -> str | None:
        """The token of a role; None for "nobody"."""
        if role == "sysadmin":
            return self.site.admin_token
        return None if role == "nobody" else self.people[role].token

    def version(self, kind: str) -> int:
        """The version that the file of a data set of this kind serves."""
        shown = self.ask("sysadmin", "independence_content_state_show", id=self.sets[kind].resource)
        return int(shown["served_version"])

    def ask(self, role: str, action: str, /, **data: Any) -> Any:
        """Call an action as somebody in a role, with any names of arguments.

        Raises:
            ApiError: CKAN refused.
        """
        token = self.token(role)
        answer = requests.post(
            f"{self.site.url}/api/3/action/{action}",
            json=data,
            headers={"Authorization": token} if token else {},
            timeout=120,
        )
        try:
            body = answer.json()
        except requests.JSONDecodeError:
            raise ApiError(action, answer.status_code, answer.text[:2000]) from None
        if not isinstance(body, dict) or not body.get("success"):
            error = body.get("error") if isinstance(body, dict) else body
            raise ApiError(action, answer.status_code, error)
        return body["result"]

    def hidden(self) -> list[Hidden]:
        """The data sets that nobody outside their department may see."""
        return [self.sets[kind] for kind in HIDDEN]


def complete(department: str, marker: str, word: str = "") -> dict[str, Any]:
    """All fields that a public data set needs, with a marker word in each text."""
    return {
        "title": f"Title {marker}",
        "notes": f"Notes {marker} with **more** words {word}",
        "owner_org": department,
        "tag_string": f"tag-{marker}, second {marker}",
        "steward_name": f"Steward {marker}",
        "steward_email": f"{marker}@steward.example.com",
        "steward_phone": "816-555-0100",
        "license_id": "cc-zero",
        "privacy_reviewer": f"Reviewer {marker}",
        "privacy_review_date": (dt.date.today() - dt.timedelta(days=30)).isoformat(),
        "privacy_review_outcome": "no-personal-information",
        "access_level": "public",
        "data_modified": "2026-01-31",
        "update_frequency": "R/P1M",
        "source_system": f"System {marker}",
        "collection_method": f"Method {marker}",
        "known_limits": f"Limits {marker}",
        "citation": f"Citation {marker}",
        "series": f"series-{marker}",
        "landing_page": f"https://www.example.gov/{marker}",
        "references": [f"https://www.example.gov/reference/{marker}"],
    }


@contextmanager
def planted(site: AnySite, kinds: tuple[str, ...] = (*HIDDEN, "public")) -> Iterator[Planted]:
    """Plant data sets of these kinds on a site, and purge all afterwards, whatever happened."""
    nonce = secrets.token_hex(4)
    town = Planted(site, home=f"home-{nonce}", away=f"away-{nonce}", word=f"wordy{nonce}")
    try:
        _plant(town, nonce, kinds)
        yield town
    finally:
        _purge(town)


def _plant(town: Planted, nonce: str, kinds: tuple[str, ...]) -> None:
    admin = town.site.admin_token
    for name in (town.home, town.away):
        town.site.api("organization_create", token=admin, name=name, title=f"Office {name}")
    for number, (role, place) in enumerate(PEOPLE.items()):
        town.people[role] = _person(town, role, place, f"acct{number}{nonce}")
    for kind in kinds:
        town.sets[kind] = _data_set(town, kind, nonce)
        town.ask("editor", "follow_dataset", id=town.sets[kind].id)


def _person(town: Planted, role: str, place: tuple[str, str] | None, name: str) -> Person:
    admin = town.site.admin_token
    fullname, email = f"Fullname {name[::-1]}", f"{name}@staff.example.com"
    made = town.site.api(
        "user_create", token=admin, name=name, fullname=fullname, email=email, password=PASSWORD
    )
    if place:
        home = town.home if place[0] == "home" else town.away
        town.site.api(
            "organization_member_create", token=admin, id=home, username=name, role=place[1]
        )
    token = town.site.api("api_token_create", token=admin, user=name, name="walk")["token"]
    return Person(made["id"], name, fullname, email, token)


def _data_set(town: Planted, kind: str, nonce: str) -> Hidden:
    marker = f"zq{kind}{nonce}"
    shown = kind in ("public", "withdrawn")
    made = town.ask(
        "editor",
        "package_create",
        name=f"walk-{kind}-{nonce}",
        private=True,
        state="draft" if kind == "draft" else "active",
        **complete(town.home, marker, town.word),
    )
    filename = f"{marker}.csv"
    rows = f"name,column {marker},count\nfirst,value {marker},1\n"
    resource = town.site.api(
        "resource_create",
        token=town.token("editor"),
        files={"upload": (filename, rows.encode(), "text/csv")},
        package_id=made["id"],
        name=f"File {marker}",
        description=f"Holds {marker}",
        format=f"CSV{nonce}" if kind != "public" else "CSV",
    )
    wait_until_looked_into(town.site, resource["id"])
    if shown:
        # It is judged by now, and public at once.
        town.ask("editor", "package_patch", id=made["id"], private=False)
    if kind == "draft":
        # A file makes CKAN take a draft for finished.
        town.ask("sysadmin", "package_patch", id=made["id"], state="draft")
    elif kind == "deleted":
        town.ask("editor", "package_delete", id=made["id"])
    elif kind == "withdrawn":
        town.ask(
            "editor", "independence_catalog_dataset_withdraw", id=made["id"], reason="protected"
        )
    return Hidden(
        kind,
        marker,
        made["id"],
        made["name"],
        resource["id"],
        filename,
        f"tag-{marker}",
    )


def _purge(town: Planted) -> None:
    admin = town.site.admin_token
    for one in town.sets.values():
        _quietly(town, "dataset_purge", id=one.id)
    leftovers = town.site.api(
        "package_search",
        token=admin,
        fq=f"organization:({town.home} OR {town.away})",
        include_private=True,
        include_drafts=True,
        include_deleted=True,
        rows=1000,
    )
    for left in leftovers["results"]:
        _quietly(town, "dataset_purge", id=left["id"])
    for name in (town.home, town.away):
        _quietly(town, "organization_purge", id=name)
    for person in town.people.values():
        _quietly(town, "user_delete", id=person.id)


def _quietly(town: Planted, action: str, **data: Any) -> None:
    try:
        town.site.api(action, token=town.site.admin_token, **data)
    except ApiError as error:
        # What a failed planting never made is not there to be removed.
        if error.status != 404:
            raise
