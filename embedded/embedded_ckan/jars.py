"""Solr and Jetty out of a Maven repository: the jars named in `solr-jars.lock`.

Owns fetching and checking them. Refuses a jar whose SHA-256 is not the locked
one, and resolves no version itself: the list is flat and complete.

A line of the lock is `group:artifact:version sha256 bytes`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import psutil

from embedded_ckan.console import Step
from embedded_ckan.trouble import Trouble

LOCK = Path(__file__).with_name("solr-jars.lock")
PATIENCE = 60  # seconds for one answer of the repository


@dataclass(frozen=True)
class Jar:
    """One locked jar."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.artifact}-{self.version}.jar"


def locked() -> list[Jar]:
    """Read the lock, in the order of the class path."""
    jars = []
    for line in LOCK.read_text("utf-8").splitlines():
        coordinates, sha256, size = line.split()
        group, artifact, version = coordinates.split(":")
        jars.append(Jar(group, artifact, version, sha256, int(size)))
    return jars


def cache_folder() -> Path:
    """Say where jars are kept for all sites of this user."""
    if named := os.environ.get("EMBEDDED_CKAN_CACHE"):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/embedded-ckan"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "embedded-ckan"


def missing(folder: Path) -> list[Jar]:
    """List the jars that are not whole in the cache (by size; hashes are checked on arrival)."""
    return [
        jar
        for jar in locked()
        if not (folder / jar.name).is_file() or (folder / jar.name).stat().st_size != jar.size
    ]


def fetch(step: Step) -> list[Path]:
    """Bring every locked jar into the cache and return their paths.

    Raises:
        Trouble: no network, or a jar that is not the locked one.
    """
    folder = cache_folder() / "jars"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = missing(folder)
    if wanted:
        for left in folder.glob(".incoming-*"):
            if not psutil.pid_exists(int(left.name.rpartition("-")[2])):
                shutil.rmtree(left)
        _fetch(wanted, folder, step)
    step.note = f"{len(wanted)} jars fetched" if wanted else "from the cache"
    return [folder / jar.name for jar in locked()]


def _fetch(wanted: list[Jar], folder: Path, step: Step) -> None:
    import requests
    from jgo.maven import MavenContext  # slow to import, and only the first run needs it

    # uv and OpenSSL read the one, the library that jgo fetches with reads the other.
    if named := os.environ.get("SSL_CERT_FILE"):
        os.environ.setdefault("REQUESTS_CA_BUNDLE", named)

    total = sum(jar.size for jar in wanted)
    done = 0
    staging = folder / f".incoming-{os.getpid()}"
    context = MavenContext(repo_cache=staging, timeout=PATIENCE)

    def one(jar: Jar) -> Jar:
        component = context.project(jar.group, jar.artifact).at_version(jar.version)
        try:
            arrived = Path(component.artifact(packaging="jar").resolve())
        except requests.exceptions.SSLError as error:
            raise Trouble(
                "Solr's jars could not be fetched: the network's certificate is not trusted. "
                f"Name the file of your network's own certificates in SSL_CERT_FILE. ({error})"
            ) from error
        except requests.RequestException as error:
            raise Trouble(
                f"Solr's jars could not be fetched ({jar.name}: {type(error).__name__}). The first "
                "run needs a network; later ones do not. Try again when it is there."
            ) from error
        except RuntimeError as error:
            raise Trouble(f"The Maven repository does not give {jar.name}: {error}") from error
        found = hashlib.sha256(arrived.read_bytes()).hexdigest()
        if found != jar.sha256:
            raise Trouble(
                f"{jar.name} came with SHA-256 {found}, but {jar.sha256} is locked. "
                "It was not used; try another network or mirror."
            )
        arrived.replace(folder / jar.name)
        return jar

    try:
        with ThreadPoolExecutor(max_workers=8) as pool:
            for future in as_completed([pool.submit(one, jar) for jar in wanted]):
                done += future.result().size
                step.progress(f"{done / 1e6:.0f} of {total / 1e6:.0f} MB")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
