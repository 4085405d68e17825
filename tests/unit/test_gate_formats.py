"""The formats that data.gov's schemas name, against the library that applies them there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from ckanext.independence.feed.gate import formats
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import FormatChecker

CHECKER = FormatChecker()
# As both schemas write it.
MAILTO = r"^mailto:[\w\_\~\!\$\&\'\(\)\*\+\,\;\=\:.-]+@[\w.-]+\.[\w.-]+?$"

ADDRESSES = [
    "https://data.example.gov/dataset/1?a=b#c",
    "http://user:pass@[2001:db8::1]:8080/a",
    "http://[::ffff:192.0.2.1]/",
    "http://[v1f.a:b]/",
    "http://[1:2:3:4:5:6:7::]/",
    "http://[1:2:3:4:5:6:7:8]/",
    "http://[1:2:3:4:5:6:7::8]/",
    "http://[::1:2:3:4:5:1.2.3.4]/",
    "http://[1::2::3]/",
    "http://[:::1]/",
    "http://[1.2.3.4::]/",
    "http://[]/",
    "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a61",
    "https://data.example.gov/a b",
    "https://data.example.gov/größe",
    "https://data.example.gov/%zz",
    "https://data.example.gov/%41%",
    "mailto:a@b",
    "_:b0",
    "a:",
    "a://",
    "a:///b",
    "a:/b//c",
    "a:b",
    ":a",
    "",
    "a",
    "http://a\n",
    "http://a\n\n",
    "http://a?\ue000",
    "http://a#\ue000",
    "http://a:b/",
    "http://a@b@c/",
    "http://a#b#c",
    "http://\U000e0001/",
    "http://\ud800/",
    "http://a[b]/",
]
MOMENTS = [
    "2026-01-01",
    "2026-02-29",
    "2024-02-29",
    "0000-01-01",
    "2026-01-01\n",
    "٢٠٢٦-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01t00:00:00z",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00.123456",
    "2026-01-01T00:00:00.1+23:59",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:60Z",
    "2026-01-01T24:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z\n",
    "2026-01-01 00:00:00Z",
    "20260101",
]

pieces = st.sampled_from(
    [
        *"aZ09:/?#[]@!$&'()*+,;=-._~% \n\\\"<>|^`{}",
        *("%41", "::", "//", "http://", "1.2.3.4", "v1."),
        *"\x7f\xa0é\ud7ff\ue000\ufdd0\uffff\U0001ffff\U000f0000",
    ]
)
moments = st.from_regex(
    r"[0-9]{4}-[01][0-9](-[0-3][0-9]([Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,3})?"
    r"([Zz]|[+-][0-2][0-9]:?[0-6][0-9])?)?)?\n?",
    fullmatch=True,
)
addresses = st.lists(st.sampled_from([*"aé9_~!'()+;=:.-@ \n", "mailto:", "\u0663"]), max_size=12)


def oracle(text: str, name: str) -> bool:
    return CHECKER.conforms(text, name)


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_passes_where_the_library_lets_it_pass(text: str) -> None:
    assert (formats.is_uri(text), formats.is_iri(text)) == (
        oracle(text, "uri"),
        oracle(text, "iri"),
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=9), st.sampled_from(["", "http://", "a:", "http://[", "a:["]))
def test_any_address_passes_where_the_library_lets_it_pass(parts: list[str], start: str) -> None:
    text = start + "".join(parts)
    assert formats.is_uri(text) is oracle(text, "uri")
    assert formats.is_iri(text) is oracle(text, "iri")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["::", ":", "1", "abcd", "12345", "1.2.3.4", "01.2.3.256"])))
def test_any_ipv6_address_passes_where_the_library_lets_it_pass(parts: list[str]) -> None:
    text = f"http://[{''.join(parts)}]/"
    assert formats.is_iri(text) is oracle(text, "iri")


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_passes_where_the_library_lets_it_pass(text: str) -> None:
    assert (formats.is_date(text), formats.is_date_time(text)) == (
        oracle(text, "date"),
        oracle(text, "date-time"),
    )


@settings(max_examples=200, deadline=None)
@given(moments)
def test_any_moment_passes_where_the_library_lets_it_pass(text: str) -> None:
    assert formats.is_date(text) is oracle(text, "date")
    assert formats.is_date_time(text) is oracle(text, "date-time")


@settings(max_examples=200, deadline=None)
@given(addresses.map(lambda parts: "mailto:" + "".join(parts)))
@example("mailto:a@b.c")
@example("mailto:a@.b.c")
@example("mailto:a@..")
@example("mailto:a@...")
@example("mailto:a@b.c\n")
@example("MAILTO:a@b.c")
@example("mailto:@b.c")
def test_any_mailto_address_passes_where_its_pattern_lets_it_pass(text: str) -> None:
    assert formats.is_mailto(text) is bool(re.search(MAILTO, text))


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (formats.is_mailto, "mailto:a@" + "." * 2_000_000 + "!"),
        (formats.is_iri, "http://" + "a:" * 1_000_000 + "@@"),
        (formats.is_iri, "http://a/" + "%41" * 700_000 + "%"),
        (formats.is_iri, "http://[" + "1:" * 1_000_000 + "]"),
        (formats.is_date_time, "2026-01-01T00:00:00." + "0" * 2_000_000),
    ],
    ids=["points", "user", "percent", "groups", "fraction"],
)
def test_a_huge_string_is_refused_without_trying_every_way_through_it(
    check: Callable[[str], bool], text: str
) -> None:
    """A check that took squared time would not end within the patience of a test run."""
    assert not check(text)
