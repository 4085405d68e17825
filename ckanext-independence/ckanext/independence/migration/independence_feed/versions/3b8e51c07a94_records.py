"""Records in both languages, withdrawals, snapshots, changes, and the feed before ours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "3b8e51c07a94"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NOW = sa.func.now()
TABLES = ("record", "withdrawal", "snapshot", "change", "baseline", "state")


def _identifier() -> sa.Text:
    return sa.Text(collation="C")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    """Make the slice's tables."""
    op.create_table(
        "independence_feed_record",
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("identifier", _identifier(), nullable=False),
        sa.Column("package_id", sa.Text),
        _text("department"),
        _text("title"),
        _text("series"),
        sa.Column("standing", sa.Text, nullable=False, server_default="listed"),
        sa.Column("body", sa.Text),
        sa.Column("hash", sa.Text),
        sa.Column("valid", sa.Boolean, nullable=False),
        sa.Column("rendering", sa.Text),
        sa.Column("problems", JSONB, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("dialect", sa.Text, nullable=False),
        sa.Column("rendered", TIME, nullable=False, server_default=NOW),
        sa.Column("published_hash", sa.Text),
    )
    # A record is some kilobytes: lz4, where the server has it, is read several times faster.
    op.execute(
        "DO $$ BEGIN ALTER TABLE independence_feed_record ALTER body SET COMPRESSION lz4; "
        "EXCEPTION WHEN feature_not_supported THEN NULL; END $$"
    )
    op.create_index(
        "independence_feed_record_order",
        "independence_feed_record",
        ["language", "section", "identifier"],
        unique=True,
    )
    op.create_index("independence_feed_record_package", "independence_feed_record", ["package_id"])
    op.create_index(
        "independence_feed_record_series",
        "independence_feed_record",
        ["series"],
        postgresql_where=sa.text("series <> ''"),
    )
    op.create_index(
        "independence_feed_record_dialect",
        "independence_feed_record",
        ["dialect"],
        postgresql_where=sa.text("standing = 'listed'"),
    )
    op.create_index(
        "independence_feed_record_pending",
        "independence_feed_record",
        ["language"],
        postgresql_where=sa.text("hash IS DISTINCT FROM published_hash OR standing <> 'listed'"),
    )
    op.create_table(
        "independence_feed_withdrawal",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("identifier", _identifier(), nullable=False),
        _text("title"),
        _text("department"),
        sa.Column("reason", sa.Text, nullable=False),
        _text("note"),
        _text("who"),
        sa.Column("at", TIME, nullable=False, server_default=NOW),
        sa.Column("held_at", TIME),
        sa.Column("released_at", TIME),
        _text("released_by"),
        sa.Column("cancelled_at", TIME),
        sa.Column("left_at", TIME),
    )
    op.create_index(
        "independence_feed_withdrawal_identifier", "independence_feed_withdrawal", ["identifier"]
    )
    op.create_index(
        "independence_feed_withdrawal_waiting",
        "independence_feed_withdrawal",
        ["at"],
        postgresql_where=sa.text("left_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_index(
        "independence_feed_withdrawal_left", "independence_feed_withdrawal", ["left_at"]
    )
    op.create_table(
        "independence_feed_snapshot",
        sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("made", TIME, nullable=False, server_default=NOW),
        sa.Column("counts", JSONB, nullable=False),
        sa.Column("hashes", JSONB, nullable=False),
        sa.Column("report", JSONB, nullable=False),
    )
    op.create_table(
        "independence_feed_change",
        sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("snapshot", sa.BigInteger, nullable=False),
        sa.Column("at", TIME, nullable=False, server_default=NOW),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("identifier", _identifier(), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_index(
        "independence_feed_change_identifier", "independence_feed_change", ["identifier"]
    )
    op.create_table(
        "independence_feed_baseline",
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("section", sa.Text, primary_key=True),
        sa.Column("identifier", _identifier(), primary_key=True),
        _text("title"),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("taken", TIME, nullable=False, server_default=NOW),
    )
    op.create_table(
        "independence_feed_state",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", JSONB, nullable=False),
    )


def downgrade() -> None:
    """Drop them; what was published stays on disk."""
    for name in TABLES:
        op.drop_table(f"independence_feed_{name}")
