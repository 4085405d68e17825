"""Croissant: any public data set has a description, and a table's columns are in it."""

from __future__ import annotations

import json
from typing import Any

from ckanext.independence.feed import canonical, croissant
from hypothesis import HealthCheck, given, settings

from tests.unit.feed_sources import DATASET, FILES, SITE, datasets


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(datasets)
def test_any_public_data_set_is_described_and_stays_the_same(source: dict[str, Any]) -> None:
    tables = {
        file["id"]: [{"name": "_id", "type": "integer"}, {"name": "a b", "type": "geometry"}]
        for file in source["resources"][:1]
    }
    told = croissant.describe(source, SITE, tables)
    text = canonical.encode(told)
    assert json.loads(text) == told
    assert canonical.encode(croissant.describe(source, SITE, tables)) == text
    places = [file["@id"] for file in told.get("distribution", [])]
    assert len(places) == len(set(places))
    for rows in told.get("recordSet", []):
        for field in rows["field"]:
            assert field["source"]["fileObject"]["@id"] in places
    if source["access_level"] != "public":
        assert not places


def test_a_file_has_its_checksum_and_its_table_has_types() -> None:
    file = FILES[0] | {"sha256": "ab" * 32, "bytes": 12}
    columns = [
        {"name": "issued", "label": "Issued on", "type": "date"},
        {"name": "fee", "label": "", "type": "numeric"},
        {"name": "place", "label": "", "type": "something new"},
    ]
    told = croissant.describe(DATASET | {"resources": [file]}, SITE, {file["id"]: columns})
    stored, table = told["distribution"]
    assert (stored["sha256"], stored["contentSize"]) == ("ab" * 32, "12 B")
    assert table["contentUrl"].endswith(f"/resource/{file['id']}/export/csv")
    (rows,) = told["recordSet"]
    assert [field["dataType"] for field in rows["field"]] == ["sc:Date", "sc:Float", "sc:Text"]
    assert rows["field"][0]["description"] == "Issued on"
    assert "description" not in rows["field"][1]
