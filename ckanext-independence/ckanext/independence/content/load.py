"""The load: the job that looks into a resource's file and lets it be served, or holds it.

Owns the order of things: read, describe, ask who may refuse, build the table beside the old
one, and change table, served version and what is told of them in one moment. A file that
cannot be read leaves the last good one where it was; one that is no table is served as a
download, unless it came in the place of a table.

The table is in another database than everything else, and is committed first. When the job
dies between the two commits, the table tells by its comment which version it holds; the work
is still owed, and is done again. Nothing is in it by then that was refused.
"""

from __future__ import annotations

import errno
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import duckdb
import sqlalchemy as sa
from ckan import model
from file_keeper.core.exceptions import MissingFileError
from rq.timeouts import JobTimeoutException

from ..catalog import files, owed, versions
from ..catalog.interfaces import CONTENT, Candidate, Objection, facts_changed, objections
from . import decided, derived, dictionary, due, found, profiles, reading, removal, store
from .reading.grid import Limits, Site
from .reading.model import Column, Outcome, Reading, Table

__all__ = ["CHANGES", "TOLD", "load", "sentence"]

log = logging.getLogger(__name__)

SEARCH, TOLD, CHANGES = "content-search", removal.TOLD, removal.CHANGES
# PostgreSQL has 1,600 columns a table at the most, some of which are ours.
LIMITS = Limits(columns=1_500)
LONGEST_NAME = 63
NOT_NOW = "The portal cannot load it at this moment ({why}). It will be tried again."


@owed.handler(CONTENT, queue=owed.LOADS)
def load(resource_id: str, payload: dict[str, Any] | None) -> None:
    """Bring what a resource serves, and its table, up to date with its newest file.

    Args:
        resource_id: whose
        payload: ``{"columns": [...]}`` are the columns that a manifest declares
    """
    task = due.task(resource_id, payload)
    if task is None:
        return
    # Nothing was written; no transaction stays open over a long read.
    model.Session.rollback()
    try:
        found.tell(task.version_id, status=found.READING, message="", progress=None)
        with tempfile.TemporaryDirectory(prefix=removal.WORK) as folder:
            _look(task, Path(folder))
    except JobTimeoutException:
        raise
    except Exception as error:
        model.Session.rollback()
        if isinstance(error, OSError | duckdb.IOException) and _is_full(error):
            why = "its disk is full"
        else:
            why = "one of its parts does not answer"
        found.tell(
            task.version_id, status=found.FAILED, message=NOT_NOW.format(why=why), progress=None
        )
        raise


def _is_full(error: Exception) -> bool:
    number = getattr(error, "errno", None)
    return number in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)


# ---- Looking --------------------------------------------------------------------------------


def _look(task: due.Task, folder: Path) -> None:
    progress = found.Progress(task.version_id)
    path = _local(task, folder)
    outcome = _read(task, path, folder, progress)
    table = outcome.tables[0] if outcome.status == "read" and outcome.tables else None
    if table is None or table.parquet is None:
        _no_table(task, path, outcome)
        return
    if not table.rows and table.set_aside_total:
        outcome.status = "refused"
        outcome.message = (
            f"None of its {table.set_aside_total:,} rows could be taken: "
            f"{table.set_aside[0].reason}"
        )
        _no_table(task, path, outcome)
        return
    if not table.profile:
        progress("Describing the columns", 0, 0)
        table.profile = profiles.profile(Path(table.parquet), table.columns, limits=LIMITS)
    entries = _entries(table, task.words)
    progress("Looking for protected information", 0, 0)
    said = objections(_candidate(task, path, found.LOADED, outcome.message, table, entries))
    if said:
        _refused(task, [sentence(one) for one in said])
        return
    progress("Keeping the typed rows", 0, 0)
    derived.keep(task.version_id, derived.TABLE, Path(table.parquet))
    if table.rejects:
        derived.keep(task.version_id, derived.REJECTS, Path(table.rejects))
    else:
        derived.remove(task.version_id, derived.REJECTS)
    _build(task, path, outcome, table, entries, folder, progress)


def _local(task: due.Task, folder: Path) -> Path:
    """Return the file on this machine, fetched from the storage where that is elsewhere."""
    path = task.file.path
    if path is None:
        path = folder / "file"
        with task.file.open() as source, path.open("wb") as target:
            while chunk := source.read(files.CHUNK):
                target.write(chunk)
    elif not path.is_file():
        raise MissingFileError(files.storage(), task.file.location)
    return path


