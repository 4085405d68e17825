"""Commands of the slice, under ``ckan independence content``."""

from __future__ import annotations

import click

from .read_command import read_command

__all__ = ["content"]


@click.group()
def content() -> None:
    """Look into files: how one is read, what was loaded."""


content.add_command(read_command)
