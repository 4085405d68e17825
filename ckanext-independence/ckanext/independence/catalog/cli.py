"""The one command group, ``ckan independence``, which collects the slices' commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins as p
import click

from .interfaces import ICommands

__all__ = ["independence"]


class _Group(click.Group):
    """The catalog's own commands, and those of the other slices that are on."""

    def _others(self) -> dict[str, click.Command]:
        plugins = p.PluginImplementations(ICommands)
        return {str(one.name): one for plugin in plugins for one in plugin.independence_commands()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._others()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._others().get(cmd_name)


@click.group(cls=_Group)
def independence() -> None:
    """Work on the city's portal: departments, loading, files, what is owed."""


@independence.command("departments")
def departments_command() -> None:
    """Make or correct the departments that config/city.yaml names."""
    from . import departments

    for name, what in departments.apply():
        click.echo(f"{name}: {what}")


@independence.command("load")
@click.argument("place", metavar="PATH|URL")
@click.option("--dry-run", is_flag=True, help="Only say what would be added, changed and left.")
@click.option(
    "--publisher-map",
    "publisher_map_file",
    type=click.Path(path_type=Path),
    help="YAML or JSON that gives a department for each publisher.",
)
@click.option(
    "--make-departments", is_flag=True, help="Make a department of each publisher that is none."
)
@click.option("--department", help="The department of records whose publisher is none.")
@click.option(
    "--publish-as-is",
    is_flag=True,
    help="Keep public what lacks something that being public requires.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report here, too, as JSON.",
)
@click.option("--json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def load_command(ctx: click.Context, place: str, **options: Any) -> None:
    """Load a manifest, a data.json or an answer of package_search.

    Ends with 0 where every record came through, 1 where some did not, and 2 where the
    catalog or an option was refused.
    """
    from .loading import command

    ctx.exit(command.run(place, **options))


@independence.group("files")
def files_group() -> None:
    """Look after the stored files."""


@files_group.command("sweep")
def files_sweep() -> None:
    """Remove stored files that nothing has named for a day, and unfinished uploads."""
    from . import files

    swept = files.sweep()
    click.echo(f"Stored files: {swept.files} removed ({swept.size} bytes)")
    click.echo(f"Unfinished uploads: {swept.unfinished} removed")


@independence.command("owed")
@click.option("--now", is_flag=True, help="Do here what is due, instead of waiting for a worker.")
def owed_command(now: bool) -> None:
    """List what is still to be done, when, and what went wrong with it."""
    from . import owed

    if now:
        click.echo(f"Done or tried: {owed.work()}")
    for row in owed.waiting():
        click.echo(f"{row.due:%Y-%m-%d %H:%M:%S%z}  {row.kind}  {row.key}  {row.error or ''}")


@independence.command("clock")
def clock_command() -> None:
    """Run the schedules and wake workers for what is due, until told to stop."""
    from . import clock

    clock.run()
