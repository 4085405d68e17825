"""Since when a withdrawal is held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7d0a2f96e1b8"
down_revision = "3b8e51c07a94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep what was held held, however old the others become that left with it."""
    op.add_column("independence_feed_withdrawal", sa.Column("held_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Forget what was held."""
    op.drop_column("independence_feed_withdrawal", "held_at")
