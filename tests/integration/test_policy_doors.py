"""What the law protects comes in by no door: it is planted at each, and looked for everywhere.

The last test looks into databases, search, logs and pages, after all the others have planted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.integration import leaking
from tests.integration.inside import DEPARTMENT, Inside

HELD = "Social Security numbers"
ENFORCED = {"ckanext.independence.policy.highest_mode": "enforce"}
REVIEWED: dict[str, Any] = {
    "license_id": "cc-zero",
    "privacy_reviewer": "Open data coordinator",
    "privacy_review_date": (dt.date.today() - dt.timedelta(days=30)).isoformat(),
    "privacy_review_outcome": "no-personal-information",
}


@pytest.fixture(scope="module", autouse=True)
def enforced(inside: Inside) -> Iterator[None]:
    """The policy as it ships: blockers stop what they are about."""
    with inside.settings(ENFORCED):
        yield


class Log(logging.Handler):
    """All that is logged from INFO on."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line with its traceback."""
        self.lines.append(logging.Formatter().format(record))


@pytest.fixture(scope="module")
def log(enforced: None) -> Iterator[Log]:
    """What is logged while the tests of this module run."""
    kept = Log()
    logging.getLogger().addHandler(kept)
    logging.getLogger("ckanext").addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)
    logging.getLogger("ckanext").removeHandler(kept)