def _read(task: due.Task, path: Path, folder: Path, progress: found.Progress) -> Outcome:
    site = Site(date_order=tk.config["ckanext.independence.content.date_order"])

    def read(wanted: Reading, name: str) -> Outcome:
        into = folder / name
        into.mkdir()
        try:
            return reading.read(
                path,
                wanted,
                name=task.filename,
                into=into,
                limits=LIMITS,
                site=site,
                progress=progress,
            )
        except (OSError, duckdb.IOException, JobTimeoutException):
            raise
        except Exception as error:
            # A file that the reader stumbles over must not be read again and again.
            log.exception("Version %s could not be read", task.version_id)
            return Outcome(
                "refused",
                f"The portal could not read it ({type(error).__name__}). Its operator finds "
                "the reason in the log.",
            )

    outcome = read(task.reading, "first")
    if outcome.status != "read" and not task.corrected and task.reading != Reading():
        plain = read(Reading(columns=_typed(task.typed)), "second")
        if plain.status == "read":
            plain.notes += outcome.misfits or [outcome.message]
            return plain
    return outcome


def _typed(words: Sequence[dict[str, Any]]) -> list[Any]:
    return [
        Column(name=str(w["name"]), label=str(w["name"]), type=str(w["type"]))
        for w in words
        if w.get("name") and w.get("type")
    ]


def _candidate(
    task: due.Task,
    path: Path,
    status: str,
    message: str,
    table: Table | None = None,
    entries: Sequence[dictionary.Entry] = (),
) -> Candidate:
    return Candidate(
        version_id=task.version_id,
        resource_id=task.resource_id,
        package_id=task.package_id,
        sha256=task.sha256,
        filename=task.filename,
        path=str(path),
        status=status,
        message=message,
        columns=[entry.as_json() for entry in entries],
        profile=table.profile if table else {},
        rows=table.rows if table else None,
        set_aside=table.set_aside_total if table else None,
        asides=[{"row": one.row, "kind": one.kind, "reason": one.reason} for one in table.set_aside]
        if table
        else [],
        table=table.parquet if table else None,
    )


# ---- What comes of it -----------------------------------------------------------------------


def _no_table(task: due.Task, path: Path, outcome: Outcome) -> None:
    """Serve a file that is no table as a download; keep the last good table in its place."""
    status = found.DOWNLOAD if outcome.download_only else found.REFUSED
    if outcome.status == "ask":
        status = found.ASKED
    if not task.again:
        # Before anything is kept of it: what is said of a broken file quotes it.
        said = objections(_candidate(task, path, status, outcome.message))
        if said:
            _refused(task, [sentence(one) for one in said])
            return
    values = {"status": status, "message": outcome.message, "progress": None}
    if task.again:
        # It is served already. A table of its own stays; one of another version tells nothing.
        _keep_found(task, outcome, values)
        resource = model.Resource.get(task.resource_id)
        if task.has_table and resource is not None:
            removal.without_table(resource)
    elif task.has_table:
        versions.hold(task.version_id, outcome.message)
        _keep_found(task, outcome, values)
    else:
        _keep_found(task, outcome, values)
        versions.serve(task.version_id)
    decided.declare(task.resource_id, task.declared)
    owed.owe(TOLD, task.package_id)


def sentence(one: Objection) -> str:
    """Return an objection as a steward reads it."""
    clause = f"({one.clause})" if one.clause else ""
    return " ".join(filter(None, (one.reason, one.fix, clause)))


def _refused(task: due.Task, reasons: list[str]) -> None:
    """Hold a version back, and keep nothing of what was found in it."""
    if task.again:
        # What is served stays so until somebody holds it; only the new reading is not taken.
        found.note(task.version_id, message=" ".join(reasons), progress=None, status=found.FAILED)
        return
    versions.hold(task.version_id, " ".join(reasons))
    removal.remove_made(task.version_id)
    decided.declare(task.resource_id, task.declared)
    owed.owe(TOLD, task.package_id)


