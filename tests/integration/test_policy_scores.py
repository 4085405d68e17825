"""Scorecards, points and the inventory as visitors, stewards and sysadmins see them.

A department is judged by hand here: its findings are written into the tables, so that each state
that a rule can have is there.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.integration.inside import Inside

DEPARTMENT, OTHER = "water", "police"


@dataclass
class Reader:
    """Somebody who opens pages with a key of an account; nobody without one."""

    inside: Inside
    key: str = ""

    def answer(self, path: str) -> Any:
        """Return the answer to an address."""
        headers = {"Authorization": self.key} if self.key else {}
        return self.inside.app.test_client().get(path, headers=headers)

    def words(self, path: str, status: int = 200) -> str:
        """Return the words of a page."""
        answer = self.answer(path)
        assert answer.status_code == status, (path, answer.status_code)
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())

    def ask(self, action: str, **data: Any) -> Any:
        """Return what an action answers."""
        answer = self.answer(f"/api/3/action/{action}?{urlencode(data)}")
        return answer.json["result"] if answer.status_code == 200 else answer.status_code


def account(inside: Inside, department: str = "", role: str = "editor") -> Reader:
    name = f"reader-{uuid4().hex[:8]}"
    email = f"{name}@independencemo.example"
    inside.act("user_create", name=name, email=email, password="Not-a-secret-2026")
    if department:
        inside.act("organization_member_create", id=department, username=name, role=role)
    return Reader(inside, inside.act("api_token_create", user=name, name="test")["token"])


@dataclass
class Town:
    """A department with data sets of each kind, and those who read of it."""

    inside: Inside
    anybody: Reader
    editor: Reader
    stranger: Reader
    sets: dict[str, dict[str, Any]] = field(default_factory=dict)


def stands(package_id: str, rule: str, state: str, **values: Any) -> None:
    """Write a finding of a rule, in the place of what was judged."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.independence.policy.model import Finding, Judgement

    model.Session.execute(
        sa.delete(Finding).where(Finding.subject == package_id, Finding.rule == rule)
    )
    row = {"subject": package_id, "rule": rule, "rule_version": 1, "state": state}
    model.Session.execute(sa.insert(Finding).values(row | {"severity": "warning"} | values))
    judgement = model.Session.get(Judgement, package_id)
    told = {"state": state, "severity": "warning", "version": 1, "since": "2026-01-01"}
    judgement.states = {**judgement.states, rule: told}
    model.Session.commit()


@pytest.fixture(scope="module")
def town(inside: Inside) -> Iterator[Town]:
    """Five data sets: kept, failing, waived, turned by time, not to be judged; a draft; a plan."""
    from ckan import model
    from ckanext.independence.policy import book
    from ckanext.independence.policy.model import Waiver

    made = Town(
        inside, Reader(inside), account(inside, DEPARTMENT), account(inside, OTHER)
    )  # fmt: skip
    word = uuid4().hex[:6]
    for name in ("kept", "failing", "waived", "late", "unjudged"):
        made.sets[name] = inside.dataset(title=f"Wells {name} {word}", owner_org=DEPARTMENT)
    made.sets["draft"] = inside.dataset(
        title=f"Wells draft {word}", owner_org=DEPARTMENT, private=True
    )
    made.sets["plan"] = inside.dataset(
        title=f"=Wells plan {word}", owner_org=DEPARTMENT, access_level="non-public",
        planned_release_date="2026-01-31", withheld_reason="Waits for the laboratory.",
        goals=["quality"], public_demand="high", release_cost="low",
    )  # fmt: skip
    inside.work()
    ids = {name: one["id"] for name, one in made.sets.items()}
    yesterday = book.today() - dt.timedelta(days=1)
    stands(ids["kept"], "title-names-the-data", "passes", until=book.today(), afterwards="Old.")
    stands(ids["failing"], "title-names-the-data", "fails", evidence="Its evidence.")
    stands(ids["waived"], "title-names-the-data", "fails", field="title", count=2)
    stands(ids["late"], "title-names-the-data", "passes", until=yesterday, afterwards="Old.")
    stands(ids["unjudged"], "title-names-the-data", "cannot-be-judged")
    stands(ids["draft"], "title-names-the-data", "fails")
    stands(ids["failing"], "no-personal-contact", "fails", column_name="phone", count=3)
    model.Session.add(
        Waiver(
            package_id=ids["waived"], rule="title-names-the-data", field="title", most=2,
            grounds="false-alarm", decision="granted",
        )
    )  # fmt: skip
    model.Session.commit()
    yield made
    for one in made.sets.values():
        inside.act("package_delete", id=one["id"])


