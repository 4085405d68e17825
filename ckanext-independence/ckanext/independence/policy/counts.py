"""Looks at small counts of persons, kept by the file's bytes and by what was asked of them.

Owns of which files a look is asked, keeping what came of it and finding it again. Refuses to keep
a count or a place: how many cells there are is all.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model
from rq.timeouts import JobTimeoutException
from sqlalchemy.dialects.postgresql import insert

from .cells.looking import look_at_file
from .cells.shape import Cells
from .model import Count
from .rulebook import Rulebook
from .rules.checks.small_cells import limit, persons
from .rules.subjects import Subject

__all__ = ["Asked", "asked", "give_up", "lacking", "look", "with_cells"]

log = logging.getLogger(__name__)

_FAILED = "The counts could not be looked at."


@dataclass(frozen=True)
class Asked:
    """What is asked of a file: its columns of counts, and below which a count is small."""

    names: tuple[str, ...]
    below: int

    @property
    def key(self) -> str:
        """What it is kept by beside the file's bytes."""
        return "\n".join((str(self.below), *self.names))


def asked(book: Rulebook, subject: Subject) -> dict[str, Asked]:
    """Return what a rule in force asks of the files of a data set, by file."""
    for rule in book.rules:
        if rule.check.name == "small-cells" and rule.in_force(subject.today):
            below = limit(subject, rule.parameters)
            if below is None:
                return {}
            names = {file.id: tuple(persons(file, rule.parameters)) for file in subject.files}
            return {id_: Asked(columns, below) for id_, columns in names.items() if columns}
    return {}


def with_cells(book: Rulebook, subjects: Sequence[Subject]) -> list[Subject]:
    """Return data sets with what was found in their files, in one query."""
    wanted = [asked(book, subject) for subject in subjects]
    known = _known(
        file.sha256
        for subject, mine in zip(subjects, wanted, strict=True)
        for file in subject.files
        if file.id in mine and file.sha256
    )
    return [
        replace(
            subject,
            files=[
                replace(file, cells=known.get((file.sha256, mine[file.id].key)))
                if file.id in mine
                else file
                for file in subject.files
            ],
        )
        if mine
        else subject
        for subject, mine in zip(subjects, wanted, strict=True)
    ]


def lacking(book: Rulebook, subject: Subject) -> list[str]:
    """Return the files of a data set whose tables are still to be looked at."""
    mine = asked(book, subject)
    return [
        file.id
        for file in subject.files
        if file.id in mine and file.has_table and file.sha256 and file.cells is None
    ]


def _known(hashes: Iterable[str | None]) -> dict[tuple[str | None, str], Cells]:
    chosen = sorted({one for one in hashes if one})
    if not chosen:
        return {}
    query = sa.select(Count.sha256, Count.asked, Count.cells).where(Count.sha256.in_(chosen))
    return {(row.sha256, row.asked): Cells.of(row.cells) for row in model.Session.execute(query)}


def look(sha256: str, table: Path, columns: Sequence[Mapping[str, Any]], what: Asked) -> Cells:
    """Look at a typed table, and keep what was found at once, whatever becomes of the session.

    One that fails is kept, too, so that it is not made again and again.
    """
    try:
        found = look_at_file(table, columns, what.names, what.below)
    except JobTimeoutException:
        raise
    except Exception as error:
        # Its message may quote the file.
        log.error("The counts of %s cannot be looked at: %s", sha256[:12], type(error).__name__)
        found = Cells(0, note=_FAILED)
    if sha256:
        _keep(sha256, what, found)
    return found


def give_up(sha256: str, what: Asked) -> None:
    """Keep that a table cannot be looked at, so that nobody tries again and again."""
    _keep(sha256, what, Cells(0, note=_FAILED))


def _keep(sha256: str, what: Asked, found: Cells) -> None:
    written = insert(Count).values(sha256=sha256, asked=what.key, cells=found.as_json())
    with model.meta.engine.begin() as connection:
        connection.execute(
            written.on_conflict_do_update(
                index_elements=["sha256", "asked"], set_={"cells": written.excluded.cells}
            )
        )