def _keep_found(task: due.Task, outcome: Outcome, values: dict[str, Any]) -> None:
    told = outcome.as_json()
    for table in told["tables"]:
        table.pop("profile", None)
        table["parquet"] = table["rejects"] = None
    contents = decided.of(task.resource_id)
    told["stamp"] = due.stamp(
        contents.reading if contents else None, decided.with_declared(contents, task.declared)
    )
    found.note(task.version_id, outcome=told, **values)


def _build(
    task: due.Task,
    path: Path,
    outcome: Outcome,
    table: Table,
    entries: Sequence[dictionary.Entry],
    folder: Path,
    progress: found.Progress,
) -> None:
    stage = "Building the table"
    found.tell(task.version_id, status=found.LOADING)
    progress(stage, 0, table.rows)
    try:
        if len(task.resource_id) > LONGEST_NAME:
            raise store.NotATable(
                f"The file's id is longer than {LONGEST_NAME} characters, so it has no table."
            )
        with store.building(
            task.resource_id,
            task.version_id,
            _columns(entries),
            Path(str(table.parquet)),
            folder,
            marks=any(column.marks for column in table.columns),
            progress=lambda done: progress(stage, min(done, table.rows), table.rows),
        ) as built:
            if built.rows != table.rows:
                raise RuntimeError(f"{table.rows} rows were read and {built.rows} arrived.")
            progress("Putting it in its place", table.rows, table.rows)
            _switch(task, outcome, table, built)
    except store.NotATable as error:
        model.Session.rollback()
        derived.remove(task.version_id)
        outcome.status, outcome.message = "refused", str(error)
        _no_table(task, path, outcome)


def _switch(task: due.Task, outcome: Outcome, table: Table, built: store.Built) -> None:
    """Let the new table, the new file and what is told of them take their places at once."""
    told = {
        "status": found.LOADED,
        "message": outcome.message,
        "progress": None,
        "profile": table.profile,
        "rows": table.rows,
        "set_aside": table.set_aside_total,
        "searchable": built.searchable,
        "loaded_at": sa.func.now(),
    }

    def write() -> None:
        with model.Session.begin_nested():
            model.Session.execute(sa.text(f"SET LOCAL lock_timeout = '{store.SWAP_WAIT}'"))
            contents = decided.declare(task.resource_id, task.declared)
            # As they are now: a steward may have written while the file was read.
            contents.columns = decided.named(contents.columns, table.columns)
            built.explain(_columns(_entries(table, contents.columns)))
            contents.version_id = task.version_id
            if contents.reading is None or not contents.reading.get("corrected"):
                contents.reading = outcome.reading.as_json()
            model.Session.flush()
            _keep_found(task, outcome, told)
            resource = model.Resource.get(task.resource_id)
            if resource is not None:
                removal.offer(resource, True)
            if task.again:
                facts_changed.send(task.package_id)
            else:
                versions.serve(task.version_id)
            # Within what is taken back when a lock cannot be had: whoever holds that lock may wait
            # for one of these rows.
            if not built.searchable:
                owed.owe(SEARCH, task.resource_id)
            if owed.is_known(CHANGES):
                owed.owe(CHANGES, str(task.version_id))

    built.take_place(write)
    log.info("Loaded %d rows of resource %s", built.rows, task.resource_id)


def _entries(table: Table, words: Sequence[dict[str, Any]]) -> list[dictionary.Entry]:
    columns = [
        # A header that is the name already says nothing more.
        {
            "name": c.name,
            "type": c.type,
            "label": c.label if c.label != c.name else "",
            "unit": c.unit,
        }
        for c in table.columns
    ]
    return dictionary.merged(columns, decided.named(words, table.columns))[0]


def _columns(entries: Sequence[dictionary.Entry]) -> list[store.Column]:
    return [store.Column(e.name, e.type, dictionary.commented(e)) for e in entries]


# ---- Afterwards -----------------------------------------------------------------------------


@owed.handler(SEARCH, queue=owed.LOADS)
def make_searchable(resource_id: str, payload: dict[str, Any] | None) -> None:
    """Make the index of a large table's words."""
    store.index_words(resource_id)
    version_id = store.held_versions([resource_id]).get(resource_id)
    if version_id is not None:
        found.note(version_id, searchable=True)


@owed.handler(TOLD)
def tell_others(package_id: str, payload: dict[str, Any] | None) -> None:
    """Tell the other slices that what is derived from a data set's files has changed."""
    if model.Package.get(package_id) is not None:
        facts_changed.send(package_id)
