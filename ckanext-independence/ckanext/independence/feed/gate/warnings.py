"""What data.gov takes from a record of DCAT-US 3.0, and remarks on.

Owns the slips that its harvester looks for above the schema: each is a warning, and none makes a
record invalid. It looks into every object, wherever it lies, whose `@type` names one of the classes
below, and into no other. That name has to be bare: a prefix (`dcat:Dataset`) hid an object from it
until September 2026. Refuses to look at what the schema refuses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Any

from . import geometry
from .dcat_us_3_0 import Kind
from .formats import is_date, is_date_time
from .problem import Problem, shown
from .registers import holds
from .shapes_3_0 import CLASSES, EXAMPLES, as_example

_Path = tuple[str | int, ...]
# Where within its object, which rule, what is wrong, and what would be right.
_Slip = tuple[_Path, str, str, object]
_Rule = Callable[[Any], list[_Slip]]
# The way from an object up to the record.
_Way = tuple["_Way", str | int] | None

_DAYS = r"(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?"
_HOURS = r"(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?"
_DURATION = re.compile(rf"-?P(?=.){_DAYS}(?:T(?=.){_HOURS})?$")
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?$")
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")
_LETTER = re.compile("[A-Za-z]")
_AMERICA = frozenset(("us", "usa", "u.s.", "u.s.a.", "united states", "united states of america"))
_LEGACY = frozenset(("restricted public", "non-public"))
# Of how many members of one list it is told what is wrong with them.
_MOST_TOLD = 100
_NODES = (dict, list)
_ADDRESS = ("street-address", "locality", "region", "postal-code", "country-name")


def check(record: Mapping[str, Any], kind: Kind = "dataset") -> list[Problem]:
    """Everything on which data.gov would remark in `record`, which may be invalid beside that."""
    found = [_problem((), slip) for slip in _of_record(record, kind)]
    waiting: list[tuple[Any, _Way]] = [(record, None)] if isinstance(record, _NODES) else []
    all_bare = True
    while waiting:
        node, way = waiting.pop()
        if isinstance(node, list):
            below = [(value, (way, n)) for n, value in enumerate(node) if isinstance(value, _NODES)]
        else:
            type_ = node.get("@type")
            if isinstance(type_, str):
                name = type_
                if ":" in type_ and (name := type_.rpartition(":")[2]) in _BY_FIELD and all_bare:
                    # Whoever writes one prefix writes them all: the first is told.
                    all_bare = False
                    found.append(_problem(_path(way), _prefixed(type_, name)))
                if name in _BY_FIELD:
                    found += [_problem(_path(way), slip) for slip in _of_object(node, name)]
            below = [
                (value, (way, key))
                for key, value in node.items()
                # Most of what lies in a record are positions, which hold no objects.
                if isinstance(value, _NODES) and key != "coordinates"
            ]
        waiting += reversed(below)
    return found


def _path(way: _Way) -> _Path:
    parts: list[str | int] = []
    while way:
        way, part = way
        parts.append(part)
    return tuple(reversed(parts))


def _problem(path: _Path, slip: _Slip) -> Problem:
    within, rule, message, example = slip
    return Problem((*path, *within), message, as_example(example), "warning", rule)


def _of_record(record: Mapping[str, Any], kind: Kind) -> list[_Slip]:
    if not isinstance(record, dict):
        return []
    slips: list[_Slip] = []
    if kind in _TYPE_OF and not isinstance(record.get("@type"), str):
        name = _TYPE_OF[kind]
        message = f"without '@type': '{name}' data.gov does not look for slips in the record"
        slips.append((("@type",), "type-name", message, name))
    place = record.get("spatial")
    if kind == "record" or not place or not isinstance(place, _NODES):
        return slips
    if not (isinstance(place, dict) and _is_geojson(place) and geometry.resolves(place)):
        message = (
            "data.gov keeps no geometry of this: it takes one Location that has GeoJSON's 'type'"
            " and 'coordinates' in itself"
        )
        slips.append((("spatial",), "geometry-lost", message, CLASSES["Location"].example))
    return slips


def _prefixed(type_: str, name: str) -> _Slip:
    message = f"{shown(type_)} is not the bare '{name}': data.gov may not look for slips here"
    return (("@type",), "type-name", message, name)


def _of_object(node: dict[str, Any], name: str) -> list[_Slip]:
    slips: list[_Slip] = []
    for key, rule in _BY_FIELD[name].items():
        value = node.get(key)
        if value is not None:
            for within, id_, message, example in rule(value):
                slips.append(((key, *within), id_, message, example or EXAMPLES.get(key, "")))
    if name in _BY_OBJECT:
        slips += _BY_OBJECT[name](node)
    return slips


def _is_geojson(value: dict[str, Any]) -> bool:
    return "type" in value and "coordinates" in value


def _one(rule: str, message: str, example: object = "") -> list[_Slip]:
    """The slip of a value as a whole; without an example it is the one of its field."""
    return [((), rule, message, example)]


def _first(slips: Iterable[_Slip]) -> list[_Slip]:
    return list(islice(slips, _MOST_TOLD))


def _keywords(value: Any) -> list[_Slip]:
    if not isinstance(value, list):
        return []
    words = [word for word in value if isinstance(word, str) and word]
    if len(set(words)) == len(words):
        return []
    last = {word: place for place, word in enumerate(value) if isinstance(word, str)}
    return _first(
        ((last[word],), "keyword-twice", f"{shown(word)} is a keyword already", "")
        for word, times in Counter(words).items()
        if times > 1
    )


def _metres(value: Any) -> list[_Slip]:
    if not isinstance(value, str):
        return []
    if not _DECIMAL.match(value):
        return _one("resolution", f"{shown(value)} is not a number of metres")
    if float(value) <= 0:
        return _one("resolution", f"{shown(value)} is not greater than zero")
    return []


def _duration(value: Any) -> list[_Slip]:
    if not isinstance(value, str) or _DURATION.match(value):
        return []
    return _one("duration", f"{shown(value)} is not an ISO 8601 duration")


def _access_rights(value: Any) -> list[_Slip]:
    if not isinstance(value, str) or value.strip().lower() not in _LEGACY:
        return []
    message = f"{shown(value)} is a term of DCAT-US 1.1's accessLevel"
    return _one("access-rights", message, "Restricted: ask the publisher for access")


def _languages(value: Any) -> list[_Slip]:
    members: Iterable[tuple[_Path, Any]] = [((), value)]
    if isinstance(value, list):
        members = (((place,), code) for place, code in enumerate(value))
    return _first(
        (within, "language-code", f"{shown(code)} is not a language code of ISO 639-1", "en")
        for within, code in members
        # A longer one is the schema's to refuse.
        if isinstance(code, str) and len(code) <= 2 and not holds("languages", code)
    )


def _encodings(value: Any) -> list[_Slip]:
    if not isinstance(value, list):
        return []
    wrong = "is not a character set of IANA's register"
    return _first(
        ((place,), "character-encoding", f"{shown(name)} {wrong}", "UTF-8")
        for place, name in enumerate(value)
        if isinstance(name, str) and not holds("character-sets", name)
    )


def _media_type(value: Any) -> list[_Slip]:
    # Parameters behind a semicolon do not count.
    if not isinstance(value, str) or holds("media-types", value.split(";", 1)[0].strip()):
        return []
    return _one("media-type", f"{shown(value)} is not a media type of IANA's register")


def _bytes(value: Any) -> list[_Slip]:
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return _one("byte-size", f"{shown(value)} is not a number of bytes")
    return []


def _telephone(value: Any) -> list[_Slip]:
    if not isinstance(value, str) or not _LETTER.search(value):
        return []
    return _one("telephone", f"{shown(value)} is not a telephone number: it has letters")


def _data_type(value: Any) -> list[_Slip]:
    if not isinstance(value, str) or value.startswith("xsd:"):
        return []
    return _one("data-type", f"{shown(value)} does not begin with 'xsd:'")


def _cui_marking(value: Any) -> list[_Slip]:
    if not isinstance(value, str) or value.startswith("CUI//"):
        return []
    return _one("cui-marking", f"{shown(value)} does not begin with 'CUI//'", "CUI//SP-PRVCY")


def _restriction(register: str, example: str) -> _Rule:
    def rule(value: Any) -> list[_Slip]:
        within: _Path = ()
        if isinstance(value, dict):
            within, value = ("prefLabel",), value.get("prefLabel")
        if not isinstance(value, str) or holds(register, value):
            return []
        message = f"{shown(value)} is not a term of the National Archives for restrictions"
        return [(within, "restriction", message, example)]

    return rule


def _box(value: Any) -> list[_Slip]:
    if isinstance(value, dict) and value.get("type") != "Polygon":
        return []
    return _geometry(value)


def _geometry(value: Any) -> list[_Slip]:
    if not (isinstance(value, str) or (isinstance(value, dict) and _is_geojson(value))):
        return []
    if geometry.resolves(value):
        return []
    message = "data.gov finds no place on the map in this"
    return _one("geometry", message, CLASSES["BoundingBox"].example)


def _dates(node: dict[str, Any]) -> list[_Slip]:
    return [
        *_order(node, "created", "modified"),
        *_order(node, "created", "issued"),
        *_order(node, "issued", "modified"),
    ]


def _period(node: dict[str, Any]) -> list[_Slip]:
    return _order(node, "startDate", "endDate")


def _order(node: dict[str, Any], first: str, then: str) -> list[_Slip]:
    if first not in node or then not in node:
        return []
    before, after = _day(node[first]), _day(node[then])
    if not before or not after or before <= after:
        return []
    message = f"'{first}' {shown(node[first])} is later than '{then}' {shown(node[then])}"
    return [((first,), "date-order", message, node[then])]


def _day(value: Any) -> date | None:
    """The first day of a date, of a moment where it is, or of a year or month."""
    if not isinstance(value, str):
        return None
    try:
        if year_or_month := _YEAR_OR_MONTH.fullmatch(value):
            return date(int(year_or_month[1]), int(year_or_month[2] or 1), 1)
        if is_date(value) or is_date_time(value):
            return date.fromisoformat(value[:10])
    except ValueError:
        pass
    return None


def _address(node: dict[str, Any]) -> list[_Slip]:
    slips: list[_Slip] = []
    code, country = node.get("postal-code"), node.get("country-name")
    if isinstance(country, str) and country.strip().lower() in _AMERICA:
        if isinstance(code, str) and _LETTER.search(code):
            message = f"{shown(code)} is not a postal code of the United States: it has letters"
            slips.append((("postal-code",), "postal-code", message, "64050"))
    if all(node.get(key) in (None, "") for key in _ADDRESS):
        message = "none of the fields of the address says anything"
        slips.append(((), "address-empty", message, CLASSES["Address"].example))
    return slips


_TYPE_OF = {"dataset": "Dataset", "service": "DataService"}
_FILE = {"spatialResolutionInMeters": _metres, "temporalResolution": _duration}
_BY_FIELD: Mapping[str, Mapping[str, _Rule]] = {
    "Dataset": {
        "keyword": _keywords,
        "accessRights": _access_rights,
        "language": _languages,
        **_FILE,
    },
    "Distribution": {
        "byteSize": _bytes,
        "characterEncoding": _encodings,
        "mediaType": _media_type,
        "language": _languages,
        **_FILE,
    },
    "DataService": {"language": _languages, **_FILE},
    "Document": {"mediaType": _media_type},
    "Kind": {"tel": _telephone},
    "Location": {"bbox": _box, "geometry": _geometry},
    "Metric": {"expectedDataType": _data_type},
    "PeriodOfTime": {},
    "Address": {},
    "CUIRestriction": {"cuiBannerMarking": _cui_marking},
    "AccessRestriction": {
        "restrictionStatus": _restriction("restriction-status", "Restricted - Partly"),
        "specificRestriction": _restriction(
            "specific-access-restrictions", "FOIA (b)(6) Personal Information"
        ),
    },
    "UseRestriction": {
        "restrictionStatus": _restriction("restriction-status", "Restricted - Partly"),
        "specificRestriction": _restriction("specific-use-restrictions", "Copyright"),
    },
}
_BY_OBJECT: Mapping[str, _Rule] = {
    "Dataset": _dates,
    "PeriodOfTime": _period,
    "Address": _address,
}
