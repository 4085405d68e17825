"""Which data sets are offered to harvesters.

Owns that one question. A data set is offered that everybody may see, whose access level the
site lists, that was not itself harvested from elsewhere, and that nobody has redacted since it
was last saved. Refuses to look at what is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .model import State

__all__ = [
    "REDACTED", "RENDER", "access_levels", "all_offered", "has_harvests", "offered", "put_aside",
    "take_back", "unlisted",
]  # fmt: skip

RENDER = "feed-render"
"""The kind of work that is owed when a data set's records are to be settled; its key is its id."""

# The state that names the data sets which stay out until they are saved anew.
REDACTED = "redacted"

_OFFERED = """
    SELECT p.id {more} FROM package p
     WHERE p.type = 'dataset' AND p.state = 'active' AND NOT p.private
       AND coalesce(nullif(p.extras->>'access_level', ''), 'public') = ANY(:levels)
"""
_REDACTED = """EXISTS (SELECT 1 FROM independence_feed_state s
                        WHERE s.name = :redacted AND s.value ? p.id)"""
# A harvested data set belongs to the catalog that it came from, which offers it itself.
_NOT_HARVESTED = """
       AND NOT EXISTS (SELECT 1 FROM harvest_object h WHERE h.package_id = p.id AND h.current)
"""

_UNLISTED = """
       AND NOT EXISTS (SELECT 1 FROM independence_feed_record r
                        WHERE r.package_id = p.id AND r.kind = 'dataset'
                          AND r.standing = 'listed')
       AND NOT EXISTS (SELECT 1 FROM independence_catalog_owed o
                        WHERE o.kind = :render AND o.key = p.id)
"""


def access_levels() -> list[str]:
    """Return the access levels whose data sets are listed."""
    words = tk.config["ckanext.independence.feed.access_levels"].split(",")
    return [word.strip() for word in words if word.strip()]


@cache
def has_harvests() -> bool:
    """Say whether ckanext-harvest keeps what it has brought in this database.

    The answer holds as long as this process: nobody installs it without a restart.
    """
    return model.Session.scalar(sa.select(sa.func.to_regclass("harvest_object"))) is not None


def offered(ids: Sequence[str], saved: bool = False) -> set[str]:
    """Return those of these data sets that are offered.

    Args:
        ids: of data sets
        saved: whether somebody has just saved them, so that those are taken back which were
            put aside
    """
    if not ids:
        return set()
    query = sa.text(f"{_condition(_REDACTED)} AND p.id = ANY(:ids)")
    found = model.Session.execute(query, _values() | {"ids": list(ids)}).all()
    if saved:
        for row in found:
            if row.redacted:
                take_back(row.id)
    return {row.id for row in found if saved or not row.redacted}


def all_offered() -> list[str]:
    """Return the ids of all data sets that are offered, in the order of their identifiers."""
    query = sa.text(f"{_condition()} ORDER BY p.extras->>'identifier' COLLATE \"C\", p.id")
    return list(model.Session.scalars(query, _values()))


def unlisted(most: int) -> list[str]:
    """Return the ids of so many data sets at most that are offered and not listed.

    One that is owed already is not among them.
    """
    query = sa.text(f"{_condition()} {_UNLISTED} LIMIT :most")
    values = _values() | {"most": most, "render": RENDER}
    return list(model.Session.scalars(query, values))


def _condition(flag: str = "") -> str:
    """Return the query, with the redaction as a condition or as a column of its own."""
    query = _OFFERED.format(more=f", {flag} AS redacted" if flag else "")
    if not flag:
        query += f" AND NOT {_REDACTED}"
    return query + (_NOT_HARVESTED if has_harvests() else "")


def _values() -> dict[str, object]:
    return {"levels": access_levels(), "redacted": REDACTED}


def put_aside(package_id: str) -> None:
    """Keep a data set out until it is saved anew."""
    values = insert(State.__table__).values(name=REDACTED, value={package_id: True})
    model.Session.execute(
        values.on_conflict_do_update(
            index_elements=[State.name], set_={"value": State.value.op("||")(values.excluded.value)}
        )
    )


def take_back(package_id: str) -> None:
    """Offer a data set again that was put aside."""
    model.Session.execute(
        sa.update(State.__table__)
        .where(State.name == REDACTED, State.value.has_key(package_id))
        .values(value=State.value.op("-")(package_id))
    )
