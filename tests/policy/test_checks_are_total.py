"""Checks answer whatever is stored: they raise on nothing, and quote no value."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from ckanext.independence.policy import rulebook
from ckanext.independence.policy.cells.shape import Cells, Counted
from ckanext.independence.policy.identifiers.hits import CERTAIN, POSSIBLE, Hit
from ckanext.independence.policy.rules.checks import CHECKS, formats
from ckanext.independence.policy.rules.judging import judge
from ckanext.independence.policy.rules.registry import HOLDINGS_SIGHTS, Check
from ckanext.independence.policy.rules.subjects import City, Holdings, Link, Report
from ckanext.independence.policy.rules.verdicts import STATES, Verdict
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.made import CITY, TODAY, VALUES, a_dataset, a_file

ROOT = Path(__file__).resolve().parents[2]
BOOK = rulebook.read(ROOT / "schemas/policy/rulebook.yaml", CHECKS)

DAYS = st.dates().map(dt.date.isoformat) | st.sampled_from(
    ["0001-01-01", "9999-12-31", "2024-02-29", "2026-02-30", "2026-09-14T10:00:00Z", "R/P1Y"]
)
# As JSON has them, with texts that look like other things.
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | DAYS
    | st.sampled_from(["non-public", "cc-zero", "irregular", "R/P1D", "a@b", "@", "x.csv", "_"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=4) | st.just("name"), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
HITS = st.builds(
    Hit,
    kind=st.sampled_from(["social-security", "e-mail", "exact-point", "?"]),
    certainty=st.sampled_from([CERTAIN, POSSIBLE]),
    count=st.integers(0, 9),
    looked_at=st.integers(0, 9),
    column=st.sampled_from(["", "n", "078-05-1120"]),
    place=st.sampled_from(["", "page 3"]),
)
FILES = st.lists(
    st.builds(
        a_file,
        id=st.sampled_from(["f1", "f2", ""]),
        format=st.sampled_from(["CSV", "pdf", "", "GeoJSON", "\x00"]),
        sniffed=st.sampled_from([None, "XLSX", ""]),
        status=st.sampled_from([None, "loaded", "refused", "waiting", "download", "?"]),
        has_table=st.booleans(),
        url=st.sampled_from(["", "https://city.example/x.csv"]),
        alternative_of=st.sampled_from(["", "f1", "f2"]),
        start=st.none() | DAYS,
        created=st.none() | st.dates(),
        columns=st.lists(
            st.dictionaries(
                st.sampled_from(["name", "label", "description", "type", "role", "unit"]), VALUE
            ),
            max_size=3,
        ),
        message=st.text(max_size=20),
        rows=st.none() | st.integers(0, 99),
        set_aside=st.none() | st.integers(0, 99),
        data_rows=st.none() | st.integers(0, 99),
        rows_before=st.none() | st.integers(0, 99),
        columns_before=st.none() | st.lists(st.text(max_size=4)),
        asides=st.lists(st.dictionaries(st.sampled_from(["row", "kind", "reason"]), VALUE)),
        profile=st.dictionaries(
            st.sampled_from(["name", "n"]),
            VALUE
            | st.dictionaries(
                st.sampled_from(["filled", "distinct", "bbox", "geometry", "min", "type"]), VALUE
            ),
        ),
        bbox=st.none() | st.lists(st.floats() | st.none(), max_size=4),
        hits=st.none() | st.lists(HITS, max_size=3),
        cells=st.none() | st.builds(Cells, st.just(10), st.just({"n": Counted(9, 1, 1)})),
        link=st.none()
        | st.builds(
            Link,
            url=st.sampled_from(["", "http://a.example", "https://b.example"]),
            state=st.sampled_from(["alive", "dead", "failing", "unverifiable", "?"]),
            hops=st.integers(0, 9),
            anonymous=st.none() | st.booleans(),
        ),
    ),
    max_size=3,
)


def verdicts_of(check: Check, subject: Any) -> list[Verdict]:
    return list(check.function(subject, check.read({})))


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(VALUES, VALUE)),
    FILES,
    st.sampled_from([CITY, City()]),
    st.dates(),
    st.none() | st.dates(),
)
def test_no_check_of_a_data_set_raises_whatever_its_values_are(
    values: dict[str, Any], files: Any, city: City, today: dt.date, changed: dt.date | None
) -> None:
    subject = a_dataset(files=files, city=city, today=today, data_changed=changed, **values)
    for check in CHECKS.values():
        if check.sees in HOLDINGS_SIGHTS:
            continue
        said = verdicts_of(check, subject)
        assert said, f"{check.name} says nothing"
        for verdict in said:
            assert verdict.state in STATES
            later = verdict.on(dt.date.max)
            assert verdict.state != "fails" or verdict.evidence
            assert later.state != "fails" or later.evidence
    assert not [one.error for one in judge(BOOK, subject) if one.error]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([*VALUES, "planned_release_date", "withheld_reason"]), VALUE
        ),
        max_size=4,
    ),
    st.dates(),
    st.none() | st.lists(st.dates(), max_size=3),
    st.none() | st.builds(Report, st.dates(), st.frozensets(st.sampled_from(["goals", "x"]))),
)
def test_no_check_of_what_is_held_raises(
    datasets: list[dict[str, Any]], today: dt.date, waits: Any, report: Report | None
) -> None:
    for department in (None, *CITY.departments.values()):
        holdings = Holdings(department, datasets, today, CITY, waits, report)
        for check in CHECKS.values():
            if check.sees in HOLDINGS_SIGHTS:
                assert verdicts_of(check, holdings)


PLANTED = "078-05-1120"


@pytest.mark.parametrize("field", sorted(set(VALUES) - {"department"}))
def test_no_field_is_quoted_in_a_verdict(field: str) -> None:
    stored = [PLANTED] if isinstance(VALUES[field], list) else PLANTED
    for subject in (a_dataset(**{field: stored}), a_dataset(files=(), **{field: stored})):
        for one in judge(BOOK, subject):
            assert PLANTED not in str(one.verdicts)


def test_no_name_and_no_message_of_a_file_brings_a_value_into_a_verdict() -> None:
    column = {"name": PLANTED, "label": PLANTED, "type": "text", "role": "personal-contact"}
    many = {"type": "text", "filled": 0.1, "distinct": 90, "geometry": "Point",
            "bbox": [-1.00001, 0, 1, 1], "min": PLANTED, "max": PLANTED}  # fmt: skip
    link = Link(f"http://a.example/{PLANTED}", "dead", hops=9, final_url=f"http://a/{PLANTED}")
    hits = [Hit("social-security", CERTAIN, 1, column=PLANTED), Hit("e-mail", POSSIBLE, 1)]
    told = {"name": f"{PLANTED}.csv", "message": f"“{PLANTED}” is no date.", "format": PLANTED,
            "columns": [column], "profile": {PLANTED: many}, "columns_before": [PLANTED[1:]],
            "rows_before": 900, "bbox": [9, 9, 10, 10], "hits": hits}  # fmt: skip
    bad = [{"row": 1, "kind": "bad", "reason": f"DOB: “{PLANTED}” is no date."}]
    files = (
        a_file(status="refused", **told),
        a_file(status="loaded", set_aside=90, asides=bad, **told),
        a_file(status="failed", url=link.url, link=link, **told | {"hits": None}),
    )
    for topics in ([], ["victims", "minors"]):
        subject = a_dataset(
            *files, subject_sensitivity=topics, unit_of_record="person", landing_page=link.url,
            references=[link.url], links={"landing_page": link},
        )  # fmt: skip
        for one in judge(BOOK, subject):
            assert PLANTED not in str(one.verdicts), one.rule.id


def test_a_verdict_about_time_is_the_same_whenever_it_was_judged() -> None:
    """What was stored and is read later says what a judging on that day would say."""
    for rule in BOOK.rules:
        if rule.check.sees not in ("metadata", "resources", "freshness"):
            continue
        for days in (0, 1, 23, 24, 54, 55, 288, 289, 290, 291, 400, 4000):
            later = TODAY + dt.timedelta(days)
            stored = [v.on(later) for v in rule.check.function(a_dataset(), rule.parameters)]
            anew = [
                v.on(later) for v in rule.check.function(a_dataset(today=later), rule.parameters)
            ]
            assert [(v.state, v.field) for v in stored] == [(v.state, v.field) for v in anew]
            assert [v.evidence for v in stored] == [v.evidence for v in anew], rule.id


@pytest.mark.parametrize("piece", ["a", " ", "_", ".", "a.", "@", "a@", "a_", "é", "\n"])
def test_a_long_text_of_any_kind_is_judged(piece: str) -> None:
    """In time that grows with its length: another one would not come to an end here."""
    long = (piece * 400_000)[:400_000]
    subject = a_dataset(title=long, notes=long, steward_email=long, license_id=long)
    for check in CHECKS.values():
        if check.sees in ("metadata", "resources", "freshness"):
            assert verdicts_of(check, subject)


@pytest.mark.parametrize(
    ("kind", "media", "name"),
    [
        ("csv", "text/csv", "CSV"),
        ("csv", "text/tab-separated-values", "TSV"),
        ("csv", "text/html", "CSV"),
        ("workbook", "application/vnd.ms-excel", "XLS"),
        ("workbook", "application/octet-stream", "WORKBOOK"),
        ("shapefile", "application/zip", "SHP"),
        ("", "application/pdf", "PDF"),
        ("", "text/html; charset=utf-8", "HTML"),
        ("", "application/octet-stream", None),
        ("", "", None),
    ],
)
def test_what_bytes_are_is_told_by_the_reader_and_finer_by_their_media_type(
    kind: str, media: str, name: str | None
) -> None:
    assert formats.of_bytes(kind, media) == name
