"""Records of the feed: kept with their data sets, and never lost with them.

Inside one CKAN, as saves, workers and faults meet them; what is published is read from disk.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.inside import DEPARTMENT, Inside

# Everything that was withdrawn leaves at once, however much it is.
pytestmark = pytest.mark.usefixtures("unguarded")


def rows(dataset: dict[str, Any] | str, columns: str = "*") -> list[dict[str, Any]]:
    """Return the rows of a data set's records, in the order of languages."""
    id_ = dataset if isinstance(dataset, str) else dataset["id"]
    return sql(
        f"SELECT {columns} FROM independence_feed_record WHERE package_id = :id "  # noqa: S608
        "ORDER BY kind, language",
        id=id_,
    )


def sql(statement: str, **values: Any) -> list[dict[str, Any]]:
    """Do something in the database that no hook hears of."""
    import sqlalchemy as sa
    from ckan import model

    done = model.Session.execute(sa.text(statement), values)
    found = [dict(row) for row in done.mappings()] if done.returns_rows else []
    model.Session.commit()
    model.Session.remove()
    return found


def standings(dataset: dict[str, Any]) -> set[str]:
    return {row["standing"] for row in rows(dataset, "standing, kind, language")}


def withdrawals(dataset: dict[str, Any]) -> list[tuple[str, str]]:
    """Return reason and who of what waits to leave."""
    found = sql(
        "SELECT reason, who FROM independence_feed_withdrawal WHERE identifier = :identifier "
        "AND cancelled_at IS NULL AND left_at IS NULL ORDER BY id",
        identifier=dataset["identifier"],
    )
    return [(row["reason"], row["who"]) for row in found]


def reconcile() -> dict[str, list[str]]:
    """Look for what changed behind CKAN's back; return identifiers by kind."""
    from ckan import model
    from ckanext.independence.feed import reconciler

    report = reconciler.reconcile()
    model.Session.remove()
    return {kind: told["identifiers"] for kind, told in report["drift"].items()}


def in_feed(inside: Inside, dataset: dict[str, Any]) -> dict[str, Any] | None:
    """Return a data set's published record of DCAT-US 1.1."""
    for record in inside.feed()["dataset"]:
        if record["identifier"] == dataset["identifier"]:
            return dict(record)
    return None


def test_a_save_and_its_records_are_one(inside: Inside) -> None:
    dataset = inside.dataset()
    kept = rows(dataset)
    assert [(row["kind"], row["language"], row["valid"]) for row in kept] == [
        ("dataset", "1.1", True),
        ("dataset", "3.0", True),
    ]
    assert {json.loads(row["body"])["title"] for row in kept} == {dataset["title"]}
    inside.act("package_patch", id=dataset["id"], title="Lamps by street")
    assert {json.loads(row["body"])["title"] for row in rows(dataset)} == {"Lamps by street"}


def test_nothing_of_what_is_private_comes_into_a_record(inside: Inside) -> None:
    marker = f"secret-{uuid4().hex}"
    draft = inside.dataset(title=f"Lamps {marker}", notes=marker, private=True)
    inside.act("package_patch", id=draft["id"], steward_name=marker)
    public = inside.dataset()
    inside.act("package_patch", id=public["id"], private=True)
    inside.act("package_patch", id=public["id"], title=f"Lamps {marker}", notes=marker)
    reconcile()
    whole = sql("SELECT count(*) AS n FROM independence_feed_record r WHERE r::text LIKE :m",
                m=f"%{marker}%")  # fmt: skip
    told = sql("SELECT count(*) AS n FROM independence_feed_withdrawal r WHERE r::text LIKE :m",
               m=f"%{marker}%")  # fmt: skip
    assert (whole[0]["n"], told[0]["n"]) == (0, 0)
    assert marker not in json.dumps(inside.feed())


