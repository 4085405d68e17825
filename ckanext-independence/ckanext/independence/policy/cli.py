"""Commands of the slice, under ``ckan independence policy``."""

from __future__ import annotations

import click

from .check_command import check_command
from .rules_command import rules_command
from .scan_command import scan_command

__all__ = ["policy"]


@click.group()
def policy() -> None:
    """What the open data policy asks: check a file or a catalog, and try a new rulebook."""


policy.add_command(check_command)
policy.add_command(scan_command)
policy.add_command(rules_command)
