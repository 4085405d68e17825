"""Every field of a data set, through the API: what is right is taken, what is wrong is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import yaml
from embedded_ckan.project import find
from embedded_ckan.testing import AnySite, ApiError, RunningSite

SCHEMA = yaml.safe_load((find().root / "schemas/catalog/dataset.yaml").read_text("utf-8"))
FIELDS = {row["field_name"]: row for row in SCHEMA["dataset_fields"]}
FILE_FIELDS = {row["field_name"]: row for row in SCHEMA["resource_fields"]}
DEPARTMENT = "community-development"

# field, a wrong value, words of the message at that field
WRONG: list[tuple[str, Any, str]] = [
    ("title", "", "a title is needed"),
    ("title", "<b>Permits</b>", "holds HTML"),
    ("title", "x" * 501, "501 characters are too many"),
    ("title", "Permits\x00", "cannot be stored"),
    ("identifier", "urn:a\x00b", "cannot be stored"),
    ("goals", ["quality\x07"], "cannot be stored"),
    ("title", 7, "a title is needed"),
    ("name", "Not A Name", "small letters, digits and hyphens"),
    ("name", "a", "between 2 and 100"),
    ("name", "../../etc", "small letters, digits and hyphens"),
    ("name", "edit", "kept for the portal"),
    ("name", ["permits"], "an address is needed"),
    ("notes", "See <script>alert(1)</script>", "holds HTML (<script>)"),
    ("notes", '<img src=x onerror="a()">', "holds HTML"),
    ("tag_string", "permits, x", "between 2 and 100 characters"),
    ("tag_string", "permits; and/or", "may hold letters"),
    ("tag_string", ["permits"], "separated by commas"),
    ("themes", ["unheard-of"], "'unheard-of' is not one of"),
    ("themes", "development,finance", "is not one of"),
    ("themes", {"a": 1}, "must be a list"),
    ("owner_org", "", "choose the department"),
    ("owner_org", "no-such-office", "is no department"),
    ("steward_name", "<b>Desk</b>", "holds HTML"),
    ("steward_email", "permits", "is no e-mail address"),
    ("steward_email", "permits@cityhall", "is no e-mail address"),
    ("steward_email", "mailto:permits@example.gov", "is no e-mail address"),
    ("steward_email", "a@example.gov, b@example.gov", "is no e-mail address"),
    ("steward_phone", "call us", "is no telephone number"),
    ("update_frequency", "monthly", "is not one of"),
    ("update_frequency", ["R/P1M"], "is not one of"),
    ("keeps", "the newest", "is not one of"),
    ("data_modified", "14.09.2026", "is not a date"),
    ("data_modified", "2026-02-30", "is not a date"),
    ("data_modified", "2999-01-01", "cannot be right"),
    ("data_modified", "2199-12-31", "has not come yet"),
    ("issued", "soon", "is not a date"),
    ("issued", 2026, "is not a date"),
    ("last_reviewed", "2199-12-31", "has not come yet"),
    ("temporal_start", "2026", "is not a date"),
    ("temporal_end", "2026-13-01", "is not a date"),
    ("spatial_places", ["the-moon"], "is not one of"),
    ("spatial_bbox", "here", "must be four numbers"),
    ("spatial_bbox", "-94.5,39.0,-94.2", "must be four numbers"),
    ("spatial_bbox", "-94.2,39.0,-94.5,39.1", "west must be less than east"),
    ("spatial_bbox", "39.0,-94.5,39.1,-94.2", "between -90 and 90"),
    ("spatial_bbox", "nan,nan,nan,nan", "between -180 and 180"),
    ("spatial_bbox", ["-94.5", "", "", ""], "all four"),
    ("unit_of_record", "row", "is not one of"),
    ("subject_sensitivity", ["secrets"], "is not one of"),
    ("access_level", "open", "is not one of"),
    ("access_rationale", "<i>none</i>", "holds HTML"),
    ("access_legal_basis", "<a href=x>RSMo</a>", "holds HTML"),
    ("withheld_reason", "<br>", "holds HTML"),
    ("planned_release_date", "next spring", "is not a date"),
    ("license_id", "public-domain", "is not in the city's list"),
    ("license_id", ["cc-zero"], "is not in the city's list"),
    ("privacy_reviewer", "<b>me</b>", "holds HTML"),
    ("privacy_review_date", "2199-12-31", "has not come yet"),
    ("privacy_review_outcome", "fine", "is not one of"),
    ("withdrawal_reason", "because", "is not one of"),
    ("goals", ["world-peace"], "is not one of"),
    ("collection_method", "<p>By hand</p>", "holds HTML"),
    ("known_limits", "<!-- none -->", "holds HTML"),
    ("source_system", "<b>Tyler</b>", "holds HTML"),
    ("citation", "<cite>us</cite>", "holds HTML"),
    ("series", "Adopted Budget", "small letters"),
    ("landing_page", "www.example.gov", "must begin with http://"),
    ("landing_page", "javascript:alert(1)", "must begin with http://"),
    ("landing_page", "http://localhost/admin", "localhost"),
    ("landing_page", "http://169.254.169.254/latest", "not on the public internet"),
    ("dictionary_url", "https://user:secret@example.gov/", "user name or a password"),
    ("references", ["https://example.gov/a", "ftp:/x"], "line 2"),
    ("references", "http://10.0.0.1/x", "not on the public internet"),
    ("references", {"a": 1}, "one a line"),
    ("source_catalog", "data.json", "must begin with http://"),
    ("identifier", 7, "must be a text"),
    ("identifier", "x" * 2001, "2001 characters are too many"),
]
WRONG_FILES: list[tuple[str, Any, str]] = [
    ("url", "", "choose a file, or give a link"),
    ("url", None, "choose a file, or give a link"),
    ("url", "permits.csv", "must begin with http://"),
    ("url", "http://127.0.0.1:8983/solr", "not on the public internet"),
    ("url", "http://[::1]/x.csv", "not on the public internet"),
    ("url", "file:///etc/passwd", "must begin with http://"),
    ("url", "https://example.gov/a b.csv", "blank"),
    ("name", "<b>Permits</b>", "holds HTML"),
    ("description", "<script>x</script>", "holds HTML"),
]


def _id(value: Any) -> str:
    return repr(value)[:40].replace("/", "_") if not isinstance(value, str) else value[:40]


@pytest.fixture
def values() -> dict[str, Any]:
    """What a draft needs, and no more."""
    return {
        "name": f"fields-{uuid4().hex[:12]}",
        "title": "A data set to try",
        "owner_org": DEPARTMENT,
    }


@pytest.fixture
def purge(site: RunningSite) -> Iterator[list[str]]:
    """Names of data sets that go after the test."""
    names: list[str] = []
    yield names
    for name in names:
        site.api("dataset_purge", token=site.admin_token, id=name)


def nothing_was_saved(site: AnySite, name: str) -> bool:
    """Tell whether a data set of this name is unknown, even to a sysadmin."""
    with pytest.raises(ApiError) as unknown:
        site.api("package_show", token=site.admin_token, id=name)
    return unknown.value.status == 404


@pytest.mark.parametrize(("field", "wrong", "words"), WRONG, ids=_id)
def test_a_wrong_value_is_named_at_its_field(
    site: RunningSite, values: dict[str, Any], field: str, wrong: Any, words: str
) -> None:
    name = values["name"]
    with pytest.raises(ApiError) as refused:
        site.api("package_create", token=site.admin_token, **(values | {field: wrong}))
    assert refused.value.status == 409
    message = refused.value.error[field][0]
    assert words in message
    # A field is called by its name, and a right value stands beside the wrong one.
    assert message.startswith(f"{FIELDS[field]['label']}: ")
    if "cannot be stored" not in message:
        assert message.endswith(f"For example: {FIELDS[field]['example']}")
    assert set(refused.value.error) - {"__type", "private"} == {field}
    assert nothing_was_saved(site, name)


@pytest.mark.parametrize(("field", "wrong", "words"), WRONG_FILES, ids=_id)
def test_a_wrong_value_of_a_file_is_named_at_its_field(
    site: RunningSite, values: dict[str, Any], field: str, wrong: Any, words: str
) -> None:
    file = {"name": "Permits", "url": "https://www.example.gov/permits.csv"} | {field: wrong}
    if wrong is None:
        del file[field]
    with pytest.raises(ApiError) as refused:
        site.api("package_create", token=site.admin_token, **values, resources=[file])
    message = refused.value.error["resources"][0][field][0]
    assert words in message
    assert message.startswith(f"{FILE_FIELDS[field]['label']}: ")
    assert nothing_was_saved(site, values["name"])


def test_every_fields_example_is_right_and_comes_back_as_it_was_given(
    site: RunningSite, values: dict[str, Any], purge: list[str]
) -> None:
    given = {
        name: [row["example"]] if _is_list(row) else row["example"]
        for name, row in FIELDS.items()
        if name not in ("name", "withdrawal_reason", "withdrawal_note", "next_update_due")
    }
    file = {name: row["example"] for name, row in FILE_FIELDS.items()}
    assert set(given) | {"name", "withdrawal_reason", "withdrawal_note", "next_update_due"} == set(
        FIELDS
    ), "every field has an example"
    made = site.api(
        "package_create",
        token=site.admin_token,
        **(values | given),
        resources=[file],
        private=True,
    )
    purge.append(made["name"])
    shown = site.api("package_show", token=site.admin_token, id=made["id"])
    department = site.api("organization_show", id=DEPARTMENT)
    keywords = ", ".join(sorted(tag["name"] for tag in shown["tags"]))
    assert keywords == ", ".join(sorted(given.pop("tag_string").split(", ")))
    assert shown["owner_org"] == department["id"] and given.pop("owner_org") == DEPARTMENT
    box = [float(side) for side in shown["spatial_bbox"].split(",")]
    assert box == [float(side) for side in given.pop("spatial_bbox").split(",")]
    assert {name: shown[name] for name in given} == given
    assert {name: shown["resources"][0][name] for name in file} == file
    assert shown["next_update_due"] == FIELDS["next_update_due"]["example"]


def _is_list(row: dict[str, Any]) -> bool:
    return row.get("preset") == "independence_choices" or row["field_name"] == "references"


def test_a_period_that_runs_backwards_is_refused_at_its_end(
    site: RunningSite, values: dict[str, Any]
) -> None:
    with pytest.raises(ApiError) as refused:
        site.api(
            "package_create",
            token=site.admin_token,
            **values,
            temporal_start="2026-01-01",
            temporal_end="2025-12-31",
        )
    assert "earlier than 2026-01-01" in refused.value.error["temporal_end"][0]
    assert nothing_was_saved(site, values["name"])


def test_what_a_data_set_has_already_may_stay_when_the_city_drops_it(
    site: RunningSite, values: dict[str, Any], purge: list[str]
) -> None:
    made = site.api("package_create", token=site.admin_token, **values, themes=["parks"])
    purge.append(made["name"])
    connection = site.postgres.connect("ckan")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE package SET extras = jsonb_set(extras, '{themes}', to_jsonb(%s::text))"
            " WHERE id = %s",
            ('["zeppelins"]', made["id"]),
        )
    connection.commit()
    connection.close()
    # As a form sends it: with every value that it showed.
    changed = site.api(
        "package_patch", token=site.admin_token, id=made["id"], themes=["zeppelins", "finance"]
    )
    assert changed["themes"] == ["finance", "zeppelins"]
    with pytest.raises(ApiError) as refused:
        site.api("package_patch", token=site.admin_token, id=made["id"], themes=["airships"])
    assert "'airships' is not one of" in refused.value.error["themes"][0]


def test_an_identifier_is_made_once_and_never_changes(
    site: RunningSite, values: dict[str, Any], purge: list[str]
) -> None:
    made = site.api("package_create", token=site.admin_token, **values)
    purge.append(made["name"])
    assert made["identifier"].startswith("urn:uuid:")
    with pytest.raises(ApiError) as refused:
        site.api(
            "package_patch", token=site.admin_token, id=made["id"], identifier="urn:uuid:another"
        )
    assert "cannot change" in refused.value.error["identifier"][0]
    kept = site.api("package_patch", token=site.admin_token, id=made["id"], title="Another title")
    assert kept["identifier"] == made["identifier"]
    with pytest.raises(ApiError) as taken:
        site.api(
            "package_create",
            token=site.admin_token,
            **(values | {"name": values["name"] + "-b", "identifier": made["identifier"]}),
        )
    assert made["name"] in taken.value.error["identifier"][0]


def test_an_address_that_is_taken_is_refused_and_one_from_the_title_is_not(
    site: RunningSite, values: dict[str, Any], purge: list[str]
) -> None:
    first = site.api("package_create", token=site.admin_token, **values)
    purge.append(first["name"])
    with pytest.raises(ApiError) as refused:
        site.api("package_create", token=site.admin_token, **values)
    assert "is taken" in refused.value.error["name"][0]
    title = f"Same title {uuid4().hex[:8]}"
    for _ in range(2):
        made = site.api("package_create", token=site.admin_token, title=title, owner_org=DEPARTMENT)
        purge.append(made["name"])
    assert purge[-1] == f"{purge[-2]}-2"


@pytest.mark.parametrize(
    "odd",
    [None, 7, -1.5, True, [], {}, [None], [{}], [["a"]], [{"a": [1]}], {"a": {"b": 1}}, "\n", "é"],
    ids=repr,
)
def test_whatever_a_program_sends_is_answered_in_words(
    site: RunningSite, values: dict[str, Any], purge: list[str], odd: Any
) -> None:
    everything = dict.fromkeys([*FIELDS, "private", "tags", "resources", "extras", "state"], odd)
    files = [dict.fromkeys([*FILE_FIELDS, "url_type", "hash", "size"], odd)]
    for sent in (everything, values | dict.fromkeys(set(FIELDS) - set(values), odd)):
        for resources in ({}, {"resources": files}):
            try:
                made = site.api("package_create", token=site.admin_token, **(sent | resources))
                purge.append(made["name"])
            except ApiError as refused:
                assert refused.status in (400, 409), refused
