"""Whether the feed is as it should be, for whoever runs the site and asks ``/readyz``.

Owns what counts as broken (a file of the snapshot is not there, or not whole) and as late (what
was saved a while ago is not published, or was tried five times). Refuses to speak for the
database: while it is down, the files are all there is, and they are served.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..catalog.health import Down, query
from .snapshot import Folder

__all__ = ["check"]

# Several times what a publication takes, and longer than a worker is away for a restart.
LATE = timedelta(minutes=15)
# What is wrong in a few data sets is wrong with them, and not with the site.
FEW = 3

# While a snapshot is pinned, texts stay as they are.
_ASKED = """
    SELECT min(rendered), (SELECT max(number) FROM independence_feed_snapshot),
           (SELECT count(*) FROM independence_catalog_owed
             WHERE kind = 'feed-render' AND attempts >= 5)
      FROM independence_feed_record
     WHERE hash IS DISTINCT FROM published_hash AND standing = 'listed'
       AND (published_hash IS NULL
            OR NOT EXISTS (SELECT 1 FROM independence_feed_state WHERE name = 'pinned'))
"""


def check(address: str, folder: Path) -> None:
    """Look at the files that are served, and ask the database what waits to be published.

    Args:
        address: of the database
        folder: where the feeds lie

    Raises:
        Down: the feed is broken, gone or late; the message says which, and since when
    """
    here = Folder(folder)
    number = here.number()
    manifest = here.manifest(number) if number is not None else None
    if number is not None:
        if manifest is None:
            raise Down(f"is broken: snapshot {number} does not say what it holds")
        for name, file in manifest["files"].items():
            path = here.of(number) / name
            if not path.exists() or path.stat().st_size != file["bytes"]:
                raise Down(f"is broken: {name} of snapshot {number} is not as it was written")
    try:
        waits, known, failing = query(address, _ASKED)
    except Down:
        return
    if number is None and known is not None:
        raise Down(f"is gone: snapshot {known} was published and does not lie in its folder")
    if failing > FEW:
        raise Down(f"is late: {failing} data sets cannot be rendered; the worker's log says why")
    last = f"of {_minute(datetime.fromisoformat(manifest['made']))}" if manifest else "none"
    if waits is not None and datetime.now(UTC) - waits > LATE:
        raise Down(
            f"is late: what was saved at {_minute(waits)} is not published; "
            f"the last snapshot is {last}"
        )


def _minute(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
