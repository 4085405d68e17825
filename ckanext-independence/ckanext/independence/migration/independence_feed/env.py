"""How alembic reaches the tables of `feed`."""

from __future__ import annotations

from ckanext.independence.catalog.migrating import run

run("independence_feed", "independence_feed_")
