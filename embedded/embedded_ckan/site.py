"""One site: its parts, its configuration and its way from nothing to an answer.

Owns `DATA/ckan.ini`, which begins with the project's shared file and holds the
differences and secrets alone, and the order in which a site comes up. What a
person added to `DATA/ckan.ini` stays; what is the machine's own is written anew.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import secrets
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from embedded_ckan import jars
from embedded_ckan.console import Step, say, step
from embedded_ckan.databases import Database, ensure
from embedded_ckan.home import Home, write_whole
from embedded_ckan.ini import settings, storage_settings, write_settings
from embedded_ckan.postgres import SUPERUSER, Postgres
from embedded_ckan.project import QUIET_VARIABLE, Project
from embedded_ckan.solr import Solr, port_is_free
from embedded_ckan.supervisor import Part, Supervisor, tail
from embedded_ckan.trouble import Trouble
from embedded_ckan.valkey import Valkey


class Site:
    """One project's portal in one data directory."""

    def __init__(self, project: Project, home: Home, port: int) -> None:
        """Name the parts; nothing is made or started yet."""
        self.project = project
        self.home = home
        self.port = port
        self.supervisor = Supervisor(home)
        self.url = f"http://127.0.0.1:{port}"
        self._values = settings(home.ini)
        self.solr: Solr | None = None

    def _secret(self, key: str) -> str:
        """Return a secret of this site, written down before anything depends on it."""
        if key not in self._values:
            self._values[key] = secrets.token_hex(24)
            write_settings(self.home.ini, self._values)
        return self._values[key]

    def up(self, *, empty: bool, servers: bool) -> str | None:
        """Start everything; return the sysadmin's password until it was shown once.

        Args:
            empty: load nothing into a new site.
            servers: leave CKAN's own parts out; its databases are brought up to date.

        Raises:
            Trouble: something does not start; what had started is left for `stop`.
        """
        if not port_is_free(self.port):
            raise Trouble(
                f"Port {self.port} is in use{_holder(self.port)}. "
                "Stop that program or choose another port with --port."
            )
        with step("Solr's jars") as current:
            class_path = jars.fetch(current)
        postgres = Postgres(self.home, self._secret("embedded.superuser"))
        valkey = Valkey(self.home)
        solr = self.solr = Solr(self.home, self.project, class_path)
        databases = self._databases()
        with step("PostgreSQL") as current:
            if postgres.prepare():
                current.note = "new cluster"
            self.supervisor.start(postgres.part())
            with closing(postgres.connect()) as connection:
                ensure(connection, databases)
        with step("Valkey"):
            self.supervisor.start(valkey.part())
        new_index = solr.prepare()
        self._write_ini(postgres, valkey, solr, databases)
        if not self.home.password.exists():
            write_whole(self.home.password, secrets.token_urlsafe(12) + "\n")
        search = _Aside("Solr", lambda: self.supervisor.start(solr.part()))
        with step("Databases and permissions") as current:
            answer = self._prepare(postgres, databases, new_index, current)
        search.join()
        self.home.remember(indexed=True)
        if not servers:
            self._start_site(answer["parts"])
        self.home.remember(port=self.port)
        if not (empty or servers):
            self._load(answer["load"])
        return None if self.home.state.get("password_shown") else self._password()

    def _password(self) -> str:
        return self.home.password.read_text("utf-8").strip()

    def _databases(self) -> list[Database]:
        return [
            Database("ckan", "ckan", self._secret("embedded.ckan_password")),
            Database(
                "datastore",
                "datastore",
                self._secret("embedded.datastore_password"),
                "datastore_reader",
                self._secret("embedded.datastore_reader_password"),
            ),
        ]

    def _write_ini(
        self, postgres: Postgres, valkey: Valkey, solr: Solr, databases: list[Database]
    ) -> None:
        main, store = databases
        secret = self._secret("SECRET_KEY")
        values = self._values | {
            "use": f"config:{self.project.ini_path}",
            "ckan.site_url": self.url,
            "sqlalchemy.url": postgres.url(main.owner, main.password, main.name),
            "ckan.datastore.write_url": postgres.url(store.owner, store.password, store.name),
            "ckan.datastore.read_url": postgres.url(
                store.reader, store.reader_password, store.name
            ),
            "solr_url": solr.url,
            "ckan.redis.url": valkey.url,
            "SECRET_KEY": secret,
            "WTF_CSRF_SECRET_KEY": self._secret("WTF_CSRF_SECRET_KEY"),
            "api_token.jwt.encode.secret": f"string:{secret}",
            "api_token.jwt.decode.secret": f"string:{secret}",
        }
        values |= storage_settings(self.home.storage, self.project.ini_path)
        write_settings(
            self.home.ini,
            values,
            "Written by ./portal up: addresses, folders and secrets of this data directory.",
            "What is not about this machine belongs in the shared file below.",
        )

    def _prepare(
        self, postgres: Postgres, databases: list[Database], new_index: bool, current: Step
    ) -> dict[str, Any]:
        wishes = {
            "superuser": f"host={postgres.socket} user={SUPERUSER} dbname={databases[1].name} "
            f"password={self._values['embedded.superuser']}",
            "parts": self.project.parts,
            "setup": self.project.setup,
            "load": self.project.load_command,
            "password": self._password(),
            "index": new_index,
        }
        status, said = self.supervisor.run(
            self._python("prepare", "embedded_ckan.prepare"), json.dumps(wishes)
        )
        if status:
            log = self.supervisor.log("prepare")
            raise Trouble(
                f"The databases could not be brought up to date; {log} ends:\n{tail(log, 12)}"
            )
        answer: dict[str, Any] = json.loads(said.splitlines()[-1])
        if new_index:
            current.note = "and a new index"
        return answer

    def _start_site(self, extra: list[str]) -> None:
        parts = [
            self.web(),
            self.command_part("worker", ["jobs", "worker"]),
            *(self.command_part(name, self.project.parts[name]) for name in extra),
        ]
        # They load the same code for seconds each: side by side on several cores.
        aside = [_Aside(one.name, lambda one=one: self.supervisor.start(one)) for one in parts]
        for one in aside:
            one.join()

    def web(self) -> Part:
        """Describe the web server."""
        return Part(
            name="web",
            argv=[
                sys.executable, "-m", "gunicorn", self.project.wsgi_entry,
                "--bind", f"127.0.0.1:{self.port}",
                "--config", "python:embedded_ckan.gunicorn_conf",
            ],
            ready=self._answers,
            version=importlib.metadata.version("ckan"),
            port=self.port,
            where=self.url,
            env=environment(self.home.ini),
            cwd=self.project.root,
        )  # fmt: skip

    def command_part(self, name: str, words: list[str]) -> Part:
        """Describe a long-running `ckan` subcommand; it is ready as soon as it runs."""
        return self._python(name, "embedded_ckan.ckan_command", *words)

    def _python(self, name: str, module: str, *words: str) -> Part:
        return Part(
            name=name,
            argv=[sys.executable, "-m", module, *words],
            ready=lambda: True,
            version=importlib.metadata.version("ckan"),
            env=environment(self.home.ini),
            cwd=self.project.root,
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"{self.url}/api/3/action/status_show", timeout=30
            ) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _load(self, possible: object) -> None:
        path = self.project.load_path(self.home.generated)
        if path is None or not possible or self.home.state.get("loaded"):
            return
        if self.project.generate:
            self._generate()
        say(f"  Loading {path}")
        load = self.command_part("load", [*self.project.load_command, str(path)])
        status, _ = self.supervisor.run(
            replace(load, env=load.env | {QUIET_VARIABLE: "1"}), shown=True
        )
        if status:
            say(
                f"{path} was not loaded completely; see above. The next `./portal up` tries again: "
                "what is loaded already is not loaded twice."
            )
        else:
            self.home.remember(loaded=str(path))

    def _generate(self) -> None:
        script = self.project.root / self.project.generate
        writer = Part(
            name="generate",
            argv=[sys.executable, str(script), str(self.home.generated)],
            ready=lambda: True,
            cwd=self.project.root,
        )
        with step(f"Writing what {self.project.generate} makes up"):
            status, _ = self.supervisor.run(writer)
        if status:
            log = self.supervisor.log("generate")
            raise Trouble(f"{self.project.generate} did not succeed; {log} ends:\n{tail(log, 12)}")

    def watch(self, stopped: threading.Event) -> None:
        """Keep the parts running until told to stop; reload Solr when its files change."""
        turn = 0
        while not stopped.wait(0.5):
            self.supervisor.check()
            turn += 1
            if turn % 4 == 0 and self.solr and self.solr.overlay():
                try:
                    self.solr.reload()
                    say("Solr's word lists changed: the core has read them again.")
                except (Trouble, OSError) as trouble:
                    say(str(trouble))


