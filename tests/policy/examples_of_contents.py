"""Cases of the rules that see files, links, departments and the whole city."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from ckanext.independence.policy.cells.shape import Cells, Counted
from ckanext.independence.policy.identifiers.hits import CERTAIN, POSSIBLE, Hit
from ckanext.independence.policy.rules.subjects import City, Holdings, Link, Report

from tests.policy.examples import Example
from tests.policy.made import CITY, TODAY, VALUES, a_dataset, a_file, an_entry

PASSES, FAILS, UNJUDGED, NOT_ASKED = "passes", "fails", "cannot-be-judged", "not-applicable"
DAY = dt.date

PDF = a_file("p", name="Report", format="PDF", sniffed="PDF", status="download", rows=None,
             columns=(), has_table=False)  # fmt: skip
UNREAD = a_file(status="waiting", hits=None, rows=None, columns=(), has_table=False, sniffed=None)
ELSEWHERE = replace(UNREAD, url="https://elsewhere.example/x.csv", status=None)


def found(kind: str, certainty: str = CERTAIN, count: int = 12, **more: Any) -> Any:
    """Return a file in which one kind was found."""
    given = {"looked_at": 100, "shape": "999-99-9999", "column": "ref"} | more
    return a_file(hits=[Hit(kind, certainty, count, **given)])


def profiled(rows: int = 100, **columns: dict[str, Any]) -> Any:
    """Return a table with profiles of these columns."""
    names = [{"name": name, "type": "text", **profile} for name, profile in columns.items()]
    return a_file(rows=rows, columns=names, profile=columns)


def linked(state: str = "alive", url: str = "https://a.example/x.csv", **more: Any) -> Any:
    """Return a file that is a link, with what is known of it."""
    return replace(ELSEWHERE, url=url, link=Link(url, state, **more))


def noted(name: str = "officer_notes", **column: Any) -> Any:
    """Return a table with a column of texts that are hardly ever the same."""
    many = {"type": "text", "distinct": 990, "nulls": 0, "min": "A man", "max": "Was home"}
    return a_file(
        rows=1000, columns=[{"name": name, "type": "text", **column}], profile={name: many}
    )


TWO_POINTS = {"type": "numeric", "geometry": "Point", "filled": 1.0, "distinct": 98,
              "bbox": [-94.41512, 39.09117, -94.40288, 39.09541]}  # fmt: skip
DISTRICTS = TWO_POINTS | {"distinct": 4}
PERSONS = [{"name": "cases", "type": "integer", "role": "count-of-persons"}]
HEALTH = {"subject_sensitivity": ["health"], "unit_of_record": "aggregate"}


def cells(small: int = 0, given_away: int = 0, below: int = 10, note: str = "") -> Any:
    """Return a table of counts that were looked at."""
    counts = Cells(below, {"cases": Counted(40, small, given_away)}, note)
    return a_file(name="Cases", columns=PERSONS, cells=counts)


CONTENTS = [
    ("parses", [
        ("loaded", a_dataset(), PASSES),
        ("a document", a_dataset(PDF), NOT_ASKED),
        ("refused", a_dataset(a_file(status="refused", message="On line 7 the JSON is broken.")),
         FAILS, "On line 7", "url", "blocker"),
        ("refused with a value in the message",
         a_dataset(a_file(status="refused", message="DOB: “1/2/1990 ”x” 078-05-1120” is no date.")),
         FAILS, "“9/9/9999 ”x” 999-99-9999” is no date", "url"),
        ("a workbook of which a sheet must be chosen", a_dataset(a_file(status="asked")), UNJUDGED,
         "Choose one"),
        ("not read yet", a_dataset(UNREAD), UNJUDGED, "not read yet"),
        ("elsewhere", a_dataset(ELSEWHERE), UNJUDGED, "kept elsewhere"),
        ("the portal failed", a_dataset(a_file(status="failed", message="Its disk is full.")),
         UNJUDGED, "disk is full"),
        ("one bad row of many", a_dataset(a_file(rows=99, set_aside=1, asides=[
            {"row": 41, "kind": "bad", "reason": "It has 30 fields where 29 are expected."}])),
         PASSES, "first row 41"),
        ("many bad rows", a_dataset(a_file(rows=90, set_aside=10, asides=[
            {"row": 1, "kind": "title", "reason": "A title."},
            {"row": 17, "kind": "bad", "reason": "Fee: “a lot” is no number."}])), FAILS,
         "9 rows of 99 in “Permits” cannot be taken, first row 17: Fee", "url"),
        ("titles and notes are no bad rows", a_dataset(a_file(rows=5, set_aside=5, asides=[
            {"row": n, "kind": "note", "reason": "A note."} for n in range(5)])), PASSES),
        ("no file", a_dataset(files=()), NOT_ASKED),
    ]),
    ("no-direct-identifiers", [
        ("none", a_dataset(), PASSES),
        ("certain in a column", a_dataset(found("social-security")), FAILS,
         "Column “ref” of “Permits” holds Social Security numbers: 12 of 100 cells, in the form"
         " 999-99-9999.", "", "blocker"),
        ("possible in a column", a_dataset(found("social-security", POSSIBLE)), FAILS,
         "seems to hold Social Security", "", "warning"),
        ("in a sample", a_dataset(found("payment-card", sampled=True)), FAILS,
         "12 of 100 cells of a sample"),
        ("on pages of a document", a_dataset(replace(PDF, hits=[
            Hit("social-security", CERTAIN, 1, place="page 3"),
            Hit("social-security", CERTAIN, 2, place="page 9")])), FAILS,
         "“Report”, page 3 and page 9, holds Social Security numbers: 3"),
        ("in the description", a_dataset(text_hits=[Hit("payment-card", CERTAIN, 1,
         place="notes")]), FAILS, "The field “Description” holds", "notes", "blocker"),
        ("in two fields", a_dataset(text_hits=[
            Hit("payment-card", CERTAIN, 1, place="notes"),
            Hit("payment-card", CERTAIN, 1, place="known_limits")]), FAILS,
         "The field “Known limits” holds", "known_limits"),
        ("another kind", a_dataset(found("e-mail")), PASSES),
        ("not looked through", a_dataset(UNREAD), UNJUDGED, "not looked through"),
        ("elsewhere", a_dataset(ELSEWHERE), UNJUDGED, "kept elsewhere"),
        ("only a part was looked at", a_dataset(a_file(scan_note="Rows 1 to 9,000 were scanned.")),
         PASSES, "9,000"),
        ("an entry of the inventory", an_entry(text_hits=[Hit("social-security", CERTAIN, 1,
         place="title")]), FAILS, "“Title” holds", "title", "blocker"),
        ("a column that is named by a number itself",
         a_dataset(found("social-security", column="078-05-1120")), FAILS, "“999-99-9999” of"),
    ]),
    ("no-personal-contact", [
        ("none", a_dataset(), PASSES),
        ("e-mail", a_dataset(found("e-mail")), FAILS, "e-mail addresses", "", "warning"),
        ("of children", a_dataset(found("birth-date"), subject_sensitivity=["minors"]), FAILS,
         "dates of birth", "", "blocker"),
        ("possible, of children", a_dataset(found("telephone", POSSIBLE),
         subject_sensitivity=["minors"]), FAILS, "seems to hold telephone", "", "warning"),
        ("mentioned in few cells, of children", a_dataset(found("telephone", count=9),
         subject_sensitivity=["minors"]), FAILS, "seems to hold telephone numbers: 9 of 100", "",
         "warning"),
        ("a column that is explained as one", a_dataset(a_file(columns=[
            {"name": "cell", "role": "personal-contact"}])), FAILS, "explained as a personal"),
        ("a name in a file's properties", a_dataset(replace(PDF, hits=[
            Hit("file-metadata", POSSIBLE, 1, place="author of the file")])), FAILS,
         "The properties of “Report” name a person: author of the file.", "", "advice"),
        ("an office's number in a document", a_dataset(replace(PDF, hits=[
            Hit("telephone", CERTAIN, 3, place="page 1")])), PASSES),
        ("not looked through", a_dataset(UNREAD), UNJUDGED),
    ]),
    ("no-exact-place-in-sensitive-topic", [
        ("permits", a_dataset(found("exact-address")), NOT_ASKED, "victims, health and children"),
        ("victims by block", a_dataset(subject_sensitivity=["victims"]), PASSES),
        ("victims by address", a_dataset(found("exact-address"), subject_sensitivity=["victims"]),
         FAILS, "holds exact addresses", "", "blocker"),
        ("patients by point, nobody scanned",
         a_dataset(replace(profiled(lon=TWO_POINTS), hits=None), subject_sensitivity=["health"]),
         FAILS, "more than 3 decimals", "", "warning"),
        ("patients by district, nobody scanned",
         a_dataset(replace(profiled(lon=DISTRICTS), hits=None), subject_sensitivity=["health"]),
         UNJUDGED, "not looked through"),
    ]),
    ("small-cells", [
        ("counts of trees", a_dataset(cells(3), unit_of_record="aggregate"), NOT_ASKED),
        ("one row is a person", a_dataset(cells(3), **HEALTH | {"unit_of_record": "person"}),
         NOT_ASKED),
        ("no small count", a_dataset(cells(), **HEALTH), PASSES),
        ("small counts of patients", a_dataset(cells(3), **HEALTH), FAILS,
         "3 counts of people below 10, of 40", "", "blocker"),
        ("small counts of victims", a_dataset(cells(1, below=3),
         **HEALTH | {"subject_sensitivity": ["victims"]}), FAILS, "1 count of people below 3", "",
         "warning"),
        ("a total gives one away", a_dataset(cells(0, 1), **HEALTH), FAILS,
         "1 count below 10 is left out, but can be worked out", "", "blocker"),
        ("looked at for another threshold", a_dataset(cells(below=3), **HEALTH), UNJUDGED,
         "not looked at yet"),
        ("nobody looked", a_dataset(a_file(columns=PERSONS), **HEALTH), UNJUDGED, "yet"),
        ("no column counts people", a_dataset(**HEALTH), NOT_ASKED, "as a count of people"),
        ("only a part", a_dataset(cells(note="Only its first 20,000 rows were looked at."),
         **HEALTH), PASSES, "20,000"),
    ]),
    ("free-text-in-person-data", [
        ("notes on streets", a_dataset(noted(), unit_of_record="place"), NOT_ASKED),
        ("notes on persons", a_dataset(noted(), unit_of_record="person"), FAILS,
         "Column “officer_notes” of “Permits” seems to hold notes"),
        ("notes on events with victims", a_dataset(noted("Narrative"), unit_of_record="event",
         subject_sensitivity=["victims"]), FAILS, "Narrative"),
        ("sentences by another name", a_dataset(replace(noted("x1"), profile={"x1": {
            "distinct": 900, "min": "a b c d e f g h i", "max": "z y x w v u t s r"}}),
         unit_of_record="person"), FAILS, "x1"),
        ("a list of codes", a_dataset(noted(codes={"A": "Adult"}), unit_of_record="person"),
         PASSES),
        ("a description that comes back",
         a_dataset(profiled(1000, offense_summary={"distinct": 12, "nulls": 0}),
                   unit_of_record="person"), PASSES),
        ("names in a column, one row is not said", a_dataset(a_file(rows=9, columns=[
            {"name": "lastName", "type": "text"}, {"name": "comments", "type": "text"}])), FAILS,
         "“comments”"),
        ("not read yet", a_dataset(UNREAD, unit_of_record="person"), UNJUDGED, "not known yet"),
    ]),
    ("format-as-declared", [
        ("CSV", a_dataset(), PASSES),
        ("a shapefile is a zip archive", a_dataset(a_file(format="SHP", sniffed="ZIP")), PASSES),
        ("GeoJSON is JSON", a_dataset(a_file(format="JSON", sniffed="application/geo+json")),
         PASSES),
        ("a KMZ is a packed KML", a_dataset(a_file(format="KMZ", sniffed="KML")), PASSES),
        ("a page in place of a table", a_dataset(a_file(sniffed="HTML")), FAILS,
         "given as CSV, but it is HTML", "format"),
        ("nothing declared", a_dataset(a_file(format="")), FAILS, "no format is given", "format"),
        ("nobody looked", a_dataset(UNREAD), UNJUDGED, "Nobody looked"),
        ("a format that nobody knows", a_dataset(a_file(format="ECW")), UNJUDGED, "not known"),
    ]),
    ("bulk-download", [
        ("adds up", a_dataset(a_file(rows=98, set_aside=2, data_rows=100)), PASSES),
        ("rows are missing", a_dataset(a_file(rows=90, set_aside=2, data_rows=100)), FAILS,
         "has 100 rows, but 90 were loaded and 2 set aside", "url"),
        ("a page and a service only", a_dataset(a_file(format="HTML"), a_file(format="API")),
         FAILS, "pages and services only", "url"),
        ("a dead link", a_dataset(linked("dead", said="It answers 404.")), FAILS, "answers 404",
         "url"),
        ("a document", a_dataset(PDF), NOT_ASKED),
        ("nothing", a_dataset(files=()), NOT_ASKED),
    ]),
    ("rows-stable", [
        ("the first version", a_dataset(), NOT_ASKED, "before it"),
        ("a few fewer", a_dataset(a_file(rows=71, rows_before=100)), PASSES),
        ("a third fewer", a_dataset(a_file(rows=69, rows_before=100)), FAILS,
         "has 69 rows; the version before had 100. 31 %", "keeps"),
        ("nothing left", a_dataset(a_file(rows=0, rows_before=100)), FAILS, "100 %", "keeps"),
        ("a rolling window", a_dataset(a_file(rows=1, rows_before=100), keeps="window"), NOT_ASKED,
         "newest"),
        ("columns renamed", a_dataset(a_file(columns_before=["permit", "issue_date"])), FAILS,
         "without issue_date and with issued"),
        ("columns in another order", a_dataset(a_file(columns_before=["issued", "permit"])),
         PASSES),
    ]),
    ("inside-the-city", [
        ("within", a_dataset(a_file(bbox=[-94.49, 39.02, -94.3, 39.1])), PASSES),
        ("a little beyond", a_dataset(a_file(bbox=[-94.51, 39.0, -94.3, 39.1])), PASSES),
        ("in another state", a_dataset(a_file(bbox=[-104.9, 39.02, -94.3, 39.1])), FAILS,
         "beyond the city in the west: it reaches from 39.02° N, 104.90° W"),
        ("swapped", a_dataset(a_file(bbox=[39.02, -94.49, 39.1, -94.3])), FAILS,
         "no degrees on the earth"),
        ("feet in place of degrees", a_dataset(profiled(shape={"geometry": "Polygon"})), FAILS,
         "no degrees"),
        ("points of a profile in another state", a_dataset(profiled(lon=TWO_POINTS | {
            "bbox": [-104.9, 39.02, -94.3, 39.1]})), FAILS, "beyond the city in the west"),
        ("points of a profile", a_dataset(profiled(lon=TWO_POINTS)), PASSES),
        ("no place in it", a_dataset(profiled(n={"filled": 1.0})), NOT_ASKED, "has places"),
        ("nobody looked", a_dataset(UNREAD), UNJUDGED, "Nobody looked"),
        ("a city without limits", a_dataset(city=City()), UNJUDGED, "where the city lies"),
    ]),
    ("columns-filled", [
        ("full", a_dataset(profiled(a={"filled": 0.9, "distinct": 40})), PASSES),
        ("half empty", a_dataset(profiled(a={"filled": 0.5, "distinct": 40})), FAILS,
         "“a” of “Permits” is empty in 50 % of its rows"),
        ("nearly all empty", a_dataset(profiled(a={"filled": 0.001, "distinct": 1})), FAILS,
         "in 99 %"),
        ("the same in each row", a_dataset(profiled(a={"filled": 1.0, "distinct": 1})), FAILS,
         "same value"),
        ("few rows", a_dataset(profiled(3, a={"filled": 0.1})), NOT_ASKED),
        ("not read yet", a_dataset(UNREAD), UNJUDGED, "not known yet"),
        ("a document", a_dataset(PDF), NOT_ASKED),
    ]),
    ("link-alive", [
        ("alive", a_dataset(linked()), PASSES),
        ("dead", a_dataset(linked("dead", said="Since Monday it answers 404.")), FAILS,
         "“Permits” leads nowhere. Since Monday", "url"),
        ("failing", a_dataset(linked("failing", said="It did not answer.")), UNJUDGED,
         "repeated. It did not answer"),
        ("a site that lets no program in", a_dataset(linked("unverifiable", said="It answers"
         " 403.")), UNJUDGED, "403"),
        ("not asked yet", a_dataset(landing_page="https://a.example"), UNJUDGED, "yet",
         "landing_page"),
        ("two of three references", a_dataset(
            references=["https://a.example/", "https://b.example/", "https://c.example/"],
            links={f"references[{n}]": Link(f"https://{n}.example/", state)
                   for n, state in (("a", "dead"), ("b", "alive"), ("c", "dead"))}), FAILS,
         "Address 1 under further reading leads nowhere. Address 3 under", "references"),
        ("an upload", a_dataset(), NOT_ASKED, "no link"),
    ]),
    ("https", [
        ("https", a_dataset(linked()), PASSES),
        ("one redirect", a_dataset(linked(hops=1, final_url="https://b.example/x.csv")), PASSES),
        ("http", a_dataset(linked(url="http://a.example/x.csv")), FAILS, "without encryption",
         "url"),
        ("http, not asked yet", a_dataset(landing_page="HTTP://a.example"), FAILS,
         "The web page about it is linked", "landing_page"),
        ("leads to http", a_dataset(linked(hops=1, final_url="http://b.example/x.csv")), FAILS,
         "without encryption in the end", "url"),
        ("a chain", a_dataset(linked(hops=4, final_url="https://b.example/x.csv")), FAILS,
         "after 4 redirects", "url"),
        ("not asked yet", a_dataset(ELSEWHERE), UNJUDGED, "yet", "url"),
        ("no link", a_dataset(), NOT_ASKED),
    ]),
    ("no-login", [
        ("for everybody", a_dataset(linked(anonymous=True, status=200)), PASSES),
        ("behind a login", a_dataset(linked(anonymous=False, status=401)), FAILS,
         "not given to somebody without a login (answer 401)", "url"),
        ("not asked yet", a_dataset(), UNJUDGED, "yet", "url"),
        ("a draft", a_dataset(linked(anonymous=False), private=True), NOT_ASKED, "once"),
    ]),
]  # fmt: skip


def held(*datasets: dict[str, Any], department: str = "", **more: Any) -> Holdings:
    """Return what a department, or the city, holds."""
    given: dict[str, Any] = {"today": TODAY, "city": CITY, **more}
    return Holdings(given["city"].departments.get(department), datasets, **given)


OWN = "community-development"
ENTRY = {"id": "e1", "title": "Jail roster", "access_level": "non-public",
         "department": {"name": OWN}}  # fmt: skip
PLANNED = ENTRY | {"planned_release_date": "2026-12-31"}
ALL_PARTS = frozenset({"progress", "goals", "next-year", "suggestions"})
CHANGED = {"metadata_modified": "2026-09-01T10:00:00"}
BY_ALL = [VALUES | CHANGED | {"department": {"name": name}} for name in
          (OWN, "municipal-services", "library")]  # fmt: skip

HOLDINGS = [
    ("department-has-coordinator", [
        ("one who is named", held(department=OWN), PASSES, "names Permits analyst"),
        ("nobody", held(department="library"), FAILS, "Library names no open data coordinator",
         "coordinator_name"),
        ("one without an address", held(department="library", city=replace(CITY, departments={
            "library": replace(CITY.departments["library"], coordinator_name="Clerk")})), FAILS,
         "no e-mail address", "coordinator_email"),
        ("a department of the past", held(department="public-works"), NOT_ASKED),
    ]),
    ("inventory-covers-departments", [
        ("all", held(*BY_ALL), PASSES, "3 of 3 departments"),
        ("all, a year later", held(*BY_ALL), FAILS, "Nothing in the inventory changed since"
         " September 1, 2026", "", "", DAY(2027, 9, 2)),
        ("one of three", held(ENTRY), FAILS,
         "1 of 3 departments have a data set or an entry in the inventory. Municipal Services and"
         " Library have none"),
        ("nobody knows since when", held(*({**one, "metadata_modified": None, "last_reviewed": None}
         for one in BY_ALL)), UNJUDGED, "not known"),
        ("a city without departments", held(city=City()), UNJUDGED, "names no department"),
    ]),
    ("planned-release-on-time", [
        ("still to come", held(PLANNED, department=OWN), PASSES, "planned for December 31, 2026"),
        ("still to come, read in 2027", held(PLANNED, department=OWN), FAILS,
         "“Jail roster” was to be published on December 31, 2026", "planned_release_date", "",
         DAY(2027, 1, 1)),
        ("over", held(PLANNED | {"planned_release_date": "2026-09-13"}, department=OWN), FAILS,
         "September 13", "planned_release_date"),
        ("waits without a date", held(ENTRY | {"withheld_reason": "A new system."}, department=OWN),
         FAILS, "without a date", "planned_release_date"),
        ("forbidden by law", held(ENTRY | {"access_legal_basis": "RSMo 610.100"}, department=OWN),
         NOT_ASKED),
        ("a title that holds a number", held(PLANNED | {"title": "Roster 078-05-1120",
         "planned_release_date": "2026-01-01"}, department=OWN), FAILS, "“Roster 999-99-9999” was",
         "planned_release_date"),
    ]),
    ("withheld-has-reason", [
        ("says why", held(ENTRY | {"access_rationale": "Names."}, department=OWN), PASSES, "why"),
        ("does not", held(ENTRY, department=OWN), FAILS, "“Jail roster” is not published and does"
         " not say why", "withheld_reason"),
        ("all is public", held(VALUES, department=OWN), NOT_ASKED, "is public"),
    ]),
    ("feedback-answered", [
        ("nothing waits", held(department=OWN, open_feedback=[]), PASSES, "Nothing waits"),
        ("a week", held(department=OWN, open_feedback=[DAY(2026, 9, 7)]), PASSES, "1 wait"),
        ("a week, and then a month", held(department=OWN, open_feedback=[DAY(2026, 9, 7)]), FAILS,
         "waits for an answer since September 7", "", "", DAY(2026, 10, 8)),
        ("two months", held(department=OWN, open_feedback=[DAY(2026, 7, 7), DAY(2026, 9, 7)]),
         FAILS, "1 comment or request waited more than 30 days, the oldest since July 7, 2026"),
        ("nobody takes feedback", held(department=OWN), UNJUDGED, "does not take feedback"),
    ]),
    ("annual-report-current", [
        ("this year's", held(report=Report(DAY(2026, 5, 1), ALL_PARTS)), PASSES, "May 1, 2026"),
        ("this year's, read in 2027", held(report=Report(DAY(2026, 5, 1), ALL_PARTS)), FAILS,
         "May 1, 2026", "", "", DAY(2027, 5, 2)),
        ("an old one", held(report=Report(DAY(2025, 5, 1), ALL_PARTS)), FAILS, "May 1, 2025"),
        ("one without next year's data", held(report=Report(DAY(2026, 5, 1), ALL_PARTS
         - {"next-year"})), FAILS, "lacks next year's data sets"),
        ("none", held(), FAILS, "No report"),
    ]),
]  # fmt: skip

EXAMPLES = [Example(rule, *case) for rule, cases in [*CONTENTS, *HOLDINGS] for case in cases]
