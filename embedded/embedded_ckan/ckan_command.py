"""CKAN's own command line, with libmagic out of its wheel.

Owns the order of two imports: python-magic looks for its library once, when
CKAN's commands import it, so `pylibmagic` must have come first.
"""

import pylibmagic  # noqa: F401
from ckan.cli.cli import ckan

if __name__ == "__main__":
    ckan(prog_name="ckan")
