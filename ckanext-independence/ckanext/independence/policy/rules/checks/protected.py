"""What must not be in the data: identifiers of persons, their contacts, notes about them.

Owns which kinds of hit each rule is about. Refuses to look at a cell: a hit says which kind,
where and how often, and its shape holds no letter and no digit of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...rulebook import ADVICE
from ..registry import CONTENT, Declared, Parameter
from ..subjects import File, Subject
from ..values import listed, shown
from ..verdicts import Verdict, fails, not_applicable, unjudged
from .hits import failed, found, kinds_of, together, topics_of
from .per_file import column_of, judged_files, number

__all__ = ["CHECKS"]

CHECKS = Declared()

# Who wrote a file stands in its properties, and is no contact.
MAKERS = "file-metadata"
IDENTIFIERS = kinds_of("no-direct-identifiers")
CONTACTS = [kind for kind in kinds_of("no-personal-contact") if kind != MAKERS]


@CHECKS.check("no-direct-identifiers", CONTENT, kinds=Parameter("list", IDENTIFIERS))
def no_direct_identifiers(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No file and no text of the data set holds a number by which a person is identified.

    Source: RSMo 610.035 and 610.021(21). Of what the scan only suspects, the verdict warns.
    """
    kinds = frozenset(given["kinds"])
    fix = (
        "Take the column out, or replace its values by others that lead back to nobody, and "
        "upload the file again."
    )
    nothing = "It has no file, and its texts hold none."
    texts = (hit for hit in subject.text_hits or () if hit.kind in kinds and hit.count > 0)
    for hit in together(texts, apart=True):
        field = hit.place or hit.column
        where = f"The field “{_words(field)}”" if field else "A text of the page"
        yield failed(hit, where, "Take the number out of the text.", field=field)
    yield from judged_files(subject, lambda file: found(file, kinds, fix), nothing=nothing)


def _words(name: str) -> str:
    """Return the name of a field as people say it, as far as its own name tells."""
    known = {"notes": "Description", "tag_string": "Keywords", "tags": "Keywords"}
    return known.get(name) or name.replace("_", " ").capitalize()


@CHECKS.check(
    "no-personal-contact",
    CONTENT,
    kinds=Parameter("list", CONTACTS),
    share=Parameter("float", 0.1, least=0, most=1),
    properties=Parameter("bool", True),
)
def no_personal_contact(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No column holds how a person is reached, or when one was born.

    Source: Milwaukee's policy, definition f(9). Only columns count: an office's number in a text
    or on the pages of a document is there to be called. Less than ``share`` of a column's cells,
    0 to 1, is a mention among other things, and warns. Who made a file, as its ``properties`` say,
    is told as advice.
    """
    kinds = frozenset(given["kinds"])
    fix = (
        "Take the column out. Where it holds only what the law makes public, such as an office's "
        "telephone, ask for a waiver for this column."
    )

    def judge(file: File) -> Iterator[Verdict]:
        told: set[str] = set()
        share = float(given["share"])
        for verdict in found(file, kinds, fix, columns_only=True, share=share):
            told.add(verdict.column)
            yield verdict
        makers = [hit for hit in file.hits or () if hit.kind == MAKERS and hit.count > 0]
        if makers and given["properties"]:
            yield fails(
                f"The properties of “{file.title}” name a person: "
                f"{listed([*dict.fromkeys(hit.place for hit in makers)])}.",
                fix="Empty the file's properties before it is uploaded; office programs call this "
                "inspecting a document.",
                resource=file.id,
                kind=MAKERS,
                count=sum(hit.count for hit in makers),
                severity=ADVICE,
            )
        for name in _with_role(file, "personal-contact"):
            if name not in told:
                yield fails(
                    f"{column_of(file, name)} is explained as a personal contact.",
                    fix=fix,
                    resource=file.id,
                    column=shown(name),
                    kind="personal-contact",
                )

    yield from judged_files(subject, judge)


def _with_role(file: File, role: str) -> list[str]:
    return [str(one.get("name") or "") for one in file.columns if one.get("role") == role]


# ---- Notes about persons --------------------------------------------------------------------

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOTES = re.compile(
    r"(^|[_\W])(notes?|comments?|remarks?|narratives?|observations?|memo|free ?text|details"
    r"|summary|statements?)([_\W]|$)"
)
_NAMES = re.compile(
    r"(^|[_\W])((first|last|full|middle|maiden|sur|given)[_\W]?name|surname|fname|lname"
    r"|(victim|patient|suspect|defendant|juvenile|student|client|offender|inmate)s?"
    r"([_\W]?(name|id|age|sex|race))?)([_\W]|$)"
)
# A column of so few different values is a list of codes; so is one whose values come back so often.
_CODES, _COMES_BACK = 60, 5
# A text of so many words is a sentence.
_SENTENCE = 8


@CHECKS.check(
    "free-text-in-person-data", CONTENT, topics=Parameter("list", ["minors", "health", "victims"])
)
def free_text(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No column of notes stands beside rows about persons: what is written there, nobody checks.

    Rows are about persons where the data set says so, where events are about one of ``topics``,
    and where a column's name or role speaks of persons.
    """
    unit = subject.values.get("unit_of_record")
    sensitive = bool(subject.topics & frozenset(given["topics"]))
    all_rows = unit == "person" or (unit == "event" and sensitive)
    fix = (
        "Take the column out, or replace it by one with a list of codes. Names, addresses and "
        "illnesses tend to be written there."
    )

    def judge(file: File) -> Iterator[Verdict]:
        if not file.columns:
            if file.status in (None, "waiting", "reading", "loading"):
                yield unjudged("The columns of the file are not known yet.", resource=file.id)
            else:
                yield not_applicable()
            return
        if not all_rows and (unit == "aggregate" or not _about_persons(file)):
            yield not_applicable()
            return
        for column in file.columns:
            name = str(column.get("name") or "")
            if _is_notes(column, file):
                yield fails(
                    f"{column_of(file, name)} seems to hold notes, beside rows about persons.",
                    fix=fix,
                    resource=file.id,
                    column=shown(name),
                )

    nothing = f"Asked where rows are persons, or events about {topics_of(given['topics'])}."
    yield from judged_files(subject, judge, nothing=nothing)


def _about_persons(file: File) -> bool:
    return any(
        column.get("role") == "personal-contact" or _NAMES.search(_said(column))
        for column in file.columns
    )


def _said(column: Mapping[str, Any]) -> str:
    name = _CAMEL.sub(" ", str(column.get("name") or ""))
    return f"{name} {column.get('label') or ''}"[:500].lower()


def _is_notes(column: Mapping[str, Any], file: File) -> bool:
    if column.get("type") not in (None, "", "text") or column.get("codes"):
        return False
    if column.get("role") in ("identifier", "category", "personal-contact"):
        return False
    profile = file.profile.get(str(column.get("name") or "")) or {}
    if not isinstance(profile, Mapping):
        profile = {}
    distinct, nulls = number(profile.get("distinct")), number(profile.get("nulls"))
    filled = (file.rows or 0) - (nulls or 0)
    if distinct is not None and (distinct <= _CODES or distinct * _COMES_BACK <= filled):
        # Few notes are still notes, where hardly one is written twice.
        if distinct * _COMES_BACK <= filled or not _NOTES.search(_said(column)):
            return False
        return distinct > 1
    if profile.get("pattern"):
        return False
    ends = [str(profile.get(end) or "") for end in ("min", "max")]
    return bool(_NOTES.search(_said(column))) or all(
        len(end.split(" ")) >= _SENTENCE for end in ends
    )
