"""What somebody names at a command line, a file or an address, and how text of strangers is told.

Owns how it is fetched. The named host is fetched wherever it lies, since who runs the command may
reach it anyway; a redirect to another is judged as every address is.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from .fetch import FetchError, fetch_bytes

__all__ = ["Unopened", "content", "say"]

SECONDS = 300.0
_PORTS = {"http": 80, "https": 443}


class Unopened(click.ClickException):
    """It cannot be read; ends the command with 2."""

    exit_code = 2


def content(where: str, max_bytes: int) -> bytes:
    """Return the bytes of a file or an address.

    Raises:
        Unopened: there are none, or more than ``max_bytes``; the message says why
    """
    if where.lower().startswith(("http://", "https://")):
        try:
            parts = urlsplit(where)
            allowed = f"{parts.hostname}:{parts.port or _PORTS[parts.scheme.lower()]}"
            return fetch_bytes(where, allow={allowed}, max_bytes=max_bytes, seconds=SECONDS)[0]
        except ValueError as error:
            raise Unopened(f"{where} is not a web address ({error}).") from error
        except FetchError as error:
            raise Unopened(str(error)) from error
    try:
        with Path(where).open("rb") as file:
            read = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Unopened(f"{where} cannot be read: {reason}.") from error
    if len(read) > max_bytes:
        raise Unopened(f"{where} has more than {max_bytes / 1e6:,.0f} MB, which is the limit.")
    return read


def say(text: str = "") -> None:
    """Print a line; whatever would steer a terminal, or cannot be written, as an escape."""
    click.echo("".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text))
