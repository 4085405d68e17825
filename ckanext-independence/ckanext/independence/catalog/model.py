"""The catalog's own tables: files and their versions, what is owed, when what runs.

Owns names, columns and keys; the migration under ``migration/independence`` makes
them. Refuses to hold anything that CKAN's own tables hold already. Only versions
point into a table of CKAN's, and go with the resource they belong to, so that a
purge is never stopped and leaves nothing that a resource of the same id could serve.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["KeptFile", "Owed", "Schedule", "Version"]

_TIME = sa.DateTime(timezone=True)


class KeptFile(tk.BaseModel):
    """Bytes in storage, known by their SHA-256 (hex)."""

    __tablename__ = "independence_catalog_file"

    sha256: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    size: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    # When somebody last asked to keep these bytes: the sweep waits a day from here.
    stored_at: Mapped[datetime] = mapped_column(_TIME, nullable=False, server_default=sa.func.now())


class Version(tk.BaseModel):
    """One file that a resource has had. At most one per resource is served."""

    __tablename__ = "independence_catalog_version"
    __table_args__ = (
        sa.Index(
            "independence_catalog_version_served",
            "resource_id",
            unique=True,
            postgresql_where=sa.text("served"),
        ),
        sa.Index("independence_catalog_version_resource", "resource_id", "created"),
        sa.Index("independence_catalog_version_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    resource_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("resource.id", ondelete="CASCADE"), nullable=False
    )
    sha256: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("independence_catalog_file.sha256"), nullable=False
    )
    filename: Mapped[str] = mapped_column(sa.Text, nullable=False)
    mimetype: Mapped[str] = mapped_column(sa.Text, nullable=False)
    created: Mapped[datetime] = mapped_column(_TIME, nullable=False, server_default=sa.func.now())
    # The account's id; None where no account was at work (a command, an import).
    author: Mapped[str | None] = mapped_column(sa.Text)
    served: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, server_default=sa.false())
    # received (nobody has looked at it), judged (it may be served), served (it is or was), held.
    state: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="received")
    # Why it is held, in words for its steward.
    reason: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    # What its steward says of it.
    note: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    # The address it was fetched from; empty for an upload.
    source: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")


class Owed(tk.BaseModel):
    """One thing still to be done. ``revision`` grows each time it is owed again."""

    __tablename__ = "independence_catalog_owed"
    __table_args__ = (sa.Index("independence_catalog_owed_due", "due"),)

    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    key: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    due: Mapped[datetime] = mapped_column(_TIME, nullable=False, server_default=sa.func.now())
    attempts: Mapped[int] = mapped_column(sa.Integer, nullable=False, server_default="0")
    error: Mapped[str | None] = mapped_column(sa.Text)
    revision: Mapped[int] = mapped_column(sa.BigInteger, nullable=False, server_default="1")


class Schedule(tk.BaseModel):
    """When something that happens again and again happens next."""

    __tablename__ = "independence_catalog_schedule"

    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    cron: Mapped[str] = mapped_column(sa.Text, nullable=False)
    next_run: Mapped[datetime] = mapped_column(_TIME, nullable=False)
