"""The guard: which withdrawals leave the feed, and which wait for a person."""

from __future__ import annotations

from ckanext.independence.feed.guard import Limits, Verdict, Waiting, judge
from hypothesis import given, settings
from hypothesis import strategies as st


def data_sets(count: int, start: int = 1, **more: bool | str) -> list[Waiting]:
    return [Waiting(n, ("dataset", f"d{n}"), **more) for n in range(start, start + count)]  # type: ignore[arg-type]


def held(waiting: list[Waiting], listed: int, left: int = 0, limits: Limits | None = None) -> int:
    gone = {("dataset", f"left{n}") for n in range(left)}
    return len(judge(waiting, gone, listed, limits or Limits()).held)


def test_few_leave_and_many_are_held() -> None:
    assert held(data_sets(3), 10) == 0
    assert held(data_sets(4), 10) == 4
    assert held(data_sets(4), 80) == 0, "not more than 5 of 100"
    assert held(data_sets(5), 100) == 0
    assert held(data_sets(6), 100) == 6
    assert held(data_sets(20), 10_000) == 0
    assert held(data_sets(21), 10_000) == 21


def test_what_left_within_a_day_counts_too() -> None:
    assert held(data_sets(3), 99, left=2) == 0
    assert held(data_sets(3), 97, left=3) == 3
    assert held(data_sets(1), 10_000, left=20) == 1


def test_what_is_protected_or_released_leaves_and_is_not_counted() -> None:
    assert held(data_sets(30, reason="protected"), 100) == 0
    assert held(data_sets(30, reason="protected") + data_sets(3, 100), 100) == 0
    assert held(data_sets(30, released=True) + data_sets(3, 100), 100) == 0
    verdict = judge(data_sets(2, reason="protected") + data_sets(4, 10), (), 10, Limits())
    assert verdict == Verdict(frozenset({1, 2}), frozenset({10, 11, 12, 13}))


def test_what_was_held_stays_held_when_the_others_are_old() -> None:
    assert held(data_sets(2, held=True), 100) == 2
    assert held(data_sets(2, held=True, released=True), 100) == 0
    assert judge(data_sets(2, held=True) + data_sets(1, 7), (), 100, Limits()).leaving == frozenset(
        {7}
    ), "what comes later is judged by itself"


def test_the_apis_of_a_data_set_go_with_it_and_are_not_counted() -> None:
    apis = [Waiting(100 + n, ("dataset", "d1"), counted=False) for n in range(9)]
    assert held(data_sets(3) + apis, 10) == 0
    assert held(data_sets(4) + apis, 10) == 13
    alone = [Waiting(n, ("dataset", f"d{n}"), counted=False) for n in range(9)]
    assert held(alone, 10) == 0, "a table that goes is not its data set"
    assert held(alone[:1], 1) == 0, "nor the last one"


def test_series_are_counted_apart_since_their_members_are() -> None:
    series = [Waiting(100 + n, ("series", f"s{n}")) for n in range(3)]
    assert held(data_sets(3) + series, 10) == 0


def test_the_last_data_sets_are_held_whatever_the_limits() -> None:
    assert held(data_sets(2), 2) == 2
    assert held(data_sets(2, held=True) + data_sets(1, 9, reason="protected"), 3) == 2
    assert held(data_sets(2), 3) == 0


def test_limits_are_the_citys() -> None:
    assert held(data_sets(5), 10, limits=Limits(least=5)) == 0
    assert held(data_sets(6), 10, limits=Limits(least=5, share=60)) == 0
    assert held(data_sets(7), 10, limits=Limits(least=5, share=60)) == 7
    assert held(data_sets(2), 1000, limits=Limits(least=3, most=1)) == 2


WAITING = st.lists(
    st.builds(
        Waiting,
        st.integers(1, 10_000),
        st.tuples(st.sampled_from(["dataset", "series"]), st.text(max_size=2)),
        st.booleans(),
        st.sampled_from(["retired", "protected"]),
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(WAITING, st.integers(0, 200))
def test_each_leaves_or_is_held_and_nobody_is_held_who_is_free(
    waiting: list[Waiting], listed: int
) -> None:
    verdict = judge(waiting, (), listed, Limits())
    assert verdict.leaving | verdict.held == {one.id for one in waiting}
    assert not verdict.leaving & verdict.held
    assert all(not one.free for one in waiting if one.id in verdict.held)
    unheard = {
        one.subject for one in waiting if one.id in verdict.leaving and one.counted and not one.free
    }
    assert sum(kind == "dataset" for kind, _ in unheard) <= max(3, 5 * listed // 100)
