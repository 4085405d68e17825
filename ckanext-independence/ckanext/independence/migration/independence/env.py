"""How alembic reaches the tables of `catalog`."""

from __future__ import annotations

from ckanext.independence.catalog.migrating import run

run("independence", "independence_catalog_")
