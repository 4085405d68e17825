"""CKAN's own command line, with libmagic out of its wheel.

Owns the order of two imports: python-magic looks for its library once, when
CKAN's commands import it, so `pylibmagic` must have come first.
"""

import logging
import os

import pylibmagic  # noqa: F401
from ckan.cli.cli import ckan

from embedded_ckan.project import QUIET_VARIABLE

if __name__ == "__main__":
    if os.environ.get(QUIET_VARIABLE):
        logging.disable(logging.INFO)
    ckan(prog_name="ckan")
