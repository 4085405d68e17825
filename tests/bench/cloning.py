"""Makes a catalog of any size out of a few data sets, in whichever CKAN it is run for.

Copies rows in SQL and entries in Solr, so that 100,000 data sets take minutes and not hours.
Run as ``python cloning.py INI SEED-PREFIX SIZE [search]``: afterwards the site has SIZE public data
sets that are copies of those whose names begin with the prefix; with ``search``, the search knows
them all.
"""

from __future__ import annotations

import hashlib
import json
import sys
import uuid
from typing import Any

import pylibmagic  # noqa: F401 -- brings the library that CKAN's import looks for

_COPY = (
    """
    CREATE TEMPORARY TABLE seed ON COMMIT DROP AS
    SELECT id, row_number() OVER (ORDER BY name) - 1 AS place
      FROM package WHERE name LIKE :prefix AND state = 'active'
    """,
    """
    CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
    SELECT n, md5('data set ' || n)::uuid::text AS id, seed.id AS of
      FROM generate_series(CAST(:low AS int), CAST(:high AS int)) n
      JOIN seed ON seed.place = n % (SELECT count(*) FROM seed)
    """,
    """
    INSERT INTO package
    SELECT (jsonb_populate_record(p, jsonb_build_object(
               'id', copy.id,
               'name', 'copy-' || copy.n,
               'title', p.title || ' ' || copy.n,
               'extras', p.extras || jsonb_build_object('identifier', 'urn:uuid:' || copy.id)
           ))).*
      FROM copy JOIN package p ON p.id = copy.of
    """,
    """
    INSERT INTO resource
    SELECT (jsonb_populate_record(r, jsonb_build_object(
               'id', md5('file ' || r.position || ' of ' || copy.n)::uuid::text,
               'package_id', copy.id
           ))).*
      FROM copy JOIN resource r ON r.package_id = copy.of AND r.state = 'active'
    """,
    """
    INSERT INTO package_tag (id, package_id, tag_id, state)
    SELECT md5(t.id || copy.n)::uuid::text, copy.id, t.tag_id, t.state
      FROM copy JOIN package_tag t ON t.package_id = copy.of
    """,
    """
    INSERT INTO member
    SELECT (jsonb_populate_record(m, jsonb_build_object(
               'id', md5(m.id || copy.n)::uuid::text, 'table_id', copy.id
           ))).*
      FROM copy JOIN member m ON m.table_id = copy.of AND m.table_name = 'package'
    """,
)


class _Catching:
    """Takes what CKAN would send to Solr."""

    def __init__(self, docs: list[dict[str, Any]]) -> None:
        self.docs = docs

    def add(self, docs: list[dict[str, Any]], **_: Any) -> None:
        """Keep it."""
        self.docs += docs


def main(ini: str, prefix: str, size: int, *, search: bool) -> None:
    """Grow the catalog to ``size`` data sets."""
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():
        low = grow(prefix, size)
        if search and low < size:
            tell_search(prefix, low, size)


def grow(prefix: str, size: int) -> int:
    """Copy the seeds until there are enough; return how many data sets there were."""
    import sqlalchemy as sa
    from ckan import model

    counted = sa.text(
        "SELECT count(*) FROM package WHERE state = 'active' AND NOT private AND type = 'dataset'"
    )
    low = model.Session.scalar(counted) or 0
    if size > low:
        # One of its own transactions: CKAN's session commits at once what is executed in it.
        with model.meta.engine.begin() as connection:
            for statement in _COPY:
                wanted = {"prefix": f"{prefix}%", "low": low, "high": size - 1}
                named = {key: value for key, value in wanted.items() if f":{key}" in statement}
                connection.execute(sa.text(statement), named)
        with model.meta.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
    return low


def tell_search(prefix: str, low: int, size: int) -> None:
    """Send Solr an entry for each copy: that of its seed with other ids and names."""
    from ckan import logic, model
    from ckan.common import config
    from ckan.lib.search import index

    connection = index.make_connection()
    connection.timeout = 600
    seeds = (
        model.Session.query(model.Package)
        .filter(model.Package.name.like(f"{prefix}%"), model.Package.state == "active")
        .order_by(model.Package.name)
    )
    entries: list[tuple[dict[str, Any], str]] = []
    for seed in seeds:
        docs: list[dict[str, Any]] = []
        index.make_connection = lambda docs=docs: _Catching(docs)
        both = logic.package_show_default_and_custom_schemas(
            {"ignore_auth": True, "user": "admin"}, seed.id
        )
        logic.index_update_package_dicts(both)
        shown = {"id": seed.id, "name": seed.name, "title": seed.title, "files": []}
        shown["files"] = [file["id"] for file in both[0]["resources"]]
        entries.append((shown, json.dumps(docs[0], default=str)))
    index.make_connection = lambda: connection
    waiting: list[dict[str, Any]] = []
    for number in range(low, size):
        seed, text = entries[number % len(entries)]
        id_ = _uuid(f"data set {number}")
        for place, file in enumerate(seed["files"]):
            text = text.replace(file, _uuid(f"file {place} of {number}"))
        text = text.replace(seed["id"], id_).replace(seed["title"], f"{seed['title']} {number}")
        text = text.replace(f'"{seed["name"]}"', f'"copy-{number}"')
        text = text.replace(f'\\"{seed["name"]}\\"', f'\\"copy-{number}\\"')
        doc = json.loads(text)
        site = config.get("ckan.site_id")
        doc["index_id"] = hashlib.md5(f"{id_}{site}".encode()).hexdigest()  # noqa: S324
        waiting.append(doc)
        if len(waiting) == 500:
            connection.add(docs=waiting, commit=False)
            waiting = []
    if waiting:
        connection.add(docs=waiting, commit=False)
    connection.commit()


def _uuid(text: str) -> str:
    return str(uuid.UUID(hashlib.md5(text.encode()).hexdigest()))  # noqa: S324


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), search="search" in sys.argv[4:])
