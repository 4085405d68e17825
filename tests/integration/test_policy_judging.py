"""Data sets are judged as they are saved, by a job, each night and after another rulebook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.integration.inside import DEPARTMENT, Inside

TABLE = b"permit,issued,value\n" + b"".join(
    b"BP-%05d,2026-09-%02d,%d\n" % (n, n % 28 + 1, 100 + n) for n in range(60)
)


def standing(inside: Inside, id_: str) -> dict[str, dict[str, Any]]:
    told = inside.act("independence_policy_dataset_show", id=id_)
    return {rule["rule"]: rule for rule in told["rules"]}


def sql(statement: str, **values: Any) -> list[Any]:
    from ckan import model

    with model.meta.engine.begin() as connection:
        done = connection.execute(sa.text(statement), values)
        return list(done) if done.returns_rows else []


@contextmanager
def another_rulebook(inside: Inside, tmp_path: Path, *changes: tuple[str, str]) -> Iterator[Path]:
    """Put a rulebook in force that differs in some words, as a restart does."""
    import ckan.plugins.toolkit as tk
    from ckanext.independence.policy import book

    setting = "ckanext.independence.policy.rulebook"
    file = tmp_path / f"rulebook-{uuid4().hex[:6]}.yaml"
    text = Path(tk.config[setting]).read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")
    with inside.settings({setting: str(file)}):
        book.read_again()
        try:
            yield file
        finally:
            book.read_again()
    book.read_again()


@contextmanager
def another_check(name: str, function: Any) -> Iterator[None]:
    """Let the rule of a check be judged by another function."""
    from ckanext.independence.policy import book

    before = book.rulebook
    rules = before()
    changed = replace(
        rules,
        rules=tuple(
            replace(rule, check=replace(rule.check, function=function))
            if rule.check.name == name
            else rule
            for rule in rules.rules
        ),
    )
    from ckanext.independence.policy import judged, keeping, portfolio

    book.rulebook = keeping.rulebook = lambda: changed
    assert judged.book is book and portfolio.book is book
    try:
        yield
    finally:
        book.rulebook = keeping.rulebook = before


@pytest.fixture(scope="module")
def permits(inside: Inside) -> dict[str, Any]:
    """A data set with a table of which nothing is explained."""
    made = inside.dataset(title="Permits issued by the city")
    made["file"] = inside.upload("permits.csv", TABLE, package_id=made["id"], format="CSV")["id"]
    inside.work()
    return made


def test_what_a_save_changes_is_judged_when_it_is_saved(
    inside: Inside, permits: dict[str, Any]
) -> None:
    assert standing(inside, permits["id"])["title-names-the-data"]["state"] == "passes"
    inside.act("package_patch", id=permits["id"], title="permits.csv")
    assert standing(inside, permits["id"])["title-names-the-data"]["state"] == "fails"
    inside.act("package_patch", id=permits["id"], title="Permits issued by the city")
    assert standing(inside, permits["id"])["title-names-the-data"]["state"] == "passes"


def test_what_content_knows_of_a_file_reaches_the_rules(
    inside: Inside, permits: dict[str, Any]
) -> None:
    rules = standing(inside, permits["id"])
    assert rules["api-available"]["state"] == "passes"
    assert rules["parses"]["state"] == "passes"
    assert rules["bulk-download"]["state"] == "passes"
    assert rules["format-as-declared"]["state"] == "passes"
    (found,) = rules["dictionary-complete"]["findings"]
    assert found["resource_id"] == permits["file"]
    assert found["count"] == 3, "no column is explained"


def test_a_department_made_by_hand_is_known(inside: Inside) -> None:
    name = f"by-hand-{uuid4().hex[:6]}"
    inside.act("organization_create", name=name, title="Office of maps")
    made = inside.dataset(owner_org=name)
    assert standing(inside, made["id"])["department-current"]["state"] == "passes"
    inside.act("organization_patch", id=name, valid_to="2020-06-30")
    inside.work()
    assert standing(inside, made["id"])["department-current"]["state"] == "fails"
    inside.act("dataset_purge", id=made["id"])
    inside.act("organization_purge", id=name)


def kept(id_: str) -> tuple[Any, Any]:
    """Return what is kept of a data set, with the rows' ids and times."""
    return (
        sql("SELECT * FROM independence_policy_judgement WHERE subject = :id", id=id_),
        sql("SELECT * FROM independence_policy_finding WHERE subject = :id ORDER BY id", id=id_),
    )


