"""What changed in the feed since somebody last asked, for whoever follows it step by step.

Owns the reading of what the publisher wrote down: the latest change of each record, with the
record as it is public now. A record that left, or that is on its way out, comes without a word
of it. It refuses to remember readers: they bring the number that they were given.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from ckan import model

from . import addresses, atom, gather
from .model import Change

__all__ = ["PAGE", "PAGE_BYTES", "Step", "newest", "since", "write_atom"]

PAGE = 500
"""How many changes are told at once."""
PAGE_BYTES = 8_000_000
"""How long their texts are together, about; one is told however long it is."""

# Only a record that is listed now is repeated; one of the feed before ours has no row.
_STEPS = sa.text(
    """
    SELECT c.number, c.what, c.kind, c.identifier, c.at,
           CASE WHEN c.what = 'removed' THEN NULL
                WHEN r.key IS NULL THEN b.body
                WHEN r.standing = 'listed' THEN coalesce(r.body, b.body) END AS body
      FROM independence_feed_change c
      LEFT JOIN independence_feed_record r
        ON r.language = '3.0' AND r.identifier = c.identifier
       AND r.section = CASE c.kind WHEN 'series' THEN 'datasetSeries' ELSE c.kind END
      LEFT JOIN independence_feed_baseline b
        ON b.language = '3.0' AND b.identifier = c.identifier
       AND b.section = CASE c.kind WHEN 'series' THEN 'datasetSeries' ELSE c.kind END
     WHERE c.number > :since AND c.number <= :newest
       AND NOT EXISTS (SELECT 1 FROM independence_feed_change later
                        WHERE later.identifier = c.identifier AND later.kind = c.kind
                          AND later.number > c.number)
     ORDER BY c.number
     LIMIT :count
    """
)
_NEWS = sa.text(
    """
    SELECT c.what, c.identifier, c.at, p.name, p.title, g.title AS department
      FROM independence_feed_change c
      LEFT JOIN independence_feed_record r
        ON r.language = '3.0' AND r.section = 'dataset' AND r.identifier = c.identifier
       AND r.standing = 'listed'
      LEFT JOIN package p ON p.id = r.package_id AND p.state = 'active' AND NOT p.private
      LEFT JOIN "group" g ON g.id = p.owner_org
     WHERE c.kind = 'dataset' AND (c.what = 'removed' OR p.id IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM independence_feed_change later
                        WHERE later.identifier = c.identifier AND later.kind = c.kind
                          AND later.number > c.number)
     ORDER BY c.number DESC
     LIMIT :count
    """
)


@dataclass(frozen=True)
class Step:
    """The latest change of a record.

    ``what`` is added, changed or removed; ``body`` is its text in DCAT-US 3.0 as JSON, None
    where it is gone or going.
    """

    number: int
    what: str
    kind: str
    identifier: str
    at: datetime
    body: str | None


def newest() -> int:
    """Return the number of the newest change; 0 where there is none."""
    return model.Session.scalar(sa.select(sa.func.max(Change.number))) or 0


def since(number: int, until: int) -> tuple[list[Step], bool]:
    """Return the latest change of each record that changed after one change and up to another.

    Args:
        number: of the last change that is known to the reader; 0 is none
        until: of the newest change that is told

    Returns:
        a page of them in their order, and whether there are more
    """
    asked = {"since": number, "newest": until, "count": PAGE + 1}
    # A few at a time: a record may have megabytes, and the page then ends early.
    rows = model.Session.execute(_STEPS, asked, execution_options={"yield_per": 10})
    steps: list[Step] = []
    size = 0
    with rows:
        for row in rows:
            size += len(row.body or "")
            if steps and (len(steps) == PAGE or size > PAGE_BYTES):
                return steps, True
            steps.append(Step(*row))
    return steps, False


def write_atom(folder: Path) -> None:
    """Write the latest changes of data sets beside the feeds, where something is published."""
    if not (folder / "current").exists():
        return
    news = list(_news())
    document = atom.document(gather.site(), news)
    path = folder / "changes.atom"
    changed = int(news[0].at.timestamp()) if news else 0
    if path.exists():
        if path.read_bytes() == document:
            return
        changed = max(changed, int(path.stat().st_mtime) + 1)
    # A form of the old text would be sent in the place of the new one.
    Path(f"{path}.br").unlink(missing_ok=True)
    for place, content in (
        (Path(f"{path}.gz"), gzip.compress(document, 6, mtime=0)),
        (path, document),
    ):
        aside = folder / ".changes"
        aside.write_bytes(content)
        os.utime(aside, (changed, changed))
        aside.replace(place)


def _news() -> Iterator[atom.News]:
    site = gather.site()
    for row in model.Session.execute(_NEWS, {"count": atom.LONGEST}):
        address = addresses.page(site.url, {"name": row.name}) if row.name else ""
        yield atom.News(
            row.identifier, row.what, row.at, row.title or "", address, row.department or ""
        )
