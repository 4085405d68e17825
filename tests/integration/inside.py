"""CKAN itself, loaded into the test process: for tests of what no address shows.

Owns the loading, acting as the sysadmin, and short ways to data sets and files. The site
behind it is a blank one of its own, so that no worker and no clock does what a test is
about to do.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from embedded_ckan.site import environment, settings
from embedded_ckan.testing import BlankSite, RunningSite

# One of those that config/city.yaml brings.
DEPARTMENT = "community-development"


class Inside:
    """A blank site and the CKAN of this process that works on it."""

    def __init__(self, servers: RunningSite, blank: BlankSite) -> None:
        """Load CKAN with the settings of a blank site."""
        import pylibmagic  # noqa: F401 -- brings the library that CKAN's import looks for
        from ckan.cli import CKANConfigLoader
        from ckan.config.middleware import make_app

        self.ini = blank.ini
        core = settings(blank.ini)["solr_url"].rpartition("/")[2]
        self.solr_conf = servers.data / "solr" / core / "conf"
        os.environ.update(environment(blank.ini))
        self.app = make_app(CKANConfigLoader(str(blank.ini)).get_config())
        self.client = self.app.test_client()

    def act(self, action: str, **data: Any) -> Any:
        """Do as the sysadmin does."""
        import ckan.plugins.toolkit as tk
        from ckan import model

        try:
            return tk.get_action(action)({"user": "admin", "ignore_auth": True}, data)
        finally:
            model.Session.remove()

    def make_table(self, resource_id: str, **values: Any) -> None:
        """Make a table without a file, which nobody can but the load and streamed resources."""
        import ckan.plugins.toolkit as tk
        from ckan import model

        context = {"user": "admin", "ignore_auth": True, "independence_content_declaring": True}
        tk.get_action("datastore_create")(
            context, {"resource_id": resource_id, "force": True, **values}
        )
        model.Session.remove()
        self.work()

    def dataset(self, **values: Any) -> dict[str, Any]:
        """Make a data set that is public."""
        whole = {
            "title": f"Street lamps {uuid4().hex[:8]}",
            "notes": "Every lamp in the city.",
            "tags": [{"name": "lamps"}],
            "owner_org": DEPARTMENT,
            "steward_name": "Street desk",
            "steward_email": "streets@independencemo.example",
            "data_modified": "2026-09-14",
            "private": False,
        }
        made: dict[str, Any] = self.act("package_create", **(whole | values))
        return made

    def upload(
        self, name: str, content: bytes, /, looked_into: bool = True, **values: Any
    ) -> dict[str, Any]:
        """Give a resource a file: a new one, or with ``id`` another file to one that exists.

        Without ``looked_into`` it stays as it is before a worker has looked into the file.
        """
        from werkzeug.datastructures import FileStorage

        action = "resource_patch" if "id" in values else "resource_create"
        file = FileStorage(io.BytesIO(content), filename=name)
        made: dict[str, Any] = self.act(action, upload=file, **({"name": "Lamps"} | values))
        if not looked_into:
            return made
        self.work()
        shown: dict[str, Any] = self.act("resource_show", id=made["id"])
        return shown

    def work(self) -> None:
        """Do what is owed, as the workers do."""
        from ckan import model
        from ckanext.independence.catalog import owed

        owed.work()
        model.Session.remove()

    def feed(self, name: str = "data.json") -> dict[str, Any]:
        """Do what is owed, publish what has changed, and return a feed as it lies on disk."""
        import json

        from ckan import model
        from ckanext.independence.feed import publisher

        self.work()
        publisher.publish()
        model.Session.remove()
        read: dict[str, Any] = json.loads((publisher.folder() / "current" / name).read_bytes())
        return read

    def get(self, url: str, **headers: str) -> Any:
        """Fetch an address of the site as the public."""
        return self.client.get("/" + url.split("/", 3)[3], headers=headers)

    @contextmanager
    def settings(self, values: dict[str, Any]) -> Iterator[None]:
        """Run with other settings."""
        import ckan.plugins.toolkit as tk

        before = {key: tk.config[key] for key in values}
        tk.config.update(values)
        try:
            yield
        finally:
            tk.config.update(before)

    def leave(self) -> None:
        """Let go of the databases, so that they can be dropped."""
        from ckan import model
        from ckanext.datastore.backend.postgres import DatastorePostgresqlBackend

        model.Session.remove()
        model.meta.engine.dispose()
        DatastorePostgresqlBackend().before_fork()
