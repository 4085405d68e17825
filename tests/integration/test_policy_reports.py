"""The annual report and what the portal publishes about itself, from the first draft on."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest

from tests.integration.inside import Inside
from tests.integration.test_policy_scores import Reader, account

WRITERS = "technology-services"


@pytest.fixture(scope="module")
def year(inside: Inside) -> Iterator[int]:
    """The present fiscal year; its report is taken away afterwards."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.independence.policy import book, reports
    from ckanext.independence.policy.model import Report

    yield reports.shape().year_of(book.today()).number
    model.Session.execute(sa.delete(Report))
    model.Session.commit()


@pytest.fixture(scope="module")
def coordinator(inside: Inside) -> Reader:
    """An administrator of the department that answers for the portal."""
    return account(inside, WRITERS, "admin")


@pytest.fixture(scope="module")
def others(inside: Inside) -> list[Reader]:
    """A visitor, a steward of the same department, and the administrator of another."""
    return [Reader(inside), account(inside, WRITERS), account(inside, "fire", "admin")]


def send(reader: Reader, action: str, **data: Any) -> Any:
    headers = {"Authorization": reader.key} if reader.key else {}
    return reader.inside.app.test_client().post(
        f"/api/3/action/independence_policy_report_{action}", json=data, headers=headers
    )


def test_a_report_is_its_writers_alone_until_it_is_given_and_then_stays_as_it_was(
    inside: Inside, coordinator: Reader, others: list[Reader], year: int
) -> None:
    from ckan import model
    from ckanext.independence.policy import reports

    page, pdf = f"/policy/report/{year}", f"/policy/report/{year}.pdf"
    marked = inside.dataset(title="Council votes of the report", goals=["quality"])
    words = "What <b>went</b> well: #panic() $x$\r\n\r\n\r\nA second paragraph."

    for outsider in others:
        for path in (page, pdf, f"{page}/write"):
            assert outsider.answer(path).status_code in (302, 404), path
        assert str(year) not in outsider.words("/policy/report")
        for action in ("update", "give"):
            answer = send(outsider, action, year=year, words={"progress": "Mine"})
            assert answer.status_code == 403, action
    assert reports.latest() is None

    answer = send(coordinator, "update", year=year, words={"progress": words})
    assert answer.json["result"]["parts"][0]["words"].endswith("$x$\n\nA second paragraph.")
    assert "What &lt;b&gt;went&lt;/b&gt; well" in coordinator.answer(page).text
    assert "Only those who write" not in others[0].words("/policy/report")

    assert send(coordinator, "give", year=year).status_code == 200
    given = {path: others[0].answer(path).data for path in (page, pdf)}
    assert b"Council votes of the report" in given[page]
    held = reports.latest()
    assert held is not None and {"progress", "goals", "suggestions"} <= held.parts

    inside.act("package_patch", id=marked["id"], title="Another title", goals=[])
    inside.dataset(title="A data set that came later", goals=["quality"])
    assert send(coordinator, "update", year=year, words={"goals": "More"}).status_code == 409
    assert send(coordinator, "give", year=year).status_code == 409
    sysadmin = Reader(inside, inside.act("api_token_create", user="admin", name="t")["token"])
    assert send(sysadmin, "update", year=year, words={"goals": "More"}).status_code == 409
    assert coordinator.answer(f"{page}/write").status_code == 404
    model.Session.remove()
    assert others[0].answer(pdf).data == given[pdf]
    assert others[0].words(page) == others[0].words(page)
    assert b"Council votes of the report" in others[0].answer(page).data
    assert b"came later" not in others[0].answer(page).data
    assert str(year) in others[0].words("/policy/report")

    read = pypdf.PdfReader(io.BytesIO(given[pdf]))
    root = read.trailer["/Root"].get_object()
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    text = " ".join(" ".join(one.extract_text() for one in read.pages).split())
    assert "Council votes of the report" in text and "What <b>went</b> well: #panic() $x$" in text
    assert (read.pages[0].mediabox.width, read.pages[0].mediabox.height) == (612, 792)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"year": "x"}, 409), ({"year": True}, 409), ({"year": 1999, "words": {}}, 404),
        ({"words": {}}, 409), ({"year": "before", "words": []}, 409),
        ({"year": "before", "words": {"preface": "x"}}, 409),
        ({"year": "before", "words": {"goals": "x" * 20_001}}, 409),
        ({"year": "before", "words": {"goals": 7}}, 409),
        ({"year": "before", "words": {"goals": "a\x0bb"}}, 409),
    ],
)  # fmt: skip
def test_words_that_cannot_be_kept_are_named(
    coordinator: Reader, year: int, data: dict[str, Any], status: int
) -> None:
    if data.get("year") == "before":
        data = data | {"year": year - 1}
    assert send(coordinator, "update", **data).status_code == status


def test_the_form_keeps_words_and_gives_only_what_is_said_to_be_complete(
    inside: Inside, coordinator: Reader, year: int
) -> None:
    address = f"/policy/report/{year - 1}"

    def fill(**values: str) -> Any:
        return inside.app.test_client().post(
            f"{address}/write", data=values, headers={"Authorization": coordinator.key}
        )

    assert fill(**{"words-progress": "First words."}).status_code == 302
    refused = fill(**{"words-progress": "Second words.", "then": "give"})
    assert refused.status_code == 422 and "never be changed again" in refused.text
    assert "Second words." in coordinator.words(address)
    assert Reader(inside).answer(address).status_code == 404
    assert fill(**{"words-progress": "Third.", "then": "give", "meant": "1"}).status_code == 302
    assert "Third." in Reader(inside).words(address)


