"""What the files themselves must be: readable, what they say they are, whole, steady.

Owns what follows from how far the portal came with a file. Refuses to pass on a value of the data
that a message quotes: it is shown as its form only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..registry import CONTENT, Declared, Parameter
from ..subjects import File, Subject
from ..values import counted, listed, shown
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged
from .formats import PAGES, agree, known
from .per_file import judged_files, share

__all__ = ["CHECKS", "redacted"]

CHECKS = Declared()

_ON_THE_WAY = ("waiting", "reading", "loading")
_SAID = 400


def redacted(message: str) -> str:
    """Return the beginning of a message with the digits and addresses of all that it quotes gone.

    A cell may hold quotation marks itself, so everything from the first to the last is taken.
    """
    start, end = message.find("“"), message.rfind("”")
    if start >= 0:
        end = len(message) if end < start else end
        quoted = re.sub(r"\d", "9", message[start:end]).split(" ")
        told = " ".join("…@…" if "@" in word else word for word in quoted)
        message = message[:start] + told + message[end:]
    return message[:_SAID]


@CHECKS.check("parses", CONTENT, most_bad=Parameter("float", 0.05, least=0, most=1))
def parses(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Each file can be read: its encoding, its header, and as many fields in each row.

    ``most_bad`` is the share of a table's rows, 0 to 1, that may be set aside as broken.
    """
    yield from judged_files(subject, lambda file: _parses(file, float(given["most_bad"])))


def _parses(file: File, most_bad: float) -> Iterator[Verdict]:
    message = redacted(str(file.message or ""))
    if file.status == "download":
        yield not_applicable()
    elif file.status == "refused":
        yield fails(
            f"“{file.title}” cannot be read. {message}".strip(),
            fix="Mend the file where the message says, and upload it again.",
            resource=file.id,
            field="url",
        )
    elif file.status == "asked":
        yield unjudged(
            f"“{file.title}” can be read in more than one way. Choose one on its page.",
            resource=file.id,
        )
    elif file.status == "loaded":
        yield from _bad_rows(file, most_bad)
    elif file.status is None and file.url:
        yield unjudged("The file is kept elsewhere and was not read.", resource=file.id)
    elif file.status is None or file.status in _ON_THE_WAY:
        yield unjudged("The file was not read yet.", resource=file.id)
    else:
        yield unjudged(message or "The file could not be looked into.", resource=file.id)


def _bad_rows(file: File, most_bad: float) -> Iterator[Verdict]:
    told = [aside for aside in file.asides if aside.get("kind") == "bad"]
    # Only the first are told; titles and notes stand around a table and are few.
    untold = max((file.set_aside or 0) - len(file.asides), 0)
    bad = len(told) + untold if told else 0
    if not bad:
        return
    all_rows = (file.rows or 0) + bad
    first = told[0]
    reason = redacted(str(first.get("reason") or ""))
    said = (
        f"{counted(bad, 'row')} of {all_rows:,} in “{file.title}” cannot be taken, "
        f"first row {first.get('row')}: {reason}"
    ).strip()
    if bad > most_bad * all_rows:
        yield fails(
            said,
            fix=f"Mend row {first.get('row')} and the others, and upload the file again.",
            resource=file.id,
            field="url",
            count=bad,
        )
    else:
        yield passes(said)


# ---- As declared, whole ---------------------------------------------------------------------


