"""The feed's own tables: records, withdrawals, snapshots, what changed, and the feed before ours.

Owns names, columns and keys; the migration under ``migration/independence_feed`` makes them.
None points into a table of CKAN's: a record outlives its data set until it is published that
the data set was withdrawn.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["Baseline", "Change", "Record", "Snapshot", "State", "Withdrawal"]

_TIME = sa.DateTime(timezone=True)
# Bytes decide the order of identifiers, here as in the files, whatever the database's language.
_IDENTIFIER = sa.Text(collation="C")


class Record(tk.BaseModel):
    """What the feed says of a data set, a series or a table's API, in one language.

    ``key`` is the id of the data set, the id of the API's resource, or the series' word.
    """

    __tablename__ = "independence_feed_record"
    __table_args__ = (
        sa.Index(
            "independence_feed_record_order", "language", "section", "identifier", unique=True
        ),
        sa.Index("independence_feed_record_package", "package_id"),
        sa.Index(
            "independence_feed_record_series",
            "series",
            postgresql_where=sa.text("series <> ''"),
        ),
        # What is rendered with another mapping or for another site is at either end.
        sa.Index(
            "independence_feed_record_dialect",
            "dialect",
            postgresql_where=sa.text("standing = 'listed'"),
        ),
        sa.Index(
            "independence_feed_record_pending",
            "language",
            postgresql_where=sa.text(
                "hash IS DISTINCT FROM published_hash OR standing <> 'listed'"
            ),
        ),
    )

    # "1.1" or "3.0"; "dataset", "series" or "service".
    language: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    key: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    # The array of the catalog in which it stands: "dataset", "datasetSeries" or "service".
    section: Mapped[str] = mapped_column(sa.Text, nullable=False)
    identifier: Mapped[str] = mapped_column(_IDENTIFIER, nullable=False)
    package_id: Mapped[str | None] = mapped_column(sa.Text)
    department: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    title: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    # The word of the series to which its data set belongs; of a data set's record only.
    series: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    # listed (its data set is public), withdrawn (somebody said so), lost (gone, nobody said why).
    standing: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="listed")
    # What is served: the latest valid record; null where there never was one.
    body: Mapped[str | None] = mapped_column(sa.Text)
    hash: Mapped[str | None] = mapped_column(sa.Text)
    # Whether the latest rendering is valid, what it is where it is not, and what was found in it.
    valid: Mapped[bool] = mapped_column(sa.Boolean, nullable=False)
    rendering: Mapped[str | None] = mapped_column(sa.Text)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, nullable=False, server_default=sa.text("'[]'")
    )
    # Of the mapping and the site that it was rendered with.
    dialect: Mapped[str] = mapped_column(sa.Text, nullable=False)
    rendered: Mapped[datetime] = mapped_column(_TIME, nullable=False, server_default=sa.func.now())
    # The hash that the last snapshot holds; null where it holds none.
    published_hash: Mapped[str | None] = mapped_column(sa.Text)


class Withdrawal(tk.BaseModel):
    """That a record is to leave the feed, or has left it: who said so, when and why."""

    __tablename__ = "independence_feed_withdrawal"
    __table_args__ = (
        sa.Index("independence_feed_withdrawal_identifier", "identifier"),
        sa.Index(
            "independence_feed_withdrawal_waiting",
            "at",
            postgresql_where=sa.text("left_at IS NULL AND cancelled_at IS NULL"),
        ),
        sa.Index("independence_feed_withdrawal_left", "left_at"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text, nullable=False)
    key: Mapped[str] = mapped_column(sa.Text, nullable=False)
    identifier: Mapped[str] = mapped_column(_IDENTIFIER, nullable=False)
    title: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    department: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    # retired, merged, error, protected, purged, deleted, hidden, not listed, no members.
    reason: Mapped[str] = mapped_column(sa.Text, nullable=False)
    note: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    # The name of the account; empty where no account was at work (a command).
    who: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    at: Mapped[datetime] = mapped_column(_TIME, nullable=False, server_default=sa.func.now())
    # They were too many: it waits until it is released.
    held_at: Mapped[datetime | None] = mapped_column(_TIME)
    released_at: Mapped[datetime | None] = mapped_column(_TIME)
    released_by: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    # The data set came back before its record had left.
    cancelled_at: Mapped[datetime | None] = mapped_column(_TIME)
    left_at: Mapped[datetime | None] = mapped_column(_TIME)


class Snapshot(tk.BaseModel):
    """One publication: what it held, and what was carried over, held back or taken as it was."""

    __tablename__ = "independence_feed_snapshot"

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    made: Mapped[datetime] = mapped_column(_TIME, nullable=False, server_default=sa.func.now())
    # {"1.1": {"dataset": n}, "3.0": {...}}; {path of the file: SHA-256 (hex)}.
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)
    hashes: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)
    # {"carried": [...], "held": [...], "baseline": n, "left": [...]}: identifiers and titles.
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)


class Change(tk.BaseModel):
    """One difference between two snapshots in DCAT-US 3.0; ``number`` is the cursor."""

    __tablename__ = "independence_feed_change"
    __table_args__ = (sa.Index("independence_feed_change_identifier", "identifier"),)

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    snapshot: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    at: Mapped[datetime] = mapped_column(_TIME, nullable=False, server_default=sa.func.now())
    kind: Mapped[str] = mapped_column(sa.Text, nullable=False)
    identifier: Mapped[str] = mapped_column(_IDENTIFIER, nullable=False)
    # added, changed, removed.
    what: Mapped[str] = mapped_column(sa.Text, nullable=False)


class Baseline(tk.BaseModel):
    """A record of the feed that the city had before, served until there is one of our own."""

    __tablename__ = "independence_feed_baseline"

    language: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    section: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    identifier: Mapped[str] = mapped_column(_IDENTIFIER, primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    body: Mapped[str] = mapped_column(sa.Text, nullable=False)
    source: Mapped[str] = mapped_column(sa.Text, nullable=False)
    taken: Mapped[datetime] = mapped_column(_TIME, nullable=False, server_default=sa.func.now())


class State(tk.BaseModel):
    """What the feed remembers besides: the snapshot that is pinned, the identifiers of series."""

    __tablename__ = "independence_feed_state"

    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB, nullable=False)
