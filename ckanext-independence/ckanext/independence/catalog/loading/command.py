"""What ``ckan independence load`` does between its options and its exit status.

Owns the progress bar and the printing. It refuses nothing by itself.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from . import (
    Load,
    NoHome,
    Options,
    Refused,
    as_json,
    late_search_commits,
    open_catalog,
    publisher_map,
    site_user,
)

WELL, SOME_FAILED, REFUSED = 0, 1, 2


def run(
    place: str,
    *,
    dry_run: bool,
    publisher_map_file: Path | None,
    make_departments: bool,
    department: str | None,
    publish_as_is: bool,
    report_file: Path | None,
    json: bool,
) -> int:
    """Load a catalog, say what happened, and return the exit status."""
    try:
        catalog, name, url, beside = open_catalog(place)
        options = Options(
            source=name,
            url=url,
            dry_run=dry_run,
            publishers=publisher_map(publisher_map_file) if publisher_map_file else {},
            make_departments=make_departments,
            department=department,
            publish_as_is=publish_as_is,
        )
        load = Load(catalog, options, site_user(), beside)
    except (Refused, NoHome) as error:
        click.echo(str(error), err=True)
        return REFUSED
    with (
        nullcontext() if dry_run else late_search_commits(),
        click.progressbar(
            load.run(),
            length=len(catalog.records),
            label=f"{'Comparing' if dry_run else 'Loading'} {name}",
            file=click.get_text_stream("stderr"),
        ) as records,
    ):
        for _ in records:
            pass
    if report_file:
        report_file.write_text(as_json(load.report) + "\n", encoding="utf-8")
    if json:
        click.echo(as_json(load.report))
    else:
        for line in load.report.lines():
            click.echo(line)
        if load.report.kinds() and not report_file:
            click.echo("The values themselves: again with --report FILE.json")
    return WELL if load.report.ok() else SOME_FAILED
