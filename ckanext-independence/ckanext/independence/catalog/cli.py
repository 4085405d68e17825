"""The one command group, ``ckan independence``, which collects the slices' commands."""

from __future__ import annotations

import click

__all__ = ["independence"]


@click.group()
def independence() -> None:
    """Work on the city's portal: departments, loading, files, what is owed."""


@independence.command("departments")
def departments_command() -> None:
    """Make or correct the departments that config/city.yaml names."""
    from . import departments

    for name, what in departments.apply():
        click.echo(f"{name}: {what}")
