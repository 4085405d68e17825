"""A version has a state, and may come from an address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3f5e9d1c7a08"
down_revision = "1a7c0f3e5b21"
branch_labels = None
depends_on = None

TABLE = "independence_catalog_version"


def upgrade() -> None:
    """Add what tells how far a version has come; those that are here were all served."""
    op.add_column(TABLE, sa.Column("state", sa.Text, nullable=False, server_default="served"))
    op.alter_column(TABLE, "state", server_default="received")
    op.alter_column(TABLE, "served", server_default=sa.false())
    op.add_column(TABLE, sa.Column("reason", sa.Text, nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("note", sa.Text, nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("source", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Forget it."""
    for column in ("source", "note", "reason", "state"):
        op.drop_column(TABLE, column)
    op.alter_column(TABLE, "served", server_default=sa.true())