# ---- What the portal publishes about itself -------------------------------------------------


@pytest.fixture
def history(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> Iterator[dt.date]:
    """Two nights of a rule that the public sees, and one of a rule on trial."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.independence.policy import book, portfolio
    from ckanext.independence.policy.model import History, State

    # Judging anew would write the present day, too.
    monkeypatch.setattr(portfolio, "_write_history", lambda day: None)
    today = book.today()
    counts = {"passing": 3, "failing": 1, "waived": 2, "unjudged": 0}
    rows = [
        {"day": day, "rule": rule, "department": "fire", "rule_version": 1, **counts}
        for day, rule in (
            (today - dt.timedelta(days=2), "open-format"),
            (today - dt.timedelta(days=1), "open-format"),
            (today - dt.timedelta(days=1), "modified-means-changed"),
        )
    ]
    model.Session.execute(sa.delete(History))
    model.Session.execute(sa.insert(History), rows)
    model.Session.commit()
    yield today
    for state in model.Session.scalars(sa.select(State).where(State.name.like("own-data/%"))):
        inside.act("package_delete", id=state.value["package"])
    model.Session.execute(sa.delete(State).where(State.name.like("own-data/%")))
    model.Session.execute(sa.delete(History))
    model.Session.commit()


def nightly(inside: Inside) -> dict[str, dict[str, Any]]:
    from ckan import model
    from ckanext.independence.catalog import owed
    from ckanext.independence.policy import self_published

    owed.owe(self_published.OWN_DATA, "")
    model.Session.commit()
    inside.work()
    inside.work()
    names = ("open-data-scorecard", "data-inventory")
    return {name: inside.act("package_show", id=name) for name in names}


def download(inside: Inside, data: dict[str, Any]) -> list[dict[str, str]]:
    (file,) = data["resources"]
    return list(csv.DictReader(io.StringIO(inside.get(file["url"]).text.removeprefix("\ufeff"))))


def test_every_night_the_portal_publishes_its_scorecard_and_inventory_where_they_changed(
    inside: Inside, history: dt.date
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.independence.policy import book, findings
    from ckanext.independence.policy.model import History

    draft = inside.dataset(title="A draft that nobody sees", private=True)
    first = nightly(inside)
    score, listed = first["open-data-scorecard"], first["data-inventory"]
    assert not score["private"] and score["organization"]["name"] == WRITERS
    yesterday = history - dt.timedelta(days=1)
    assert (score["data_modified"], score["temporal_end"]) == (yesterday.isoformat(),) * 2
    rows = download(inside, score)
    assert [(row["day"], row["department"], row["rule"], row["waived"]) for row in rows] == [
        ((history - dt.timedelta(days=2)).isoformat(), "Fire Department", "open-format", "2"),
        (yesterday.isoformat(), "Fire Department", "open-format", "2"),
    ]
    assert "IND-P1" in rows[0]["clauses"].split("; ")
    titles = [row["title"] for row in download(inside, listed)]
    assert score["title"] in titles and draft["title"] not in titles
    for data in first.values():
        table = inside.act("independence_content_dictionary_show", id=data["resources"][0]["id"])
        assert all(column["description"] for column in table["columns"])
        failing = [
            (one.rule.id, one.evidence)
            for one in findings.shown([data["id"]], book.today())[data["id"]]
            # How much of a column is filled is other tests' data.
            if one.state == "fails" and one.rule.id != "columns-filled"
        ]
        assert not failing

    # The inventory lists itself from the second night on.
    second, again = nightly(inside), nightly(inside)
    moved = [
        name
        for name, data in again.items()
        if data["metadata_modified"] != second[name]["metadata_modified"]
    ]
    assert not moved
    files = [one["open-data-scorecard"]["resources"][0]["last_modified"] for one in (first, again)]
    assert files[0] == files[1]

    changed = {"day": history, "rule": "open-format", "department": "fire", "rule_version": 1}
    counts = {"passing": 4, "failing": 0, "waived": 2, "unjudged": 0}
    model.Session.execute(sa.insert(History).values(**changed, **counts))
    model.Session.commit()
    inside.act("package_patch", id=score["id"], notes="Words that a person wrote. " * 6)
    third = nightly(inside)["open-data-scorecard"]
    assert third["data_modified"] == history.isoformat()
    assert third["notes"].startswith("Words that a person wrote.")
    assert len(download(inside, third)) == 3
    assert f'href="/dataset/{third["name"]}"' in Reader(inside).answer("/policy/scorecard").text

    inside.act("independence_catalog_dataset_withdraw", id=third["id"], reason="error", note="")
    model.Session.execute(sa.delete(History).where(History.day == history))
    model.Session.commit()
    withdrawn = nightly(inside)["open-data-scorecard"]
    assert withdrawn["private"] and withdrawn["data_modified"] == history.isoformat()
    assert "/dataset/open-data-scorecard" not in Reader(inside).answer("/policy/scorecard").text
