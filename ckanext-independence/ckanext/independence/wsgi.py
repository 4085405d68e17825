"""What gunicorn runs: CKAN, with its health and the files that never change in front of it.

Owns the order of the start and the headers of static files. The configuration is the file named
by the environment's ``CKAN_INI``.
"""

from __future__ import annotations

import gc
import os
import sys
from functools import partial

# Brings the library that CKAN's own import of `magic` looks for: so, before CKAN.
import pylibmagic  # noqa: F401
from ckan import plugins
from ckan.cli import CKANConfigLoader
from ckan.common import config
from ckan.config.middleware import make_app
from ckanext.independence.catalog import site_assets
from ckanext.independence.catalog.health import Health
from ckanext.independence.feed import freshness, publisher
from ckanext.independence.feed.serving import Feeds
from whitenoise import WhiteNoise

# A year: the name of each of these files changes with its content.
FOR_EVER = 31_536_000


def _configured() -> str:
    path = os.environ.get("CKAN_INI")
    if not path:
        sys.exit("CKAN_INI is not set: name the configuration file of the site in it.")
    return path


def _application() -> WhiteNoise:
    ckan = make_app(CKANConfigLoader(_configured()).get_config())
    # In front of CKAN, whose every request needs what may be down.
    if plugins.plugin_loaded("independence_feed"):
        folder = publisher.folder()
        fresh = partial(freshness.check, config["sqlalchemy.url"], folder)
        app = Feeds(Health(ckan, config, {"feed": fresh}), folder)
    else:
        app = Health(ckan, config)
    static = WhiteNoise(
        app,
        max_age=FOR_EVER,
        # Every name under these two addresses carries a hash.
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_add_headers,
    )
    for prefix, folder in site_assets.folders().items():
        static.add_files(str(folder), prefix=prefix)
    return static


def _add_headers(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


application = _application()

# What is loaded now stays to the end: a collection need not look through it each time, and may
# come less often.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
