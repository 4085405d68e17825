"""What is published apart, each hour: the Brotli form of the feeds, and the catalog as RDF.

Owns when. Neither may keep a publication waiting: both are done by the workers that take long
work, and what is served stays as it is until they are done.
"""

from __future__ import annotations

from typing import Any

from ..catalog import clock, owed
from . import changes, packing, publisher, rdf_catalog
from .rdf_files import RDF

__all__ = ["PACK", "RDF"]

PACK = "feed-pack"

clock.schedule(RDF, "21 * * * *")
clock.schedule(PACK, "51 * * * *")


@owed.handler(RDF, owed.LOADS)
def publish_rdf(key: str, payload: dict[str, Any] | None) -> None:
    """Publish the catalog as RDF."""
    rdf_catalog.publish(publisher.folder())


@owed.handler(PACK, owed.LOADS)
def pack(key: str, payload: dict[str, Any] | None) -> None:
    """Pack what is served and is not packed yet; tell what changed, where that was not done."""
    changes.write_atom(publisher.folder())
    packing.pack(publisher.folder())