def row(card: dict[str, Any], rule: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in card["rules"] if one["rule"] == rule)
    return found


# ---- What is counted ------------------------------------------------------------------------


def test_the_counts_are_what_each_public_data_set_shows(town: Town) -> None:
    from ckan import model
    from ckanext.independence.catalog import reader
    from ckanext.independence.policy import book, findings, scorecards, tally

    day = book.today()
    wanted: Counter[tuple[str, str]] = Counter()
    for shown in findings.shown(reader.public_ids(), day).values():
        states: dict[str, str] = {}
        for one in shown:
            before = states.get(one.rule.id, one.state)
            states[one.rule.id] = min(before, one.state, key=findings.GRAVITY.index)
        wanted.update((rule, state) for rule, state in states.items() if state != "not-applicable")
    rules = [r.id for r in scorecards.shown_rules(day) if scorecards.scores.about_data_sets(r)]
    found: Counter[tuple[str, str]] = Counter()
    for count in tally.now(day, rules, rules).counts:
        it = count.tally
        parts = {
            "passes": it.passing, "fails": it.failing, "waived": it.waived,
            "cannot-be-judged": it.unjudged,
        }  # fmt: skip
        found.update({(count.rule, state): number for state, number in parts.items() if number})
    model.Session.remove()
    assert found == wanted
    assert {"passes", "fails", "waived", "cannot-be-judged"} <= {state for _rule, state in found}


def test_a_department_is_counted_by_its_public_data_sets_and_time_and_waivers_apply(
    town: Town,
) -> None:
    card = town.anybody.ask("independence_policy_scorecard_show", department=DEPARTMENT)
    titled = row(card, "title-names-the-data")
    states = [titled[name] for name in ("passing", "failing", "waived", "unjudged")]
    assert states == [2, 2, 1, 1], "kept and the plan; failing and late; waived; unjudged"
    assert (card["data_sets"], card["entries"]) == (5, 1)
    assert titled["share"] == 0.6
    assert "drafts" not in card
    assert "drafts" not in town.stranger.ask(
        "independence_policy_scorecard_show", department=DEPARTMENT
    )
    assert (
        town.editor.ask("independence_policy_scorecard_show", department=DEPARTMENT)["drafts"] == 1
    )
    assert "drafts" not in town.editor.ask("independence_policy_scorecard_show")
    city = town.anybody.ask("independence_policy_scorecard_show")
    (beside,) = [one for one in city["departments"] if one["name"] == DEPARTMENT]
    assert beside["required"] == card["required"] and not beside["few"]


def test_every_figure_leads_to_public_data_sets_and_to_no_evidence(town: Town) -> None:
    page = town.anybody.answer(f"/policy/scorecard/{DEPARTMENT}").text
    assert "Its evidence." not in page and town.sets["draft"]["title"] not in page
    address = f"/policy/points/title-names-the-data?state=fails&amp;department={DEPARTMENT}"
    assert address in page or address.replace("&amp;", "&") in page
    for reader in (town.anybody, town.editor, town.stranger):
        told = reader.words(html.unescape(address))
        assert town.sets["failing"]["title"] in told and town.sets["late"]["title"] in told
        assert town.sets["kept"]["title"] not in told
        assert town.sets["draft"]["title"] not in told and "Its evidence." not in told


def test_whoever_looks_for_protected_information_is_not_led_to_it(town: Town) -> None:
    path = f"/policy/points/no-personal-contact?state=fails&department={DEPARTMENT}"
    told = town.anybody.words(path)
    assert town.sets["failing"]["title"] not in told and "departments alone" in told
    assert town.sets["failing"]["title"] in town.editor.words(path)
    assert path.replace("&", "&amp;") not in town.anybody.answer("/policy/scorecard").text


def test_rules_on_trial_and_what_is_not_there_have_no_page(town: Town) -> None:
    for path in (
        "/policy/points/modified-means-changed",
        "/policy/points/x",
        "/policy/scorecard/x",
    ):
        town.anybody.words(path, 404)
    assert "modified-means-changed" not in town.anybody.answer("/policy/points").text
    assert town.anybody.ask("independence_policy_scorecard_show", department="x") == 404


def test_points_name_their_clause_their_reason_and_what_to_do(town: Town) -> None:
    told = town.anybody.words("/policy/points")
    for said in ("IND-L2", "Place published data sets in the public domain.", "version 1"):
        assert said in told or said.capitalize() in told
    assert "What only people can judge" in told and "IND-P4" in told


