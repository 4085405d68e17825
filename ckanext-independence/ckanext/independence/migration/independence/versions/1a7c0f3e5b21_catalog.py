"""Files and versions, typed tables, what is owed, schedules; identifiers are unique."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "1a7c0f3e5b21"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NOW = sa.func.now()


def upgrade() -> None:
    """Make the catalog's tables, and the index that keeps an identifier one data set's."""
    refuse_shared_identifiers()
    op.create_table(
        "independence_catalog_file",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("stored_at", TIME, nullable=False, server_default=NOW),
    )
    op.create_table(
        "independence_catalog_version",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "resource_id",
            sa.Text,
            sa.ForeignKey("resource.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "sha256", sa.Text, sa.ForeignKey("independence_catalog_file.sha256"), nullable=False
        ),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("mimetype", sa.Text, nullable=False),
        sa.Column("created", TIME, nullable=False, server_default=NOW),
        sa.Column("author", sa.Text),
        sa.Column("served", sa.Boolean, nullable=False, server_default=sa.true()),
    )
    op.create_index(
        "independence_catalog_version_served",
        "independence_catalog_version",
        ["resource_id"],
        unique=True,
        postgresql_where=sa.text("served"),
    )
    op.create_index(
        "independence_catalog_version_resource",
        "independence_catalog_version",
        ["resource_id", "created"],
    )
    op.create_index(
        "independence_catalog_version_sha256", "independence_catalog_version", ["sha256"]
    )
    op.create_table(
        "independence_catalog_table",
        sa.Column("resource_id", sa.Text, primary_key=True),
        sa.Column("columns", JSONB, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.Column("rows", sa.BigInteger),
        sa.Column("loaded_at", TIME),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "independence_catalog_owed",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("payload", JSONB(none_as_null=True)),
        sa.Column("due", TIME, nullable=False, server_default=NOW),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
    )
    op.create_index("independence_catalog_owed_due", "independence_catalog_owed", ["due"])
    op.create_table(
        "independence_catalog_schedule",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("cron", sa.Text, nullable=False),
        sa.Column("next_run", TIME, nullable=False),
    )
    # Deleted data sets keep theirs, too: an identifier is never given to another one.
    op.execute(
        "CREATE UNIQUE INDEX independence_catalog_identifier"
        " ON package (NULLIF(extras ->> 'identifier', ''))"
    )


def downgrade() -> None:
    """Drop them. Stored files stay in storage, without anything that says whose they were."""
    op.execute("DROP INDEX independence_catalog_identifier")
    for table in ("schedule", "owed", "table", "version", "file"):
        op.drop_table(f"independence_catalog_{table}")


def refuse_shared_identifiers() -> None:
    """Name the data sets that share an identifier, before PostgreSQL refuses the index."""
    shared = op.get_bind().execute(
        sa.text(
            "SELECT extras ->> 'identifier', string_agg(name, ', ' ORDER BY name) FROM package"
            " WHERE extras ->> 'identifier' <> '' GROUP BY 1 HAVING count(*) > 1 ORDER BY 1"
        )
    )
    lines = [f"{identifier}: {names}" for identifier, names in shared]
    if lines:
        raise RuntimeError(
            "These identifiers belong to more than one data set each. Give every data set its "
            "own identifier, or purge the ones that are not needed, then upgrade again:\n"
            + "\n".join(lines)
        )
