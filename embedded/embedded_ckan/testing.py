"""Sites of their own for a test run, beside whatever else runs on the machine.

Owns starting one in a temporary folder with free ports, blank copies of it on
the same servers, talking to them as programs do, and leaving nothing behind.
Tests see a site as a stranger would: over HTTP, and through CKAN's command line.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from psycopg2 import sql

from embedded_ckan.core import NAME as CORE
from embedded_ckan.home import Home
from embedded_ckan.ini import settings, storage_settings, write_settings
from embedded_ckan.postgres import SUPERUSER, Postgres
from embedded_ckan.project import DATA_VARIABLE, OWNER_VARIABLE, ROOT_VARIABLE, Project
from embedded_ckan.site import environment
from embedded_ckan.solr import free_port

TEMPLATE = "blank"
BOOT = 180.0  # seconds


class ApiError(Exception):
    """An action that was refused.

    Attributes:
        status: the HTTP status.
        error: CKAN's error dictionary: by field, with `__type`.
    """

    def __init__(self, action: str, status: int, error: Any) -> None:
        """Keep what CKAN answered."""
        super().__init__(f"{action}: {status} {error}")
        self.status = status
        self.error = error


class AnySite:
    """How tests speak to a site.

    Attributes:
        ini: its CKAN configuration.
        url: its address, without a slash at the end.
    """

    ini: Path
    url: str

    @cached_property
    def admin_token(self) -> str:
        """An API token of the sysadmin `admin`."""
        return self.token("admin")

    def token(self, user: str) -> str:
        """Make an API token of a user."""
        done = self.ckan("user", "token", "add", user, f"test-{secrets.token_hex(3)}", "-q")
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip().splitlines()[-1]

    def ckan(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `ckan WORDS` on this site; the exit status is the caller's to judge."""
        return subprocess.run(
            [sys.executable, "-m", "embedded_ckan.ckan_command", *words],
            env=environment(self.ini),
            input=stdin or "",
            capture_output=True,
            text=True,
            check=False,
        )

    def api(
        self,
        action: str,
        *,
        token: str | None = None,
        files: dict[str, Any] | None = None,
        **data: Any,
    ) -> Any:
        """Call an action over HTTP and return its result.

        Args:
            action: its name.
            token: an API token; None is the public.
            files: fields with files, as `requests` takes them; sends a form instead of JSON.
            **data: the action's arguments.

        Raises:
            ApiError: CKAN refused.
        """
        headers = {"Authorization": token} if token else {}
        address = f"{self.url}/api/3/action/{action}"
        if files:
            answer = requests.post(address, data=data, files=files, headers=headers, timeout=120)
        else:
            answer = requests.post(address, json=data, headers=headers, timeout=120)
        try:
            body = answer.json()
        except requests.JSONDecodeError:
            raise ApiError(action, answer.status_code, answer.text[:2000]) from None
        if not isinstance(body, dict) or not body.get("success"):
            error = body.get("error") if isinstance(body, dict) else body
            raise ApiError(action, answer.status_code, error)
        return body["result"]


class RunningSite(AnySite):
    """A whole site with all its parts.

    Attributes:
        data: its data directory.
        template: what is behind the names of the databases that blank sites are copied from.
    """

    def __init__(
        self,
        project: Project,
        *,
        empty: bool = False,
        servers: bool = False,
        differing: Mapping[str, str] | None = None,
    ) -> None:
        """Start it and wait until it answers (15 s to a minute).

        Args:
            project: whose site.
            empty: load nothing into it.
            servers: start no CKAN, only the servers that blank sites borrow.
            differing: settings of it and its blank sites, where they are not the project's.

        Raises:
            RuntimeError: it does not come up, or its catalog was not loaded completely.
        """
        self.project = project
        self.data = temporary_folder()
        if differing:
            # What stands in a site's own configuration before its first start is kept.
            write_settings(Home(self.data).ini, dict(differing))
        # Where no CKAN uses them, the site's own databases can be copied.
        self.template = "" if servers else f"_{TEMPLATE}"
        words = [*(["--empty"] if empty else []), *(["--servers"] if servers else [])]
        try:
            said = self.portal("up", "--detach", "--port", "0", *words)
            self._home = Home(self.data)
            self.ini = self._home.ini
            self.url = f"http://127.0.0.1:{self._home.state['port']}"
            if not (empty or servers) and project.load and not self._home.state.get("loaded"):
                raise RuntimeError(said)
        except BaseException:
            self.stop()
            raise
        self._blanks = 0

    def portal(self, command: str, *words: str) -> str:
        """Run a command of the portal on this site and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "embedded_ckan", command, "--data", str(self.data), *words],
            env=os.environ
            | {ROOT_VARIABLE: str(self.project.root), OWNER_VARIABLE: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"portal {command} failed:\n{done.stdout}")
        return done.stdout

    def stop(self) -> None:
        """Stop it and remove all it had."""
        self.portal("reset", "--yes")
        shutil.rmtree(self.data, ignore_errors=True)

    @property
    def admin_password(self) -> str:
        """The password of the sysadmin `admin`."""
        return self._home.password.read_text("utf-8").strip()

    @cached_property
    def postgres(self) -> Postgres:
        """The cluster, for tests that look behind the curtain."""
        return Postgres(self._home, settings(self.ini)["embedded.superuser"])

    @contextmanager
    def blank(self) -> Iterator[BlankSite]:
        """Lend a site with nothing in it, on databases and a search core of its own.

        Each costs about 1 s, the first of a site whose CKAN runs 6 s, and its web server 4 s
        more when its address is first asked for.
        """
        if self._blanks == 0 and self.template:
            self._make_template()
        self._blanks += 1
        blank = BlankSite(self, self._blanks)
        try:
            yield blank
        finally:
            blank.stop()

    def _make_template(self) -> None:
        connection = self.postgres.connect()
        with connection.cursor() as cursor:
            for kind in ("ckan", "datastore"):
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(f"{kind}_{TEMPLATE}"), sql.Identifier(kind)
                    )
                )
        connection.close()
        ini = self._ini_for(TEMPLATE, CORE, 2)
        superuser = (
            f"host={self.postgres.socket} user={SUPERUSER} dbname=datastore_{TEMPLATE} "
            f"password={settings(self.ini)['embedded.superuser']}"
        )
        wishes = {
            "superuser": superuser,
            "parts": {},
            "setup": self.project.setup,
            "load": [],
            "password": self.admin_password,
            "index": False,
        }
        subprocess.run(
            [sys.executable, "-m", "embedded_ckan.prepare"],
            env=environment(ini),
            input=json.dumps(wishes),
            text=True,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _ini_for(self, name: str, core: str, redis: int, url: str = "") -> Path:
        """Write the configuration of a blank site: this one's, with other places."""
        folder = self.data / name
        folder.mkdir(mode=0o700)
        mine = settings(self.ini)
        values = {"use": f"config:{self.ini}"}
        for key, kind in (
            ("sqlalchemy.url", "ckan"),
            ("ckan.datastore.write_url", "datastore"),
            ("ckan.datastore.read_url", "datastore"),
        ):
            values[key] = mine[key].replace(f"@/{kind}?", f"@/{kind}_{name}?")
        values["solr_url"] = mine["solr_url"].removesuffix(CORE) + core
        values["ckan.redis.url"] = mine["ckan.redis.url"].replace("db=1", f"db={redis}")
        values |= storage_settings(folder / "storage", self.project.ini_path)
        if url:
            values["ckan.site_url"] = url
        ini = folder / "ckan.ini"
        write_settings(ini, values)
        return ini


