"""In which files a data set is offered: that there is one, in which formats, how it is explained.

Judges what the records of the files say; what is in them is other checks' business.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..registry import RESOURCES, Declared, Parameter
from ..subjects import File, Subject
from ..values import counted, listed, said, shown, text
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged

__all__ = ["CHECKS"]

CHECKS = Declared()

_OPEN = [
    "CSV", "TSV", "JSON", "JSONL", "NDJSON", "GEOJSON", "TOPOJSON", "XML", "KML", "KMZ", "GML",
    "GPX", "RDF", "TTL", "JSON-LD", "PARQUET", "GPKG", "ODS", "SQLITE", "NETCDF", "ICS", "GTFS",
    "RSS", "ATOM", "API", "WFS", "OGC API",
]  # fmt: skip
_CLOSED = [
    "PDF", "DOC", "DOCX", "XLS", "XLSX", "PPT", "PPTX", "MDB", "ACCDB", "RTF", "HTML", "JPEG",
    "JPG", "PNG", "GIF", "TIFF", "TXT",
]  # fmt: skip
_TABLES = ["CSV", "TSV", "XLS", "XLSX", "ODS", "PARQUET", "JSONL", "NDJSON", "GEOJSON"]
_DOCUMENTS = ["PDF", "DOC", "DOCX", "XLS", "XLSX", "PPT", "PPTX"]
# What the content slice says while it has not come to a file, or works on it.
_UNDER_WAY = ("waiting", "reading", "loading")


@CHECKS.check("has-a-file", RESOURCES)
def has_a_file(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """There is a file, or a link that is not dead."""
    usable = [file for file in subject.files if file.link is None or file.link.state != "dead"]
    if usable:
        yield passes(f"It has {counted(len(usable), 'file')}.")
    elif subject.files:
        yield fails("It has no file, and each of its links is dead.", field="resources")
    else:
        yield fails("It has no file and no link.", field="resources")


@CHECKS.check(
    "open-format",
    RESOURCES,
    open=Parameter("list", _OPEN),
    closed=Parameter("list", _CLOSED),
)
def open_format(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """A file has one of the open formats; what is in neither list is not judged."""
    if not subject.files:
        yield not_applicable("It has no file.")
        return
    formats = sorted({_format(file) for file in subject.files} - {""})
    opened = [name for name in formats if name in _upper(wanted["open"])]
    unknown = [name for name in formats if name not in _upper(wanted["closed"])]
    if opened:
        yield passes(f"It is offered as {listed(opened)}.")
    elif unknown or not formats:
        yield unjudged("Whether the format of its files is an open one is not known.")
    else:
        yield fails(
            f"It is offered only as {listed(formats)}.",
            fix="Add the same data as CSV, or as GeoJSON where it is a map.",
            field="resources",
        )


@CHECKS.check("columns-explained", RESOURCES, labels=Parameter("bool", True))
def columns_explained(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Every column of every table has a description and (``labels``) a label."""
    tables = [file for file in subject.files if file.columns]
    if not tables:
        waits = any(file.status in _UNDER_WAY for file in subject.files)
        unseen = any(file.status is None and _is_table(file, _TABLES) for file in subject.files)
        if waits or unseen:
            yield unjudged("Nobody has looked at the columns of its files yet.")
        else:
            yield not_applicable("No file is a table.")
        return
    complete = True
    for file in tables:
        # Another form of the same data is explained with it.
        kin = [file, *(other for other in tables if _is_other_form(file, [other]))]
        explained = {
            text(column, "name")
            for one in kin
            for column in one.columns
            if text(column, "description") and (text(column, "label") or not wanted["labels"])
        }
        names = [text(column, "name") for column in file.columns]
        lacking = [shown(name) for name in names if name not in explained]
        if lacking:
            complete = False
            yield fails(
                f"{counted(len(lacking), 'column')} of {len(file.columns)} in “{file.title}”"
                f" {'is' if len(lacking) == 1 else 'are'} not explained: {listed(lacking)}.",
                fix="Open the file's columns and say what each holds.",
                field="columns",
                resource=file.id,
                column=lacking[0] if len(lacking) == 1 else "",
                count=len(lacking),
            )
    if complete:
        yield passes(f"All {sum(len(file.columns) for file in tables):,} columns are explained.")


@CHECKS.check("table-served", RESOURCES, formats=Parameter("list", _TABLES))
def table_served(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Programs can ask for the rows of every file in one of these formats."""
    tables = [file for file in subject.files if _is_table(file, wanted["formats"])]
    served = [file for file in tables if file.has_table]
    if not tables:
        yield not_applicable("No file is a table.")
        return
    for file in tables:
        if file.has_table or _is_other_form(file, served):
            continue
        if file.status is None or file.status in _UNDER_WAY:
            yield unjudged(f"“{file.title}” has not been looked at yet.", resource=file.id)
        else:
            yield fails(
                f"The rows of “{file.title}” cannot be asked for by programs.",
                fix="Open the file's page: it says why there is no table, and what to choose.",
                field="format" if not file.url else "table_from_link",
                resource=file.id,
            )
    if served and all(file.has_table or _is_other_form(file, served) for file in tables):
        yield passes(f"Programs can ask for the rows of {counted(len(served), 'file')}.")


@CHECKS.check(
    "accessible-form",
    RESOURCES,
    documents=Parameter("list", _DOCUMENTS),
    accessible=Parameter("list", ["CSV", "HTML"]),
    since=Parameter("date", dt.date.min),
)
def accessible_form(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Every document that came on a day or later has another form that all can read."""
    documents = _upper(wanted["documents"])
    forms = [file for file in subject.files if _format(file) in _upper(wanted["accessible"])]
    new = [
        file
        for file in subject.files
        if _format(file) in documents and (file.created is None or file.created >= wanted["since"])
    ]
    lacking = [file for file in new if not _is_other_form(file, forms)]
    for file in lacking:
        yield fails(
            f"“{file.title}” is offered as {_format(file)} only.",
            fix=f"Add it as {' or '.join(wanted['accessible'])}, and say there that it is the same"
            " data.",
            field="alternative_of",
            resource=file.id,
        )
    if new and not lacking:
        yield passes(f"{counted(len(new), 'document')} can be read in another form.")
    elif not new:
        after = "" if wanted["since"] == dt.date.min else f" since {said(wanted['since'])}"
        yield not_applicable(f"No document came{after}.")


def _format(file: File) -> str:
    """Return the format that the bytes have; where nobody looked, the one that is declared."""
    return (file.sniffed or file.format or "").strip().upper()


def _upper(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.upper() for name in names)


def _is_table(file: File, formats: Sequence[str]) -> bool:
    return file.has_table or _format(file) in _upper(formats)


def _is_other_form(file: File, others: Sequence[File]) -> bool:
    """Say whether one of the others is the same data: one names the other, or both a third."""
    kin = {file.id, file.alternative_of} - {""}
    return any(
        other.id != file.id and ({other.id, other.alternative_of} - {""}) & kin for other in others
    )
