"""What a steward decided of a resource's contents, and what was found in each version.

Owns names and columns; the migration under ``migration/independence_content`` makes them.
Rows go with the resource or the version that they belong to.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["Contents", "Found"]

_TIME = sa.DateTime(timezone=True)


class Contents(tk.BaseModel):
    """What is decided for a resource, whichever file it serves: survives every reload.

    ``reading`` is how its file is to be read (``reading.model.Reading`` as JSON; None: find
    out). ``columns`` is the dictionary, a list of dicts with ``name`` and any of ``label``,
    ``type``, ``description``, ``unit``, ``codes`` (value to meaning), ``role``. ``declared`` is
    what a manifest said of columns, as it said it. ``link`` is what came of the last fetch of a
    linked file. ``chart`` and
    ``map`` are what the steward set up. ``streamed`` resources take rows by API instead.
    ``version_id`` is the version whose rows the DataStore's table holds.
    """

    __tablename__ = "independence_content_resource"

    resource_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    columns: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, nullable=False, server_default=sa.text("'[]'")
    )
    declared: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    link: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    chart: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    map: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    streamed: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, server_default=sa.false())
    version_id: Mapped[int | None] = mapped_column(
        sa.BigInteger,
        sa.ForeignKey("independence_catalog_version.id", ondelete="SET NULL"),
    )


class Found(tk.BaseModel):
    """What was found in one version's file, and how far its load has come.

    ``status``: ``waiting``, ``reading``, ``loading``, ``loaded`` (its rows are or were the
    table), ``asked`` (a steward must choose), ``refused`` (it cannot be read), ``download``
    (no table, and none is expected), ``failed``. ``progress`` is ``{"stage": words, "done":
    n, "total": n}`` while it runs. ``outcome`` is what the reader said (``Outcome`` as JSON);
    ``profile`` is per column name what ``profiles`` found.
    """

    __tablename__ = "independence_content_version"

    version_id: Mapped[int] = mapped_column(
        sa.BigInteger,
        sa.ForeignKey("independence_catalog_version.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    status: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="waiting")
    message: Mapped[str] = mapped_column(sa.Text, nullable=False, server_default="")
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    profile: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rows: Mapped[int | None] = mapped_column(sa.BigInteger)
    set_aside: Mapped[int | None] = mapped_column(sa.BigInteger)
    searchable: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, server_default=sa.false())
    loaded_at: Mapped[datetime | None] = mapped_column(_TIME)
