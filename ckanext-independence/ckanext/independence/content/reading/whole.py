"""One file from bytes to typed rows.

Owns the order of the steps, and what is told of them: the outcome with the whole reading, so
that the same file with that reading gives the same again. Every refusal and question of the steps
ends here as an outcome; whatever else goes wrong is an error of ours and is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from .. import typing as typed
from .formats import rows_of
from .grid import Limits, Site
from .model import Outcome, Reading, Table
from .questions import about_types
from .refusals import Ask, NotATable, Refused
from .sheets import records_of_sheet
from .structured import structured
from .tabular import Made, grid_of
from .text import records_of_text
from .unpacked import unpacked

__all__ = ["read"]

Progress = Callable[[str, int, int], None]
# Kinds whose columns and rows are in the file's own structure.
_STRUCTURED = {"json", "jsonl", "geojson", "xml", "kml", "shapefile", "geopackage", "parquet"}
_TEXTS = {"csv", "json", "jsonl", "geojson", "xml"}


def read(
    path: Path,
    reading: Reading | None = None,
    *,
    name: str = "",
    into: Path,
    limits: Limits = Limits(),  # noqa: B008
    site: Site = Site(),  # noqa: B008
    progress: Progress | None = None,
) -> Outcome:
    """Read a file.

    Args:
        path: the file.
        reading: what is declared; the rest is found out.
        name: the file's name as it was uploaded, a hint only.
        into: an existing folder for the Parquet file, the rejects and what is needed between.
        limits: what the file may cost.
        site: what holds for all files of the city.
        progress: is told a stage in words, how much is done, and of how much (0: unknown).

    Returns:
        What came of it; the status says whether it was read, and the message why not.
    """
    given = reading or Reading()
    used = replace(given)
    try:
        made = _made(path, given, used, name or path.name, into, limits, progress)
        table = typed.type_grid(
            made.grid,
            into=into,
            date_order=given.date_order or site.date_order,
            limits=limits,
            progress=progress,
        )
    except duckdb.OutOfMemoryException:
        message = (
            "The table needs more memory than may be used for one file: it has very many columns "
            "or very long cells. Offer it in parts."
        )
        return Outcome("refused", message, used)
    except NotATable as refusal:
        return Outcome("refused", refusal.message, used, download_only=True)
    except Refused as refusal:
        return Outcome("refused", refusal.message, used)
    except Ask as ask:
        return Outcome("ask", ask.message, used, questions=ask.questions, misfits=ask.misfits)
    whole = replace(
        made.reading,
        kind=used.kind,
        encoding=made.grid.encoding,
        delimiter=made.reading.delimiter,
        sheet=made.reading.sheet,
        date_order=given.date_order or site.date_order,
        columns=[*table.columns, *(c for c in made.reading.columns if c.drop)],
    )
    found = Outcome(
        "read",
        _message(table),
        whole,
        tables=[table],
        notes=made.grid.notes,
        misfits=made.misfits,
    )
    if given.kind and {given.kind, used.kind} - _TEXTS and given.kind != used.kind:
        found.misfits.append(f"The file was of the kind {given.kind} and is now {used.kind}.")
    about_types(found, given, table.set_aside_total - len(made.grid.asides))
    return found


def _made(
    path: Path,
    given: Reading,
    used: Reading,
    name: str,
    into: Path,
    limits: Limits,
    progress: Progress | None,
) -> Made:
    if progress:
        progress("Looking at the file", 0, 0)
    packed = unpacked(path, name, given, into, limits)
    path, given = packed.path, replace(given, sheet=packed.sheet)
    # What the bytes say goes before what was declared, but among kinds of text.
    used.kind = packed.kind
    if given.kind in _TEXTS and packed.kind in _TEXTS:
        used.kind = given.kind
    try:
        made = _of_kind(path, given, used, into, limits)
    except Ask as ask:
        raise packed.asked(ask) from ask
    made.grid.notes[:0] = packed.notes
    made.reading.sheet = packed.prefix + made.grid.sheet
    return made


def _of_kind(path: Path, given: Reading, used: Reading, into: Path, limits: Limits) -> Made:
    if used.kind in _STRUCTURED:
        return structured(rows_of(used.kind, path, given, limits, into), given)
    if used.kind == "workbook":
        sheet = records_of_sheet(path, given, into, limits)
        used.sheet = sheet.name
        made = grid_of(sheet.records, given, into, limits, merged=sheet.merged)
        made.grid.sheet = sheet.name
        made.grid.notes[:0] = sheet.notes
        return made
    text = records_of_text(path, given, into, limits)
    used.encoding, used.delimiter = text.encoding, text.delimiter
    made = grid_of(text.records, given, into, limits)
    made.grid.encoding, made.reading.delimiter = text.encoding, text.delimiter
    made.grid.notes[:0] = text.notes
    return made


def _message(table: Table) -> str:
    said = f"{_counted(table.rows, 'row')} with {_counted(len(table.columns), 'column')} "
    said += "was read" if table.rows == 1 else "were read"
    if table.set_aside_total:
        verb = "was" if table.set_aside_total == 1 else "were"
        said += f", {_counted(table.set_aside_total, 'row')} {verb} set aside"
    return said + "."


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
