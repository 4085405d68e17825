"""News of data sets as Atom: any text arrives, and what is gone leaves no word."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from ckanext.independence.feed import atom
from ckanext.independence.feed.atom import News

from tests.unit.feed_sources import SITE

NOW = datetime(2026, 9, 14, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(*news: News) -> ET.Element:
    return ET.fromstring(atom.document(SITE, news))  # noqa: S314 -- our own


@pytest.mark.parametrize(
    "title", ["<b>&amp;</b>", "a\x00b\x1b\ud800", "\ufffe", " Ünï ", "x" * 3000]
)
def test_any_title_makes_a_document_that_can_be_read(title: str) -> None:
    entry = parsed(News("urn:uuid:1", "added", NOW, title, "https://data.example.gov/dataset/a"))
    shown = entry.findtext(f"{ATOM}entry/{ATOM}title") or ""
    assert len(shown) == len(title)
    assert shown.replace("\ufffd", "") == "".join(
        c for c in title if c not in "\x00\x1b\ud800\ufffe"
    )


@pytest.mark.parametrize("identifier", ["urn:uuid:1", "plain words", "http://a b/c", "", "ü#?&"])
def test_every_entry_has_an_address_for_its_name(identifier: str) -> None:
    root = parsed(News(identifier, "added", NOW, "A"), News(identifier, "removed", NOW))
    id_ = root.findtext(f"{ATOM}entry/{ATOM}id") or ""
    assert ":" in id_ and " " not in id_ and id_.isascii()
    assert root[-1].get("ref") == id_


def test_what_was_removed_leaves_its_identifier_and_when() -> None:
    gone = News("urn:uuid:1", "removed", NOW, "A secret", "https://data.example.gov/x", "Streets")
    text = atom.document(SITE, [gone]).decode()
    assert "secret" not in text and "Streets" not in text
    assert 'when="2026-09-14T12:00:00Z"' in text


def test_the_same_changes_make_the_same_bytes_and_no_more_than_the_latest_are_told() -> None:
    news = [News(f"urn:uuid:{n}", "changed", NOW - timedelta(hours=n), "A") for n in range(200)]
    document = atom.document(SITE, news)
    assert document == atom.document(SITE, iter(news))
    root = ET.fromstring(document)  # noqa: S314 -- our own
    assert len(root.findall(f"{ATOM}entry")) == atom.LONGEST
    assert root.findtext(f"{ATOM}updated") == "2026-09-14T12:00:00Z"
    assert parsed().findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