def run() -> dict[str, Any]:
    from ckan import model
    from ckanext.independence.policy import rejudged

    try:
        return rejudged.run()
    finally:
        model.Session.remove()


def test_what_stays_as_it_was_is_not_written_again(inside: Inside, permits: dict[str, Any]) -> None:
    run()
    before = kept(permits["id"])
    assert run()["changed"] == 0
    assert kept(permits["id"]) == before


def test_a_save_that_is_refused_leaves_no_finding(
    inside: Inside, permits: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.policy.plugin import PolicyPlugin

    judged = []

    def refused(self: Any, context: Any, dataset: dict[str, Any]) -> None:
        from ckanext.independence.policy import judged as judging

        judging.saved([dataset["id"]])
        judged.append(dataset["id"])
        raise ValueError("refused by whoever comes later")

    inside.work()
    before = kept(permits["id"])
    monkeypatch.setattr(PolicyPlugin, "after_dataset_update", refused)
    with pytest.raises(ValueError, match="later"):
        inside.act("package_patch", id=permits["id"], title="permits.csv")
    assert judged == [permits["id"]]
    assert kept(permits["id"]) == before
    assert not sql("SELECT FROM independence_catalog_owed WHERE key = :id", id=permits["id"])


def test_a_data_set_too_large_for_a_save_is_judged_by_the_job(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.policy import judged

    monkeypatch.setattr(judged, "MOST_TEXT", 10)
    made = inside.dataset(known_limits="None is known.")
    assert not inside.act("independence_policy_dataset_show", id=made["id"])["judged"]
    inside.work()
    assert standing(inside, made["id"])["title-names-the-data"]["state"] == "passes"
    inside.act("dataset_purge", id=made["id"])


def test_a_check_that_fails_stops_no_save_and_is_told_once(
    inside: Inside, permits: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(subject: Any, given: Any) -> Any:
        raise KeyError("078-05-1120 was here")

    with another_check("open-format", broken):
        inside.act("package_patch", id=permits["id"], notes="Every permit of the city, again.")
        inside.work()
        rule = standing(inside, permits["id"])["open-format"]
        assert rule["state"] == "cannot-be-judged"
        assert "078" not in str(rule)
        run()
        failing = inside.act("independence_policy_status_show")["failing"]["open-format"]
        assert failing["error"].startswith("KeyError in test_policy_judging.py:")
        mails = sql(
            "SELECT * FROM independence_policy_notice WHERE kind = 'failing-check'"
            " AND title LIKE '%open%'"
        )
        assert len({row.email for row in mails}) == len(mails) >= 1
        assert len([r for r in caplog.records if "open-format" in r.getMessage()]) == 1
        assert "078" not in caplog.text + str(mails) + str(failing)
    run()
    assert "open-format" not in inside.act("independence_policy_status_show")["failing"]
    assert standing(inside, permits["id"])["open-format"]["state"] == "passes"


def test_a_check_that_never_ends_is_ended(
    inside: Inside, permits: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import signal

    from ckanext.independence.policy import judged

    def endless(subject: Any, given: Any) -> Any:
        while True:
            pass

    monkeypatch.setattr(judged, "PATIENCE", 0.2)
    signal.setitimer(signal.ITIMER_REAL, 500)
    with another_check("parses", endless):
        judged.of_files(permits["id"])
        from ckan import model

        model.Session.commit()
        inside.work()
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    assert 300 < left < 500, "the whole job's own alarm goes on"
    rule = standing(inside, permits["id"])["parses"]
    assert rule["state"] == "cannot-be-judged"
    assert "TooSlow" in rule["findings"][0]["evidence"]
    run()
    assert standing(inside, permits["id"])["parses"]["state"] == "passes"


def test_another_rulebook_is_noticed_and_everything_judged_by_it(
    inside: Inside, permits: dict[str, Any], tmp_path: Path
) -> None:
    from ckan import model
    from ckanext.independence.policy import rejudged

    run()
    text = (Path(__file__).parents[2] / "schemas/policy/rulebook.yaml").read_text("utf-8")
    with another_rulebook(inside, tmp_path, *_switched_off(text, "title-names-the-data")):
        rejudged.owe_when_changed()
        status = inside.act("independence_policy_status_show")
        assert status["judged_by"] != status["edition"]
        assert status["owed"]["policy-rejudge"] == 1
        inside.work()
        status = inside.act("independence_policy_status_show")
        assert status["judged_by"] == status["edition"]
        assert status["datasets"]["other"] == 0
        rejudged.owe_when_changed()
        assert "policy-rejudge" not in inside.act("independence_policy_status_show")["owed"]
        states = kept(permits["id"])[0][0].states
        assert "title-names-the-data" not in states
    rejudged.owe_when_changed()
    model.Session.remove()
    inside.work()
    assert "title-names-the-data" in kept(permits["id"])[0][0].states


def _switched_off(text: str, rule: str) -> list[tuple[str, str]]:
    """Return the change that switches a rule off."""
    import re

    block = re.search(rf"  - id: {rule}\n(?:    .*\n|\n)*", text)
    assert block
    return [(block[0], re.sub(r"mode: \w[\w-]*", "mode: off", block[0]))]


def test_a_worker_with_an_older_rulebook_leaves_the_work_to_others(inside: Inside) -> None:
    from ckan import model
    from ckanext.independence.catalog import owed
    from ckanext.independence.policy import rejudged

    owed.owe(rejudged.REJUDGE, "", {"edition": "of tomorrow"})
    model.Session.commit()
    inside.work()
    (row,) = sql("SELECT * FROM independence_catalog_owed WHERE kind = 'policy-rejudge'")
    assert row.attempts == 1
    assert "started anew" in row.error
    sql("DELETE FROM independence_catalog_owed WHERE kind = 'policy-rejudge'")


def test_what_changed_behind_ckans_back_is_found_in_the_night(
    inside: Inside, permits: dict[str, Any]
) -> None:
    run()
    gone = inside.dataset()
    sql("DELETE FROM independence_policy_judgement WHERE subject = :id", id=permits["id"])
    sql("UPDATE package SET title = 'x.csv' WHERE id = :id", id=permits["id"])
    inside.work()
    sql("UPDATE package SET state = 'deleted' WHERE id = :id", id=gone["id"])
    run()
    assert standing(inside, permits["id"])["title-names-the-data"]["state"] == "fails"
    assert kept(gone["id"]) == ([], [])
    sql("UPDATE package SET title = 'Abatement permits of a city' WHERE id = :id", id=permits["id"])
    sql("UPDATE package SET state = 'active' WHERE id = :id", id=gone["id"])
    inside.act("dataset_purge", id=gone["id"])
    run()


def test_a_day_has_one_row_for_each_rule_and_department(
    inside: Inside, permits: dict[str, Any]
) -> None:
    run()
    query = "SELECT * FROM independence_policy_history ORDER BY day, rule, department"
    once = sql(query)
    sql(
        "INSERT INTO independence_policy_history VALUES"
        " ('2999-01-01', 'parses', 'x', 1, 1, 1, 1, 1)"
    )
    run()
    assert sql(query) == once, "the same day again, and a day that is still to come"
    (row,) = [r for r in once if r.rule == "open-format" and r.department == DEPARTMENT]
    assert row.passing >= 1
    assert any(r.rule == "department-has-coordinator" for r in once)
    assert any(r.rule == "annual-report-current" and r.department == "" for r in once)


def test_another_rulebook_is_tried_before_it_is_put_in_force(
    inside: Inside, permits: dict[str, Any], tmp_path: Path
) -> None:
    import ckan.plugins.toolkit as tk

    run()
    before = kept(permits["id"])
    text = Path(tk.config["ckanext.independence.policy.rulebook"]).read_text("utf-8")
    (old, new), *_ = _switched_off(text, "dictionary-complete")
    stricter = text.replace(old, new)
    (old, _), *_ = _switched_off(text, "limits-stated")
    stricter = stricter.replace(
        old,
        old.replace("severity: advice", "severity: blocker").replace("mode: warn", "mode: enforce"),
    )
    with inside.settings({"ckanext.independence.policy.highest_mode": "enforce"}):
        told = inside.act("independence_policy_preview", rulebook=stricter, limit=0)
    rules = {one["rule"]: one for one in told["rules"]}
    assert permits["id"] in [one["id"] for one in rules["dictionary-complete"]["to_pass"]["named"]]
    assert rules["dictionary-complete"]["would_fail"] == 0
    blocked = rules["limits-stated"]["to_block"]
    assert {"id": permits["id"], "title": "Abatement permits of a city"} in blocked["named"]
    assert rules["limits-stated"]["to_fail"]["count"] == 0
    assert kept(permits["id"]) == before, "nothing of it is kept"
    with pytest.raises(tk.ValidationError, match="line"):
        inside.act("independence_policy_preview", rulebook=text + "\nnonsense: 1\n")


def test_the_commands_say_what_they_did(
    inside: Inside, permits: dict[str, Any], tmp_path: Path
) -> None:
    from ckan import model
    from ckanext.independence.policy.cli import policy
    from click.testing import CliRunner

    def say(*words: str) -> Any:
        try:
            return CliRunner().invoke(policy, words)
        finally:
            model.Session.remove()

    text = (Path(__file__).parents[2] / "schemas/policy/rulebook.yaml").read_text("utf-8")
    done = say("rejudge")
    assert done.exit_code == 0, done.output
    assert "data sets judged; 0 have other findings." in done.output
    assert "Everything was judged by it." in say("status").output
    assert json.loads(say("status", "--json").stdout)["datasets"]["pending"] == 0
    file = tmp_path / "rulebook.yaml"
    ((old, new),) = _switched_off(text, "dictionary-complete")
    file.write_text(text.replace(old, new), "utf-8")
    said = say("preview", str(file)).output
    assert "fail today and would not" in said
    assert f"Abatement permits of a city  {permits['id']}" in said
    file.write_text("rules: 1", "utf-8")
    done = say("preview", str(file))
    assert done.exit_code == 2
    assert "line" in done.output


def test_other_recognisers_look_at_every_file_again(
    inside: Inside, permits: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.policy import book, scans

    query = (
        "SELECT s.edition FROM independence_policy_scan s JOIN independence_catalog_version v"
        " USING (sha256) WHERE v.resource_id = :id AND v.served"
    )
    run()
    inside.work()
    editions = {row.edition for row in sql(query, id=permits["file"])}
    assert editions == {scans.EDITION}
    for module in (book, scans):
        monkeypatch.setattr(module, "EDITION", scans.EDITION + 1 if module is scans else 999)
    run()
    inside.work()
    assert scans.EDITION in {row.edition for row in sql(query, id=permits["file"])} - editions


def test_nobody_is_led_to_protected_information_before_it_is_taken_away(inside: Inside) -> None:
    made = inside.dataset(notes=f"Every lamp. Ask about 219-09-{uuid4().int % 9000 + 1000}.")
    inside.work()
    assert standing(inside, made["id"])["no-direct-identifiers"]["state"] == "fails"
    page = inside.client.get(f"/api/3/action/independence_policy_dataset_show?id={made['id']}")
    told = {rule["rule"]: rule["state"] for rule in page.json["result"]["rules"]}
    assert "no-direct-identifiers" not in told
    assert told["public-domain"] == "fails"
    said = inside.client.get(f"/dataset/{made['name']}/policy").text
    assert "No number that identifies a person" not in said
    assert "public domain" in said
