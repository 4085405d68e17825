"""How well a data set is described: its title, its text, its keywords, what it covers.

Never quotes what it reads: a text can hold what must not be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..registry import METADATA, Declared, Parameter
from ..subjects import Subject
from ..values import counted, text
from ..verdicts import Verdict, fails, passes

__all__ = ["CHECKS"]

CHECKS = Declared()

# What a title can be taken for a file's name by: no blank in it, and an ending or low lines.
_FILE_NAME = re.compile(r"\S+\.[A-Za-z][A-Za-z0-9]{1,7}|[^\s_]+(_[^\s_]+)+")
# Only these endings make a title with blanks a file's name: "Building permits.csv".
_ENDING = re.compile(
    r"\.(csv|tsv|txt|xlsx?|docx?|pptx?|pdf|json|geojson|xml|zip|shp|kmz?|gpkg|parquet)$", re.I
)
_FIELDS = {
    "title": "title", "notes": "description", "tags": "keywords", "themes": "themes",
    "collection_method": "how it is collected", "known_limits": "what to be careful about",
    "citation": "how to cite it", "unit_of_record": "what one row is", "goals": "goals",
    "source_system": "source system", "steward_name": "steward",
    "steward_email": "steward's e-mail", "steward_phone": "steward's telephone",
    "update_frequency": "how often it is updated", "data_modified": "when the data last changed",
    "issued": "when it was first published", "last_reviewed": "when it was last reviewed",
    "temporal_start": "the first day it covers", "temporal_end": "the last day it covers",
    "spatial_places": "places", "spatial_bbox": "area", "license_id": "license",
    "access_rationale": "why it is not public", "access_legal_basis": "the legal basis",
    "withheld_reason": "why it is not published yet",
    "planned_release_date": "the planned release", "landing_page": "the web page about it",
    "dictionary_url": "the address of its dictionary", "identifier": "identifier",
    "series": "series", "subject_sensitivity": "what it is about",
    "privacy_reviewer": "who reviewed its privacy",
    "privacy_review_date": "when its privacy was reviewed",
    "privacy_review_outcome": "the outcome of the privacy review",
}  # fmt: skip
# The form takes keywords under another name than they are stored by.
_ON_THE_FORM = {"tags": "tag_string"}


@CHECKS.check(
    "title-names-the-data",
    METADATA,
    least=Parameter("int", 10, 1, 1000),
    most=Parameter("int", 120, 1, 1000),
)
def title_names_the_data(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Ask for a title of a readable length that is not a file's name."""
    title = text(subject.values, "title")
    if not title:
        yield fails("It has no title.", field="title")
    elif _FILE_NAME.fullmatch(title) or _ENDING.search(title):
        yield fails(
            "The title looks like the name of a file.",
            fix="Write what the data is, as a resident would say it: Building permits.",
            field="title",
        )
    elif len(title) < wanted["least"]:
        yield fails(
            f"The title has {counted(len(title), 'character')}, fewer than {wanted['least']}.",
            fix="Add what tells it from other data sets: of what, where, since when.",
            field="title",
        )
    elif len(title) > wanted["most"]:
        yield fails(
            f"The title has {counted(len(title), 'character')}, more than {wanted['most']}.",
            fix="Keep what the data is, and move the rest to the description.",
            field="title",
        )
    else:
        yield passes("The title says what the data is.")


@CHECKS.check("description-explains", METADATA, least=Parameter("int", 100, 1, 10_000))
def description_explains(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Ask for a description of some length that says more than the title."""
    notes = " ".join(text(subject.values, "notes").split())
    title = text(subject.values, "title")
    more = notes.lower().replace(title.lower(), "").strip(" .") if title else notes
    if not notes:
        yield fails("It has no description.", field="notes")
    elif not more:
        yield fails("The description only repeats the title.", field="notes")
    elif len(notes) < wanted["least"]:
        yield fails(
            f"The description has {counted(len(notes), 'character')}, fewer than"
            f" {wanted['least']}.",
            field="notes",
        )
    else:
        yield passes(f"The description has {counted(len(notes), 'character')}.")
