"""Commands of the slice, under ``ckan independence content``."""

from __future__ import annotations

import click

__all__ = ["content"]


@click.group()
def content() -> None:
    """Look into files: how one is read, what was loaded."""
