"""How well a data set is described: title, text, keywords, goals, what it covers, how it is cited.

Never quotes what it reads: a text can hold what must not be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..registry import METADATA, Declared, Parameter
from ..subjects import Subject
from ..values import counted, day, listed, text, texts
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged

__all__ = ["CHECKS", "FIELDS"]

CHECKS = Declared()

# The fields of a data set that a rule can ask for, as a sentence names them.
FIELDS = {
    "title": "the title", "notes": "the description", "tags": "keywords", "themes": "themes",
    "steward_name": "the steward", "steward_email": "the steward's e-mail",
    "steward_phone": "the steward's telephone", "update_frequency": "how often it is updated",
    "data_modified": "when the data last changed", "issued": "when it was first published",
    "last_reviewed": "when it was last reviewed", "temporal_start": "the first day it covers",
    "temporal_end": "the last day it covers", "spatial_places": "the places it covers",
    "spatial_bbox": "the area it covers", "unit_of_record": "what one row is",
    "subject_sensitivity": "whether it is about children, health, courts or victims",
    "access_level": "who has access to the data", "access_rationale": "why it is not public",
    "access_legal_basis": "the legal basis", "withheld_reason": "why it is not published yet",
    "planned_release_date": "the day of its planned release", "license_id": "the license",
    "privacy_reviewer": "who reviewed its privacy",
    "privacy_review_date": "the day of its privacy review",
    "privacy_review_outcome": "the outcome of its privacy review",
    "goals": "the strategic goals it serves", "collection_method": "how it is collected",
    "known_limits": "what to be careful about", "source_system": "the system it comes from",
    "citation": "how to cite it", "series": "the series it belongs to",
    "landing_page": "the web page about it", "dictionary_url": "the address of its dictionary",
    "references": "further reading", "identifier": "the identifier",
}  # fmt: skip
# The form takes keywords under another name than they are stored by.
_ON_THE_FORM = {"tags": "tag_string"}

# One word with low lines between its parts, or with an ending.
_FILE_NAME = re.compile(r"[^\s_]+(?:_[^\s_]+)+|[^\s.]\S*\.[A-Za-z][A-Za-z0-9]{1,7}")
_ENDINGS = (
    ".csv", ".tsv", ".txt", ".xls", ".xlsx", ".doc", ".docx", ".ppt", ".pptx", ".pdf", ".json",
    ".geojson", ".xml", ".zip", ".shp", ".kml", ".kmz", ".gpkg", ".parquet",
)  # fmt: skip


@CHECKS.check(
    "title-names-the-data",
    METADATA,
    least=Parameter("int", 10, 1, 1000),
    most=Parameter("int", 120, 1, 1000),
)
def title_names_the_data(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """The title is of a readable length and is not the name of a file."""
    title = text(subject.values, "title")
    length = counted(len(title), "character")
    if not title:
        yield fails("It has no title.", field="title")
    elif _FILE_NAME.fullmatch(title) or title.lower().endswith(_ENDINGS):
        yield fails(
            "The title looks like the name of a file.",
            fix="Write what the data is, as a resident would say it, such as: Building permits.",
            field="title",
        )
    elif len(title) < wanted["least"]:
        yield fails(
            f"The title has {length}, fewer than {wanted['least']}.",
            fix="Add what tells it from other data sets: of what, where, or of which years.",
            field="title",
        )
    elif len(title) > wanted["most"]:
        yield fails(
            f"The title has {length}, more than {wanted['most']}.",
            fix="Keep what the data is, and move the rest to the description.",
            field="title",
        )
    else:
        yield passes(f"The title has {length} and is not the name of a file.")


@CHECKS.check("description-explains", METADATA, least=Parameter("int", 100, 1, 10_000))
def description_explains(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """The description has some length and says more than the title."""
    notes = " ".join(text(subject.values, "notes").split())
    title = " ".join(text(subject.values, "title").split())
    length = counted(len(notes), "character")
    if not notes:
        yield fails("It has no description.", field="notes")
    elif notes.rstrip(".").lower() == title.rstrip(".").lower():
        yield fails("The description only repeats the title.", field="notes")
    elif len(notes) < wanted["least"]:
        yield fails(f"The description has {length}, fewer than {wanted['least']}.", field="notes")
    else:
        yield passes(f"The description has {length}.")


@CHECKS.check(
    "enough-keywords", METADATA, least=Parameter("int", 3, 0, 100), themes=Parameter("int", 1, 0, 9)
)
def enough_keywords(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """There are so many keywords, and so many of the catalog's themes."""
    asked = (
        ("tags", "keyword", wanted["least"], "Add words that a resident would search for."),
        ("themes", "theme", wanted["themes"], "Choose where people would look for it."),
    )
    missing = False
    for field, noun, least, fix in asked:
        found = len(set(texts(subject.values, field)))
        if found < least:
            missing = True
            yield fails(
                f"It has {counted(found, noun)} of {least}.",
                fix=fix,
                field=_ON_THE_FORM.get(field, field),
            )
    if not missing:
        yield passes("It has enough keywords and themes.")


