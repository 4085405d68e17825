"""Which department a publisher is.

Owns the finding (by a mapping, or by a department's name, code or title) and, on request,
the making. It never guesses: a publisher that is no department is the record's failure,
unless the person who loads named a department for such records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from .. import departments
from ..reading.slugs import slug


class NoHome(Exception):
    """A record has no department; the message says what to do."""


class Homes:
    """The departments of the site, as one load sees them."""

    def __init__(self, *, make: bool, dry_run: bool) -> None:
        """Read the departments.

        Args:
            make: whether a publisher that is none becomes one
            dry_run: whether making one is only noted
        """
        self._make = make
        self._dry_run = dry_run
        self._known: dict[str, str] = {}
        self._mapping: dict[str, str] = {}
        self._default: str | None = None
        self.made: list[str] = []
        rows = model.Session.query(model.Group).filter(
            model.Group.is_organization, model.Group.state == model.State.ACTIVE
        )
        for group in rows.order_by(model.Group.name.desc()):
            for word in (group.title, group.extras.get("code"), group.name):
                if word:
                    self._known[_key(word)] = group.id

    def follow(self, mapping: Mapping[str, str], default: str | None) -> None:
        """Take what the person who loads says of publishers.

        Args:
            mapping: publisher to the name, code or title of a department
            default: the department of records whose publisher is none

        Raises:
            NoHome: ``default`` does not exist
        """
        self._mapping = {_key(publisher): home for publisher, home in mapping.items()}
        self._default = self._find(default)
        if default and not self._default:
            raise NoHome(f"There is no department {default!r}. {self._advice()}")

    def ensure(self, wanted: dict[str, Any]) -> None:
        """Make a department of the manifest, or correct it.

        Raises:
            ValidationError: a value of it is wrong.
        """
        known = self._find(wanted["name"])
        if self._dry_run:
            if not known:
                self._add(wanted, wanted["name"])
            return
        if departments.ensure(wanted) == "made":
            self.made.append(wanted["title"])
        self._add(wanted, model.Group.get(wanted["name"]).id, note=False)

    def find(self, publisher: str | None) -> str:
        """Return the id of a publisher's department.

        Raises:
            NoHome: it is none.
        """
        mapped = self._mapping.get(_key(publisher)) if publisher else None
        found = self._find(mapped or publisher)
        if found:
            return found
        if mapped:
            raise NoHome(
                f"The mapping gives {publisher!r} the department {mapped!r}, which is none. "
                + self._advice()
            )
        if publisher and self._make:
            wanted = {"name": slug(publisher), "title": publisher}
            if not self._dry_run:
                wanted["id"] = tk.get_action("organization_create")(
                    {"ignore_auth": True, "user": site_user().name}, dict(wanted)
                )["id"]
            self._add(wanted, wanted.get("id", wanted["name"]))
            return self._known[_key(publisher)]
        if self._default:
            return self._default
        if not publisher:
            raise NoHome("It names no publisher. Give a department for such records.")
        raise NoHome(
            f"{publisher!r} is no department here. Map it to one, give a department for such "
            "records, or have departments made."
        )

    def _find(self, word: str | None) -> str | None:
        return self._known.get(_key(word)) if word else None

    def _add(self, wanted: Mapping[str, Any], id_: str, *, note: bool = True) -> None:
        for field in ("title", "code", "name"):
            if wanted.get(field):
                self._known[_key(wanted[field])] = id_
        if note:
            self.made.append(wanted["title"])

    def _advice(self) -> str:
        names = sorted(
            name
            for (name,) in model.Session.query(model.Group.name).filter_by(is_organization=True)
        )
        return f"There are {', '.join(names)}." if names else "There are none yet."


def site_user() -> Any:
    """Return the account in whose name the portal itself acts."""
    name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return model.User.get(name)


def _key(word: str) -> str:
    return " ".join(word.split()).casefold()