@pytest.mark.parametrize(
    ("leave", "reason"),
    [
        (lambda inside, d: inside.act("package_patch", id=d["id"], private=True), "hidden"),
        (lambda inside, d: inside.act("package_delete", id=d["id"]), "deleted"),
        (lambda inside, d: inside.act("dataset_purge", id=d["id"]), "purged"),
        (
            lambda inside, d: inside.act(
                "independence_catalog_dataset_withdraw", id=d["id"], reason="merged"
            ),
            "merged",
        ),
        (
            lambda inside, d: inside.act(
                "bulk_update_private", datasets=[d["id"]], org_id=d["owner_org"]
            ),
            "hidden",
        ),
        (
            lambda inside, d: inside.act(
                "bulk_update_delete", datasets=[d["id"]], org_id=d["owner_org"]
            ),
            "deleted",
        ),
    ],
    ids=["hidden", "deleted", "purged", "withdrawn", "hidden with others", "deleted with others"],
)
def test_what_leaves_the_public_is_withdrawn_with_who_and_why(
    inside: Inside, leave: Any, reason: str
) -> None:
    dataset = inside.dataset()
    assert in_feed(inside, dataset)
    leave(inside, dataset)
    assert standings(dataset) == {"withdrawn"}
    assert withdrawals(dataset) == [(reason, "admin")]
    assert all(row["body"] for row in rows(dataset))


def test_what_comes_back_before_it_left_was_never_withdrawn(inside: Inside) -> None:
    dataset = inside.dataset()
    inside.act("package_patch", id=dataset["id"], private=True)
    inside.act("package_patch", id=dataset["id"], private=False)
    assert standings(dataset) == {"listed"}
    assert withdrawals(dataset) == []


