"""Whatever happens while data sets are judged, in whichever order: findings end up the same.

Histories of saves, other rulebooks, killed and interleaved runs, lost jobs and moved clocks are
made up; at the end, one run is let through, and what is kept is compared with what one clean run
over empty tables keeps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.inside import Inside

COUNT = 4
VALUES: dict[str, list[str]] = {
    "title": ["permits.csv", "Permits issued by the city"],
    "notes": ["Permits.", "Every permit that the city has issued since 2021. " * 3],
    "extras.update_frequency": ["", "R/P1M"],
    "extras.last_reviewed": ["2020-01-01", "2026-10-01", ""],
    "extras.data_modified": ["2019-05-05", "2026-11-20"],
}
STEPS = st.one_of(
    st.tuples(
        st.just("save"),
        st.integers(0, COUNT - 1),
        st.sampled_from([(name, value) for name, told in VALUES.items() for value in told]),
    ),
    st.tuples(st.just("rulebook"), st.integers(0, 2)),
    st.tuples(st.just("clock"), st.sampled_from([-400, -1, 1, 40, 400])),
    st.tuples(st.just("batch")),
    st.tuples(st.just("killed"), st.integers(0, 12)),
    st.tuples(st.just("jobs"), st.integers(0, 3)),
    st.tuples(st.just("delete"), st.integers(0, COUNT - 1)),
    st.tuples(st.just("lose")),
)


class Killed(BaseException):
    """The process is gone: nothing after this is done, and nothing is committed."""


class City:
    """A few data sets, the rulebook in force, the day, and the ways in which things happen."""

    def __init__(self, engine: sa.Engine, ids: list[str], patch: pytest.MonkeyPatch) -> None:
        """Take over the tables and the clock."""
        from ckanext.independence.policy import book, keeping, rejudged

        self.engine, self.ids = engine, ids
        self.whole = book.rulebook()
        self.books = [
            self.whole,
            replace(self.whole, rules=self.whole.rules[::2], edition="half of it"),
            replace(
                self.whole,
                rules=tuple(replace(rule, severity="advice") for rule in self.whole.rules),
                edition="all advice",
            ),
        ]
        self.book, self.day = self.whole, dt.date(2026, 11, 26)
        patch.setattr(book, "rulebook", lambda: self.book)
        patch.setattr(keeping, "rulebook", lambda: self.book)
        patch.setattr(book, "today", lambda: self.day)
        patch.setattr(keeping, "today", lambda: self.day)
        patch.setattr(rejudged, "BATCH", 2)

    def sql(self, statement: str, **values: Any) -> list[Any]:
        with self.engine.begin() as connection:
            done = connection.execute(sa.text(statement), values)
            return list(done) if done.returns_rows else []

    def begin(self) -> None:
        self.book, self.day = self.whole, dt.date(2026, 11, 26)
        self.forget()
        self.sql("TRUNCATE independence_catalog_owed")
        self.sql("UPDATE package SET state = 'active' WHERE id = ANY(:ids)", ids=self.ids)

    def forget(self) -> None:
        names = ("judgement", "finding", "state", "history")
        self.sql(f"TRUNCATE {', '.join(f'independence_policy_{name}' for name in names)}")

    # What happens

    def save(self, number: int, change: tuple[str, str]) -> None:
        """Do in one transaction what a save does to the row, and what the policy adds to it."""
        from ckan import model
        from ckanext.independence.policy import judged

        package = model.Package.get(self.ids[number])
        name, value = change
        if name.startswith("extras."):
            package.extras[name.removeprefix("extras.")] = value
        else:
            setattr(package, name, value)
        judged.saved([package.id])
        model.Session.commit()
        model.Session.remove()

    def rulebook(self, number: int) -> None:
        from ckanext.independence.policy import rejudged

        self.book = self.books[number]
        rejudged.owe_when_changed()

    def clock(self, days: int) -> None:
        self.day += dt.timedelta(days=days)

    def batch(self) -> None:
        """One of two runs does its next piece; the other one goes on afterwards."""
        from ckanext.independence.policy import rejudged

        with suppress(rejudged.AnotherEdition):
            rejudged.step()

    def killed(self, after: int) -> None:
        """A run is killed at one of its statements."""
        from ckan import model
        from ckanext.independence.policy import rejudged

        left = [after]

        def count(*_: Any) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

        sa.event.listen(self.engine, "before_cursor_execute", count)
        try:
            rejudged.begin()
            while rejudged.step():
                pass
        except Killed:
            pass
        finally:
            sa.event.remove(self.engine, "before_cursor_execute", count)
            model.Session.remove()
            self.engine.dispose()

    def jobs(self, most: int) -> None:
        """A worker does a few of the data sets that are owed."""
        from ckan import model
        from ckanext.independence.policy import judged

        owed = self.sql(
            "SELECT key FROM independence_catalog_owed WHERE kind = 'policy-judge'"
            " ORDER BY key LIMIT :most",
            most=most,
        )
        for row in owed:
            judged.again(row.key, None)
            model.Session.commit()
            self.sql("DELETE FROM independence_catalog_owed WHERE key = :key", key=row.key)
        model.Session.remove()

    def delete(self, number: int) -> None:
        """One leaves behind CKAN's back, where no hook sees it."""
        self.sql("UPDATE package SET state = 'deleted' WHERE id = :id", id=self.ids[number])

    def lose(self) -> None:
        """What is owed is lost, as after a restore."""
        self.sql("TRUNCATE independence_catalog_owed")

    # What comes of it

    def run(self) -> None:
        from ckan import model
        from ckanext.independence.policy import rejudged

        rejudged.run()
        self.jobs(100)
        model.Session.remove()

    def kept(self) -> tuple[list[Any], list[Any], list[Any]]:
        findings = self.sql(
            "SELECT subject, department, rule, rule_version, resource_id, column_name, field,"
            " kind, state, severity, evidence, fix, count, hash, until, afterwards"
            " FROM independence_policy_finding"
            " ORDER BY subject, rule, resource_id, column_name, field, kind"
        )
        judgements = [
            (
                row.subject, row.department, row.edition, row.hash, row.pending,
                {
                    rule: {k: v for k, v in told.items() if k != "since"}
                    for rule, told in row.states.items()
                },
            )
            for row in self.sql("SELECT * FROM independence_policy_judgement ORDER BY subject")
        ]  # fmt: skip
        history = self.sql(
            "SELECT * FROM independence_policy_history WHERE day = :day ORDER BY rule, department",
            day=self.day,
        )
        return findings, judgements, history


@pytest.fixture(scope="module")
def city(feed_database: sa.Engine, inside: Inside) -> Iterator[City]:
    """Data sets of its own, in a database of its own."""
    ids = [inside.dataset(title=f"Permits of year {n}")["id"] for n in range(COUNT)]
    with pytest.MonkeyPatch.context() as patch:
        yield City(feed_database, ids, patch)
    for id_ in ids:
        inside.act("dataset_purge", id=id_)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=2, max_size=9))
def test_findings_end_up_as_after_one_clean_run(city: City, steps: list[tuple[Any, ...]]) -> None:
    city.begin()
    for name, *arguments in steps:
        getattr(city, name)(*arguments)
    city.run()
    kept = city.kept()
    assert kept[0] and kept[1] and kept[2], "something was judged"
    city.forget()
    city.run()
    assert city.kept() == kept
