"""Commands of the slice, under ``ckan independence policy``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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


def _progress(done: int, of: int) -> None:
    click.echo(f"{done:,} of {of:,} data sets", err=True)


@policy.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print all that is known as JSON.")
def preview(file: Path, as_json: bool) -> None:
    """Say what another rulebook would change, before it is put in force.

    Everything is judged by the rulebook in FILE and by the present one; nothing is kept. Ends
    with 2 where the rulebook cannot be used.
    """
    from . import previewed
    from .book import checks, highest_mode
    from .rulebook import RulebookError, read

    try:
        new = read(file, checks(), highest_mode())
    except RulebookError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    told = previewed.preview(new, progress=_progress)
    if as_json:
        click.echo(json.dumps(told, indent=1))
        return
    for sentence in _sentences(told):
        click.echo(sentence)


def _sentences(told: dict[str, Any]) -> list[str]:
    said = [f"{told['datasets']:,} data sets were judged by both rulebooks."]
    for name, word in (("added", "New rules"), ("removed", "Rules that are gone")):
        if told[name]:
            said.append(f"{word}: {', '.join(told[name])}.")
    if not told["rules"]:
        said.append("Nothing would be judged otherwise.")
    words = {
        "to_fail": "would fail and do not today",
        "to_pass": "fail today and would not",
        "to_block": "could not become public and can today",
    }
    for rule in told["rules"]:
        said.append(f"\n{rule['rule']}  {rule['title']} ({rule['severity']}, {rule['mode']})")
        said.append(f"    fails for {rule['failing']:,} today, would for {rule['would_fail']:,}")
        for what, sentence in words.items():
            change = rule[what]
            if change["count"]:
                said.append(f"    {change['count']:,} {sentence}:")
                said += [f"      {one['title']}  {one['id']}" for one in change["named"]]
                more = change["count"] - len(change["named"])
                said += [f"      and {more:,} more"] if more else []
    return said


@policy.command()
def rejudge() -> None:
    """Judge every data set, department and the city now, instead of in the night."""
    from . import rejudged

    told = rejudged.run(_progress)
    click.echo(f"{told['judged']:,} data sets judged; {told['changed']:,} have other findings.")
    if told["left"]:
        click.echo(f"{len(told['left']):,} were being saved and are judged by a worker.")
    for rule in told["failing"]:
        click.echo(f"The check of {rule} failed; `policy status` says how.")


@policy.command()
@click.option("--json", "as_json", is_flag=True, help="Print all that is known as JSON.")
def status(as_json: bool) -> None:
    """Say by which rulebook everything was judged, how far a run has come, and what fails."""
    from . import telling

    told = telling.status()
    if as_json:
        click.echo(json.dumps(told, indent=1))
        return
    for sentence in telling.sentences(told):
        click.echo(sentence)
