"""Commands of the slice, under ``ckan independence feed``."""

from __future__ import annotations

import click

from .check_command import check_command
from .diff_command import diff_command

__all__ = ["feed"]


@click.group()
def feed() -> None:
    """What harvesters read: check it, say what a new feed would do, publish it."""


feed.add_command(check_command)
feed.add_command(diff_command)


@feed.command()
def publish() -> None:
    """Publish now what has changed."""
    from . import publisher

    publisher.publish()
