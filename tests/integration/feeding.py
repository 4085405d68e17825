"""A feed of its own for a test: a database, a folder, and records written into it directly.

Owns the database and what stands in it. Records are small: what is in them is the mappings'
concern, what becomes of them is the publisher's. CKAN of this process works on that database
while a test has it, so that publications are the site's own in every step.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from embedded_ckan.testing import RunningSite

from tests.integration.inside import Inside

NAME = "ckan_of_feeds"
TABLES = ("record", "withdrawal", "snapshot", "change", "baseline", "state")


def identifier(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012}"


class Feeding:
    """The feed's tables and its folder.

    Attributes:
        engine: of the database
        folder: where the feed is published
    """

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        """Begin with nothing."""
        self.engine = engine
        self.folder = folder
        self.begin()

    def begin(self) -> None:
        """Empty tables and folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        tables = ", ".join(f"independence_feed_{name}" for name in TABLES)
        self.sql(f"TRUNCATE {tables}, independence_catalog_owed")
        self.sql("ALTER SEQUENCE independence_feed_change_number_seq RESTART")

    def sql(self, statement: str, **values: Any) -> list[Any]:
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(statement), values)
            return list(result) if result.returns_rows else []

    def save(
        self, number: int, title: str = "Lamps", languages: str = "1.1 3.0", **more: Any
    ) -> None:
        """Do what a save does: write the records of a data set."""
        for language in languages.split():
            self.record(language, "dataset", "dataset", number, title, **more)

    def record(
        self,
        language: str,
        kind: str,
        section: str,
        number: int,
        title: str = "Lamps",
        department: str = "streets",
        package: str = "",
        **more: Any,
    ) -> None:
        from ckanext.independence.feed import canonical

        body = canonical.encode({"identifier": identifier(number), "title": title, **more})
        self.sql(
            "INSERT INTO independence_feed_record (language, kind, key, section, identifier,"
            " package_id, department, title, body, hash, valid, dialect) VALUES (:language, :kind,"
            " :key, :section, :identifier, :package, :department, :title, :body, :hash, true, 'x')"
            " ON CONFLICT (language, kind, key) DO UPDATE SET body = excluded.body,"
            " hash = excluded.hash, title = excluded.title, standing = 'listed',"
            " department = excluded.department",
            language=language,
            kind=kind,
            key=str(number),
            section=section,
            identifier=identifier(number),
            package=package or str(number),
            department=department,
            title=title,
            body=body.decode(),
            hash=canonical.digest(body),
        )

    def withdraw(self, *numbers: int, reason: str = "retired") -> None:
        """Do what a withdrawal does."""
        for number in numbers:
            self.sql(
                "UPDATE independence_feed_record SET standing = 'withdrawn' WHERE package_id = :id",
                id=str(number),
            )
            self.sql(
                "INSERT INTO independence_feed_withdrawal (kind, key, identifier, title, reason)"
                " SELECT DISTINCT kind, key, identifier, title, :reason"
                " FROM independence_feed_record WHERE package_id = :id",
                id=str(number),
                reason=reason,
            )

    def publish(self) -> int | None:
        from ckan import model
        from ckanext.independence.feed import publisher

        try:
            return publisher.publish()
        finally:
            model.Session.remove()

    def served(self, name: str = "data.json", array: str = "dataset") -> dict[int, str]:
        """Return what is served, as anybody reads it: titles by number."""
        content = (self.folder / "current" / name).read_bytes()
        records = json.loads(content)[array]
        served = {int(one["identifier"][-12:]): one["title"] for one in records}
        assert len(served) == len(records), "nothing is in it twice"
        assert list(served) == sorted(served)
        return served

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Return the served files' bytes and times, without what is for the publisher alone."""
        current = self.folder / "current"
        return {
            str(path.relative_to(current)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted(current.rglob("*"))
            if path.is_file() and "inside" not in path.parts and path.name != "manifest.json"
        }

    def published_hashes_are_right(self) -> None:
        """What the database believes to be served is what is served."""
        from ckanext.independence.feed import canonical

        told = {
            (row.language, row.identifier): row.published_hash
            for row in self.sql(
                "SELECT language, identifier, published_hash FROM independence_feed_record"
                " WHERE section = 'dataset'"
            )
        }
        served = {}
        for language, name in (("1.1", "data.json"), ("3.0", "dcat-us/3.0.json")):
            for record in orjson.loads((self.folder / "current" / name).read_bytes())["dataset"]:
                body = canonical.encode(record)
                served[language, record["identifier"]] = canonical.digest(body)
        assert told == {one: served.get(one) for one in told}

    def in_another_process(self, work: Callable[[], Any]) -> int:
        """Do it in a process of its own; return how that ended (minus the signal, or its code)."""
        child = os.fork()
        if child == 0:
            code = 1
            try:
                from ckan import model

                model.meta.engine.dispose(close=False)
                model.Session.remove()
                work()
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)


def die(*_: Any, **__: Any) -> None:
    """Be killed as by the system: no cleaning up, no goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def database(site: RunningSite, inside: Inside) -> Iterator[sa.Engine]:
    """Let CKAN of this process work on an empty database of its own."""
    import ckan.plugins.toolkit as tk
    from ckan import model

    superuser = site.postgres.connect()
    cursor = superuser.cursor()
    cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
    cursor.execute(f"CREATE DATABASE {NAME} OWNER ckan TEMPLATE ckan{site.template}")
    before = model.meta.engine
    url = sa.engine.make_url(tk.config["sqlalchemy.url"]).set(database=NAME)
    engine = sa.create_engine(url)
    model.Session.remove()
    model.init_model(engine)
    try:
        yield engine
    finally:
        model.Session.remove()
        engine.dispose()
        model.init_model(before)
        cursor.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        superuser.close()


@contextmanager
def feeding(engine: sa.Engine, inside: Inside, folder: Path) -> Iterator[Feeding]:
    """Lend empty tables and an empty folder."""
    from ckan import model

    model.Session.remove()
    with inside.settings({"ckanext.independence.feed.folder": str(folder)}):
        yield Feeding(engine, folder)
    model.Session.remove()
    shutil.rmtree(folder, ignore_errors=True)
