"""What is judged: data sets as the bulk reader gives them, with what is known of their files.

Owns the one way from ids to subjects, in a handful of queries however many there are. Refuses
to judge, and to open a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from ..catalog import reader
from . import book, looked, scans, texts
from .rules.subjects import City, File, Subject

__all__ = ["asked", "department_of", "hash_of", "subjects"]


def subjects(ids: Sequence[str]) -> Iterator[tuple[str, Subject]]:
    """Yield each data set as it is judged, with its id; those that do not exist are left out."""
    day = book.today()
    here = book.city_facts(day)
    for values in reader.read(ids):
        yield values["id"], _subject(values, day, here)


def asked(values: Mapping[str, Any]) -> Subject:
    """Return a data set as it is judged that is not stored yet.

    Args:
        values: as ``catalog.interfaces.IPublicationJudge`` is given them
    """
    day = book.today()
    resources = [
        {**one, "id": one.get("id") or f"new-{number}", "created": None}
        for number, one in enumerate(values["resources"])
    ]
    return _subject({**values, "resources": resources}, day, book.city_facts(day))


def _subject(values: Mapping[str, Any], day: Any, here: City) -> Subject:
    known = looked.scanned(values["resources"])
    return Subject(
        values=values,
        today=day,
        city=here,
        files=[_file(one, known.get(one["id"])) for one in values["resources"]],
        text_hits=scans.in_texts(texts.of_values(values)),
    )


def _file(values: Mapping[str, Any], scanned: scans.Scanned | None) -> File:
    is_link = values.get("url_type") != "upload"
    return File(
        id=values["id"],
        name=values.get("name") or "",
        format=(values.get("format") or "").upper(),
        url=(values.get("url") or "") if is_link else "",
        description=values.get("description") or "",
        sha256=values.get("hash") or None,
        hits=scanned.hits if scanned else None,
        scan_note=scanned.note if scanned else "",
        alternative_of=values.get("alternative_of") or "",
        created=values["created"].date() if values.get("created") else None,
    )


def department_of(subject: Subject) -> str:
    """Return the name of the department that answers for a data set; "" without one."""
    return (subject.values.get("department") or {}).get("name") or ""


def hash_of(subject: Subject) -> str:
    """Return a digest of what is judged."""
    told = [subject.values, subject.files, subject.text_hits, subject.feed]
    return sha256(orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
