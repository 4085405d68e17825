"""Series: one record for all data sets that share a word, in both languages.

Owns which identifier a series has, its rendering from its members, and that it is withdrawn
with the last of them. It refuses to speak of members that are not offered.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ..catalog import owed
from . import gather, listing, records, source, withdrawals
from .model import Record, State
from .withdrawals import LISTED, LOST, WITHDRAWN

__all__ = ["adopt", "settle", "words"]

# Namespace of the advisory locks under which a series is rendered.
LOCKS = 0x1DE5


def adopt(word: str, identifier: str) -> None:
    """Let a series have the identifier under which a feed before ours knew it.

    What its members say of it is rendered anew. Where it was published under another
    identifier, that one is withdrawn.

    Args:
        word: that its members share
        identifier: byte for byte
    """
    values = insert(State.__table__).values(name=gather.SERIES, value={word: identifier})
    model.Session.execute(
        values.on_conflict_do_update(
            index_elements=[State.name], set_={"value": State.value.op("||")(values.excluded.value)}
        )
    )
    model.Session.execute(
        sa.update(Record.__table__).where(Record.series == word).values(dialect="")
    )
    owed.owe(records.SERIES, word)


def words() -> list[str]:
    """Return the words of all series that have members or records."""
    members = sa.select(Record.series).where(Record.series != "", Record.standing == LISTED)
    known = sa.select(Record.key).where(Record.kind == "series")
    return sorted(model.Session.scalars(members.union(known)))


@owed.handler(records.SERIES)
def render(word: str, payload: dict[str, Any] | None) -> None:
    """Settle the records of the series with this word."""
    settle(word)


def settle(word: str) -> records.Settled:
    """Bring the records of a series in line with its members, in CKAN's session."""
    settled = records.Settled()
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCKS, sa.func.hashtext(word))))
    before = records.rows(sa.and_(Record.kind == "series", Record.key == word))
    members = _members(word)
    identifier = gather.series_identifiers([word])[word]
    stood_in = next((old["department"] for old in before.values()), "")
    now = _rendered(word, identifier, members, stood_in) if members else []
    records.keep(now, before, settled)
    for key, old in before.items():
        if not members and _has_lost(word):
            # Their records stay in the feed, and name it.
            continue
        if not members and old["standing"] != WITHDRAWN:
            withdrawals.withdraw(old, "no members")
            settled.withdrawn.append(old["identifier"])
        elif members and key[0] not in {row["language"] for row in now}:
            # A data set has the identifier, and speaks for the series itself.
            model.Session.execute(
                sa.delete(Record.__table__).where(
                    Record.language == key[0], Record.kind == "series", Record.key == word
                )
            )
        elif members and old["identifier"] != identifier and old["published_hash"]:
            withdrawals.withdraw_identifier(old, "not listed")
    return settled


def _members(word: str) -> list[dict[str, Any]]:
    query = sa.select(Record.package_id).where(
        Record.kind == "dataset",
        Record.series == word,
        Record.standing == LISTED,
        Record.hash.is_not(None),
    )
    ids = listing.offered(sorted(set(model.Session.scalars(query))))
    found = [one for one in gather.data_sets(sorted(ids)) if one.get("series") == word]
    return sorted(found, key=lambda one: one.get("identifier") or "")


def _has_lost(word: str) -> bool:
    query = sa.select(Record.key).where(Record.series == word, Record.standing == LOST)
    return model.Session.execute(query.limit(1)).first() is not None


def _rendered(
    word: str, identifier: str, members: list[dict[str, Any]], stood_in: str
) -> list[records.Rendered]:
    site = gather.site()
    told = {
        "identifier": identifier,
        "slug": word,
        "title": word.replace("-", " ").capitalize(),
        "description": "",
        "members": members,
    }
    of = {"department": {"name": source.home(members, stood_in)}}
    taken = sa.select(Record.language).where(
        Record.kind == "dataset",
        Record.language == "1.1",
        Record.section == "dataset",
        Record.identifier == identifier,
    )
    languages = records.LANGUAGES.keys() - set(model.Session.scalars(taken))
    with_dialect = records.dialect(site)
    return [
        records.row(
            language,
            "series",
            word,
            of,
            records.LANGUAGES[language].series(told, site),
            with_dialect,
        )
        for language in sorted(languages)
    ]