class _Aside:
    """A step that runs beside others and raises in whoever waits for it."""

    def __init__(self, title: str, work: object) -> None:
        self._title = title
        self._work = work
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        current = Step(self._title)
        try:
            self._work()  # type: ignore[operator]
        except BaseException as error:
            self._error = error
        else:
            current.done()

    def join(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error


def environment(ini: Path) -> dict[str, str]:
    """Return the environment of CKAN's processes that use this configuration."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CKAN_")}
    return kept | {"CKAN_INI": str(ini), "PYTHONUNBUFFERED": "1"}


def run_ckan(project: Project, home: Home, words: list[str]) -> int:
    """Run one `ckan` command on a site and return its exit status."""
    return subprocess.run(
        [sys.executable, "-m", "embedded_ckan.ckan_command", *words],
        env=environment(home.ini) | {QUIET_VARIABLE: "1"},
        check=False,
    ).returncode


def _holder(port: int) -> str:
    """Name the program that listens on a port, where the system tells it."""
    import psutil

    try:
        for line in psutil.net_connections("tcp"):
            if line.laddr and line.laddr.port == port and line.status == "LISTEN" and line.pid:
                return f" by {psutil.Process(line.pid).name()} (pid {line.pid})"
    except psutil.Error:
        pass
    return ""
