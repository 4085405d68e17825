"""The command that reads a rulebook and prints its tables, without a portal.

Owns the place of the tables in a page that it is told to renew: between two marks.
"""

from __future__ import annotations

from pathlib import Path

import click

from .rule_table import markdown
from .rulebook import RulebookError, read
from .rules.checks import CHECKS

__all__ = ["renewed", "rules_command"]

_BEGIN = "<!-- rules: written by `policy rules`, do not edit -->\n"
_END = "<!-- end of rules -->\n"


def renewed(page: str, tables: str) -> str:
    """Return a page with its tables renewed.

    Raises:
        ValueError: it has no place for them
    """
    head, begin, rest = page.partition(_BEGIN)
    _, end, tail = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"It must hold the lines {_BEGIN.strip()} and {_END.strip()}.")
    return f"{head}{_BEGIN}\n{tables}\n{_END}{tail}"


@click.command("rules")
@click.argument("rulebook", type=click.Path(path_type=Path))
@click.option(
    "--into",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A page of Markdown in which the tables are renewed, in place of printing them.",
)
def rules_command(rulebook: Path, into: Path | None) -> None:
    """Read a rulebook; print its rules, its clauses and the portal's checks as Markdown.

    Ends with 1 where the rulebook is wrong, and says in which lines. Checks of other plugins are
    not known here.
    """
    try:
        tables = markdown(read(rulebook, CHECKS), CHECKS)
    except RulebookError as error:
        raise click.ClickException(str(error)) from error
    if into is None:
        click.echo(tables, nl=False)
        return
    try:
        into.write_text(renewed(into.read_text("utf-8"), tables), "utf-8")
    except ValueError as error:
        raise click.ClickException(f"{into}: {error}") from error


if __name__ == "__main__":
    rules_command(prog_name="ckan independence policy rules")
