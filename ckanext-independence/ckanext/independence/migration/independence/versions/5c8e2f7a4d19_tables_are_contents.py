"""Tables are the business of whoever looks into files: what was declared is handed over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "5c8e2f7a4d19"
down_revision = "3f5e9d1c7a08"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Owe a look into every file that is served, with the columns declared for it."""
    op.execute(
        "DELETE FROM independence_catalog_owed WHERE kind IN ('table', 'tables-sweep', 'content')"
    )
    op.execute(
        "INSERT INTO independence_catalog_owed (kind, key, payload)"
        " SELECT 'content', v.resource_id,"
        " CASE WHEN t.columns <> '[]' THEN jsonb_build_object('columns', t.columns) END"
        " FROM independence_catalog_version v"
        " LEFT JOIN independence_catalog_table t ON t.resource_id = v.resource_id"
        " WHERE v.served"
    )
    op.drop_table("independence_catalog_table")


def downgrade() -> None:
    """Make the table anew; what was loaded since then is not in it."""
    op.create_table(
        "independence_catalog_table",
        sa.Column("resource_id", sa.Text, primary_key=True),
        sa.Column("columns", JSONB, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.Column("rows", sa.BigInteger),
        sa.Column("loaded_at", TIME),
        sa.Column("error", sa.Text),
    )
