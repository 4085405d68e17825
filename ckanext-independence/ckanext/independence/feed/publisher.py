"""The publisher: from records to the files that harvesters read.

Owns when a publication is due, and one publication at a time in the whole site.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import orjson
import sqlalchemy as sa
from ckan import model

from ..catalog import clock, owed
from . import gather, records, snapshot
from .model import Record, Snapshot

__all__ = ["PUBLISH", "folder", "publish"]

PUBLISH = "feed-publish"
FILES = {"1.1": "data.json", "3.0": "dcat-us/3.0.json"}
ARRAYS = {"1.1": ("dataset",), "3.0": ("dataset", "service", "datasetSeries")}


def folder() -> Path:
    """Return the folder of the published files."""
    named = tk.config["ckanext.independence.feed.folder"]
    return Path(named or Path(tk.config["ckan.storage_path"]) / "feed")


def is_pending() -> bool:
    """Say whether any record differs from what the last snapshot holds of it."""
    query = sa.select(Record.key).where(Record.hash.is_distinct_from(Record.published_hash))
    return model.Session.execute(query.limit(1)).first() is not None


@owed.handler(PUBLISH)
def publish(key: str = "", payload: dict[str, Any] | None = None) -> None:
    """Publish what is served of every record."""
    site = gather.site()
    made = Snapshot(counts={}, hashes={}, report={})
    model.Session.add(made)
    model.Session.flush()
    into = folder() / "snapshots" / str(made.number)
    for language, name in FILES.items():
        sections = ((array, _lines(language, array)) for array in ARRAYS[language])
        head = orjson.dumps(records.LANGUAGES[language].head(site))
        snapshot.write_feed(into / name, head, sections)
    snapshot.put_in_place(folder(), made.number)
    model.Session.execute(
        sa.update(Record)
        .where(Record.hash.is_distinct_from(Record.published_hash))
        .values(published_hash=Record.hash)
    )
    model.Session.commit()


def _lines(language: str, section: str) -> Iterator[bytes]:
    query = (
        sa.select(Record.body)
        .where(Record.language == language, Record.section == section, Record.body.is_not(None))
        .where(Record.standing != "withdrawn")
        .order_by(Record.identifier)
    )
    for body in model.Session.scalars(query):
        yield body.encode()


@clock.every_tick
def publish_when_due() -> None:
    """Owe a publication when there is something to publish."""
    if is_pending():
        owed.owe(PUBLISH, "")
        model.Session.commit()
