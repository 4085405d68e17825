"""The command that says what data.gov would do with a new feed, without a portal.

Owns what is printed and how the command ends; what changed is `diffing`'s to say.
"""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

import click

from .diffing import ABSENT, Changes, FieldChange, compare
from .opening import opened, say
from .reading import Feed

__all__ = ["diff_command"]

_SHOWN = 20
_WIDE = 100
_BEFORE = 30


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every change.")
@click.pass_context
def diff_command(ctx: click.Context, old: str, new: str, as_json: bool) -> None:
    """Say what data.gov would do when it reads the feed NEW after OLD; each a file or an address.

    Ends with 0 where it would do nothing, 1 where something would change, 2 where a feed cannot be
    read.
    """
    before, after = opened(old), opened(new)
    changes = compare(before.entries, after.entries)
    if as_json:
        click.echo(json.dumps(_told(before, after, changes), indent=1))
    else:
        _say(before, after, changes)
    ctx.exit(1 if changes else 0)


def _told(before: Feed, after: Feed, changes: Changes) -> dict[str, Any]:
    return {
        "languages": {"old": before.language, "new": after.language},
        "problems": [problem.as_dict() for problem in after.problems],
        **changes.as_dict(),
    }


def _say(before: Feed, after: Feed, changes: Changes) -> None:
    if before.language != after.language:
        say(f"The old feed speaks DCAT-US {before.language}, the new one {after.language}.")
    for problem in after.problems:
        say(f"{problem.severity} in the new feed: {problem.where or 'feed'}: {problem.message}")
    say("Reading the new feed, data.gov would:")
    for sentence in changes.sentences():
        say(f"- {sentence}")
    for update in changes.updated[:_SHOWN]:
        say()
        say(f"Update {update.new.title!r}, {update.new.identifier}")
        _say_fields(update.fields)
    _say_more(len(changes.updated), "updates")
    for move in changes.moved[:_SHOWN]:
        say()
        say(f"Move {move.new.title!r}")
        say(f"  identifier: {_change(move.old.identifier, move.new.identifier)}")
        _say_fields(move.fields)
    _say_more(len(changes.moved), "moves")


def _say_fields(fields: tuple[FieldChange, ...]) -> None:
    for change in fields[:_SHOWN]:
        say(f"  {change.where}: {_change(change.old, change.new)}")
    if len(fields) > _SHOWN:
        say(f"  and {len(fields) - _SHOWN:,} more")


def _change(old: Any, new: Any) -> str:
    """Say what was and what is, of long texts the part where they begin to differ."""
    start = 0
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _WIDE:
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
        start = max(sum(1 for _ in alike) - _BEFORE, 0)
    return f"{_brief(old, start)} → {_brief(new, start)}"


def _brief(value: Any, start: int) -> str:
    if value is ABSENT:
        return "nothing"
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
        return value if len(value) <= _WIDE else f"{value[:_WIDE]}…"
    end = start + _WIDE
    return f"{'…' if start else ''}{value[start:end]!r}{'…' if len(value) > end else ''}"


def _say_more(count: int, what: str) -> None:
    if count > _SHOWN:
        say(f"and {count - _SHOWN:,} more {what}; --json has them all")


if __name__ == "__main__":
    diff_command(prog_name="ckan independence feed diff")
