"""Opening a feed that somebody at a command line names: a file, or an address.

Owns how it is fetched and how text of strangers is printed. The named host is fetched wherever it
lies, since who runs the command may reach it anyway; a redirect to another is judged as every
address is.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from ..catalog.fetch import FetchError, fetch_bytes
from .gate import Language
from .reading import Feed, FeedUnreadable, read

__all__ = ["Unopened", "opened", "say"]

# The largest feed that is taken: 100,000 records of DCAT-US 3.0 are about 420 MB.
MAX_BYTES = 1024 * 1024 * 1024
SECONDS = 300.0
_PORTS = {"http": 80, "https": 443}


class Unopened(click.ClickException):
    """The feed cannot be read; ends the command with 2."""

    exit_code = 2


def opened(where: str, language: Language | None = None) -> Feed:
    """Read the feed in a file or at an address.

    Raises:
        Unopened: there is none, or it is no feed; the message says why
    """
    try:
        return read(_content(where), language)
    except FeedUnreadable as error:
        raise Unopened(f"{where}: {error}") from error


def _content(where: str) -> bytes:
    if where.lower().startswith(("http://", "https://")):
        try:
            parts = urlsplit(where)
            allowed = f"{parts.hostname}:{parts.port or _PORTS[parts.scheme.lower()]}"
            return fetch_bytes(where, allow={allowed}, max_bytes=MAX_BYTES, seconds=SECONDS)[0]
        except ValueError as error:
            raise Unopened(f"{where} is not a web address ({error}).") from error
        except FetchError as error:
            raise Unopened(str(error)) from error
    try:
        return Path(where).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Unopened(f"{where} cannot be read: {reason}.") from error


def say(text: str = "") -> None:
    """Print a line; whatever would steer a terminal, or cannot be written, as an escape."""
    click.echo("".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text))