@CHECKS.check(
    "fields-given",
    METADATA,
    fields=Parameter("list", [], choices=tuple(FIELDS)),
    any=Parameter("bool", False),
)
def fields_given(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Each of these fields has a value, or (``any``) one of them has."""
    empty = [field for field in wanted["fields"] if not _is_given(subject.values.get(field))]
    if not empty or (wanted["any"] and len(empty) < len(wanted["fields"])):
        yield passes("What is asked for is there.")
        return
    for field in empty[:1] if wanted["any"] else empty:
        yield fails(f"It does not say {FIELDS[field]}.", field=_ON_THE_FORM.get(field, field))


@CHECKS.check("serves-a-goal", METADATA)
def serves_a_goal(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """It names one of the strategic goals that are in force on the day."""
    chosen = set(texts(subject.values, "goals"))
    in_force = chosen & subject.city.goals
    if in_force:
        yield passes(f"It serves {counted(len(in_force), 'strategic goal')} in force.")
    elif not subject.city.goals:
        yield unjudged("The City's file names no goal that is in force.")
    elif chosen:
        yield fails("None of the goals that it names is in force any more.", field="goals")
    else:
        yield fails("It names no strategic goal.", field="goals")


@CHECKS.check(
    "place-given",
    METADATA,
    formats=Parameter(
        "list", ["GEOJSON", "SHP", "KML", "KMZ", "GPKG", "GML", "GPX", "TOPOJSON", "WMS", "WFS"]
    ),
)
def place_given(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Where a file is a map or has places in it, the places or the area are named."""
    formats = {name.upper() for name in wanted["formats"]}
    if _is_given(subject.values.get("spatial_bbox")) or texts(subject.values, "spatial_places"):
        yield passes("It says which places it covers.")
    elif any(file.bbox or file.format.upper() in formats for file in subject.files):
        yield fails(
            "A file has places in it, and the data set does not say which it covers.",
            field="spatial_places",
        )
    else:
        yield _nothing_found(subject, "places")


@CHECKS.check("period-given", METADATA)
def period_given(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Where a file has days in it, the first day that is covered is named."""
    if day(subject.values, "temporal_start"):
        yield passes("It says from when on it covers.")
        return
    start = min((file.start for file in subject.files if file.start), default="")
    if start or any(
        column.get("type") in ("date", "timestamp")
        for file in subject.files
        for column in file.columns
    ):
        yield fails(
            "A file has a column of dates, and the data set does not say which time it covers.",
            field="temporal_start",
        )
    else:
        yield _nothing_found(subject, "dates")


@CHECKS.check("citation-given", METADATA, made=Parameter("bool", True))
def citation_given(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """It says how to cite it, or (``made``) has what the portal makes a citation from."""
    if text(subject.values, "citation"):
        yield passes("It says how to cite it.")
        return
    sources = {
        "title": text(subject.values, "title"),
        "owner_org": subject.values.get("department") or text(subject.values, "owner_org"),
        "data_modified": day(subject.values, "data_modified"),
    }
    lacking = [field for field, value in sources.items() if not value]
    if not wanted["made"]:
        yield fails("It does not say how to cite it.", field="citation")
    elif lacking:
        names = {"title": "title", "owner_org": "department", "data_modified": "date"}
        yield fails(
            "It does not say how to cite it, and a citation cannot be made for want of its"
            f" {listed([names[field] for field in lacking])}.",
            field=lacking[0],
        )
    else:
        yield passes("Its page shows a citation made from title, department and date.")


@CHECKS.check("feed-valid", METADATA)
def feed_valid(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """data.gov would take the record, in each language in which it is written."""
    if subject.feed is None:
        yield unjudged("No record for data.gov is made of it here.")
    elif not subject.feed:
        yield passes("data.gov takes its record.")
    else:
        problems = counted(len(subject.feed), "problem")
        places = listed(sorted({place for place in subject.feed if isinstance(place, str)}))
        yield fails(f"Its record for data.gov has {problems}: {places}.")


def _is_given(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return bool(texts({"value": value}, "value")) if isinstance(value, (list, tuple)) else False


def _nothing_found(subject: Subject, what: str) -> Verdict:
    if subject.files and not any(file.status or file.columns for file in subject.files):
        return unjudged(f"Nobody looked for {what} in its files.")
    return not_applicable(f"No file has {what} in it.")
