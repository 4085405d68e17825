"""What must not be in the data: identifiers, personal contacts, exact places, notes about persons.

Owns what follows from what the scan found, and from what the profile shows. Refuses to look at a
cell: a hit says which kind, where and how often, and its shape holds no letter and no digit of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ...identifiers.hits import CERTAIN, Hit
from ..registry import CONTENT, Declared, Parameter
from ..subjects import File, Subject
from ..values import counted
from ..verdicts import Verdict, fails, passes, unjudged
from .per_file import column_of, judged_files

__all__ = ["CHECKS"]

CHECKS = Declared()
WARNING = "warning"

# What a kind is called where many of it are named; an unknown one is called by its own name.
NAMES = {
    "social-security": "Social Security numbers",
    "payment-card": "payment card numbers",
    "bank-account": "bank account numbers",
    "personal-identification": "personal identification numbers",
    "e-mail": "e-mail addresses",
    "telephone": "telephone numbers",
    "birth-date": "dates of birth",
    "exact-address": "exact addresses",
    "exact-point": "exact places",
    "personal-contact": "personal contacts",
}
IDENTIFIERS = ["social-security", "payment-card", "bank-account", "personal-identification"]
CONTACTS = ["e-mail", "telephone", "birth-date"]
PLACES = ["exact-address", "exact-point"]


def _found(file: File, kinds: Collection[str], fix: str, columns_only: bool) -> Iterator[Verdict]:
    """Answer for what the scan found in a file of these kinds; or why nothing can be said."""
    hits = [
        hit
        for hit in file.hits or ()
        if hit.kind in kinds and hit.count > 0 and (hit.column or not columns_only)
    ]
    for hit in hits:
        yield _failed(hit, _where(file, hit), fix, resource=file.id, column=hit.column)
    if hits:
        return
    if file.hits is None:
        why = file.scan_note or (
            "The file is kept elsewhere, where the portal does not look into it."
            if file.url
            else "The file was not looked through yet."
        )
        yield unjudged(why, resource=file.id)
    elif file.scan_note:
        yield passes(file.scan_note)


def _where(file: File, hit: Hit) -> str:
    if hit.column:
        place = f" ({hit.place})" if hit.place else ""
        return column_of(file, hit.column) + place
    return f"“{file.title}”" + (f", {hit.place}," if hit.place else "")


def _failed(hit: Hit, where: str, fix: str, **at: str) -> Verdict:
    name = NAMES.get(hit.kind, hit.kind.replace("-", " "))
    holds = "holds" if hit.certainty == CERTAIN else "seems to hold"
    seen = f"{hit.count:,}"
    if hit.looked_at:
        seen = f"{hit.count:,} of {counted(hit.looked_at, 'cell')}"
        if hit.sampled:
            seen += " of a sample"
    shape = f", in the form {hit.shape}" if hit.shape else ""
    return fails(
        f"{where} {holds} {name}: {seen}{shape}.",
        fix=fix,
        kind=hit.kind,
        count=hit.count,
        severity="" if hit.certainty == CERTAIN else WARNING,
        **at,
    )


@CHECKS.check("no-direct-identifiers", CONTENT, kinds=Parameter("list", IDENTIFIERS))
def no_direct_identifiers(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No file and no text of the data set holds a number that identifies a person to a bank or law.

    Source: RSMo 610.035 and 610.021(21). Of what the scan only suspects, the verdict warns.
    """
    kinds = frozenset(given["kinds"])
    fix = (
        "Take the column out, or replace its values by others that lead back to nobody, and "
        "upload the file again."
    )
    yield from judged_files(
        subject,
        lambda file: _found(file, kinds, fix, columns_only=False),
        nothing="It has no file.",
    )
    yield from _in_texts(subject, kinds)


def _in_texts(subject: Subject, kinds: Collection[str]) -> Iterator[Verdict]:
    for hit in subject.text_hits or ():
        if hit.kind in kinds and hit.count > 0:
            where = f"The field “{_words(hit.column)}”" if hit.column else "A text of the page"
            yield _failed(hit, where, "Take the number out of the text.", field=hit.column)


def _words(name: str) -> str:
    """Return the name of a field as people say it, as far as its own name tells."""
    known = {"notes": "Description", "tag_string": "Keywords", "tags": "Keywords"}
    return known.get(name) or name.replace("_", " ").capitalize()


@CHECKS.check("no-personal-contact", CONTENT, kinds=Parameter("list", CONTACTS))
def no_personal_contact(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No column holds how a person is reached, or when one was born.

    Source: Milwaukee's policy, definition f(9). Only columns count: an office's number in a text
    or on the pages of a document is there to be called.
    """
    kinds = frozenset(given["kinds"])
    fix = (
        "Take the column out. Where it holds only what the law makes public, such as an office's "
        "telephone, ask for a waiver for this column."
    )

    def judge(file: File) -> Iterator[Verdict]:
        told: set[str] = set()
        for verdict in _found(file, kinds, fix, columns_only=True):
            told.add(verdict.column)
            yield verdict
        for column in file.columns:
            name = str(column.get("name") or "")
            if column.get("role") == "personal-contact" and name not in told:
                yield fails(
                    f"{column_of(file, name)} is explained as a personal contact.",
                    fix=fix,
                    resource=file.id,
                    column=name,
                    kind="personal-contact",
                )

    yield from judged_files(subject, judge)
