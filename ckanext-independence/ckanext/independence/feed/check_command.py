"""The command that checks anybody's feed as data.gov would, without a portal.

Owns what is counted and printed, and how the command ends. What is right is the gate's to say,
which records there are is the reading's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import click

from .gate import Language, Problem, check, is_valid
from .opening import opened, say
from .reading import Entry, Feed

__all__ = ["check_command"]


@dataclass(frozen=True)
class _Checked:
    """A record and what is wrong with it; `taken` where data.gov takes it from the feed at all."""

    entry: Entry
    problems: list[Problem]
    taken: bool

    @property
    def valid(self) -> bool:
        return self.taken and is_valid(self.problems)

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.entry.kind,
            "identifier": self.entry.identifier,
            "title": self.entry.title,
            "place": Problem(self.entry.place, "").where,
            "valid": self.valid,
            "problems": [problem.as_dict() for problem in self.problems],
        }


@click.command("check")
@click.argument("feed", metavar="FILE|URL")
@click.option(
    "--language",
    type=click.Choice(["1.1", "3.0"]),
    help="Which DCAT-US data.gov was told to expect; found in the feed otherwise.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, record by record.")
@click.pass_context
def check_command(ctx: click.Context, feed: str, language: Language | None, as_json: bool) -> None:
    """Check a feed in DCAT-US 1.1 or 3.0 as data.gov's harvester does.

    Counts its records and what is wrong with them. Ends with 0 where all are valid, 1 where some
    are not or would not be taken, 2 where the feed cannot be read.
    """
    read = opened(feed, language)
    records = _checked(read)
    if as_json:
        click.echo(json.dumps(_told(feed, read, records), indent=1))
    else:
        _say(read, records)
    sound = is_valid(read.problems) and all(record.valid for record in records)
    ctx.exit(0 if sound else 1)


def _checked(feed: Feed) -> list[_Checked]:
    return [
        _Checked(entry, check(entry.record, feed.language, entry.kind), taken)
        for entries, taken in ((feed.entries, True), (feed.left_out, False))
        for entry in entries
    ]


def _counts(records: list[_Checked]) -> dict[str, int]:
    valid = sum(record.valid for record in records)
    return {
        "records": len(records),
        "valid": valid,
        "invalid": len(records) - valid,
        "with_warnings": sum(
            any(problem.severity == "warning" for problem in record.problems) for record in records
        ),
        "not_taken": sum(not record.taken for record in records),
    }


def _by_rule(records: list[_Checked]) -> list[tuple[Problem, int, Entry]]:
    """Return each rule broken, by field: the first problem, how many records, the first of them.

    Errors come first, then what is most frequent.
    """
    found: dict[tuple[str, str, str], tuple[Problem, list[Entry]]] = {}
    for record in records:
        for problem in record.problems:
            kind = (problem.severity, _field(problem), problem.rule)
            entries = found.setdefault(kind, (problem, []))[1]
            if not entries or entries[-1] is not record.entry:
                entries.append(record.entry)
    kinds = [(problem, len(entries), entries[0]) for problem, entries in found.values()]
    return sorted(kinds, key=lambda kind: (kind[0].severity, -kind[1], _field(kind[0])))


def _field(problem: Problem) -> str:
    """Return the field of a problem whatever its position in lists, `distribution.mediaType`."""
    return ".".join(part for part in problem.path if isinstance(part, str))


def _told(where: str, feed: Feed, records: list[_Checked]) -> dict[str, Any]:
    return {
        "feed": where,
        "language": feed.language,
        "counts": _counts(records),
        "problems": [problem.as_dict() for problem in feed.problems],
        "rules": [
            {
                "rule": problem.rule,
                "field": _field(problem),
                "severity": problem.severity,
                "records": count,
                "first": {"identifier": entry.identifier, **problem.as_dict()},
            }
            for problem, count, entry in _by_rule(records)
        ],
        "records": [record.as_dict() for record in records],
    }


def _say(feed: Feed, records: list[_Checked]) -> None:
    counts = _counts(records)
    say(
        f"DCAT-US {feed.language}. Records: {counts['records']:,}, valid: {counts['valid']:,}, "
        f"invalid: {counts['invalid']:,}, with warnings: {counts['with_warnings']:,}"
    )
    for problem in feed.problems:
        say(f"{problem.severity}: {problem.where or 'feed'}: {problem.message}")
    for problem, count, entry in _by_rule(records):
        say()
        say(f"{problem.severity} in {count:,} of {len(records):,}: {_field(problem) or 'record'}")
        say(f"  {problem.message}")
        if problem.example:
            say(f"  right would be: {problem.example}")
        say(f"  first in: {entry.title!r}, {Problem((*entry.place, *problem.path), '').where}")


if __name__ == "__main__":
    check_command(prog_name="ckan independence feed check")
