"""The command that reads one file and says what came of it, without a portal.

Owns how an outcome is printed. Keeps nothing: what the reader writes on the way is removed.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import click

from .reading import Outcome, Reading, read

__all__ = ["read_command"]

_EXIT = {"read": 0, "refused": 1, "ask": 3}
_SHOWN = 20


@click.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--reading",
    "reading_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How to read it, as JSON: a reading that --json printed, or parts of one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def read_command(ctx: click.Context, file: Path, reading_file: Path | None, as_json: bool) -> None:
    """Read a file and say what was found: columns, rows, what was set aside, what is to be asked.

    Ends with 0 where the file was read, 3 where a person must choose, 1 where it was refused.
    """
    given = _reading(reading_file) if reading_file else None
    with tempfile.TemporaryDirectory(prefix="reading-") as folder:
        outcome = read(file, given, name=file.name, into=Path(folder))
    if as_json:
        click.echo(json.dumps(_told(outcome), indent=1, ensure_ascii=False))
    else:
        _say(outcome)
    ctx.exit(_EXIT[outcome.status])


def _reading(path: Path) -> Reading:
    try:
        given = json.loads(path.read_text("utf-8"))
        return Reading.of(given.get("reading", given))
    except (ValueError, AttributeError, TypeError) as error:
        raise click.ClickException(f"{path} is no reading: {error}") from error


def _told(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON, without the places of files that are gone."""
    told = outcome.as_json()
    for table in told["tables"]:
        del table["parquet"], table["rejects"]
    return told


def _say(outcome: Outcome) -> None:
    click.echo(f"{outcome.status}: {outcome.message}")
    for table in outcome.tables:
        if table.sheet:
            click.echo(f"Sheet: {table.sheet}")
        header = ", ".join(map(str, table.header_rows)) or "none"
        click.echo(
            f"Rows: {table.source_rows:,} in the file, {table.rows:,} in the table; header in row "
            f"{header}; {table.blank_rows:,} blank; {table.set_aside_total:,} set aside"
        )
        width = max((len(column.name) for column in table.columns), default=0)
        for column in table.columns:
            unit = f" ({column.unit})" if column.unit else ""
            click.echo(f"  {column.name:{width}}  {column.type}{unit}  {column.label}")
        for aside in table.set_aside[:_SHOWN]:
            cells = " | ".join(aside.cells)[:100]
            click.echo(f"Row {aside.row:,} set aside, {aside.kind}: {aside.reason} {cells}")
        if table.set_aside_total > _SHOWN:
            click.echo(f"and {table.set_aside_total - _SHOWN:,} more")
    for note in [*outcome.notes, *outcome.misfits]:
        click.echo(f"Note: {note}")
    for question in outcome.questions:
        click.echo(f"Question: {question.text}")
        for number, choice in enumerate(question.choices, 1):
            click.echo(f"  {number}. {choice.label}")


if __name__ == "__main__":
    read_command(prog_name="ckan independence content read")
