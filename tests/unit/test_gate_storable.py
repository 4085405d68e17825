"""What a schema lets through and no catalog can store."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from ckanext.independence.feed import canonical
from ckanext.independence.feed.gate import check, is_valid, storable
from hypothesis import given, settings
from hypothesis import strategies as st

RECORD: dict[str, Any] = {
    "title": "Building permits",
    "description": "Every permit since 2021.",
    "keyword": ["permits"],
    "modified": "2026-01-31",
    "publisher": {"name": "Permits"},
    "contactPoint": {"fn": "Permits desk", "hasEmail": "mailto:permits@example.gov"},
    "identifier": "urn:uuid:1b671a64-40d5-491e-99b0-da01ff1f3341",
    "accessLevel": "public",
}


@pytest.mark.parametrize(
    ("extra", "where", "says"),
    [
        ({"title": "Per\0mits"}, "title", "U+0000"),
        ({"keyword": ["permits", "\ud83d"]}, "keyword[1]", "U+D83D, a lone surrogate"),
        ({"note": {"a": [{"b": "\udc00x"}]}}, "note.a[0].b", "U+DC00, a lone surrogate"),
        ({"no\0te": 1}, "no\0te", "The name holds the character U+0000"),
        ({"x\ud800": 1}, "x\ud800", "The name holds half of a character"),
        ({"size": math.nan}, "size", "nan is no number that JSON has"),
        ({"size": [1, -math.inf]}, "size[1]", "-inf is no number"),
        ({"size": 2**64}, "size", "larger than 64 bits"),
        ({7: "x"}, "7", "7 is int"),
        ({"when": {1, 2}}, "when", "of type set"),
    ],
)
@pytest.mark.parametrize("language", ["1.1", "3.0"])
def test_what_cannot_be_stored_is_an_error_at_its_place(
    language: Any, extra: dict[Any, Any], where: str, says: str
) -> None:
    found = [each for each in check(RECORD | extra, language) if each.rule.startswith("stored")]
    assert [each.where for each in found] == [where]
    assert says in found[0].message
    assert not is_valid(found)
    json.dumps(found[0].message).encode()


@pytest.mark.parametrize("text", ["größe", "😀", "\x7f\x01", "\ufffe", "a\u2028b", "\t\n"])
def test_odd_characters_that_can_be_stored_pass(text: str) -> None:
    assert check(RECORD | {"title": text, text: text}, "1.1") == []


def test_nesting_without_end_is_an_error_and_no_crash() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = {"subOrganizationOf": deep, "name": "n"}
    for language in ("1.1", "3.0"):
        (problem,) = check(RECORD | {"publisher": deep}, language)  # type: ignore[arg-type]
        assert "nested deeper" in problem.message


TEXT = st.text(st.characters(exclude_categories=[]), max_size=4)
JSON = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers(-(2**66), 2**66) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXT, JSON, max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_record_without_such_a_problem_can_be_written_and_read_back(record: Any) -> None:
    if storable.check(record):
        # A character U+0000 can be written, and a number that is none is written as null.
        try:
            body = canonical.encode(record)
        except TypeError:
            return
        assert b"\\u0000" in body or json.loads(body) != record
    else:
        body = canonical.encode(record)
        assert b"\\u0000" not in body.replace(b"\\\\", b"")
        assert json.loads(body) == record
