"""Anybody's catalog as the rules see it: its records as data sets, and what a file cannot tell.

Owns which of our fields a catalog's format has a place for. Refuses to hold against a catalog what
nobody could have written into it: such a rule cannot be judged. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..catalog.reading import Catalog, Record
from .rulebook import Rulebook
from .rules.judging import Judged, judge
from .rules.registry import FRESHNESS, METADATA, RESOURCES
from .rules.subjects import City, File, Subject
from .rules.verdicts import FAILS, not_applicable, unjudged

__all__ = ["Found", "OwnWords", "findings", "is_own", "unreadable"]

SIGHTS = (METADATA, RESOURCES, FRESHNESS)
"""What a catalog's file shows: records, the records of files, and dates."""

# Fields of the form that DCAT-US has no term for, nor CKAN's answers as others configure it.
_UNTOLD = frozenset(
    "privacy_reviewer privacy_review_date privacy_review_outcome last_reviewed goals known_limits "
    "unit_of_record subject_sensitivity access_legal_basis withheld_reason planned_release_date "
    "source_system keeps columns table_from_link alternative_of".split()
)
# Terms that DCAT-US has from 3.0 on.
_ONLY_IN_3_0 = frozenset({"collection_method", "citation"})
_OWN = "manifest"
# Terms that a Data Package lacks beyond these.
_NOT_IN_PACKAGES = frozenset(
    "steward_name steward_email update_frequency data_modified owner_org themes".split()
)
# What the reader leaves out because it is wrong is not the same as what is not said.
_LEFT_OUT = {
    "license": "license_id", "distribution.license": "license_id",
    "contactPoint.hasEmail": "steward_email", "accrualPeriodicity": "update_frequency",
    "frequency": "update_frequency",
}  # fmt: skip
_WRONG = "?"
_NO_PLACE = "Such a file has no place to say it."


class OwnWords(dict[str, str]):
    """A list of words that knows every word: a stranger's themes are right as they are."""

    def get(self, word: str, default: Any = None) -> Any:
        """Return the word itself."""
        return word or default


@dataclass(frozen=True)
class Found:
    """A record, whose it is, and what the rules say of it."""

    record: Record
    publisher: str
    judged: Sequence[Judged]


def is_own(catalog: Catalog) -> bool:
    """Say whether it is written in our own form, for this city."""
    return catalog.format == _OWN


def unreadable(catalog: Catalog) -> list[Record]:
    """Return the records of which nothing can be judged; each says why."""
    return [record for record in catalog.records if not record.fields]


def findings(catalog: Catalog, rulebook: Rulebook, city: City, day: dt.date) -> Iterator[Found]:
    """Judge each data set of a catalog as it is on a day.

    Args:
        catalog: as ``catalog.reading`` gives it
        rulebook: whose rules
        city: what the rules must know of this one, of which a stranger's has the licenses only
        day: on which it is judged
    """
    untold = frozenset() if is_own(catalog) else _UNTOLD
    if catalog.format not in (_OWN, "DCAT-US 3.0"):
        untold |= _ONLY_IN_3_0
    if catalog.format == "Data Packages":
        untold |= _NOT_IN_PACKAGES
    if not is_own(catalog):
        city = City(
            public_domain=city.public_domain, licences=city.licences, frequencies=city.frequencies
        )
    by_title = {one.title: one.name for one in city.departments.values()}
    for record in catalog.records:
        if not record.fields:
            continue
        subject = _subject(record, by_title, city, day)
        judged = [
            _as_far_as_told(one, untold, is_own(catalog))
            for one in judge(rulebook, subject, sees=SIGHTS)
        ]
        yield Found(record, record.department or "", judged)


def _as_far_as_told(one: Judged, untold: frozenset[str], is_own: bool) -> Judged:
    if not is_own and one.rule.check.name == "department-current":
        return replace(one, verdicts=[not_applicable("Its departments are its own.")])
    if not is_own and one.rule.check.name == "serves-a-goal":
        return replace(one, verdicts=[unjudged(_NO_PLACE)])
    verdicts = [
        unjudged(_NO_PLACE, field=verdict.field)
        if verdict.state == FAILS and verdict.field in untold
        else verdict
        for verdict in one.verdicts
    ]
    return replace(one, verdicts=verdicts)


def _subject(record: Record, by_title: Mapping[str, str], city: City, day: dt.date) -> Subject:
    publisher = by_title.get(record.department or "", record.department)
    values: dict[str, Any] = {
        **record.fields,
        "title": record.title,
        "identifier": record.identifier,
        "tags": record.tags,
        "department": {"name": publisher, "title": record.department} if publisher else None,
        "private": not record.publish,
    }
    for problem in record.problems:
        field = _LEFT_OUT.get(problem.field)
        if field and problem.value and problem.kind != "template":
            values.setdefault(field, _WRONG)
    ids = {file.fields.get("name"): f"{n}" for n, file in enumerate(record.files)}
    files = [
        File(
            id=f"{number}",
            name=_text(file.fields, "name"),
            format=_text(file.fields, "format").upper(),
            url=_text(file.fields, "url"),
            description=_text(file.fields, "description"),
            columns=file.columns,
            alternative_of=ids.get(file.alternative_of, ""),
        )
        for number, file in enumerate(record.files)
    ]
    return Subject(values, day, city, files)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