def test_a_record_that_cannot_be_made_never_breaks_a_save(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import records

    dataset = inside.dataset()

    def broken(*_: Any) -> Any:
        raise RuntimeError("the mapping is broken")

    with monkeypatch.context() as patch:
        patch.setattr(records.gate, "check", broken)
        saved = inside.act("package_patch", id=dataset["id"], title="Lamps again")
        gone = inside.dataset()
        inside.act("package_patch", id=gone["id"], private=True)
    assert saved["title"] == "Lamps again"
    assert {row["title"] for row in rows(dataset)} == {dataset["title"]}
    assert not rows(gone)
    inside.work()
    assert {row["title"] for row in rows(dataset)} == {"Lamps again"}


def test_a_withdrawal_that_failed_keeps_its_word_until_it_is_done(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import withdrawals as kept

    dataset = inside.dataset()
    with monkeypatch.context() as patch:
        patch.setattr(kept, "leave", lambda *_: 1 / 0)
        inside.act("package_delete", id=dataset["id"])
    assert standings(dataset) == {"listed"}
    inside.work()
    assert withdrawals(dataset) == [("deleted", "admin")]


@pytest.fixture
def invalid(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let records be invalid whose description says so."""
    from ckanext.independence.feed import records
    from ckanext.independence.feed.gate import Problem

    check = records.gate.check

    def strict(record: Any, language: Any, kind: Any = "dataset") -> list[Problem]:
        found = check(record, language, kind)
        if "INVALID" in str(record.get("description")):
            found.append(Problem(("description",), "is not as it should be"))
        return found

    monkeypatch.setattr(records.gate, "check", strict)


def test_what_turns_invalid_is_served_as_it_last_was_less_files_that_are_gone(
    inside: Inside, invalid: Any
) -> None:
    link = {"name": "Lamps", "url": "https://www.example.gov/lamps.csv", "format": "CSV"}
    dataset = inside.dataset(resources=[link, link | {"name": "Poles"}])
    _, second = dataset["resources"]
    inside.act("package_patch", id=dataset["id"], notes="INVALID", resources=[second])
    for row in rows(dataset):
        body = json.loads(row["body"])
        assert body["description"] == dataset["notes"]
        assert [one["title"] for one in body["distribution"]] == ["Poles"]
        assert (row["valid"], row["standing"]) == (False, "listed")
        assert row["problems"][0]["message"] == "is not as it should be"
        assert "INVALID" in row["rendering"]
    published = in_feed(inside, dataset)
    assert published and published["description"] == dataset["notes"]
    inside.act("resource_delete", id=second["id"])
    inside.act("package_patch", id=dataset["id"], access_level="non-public")
    for row in rows(dataset):
        body = json.loads(row["body"])
        assert (body["accessLevel"], body.get("distribution")) == ("non-public", None)
    inside.act("package_patch", id=dataset["id"], notes="Every lamp, mended.")
    assert [(row["valid"], row["rendering"], row["problems"]) for row in rows(dataset)] == [
        (True, None, [])
    ] * 2


def test_what_never_was_valid_is_not_in_the_feed(inside: Inside, invalid: Any) -> None:
    dataset = inside.dataset(notes="INVALID")
    assert [(row["valid"], row["body"]) for row in rows(dataset)] == [(False, None)] * 2
    assert in_feed(inside, dataset) is None
    inside.act("package_patch", id=dataset["id"], private=True)
    assert (rows(dataset), withdrawals(dataset)) == ([], [])


def test_a_data_set_that_is_invalid_in_other_fields_is_withdrawn_all_the_same(
    inside: Inside,
) -> None:
    dataset = inside.dataset()
    assert in_feed(inside, dataset)
    sql(
        "UPDATE package SET extras = extras - 'steward_email' - 'data_modified' WHERE id = :id",
        id=dataset["id"],
    )
    inside.act("independence_catalog_dataset_withdraw", id=dataset["id"], reason="protected")
    assert withdrawals(dataset) == [("protected", "admin")]
    assert in_feed(inside, dataset) is None


def test_the_public_minimum_that_is_lost_leaves_what_was_valid_in_the_feed(
    inside: Inside,
) -> None:
    dataset = inside.dataset()
    reconcile()
    sql("UPDATE package SET notes = '' WHERE id = :id", id=dataset["id"])
    assert reconcile()["differing"] == [dataset["identifier"]]
    assert [row["valid"] for row in rows(dataset)] == [False, False]
    assert {json.loads(row["body"])["description"] for row in rows(dataset)} == {dataset["notes"]}


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE package SET private = true WHERE id = :id",
        "UPDATE package SET state = 'deleted' WHERE id = :id",
        "DELETE FROM package_tag WHERE package_id = :id; DELETE FROM package WHERE id = :id",
    ],
    ids=["set private", "deleted", "purged"],
)
def test_what_is_gone_without_a_word_is_lost_and_stays_in_the_feed(
    inside: Inside, fault: str
) -> None:
    dataset = inside.dataset()
    before = in_feed(inside, dataset)
    assert before
    sql(fault, id=dataset["id"])
    assert reconcile()["lost"] == [dataset["identifier"]]
    assert standings(dataset) == {"lost"}
    assert withdrawals(dataset) == []
    assert in_feed(inside, dataset) == before
    assert reconcile()["lost"] == []
    if "private" in fault:
        sql("UPDATE package SET private = false WHERE id = :id", id=dataset["id"])
        assert reconcile()["returned"] == [dataset["identifier"]]
        assert standings(dataset) == {"listed"}


def test_the_reconciler_mends_what_sql_changed_and_touches_nothing_else(inside: Inside) -> None:
    changed, missing, same = inside.dataset(), inside.dataset(), inside.dataset()
    reconcile()
    sql("UPDATE package SET title = 'Lamps by hand' WHERE id = :id", id=changed["id"])
    sql("DELETE FROM independence_feed_record WHERE package_id = :id", id=missing["id"])
    before = rows(same, "*, xmin")
    found = reconcile()
    assert found["differing"] == [changed["identifier"]]
    assert found["missing"] == [missing["identifier"]]
    assert {row["title"] for row in rows(changed)} == {"Lamps by hand"}
    assert len(rows(missing)) == 2
    assert rows(same, "*, xmin") == before
    assert not any(reconcile().values())


def test_a_department_that_is_renamed_is_renamed_in_its_records(inside: Inside) -> None:
    name = f"lamps-{uuid4().hex[:8]}"
    department = inside.act("organization_create", name=name, title="Lamps")
    dataset = inside.dataset(owner_org=department["id"])
    inside.act("organization_patch", id=department["id"], title="Street lights", name=f"{name}-2")
    inside.work()
    for row in rows(dataset):
        assert row["department"] == f"{name}-2"
        assert json.loads(row["body"])["publisher"]["name"] == "Street lights"


def test_a_data_set_that_moves_to_another_department_says_so(inside: Inside) -> None:
    dataset = inside.dataset()
    inside.act("package_owner_org_update", id=dataset["id"], organization_id="fire")
    assert {row["department"] for row in rows(dataset)} == {"fire"}
    sql(
        'UPDATE package SET owner_org = (SELECT id FROM "group" WHERE name = :name) WHERE id = :id',
        name=DEPARTMENT,
        id=dataset["id"],
    )
    assert reconcile()["moved"] == [dataset["identifier"]]
    assert {row["department"] for row in rows(dataset)} == {DEPARTMENT}


def test_an_identifier_that_comes_back_with_another_data_set_stays_in_the_feed(
    inside: Inside,
) -> None:
    identifier = f"https://old.example.gov/{uuid4().hex}"
    first = inside.dataset(identifier=identifier)
    assert in_feed(inside, first)
    inside.act("dataset_purge", id=first["id"])
    second = inside.dataset(identifier=identifier, title="Lamps, imported again")
    assert rows(first) == []
    assert standings(second) == {"listed"}
    assert withdrawals(second) == []
    published = in_feed(inside, second)
    assert published and published["title"] == "Lamps, imported again"


def test_a_series_is_a_record_while_it_has_members(inside: Inside) -> None:
    word = f"lamps-{uuid4().hex[:8]}"
    first, second = inside.dataset(series=word), inside.dataset(series=word)
    series = published_series(inside, word)
    assert series
    assert {record["isPartOf"] for record in inside.feed()["dataset"]
            if record["identifier"] in (first["identifier"], second["identifier"])
            } == {series["identifier"]}  # fmt: skip
    inside.act("package_patch", id=first["id"], series="")
    assert published_series(inside, word)
    inside.act("package_patch", id=second["id"], private=True)
    assert published_series(inside, word) is None
    (told,) = sql(
        "SELECT reason FROM independence_feed_withdrawal WHERE kind = 'series' AND key = :word",
        word=word,
    )
    assert told["reason"] == "no members"


def test_a_series_stays_in_its_departments_own_feed_when_others_join_it(inside: Inside) -> None:
    word = f"lamps-{uuid4().hex[:8]}"
    first = inside.dataset(series=word)
    series = published_series(inside, word)
    assert series
    inside.dataset(series=word, owner_org="fire")
    assert standing_in(inside, series) == {DEPARTMENT}
    inside.act("package_patch", id=first["id"], series="")
    assert standing_in(inside, series) == {"fire"}


def standing_in(inside: Inside, record: dict[str, Any]) -> set[str]:
    """Return the departments in whose own feed a record stands."""
    inside.feed()
    return {
        name
        for name in (DEPARTMENT, "fire")
        if record["identifier"]
        in [one["identifier"] for one in inside.feed(f"data/{name}.json")["dataset"]]
    }


def published_series(inside: Inside, word: str) -> dict[str, Any] | None:
    title = word.replace("-", " ").capitalize()
    found = inside.feed("dcat-us/3.0.json").get("datasetSeries", [])
    return next((dict(one) for one in found if one["title"] == title), None)


def test_a_series_keeps_the_identifier_that_it_had_before(inside: Inside) -> None:
    from ckan import model
    from ckanext.independence.feed import series

    word, identifier = f"lamps-{uuid4().hex[:8]}", f"https://old.example.gov/{uuid4().hex}"
    dataset = inside.dataset(series=word)
    series.adopt(word, identifier)
    model.Session.commit()
    from ckanext.independence.feed import stale

    stale.owe_when_stale()
    inside.work()
    published = published_series(inside, word)
    assert published and published["identifier"] == identifier
    assert {json.loads(row["body"])["isPartOf"] for row in rows(dataset)} == {identifier}


def test_another_mapping_or_site_renders_all_records_anew(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan import model
    from ckanext.independence.feed import records, stale

    dataset = inside.dataset()
    reconcile()
    before = {row["dialect"] for row in rows(dataset)}
    stale.owe_when_stale()
    assert not sql("SELECT 1 FROM independence_catalog_owed WHERE kind = 'feed-stale'")
    monkeypatch.setattr(records, "EDITION", records.EDITION + 1)
    monkeypatch.setattr(stale, "BATCH", 3)
    stale.owe_when_stale()
    model.Session.remove()
    inside.work()
    after = sql("SELECT DISTINCT dialect FROM independence_feed_record WHERE standing = 'listed'")
    assert len(after) == 1
    assert {after[0]["dialect"]} != before
    assert not sql("SELECT 1 FROM independence_catalog_owed WHERE kind = 'feed-stale'")


def test_one_data_set_that_cannot_be_rendered_holds_up_no_other(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import dcat_us_1_1

    broken, other = inside.dataset(), inside.dataset()
    sql(
        "UPDATE package SET title = 'By hand ' || title WHERE id IN (:a, :b)",
        a=broken["id"],
        b=other["id"],
    )
    mapping = dcat_us_1_1.dataset

    def sometimes(source: Any, site: Any) -> Any:
        if source["id"] == broken["id"]:
            raise RuntimeError("the mapping is broken")
        return mapping(source, site)

    with monkeypatch.context() as patch:
        patch.setattr(dcat_us_1_1, "dataset", sometimes)
        assert reconcile()["differing"] == [other["identifier"]]
    inside.work()
    assert {row["title"] for row in rows(broken)} == {f"By hand {broken['title']}"}


def test_an_api_stays_while_its_file_is_public(inside: Inside) -> None:
    dataset = inside.dataset()
    file = inside.upload("lamps.csv", b"lamp,height\n1,3.5\n2,4.5\n", package_id=dataset["id"])
    assert [row["key"] for row in rows(dataset) if row["kind"] == "service"] == [file["id"]]
    inside.upload("lamps.csv", b"\x00\x01 this is no table", id=file["id"])
    assert [row["standing"] for row in rows(dataset) if row["kind"] == "service"] == ["listed"]
    assert services(inside, file)
    inside.act("resource_delete", id=file["id"])
    inside.work()
    assert not services(inside, file)


def services(inside: Inside, file: dict[str, Any]) -> list[str]:
    found = inside.feed("dcat-us/3.0.json").get("service", [])
    return [one["identifier"] for one in found if file["id"] in str(one["endpointURL"])]


def test_data_that_is_not_public_is_listed_by_its_level_and_without_files(inside: Inside) -> None:
    entry = inside.dataset(access_level="restricted public", access_rationale="Names of people.")
    (first, _) = rows(entry)
    assert json.loads(first["body"])["accessLevel"] == "restricted public"
    with inside.settings({"ckanext.independence.feed.access_levels": "public"}):
        from ckanext.independence.feed import stale

        stale.owe_when_stale()
        inside.work()
        assert withdrawals(entry) == [("not listed", "")]
        hidden = inside.dataset(access_level="non-public", access_rationale="Names of people.")
        assert rows(hidden) == []
    stale.owe_when_stale()
    inside.work()
    assert standings(entry) == {"listed"}
    assert standings(hidden) == {"listed"}


def test_what_was_harvested_from_elsewhere_is_left_to_its_own_catalog(inside: Inside) -> None:
    theirs, ours = inside.dataset(), inside.dataset()
    from ckanext.independence.feed import listing

    sql("CREATE TABLE harvest_object (package_id text, current boolean)")
    listing.has_harvests.cache_clear()
    try:
        sql("INSERT INTO harvest_object VALUES (:id, true)", id=theirs["id"])
        reconcile()
        assert standings(theirs) == {"withdrawn"}
        assert withdrawals(theirs) == [("not listed", "")]
        assert standings(ours) == {"listed"}
    finally:
        sql("DROP TABLE harvest_object")
        listing.has_harvests.cache_clear()


def test_a_purge_that_is_refused_withdraws_nothing(inside: Inside) -> None:
    import ckan.plugins.toolkit as tk

    dataset = inside.dataset()
    inside.act("user_create", name="lamp-visitor", email="v@example.gov", password=uuid4().hex)
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("dataset_purge")({"user": "lamp-visitor"}, {"id": dataset["id"]})
    assert standings(dataset) == {"listed"}


def test_a_department_that_is_purged_takes_its_data_sets_along_with_a_word(inside: Inside) -> None:
    import ckan.plugins.toolkit as tk

    name = f"lamps-{uuid4().hex[:8]}"
    inside.act("organization_create", name=name, title="Lamps")
    datasets = [inside.dataset(owner_org=name) for _ in range(3)]
    assert all(in_feed(inside, one) for one in datasets)
    with pytest.raises(tk.ValidationError):
        inside.act("organization_purge", id=name)
    assert [standings(one) for one in datasets] == [{"listed"}] * 3
    for one in datasets[:2]:
        inside.act("dataset_purge", id=one["id"])
    inside.act("package_delete", id=datasets[2]["id"])
    inside.act("organization_purge", id=name)
    inside.work()
    assert [withdrawals(one) for one in datasets] == [
        [("purged", "admin")],
        [("purged", "admin")],
        [("deleted", "admin")],
    ]
    assert [in_feed(inside, one) for one in datasets] == [None] * 3


def test_a_draft_from_the_feed_before_ours_leaves_it_when_it_is_deleted(inside: Inside) -> None:
    identifier = f"https://old.example.gov/{uuid4().hex}"
    draft = inside.dataset(identifier=identifier, private=True)
    sql(
        "INSERT INTO independence_feed_baseline"
        " (language, section, identifier, title, body, source)"
        " VALUES ('1.1', 'dataset', :identifier, 'Old lamps', :body, 'test')",
        identifier=identifier,
        body=json.dumps({"identifier": identifier, "title": "Old lamps"}),
    )
    assert in_feed(inside, draft)
    inside.act("package_patch", id=draft["id"], title="New lamps")
    assert withdrawals(draft) == []
    inside.act("package_delete", id=draft["id"])
    assert withdrawals(draft) == [("deleted", "admin")]
    assert in_feed(inside, draft) is None


def test_half_the_catalog_that_is_hidden_at_once_stays_in_the_feed_as_it_was(
    inside: Inside,
) -> None:
    name = f"lamps-{uuid4().hex[:8]}"
    department = inside.act("organization_create", name=name, title="Lamps")
    datasets = [inside.dataset(owner_org=name) for _ in range(5)]
    before = [in_feed(inside, one) for one in datasets]
    assert all(before)
    names = ("hold_least", "hold_most")
    with inside.settings({f"ckanext.independence.feed.{name}": 3 for name in names}):
        ids = [one["id"] for one in datasets]
        inside.act("bulk_update_private", datasets=ids, org_id=department["id"])
        inside.act("package_patch", id=ids[0], title="A draft again", notes="Not for you.")
        assert [withdrawals(one) for one in datasets] == [[("hidden", "admin")]] * 5
        assert [in_feed(inside, one) for one in datasets] == before
        inside.act("bulk_update_public", datasets=ids[1:], org_id=department["id"])
        assert [in_feed(inside, one) for one in datasets[1:]] == before[1:]
    assert [withdrawals(one) for one in datasets[1:]] == [[]] * 4


def test_what_is_valid_in_one_language_only_is_withdrawn_from_that(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.feed import records
    from ckanext.independence.feed.gate import Problem

    check = records.gate.check
    with monkeypatch.context() as patch:
        patch.setattr(
            records.gate,
            "check",
            lambda record, language, kind="dataset": (
                check(record, language, kind)
                + ([Problem((), "is not as it should be")] if language == "3.0" else [])
            ),
        )
        dataset = inside.dataset()
    assert [bool(row["body"]) for row in rows(dataset)] == [True, False]
    assert in_feed(inside, dataset)
    inside.act("package_patch", id=dataset["id"], private=True)
    assert withdrawals(dataset) == [("hidden", "admin")]
    assert in_feed(inside, dataset) is None


def test_the_commands_say_what_differed_and_what_they_took_out(inside: Inside) -> None:
    from ckan import model
    from ckanext.independence.feed.cli import feed
    from click.testing import CliRunner

    def run(*words: str) -> str:
        done = CliRunner().invoke(feed, words, catch_exceptions=False)
        model.Session.remove()
        assert done.exit_code == 0
        return done.output

    dataset = inside.dataset()
    run("rebuild")
    sql("UPDATE package SET title = 'By hand' WHERE id = :id", id=dataset["id"])
    assert f"differing: {dataset['identifier']}" in run("reconcile")
    assert "nothing differed" in run("rebuild")
    inside.feed()
    inside.act("dataset_purge", id=dataset["id"])
    assert dataset["identifier"] in run("redact", "--yes", dataset["identifier"])
    assert in_feed(inside, dataset) is None


def test_a_save_while_its_record_is_compared_is_not_undone_by_it(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan import model
    from ckanext.independence.feed import reconciler, records

    dataset = inside.dataset()
    sql("UPDATE package SET title = 'By hand' WHERE id = :id", id=dataset["id"])
    keep, read, saved = records.keep, threading.Event(), threading.Event()

    def late(now: Any, *more: Any) -> None:
        if not read.is_set() and any(one["package_id"] == dataset["id"] for one in now):
            read.set()
            saved.wait(0.5)
        keep(now, *more)

    def compare() -> None:
        reconciler.reconcile()
        model.Session.remove()

    monkeypatch.setattr(records, "keep", late)
    with ThreadPoolExecutor(1) as pool:
        comparing = pool.submit(compare)
        assert read.wait(60)
        inside.act("package_patch", id=dataset["id"], title="By a steward")
        saved.set()
        comparing.result()
    assert {row["title"] for row in rows(dataset)} == {"By a steward"}
    assert not any(reconcile().values())


def test_a_redaction_leaves_no_text_anywhere_and_the_data_set_out_until_it_is_saved(
    inside: Inside,
) -> None:
    from ckanext.independence.feed import hourly, publisher

    marker = f"Jane-{uuid4().hex}"
    dataset = inside.dataset(title=f"Lamps of {marker}", series=f"s-{uuid4().hex[:8]}")
    inside.feed()
    hourly.publish_rdf("", None)
    hourly.pack("", None)
    inside.act("package_patch", id=dataset["id"], notes=f"Ask {marker}.")
    inside.feed()
    inside.act("package_patch", id=dataset["id"], title="Lamps", notes="Every lamp in the city.")
    done = inside.act("independence_feed_record_redact", id=dataset["id"], note="A name.")
    assert dataset["identifier"] in done["identifiers"]
    assert done["snapshots"]
    inside.work()
    kept = [path for path in publisher.folder().rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if marker.encode() in path.read_bytes()] == []
    for table in ("record", "withdrawal", "snapshot", "change", "baseline"):
        query = f"SELECT count(*) AS n FROM independence_feed_{table} t WHERE t::text LIKE :m"  # noqa: S608
        assert sql(query, m=f"%{marker}%")[0]["n"] == 0, table
    told = sql("SELECT count(*) AS n FROM activity WHERE data::text LIKE :m", m=f"%{marker}%")
    assert told[0]["n"] == 0
    page = inside.act("package_activity_list", id=dataset["id"])
    assert page
    reconcile()
    assert in_feed(inside, dataset) is None
    inside.act("package_patch", id=dataset["id"], notes="Every lamp in this city.")
    published = in_feed(inside, dataset)
    assert published and published["title"] == "Lamps"


def test_made_anew_as_after_a_restore_the_feeds_are_the_same_bytes(inside: Inside) -> None:
    from ckan import model
    from ckanext.independence.feed import publisher

    saved = [inside.dataset(series="restored"), inside.dataset(temporal_start="2021-01-01")]
    inside.upload("lamps.csv", b"lamp,lit\nA,yes\nB,no\n", package_id=saved[0]["id"])
    inside.feed()
    current = publisher.folder() / "current"

    def lines() -> list[dict[str, str]]:
        """The records of each feed by their identifiers, as they are sent."""
        feeds = [
            json.loads((current / name).read_bytes()) for name in ("data.json", "dcat-us/3.0.json")
        ]
        return [
            {
                record["identifier"]: json.dumps(record)
                for array in ("dataset", "service", "datasetSeries")
                for record in feed.get(array, [])
            }
            for feed in feeds
        ]

    before = lines()
    assert all(one["identifier"] in feed for one in saved for feed in before)
    sql("DELETE FROM independence_feed_record")
    assert len(reconcile()["missing"]) >= len(saved)
    inside.work()
    publisher.publish()
    model.Session.remove()
    # Those of other tests may be of a mapping that was theirs alone.
    members = {one["identifier"] for one in saved}
    told = [row["identifier"] for row in rows(saved[0])]
    for now, then in zip(lines(), before, strict=True):
        assert now.keys() == then.keys()
        assert all(now[one] == then[one] for one in {*members, *told} & then.keys())
    assert rows(saved[0]) != []
