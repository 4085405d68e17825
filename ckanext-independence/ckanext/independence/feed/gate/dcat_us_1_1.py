"""What data.gov asks of a record of DCAT-US 1.1 from a source that is not federal.

Owns the fields that it looks at, what each may hold, the words in which it refuses a value, and an
example of a right one. The verdict is that of its JSON Schema with formats checked; fields that it
does not know pass. Judges one record at a time, and no catalog.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .formats import is_mailto, is_uri
from .problem import Problem, shown

__all__ = ["check"]

# ISO 8601, as the specification's tables of dates and intervals have it. A line end behind the last
# character passes, and digits of any script do: the validator's patterns are read by `re` as well.
_DURATION = (
    r"P(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?W)?(?:\d+(?:\.\d+)?D)?"
    r"(?:T(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?"
)
_REPEAT = r"(?:R\d*/)?"


def _moment(dash: str, colon: str) -> str:
    """A date with or without a time.

    Day and second follow the separators `dash` and `colon` that stand before month and minute. In
    an interval, those of its end follow the separators of its start: the validator has it so.
    """
    month = r"(?:0[1-9]|1[0-2])(?:(?P=dash)(?:[12]\d|0[1-9]|3[01]))?"
    week = r"W(?:[0-4]\d|5[0-2])(?:-?[1-7])?"
    day_of_year = r"(?:00[1-9]|0[1-9]\d|[12]\d{2}|3(?:[0-5]\d|6[1-6]))"
    minute = rf"(?:[01]\d|2[0-3])(?:{colon}[0-5]\d)?|24:?00"
    zone = r"[zZ]|[+-](?:[01]\d|2[0-3]):?(?:[0-5]\d)?"
    time = rf"(?:(?:{minute})(?:[.,]\d+(?!:))?)?(?:(?P=colon)[0-5]\d(?:[.,]\d+)?)?(?:{zone})?"
    day = rf"{dash}(?:{month}|{week}|{day_of_year})"
    return rf"[+-]?\d{{4}}(?!\d{{2}}\b)(?:{day}(?:[T\s](?:{time})?)?)?"


_MOMENT = _moment("(?P<dash>-?)", "(?P<colon>:?)")
_END = _moment("-?", ":?")
_DATE = re.compile(rf"{_MOMENT}$")
_MODIFIED = re.compile(rf"(?:{_REPEAT}{_DURATION}|{_REPEAT}{_MOMENT}/{_DURATION})$")
_TEMPORAL = tuple(
    re.compile(f"{pattern}$")
    for pattern in (
        f"{_MOMENT}/{_END}",
        f"{_REPEAT}{_MOMENT}/{_DURATION}",
        f"{_REPEAT}{_DURATION}/{_MOMENT}",
    )
)
_FREQUENCY = re.compile(rf"R/{_DURATION}$")
_MEDIA_TYPE = re.compile(r"[-\w]+/[-\w]+(?:\.[-\w]+)*(?:\+[-\w]+)?$")
_REDACTED = re.compile(r"\[\[REDACTED.*\]\]$")
_BUREAU = re.compile("[0-9]{3}:[0-9]{2}")
_PROGRAM = re.compile("[0-9]{3}:[0-9]{3}")
_INVESTMENT = re.compile("[0-9]{3}-[0-9]{9}")
# RFC 5646, section 2.1, with the tags that it keeps from before it.
_LANGUAGE = re.compile(
    r"(?:(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}(?:-[A-Za-z]{3}){0,2})?|[A-Za-z]{4}|[A-Za-z]{5,8})"
    r"(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-x(?:-[A-Za-z0-9]{1,8})+)?"
    r"|x(?:-[A-Za-z0-9]{1,8})+"
    r"|en-GB-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)"
    r"|sgn-(?:BE-FR|BE-NL|CH-DE)|art-lojban|cel-gaulish|no-(?:bok|nyn)"
    r"|zh-(?:guoyu|hakka|min|min-nan|xiang))$"
)

Texts = Callable[[str], bool]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """What a value may be.

    Attributes:
        formats: what is taken, in words that end data.gov's sentence
        example: a right value
        text: which texts are taken; none where None
        null: whether null is
        other: which further values are
        items: what a list may hold; no list is taken where None
        least, most, unique: how many of them, and whether each only once
        inside: of an object, what its fields may hold; no object is taken where None
    """

    formats: str
    example: Any = ""
    text: Texts | None = None
    null: bool = False
    other: Callable[[Any], bool] | None = None
    items: _Field | None = None
    least: int = 0
    most: int = 0
    unique: bool = False
    inside: _Object | None = None


@dataclass(frozen=True, slots=True)
class _Object:
    required: tuple[str, ...] = ()
    fields: dict[str, _Field] = field(default_factory=dict)


def _any(text: str) -> bool:
    return text != ""


def _up_to(most: int) -> Texts:
    return lambda text: 0 < len(text) <= most


def _redacted(text: str) -> bool:
    return text.startswith("[[REDACTED") and _REDACTED.match(text) is not None


def _like(pattern: re.Pattern[str]) -> Texts:
    return lambda text: pattern.match(text) is not None or _redacted(text)


def _web_address(text: str) -> bool:
    return is_uri(text) or _redacted(text)


def _frequency(text: str) -> bool:
    return text == "irregular" or _FREQUENCY.match(text) is not None or _redacted(text)


def _modified(text: str) -> bool:
    return bool(_DATE.match(text) or _MODIFIED.match(text)) or _redacted(text)


def _temporal(text: str) -> bool:
    return any(pattern.match(text) for pattern in _TEMPORAL) or _redacted(text)


def _email(text: str) -> bool:
    return is_mailto(text) or _redacted(text)


def _numbers(value: Any) -> bool:
    """Whether this is an object whose coordinates, if any, are a list of lists of numbers."""
    if not isinstance(value, dict) or not isinstance(value.get("type", ""), str):
        return False
    rows = value.get("coordinates", [])
    return isinstance(rows, list) and all(
        isinstance(row, list)
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in row)
        for row in rows
    )


def _type(value: str) -> _Field:
    return _Field(f"constant value '{value}'", value, text=lambda text: text == value)


def _uri(example: str, null: bool = True) -> _Field:
    formats = "uri (an address without blanks or letters beyond ASCII)"
    return _Field(formats, f"{example}", text=_web_address, null=null)


def _media(example: str, null: bool = True) -> _Field:
    return _Field("a media type", f"{example}", text=_like(_MEDIA_TYPE), null=null)


_SOME = "non-empty text"
_LONG = "non-empty text, max string length of 10000 characters"
_DICTIONARY = _uri("https://data.example.gov/dataset/permits/columns.csv")
_STANDARD = _uri("https://www.open311.org/")
_TITLE_EXAMPLE = "Building permits, 2020 to date"

_CONTACT = _Object(
    required=("fn", "hasEmail"),
    fields={
        "@type": _type("vcard:Contact"),
        "fn": _Field(_SOME, "Open data team", text=_any),
        "hasEmail": _Field(
            "mailto: and one address, without a blank",
            "mailto:opendata@example.gov",
            text=_email,
        ),
    },
)
_PUBLISHER = _Object(
    required=("name",),
    fields={
        "@type": _type("org:Organization"),
        "name": _Field(_SOME, "Department of Public Works", text=_any),
    },
)
_PUBLISHER.fields["subOrganizationOf"] = _Field(
    "an object with a name", {"name": "City of Independence"}, inside=_PUBLISHER
)
_DISTRIBUTION = _Object(
    fields={
        "@type": _type("dcat:Distribution"),
        "downloadURL": _uri("https://data.example.gov/files/permits.csv", null=False),
        "mediaType": _media("text/csv"),
        "format": _Field(_SOME, "CSV", text=_any, null=True),
        "accessURL": _uri("https://data.example.gov/dataset/permits"),
        "description": _Field(_LONG, "One row for each permit.", text=_up_to(10000), null=True),
        "title": _Field(_SOME, _TITLE_EXAMPLE, text=_any, null=True),
        "conformsTo": _STANDARD,
        "describedBy": _DICTIONARY,
        "describedByType": _media("text/csv"),
    },
)
_DATASET = _Object(
    required=(
        "title",
        "description",
        "keyword",
        "modified",
        "publisher",
        "contactPoint",
        "identifier",
        "accessLevel",
    ),
    fields={
        "@type": _type("dcat:Dataset"),
        "accessLevel": _Field(
            "'public', 'restricted public', 'non-public'",
            "public",
            text=("public", "restricted public", "non-public").__contains__,
        ),
        "rights": _Field(
            "non-empty text, max string length of 255 characters",
            "Addresses are left out to protect privacy.",
            text=_up_to(255),
            null=True,
        ),
        "accrualPeriodicity": _Field(
            "constant value 'irregular', a repeating interval of ISO 8601",
            "R/P1M",
            text=_frequency,
            null=True,
        ),
        "bureauCode": _Field(
            "a list of bureau codes",
            ["015:11"],
            text=_redacted,
            null=True,
            items=_Field("a bureau code", "015:11", text=lambda t: bool(_BUREAU.search(t))),
            least=1,
            unique=True,
        ),
        "contactPoint": _Field(
            "an object with fn and hasEmail",
            {"fn": "Open data team", "hasEmail": "mailto:opendata@example.gov"},
            inside=_CONTACT,
        ),
        "describedBy": _DICTIONARY,
        "describedByType": _media("text/csv"),
        "conformsTo": _STANDARD,
        "dataQuality": _Field(
            "true, false", True, text=_redacted, null=True, other=lambda v: isinstance(v, bool)
        ),
        "description": _Field(
            _LONG,
            "Permits to build that the city issued, one row each, since 2020.",
            text=_up_to(10000),
        ),
        "distribution": _Field(
            "a list of objects",
            [
                {
                    "downloadURL": "https://data.example.gov/files/permits.csv",
                    "mediaType": "text/csv",
                }
            ],
            text=_redacted,
            null=True,
            items=_Field(
                "an object",
                {"accessURL": "https://data.example.gov/dataset/permits"},
                text=_redacted,
                inside=_DISTRIBUTION,
            ),
        ),
        "identifier": _Field(_SOME, "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", text=_any),
        "issued": _Field("a date of ISO 8601", "2020-01-31", text=_like(_DATE), null=True),
        "keyword": _Field(
            "a list of 1 to 1000 keywords",
            ["permits", "construction"],
            text=_redacted,
            items=_Field(
                "non-empty text, max string length of 1000 characters",
                "permits",
                text=_up_to(1000),
            ),
            least=1,
            most=1000,
        ),
        "landingPage": _uri("https://data.example.gov/dataset/permits"),
        "language": _Field(
            "a list of language tags",
            ["en-US"],
            text=_redacted,
            null=True,
            items=_Field(
                "a language tag of RFC 5646",
                "en-US",
                text=lambda text: _LANGUAGE.match(text) is not None,
            ),
        ),
        "license": _uri("https://creativecommons.org/publicdomain/zero/1.0/"),
        "modified": _Field(
            "a date of ISO 8601, an interval of ISO 8601",
            "2026-01-31",
            text=_modified,
        ),
        "primaryITInvestmentUII": _Field(
            "an investment's number",
            "023-000000001",
            text=lambda t: bool(_INVESTMENT.search(t)) or _redacted(t),
            null=True,
        ),
        "programCode": _Field(
            "a list of program codes",
            ["015:001"],
            text=_redacted,
            null=True,
            items=_Field("a program code", "015:001", text=lambda t: bool(_PROGRAM.search(t))),
            least=1,
            unique=True,
        ),
        "publisher": _Field(
            "an object with a name", {"name": "Department of Public Works"}, inside=_PUBLISHER
        ),
        "references": _Field(
            "a list of addresses",
            ["https://data.example.gov/permits/handbook.pdf"],
            text=_redacted,
            null=True,
            items=_uri("https://data.example.gov/permits/handbook.pdf", null=False),
            least=1,
            unique=True,
        ),
        "spatial": _Field(
            "non-empty text, an object whose coordinates are pairs of numbers",
            "-94.5,39.0,-94.2,39.2",
            text=_any,
            null=True,
            other=_numbers,
        ),
        "systemOfRecords": _Field(
            _SOME, "https://www.example.gov/privacy/notice", text=_any, null=True
        ),
        "temporal": _Field(
            "an interval of ISO 8601 with start and end, or with a duration",
            "2020-01-01/2025-12-31",
            text=_temporal,
            null=True,
        ),
        "isPartOf": _Field(
            _SOME, "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", text=_any, null=True
        ),
        "theme": _Field(
            "a list of categories",
            ["Public works"],
            text=_redacted,
            null=True,
            items=_Field(_SOME, "Public works", text=_any),
            least=1,
            unique=True,
        ),
        "title": _Field(_SOME, _TITLE_EXAMPLE, text=_any),
    },
)
_MEDIA_BESIDE_DOWNLOAD = _media("text/csv", null=False)


def check(record: Mapping[str, Any]) -> list[Problem]:
    """Return what keeps data.gov from taking this record; nothing where it takes it."""
    found: list[Problem] = []
    _object(record, _DATASET, (), found)
    return found


def _object(record: Mapping[str, Any], rules: _Object, path: Path, found: list[Problem]) -> None:
    for name in rules.required:
        if name not in record:
            found.append(_missing(name, rules.fields[name], path))
    fields = rules.fields
    for name, value in record.items():
        known = fields.get(name)
        if known is None:
            continue
        # By far the most values are right text.
        if type(value) is str and known.text is not None and known.text(value):
            continue
        _value(value, known, (*path, name), found)
    if rules is _DISTRIBUTION and "downloadURL" in record:
        if "mediaType" not in record:
            found.append(_missing("mediaType", _MEDIA_BESIDE_DOWNLOAD, path))
        elif record["mediaType"] is None:
            found.append(_refused(None, _MEDIA_BESIDE_DOWNLOAD, (*path, "mediaType")))


def _value(value: Any, known: _Field, path: Path, found: list[Problem]) -> None:
    if isinstance(value, str):
        taken = known.text is not None and known.text(value)
    elif value is None:
        taken = known.null
    elif isinstance(value, dict) and known.inside is not None:
        _object(value, known.inside, path, found)
        return
    elif isinstance(value, list) and known.items is not None:
        _list(value, known, known.items, path, found)
        return
    else:
        taken = known.other is not None and known.other(value)
    if not taken:
        found.append(_refused(value, known, path))


def _list(
    values: list[Any], known: _Field, items: _Field, path: Path, found: list[Problem]
) -> None:
    if len(values) < known.least:
        found.append(_problem(path, "[] should be non-empty", known, "count"))
    if known.most and len(values) > known.most:
        message = f"{len(values)} values are too many: max {known.most} items"
        found.append(_problem(path, message, known, "count"))
    before = len(found)
    for number, value in enumerate(values):
        _value(value, items, (*path, number), found)
    if known.unique and len(found) == before and len(set(values)) < len(values):
        twice = next(value for value in values if values.count(value) > 1)
        message = f"has non-unique elements: {shown(twice)} is in it more than once"
        found.append(_problem(path, message, known, "unique"))


def _missing(name: str, known: _Field, path: Path) -> Problem:
    return _problem((*path, name), f"'{name}' is a required property", known, "required")


def _refused(value: Any, known: _Field, path: Path) -> Problem:
    message = f"{shown(value)} does not match any of the acceptable formats: {known.formats}"
    return _problem(path, message, known, "format")


def _problem(path: Path, message: str, known: _Field, rule: str) -> Problem:
    example = known.example
    if not isinstance(example, str):
        example = json.dumps(example)
    return Problem(path, message, example, rule=rule)
