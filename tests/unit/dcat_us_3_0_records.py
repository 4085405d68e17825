"""Records of DCAT-US 3.0 made at random from data.gov's own schemas, and spoilt at random."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.oracle import BASE, CLASS_OF, definitions, validator

IRIS = ["https://data.example.gov/a", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a61", "x:é"]
DATES = ["2026-01-31T08:30:00-06:00", "2024-02-29", "2024", "2024-13", "2026-01-01t00:00:00.5z"]
BY_FORMAT = {"iri": IRIS, "date-time": DATES[:1], "date": DATES[1:2]}
BY_PATTERN = {"mailto": ["mailto:a.b@c.gov"], "R/P": ["R/P1D"], "[0-9]{4}$": ["2024"], "2}$": DATES}

BAD: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    1.0,
    -0.0,
    float("nan"),
    10**40,
    "",
    " ",
    "x",
    "en",
    "eng",
    "public",
    "not an address",
    "https://data.example.gov/a b",
    "https://data.example.gov/\n",
    "http://[::1",
    "_:b0",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00Z\n",
    "2026-02-30",
    "2026-02-28",
    "2026",
    "2026\n",
    "٢٠٢٦",
    "2026-1",
    "01/02/2026",
    "R/P1Y",
    "R/P",
    "R/P\n",
    "R/P1\n",
    "monthly",
    "Monthly",
    "mailto:a@b.c",
    "mailto:a@b",
    "mailto:é@é.é",
    "a@b.c",
    "Polygon",
    "Point",
    "\x00",
    "\ud800",
    [],
    {},
    [None],
    [[]],
    [{}],
    [1, 2],
    [1, True],
    [1.5, 2, 3],
    ["x"],
    ["en", "es"],
    ["https://data.example.gov/"],
    {"prefLabel": "x"},
    {"name": "x"},
    {"title": "x"},
    {"fn": "x", "hasEmail": "mailto:a@b.c"},
    {"type": "Polygon", "coordinates": []},
    {"type": "Point", "coordinates": [1, 2]},
    {"type": None, "coordinates": None},
    {"startDate": None},
    {"@id": "_:b0"},
    {"@type": None},
]


def fields_in_error(kind: str, record: Any) -> set[str]:
    """The fields of `record` that its validator refuses; "" stands for the record as a whole."""
    found = set()
    for error in validator("3.0", kind).iter_errors(record):
        if error.absolute_path:
            found.add(str(error.absolute_path[0]))
        else:
            found.add(error.message.split("'")[1] if error.validator == "required" else "")
    return found


class Maker:
    """Makes values that a schema takes, in the whole breadth of that schema."""

    def __init__(self, rng: Random) -> None:
        self.schemas, self.rng = definitions(), rng

    def record(self, kind: str) -> dict[str, Any]:
        """A record of about a third of the fields that its class has."""
        made = self.value({"$ref": BASE + CLASS_OF[kind]}, BASE + CLASS_OF[kind], 0)
        assert isinstance(made, dict)
        return made

    def value(self, schema: dict[str, Any], root: str, depth: int) -> Any:
        """A value that `schema`, which lies in the schema `root`, takes."""
        if "$ref" in schema:
            root = root if schema["$ref"] == "#" else BASE + schema["$ref"].rpartition("/")[2]
            schema = self.schemas[root]
        if "anyOf" in schema and "properties" not in schema:
            return self.value(self._branch(schema["anyOf"], depth), root, depth)
        types = schema.get("type", "object")
        type_ = (
            types if isinstance(types, str) else self.rng.choice(types if depth < 3 else types[:1])
        )
        match type_:
            case "null":
                return None
            case "string":
                return self._string(schema)
            case "number":
                return self.rng.choice([0, 1.5, -94])
            case "array":
                least, most = schema.get("minItems", 0), schema.get("maxItems", 2)
                count = self.rng.randint(least, most)
                return [self.value(schema.get("items", {}), root, depth + 1) for _ in range(count)]
            case _:
                return self._object(schema, root, depth)

    def _branch(self, branches: list[dict[str, Any]], depth: int) -> dict[str, Any]:
        plain = [branch for branch in branches if branch.get("type") in ("null", "string")]
        return self.rng.choice(plain if depth >= 3 and plain else branches)

    def _string(self, schema: dict[str, Any]) -> str:
        if "const" in schema or "enum" in schema:
            return str(self.rng.choice(schema.get("enum", [schema.get("const")])))
        if "format" in schema:
            return self.rng.choice(BY_FORMAT[schema["format"]])
        for part, texts in BY_PATTERN.items():
            if part in schema.get("pattern", ""):
                return self.rng.choice(texts)
        return "en" if "maxLength" in schema else self.rng.choice(["text", "ü", "1"])

    def _object(self, schema: dict[str, Any], root: str, depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        if "anyOf" in schema:
            required |= set(self.rng.choice(schema["anyOf"])["required"])
        share = (0.35, 0.2, 0.1, 0.0)[min(depth, 3)]
        made = {
            name: self.value(inner, root, depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if name in required or self.rng.random() < share
        }
        return made | {name: "x" for name in sorted(required - made.keys())}


def every_class() -> Iterator[tuple[str, Any, Callable[[Any], Any], Any]]:
    """Each class that a record reaches: its name, a kind, how a value gets there, and a least one.

    The third of these takes a value and gives a record of that kind that holds it in that place.
    """
    maker = Maker(Random(0))
    waiting: deque[tuple[str, str, Callable[[Any], Any]]] = deque(
        (BASE + name, kind, lambda value: value) for kind, name in CLASS_OF.items()
    )
    seen = set()
    while waiting:
        uri, kind, outer = waiting.popleft()
        if uri in seen:
            continue
        seen.add(uri)
        schema = maker.schemas[uri]
        described = schema if "properties" in schema else schema["anyOf"][-1]
        least = maker.value(described, uri, 3)
        yield uri.removeprefix(BASE), kind, outer, least
        for name, inner in described["properties"].items():
            for ref, in_list in _refs(inner):
                if ref != "#":

                    def within(value: Any, o=outer, a=least, n=name, m=in_list) -> Any:  # type: ignore[no-untyped-def]
                        return o(a | {n: [value] if m else value})

                    waiting.append((BASE + ref.rpartition("/")[2], kind, within))


def fields_of(name: str) -> list[str]:
    """The fields that a class has."""
    schema = definitions()[BASE + name]
    return list((schema if "properties" in schema else schema["anyOf"][-1])["properties"])


def _refs(schema: dict[str, Any], in_list: bool = False) -> Iterator[tuple[str, bool]]:
    if "$ref" in schema:
        yield schema["$ref"], in_list
    if isinstance(schema.get("items"), dict):
        yield from _refs(schema["items"], True)
    for branch in schema.get("anyOf", ()):
        yield from _refs(branch, in_list)


def spoilt(rng: Random, record: Any) -> Any:
    """The record with one to three things done to it; it may still be valid."""
    record = copy.deepcopy(record)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        places = list(_places(record))
        if not places:
            return rng.choice(BAD)
        owner, key = rng.choice(places)
        value = owner[key]
        match rng.randrange(8):
            case 0:
                del owner[key]
            case 1:
                owner[key] = [value]
            case 2 if isinstance(value, list) and value:
                owner[key] = value[0]
            case 3 if isinstance(owner, dict):
                owner[rng.choice(["extra", "@id", "@type", "title", "identifier"])] = rng.choice(
                    BAD
                )
            case 4:
                other, place = rng.choice(places)
                owner[key] = copy.deepcopy(other.get(place) if isinstance(other, dict) else place)
            case _:
                owner[key] = copy.deepcopy(rng.choice(BAD))
    return record


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of `value` with each key or position in it."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])
