"""Bring one site's databases up to its code: run as a process of its own, with CKAN loaded.

Owns the migrations of CKAN and of every plugin, the DataStore's permissions,
the first sysadmin, and filling an index that is new. Every step may be repeated.

Called as `python -m embedded_ckan.prepare` with CKAN_INI set; prints one JSON
object on the last line: which of the project's subcommands the plugins have.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
from typing import Any

import click
import psycopg2
import pylibmagic  # noqa: F401
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

ADMIN, EMAIL = "admin", "admin@localhost"


def main() -> None:
    """Do what is to be done, in order."""
    wishes = json.loads(sys.stdin.read())
    app = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    with app._wsgi_app.test_request_context():
        _migrate()
        _datastore_permissions(wishes["superuser"])
        answer: dict[str, Any] = {
            "parts": [name for name, words in wishes["parts"].items() if _has_command(words)],
            "load": bool(wishes["load"]) and _has_command(wishes["load"]),
        }
        _sysadmin(wishes["password"])
        if wishes["setup"] or wishes["index"]:
            _wait_for_search()
        for words in wishes["setup"]:
            _run(words)
        if wishes["index"]:
            _index()
    print(json.dumps(answer))


def _migrate() -> None:
    from ckan import model
    from ckan.cli.db import _get_pending_plugins, _run_migrations
    from ckan.common import config

    model.repo.upgrade_db("head")
    # A plugin that is listed before another may need the other's tables.
    pending = _get_pending_plugins()
    for plugin in [*reversed(config["ckan.plugins"])]:
        if plugin in pending:
            _run_migrations(plugin)
    model.Session.remove()


def _datastore_permissions(superuser_dsn: str) -> None:
    from ckan import model, plugins
    from ckanext.datastore.cli import permissions_sql

    if not plugins.plugin_loaded("datastore"):
        return
    main_db = model.parse_db_config("sqlalchemy.url") or {}
    write = model.parse_db_config("ckan.datastore.write_url") or {}
    read = model.parse_db_config("ckan.datastore.read_url") or {}
    script = permissions_sql(
        maindb=main_db["db_name"],
        datastoredb=write["db_name"],
        mainuser=main_db["db_user"],
        writeuser=write["db_user"],
        readuser=read["db_user"],
    )
    # `\connect` is psql's, not SQL; the connection is to that database already.
    script = "\n".join(line for line in script.splitlines() if not line.startswith("\\connect"))
    connection = psycopg2.connect(superuser_dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(script)
    finally:
        connection.close()


def _sysadmin(password: str) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk

    if model.User.get(ADMIN) is not None:
        return
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    tk.get_action("user_create")(
        {"ignore_auth": True, "user": site_user["name"]},
        {"name": ADMIN, "email": EMAIL, "password": password},
    )
    user = model.User.get(ADMIN)
    user.sysadmin = True
    model.repo.commit_and_remove()


def _run(words: list[str]) -> None:
    command = _command(words)
    if command is None:
        raise SystemExit(f"[tool.portal] names a `setup` that no plugin has: {' '.join(words)}")
    command.main([], prog_name=" ".join(words), standalone_mode=False)


def _has_command(words: list[str]) -> bool:
    return _command(words) is not None


def _command(words: list[str]) -> click.Command | None:
    from ckan.cli.cli import ckan as group
    from ckan.plugins import IClick, PluginImplementations

    known: dict[str | None, click.Command] = dict(group.commands)
    for plugin in PluginImplementations(IClick):
        known |= {command.name: command for command in plugin.get_commands()}
    found: click.Command | None = known.get(words[0])
    for word in words[1:]:
        if not isinstance(found, click.Group):
            # What follows a command are its arguments.
            return found
        found = found.commands.get(word)
    return found


def _wait_for_search() -> None:
    """Wait for Solr, which starts beside this."""
    from ckan.common import config

    until = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(f"{config['solr_url']}/select?q=*:*&rows=0", timeout=5):
                break
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _index() -> None:
    from ckan.lib.search import rebuild

    rebuild(clear=True, force=True, quiet=True)


if __name__ == "__main__":
    main()
