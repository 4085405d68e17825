"""Telling the database what was published: which text of each record, what changed, who left.

Owns that second half of a publication. What it needs lies beside the published files, so that it
is done by the next publication where one was killed before it; done twice, it is as done once.
It refuses to wait long for a save: whoever saves goes first.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from . import ledger
from .model import Snapshot
from .publication import ARRAYS, CHANGES, FILES, KINDS, SETTLEMENT, book
from .snapshot import Folder

__all__ = ["Unsettled", "mend", "settle"]

# Less than the second after which PostgreSQL ends one of two that wait for each other, and it
# might be the save.
_PATIENCE = "500ms"
_TRIES = 40
# Rows that are written in one transaction, for which a save may have to wait.
_BATCH = 5000


class Unsettled(Exception):
    """A save holds rows for long; the files are right, and the database is told later."""


def settle(engine: sa.Engine, into: Path, manifest: dict[str, Any] | None) -> None:
    """Tell the database of a publication.

    Args:
        engine: of the database
        into: the folder in which the publication wrote it down
        manifest: of the snapshot; None where nothing changed in the files

    Raises:
        Unsettled: somebody else is writing for long
    """
    _mark(engine, _changes(into))
    told = orjson.loads((into / SETTLEMENT).read_bytes())
    _patiently(partial(_finish, engine, into, told, manifest))


def mend(engine: sa.Engine, folder: Folder) -> None:
    """Bring the database to what is served, where it was told of another snapshot last."""
    number = folder.latest()
    manifest = folder.manifest(number) if number is not None else None
    if number is None or manifest is None:
        return
    with engine.connect() as connection:
        known = connection.scalar(sa.select(sa.func.max(Snapshot.number)))
        told = connection.scalar(sa.select(Snapshot.number).where(Snapshot.number == number))
    if known == number:
        return
    into = folder.of(number)
    if known != manifest["previous"] or told is not None:
        # The database or the folder is from another day: all of it is compared.
        _mark(engine, _all(into))
        _forget_others(engine, into)
    if told is None:
        settle(engine, into, manifest)


def _changes(into: Path) -> Iterator[tuple[str, str, str, str | None]]:
    with (into / CHANGES).open("rb") as file:
        for text in file:
            language, section, identifier, hash_, _ = orjson.loads(text)
            yield language, section, identifier, hash_


def _all(into: Path) -> Iterator[tuple[str, str, str, str | None]]:
    for language in FILES:
        for section in ARRAYS[language]:
            for line in ledger.lines(into / book(language, section)):
                yield language, section, line.identifier, line.hash


def _mark(engine: sa.Engine, told: Iterator[tuple[str, str, str, str | None]]) -> None:
    """Note in each record which text of it is published."""
    for batch in _batches(told):
        _patiently(partial(_mark_batch, engine, batch))


def _mark_batch(engine: sa.Engine, batch: list[tuple[str, str, str, str | None]]) -> None:
    with _writing(engine) as connection:
        connection.execute(
            sa.text(
                "UPDATE independence_feed_record r SET published_hash = t.hash "
                "FROM unnest(cast(:languages AS text[]), cast(:sections AS text[]), "
                "cast(:identifiers AS text[]), cast(:hashes AS text[])) "
                "AS t (language, section, identifier, hash) "
                "WHERE r.language = t.language AND r.section = t.section "
                "AND r.identifier = t.identifier AND r.published_hash IS DISTINCT FROM t.hash"
            ),
            dict(
                zip(
                    ("languages", "sections", "identifiers", "hashes"),
                    map(list, zip(*batch, strict=True)),
                    strict=True,
                )
            ),
        )


def _forget_others(engine: sa.Engine, into: Path) -> None:
    """Mark as not published what the ledgers do not have."""
    with _writing(engine) as connection:
        connection.execute(
            sa.text(
                "CREATE TEMPORARY TABLE feed_told (language text, section text, "
                'identifier text COLLATE "C") ON COMMIT DROP'
            )
        )
        cursor = connection.connection.cursor()
        for batch in _batches(_all(into)):
            cursor.copy_expert("COPY feed_told FROM STDIN", _copied(one[:3] for one in batch))
        connection.execute(
            sa.text(
                "UPDATE independence_feed_record r SET published_hash = NULL "
                "WHERE published_hash IS NOT NULL AND NOT EXISTS (SELECT FROM feed_told t "
                "WHERE r.language = t.language AND r.section = t.section "
                "AND r.identifier = t.identifier)"
            )
        )


def _finish(
    engine: sa.Engine, into: Path, told: dict[str, Any], manifest: dict[str, Any] | None
) -> None:
    """Do in one transaction what must be done once: the changes, who left, the snapshot itself."""
    with _writing(engine) as connection:
        if manifest is not None:
            _tell_changes(connection, into, manifest["number"])
            connection.execute(
                sa.insert(Snapshot).values(
                    number=manifest["number"],
                    made=sa.cast(manifest["made"], sa.DateTime(timezone=True)),
                    counts=manifest["counts"],
                    hashes={name: file["sha256"] for name, file in manifest["files"].items()},
                    report=told["report"],
                )
            )
        for statement in (
            "UPDATE independence_feed_withdrawal SET left_at = now() WHERE left_at IS NULL "
            "AND (id = ANY(:left) OR cancelled_at IS NULL AND identifier = ANY(:gone))",
            "UPDATE independence_feed_withdrawal SET held_at = now() "
            "WHERE held_at IS NULL AND left_at IS NULL AND id = ANY(:held)",
            "UPDATE independence_feed_withdrawal SET cancelled_at = now() "
            "WHERE cancelled_at IS NULL AND left_at IS NULL AND id = ANY(:void)",
            # What came back meanwhile is listed again, and published again.
            "DELETE FROM independence_feed_record "
            "WHERE standing <> 'listed' AND identifier = ANY(:gone)",
            "DELETE FROM independence_feed_baseline WHERE identifier = ANY(:gone)",
            # A record of ours has taken its place.
            "DELETE FROM independence_feed_baseline b USING independence_feed_record r "
            "WHERE b.language = r.language AND b.section = r.section "
            "AND b.identifier = r.identifier AND r.published_hash IS NOT NULL",
        ):
            names = [name for name in ("left", "held", "void", "gone") if f":{name}" in statement]
            connection.execute(sa.text(statement), {name: told[name] for name in names})


def _tell_changes(connection: sa.Connection, into: Path, number: int) -> None:
    """Write what changed in DCAT-US 3.0, in the order of identifiers."""
    with (into / CHANGES).open("rb") as file:
        changed = (orjson.loads(text) for text in file)
        wanted = (
            (KINDS[section], identifier, what)
            for language, section, identifier, _, what in changed
            if language == "3.0" and what != "same"
        )
        cursor = connection.connection.cursor()
        for batch in _batches(wanted):
            cursor.copy_expert(
                "COPY independence_feed_change (snapshot, kind, identifier, what) FROM STDIN",
                _copied((str(number), *one) for one in batch),
            )


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copied(rows: Iterable[tuple[str, ...]]) -> io.StringIO:
    """Return rows of text as COPY reads them."""
    return io.StringIO(
        "".join("\t".join(value.translate(_ESCAPES) for value in row) + "\n" for row in rows)
    )


def _batches(stream: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for one in stream:
        batch.append(one)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def _writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Begin a transaction that rather fails than waits for a save."""
    with engine.begin() as connection:
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
        yield connection


def _patiently(step: Callable[[], None]) -> None:
    """Do a step, and again while a save holds what it wants."""
    for _ in range(_TRIES):
        try:
            step()
            return
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "pgcode", "") != "55P03":
                raise
            time.sleep(0.5)
    raise Unsettled("A save holds records for long; what is published is noted after it.")
