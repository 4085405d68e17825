"""How alembic reaches the tables of `feed`. CKAN calls it; it knows no settings of its own."""

from __future__ import annotations

from typing import Any

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import engine_from_config, pool

OURS = "independence_feed_"
VERSIONS = "independence_feed_alembic_version"


def ours(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Keep alembic's comparisons away from the tables of CKAN and of other plugins."""
    return kind != "table" or bool(name and name.startswith(OURS))


def run() -> None:
    """Apply the revisions in one transaction, or write them as SQL when asked to."""
    settings: dict[str, Any] = {
        "target_metadata": metadata,
        "version_table": VERSIONS,
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


run()
