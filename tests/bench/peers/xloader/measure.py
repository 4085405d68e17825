"""Load one CSV file with ckanext-xloader's own functions, as its job calls them, and print how.

Run in this folder's environment: ``measure.py INI CSV typed|untyped``. INI names the databases
of a site that is running; the file's data set is made anew. Prints JSON: seconds until the
table is complete and searchable, the process's peak memory in MB, rows, and the table's size.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any


def app(ini: Path) -> Any:
    """Make CKAN in this process."""
    os.environ["CKAN_INI"] = str(ini)
    import pylibmagic  # noqa: F401 -- brings the library that CKAN's import looks for
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    return make_app(CKANConfigLoader(str(ini)).get_config())._wsgi_app


def new_resource(mode: str) -> str:
    """Return the id of a resource without a table."""
    import ckan.plugins.toolkit as tk

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context = {"ignore_auth": True, "user": user}
    name = f"xloader-{mode}-{os.getpid()}"
    tk.get_action("organization_create")(dict(context), {"name": name})
    tk.get_action("package_create")(dict(context), {"name": name, "owner_org": name})
    # Of no format that xloader knows, it is not put into the queue for each batch of rows.
    resource = {"package_id": name, "url": "https://data.example.gov/rows", "format": "rows"}
    made = tk.get_action("resource_create")(dict(context), resource)
    return str(made["id"])


def main() -> None:
    """Load and print."""
    ini, path, mode = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    logging.disable(logging.WARNING)
    with app(ini).test_request_context():
        from ckanext.datastore.backend.postgres import get_write_engine
        from ckanext.xloader import loader

        resource_id = new_resource(mode)
        logger = logging.getLogger("xloader")
        load = loader.load_table if mode == "typed" else loader.load_csv
        begun = time.perf_counter()
        load(path, resource_id=resource_id, mimetype="text/csv", logger=logger)
        loader.calculate_record_count(resource_id=resource_id, logger=logger)
        seconds = time.perf_counter() - begun
        with get_write_engine().connect() as connection:
            import sqlalchemy as sa

            size, rows = connection.execute(
                sa.text(
                    f"SELECT pg_total_relation_size('\"{resource_id}\"'),"  # noqa: S608
                    f' (SELECT count(*) FROM "{resource_id}")'
                )
            ).one()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "rows": rows, "bytes": size}))


if __name__ == "__main__":
    main()
