"""One value at a time: what comes through, and what is left out and reported."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.independence.catalog.reading import Record, Tables, licence_table, read

TABLES = Tables(
    licences=licence_table(
        [
            {
                "id": "cc-zero",
                "url": "https://creativecommons.org/publicdomain/zero/1.0/",
                "legacy_ids": ["cc0"],
                "also": ["http://opendefinition.org/licenses/cc-zero/"],
            }
        ]
    ),
    themes={"public safety": "safety", "safety": "safety"},
    places={"district 1": "district-1"},
)


def record(**terms: Any) -> Record:
    """Read one data set with these terms."""
    return read({"dataset": [{"title": "T", "identifier": "i"} | terms]}, "f", TABLES).records[0]


def kinds(found: Record) -> list[str]:
    """Name the kinds of problems of a record."""
    return [problem.kind for problem in found.problems]


@pytest.mark.parametrize(
    ("given", "kept", "kind"),
    [
        ("mailto:data@example.gov", "data@example.gov", None),
        ("MAILTO:data@example.gov", "data@example.gov", None),
        ("data@example.gov", "data@example.gov", None),
        ("mailto: gis@example.gov", None, "email"),
        ("mailto:Open Baltimore", None, "email"),
        ("mailto:gis@localhost", None, "email"),
        ("mailto:a@b.gov?subject=x", None, "email"),
        ("mailto:{{email}}", None, "template"),
        ("mailto:a@example.gov, b@example.gov", None, "email"),
        ("", None, "empty"),
        (7, None, "email"),
        ({"hasValue": "mailto:a@example.gov"}, "a@example.gov", None),
    ],
)
def test_an_email_address_comes_through_or_is_reported(
    given: Any, kept: str | None, kind: str | None
) -> None:
    found = record(contactPoint={"fn": "Desk", "hasEmail": given})
    assert found.fields.get("steward_email") == kept
    assert kinds(found) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("given", "kept", "kind"),
    [
        ("2026-09-14", "2026-09-14", None),
        ("2026-09-14T23:59:59.123456", "2026-09-14", None),
        ("2026-09-14T01:00:00-05:00", "2026-09-14", None),
        ({"@type": "xsd:date", "@value": "2026-09-14"}, "2026-09-14", None),
        ("2026-02-30", None, "date"),
        ("2026-09", None, "date"),
        ("2026", None, "date"),
        ("09/14/2026", None, "date"),
        ("0001-01-01", None, "date"),
        (20260914, None, "date"),
        (None, None, "empty"),
        ("{{modified}}", None, "template"),
    ],
)
def test_a_date_comes_through_or_is_reported(
    given: Any, kept: str | None, kind: str | None
) -> None:
    found = record(modified=given)
    assert found.fields.get("data_modified") == kept
    assert kinds(found) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("R/P1D", "R/P1D"),
        ("r/p7d", "R/P1W"),
        ("R/P12M", "R/P1Y"),
        ("monthly", "R/P1M"),
        ("Annually", "R/P1Y"),
        ("asNeeded", "irregular"),
        ("http://purl.org/cld/freq/quarterly", "R/P3M"),
        ({"prefLabel": "Weekly"}, "R/P1W"),
        ("R/PT5M", None),
        ("sometimes", None),
        ("biannual", None),
    ],
)
def test_a_frequency_is_one_that_is_offered_or_is_reported(given: Any, kept: str | None) -> None:
    found = record(accrualPeriodicity=given)
    assert found.fields.get("update_frequency") == kept
    assert kinds(found) == ([] if kept else ["frequency"])


@pytest.mark.parametrize(
    ("given", "kept", "kind"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc-zero", None),
        ("http://www.creativecommons.org/publicdomain/zero/1.0/legalcode", "cc-zero", None),
        ("http://www.opendefinition.org/licenses/cc-zero", "cc-zero", None),
        ("cc0", "cc-zero", None),
        ("https://example.gov/terms", None, "licence-unknown"),
        ("Public Domain", None, "licence"),
        ("<b>Terms</b> of use", None, "licence"),
        ("", None, "empty"),
    ],
)
def test_a_licence_is_one_of_the_citys_or_is_reported(
    given: Any, kept: str | None, kind: str | None
) -> None:
    found = record(license=given)
    assert found.fields.get("license_id") == kept
    assert kinds(found) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("given", "box"),
    [
        ("-94.5,39.01,-94.27,39.16", "-94.5,39.01,-94.27,39.16"),
        ("-94.5, 39.01, -94.27, 39.16", "-94.5,39.01,-94.27,39.16"),
        ('{"type":"Point","coordinates":[-94.4,39.1]}', "-94.4,39.1,-94.4,39.1"),
        (
            {"type": "Polygon", "coordinates": [[[-94.5, 39], [-94, 39], [-94, 40], [-94.5, 39]]]},
            "-94.5,39,-94,40",
        ),
        ({"geometry": "POLYGON((-125 24, -66 24, -66 50, -125 24))"}, "-125,24,-66,50"),
        ({"bbox": "ENVELOPE(-94.5, -94.2, 39.2, 39.0)"}, "-94.5,39,-94.2,39.2"),
        ([[-94.5, 39.0], [-94.2, 39.2]], "-94.5,39,-94.2,39.2"),
        ("39.01,-94.5,39.16,-94.27", None),
        ("-94.27,39.16,-94.5,39.01", None),
        ("{{extent:computeSpatialProperty}}", None),
        ("POLYGON((1 2 3))", None),
        ("", None),
        (5, None),
    ],
)
def test_a_place_on_the_map_becomes_a_box_or_is_reported(given: Any, box: str | None) -> None:
    found = record(spatial=given)
    assert found.fields.get("spatial_bbox") == box
    assert bool(found.problems) == (box is None)


def test_a_named_place_and_a_theme_are_the_citys_own_or_are_reported() -> None:
    found = record(spatial="District 1", theme=["Public Safety", "Weather"])
    assert found.fields["spatial_places"] == ["district-1"]
    assert found.fields["themes"] == ["safety"]
    assert kinds(found) == ["theme-unknown"]


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ("2020-01-01/2020-12-31", "2020-01-01", "2020-12-31"),
        ("2020-01-01T00:00:00Z/2020-12-31T23:59:59Z", "2020-01-01", "2020-12-31"),
        ("2009/2012", "2009-01-01", "2012-12-31"),
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-01-01/..", "2020-01-01", None),
        ("/2020-12-31", None, "2020-12-31"),
        ({"startDate": "2024-01-01", "endDate": "2024-12-31"}, "2024-01-01", "2024-12-31"),
        ([{"startDate": {"@value": "2024-01-01"}}], "2024-01-01", None),
        ("2020-12-31/2020-01-01", None, None),
        ("2016-Present", None, None),
        ("2020-01-01/whenever", None, None),
    ],
)
def test_a_period_comes_through_or_is_reported(
    given: Any, start: str | None, end: str | None
) -> None:
    found = record(temporal=given)
    assert (found.fields.get("temporal_start"), found.fields.get("temporal_end")) == (start, end)
    assert bool(found.problems) == (start is end is None)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["parks", "Parks", " trails "], ["parks", "trails"]),
        ("parks, trails,,", ["parks", "trails"]),
        (["Health / Human Services"], ["Health Human Services"]),
        (["community & economic"], ["community and economic"]),
        (["Köln", 311, None, {"prefLabel": "Climate"}], ["Köln", "311", "Climate"]),
        (["a", "x" * 101, "//", "{{tags}}"], []),
        ({"a": 1}, []),
    ],
)
def test_keywords_are_what_a_catalog_can_hold(given: Any, kept: list[str]) -> None:
    assert record(keyword=given).tags == kept


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.gov/a.csv", True),
        ("ftp://example.gov/a.csv", True),
        ("https://example.gov/a b.csv", False),
        ("//////not-a-url.example.com/", False),
        ("http://#", False),
        ("http://127.0.0.1/a.csv", False),
        ("http://intranet/a.csv", False),
        ("javascript:alert(1)", False),
        ("{{url}}", False),
        (None, False),
    ],
)
def test_a_file_without_an_address_for_the_public_is_left_out(address: Any, kept: bool) -> None:
    found = record(distribution=[{"downloadURL": address, "mediaType": "text/csv"}])
    assert [file.fields["url"] for file in found.files] == ([address] if kept else [])
    assert bool(found.problems) != kept


def test_a_file_takes_its_format_from_a_media_type_that_means_one_thing() -> None:
    url = "https://example.gov/a"
    found = record(
        distribution=[
            {"downloadURL": url + "1", "mediaType": "text/csv", "title": "Rows"},
            {"downloadURL": url + "2", "mediaType": "application/octet-stream"},
            {"downloadURL": url + "3", "mediaType": "CSV"},
            {"downloadURL": url + "4", "format": "SHP", "byteSize": "12"},
            {"downloadURL": url + "5", "formats": [{"label": "zip", "value": "application/zip"}]},
        ]
    )
    assert [file.fields.get("format") for file in found.files] == ["CSV", None, None, "SHP", "zip"]
    assert found.files[0].fields["name"] == "Rows"
    assert found.files[3].fields["size"] == 12
    assert kinds(found) == ["media-type", "media-type"]


def test_html_becomes_what_it_says() -> None:
    found = record(
        description="<p style='x'>One &amp; <b>two</b></p><script>alert(1)</script><ul><li>a</li>"
        "<li><a href='https://example.gov/x'>b</a></li></ul><a href='javascript:x'>c</a>"
    )
    assert found.fields["notes"] == "One & two\n\n- a\n- [b](https://example.gov/x)\n\nc"
    assert kinds(found) == ["html"]


@pytest.mark.parametrize("text", ["a < b and c > d", "x &lt;script&gt; y", "use <name> here"])
def test_no_tag_survives_in_a_description(text: str) -> None:
    notes = record(description=text).fields["notes"]
    assert "<" not in notes.replace("< b", "")
    assert "&lt;" in notes


def test_markdown_and_its_links_in_angle_brackets_stay_as_they_are() -> None:
    text = "**Rows** since 2021.\n\nSee <https://example.gov> and a <= b."
    assert record(description=text).fields["notes"] == text


@pytest.mark.parametrize(
    ("title", "kept", "name"),
    [
        ("Building permits", "Building permits", "building-permits"),
        (" Parks\n &amp; trails ", "Parks & trails", "parks-trails"),
        ("Search", "Search", "search-data"),
        (707, "707", "707"),
        ("Bäume", "Bäume", "baume"),
        ("X", "X", "dataset-x"),
        ("!", "!", "dataset-bb7208"),
    ],
)
def test_a_title_gives_an_address_that_can_be_used(title: Any, kept: str, name: str) -> None:
    found = record(title=title)
    assert (found.title, found.name) == (kept, name)


@pytest.mark.parametrize("title", [None, "", " ", 7.5, True, ["a", "b"], {}, "{{title}}"])
def test_what_has_no_title_cannot_be_loaded(title: Any) -> None:
    assert record(title=title).unusable == "It has no title."


@pytest.mark.parametrize("identifier", [707, 1.5, True, ["a", "b"], {"notation": "x"}, None, "  "])
def test_what_is_no_identifier_is_reported_and_a_new_one_is_due(identifier: Any) -> None:
    found = record(identifier=identifier)
    assert found.identifier is None
    assert "no-identifier" in kinds(found)


def test_an_identifier_keeps_its_blanks_and_letters() -> None:
    assert record(identifier=" Ä b/É ").identifier == " Ä b/É "


def test_of_two_with_one_identifier_the_first_wins() -> None:
    first, second = read({"dataset": [{"title": "A", "identifier": "i"}] * 2}, "f").records
    assert not first.unusable
    assert second.unusable == "Its identifier is that of dataset[0] too."


def test_two_of_one_title_have_names_that_do_not_depend_on_their_order() -> None:
    entries = [{"title": "A b", "identifier": name} for name in ("i", "j")]
    names = [record.name for record in read({"dataset": entries}, "f").records]
    assert names[0] == "a-b"
    assert names[1].startswith("a-b-")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("public", "public"),
        ("Public", "public"),
        ("restricted public", "restricted public"),
        ("non-public", "non-public"),
        ("secret", None),
        (None, None),
    ],
)
def test_an_access_level_is_one_of_three_or_is_reported(given: Any, kept: str | None) -> None:
    found = record(accessLevel=given)
    assert found.fields.get("access_level") == kept
    assert bool(found.problems) == (kept is None)


def test_rights_explain_a_restriction_and_nothing_else() -> None:
    restricted = record(accessLevel="restricted public", rights="Names of victims.")
    assert restricted.fields["access_rationale"] == "Names of victims."
    assert kinds(record(accessLevel="public", rights="Be careful.")) == ["not-kept"]


def test_a_licence_on_which_the_files_agree_is_that_of_the_data_set() -> None:
    url = "https://example.gov/"
    files = [{"downloadURL": url + name, "license": "cc0"} for name in "ab"]
    assert record(distribution=files).fields["license_id"] == "cc-zero"
    files[1]["license"] = "https://example.gov/terms"
    assert kinds(record(distribution=files)) == ["licences-differ"]


def test_terms_that_have_no_place_here_are_counted_for_the_whole_file() -> None:
    entries = [{"title": "A", "bureauCode": ["1"]}, {"title": "B", "bureauCode": ["2"]}]
    problems = read({"dataset": entries}, "f").problems
    assert [(problem.field, problem.wrong[:14]) for problem in problems] == [
        ("bureauCode", "2 records have")
    ]
