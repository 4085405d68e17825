"""Commands of the slice, under ``ckan independence feed``."""

from __future__ import annotations

from typing import Any

import click

from .check_command import check_command
from .diff_command import diff_command
from .gate import Language
from .opening import say

__all__ = ["feed"]


@click.group()
def feed() -> None:
    """What harvesters read: check it, say what a new feed would do, publish it."""


feed.add_command(check_command)
feed.add_command(diff_command)


@feed.command()
def publish() -> None:
    """Publish now what has changed."""
    from . import publisher

    _tell(publisher.publish())


@feed.command()
@click.argument("where", metavar="URL|FILE")
@click.option("--language", type=click.Choice(["1.1", "3.0"]), help="Found in the feed otherwise.")
def baseline(where: str, language: Language | None) -> None:
    """Take over the feed that the city had before, so that no harvester deletes anything.

    What it lists and has no valid record of ours is served as it was, until there is one or it
    is withdrawn. Run it when the catalog is loaded, before harvesters read the new feed.
    """
    from ckan import model

    from . import baseline as before
    from . import publisher
    from .opening import opened

    found = opened(where, language)
    if not found.entries:
        raise click.ClickException(f"{where} lists nothing; nothing was taken.")
    told = before.take(found, where)
    model.Session.commit()
    for sentence in told.sentences():
        say(sentence)
    _tell(publisher.publish())


@feed.command()
@click.argument("which", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All withdrawals that wait.")
def release(which: tuple[str, ...], everything: bool) -> None:
    """Let records leave the feed with its next publication.

    WHICH are numbers of withdrawals that are held, or identifiers, also of records that are
    kept since nobody withdrew them. Without any, say what waits.
    """
    from ckan import model

    from . import releasing

    if not which and not everything:
        for one in releasing.waiting():
            state = "held" if one["held_at"] and not one["released_at"] else "leaves next"
            who = f" by {one['who']}" if one["who"] else ""
            say(f"{one['id']}  {state}  {one['title'] or one['identifier']}")
            say(f"    {one['reason']}{who}, {one['at']}. {one['identifier']}")
        return
    try:
        count = releasing.release_all("") if everything else releasing.release(which, "")
    except releasing.NotWaiting as error:
        raise click.ClickException(str(error)) from error
    model.Session.commit()
    click.echo(f"{count} will leave with the next publication.")


@feed.command()
@click.argument("number", type=int)
def rollback(number: int) -> None:
    """Serve the texts of snapshot NUMBER, until `resume`.

    What was withdrawn since stays out, and what is new stays in.
    """
    from . import publisher

    try:
        publisher.pin(number)
    except LookupError as error:
        raise click.ClickException(
            f"Snapshot {number} is not kept. `feed status` names those that are."
        ) from error
    _tell(publisher.publish())


@feed.command()
def resume() -> None:
    """Serve the present texts again after a rollback."""
    from . import publisher

    publisher.unpin()
    _tell(publisher.publish())


@feed.command()
def status() -> None:
    """Say what is published, and what waits for somebody."""
    from . import publisher
    from .snapshot import Folder

    told = publisher.status()
    here = Folder(publisher.folder())
    if told["published"] is None:
        click.echo("Nothing is published yet.")
    else:
        now = told["published"]
        click.echo(f"Snapshot {now['number']}, made {now['made']}, in {here.path}")
        for language, counts in now["counts"].items():
            said = ", ".join(f"{name} {count:,}" for name, count in counts.items() if count)
            click.echo(f"  DCAT-US {language}: {said or 'no record'}")
        click.echo(f"  kept: {', '.join(map(str, here.numbers()))}")
    if told["pinned"] is not None:
        click.echo(f"Rolled back to the texts of snapshot {told['pinned']}; `feed resume` ends it.")
    if told["failing"]:
        click.echo("The last publication failed; the log says why. The one before it is served.")
    if told["held"]:
        click.echo(f"Held until somebody releases them: {told['held']} (`feed release` lists them)")
    if told["carried"]:
        click.echo(f"Kept, though nobody withdrew them: {told['carried']}")
    if told["baseline"]:
        click.echo(f"Served as they were in the feed before: {told['baseline']}")
    click.echo("Something waits to be published." if told["pending"] else "All is published.")


def _tell(number: int | None) -> None:
    click.echo("Nothing had changed." if number is None else f"Snapshot {number} is served.")


@feed.command()
def reconcile() -> None:
    """Compare every record with its data set, mend what differs, and name it."""
    from . import reconciler

    report = reconciler.reconcile()
    click.echo(_summary(report))
    for kind, told in report["drift"].items():
        for identifier in told["identifiers"]:
            click.echo(f"  {kind}: {identifier}")


@feed.command()
def rebuild() -> None:
    """Render every record anew, as after a restore; what is the same already stays untouched."""
    from . import reconciler

    def progress(done: int, of: int) -> None:
        click.echo(f"{done:,} of {of:,} data sets", err=True)

    click.echo(_summary(reconciler.reconcile(progress)))


def _summary(report: dict[str, Any]) -> str:
    drift = ", ".join(
        f"{told['count']:,} {kind}" for kind, told in report["drift"].items() if told["count"]
    )
    return (
        f"{report['data_sets']:,} data sets and {report['series']:,} series in "
        f"{report['seconds']:,} s: {drift or 'nothing differed'}"
    )


@feed.command()
@click.argument("data_set")
@click.option("--note", default="", help="Why, without the text itself.")
@click.confirmation_option(
    prompt="All that is kept of this data set's record and history is removed. Go on?"
)
def redact(data_set: str, note: str) -> None:
    """Drop all that the feed keeps of DATA_SET (id, name or identifier), and publish at once."""
    from . import redaction

    done = redaction.redact(redaction.find(data_set), note=note)
    click.echo(f"Taken out: {', '.join(done['identifiers']) or 'nothing'}")
    click.echo(f"Snapshots removed: {', '.join(map(str, done['snapshots'])) or 'none'}")
