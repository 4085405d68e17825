"""Names and types of files: safe in addresses, true to the content."""

from __future__ import annotations

import pytest
from ckanext.independence.catalog.file_types import media_type, safe_name, shown_inline
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("Street lamps 2026.csv", "Street-lamps-2026.csv"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\0b\r\nc.csv", "abc.csv"),
        (".htaccess", "file.htaccess"),
        ("Ärger & Öl.GeoJSON", "Arger-Ol.GeoJSON"),
        ("CON.csv", "file-CON.csv"),
        ("数据.csv", "file.csv"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_name_is_reduced_to_a_safe_one(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder_or_breaks_a_header(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 100
    assert safe.isascii() and safe.isprintable()
    assert not set(safe) & set('/\\"%?#;<> ') and ".." not in safe and safe[0] not in ".-"


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("a" * 300 + ".geojson") == "a" * 92 + ".geojson"


@pytest.mark.parametrize(
    ("found", "name", "settled"),
    [
        ("text/plain", "lamps.csv", "text/csv"),
        ("application/csv", "lamps.CSV", "text/csv"),
        ("application/json", "wards.geojson", "application/geo+json"),
        ("application/octet-stream", "trees.parquet", "application/vnd.apache.parquet"),
        ("text/xml", "wards.kml", "application/vnd.google-earth.kml+xml"),
        ("text/html", "lamps.csv", "text/html"),
        ("image/svg+xml", "logo.png", "image/svg+xml"),
        ("application/pdf", "report.csv", "application/pdf"),
    ],
)
def test_the_name_only_chooses_among_what_the_content_can_be(
    found: str, name: str, settled: str
) -> None:
    assert media_type(found, name) == settled


def test_only_what_cannot_run_scripts_is_shown() -> None:
    assert shown_inline("application/pdf") and shown_inline("image/png")
    assert not any(map(shown_inline, ["image/svg+xml", "text/html", "text/csv", "text/xml"]))
