"""What asking a link tells: dead only after three failures over two days, and never by a login."""

from __future__ import annotations

import datetime as dt

import pytest
from ckanext.independence.policy.linking import Known, Outcome, addresses, after
from hypothesis import given, settings
from hypothesis import strategies as st

URL = "https://www.example.gov/permits"
START = dt.datetime(2026, 3, 7, 12, tzinfo=dt.UTC)
GONE = Outcome(status=404, url=URL)
FINE = Outcome(status=200, url=URL, headers={"ETag": '"a"', "Last-Modified": "yesterday"})


def told(*outcomes: tuple[float, Outcome]) -> Known:
    """Return what is known once these came, each so many hours after the start."""
    known = Known()
    for hours, outcome in outcomes:
        known = after(URL, known, outcome, START + dt.timedelta(hours=hours))
    return known


def test_three_failures_over_two_days_are_a_dead_link() -> None:
    assert told((0, GONE), (24, GONE)).state == "failing"
    assert told((0, GONE), (24, GONE), (47.9, GONE)).state == "failing"
    assert told((0, GONE), (47, GONE), (48, GONE)).state == "dead"
    assert told((0, GONE), (100, GONE)).state == "failing"
    assert "404" in told((0, GONE)).said


def test_one_good_answer_begins_anew() -> None:
    assert told((0, GONE), (24, GONE), (30, FINE)).state == "alive"
    assert told((0, GONE), (24, GONE), (30, FINE), (60, GONE), (61, GONE)).state == "failing"


@pytest.mark.parametrize("status", [401, 403, 407, 429, 451])
def test_an_answer_that_keeps_programs_out_tells_nothing(status: int) -> None:
    kept_out = Outcome(status=status, url=URL)
    known = told((0, kept_out), (50, kept_out), (100, kept_out))
    assert known.state == "unverifiable"
    assert known.failures == 0
    assert str(status) in known.said


def test_what_is_not_asked_is_not_dead() -> None:
    known = told(*[(50 * n, Outcome(kept_out="It leads inside.")) for n in range(4)])
    assert (known.state, known.said) == ("unverifiable", "It leads inside.")


def test_an_answer_of_no_change_keeps_what_is_asked_by() -> None:
    known = told((0, FINE), (80, Outcome(status=304, url=URL)))
    assert (known.state, known.etag, known.last_modified) == ("alive", '"a"', "yesterday")


def test_a_server_that_names_a_time_is_left_alone_until_then() -> None:
    busy = Outcome(status=429, url=URL, headers={"Retry-After": "864000"})
    known = told((0, busy))
    assert known.next_check == START + dt.timedelta(days=10)
    forever = Outcome(status=503, url=URL, headers={"Retry-After": "9" * 9})
    assert told((0, forever)).next_check == START + dt.timedelta(days=30)


def test_a_clock_that_was_set_back_makes_no_link_dead_at_once() -> None:
    known = after(URL, told((0, GONE), (1, GONE)), GONE, START - dt.timedelta(days=900))
    assert known.state == "failing"


OUTCOMES = st.one_of(
    st.builds(Outcome, status=st.integers(100, 599), url=st.just(URL)),
    st.builds(Outcome, failure=st.just("It does not answer.")),
    st.builds(Outcome, kept_out=st.just("robots.txt")),
)


@given(st.lists(st.tuples(st.floats(0.1, 60), OUTCOMES), max_size=12))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_a_dead_link_failed_often_and_long_enough(
    steps: list[tuple[float, Outcome]],
) -> None:
    now, known, failed = START, Known(), []
    for hours, outcome in steps:
        now += dt.timedelta(hours=hours)
        known = after(URL, known, outcome, now)
        assert known.next_check is not None
        assert known.next_check > now
        if known.state == "alive":
            failed = []
        elif known.state in ("failing", "dead"):
            failed.append(now)
        assert (known.state == "dead") == (
            known.state in ("failing", "dead")
            and len(failed) >= 3
            and now - failed[0] >= dt.timedelta(hours=48)
        )


def test_only_addresses_of_the_web_are_links_and_uploads_are_none() -> None:
    values = {
        "landing_page": URL,
        "references": [URL, "http://a.gov", "ftp://a.gov/x", "mailto:a@a.gov"],
        "dictionary_url": "",
        "source_catalog": "https://a.gov/" + "x" * 3000,
        "resources": [
            {"url": "lamps.csv", "url_type": "upload"},
            {"url": "https://b.gov/lamps.csv", "url_type": ""},
        ],
    }
    assert list(addresses(values)) == [URL, "http://a.gov", "https://b.gov/lamps.csv"]