@CHECKS.check("format-as-declared", CONTENT)
def format_as_declared(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Each file is what its format says: nobody opens a page of an error as a table."""
    yield from judged_files(subject, _as_declared)


def _as_declared(file: File) -> Iterator[Verdict]:
    if file.sniffed is None:
        yield unjudged("Nobody looked into the file.", resource=file.id)
        return
    if not file.format.strip():
        yield fails(
            f"“{file.title}” is {file.sniffed}, but no format is given.",
            fix=f"Give {file.sniffed} as its format.",
            field="format",
            resource=file.id,
        )
        return
    fits = agree(file.format, file.sniffed)
    given_as = f"“{file.title}” is given as {shown(file.format[:60])}"
    if fits is None:
        yield unjudged(
            f"{given_as} and looks like {file.sniffed}: whether these are the same is not known.",
            resource=file.id,
            field="format",
        )
    elif not fits:
        yield fails(
            f"{given_as}, but it is {file.sniffed}.",
            fix=f"Choose {file.sniffed} as its format, or upload the file that is meant.",
            field="format",
            resource=file.id,
        )


@CHECKS.check("bulk-download", CONTENT)
def bulk_download(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """One file holds all of the data, and its table lost no row on the way.

    Source: Kansas City, MO, Code § 2-2130. A table and its file are compared where the table has a
    row for each of the file's: loaded and set aside add up to what is there.
    """
    if not subject.files:
        yield not_applicable("It has no file.")
        return
    if all(known(file.format) in PAGES or file.format.upper() == "API" for file in subject.files):
        yield fails(
            "It offers pages and services only: nobody can download the whole of it.",
            fix="Add a file with all of the data, such as a CSV.",
            field="url",
            resource=subject.files[0].id,
        )
        return
    yield from judged_files(subject, _adds_up)


def _adds_up(file: File) -> Iterator[Verdict]:
    if file.link is not None and file.link.state == "dead":
        yield fails(
            f"“{file.title}” cannot be downloaded: {file.link.said}".strip(),
            fix="Upload the file, or give the address at which it is now.",
            field="url",
            resource=file.id,
        )
    elif file.rows is None or file.data_rows is None:
        yield not_applicable("Nothing is counted in it.")
    elif file.rows + (file.set_aside or 0) != file.data_rows:
        yield fails(
            f"“{file.title}” has {counted(file.data_rows, 'row')}, but {file.rows:,} were loaded "
            f"and {file.set_aside or 0:,} set aside.",
            fix="Have the file read again. Where rows were written into the table by a program, "
            "upload a file with all of them.",
            resource=file.id,
            field="url",
        )


# ---- Steady ---------------------------------------------------------------------------------


@CHECKS.check("rows-stable", CONTENT, most_lost=Parameter("float", 0.3, least=0, most=1))
def rows_stable(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """A new version has the columns of the one before, and not many fewer rows.

    ``most_lost`` is the share of rows, 0 to 1, that may be gone. Not asked where the data set says
    that it keeps a rolling window only.
    """
    if subject.values.get("keeps") == "window":
        yield not_applicable("It keeps the newest data only, so that rows leave it.")
        return
    most_lost = float(given["most_lost"])
    yield from judged_files(
        subject, lambda file: _stable(file, most_lost), nothing="No file has a version before it."
    )


def _stable(file: File, most_lost: float) -> Iterator[Verdict]:
    if file.rows_before is None and file.columns_before is None:
        yield not_applicable()
        return
    before, now = file.rows_before, file.rows
    if before and now is not None and before - now > most_lost * before:
        yield fails(
            f"“{file.title}” has {counted(now, 'row')}; the version before had {before:,}. "
            f"{share(before - now, before)} of them are gone.",
            fix="Check whether the export was cut off. Where old rows are meant to leave, choose "
            "a rolling window under “What it keeps”.",
            resource=file.id,
            count=before - now,
            field="keeps",
        )
    names = [str(column.get("name") or "") for column in file.columns]
    if file.columns_before is None or not names:
        return
    now_there, there_before = set(names), set(file.columns_before)
    gone = [shown(name) for name in file.columns_before if name not in now_there]
    new = [shown(name) for name in names if name not in there_before]
    if gone or new:
        changes = [f"without {listed(gone)}"] if gone else []
        changes += [f"with {listed(new)}"] if new else []
        yield fails(
            f"The columns of “{file.title}” changed: it comes {' and '.join(changes)} now.",
            fix="Keep names of columns as they were: programs of others read them. Where the "
            "change is meant, say so in the description.",
            resource=file.id,
            column=new[0] if new else "",
            count=len(gone) + len(new),
        )
