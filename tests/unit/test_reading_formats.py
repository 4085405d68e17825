"""What a file is: recognised, or refused in one sentence that names it."""

from __future__ import annotations

import json

import pytest
from ckanext.independence.catalog.reading import Refused, read

PACKAGE = {"name": "parks", "title": "Parks", "resources": [], "license_id": None}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"<!DOCTYPE html><html></html>", "is an HTML page"),
        (b"<?xml version='1.0'?><rdf/>", "is XML"),
        (b"a,b,c\n1,2,3\n", "looks like a CSV table"),
        (b'id,"name, full"\n1,"a: b"\n', "looks like a CSV table"),
        (b"PK\x03\x04....", "is a ZIP archive"),
        (b"%PDF-1.7", "is a PDF"),
        (b"hello", "is plain text"),
        (b'{"dataset": [\n  {"a": }]}', "at line 2, column 9"),
        (b'{"a":' * 200_000, "nested too deep"),
        (b"[" + b"9" * 5000 + b"]", "a number that is too long"),
        (b'{"caf\xe9": 1}', "is not UTF-8 text (byte 5)"),
        (b"manifest: 1\n  bad: [", "line 2"),
        (b"{}", "holds an empty object"),
        (b"[]", "holds an empty list"),
        (b'"text"', "holds a single value"),
        (b'{"error": "maintenance"}', "is an error message"),
        (b'{"success": false, "error": {}}', "something failed"),
        (b'{"success": true, "result": ["a", "b"]}', "package_list"),
        (b'["a", "b"]', "package_list"),
        (b'{"@graph": []}', "JSON-LD"),
        (b'[{"@id": "x", "http://purl.org/dc/terms/title": []}]', "JSON-LD"),
        (b'{"type": "FeatureCollection", "features": []}', "GeoJSON"),
        (b'{"data": [], "meta": {}}', "ArcGIS Hub search API"),
        (b'{"results": [{"resource": {}}]}', "Socrata's catalog API"),
        (b'{"viewType": "tabular", "columns": []}', "Socrata /api/views record"),
        (b'[{"viewType": "tabular"}]', "Socrata /api/views records"),
        (b'[{"slug": "a", "resources": []}]', "JKAN records"),
        (b'{"datasets": [{"title": "a", "department": "b"}]}', "manifest without its first line"),
        (b"manifest: 2", "a manifest of version '2'"),
        (b"manifest: 1\ndatasets: {a: 1}", "'datasets' must be a list"),
        (b"[1, 2]", "is a list of no records"),
    ],
)
def test_what_is_no_catalog_is_refused_with_what_it_is(content: bytes, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(content, "file.json")
    assert "file.json" in str(refusal.value)
    assert said in str(refusal.value)


def test_a_file_over_the_limit_is_refused_unread() -> None:
    from ckanext.independence.catalog.reading.decoding import decode

    with pytest.raises(Refused, match="the limit is"):
        decode(b"[" + b" " * 100, "big.json", max_bytes=50)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"dataset": []}, "DCAT-US 1.1"),
        ({"dataset": [], "conformsTo": {"title": "DCAT-US 3.0"}}, "DCAT-US 3.0"),
        ({"@type": "Catalog", "service": []}, "DCAT-US 3.0"),
        ({"@type": "dcat:Dataset", "title": "One"}, "DCAT-US 3.0"),
        (
            {
                "dataset": [],
                "@type": "dcat:Catalog",
                "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
            },
            "DCAT-US 1.1",
        ),
        ([{"title": "A", "accessLevel": "Public", "keyword": "a,b"}], "Project Open Data 1.0"),
        ({"success": True, "result": {"count": 0, "results": []}}, "CKAN package_search"),
        ({"success": True, "result": PACKAGE}, "CKAN package_search"),
        ([PACKAGE], "CKAN package_search"),
        ({"datasets": [{"title": "A"}]}, "Data Packages"),
        ({"manifest": 1}, "manifest"),
    ],
)
def test_a_catalog_is_recognised(data: object, kind: str) -> None:
    assert read(json.dumps(data).encode(), "data.json").format == kind


def test_byte_order_marks_and_utf_16_are_read() -> None:
    text = '{"dataset": [{"title": "Bäume"}]}'
    for content in (text.encode("utf-8-sig"), text.encode("utf-16")):
        assert read(content, "data.json").records[0].title == "Bäume"


def test_references_that_unfold_without_end_are_read_as_what_they_are() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)
    ]
    content = "\n".join(
        [*levels, "conformsTo: *a11", "'@context': *a11", "dataset:"]
        + [f"- {{title: T, {key}: *a11}}" for key in ("keyword", "spatial", "theme", "references")]
    )
    records = read(content.encode(), "bomb.yaml").records
    assert [record.title for record in records] == ["T"] * 4
    assert all(record.problems for record in records)


def test_an_unpaired_surrogate_spoils_one_value_and_not_the_file() -> None:
    content = rb'{"dataset": [{"title": "A", "description": "\ud800"}, {"title": "B\u0000"}]}'
    first, second = read(content, "data.json").records
    assert [problem.kind for problem in first.problems if problem.field == "description"] == [
        "characters"
    ]
    assert second.unusable == "It has no title."
