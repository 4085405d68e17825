"""What records are made of: data sets as the bulk reader gives them, with what is known of files.

Owns the one way from ids to source data sets, in a handful of queries however many there are,
and the site as records need to know it. Refuses to judge which data sets may be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ..catalog import reader, shown, versions
from ..catalog.interfaces import facts
from ..catalog.site import city
from . import identity
from .model import State
from .source import Site

__all__ = ["SERIES", "data_sets", "series_identifiers", "site"]

# The state that keeps identifiers of series which came from a feed before ours.
SERIES = "series"
# That of tables' APIs, by the id of the file.
SERVICES = "services"

# Data sets of which is asked at once what is in their files.
BATCH = 500


def data_sets(ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the source data set of each id, in order; those that do not exist are left out."""
    for start in range(0, len(ids), BATCH):
        found = list(reader.read(ids[start : start + BATCH]))
        files = [file["id"] for data_set in found for file in data_set["resources"]]
        known = facts(files) if files else {}
        standings = versions.standings(files) if files else {}
        kept = _kept(files) if files else {}
        series = series_identifiers(one["series"] for one in found if one.get("series"))
        for data_set in found:
            open_ = (data_set.get("access_level") or "public") == "public"
            data_set["resources"] = [
                _with_facts(file, known.get(file["id"]), kept[file["id"]])
                for file in data_set["resources"]
                if open_ and _may_be_named(file, standings)
            ]
            data_set["series_identifier"] = series.get(data_set.get("series") or "")
            yield data_set


def series_identifiers(words: Iterable[str]) -> dict[str, str]:
    """Return the identifier of each of these series, by its word."""
    wanted = set(words)
    if not wanted:
        return {}
    adopted = model.Session.scalar(sa.select(State.value).where(State.name == SERIES)) or {}
    return {word: adopted.get(word) or identity.of_series(word) for word in wanted}


def _may_be_named(file: dict[str, Any], standings: dict[str, versions.Standing]) -> bool:
    """A file that is held back is nobody's to have; one that waits soon is."""
    standing = standings.get(file["id"])
    return file["url_type"] != "upload" or standing is None or standing.served or standing.waits


def _with_facts(file: dict[str, Any], known: Any, kept: Any) -> dict[str, Any]:
    table = known is not None and known.rows is not None
    file["sha256"] = kept.sha256
    file["bytes"] = kept.size
    file["dictionary"] = known.dictionary if known else None
    identifier = kept.adopted or identity.of_service(file["id"])
    file["service"] = identifier if table or kept.has_service else None
    return file


# A service stays as long as its file is public, also while there is no table.
_KEPT = sa.text(
    """
    SELECT asked.id, version.sha256, file.size, service.key IS NOT NULL AS has_service,
           adopted.value->>asked.id AS adopted
      FROM unnest(CAST(:files AS text[])) AS asked(id)
      LEFT JOIN independence_catalog_version version
             ON version.resource_id = asked.id AND version.served
      LEFT JOIN independence_catalog_file file ON file.sha256 = version.sha256
      LEFT JOIN independence_feed_record service
             ON service.language = '3.0' AND service.kind = 'service' AND service.key = asked.id
      LEFT JOIN independence_feed_state adopted ON adopted.name = :adopted
    """
)


def _kept(files: Sequence[str]) -> dict[str, Any]:
    """Return of each resource what is stored, and what its service is, or was before ours."""
    values = {"files": list(files), "adopted": SERVICES}
    return {row.id: row for row in model.Session.execute(_KEPT, values)}


def site() -> Site:
    """Return what records need to know of this site."""
    here = city()
    return Site(
        # With what the portal stands below, where a city puts it there.
        url=shown.full(""),
        city=f"City of {here.name}, {here.state}" if here.state else here.name,
        city_url=here.url,
        licences={row.id: row.url for row in model.Package.get_license_register().values()},
        themes={theme.id: theme.title for theme in here.themes},
        places={place.id: (place.title, place.bbox) for place in here.places},
        goals={goal.id: goal.title for goal in here.goals},
        portal=here.portal_name,
        language=here.language,
        timezone=here.timezone,
        contact_name=here.contact.name,
        contact_email=here.contact.email,
    )
