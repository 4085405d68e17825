"""How alembic reaches the tables of `policy`."""

from __future__ import annotations

from ckanext.independence.catalog.migrating import run

run("independence_policy", "independence_policy_")
