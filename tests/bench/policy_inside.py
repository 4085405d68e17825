"""What the parts of the policy's work cost, in a process that does nothing else.

Run as ``python policy_inside.py INI``. Prints a JSON object: for ``first``, ``again``, ``night``,
``preview`` and ``naive`` what ``feed_inside.measured`` says, and ``datasets``; for ``saves`` the
p50 and p95 in milliseconds of whole saves ``with`` and ``without`` the slice, and of the
``judging`` itself; and how many ``findings`` are kept.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from feed_inside import measured

SAVES = 80
NAIVE = 300


def first() -> dict[str, float]:
    """Judge everything, with empty tables."""
    from ckan import model

    for name in ("finding", "judgement", "state"):
        model.Session.execute(sa.text(f"TRUNCATE independence_policy_{name}"))
    model.Session.commit()
    return again()


def again() -> dict[str, float]:
    """Judge everything."""
    from ckanext.independence.policy import rejudged

    def work() -> None:
        rejudged.begin()
        while rejudged.step():
            pass

    return measured(work) | {"datasets": counted()}


def counted() -> int:
    """Return how many data sets are judged."""
    from ckan import model

    number = model.Session.scalar(
        sa.text("SELECT count(*) FROM independence_policy_judgement WHERE subject NOT LIKE '%/%'")
    )
    model.Session.rollback()
    return int(number)


def night() -> dict[str, float]:
    """Judge departments and city, and write the day's rows."""
    from ckan import model
    from ckanext.independence.policy import portfolio

    def work() -> None:
        portfolio.judge_all()
        model.Session.commit()

    return measured(work)


def preview() -> dict[str, float]:
    """Say what a stricter rulebook would change."""
    from ckanext.independence.policy import book, previewed

    rules = book.rulebook()
    stricter = replace(
        rules, rules=tuple(replace(rule, severity="blocker") for rule in rules.rules)
    )
    return measured(lambda: previewed.preview(stricter))


def naive() -> dict[str, float]:
    """Judge some data sets in the obvious way: package_show, the rules, a statement a finding."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.independence.catalog import reader
    from ckanext.independence.policy import book
    from ckanext.independence.policy.rules.judging import judge
    from ckanext.independence.policy.rules.subjects import File, Subject

    ids = reader.public_ids()[:NAIVE]
    keep = sa.text(
        "INSERT INTO judged_naively VALUES (:id, :rule, :resource, :field, :state, :evidence)"
        " ON CONFLICT (id, rule, resource, field) DO UPDATE SET state = excluded.state,"
        " evidence = excluded.evidence"
    )

    def work() -> None:
        model.Session.execute(
            sa.text(
                "CREATE TEMPORARY TABLE judged_naively (id text, rule text, resource text,"
                " field text, state text, evidence text, PRIMARY KEY (id, rule, resource, field))"
            )
        )
        for id_ in ids:
            shown = tk.get_action("package_show")({"ignore_auth": True}, {"id": id_})
            organization = shown.get("organization") or {}
            values = shown | {
                "tags": [tag["name"] for tag in shown["tags"]],
                "department": {"name": organization.get("name"), "title": ""},
            }
            files = [
                File(id=one["id"], name=one["name"], format=one["format"], url=one["url"])
                for one in shown["resources"]
            ]
            day = book.today()
            subject = Subject(values, day, book.city_facts(day), files)
            for one in judge(book.rulebook(), subject):
                for verdict in one.verdicts:
                    model.Session.execute(
                        keep,
                        {
                            "id": id_, "rule": one.rule.id, "resource": verdict.resource,
                            "field": verdict.field, "state": verdict.state,
                            "evidence": verdict.evidence,
                        },
                    )  # fmt: skip
        model.Session.rollback()

    return measured(work) | {"datasets": len(ids)}


def saves() -> dict[str, list[float]]:
    """Save data sets with the slice and without it, in turns."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.independence.catalog import reader
    from ckanext.independence.catalog.interfaces import Publication
    from ckanext.independence.policy import judged, publishing

    tk.config["ckanext.independence.policy.highest_mode"] = "enforce"
    saved, asked = judged.saved, publishing.before_publication
    inner: list[float] = []

    def timed(function: Any) -> Any:
        def work(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                inner[-1] += (time.perf_counter() - began) * 1000

        return work

    whole: dict[str, list[float]] = {"with": [], "without": []}
    for number, id_ in enumerate(reader.public_ids()[: SAVES * 2]):
        what = "without" if number % 2 else "with"
        if what == "with":
            inner.append(0.0)
            judged.saved, publishing.before_publication = timed(saved), timed(asked)
        else:
            judged.saved = lambda ids: None
            publishing.before_publication = lambda dataset, package: Publication()
        began = time.perf_counter()
        tk.get_action("package_patch")(
            {"ignore_auth": True, "user": "admin"}, {"id": id_, "notes": f"Saved at {began}."}
        )
        whole[what].append((time.perf_counter() - began) * 1000)
        model.Session.remove()
    judged.saved, publishing.before_publication = saved, asked
    return {name: ends(times) for name, times in (whole | {"judging": inner}).items()}


def ends(times: list[float]) -> list[float]:
    """Return p50 and p95; the first ones fill caches."""
    return [statistics.median(times[5:]), statistics.quantiles(times[5:], n=20)[-1]]


def main(ini: str) -> None:
    """Load CKAN and measure."""
    import pylibmagic  # noqa: F401 -- brings the library that CKAN's import looks for
    from ckan import model
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():
        told: dict[str, Any] = {"first": first(), "again": again(), "night": night()}
        told["findings"] = model.Session.scalar(
            sa.text("SELECT count(*) FROM independence_policy_finding")
        )
        model.Session.rollback()
        told |= {"preview": preview(), "naive": naive(), "saves": saves()}
        print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