# ---- Over time ------------------------------------------------------------------------------


def test_what_changed_since_last_month_is_told_and_drawn(town: Town) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.independence.policy import book
    from ckanext.independence.policy.model import History

    earlier = book.today() - dt.timedelta(days=31)
    rows = [
        {"day": earlier, "rule": rule, "department": DEPARTMENT, "rule_version": version,
         "passing": 0, "failing": 4, "waived": 0, "unjudged": 0}
        for rule, version in (("title-names-the-data", 1), ("public-domain", 99))
    ]  # fmt: skip
    model.Session.execute(sa.insert(History), rows)
    model.Session.commit()
    try:
        card = town.anybody.ask("independence_policy_scorecard_show", department=DEPARTMENT)
        told = {one["rule"]: one for one in card["changes"]["rules"]}
        assert card["changes"]["since"] == earlier.isoformat()
        assert told["title-names-the-data"]["points"] == 60.0
        assert told["public-domain"]["other_version"]
        words = town.anybody.words(f"/policy/scorecard/{DEPARTMENT}")
        assert "Points kept by Water rose from 0 % to" in words
        assert "The point itself was changed meanwhile" in words
        assert "better 0 % → 60 %" in words
    finally:
        model.Session.execute(sa.delete(History).where(History.day == earlier))
        model.Session.commit()
        model.Session.remove()
    assert "Points kept by Water rose" not in town.anybody.words(f"/policy/scorecard/{DEPARTMENT}")


# ---- The inventory --------------------------------------------------------------------------


def test_drafts_are_in_the_inventory_of_their_department_alone(town: Town) -> None:
    title = town.sets["draft"]["title"]
    paths = (
        "/inventory?q=Wells", "/inventory?status=draft", f"/inventory?department={DEPARTMENT}",
        "/inventory.csv", "/inventory.csv?status=draft",
        "/api/3/action/independence_policy_inventory_list?limit=1000",
        "/api/3/action/independence_policy_inventory_list?status=draft&limit=1000",
    )  # fmt: skip
    for path in paths:
        assert title in town.editor.answer(path).text, path
        for outsider in (town.anybody, town.stranger):
            assert title not in outsider.answer(path).text, path
    statuses = town.anybody.ask("independence_policy_inventory_list")["statuses"]
    assert statuses["draft"] == statuses["withdrawn"] == 0


def test_the_inventory_says_why_by_when_and_how_much_it_matters(town: Town) -> None:
    told = town.anybody.words(f"/inventory?department={DEPARTMENT}&status=planned")
    for said in ("Waits for the laboratory.", "January 31, 2026", "overdue", "8 of 10", "1 entry"):
        assert said in told
    assert town.sets["kept"]["title"] not in told
    found = town.anybody.ask(
        "independence_policy_inventory_list", department=DEPARTMENT, overdue="true"
    )
    assert [one["priority"] for one in found["results"]] == [8]


def test_the_exported_inventory_has_what_the_page_lists_and_no_formula(town: Town) -> None:
    from ckanext.independence.policy import inventory

    answer = town.anybody.answer(f"/inventory.csv?department={DEPARTMENT}&sort=title")
    assert answer.headers["Cache-Control"] == "no-store, private"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == list(inventory.COLUMNS)
    assert [one["title"][:7] for one in rows] == ["'=Wells", *["Wells f", "Wells k", "Wells l"],
                                                  "Wells u", "Wells w"]  # fmt: skip
    assert rows[0]["overdue"] == "yes" and rows[0]["goals"] == "Quality"


@pytest.mark.parametrize(
    "wrong", ["status=x", "sort=x", "limit=-1", "limit=x", "overdue=perhaps", "offset=²"]
)
def test_a_filter_that_there_is_not_is_named(town: Town, wrong: str) -> None:
    answer = town.anybody.answer(f"/api/3/action/independence_policy_inventory_list?{wrong}")
    assert answer.status_code == 409 and wrong.partition("=")[0] in answer.json["error"]
    assert town.anybody.answer(f"/inventory?{wrong}&page=²").status_code == 200


def test_pages_of_the_policy_lead_to_each_other(town: Town) -> None:
    for path in ("/policy", "/policy/scorecard", "/inventory", "/policy/report"):
        page = town.anybody.answer(path).text
        for other in ("/policy/scorecard", "/policy/points", "/inventory", "/policy/report"):
            assert f'href="{other}"' in page, (path, other)
    assert (
        f'href="/policy/scorecard/{DEPARTMENT}"'
        in town.anybody.answer(f"/organization/{DEPARTMENT}").text
    )
