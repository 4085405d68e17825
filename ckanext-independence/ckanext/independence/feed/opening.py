"""Opening a feed that somebody at a command line names: a file, or an address."""

from __future__ import annotations

from ..catalog.opening import Unopened, content, say
from .gate import Language
from .reading import Feed, FeedUnreadable, read

__all__ = ["Unopened", "opened", "say"]

# The largest feed that is taken: 100,000 records of DCAT-US 3.0 are about 420 MB.
MAX_BYTES = 1024 * 1024 * 1024


def opened(where: str, language: Language | None = None) -> Feed:
    """Read the feed in a file or at an address.

    Raises:
        Unopened: there is none, or it is no feed; the message says why
    """
    try:
        return read(content(where, MAX_BYTES), language)
    except FeedUnreadable as error:
        raise Unopened(f"{where}: {error}") from error
