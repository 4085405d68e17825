"""What a manifest said of columns, and what came of the last fetch of a link, are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "9e2a4c6d8b10"
down_revision = "7d41b2a90c36"
branch_labels = None
depends_on = None

TABLE = "independence_content_resource"


def upgrade() -> None:
    """Add the columns."""
    for name in ("declared", "link"):
        op.add_column(TABLE, sa.Column(name, JSONB(none_as_null=True)))


def downgrade() -> None:
    """Forget them."""
    for name in ("link", "declared"):
        op.drop_column(TABLE, name)
