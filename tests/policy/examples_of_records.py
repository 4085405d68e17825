"""Cases of the rules that see a data set's record, its files' records and its dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from ckanext.independence.policy.rules.subjects import City, Link

from tests.policy.examples import Example
from tests.policy.made import CITY, COLUMNS, a_dataset, a_file, an_entry

PASSES, FAILS, UNJUDGED, NOT_ASKED = "passes", "fails", "cannot-be-judged", "not-applicable"
DAY = dt.date

NOBODY = replace(CITY, departments={}, goals=frozenset(), public_domain=frozenset())
PDF = a_file("p", name="Report", format="PDF", sniffed="PDF", status="download", columns=(),
             has_table=False)  # fmt: skip
DEAD = a_file("l", url="https://gone.example/x.csv", status=None, has_table=False, columns=(),
              link=Link("https://gone.example/x.csv", "dead", 404))  # fmt: skip
UNREAD = a_file(status="waiting", has_table=False, columns=(), sniffed=None)
REFUSED = a_file(status="refused", has_table=False, columns=())
BARE = ({"name": "permit", "label": "Permit"}, {"name": "x1", "description": "No label."},
        COLUMNS[1])  # fmt: skip

RECORDS = [
    ("title-names-the-data", [
        ("a title in words", a_dataset(), PASSES, "16 characters"),
        ("a title with a point in it", a_dataset(title="U.S. census tracts"), PASSES),
        ("no title", a_dataset(title=" "), FAILS, "no title", "title"),
        ("a title that is no text", a_dataset(title=["Permits"]), FAILS, "no title", "title"),
        ("a file's name", a_dataset(title="permits.csv"), FAILS, "name of a file", "title"),
        ("a file's name with blanks", a_dataset(title="Building permits 2024.XLSX"), FAILS,
         "name of a file", "title"),
        ("a table's name", a_dataset(title="tbl_permits_2024"), FAILS, "name of a file", "title"),
        ("too short", a_dataset(title="Permits"), FAILS, "7 characters, fewer than 10", "title"),
        ("too long", a_dataset(title="Permits " * 20), FAILS, "159 characters, more than 120",
         "title"),
    ]),
    ("description-explains", [
        ("two sentences", a_dataset(), PASSES, "characters"),
        ("none", a_dataset(notes=None), FAILS, "no description", "notes"),
        ("the title once more", a_dataset(notes="building  permits."), FAILS, "only repeats",
         "notes"),
        ("too short", a_dataset(notes="Permits of the City."), FAILS, "fewer than 100", "notes"),
        ("long by blanks only", a_dataset(notes="Permits" + " " * 200 + "."), FAILS,
         "fewer than 100", "notes"),
    ]),
    ("public-domain", [
        ("public domain", a_dataset(), PASSES, "cc-zero"),
        ("another license", a_dataset(license_id="cc-by"), FAILS, "cc-by, is none of those",
         "license_id"),
        ("none", a_dataset(license_id=""), FAILS, "no license", "license_id"),
        ("an unknown one, which is not repeated", a_dataset(license_id="078-05-1120"), FAILS,
         "none that the portal knows", "license_id"),
        ("a city that allows none", a_dataset(city=NOBODY), UNJUDGED, "names no license"),
    ]),
    ("department-current", [
        ("a department of today", a_dataset(), PASSES, "Community Development is"),
        ("one that ended", a_dataset(department={"name": "public-works"}), FAILS,
         "Public Works is no department of the City after June 30, 2020", "owner_org"),
        ("one that is still to come", a_dataset(department={"name": "harbor"}), FAILS,
         "Harbor exists from January 1, 2027 on", "owner_org"),
        ("one of another city", a_dataset(department={"name": "moon"}), FAILS, "none of the City's",
         "owner_org"),
        ("none", a_dataset(department=None), FAILS, "no department", "owner_org"),
        ("a city without departments", a_dataset(city=NOBODY), UNJUDGED, "names no departments"),
        ("a department that ends this year", a_dataset(department={"name": "library"}), PASSES,
         "Library is"),
    ]),
    ("steward-reachable", [
        ("a desk with an address", a_dataset(), PASSES, "names a steward"),
        ("in capitals", a_dataset(steward_email="Permits@City.Example"), PASSES),
        ("nobody", a_dataset(steward_name=""), FAILS, "names no steward", "steward_name"),
        ("no address", a_dataset(steward_email=None), FAILS, "no address", "steward_email"),
        ("an address elsewhere", a_dataset(steward_email="permits@mail.example"), FAILS,
         "none of the City's", "steward_email"),
        ("an address that only looks like the City's",
         a_dataset(steward_email="permits@notcity.example"), FAILS, "none of the City's",
         "steward_email"),
        ("the mailbox of all", a_dataset(steward_email="Info@city.example"), FAILS,
         "shared mailbox", "steward_email"),
        ("no address at all", a_dataset(steward_email="call us"), FAILS, "no e-mail address",
         "steward_email"),
    ]),
    ("keywords", [
        ("three and a theme", a_dataset(), PASSES, "enough"),
        ("two", a_dataset(tags=["permits", "housing"]), FAILS, "2 keywords of 3", "tag_string"),
        ("one three times", a_dataset(tags=["a", "a", "a"]), FAILS, "1 keyword of 3", "tag_string"),
        ("no theme", a_dataset(themes=[]), FAILS, "0 themes of 1", "themes"),
    ]),
    ("frequency-declared", [
        ("monthly", a_dataset(), PASSES),
        ("as needed", a_dataset(update_frequency="irregular"), PASSES),
        ("none", a_dataset(update_frequency=None), FAILS, "does not say how often",
         "update_frequency"),
        ("in words", a_dataset(update_frequency="now and then"), FAILS, "in a way that is known",
         "update_frequency"),
        ("nobody knows the list", a_dataset(city=City()), UNJUDGED, "no list"),
    ]),
    ("access-explained", [
        ("reason and law", an_entry(), PASSES, "says why"),
        ("no reason", an_entry(access_rationale=""), FAILS, "does not say why", "access_rationale"),
        ("no law", an_entry(access_legal_basis=None), FAILS, "no statute", "access_legal_basis"),
    ]),
    ("privacy-reviewed", [
        ("in June", a_dataset(), PASSES, "reviewed on June 30, 2026"),
        ("in June, read on its last day", a_dataset(), PASSES, "June 30, 2026", "", "blocker",
         DAY(2027, 6, 30)),
        ("in June, read a year and a day later", a_dataset(), FAILS, "good until June 30, 2027",
         "privacy_review_date", "blocker", DAY(2027, 7, 1)),
        ("two years ago", a_dataset(privacy_review_date="2024-06-30"), FAILS,
         "good until June 30, 2025", "privacy_review_date"),
        ("on a leap day", a_dataset(privacy_review_date="2024-02-29"), FAILS,
         "good until February 28, 2025", "privacy_review_date"),
        ("tomorrow", a_dataset(privacy_review_date="2026-09-15"), FAILS, "still to come",
         "privacy_review_date"),
        ("never", a_dataset(privacy_review_date=None), FAILS, "does not say when",
         "privacy_review_date"),
        ("by nobody", a_dataset(privacy_reviewer=""), FAILS, "does not say who",
         "privacy_reviewer"),
        ("with no outcome", a_dataset(privacy_review_outcome=""), FAILS, "what the privacy review",
         "privacy_review_outcome"),
    ]),
    ("serves-a-goal", [
        ("one in force", a_dataset(), PASSES, "1 strategic goal in force"),
        ("none", a_dataset(goals=[]), FAILS, "names no strategic goal", "goals"),
        ("one of the past", a_dataset(goals=["order"]), FAILS, "in force any more", "goals"),
        ("a city without goals", a_dataset(city=NOBODY), UNJUDGED, "names no goal"),
    ]),
    ("spatial-coverage", [
        ("places", a_dataset(), PASSES),
        ("a box", a_dataset(spatial_places=[], spatial_bbox="-94.5,39.01,-94.27,39.16"), PASSES),
        ("a map without", a_dataset(a_file(format="GeoJSON"), spatial_places=[]), FAILS,
         "has places in it", "spatial_places"),
        ("a table with places without", a_dataset(a_file(bbox=(-94.5, 39.0, -94.3, 39.1)),
         spatial_places=[]), FAILS, "has places in it", "spatial_places"),
        ("a table without places", a_dataset(spatial_places=[]), NOT_ASKED),
        ("a file nobody looked into", a_dataset(replace(UNREAD, status=None), spatial_places=[]),
         UNJUDGED, "Nobody looked"),
    ]),
    ("temporal-coverage", [
        ("from a day on", a_dataset(), PASSES),
        ("a column of days without", a_dataset(temporal_start=""), FAILS, "column of dates",
         "temporal_start"),
        ("days found in it without", a_dataset(a_file(columns=(), start="2021-01-04"),
         temporal_start=None), FAILS, "column of dates", "temporal_start"),
        ("a table without days", a_dataset(a_file(columns=COLUMNS[:1]), temporal_start=""),
         NOT_ASKED),
    ]),
    ("limits-stated", [
        ("both", a_dataset(), PASSES),
        ("no method", a_dataset(collection_method=" "), FAILS, "how it is collected",
         "collection_method"),
        ("no limits", a_dataset(known_limits=None), FAILS, "what to be careful about",
         "known_limits"),
    ]),
    ("citation-given", [
        ("one that the portal makes", a_dataset(), PASSES, "made from title"),
        ("one of its own", a_dataset(citation="City (2026). Permits.", data_modified=None), PASSES),
        ("none that could be made", a_dataset(data_modified=None), FAILS, "for want of its date",
         "data_modified"),
    ]),
    ("has-a-resource", [
        ("a file", a_dataset(), PASSES, "1 file"),
        ("none", a_dataset(files=()), FAILS, "no file and no link", "resources"),
        ("a dead link", a_dataset(DEAD), FAILS, "each of its links is dead", "resources"),
        ("a dead link and a file", a_dataset(DEAD, a_file()), PASSES, "1 file"),
    ]),
    ("open-format", [
        ("CSV", a_dataset(), PASSES, "CSV"),
        ("PDF and CSV", a_dataset(PDF, a_file()), PASSES, "CSV"),
        ("PDF alone", a_dataset(PDF), FAILS, "only as PDF", "resources"),
        ("a workbook called CSV", a_dataset(a_file(format="CSV", sniffed="XLSX")), FAILS,
         "only as XLSX", "resources"),
        ("a format that nobody knows", a_dataset(a_file(format="DWG", sniffed=None)), UNJUDGED,
         "not known"),
        ("no format", a_dataset(a_file(format="", sniffed=None)), UNJUDGED, "not known"),
        ("no file", a_dataset(files=()), NOT_ASKED, "no file"),
    ]),
    ("dictionary-complete", [
        ("all columns", a_dataset(), PASSES, "All 2 columns"),
        ("two of three not", a_dataset(a_file(columns=BARE)), FAILS,
         "2 columns of 3 in “Permits” are not explained: permit and x1", "columns"),
        ("columns of blanks", a_dataset(a_file(columns=({"name": "a", "label": " ",
         "description": "\t"},))), FAILS, "1 column of 1", "columns"),
        ("not read yet", a_dataset(UNREAD), UNJUDGED, "yet"),
        ("a document", a_dataset(PDF), NOT_ASKED, "No file is a table"),
    ]),
    ("api-available", [
        ("a table", a_dataset(), PASSES, "rows of 1 file"),
        ("the same as a workbook too", a_dataset(a_file(), a_file("x", format="XLSX",
         sniffed="XLSX", status="asked", has_table=False, alternative_of="f1")), PASSES, "1 file"),
        ("a table that could not be read", a_dataset(REFUSED), FAILS, "cannot be asked for",
         "format"),
        ("a link", a_dataset(a_file(url="https://city.example/x.csv", status="download",
         has_table=False, columns=())), FAILS, "cannot be asked for", "table_from_link"),
        ("not read yet", a_dataset(UNREAD), UNJUDGED, "yet"),
        ("a document", a_dataset(PDF), NOT_ASKED),
    ]),
    ("accessible-document", [
        ("a new document with the same as CSV",
         a_dataset(replace(PDF, created=DAY(2027, 5, 1), alternative_of="f1"), a_file(),
                   today=DAY(2027, 6, 1)), PASSES, "1 document"),
        ("a new document alone",
         a_dataset(replace(PDF, created=DAY(2027, 5, 1)), a_file(), today=DAY(2027, 6, 1)), FAILS,
         "“Report” is offered as PDF only", "alternative_of"),
        ("an old document", a_dataset(PDF, today=DAY(2027, 6, 1)), NOT_ASKED,
         "since April 26, 2027"),
    ]),
    ("on-time", [
        ("within the month", a_dataset(), PASSES, "due on October 1, 2026"),
        ("on the last day of grace", a_dataset(), PASSES, "", "", "", DAY(2026, 10, 7)),
        ("the day after", a_dataset(), FAILS,
         "was due on October 1, 2026 and last changed on September 1, 2026; it counts as stale"
         " after November 7, 2026", "data_modified", "", DAY(2026, 10, 8)),
        ("a year late", a_dataset(data_modified="2025-09-01"), FAILS, "was due on October 1, 2025",
         "data_modified"),
        ("daily, with a day of grace", a_dataset(update_frequency="R/P1D",
         data_modified="2026-09-12"), PASSES, "September 13, 2026"),
        ("daily, two days late", a_dataset(update_frequency="R/P1D", data_modified="2026-09-11"),
         FAILS, "stale after September 14, 2026", "data_modified"),
        ("as needed", a_dataset(update_frequency="irregular", data_modified="2001-01-01"),
         NOT_ASKED, "promises no day"),
        ("no date", a_dataset(data_modified="soon"), UNJUDGED, "when its data last changed",
         "data_modified"),
        ("at the end of time", a_dataset(data_modified="9999-12-31"), UNJUDGED),
    ]),
    ("reviewed-yearly", [
        ("in July", a_dataset(), PASSES, "reviewed on July 1, 2026"),
        ("in July, read two years later", a_dataset(), FAILS, "good until July 1, 2027",
         "last_reviewed", "advice", DAY(2028, 7, 1)),
        ("never", a_dataset(last_reviewed=None), FAILS, "when it was last reviewed",
         "last_reviewed"),
        ("tomorrow", a_dataset(last_reviewed="2026-09-15"), FAILS, "still to come",
         "last_reviewed"),
    ]),
    ("modified-means-changed", [
        ("the day of the file", a_dataset(data_changed=DAY(2026, 9, 1)), PASSES, "September 1"),
        ("a few days later", a_dataset(data_changed=DAY(2026, 8, 26)), PASSES),
        ("moved without data", a_dataset(data_changed=DAY(2026, 3, 1)), FAILS,
         "the same since March 1, 2026, 184 days earlier", "data_modified"),
        ("nobody knows", a_dataset(), UNJUDGED, "No file shows"),
        ("no date", a_dataset(data_modified=None, data_changed=DAY(2026, 3, 1)), UNJUDGED),
    ]),
    ("feed-valid", [
        ("no problem", a_dataset(), PASSES, "takes its record"),
        ("two problems", a_dataset(feed=["keyword", "contactPoint.hasEmail"]), FAILS,
         "2 problems: contactPoint.hasEmail and keyword"),
        ("no record", a_dataset(feed=None), UNJUDGED, "No record"),
    ]),
]  # fmt: skip

EXAMPLES = [Example(rule, *case) for rule, cases in RECORDS for case in cases]
