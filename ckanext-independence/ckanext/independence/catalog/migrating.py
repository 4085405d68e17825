"""How alembic reaches the tables of a slice.

Owns one run of a slice's revisions; each folder of ``migration/`` calls it with its own names.
It knows no settings of its own: CKAN gives them.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import engine_from_config, pool

__all__ = ["run"]


def run(plugin: str, tables: str) -> None:
    """Apply the revisions in one transaction, or write them as SQL when asked to.

    Args:
        plugin: whose revisions; the table that holds the last one is named after it
        tables: how the names of its tables begin
    """

    def ours(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
        # The tables of CKAN and of other plugins are none of its business.
        return kind != "table" or bool(name and name.startswith(tables))

    settings: dict[str, Any] = {
        "target_metadata": metadata,
        "version_table": f"{plugin}_alembic_version",
        "include_object": ours,
    }
    if context.is_offline_mode():
        url = context.config.get_main_option("sqlalchemy.url")
        context.configure(url=url, literal_binds=True, **settings)
        with context.begin_transaction():
            context.run_migrations()
        return
    section = context.config.get_section(context.config.config_ini_section) or {}
    engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, **settings)
        with context.begin_transaction():
            context.run_migrations()
