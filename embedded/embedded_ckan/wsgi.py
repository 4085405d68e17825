"""CKAN as a WSGI application, for projects that have no entry of their own.

Reads the configuration that the environment variable CKAN_INI names.
"""

import os

import pylibmagic  # noqa: F401
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

application = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
