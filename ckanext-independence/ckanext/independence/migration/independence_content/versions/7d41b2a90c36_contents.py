"""What is decided for a resource's contents, and what was found in each version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "7d41b2a90c36"
down_revision = None
branch_labels = None
# The rows belong to the catalog's versions, whose table must be there.
depends_on = None

TIME = sa.DateTime(timezone=True)
VERSION = "independence_catalog_version.id"


def upgrade() -> None:
    """Make the slice's tables."""
    op.create_table(
        "independence_content_resource",
        sa.Column(
            "resource_id",
            sa.Text,
            sa.ForeignKey("resource.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("reading", JSONB(none_as_null=True)),
        sa.Column("columns", JSONB, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("chart", JSONB(none_as_null=True)),
        sa.Column("map", JSONB(none_as_null=True)),
        sa.Column("streamed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("version_id", sa.BigInteger, sa.ForeignKey(VERSION, ondelete="SET NULL")),
    )
    op.create_table(
        "independence_content_version",
        sa.Column(
            "version_id",
            sa.BigInteger,
            sa.ForeignKey(VERSION, ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("status", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("message", sa.Text, nullable=False, server_default=""),
        sa.Column("progress", JSONB(none_as_null=True)),
        sa.Column("outcome", JSONB(none_as_null=True)),
        sa.Column("profile", JSONB(none_as_null=True)),
        sa.Column("changes", JSONB(none_as_null=True)),
        sa.Column("rows", sa.BigInteger),
        sa.Column("set_aside", sa.BigInteger),
        sa.Column("searchable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("loaded_at", TIME),
    )


def downgrade() -> None:
    """Drop them; the files and their versions stay."""
    op.drop_table("independence_content_version")
    op.drop_table("independence_content_resource")
