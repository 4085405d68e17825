"""Whatever JSON stands in a catalog, reading ends in records and problems."""

from __future__ import annotations

import json
from typing import Any

from ckanext.independence.catalog.reading import Refused, Tables, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TERMS = [
    *"@id @type title identifier description keyword keywords theme modified issued".split(),
    "publisher",
    *"contactPoint accessLevel accessRights rights license accrualPeriodicity temporal".split(),
    *"spatial landingPage references describedBy isPartOf inSeries provenance distribution".split(),
    *"accessURL downloadURL mediaType format formats byteSize webService feed fn hasEmail".split(),
    *"tel name prefLabel bbox geometry coordinates startDate endDate endpointURL".split(),
    *"seriesMember servesDataset resources extras tags organization key value path".split(),
    *"department columns type url alternative_of publish".split(),
]
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "2020-01-01/..",
            "R/P1D",
            "{{x}}",
            "<p>a</p>",
            "POINT(1 2)",
            '{"coordinates": []}',
            "mailto:a@b.gov",
            "http://[::1",
            "https://a.gov/x",
            "public",
            "[1,",
        ]
    )
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(TERMS), inner, max_size=6)
    ),
    max_leaves=20,
)
records = st.lists(
    values | st.dictionaries(st.sampled_from(TERMS), values, max_size=12), max_size=3
)


def wrapped(entries: list[Any]) -> list[Any]:
    """Put entries where each format has its records."""
    return [
        {"dataset": entries},
        {"@type": "Catalog", "dataset": entries, "service": entries, "datasetSeries": entries,
         "record": entries, "catalog": [{"dataset": entries}, *entries]},
        [{"accessLevel": "Public", "title": "x"}, *entries],
        {"success": True, "result": {"results": entries}},
        {"manifest": 1, "datasets": entries, "departments": entries},
        {"datasets": [{"title": "x"}, *entries]},
    ]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(records)
def test_no_json_crashes_a_reader(entries: list[Any]) -> None:
    for data in wrapped(entries):
        try:
            catalog = read(data, "f", Tables())
        except Refused:
            continue
        for record in catalog.records:
            assert record.unusable or record.name
            json.dumps([record.fields, record.tags, [file.fields for file in record.files]])
            assert all(len(str(problem)) < 900 for problem in record.problems)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_no_bytes_crash_the_door(content: bytes) -> None:
    for name in ("f.json", "f.yaml"):
        try:
            read(content, name)
        except Refused as refusal:
            assert str(refusal).startswith(name)


@settings(max_examples=40, deadline=None)
@given(records)
def test_reading_is_the_same_twice(entries: list[Any]) -> None:
    first, second = (read({"dataset": entries}, "f").records for _ in range(2))
    assert [(r.name, r.identifier, str(r.fields)) for r in first] == [
        (r.name, r.identifier, str(r.fields)) for r in second
    ]