class Planting:
    """What was planted so far, and a public data set to plant in."""

    def __init__(self, inside: Inside) -> None:
        """Nothing is planted yet."""
        self.inside = inside
        self.planted: dict[str, dict[str, Any]] = {}
        self._public: tuple[dict[str, Any], dict[str, Any]] | None = None

    def draft(self, **values: Any) -> dict[str, Any]:
        """Make a data set that lacks nothing but a file."""
        return self.inside.dataset(**({"private": True} | REVIEWED | values))

    def public(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a data set that is public with a good file, and the file."""
        if self._public is not None:
            return self._public
        made = self.draft()
        file = self.inside.upload("cases.csv", leaking.CLEAN, package_id=made["id"])
        self.inside.act("package_patch", id=made["id"], private=False)
        assert not self.inside.act("package_show", id=made["id"])["private"]
        self._public = made, file
        return self._public

    def nobody_gets_it(self, dataset: dict[str, Any], resource_id: str) -> None:
        """Ask for it as somebody without an account, before the work is done and after."""
        self.planted[resource_id] = dataset
        for when in ("before the job", "after it"):
            addresses = leaking.ways(dataset, resource_id, self.versions(resource_id))
            found = [one for one in addresses if leaking.holds(self.inside.client.get(one).data)]
            assert not found, f"{when}: {found}"
            self.inside.work()

    def versions(self, resource_id: str) -> list[int]:
        """Return the numbers of all versions of a file, held ones too."""
        from ckan import model
        from ckanext.independence.catalog.model import Version

        rows = model.Session.query(Version).filter_by(resource_id=resource_id)
        numbers = [row.id for row in rows]
        model.Session.remove()
        return numbers

    def state(self, resource_id: str) -> dict[str, Any]:
        """Return how far a file has come, as its steward sees it."""
        shown: dict[str, Any] = self.inside.act("independence_content_state_show", id=resource_id)
        return shown


@pytest.fixture(scope="module")
def ground(inside: Inside, log: Log) -> Planting:
    """A place to plant in."""
    return Planting(inside)


@pytest.fixture
def refused() -> type[Exception]:
    """How CKAN refuses."""
    import ckan.plugins.toolkit as tk

    error: type[Exception] = tk.ValidationError
    return error


def upload(content: bytes, name: str = "cases.csv") -> Any:
    from werkzeug.datastructures import FileStorage

    return FileStorage(io.BytesIO(content), filename=name)


# ---- A draft that is asked to be public -----------------------------------------------------


def _patch(inside: Inside, d: dict[str, Any]) -> Any:
    return inside.act("package_patch", id=d["id"], private=False)


def _update(inside: Inside, d: dict[str, Any]) -> Any:
    return inside.act(
        "package_update", **(inside.act("package_show", id=d["id"]) | {"private": False})
    )


def _revise(inside: Inside, d: dict[str, Any]) -> Any:
    return inside.act("package_revise", match={"id": d["id"]}, update={"private": False})


def _bulk(inside: Inside, d: dict[str, Any]) -> Any:
    return inside.act("bulk_update_public", datasets=[d["id"]], org_id=d["owner_org"])


ASKING: dict[str, Callable[[Inside, dict[str, Any]], Any]] = {
    "patch": _patch,
    "update": _update,
    "revise": _revise,
    "bulk": _bulk,
}


@pytest.mark.parametrize(("door", "file"), [*zip(ASKING, leaking.FILES, strict=True)])
def test_what_is_asked_to_be_public_waits_and_a_planted_file_keeps_it_private(
    ground: Planting, inside: Inside, door: str, file: str, refused: type[Exception]
) -> None:
    made = ground.draft()
    resource = inside.upload(file, leaking.FILES[file](), package_id=made["id"], looked_into=False)
    ASKING[door](inside, made)
    shown = inside.act("package_show", id=made["id"])
    assert shown["private"] and shown["publish_requested"]
    ground.nobody_gets_it(made, resource["id"])
    state = ground.state(resource["id"])
    assert state["status"] == "held" and HELD in state["message"], state
    assert inside.act("package_show", id=made["id"])["private"]
    # Asked again, the answer says why.
    with pytest.raises(refused) as said:
        ASKING[door](inside, made)
    assert HELD in str(said.value)


def test_a_data_set_is_published_by_itself_when_its_file_is_mended(
    ground: Planting, inside: Inside
) -> None:
    made = ground.draft()
    resource = inside.upload("a.csv", leaking.csv(), package_id=made["id"], looked_into=False)
    _patch(inside, made)
    ground.nobody_gets_it(made, resource["id"])
    inside.upload("a.csv", leaking.CLEAN, id=resource["id"])
    shown = inside.act("package_show", id=made["id"])
    assert not shown["private"] and not shown.get("publish_requested")
    assert any(one["title"] == made["title"] for one in inside.feed()["dataset"])
    ground.nobody_gets_it(made, resource["id"])


def test_waiting_can_be_taken_back(ground: Planting, inside: Inside) -> None:
    made = ground.draft()
    inside.upload("a.csv", leaking.CLEAN, package_id=made["id"], looked_into=False)
    _patch(inside, made)
    inside.act("independence_policy_publication_cancel", id=made["id"])
    inside.work()
    shown = inside.act("package_show", id=made["id"])
    assert shown["private"] and not shown.get("publish_requested")


def test_a_data_set_that_is_made_public_with_its_file_waits(
    ground: Planting, inside: Inside
) -> None:
    made = inside.dataset(
        resources=[{"name": "Cases", "upload": upload(leaking.csv())}], **REVIEWED
    )
    assert made["private"]
    ground.nobody_gets_it(made, made["resources"][0]["id"])
    assert inside.act("package_show", id=made["id"])["private"]


# ---- What is public -------------------------------------------------------------------------


@pytest.mark.parametrize("file", leaking.FILES)
def test_a_replacement_is_held_and_the_last_good_file_stays(
    ground: Planting, inside: Inside, file: str
) -> None:
    made, resource = ground.public()
    action = "resource_update" if file == "cases.csv" else "resource_patch"
    inside.act(action, id=resource["id"], upload=upload(leaking.FILES[file](), file))
    ground.nobody_gets_it(made, resource["id"])
    shown = inside.act("package_show", id=made["id"])
    assert not shown["private"]
    assert shown["resources"][0]["hash"] == hashlib.sha256(leaking.CLEAN).hexdigest()
    assert inside.client.get(f"/dataset/{made['id']}/resource/{resource['id']}/download").data == (
        leaking.CLEAN
    )
    assert HELD in ground.state(resource["id"])["message"]


def test_a_new_file_of_public_data_is_held(ground: Planting, inside: Inside) -> None:
    made, _ = ground.public()
    new = inside.act(
        "resource_create", package_id=made["id"], name="More", upload=upload(leaking.csv())
    )
    ground.nobody_gets_it(made, new["id"])
    assert ground.state(new["id"])["status"] == "held"


def test_rows_that_a_program_sends_are_refused(
    ground: Planting, inside: Inside, refused: type[Exception]
) -> None:
    made = ground.draft()
    resource = inside.act(
        "resource_create", package_id=made["id"], name="Rows", url="https://rows.example.invalid/"
    )
    fields = [{"id": "case", "type": "text"}, {"id": "ssn", "type": "text"}]
    inside.act("independence_content_stream_declare", id=resource["id"], fields=fields)
    inside.work()
    _patch(inside, made)
    inside.work()
    for column in ("ssn", "case"):
        with pytest.raises(refused) as said:
            inside.act(
                "datastore_upsert",
                resource_id=resource["id"],
                method="insert",
                records=[{column: f"SSN {one}"} for one in leaking.NUMBERS],
            )
        assert HELD in str(said.value) and not leaking.holds(str(said.value).encode())
    ground.nobody_gets_it(made, resource["id"])


@pytest.mark.parametrize("field", ["title", "notes", "tag_string", "known_limits", "file"])
def test_no_text_of_public_data_takes_a_number(
    ground: Planting, inside: Inside, field: str, refused: type[Exception]
) -> None:
    made, resource = ground.public()
    text = f"Social Security number {leaking.NUMBERS[0]}"
    with pytest.raises(refused) as said:
        if field == "file":
            inside.act("resource_patch", id=resource["id"], description=text)
        else:
            inside.act("package_patch", id=made["id"], **{field: text})
    assert HELD in str(said.value) and not leaking.holds(str(said.value).encode())
    ground.nobody_gets_it(made, resource["id"])


def test_no_word_about_columns_versions_or_charts_takes_a_number(
    ground: Planting, inside: Inside, refused: type[Exception]
) -> None:
    made, resource = ground.public()
    text = f"Social Security number {leaking.NUMBERS[0]}"
    version = ground.state(resource["id"])["served_version"]
    sent: dict[str, dict[str, Any]] = {
        "independence_content_dictionary_update": {
            "id": resource["id"], "columns": [{"name": "kind", "description": text}],
        },
        "independence_content_version_note": {"version_id": version, "note": text},
        "independence_content_chart_update": {
            "id": resource["id"], "chart": {"kind": "bar", "x": "kind", "title": text},
        },
        "independence_policy_version_withdraw": {"id": resource["id"], "note": text},
    }  # fmt: skip
    for action, values in sent.items():
        with pytest.raises(refused):
            inside.act(action, **values)
    ground.nobody_gets_it(made, resource["id"])


# ---- Links, loads, and what was there before ------------------------------------------------


@pytest.mark.parametrize("table", ["yes", "no"])
def test_a_link_in_place_of_an_upload_keeps_a_data_set_private(
    ground: Planting,
    inside: Inside,
    table: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ckanext.independence.catalog import fetch

    def fetched(url: str, sink: Any, **_: Any) -> str:
        sink.write(leaking.csv())
        return url

    monkeypatch.setattr(fetch, "fetch", fetched)
    made = ground.draft()
    link = inside.act(
        "resource_create", package_id=made["id"], name="Cases", table_from_link=table,
        url=f"https://{uuid4().hex}.example.org/cases.csv",
    )  # fmt: skip
    _patch(inside, made)
    ground.nobody_gets_it(made, link["id"])
    shown = inside.act("package_show", id=made["id"])
    assert shown["private"] and shown["publish_requested"]


def test_a_load_publishes_what_is_good_and_says_why_the_rest_is_a_draft(
    ground: Planting, inside: Inside, tmp_path: Path
) -> None:
    from ckan import model
    from ckanext.independence.catalog import loading

    word = uuid4().hex[:8]
    whole: dict[str, Any] = {
        "department": DEPARTMENT, "description": "One row for each case.", "keywords": ["cases"],
        "steward_name": "Desk", "steward_email": "desk@independencemo.example",
        "data_modified": "2026-09-14",
    }  # fmt: skip
    for name, content in {"good": leaking.CLEAN, "bad": leaking.csv()}.items():
        (tmp_path / f"{name}.csv").write_bytes(content)

    def one(name: str, file: str, **values: Any) -> dict[str, Any]:
        named = {"title": f"{name} {word}", "name": f"{name}-{word}"}
        return named | whole | {"resources": [{"name": "Cases", "path": f"{file}.csv"}]} | values

    import yaml

    path = tmp_path / "manifest.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "manifest": 1,
                "datasets": [
                    one("good", "good", **REVIEWED),
                    one("bad", "bad", **REVIEWED),
                    one("lacking", "good"),
                ],
            }
        )
    )

    def load(**options: Any) -> dict[str, Any]:
        catalog, name, url, beside = loading.open_catalog(str(path))
        wanted = loading.Options(source=name, url=url, **options)
        run = loading.Load(catalog, wanted, loading.site_user(), beside)
        for _ in run.run():
            pass
        model.Session.remove()
        told: dict[str, Any] = run.report.as_dict()
        inside.work()
        return told

    told = load()
    drafts = {row["name"]: row.get("draft") for row in told["records"]}
    assert not drafts[f"good-{word}"] and not drafts[f"bad-{word}"]
    assert "license" in str(drafts[f"lacking-{word}"]), str(told["records"])
    private = {
        name: inside.act("package_show", id=f"{name}-{word}")["private"]
        for name in ("good", "bad", "lacking")
    }
    assert private == {"good": False, "bad": True, "lacking": True}
    bad = inside.act("package_show", id=f"bad-{word}")
    ground.nobody_gets_it(bad, bad["resources"][0]["id"])
    assert load()["counts"]["changed"] == 0
    # Taken over as it is, it is public, and what it lacks is waived for a year.
    load(publish_as_is=True)
    lacking = inside.act("package_show", id=f"lacking-{word}")
    assert not lacking["private"]
    waived = inside.act("independence_policy_waiver_list", id=lacking["id"])
    assert {one["grounds"] for one in waived} == {"taken-over"}
    assert "public-domain" in {one["rule"] for one in waived}
    assert inside.act("package_show", id=bad["id"])["private"]


def test_what_is_found_in_public_data_is_taken_away_by_one_person_with_all_its_versions(
    ground: Planting, inside: Inside
) -> None:
    with inside.settings({"ckanext.independence.policy.highest_mode": "warn"}):
        made = ground.draft()
        resource = inside.upload("cases.csv", leaking.CLEAN, package_id=made["id"])
        for number in (1, 2):
            content = leaking.csv() + f"\nA-{number},\n".encode()
            resource = inside.upload("cases.csv", content, id=resource["id"])
        _patch(inside, made)
        inside.work()
    file = f"/dataset/{made['name']}/resource/{resource['id']}"
    assert leaking.holds(inside.client.get(f"{file}/download").data), "it was public before"
    told = inside.act("independence_policy_version_withdraw", id=resource["id"])
    assert len(told["versions"]) == 2 and told["serves"] and not told["dataset_withdrawn"]
    ground.nobody_gets_it(made, resource["id"])
    assert inside.client.get(f"{file}/download").data == leaking.CLEAN
    # Nobody brings one back by asking for an old version again.
    for version in told["versions"]:
        inside.act("independence_content_version_serve", version_id=version)
        ground.nobody_gets_it(made, resource["id"])
    assert inside.client.get(f"{file}/download").data == leaking.CLEAN


def test_without_a_good_version_the_data_set_is_withdrawn(ground: Planting, inside: Inside) -> None:
    with inside.settings({"ckanext.independence.policy.highest_mode": "warn"}):
        made = ground.draft()
        resource = inside.upload("cases.csv", leaking.csv(), package_id=made["id"])
        _patch(inside, made)
    told = inside.act("independence_policy_version_withdraw", id=resource["id"])
    assert told["dataset_withdrawn"] and told["serves"] is None
    shown = inside.act("package_show", id=made["id"])
    assert (shown["private"], shown["withdrawal_reason"]) == (True, "protected")
    ground.nobody_gets_it(made, resource["id"])


# ---- After all that -------------------------------------------------------------------------


def test_no_planted_number_is_in_a_database_a_log_the_search_or_on_a_page(
    ground: Planting, inside: Inside, log: Log
) -> None:
    from ckan import model
    from ckanext.datastore.backend.postgres import get_write_engine
    from ckanext.independence.catalog import files

    assert ground.planted, "the tests before have planted"
    inside.work()
    model.Session.remove()
    assert not leaking.in_databases([model.meta.engine, get_write_engine()])
    assert not leaking.in_search(inside)
    assert not [line for line in log.lines if leaking.holds(line.encode())]
    # The uploaded files alone hold them: private, and each under its own hash.
    kept = {hashlib.sha256(make()).hexdigest() for make in leaking.FILES.values()}
    folder = Path(files.storage().settings.path)
    left = [one for one in leaking.in_files(folder, kept) if not one.startswith("sha256/")]
    assert not left
    token = inside.act("api_token_create", user="admin", name=uuid4().hex)["token"]
    found = []
    for resource_id, dataset in ground.planted.items():
        numbers = ground.versions(resource_id)
        public = [(one, "") for one in leaking.addresses(dataset, resource_id, numbers)]
        own = [(one, token) for one in leaking.staff_addresses(dataset, resource_id)]
        for address, who in public + own:
            answer = inside.client.get(address, headers={"Authorization": who} if who else {})
            assert answer.status_code < 500, address
            if leaking.holds(answer.data):
                found.append(address)
    assert not found
    assert not leaking.holds(str(inside.feed()).encode())