class BlankSite(AnySite):
    """A site with nothing in it that borrows another one's servers."""

    def __init__(self, host: RunningSite, number: int) -> None:
        """Copy the databases and make the search core."""
        self._host = host
        self._name = f"{TEMPLATE}{number}"
        self._port = free_port()
        self._web: subprocess.Popen[bytes] | None = None
        connection = host.postgres.connect()
        with connection.cursor() as cursor:
            for kind in ("ckan", "datastore"):
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                        sql.Identifier(f"{kind}_{self._name}"),
                        sql.Identifier(kind),
                        sql.Identifier(f"{kind}{host.template}"),
                    )
                )
            # A database's own privileges are not copied from a template.
            cursor.execute(
                sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC, datastore_reader").format(
                    sql.Identifier(f"ckan_{self._name}")
                )
            )
        connection.close()
        cores = host.data / "solr"
        shutil.copytree(cores / CORE / "conf", cores / self._name / "conf")
        self._cores("CREATE", name=self._name, instanceDir=str(cores / self._name))
        # Redis databases are sixteen; the first three are the whole site's and the template's.
        self.ini = host._ini_for(
            self._name, self._name, 3 + number % 13, f"http://127.0.0.1:{self._port}"
        )

    def _cores(self, action: str, **options: str) -> None:
        base = settings(self._host.ini)["solr_url"].removesuffix(f"/{CORE}")
        query = urllib.parse.urlencode({"action": action, **options})
        with urllib.request.urlopen(f"{base}/admin/cores?{query}", timeout=60) as answer:
            answer.read()

    @cached_property
    def url(self) -> str:  # type: ignore[override]
        """Its address; the web server is started when this is first asked for."""
        project = self._host.project
        log = self.ini.with_name("web.log").open("wb")
        self._web = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", project.wsgi_entry,
                "--bind", f"127.0.0.1:{self._port}", "--threads", "4", "--no-control-socket",
            ],
            env=environment(self.ini),
            cwd=project.root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        address = f"http://127.0.0.1:{self._port}"
        until = time.monotonic() + BOOT
        while True:
            try:
                requests.get(f"{address}/api/3/action/status_show", timeout=30).raise_for_status()
                return address
            except requests.RequestException:
                if self._web.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(self.ini.with_name("web.log").read_text()) from None
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop its web server and remove all it had."""
        if self._web is not None:
            self._web.send_signal(signal.SIGTERM)
            self._web.wait(timeout=30)
        self._cores("UNLOAD", core=self._name, deleteInstanceDir="true", deleteDataDir="true")
        connection = self._host.postgres.connect()
        with connection.cursor() as cursor:
            for kind in ("ckan", "datastore"):
                cursor.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(
                        sql.Identifier(f"{kind}_{self._name}")
                    )
                )
        connection.close()
        shutil.rmtree(self.ini.parent)


def temporary_folder() -> Path:
    """Make a folder for a site's data that PostgreSQL's user can reach, too."""
    place = os.environ.get(DATA_VARIABLE)
    if place:
        Path(place).mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir=place))
    folder.chmod(0o755)
    return folder
