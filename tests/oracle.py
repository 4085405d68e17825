"""data.gov's own JSON Schemas, which lie beside the project on some machines: what it would say.

Its harvester validates each record by JSON Schema 2020-12 with format checks, and so does this.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.conftest import SHARED

SCHEMAS = SHARED / "dcat-us"
BASE = "https://resources.data.gov/dcat-us/3.0.0/definitions/"
# Under which name the schemas of 3.0 know a kind of record.
CLASS_OF = {
    "dataset": "dataset",
    "series": "datasetseries",
    "service": "dataservice",
    "record": "catalogrecord",
}

with_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason=f"data.gov's schemas are not here: {SCHEMAS}"
)


@cache
def definitions() -> dict[str, Any]:
    """The classes of 3.0 by their `$id`."""
    read = (json.loads(file.read_bytes()) for file in sorted((SCHEMAS / "3.0").glob("*.json")))
    return {schema["$id"]: schema for schema in read}


@cache
def validator(language: str, kind: str = "dataset") -> jsonschema.Draft202012Validator:
    """The validator that data.gov's harvester makes for a kind of record, or any class of 3.0."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"data.gov's schemas are not here: {SCHEMAS}")
    checker = jsonschema.FormatChecker()
    if language == "1.1":
        schema = json.loads((SCHEMAS / "1.1/non-federal_dataset.json").read_bytes())
        return jsonschema.Draft202012Validator(schema, format_checker=checker)
    registry: Registry[Any] = Registry().with_resources(
        (uri, DRAFT202012.create_resource(schema)) for uri, schema in definitions().items()
    )
    return jsonschema.Draft202012Validator(
        {"$ref": BASE + CLASS_OF.get(kind, kind)}, registry=registry, format_checker=checker
    )


def errors(record: Any, language: str, kind: str = "dataset") -> list[str]:
    """What its schema says against a record."""
    found = validator(language, kind).iter_errors(record)
    return [f"{one.json_path}: {one.message[:300]}" for one in found]
