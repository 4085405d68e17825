"""nginx as an ordinary process of this machine, with the configuration that a server has."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from embedded_ckan.solr import free_port

ROOT = Path(__file__).resolve().parents[2]

Program = tuple[Path, Path]
"""The program and its list of types."""


def found(folder: Path) -> Program:
    """Return nginx where it is installed, else unpack it from Debian's packages into a folder."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program:
        for types in ("/etc/nginx/mime.types", "/opt/homebrew/etc/nginx/mime.types"):
            if Path(types).exists():
                return Path(program), Path(types)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.skip("nginx is not installed, so its configuration was not tried: install nginx")
    # Unpacked and not installed: an installed one would start to serve this machine.
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", "nginx", "nginx-common"],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"nginx is not installed, and apt cannot fetch it: {done.stderr[-300:]}")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder / "x"], check=True)
    return folder / "x/usr/sbin/nginx", folder / "x/etc/nginx/mime.types"


def render(folder: Path, types: Path, listen: int, site: int) -> Path:
    """Put this machine's places and ports into the configuration, and change nothing else."""
    text = (ROOT / "config/nginx/nginx.conf").read_text()
    for there, here in {
        "/tmp/": f"{folder}/",  # noqa: S108 -- first: the folder may lie in /tmp itself
        "/etc/nginx/mime.types": str(types),
        "/etc/nginx/pages": str(ROOT / "config/nginx/pages"),
        "/var/lib/portal": str(folder / "storage"),
        "/dev/stdout": str(folder / "access.log"),
        "/dev/stderr": str(folder / "error.log"),
        "listen 8080": f"listen 127.0.0.1:{listen}",
        "web:5000": f"127.0.0.1:{site}",
        "600m": "1m",
    }.items():
        assert there in text, f"nginx.conf no longer says {there}"
        text = text.replace(there, here)
    file = folder / "nginx.conf"
    # As root, nginx's own user could not enter the folder.
    file.write_text(("user root;\n" if os.geteuid() == 0 else "") + text)
    return file


@contextmanager
def running(program: Program, folder: Path, site: int) -> Iterator[str]:
    """Yield the address of an nginx that stands before the site at this port."""
    port = free_port()
    file = render(folder, program[1], port, site)
    nginx = subprocess.Popen([program[0], "-c", file, "-g", "daemon off;"])
    try:
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert nginx.poll() is None and time.monotonic() < until, "nginx did not start"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        nginx.wait(timeout=10)
