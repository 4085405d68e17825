"""What a scorecard says of counts: shares, an order, what moved, a finding as a title."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from ckanext.independence.policy import scores
from ckanext.independence.policy.rulebook import Clause, Rule, Rulebook
from ckanext.independence.policy.rules.registry import Check
from ckanext.independence.policy.scores import Count, Day, Tally
from hypothesis import given
from hypothesis import strategies as st

FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
PUBLISH, DESCRIBE = Clause("P1", "Publish."), Clause("P2", "Describe.")

tallies = st.builds(Tally, *[st.integers(0, 500)] * 4)


def rule(id: str, *clauses: Clause, severity: str = "warning", version: int = 1) -> Rule:
    check = Check(id, "metadata", lambda subject, given: ())
    return Rule(id, id, clauses, severity, "warn", "all", check, {}, "Why.", "Fix.", version)


BOOK = Rulebook(
    "Policy",
    {one.code: one for one in (PUBLISH, DESCRIBE, Clause("P3", "Meet."))},
    (rule("open", PUBLISH), rule("titled", DESCRIBE, PUBLISH), rule("cited", DESCRIBE)),
    "e",
)


@given(st.lists(tallies, min_size=1, max_size=6))
def test_a_share_lies_between_its_parts_whatever_is_counted_together(parts: list[Tally]) -> None:
    whole = sum(parts, Tally())
    shares = [one.share for one in parts if one.share is not None]
    assert (whole.share is None) == (not shares)
    if whole.share is not None:
        assert min(shares) - 1e-9 <= whole.share <= max(shares) + 1e-9


def test_what_is_waived_counts_as_kept_and_what_cannot_be_judged_as_nothing() -> None:
    assert Tally(passing=2, failing=1, waived=1, unjudged=6).share == 0.75
    assert Tally(unjudged=6).share is None


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "100 %"), (0.9999, "over 99 %"), (0.99, "99 %"), (0.5, "50 %"), (0.0001, "under 1 %"),
        (0.0, "0 %"), (None, "\u2013"),
    ],
)  # fmt: skip
def test_a_share_is_never_rounded_to_all_or_nothing(share: float | None, said: str) -> None:
    assert scores.percent(share) == said


@given(st.dictionaries(st.text("abcdef", min_size=1), tallies, max_size=6))
def test_the_worst_come_first_and_what_nobody_could_judge_comes_last(
    named: dict[str, Tally],
) -> None:
    shares = [named[name].share for name in scores.worst_first(named.items())]
    judged = [one for one in shares if one is not None]
    assert shares == sorted(judged) + [None] * (len(shares) - len(judged))


def test_of_two_departments_that_keep_nothing_the_one_with_more_to_do_comes_first() -> None:
    named = {"small": Tally(failing=1), "large": Tally(failing=9)}
    assert scores.worst_first(named.items()) == ["large", "small"]


def test_a_clause_counts_each_rule_that_names_it_and_says_how_many_they_are() -> None:
    counts = [
        Count("fire", "open", Tally(passing=1)),
        Count("police", "titled", Tally(failing=1)),
    ]
    found = scores.by_clause(counts, BOOK)
    assert [(clause.code, tally.share, rules) for clause, tally, rules in found] == [
        ("P1", 0.5, 2),
        ("P2", 0.0, 1),
    ]


def changed(before: Tally, now: Tally, version: int = 1) -> Sequence[scores.Change]:
    days = [Day(FIRST, "fire", "open", 1, before), Day(FIRST, "police", "open", 1, before)]
    return scores.changes(days, {"open": now}, {"open": version})


def test_what_moved_since_a_day_is_told_with_both_figures() -> None:
    (one,) = changed(Tally(passing=1, failing=1), Tally(passing=3, failing=1))
    assert (one.before, one.points) == (Tally(passing=2, failing=2), 25.0)
    assert not changed(Tally(passing=1), Tally(passing=5))
    assert not changed(Tally(unjudged=1), Tally(passing=5))


def test_a_rule_that_was_changed_is_not_compared_but_told_apart() -> None:
    (one,) = changed(Tally(passing=1), Tally(passing=5), version=2)
    assert one.other_version


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        (Tally(1, 1), Tally(3, 1), "Points rose from 50 % to 75 % since September 1, 2026"),
        (Tally(3, 1), Tally(1, 1), "Points fell from 75 % to 50 % since September 1, 2026"),
        (Tally(3, 1), Tally(6, 2), "Points stay at 75 % since September 1, 2026"),
    ],
)
def test_a_chart_is_titled_by_what_it_shows(old: Tally, new: Tally, title: str) -> None:
    told = scores.trend([(FIRST, "City", old), (LAST, "City", new)], "Points")
    assert told is not None
    assert told.title == title
    assert "color" not in scores.trend_spec(told)["encoding"]


def test_a_single_day_is_no_trend_and_a_second_line_does_not_name_the_chart() -> None:
    assert scores.trend([(FIRST, "City", Tally(1))], "Points") is None
    assert scores.trend([(FIRST, "City", Tally(unjudged=1))], "Points") is None
    told = scores.trend(
        [(FIRST, "Fire", Tally(1, 1)), (LAST, "Fire", Tally(2)), (LAST, "City", Tally(0, 2))],
        "Points",
    )
    assert told is not None and told.title.startswith("Points rose from 50 % to 100 %")
    assert scores.trend_spec(told)["encoding"]["color"]["scale"]["domain"] == ["Fire", "City"]
