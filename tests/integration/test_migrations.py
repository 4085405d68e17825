"""The catalog's migrations: they make what the models say, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from embedded_ckan.testing import RunningSite

from tests.integration.inside import Inside

COPY = "ckan_of_migrations"


def is_ours(table: str) -> bool:
    return table.startswith("independence_c") and not table.endswith("alembic_version")


@pytest.fixture
def migrations(servers: RunningSite, inside: Inside) -> Iterator[Any]:
    """Alembic's settings for a database of its own that is up to date and empty."""
    import ckan.plugins.toolkit as tk
    from alembic.config import Config
    from ckanext import independence

    superuser = servers.postgres.connect()
    cursor = superuser.cursor()
    cursor.execute(f"CREATE DATABASE {COPY} OWNER ckan TEMPLATE ckan{servers.template}")
    url = sa.engine.make_url(tk.config["sqlalchemy.url"]).set(database=COPY)
    configs = {}
    for plugin in ("independence", "independence_content"):
        ini = Path(independence.__file__).parent / "migration" / plugin / "alembic.ini"
        configs[plugin] = Config(ini)
        configs[plugin].set_main_option(
            "sqlalchemy.url", url.render_as_string(hide_password=False).replace("%", "%%")
        )
    configs["independence"].attributes["url"] = url
    configs["independence"].attributes["contents"] = configs["independence_content"]
    yield configs["independence"]
    cursor.execute(f"DROP DATABASE {COPY}")
    superuser.close()


def test_the_migrations_make_what_the_models_say_and_can_be_taken_back(migrations: Any) -> None:
    from alembic import command
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from ckan.model.meta import metadata

    def ours(_thing: Any, name: str | None, kind: str, *_: Any) -> bool:
        return kind != "table" or is_ours(str(name))

    engine = sa.create_engine(migrations.attributes["url"], poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []
    # What is found in files belongs to the catalog's versions, and goes first.
    command.downgrade(migrations.attributes["contents"], "base")
    command.downgrade(migrations, "base")
    left = [name for name in sa.inspect(engine).get_table_names() if is_ours(name)]
    assert left == []

    same = "INSERT INTO package (id, name, extras) VALUES (:name, :name, :extras)"
    with engine.begin() as connection:
        for name in ("lamps", "lanterns"):
            connection.execute(sa.text(same), {"name": name, "extras": '{"identifier": "one"}'})
    with pytest.raises(RuntimeError, match="one: lamps, lanterns"):
        command.upgrade(migrations, "head")
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM package WHERE name = 'lamps'"))
    command.upgrade(migrations, "head")
    command.upgrade(migrations.attributes["contents"], "head")
    assert "independence_content_version" in sa.inspect(engine).get_table_names()
    assert "independence_catalog_version" in sa.inspect(engine).get_table_names()
