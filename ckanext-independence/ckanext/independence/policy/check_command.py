"""The command that puts a rulebook's rules to anybody's catalog, without a portal.

Owns where rulebook and city are looked for, and how the command ends. What is judged is
``foreign``'s to say, how it is told ``foreign_report``'s.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click
import yaml

from ..catalog.city import CityFileError, read_city
from ..catalog.opening import Unopened, content, say
from ..catalog.reading import MAX_BYTES, Refused, Tables, licence_table, read
from .foreign import OwnWords, findings
from .foreign_report import has_blockers, lines, report
from .known import known
from .rulebook import Rulebook, RulebookError
from .rulebook import read as read_rulebook
from .rules.checks import CHECKS
from .rules.subjects import City

__all__ = ["check_command"]

_RULEBOOK, _CITY = "schemas/policy/rulebook.yaml", "config/city.yaml"
_LICENCES, _FORM = "config/licences.json", "schemas/catalog/dataset.yaml"


@click.command("check")
@click.argument("catalog", metavar="FILE|URL")
@click.option(
    "--rulebook",
    type=click.Path(path_type=Path),
    help="The rules; the portal's own in the working directory or above it otherwise.",
)
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Judge as on this day, such as that on which an old catalog was kept. Today otherwise.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, data set by data set.")
@click.pass_context
def check_command(
    ctx: click.Context, catalog: str, rulebook: Path | None, day: dt.datetime | None, as_json: bool
) -> None:
    """Put the rules of a policy to a catalog: data.json in DCAT-US 1.1 or 3.0, and what else loads.

    Judges what records say: no file is fetched, and what such a catalog has no place for cannot
    be judged. Ends with 0 where no data set would be held back, 1 where some would, 2 where the
    catalog or the rulebook cannot be read.
    """
    book = _rulebook(rulebook or _here(_RULEBOOK))
    tables, city, today = _site(day.date() if day else None)
    name = catalog.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    try:
        found_in = read(content(catalog, MAX_BYTES), name or catalog, tables)
    except Refused as error:
        raise Unopened(str(error)) from error
    found = list(findings(found_in, book, city, today))
    told = report(catalog, found_in, book, today, found)
    if as_json:
        click.echo(json.dumps(told, indent=1))
    else:
        for line in lines(told):
            say(line)
    ctx.exit(1 if has_blockers(found) else 0)


def _here(name: str) -> Path:
    """Return a file of the project that lies in the working directory or above it."""
    folder = Path.cwd()
    for place in (folder, *folder.parents):
        if (place / name).is_file():
            return place / name
    raise Unopened(f"{name} is neither in {folder} nor above it. Go to the portal's folder.")


def _rulebook(path: Path) -> Rulebook:
    try:
        return read_rulebook(path, CHECKS)
    except RulebookError as error:
        raise Unopened(str(error)) from error


def _site(day: dt.date | None) -> tuple[Tables, City, dt.date]:
    """Return what the reader and the rules must know of this site, and the day that is meant."""
    try:
        here = read_city(_here(_CITY))
        licences = json.loads(_here(_LICENCES).read_text("utf-8"))
        form = yaml.safe_load(_here(_FORM).read_text("utf-8"))["dataset_fields"]
        (field,) = (one for one in form if one["field_name"] == "update_frequency")
        table = licence_table(licences)
    except CityFileError as error:
        raise Unopened(str(error)) from error
    except (OSError, ValueError, LookupError, TypeError, yaml.YAMLError) as error:
        raise Unopened(f"{_LICENCES} or {_FORM} cannot be used: {error}") from error
    today = day or here.today()
    frequencies = frozenset(str(choice["value"]) for choice in field["choices"])
    tables = Tables(licences=table, themes=OwnWords(), places=OwnWords(), frequencies=frequencies)
    return tables, known(here, today, licences, field["choices"]), today


if __name__ == "__main__":
    check_command(prog_name="ckan independence policy check")
