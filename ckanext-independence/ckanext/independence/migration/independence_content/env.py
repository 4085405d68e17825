"""How alembic reaches the tables of `content`."""

from __future__ import annotations

from ckanext.independence.catalog.migrating import run

run("independence_content", "independence_content_")
