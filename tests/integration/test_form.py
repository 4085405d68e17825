"""The stewards' forms without scripts: what is offered, refused, kept and saved."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from embedded_ckan.testing import RunningSite

from tests import stewards
from tests.integration import leaking
from tests.loaded import wait_until_looked_into
from tests.stewards import COMPLETE, Office, Visitor

CSV = b"id,kind\n1,oak\n2,elm\n"


@pytest.fixture(scope="module")
def office(site: RunningSite) -> Iterator[Office]:
    """A department with an editor, for these tests."""
    with stewards.office(site) as made:
        yield made


@pytest.fixture(scope="module")
def editor(office: Office) -> Visitor:
    """Its editor, signed in."""
    return Visitor(office.site, office.editor)


@pytest.fixture(scope="module")
def stranger(office: Office) -> Visitor:
    """An editor of another department, signed in."""
    return Visitor(office.site, office.stranger)


def publish_values(**values: Any) -> dict[str, Any]:
    """What "Save and publish" sends of a complete form."""
    return {"save": "", "private": "false", **COMPLETE, **values}


def test_an_editor_is_offered_the_own_department_only(office: Office, editor: Visitor) -> None:
    page = editor.get("/dataset/new").text
    assert office.title in page
    assert f'<input type="hidden" name="owner_org" value="{office.id}">' in page
    assert "Police Department" not in page


def test_a_title_makes_a_private_active_draft_with_an_address_of_its_own(
    office: Office, editor: Visitor
) -> None:
    title = f"Trees planted {office.department}"
    answer = editor.post(
        "/dataset/new?return_to=/dataset/<NAME>/saved",
        save="",
        private="true",
        title=title,
        owner_org=office.id,
        name="",
    )
    name = title.lower().replace(" ", "-")
    # A file comes next.
    assert answer.url.endswith(f"/dataset/{name}/resource/new")
    assert "The draft is saved. Only your department sees it." in answer.text
    made = office.show(name)
    assert (made["private"], made["state"], made["title"]) == (True, "active", title)


def test_what_is_wrong_is_said_at_the_field_and_on_top_and_nothing_typed_is_lost(
    office: Office, editor: Visitor
) -> None:
    typed = {
        "title": "Trees & <b>shrubs</b>",
        "name": f"wrong-{office.department}",
        "notes": "Planted by 'hand' & \"machine\".",
        "tag_string": "trees, x",
        "steward_email": "trees@cityhall",
        "data_modified": "14.09.2026",
        "temporal_start": "2026-02-01",
        "temporal_end": "2026-01-01",
        "series": "Not A Series",
        "landing_page": "http://10.0.0.1/trees",
        "references": "https://example.gov/a\nhttp://localhost/b",
    }
    answer = editor.post(
        "/dataset/new",
        save="",
        private="true",
        owner_org=office.id,
        themes=["", "parks", "environment"],
        license_id="mine",
        spatial_bbox=["-94.4", "39.1", "-94.5", "39.2"],
        **typed,
    )
    errors = stewards.errors(answer.text)
    assert set(errors) == {
        *("title", "tag_string", "steward_email", "data_modified", "temporal_end"),
        *("series", "landing_page", "references", "license_id", "spatial_bbox"),
    }
    assert errors["data_modified"] == "'14.09.2026' is not a date. Write year, month and day."
    assert errors["temporal_end"].startswith("2026-01-01 is earlier than 2026-02-01")
    assert len(stewards.listed(answer.text)) == len(errors)
    held = stewards.fields(answer.text)
    assert {name: held[name] for name in typed} == typed
    for value in ("parks", "environment"):
        assert f'value="{value}" checked' in answer.text
    assert '<option value="mine" selected>' in answer.text
    for side in ("-94.4", "39.1", "-94.5", "39.2"):
        assert f'value="{side}"' in answer.text
    # A date input would show the wrong date as nothing.
    assert '<input type="text" class="short" inputmode="numeric" id="field-data_modified"' in (
        answer.text
    )
    assert "<b>shrubs</b>" not in answer.text
    assert "<title>Error: " in answer.text
    missing = office.site.api("package_search", q=f'name:"wrong-{office.department}"')
    assert missing["count"] == 0


def test_a_missing_department_is_one_problem_and_not_two(office: Office, stranger: Visitor) -> None:
    answer = stranger.post("/dataset/new", save="", private="true", title="Trees", owner_org="")
    assert stewards.listed(answer.text) == [
        "Department: Choose the department that is answerable for it."
    ]


def test_publishing_too_early_lists_what_is_missing_and_saves_nothing(
    office: Office, editor: Visitor
) -> None:
    answer = editor.post(
        "/dataset/new", save="", private="false", title="Too early", owner_org=office.id
    )
    assert set(stewards.errors(answer.text)) == {
        *("notes", "tag_string", "steward_name", "steward_email", "data_modified"),
        *("license_id", "privacy_reviewer", "privacy_review_date", "privacy_review_outcome"),
    }
    found = office.site.api(
        "package_search", token=office.site.admin_token, q="title:early", include_private=True
    )
    assert "Too early" not in [one["title"] for one in found["results"]]


def test_unticking_every_box_takes_the_values_away(office: Office, editor: Visitor) -> None:
    made = office.data_set(themes=["parks"], **COMPLETE)
    path = f"/dataset/edit/{made['name']}"
    editor.post(path, **publish_values(title="Trees", owner_org=office.id, themes=""))
    assert office.show(made["id"])["themes"] == []


def test_an_editor_can_neither_move_a_data_set_nor_change_its_identifier(
    office: Office, editor: Visitor
) -> None:
    made = office.data_set(**COMPLETE)
    path = f"/dataset/edit/{made['name']}"
    moved = editor.post(path, save="", title="Trees", owner_org=office.elsewhere, name=made["name"])
    assert "you may not publish in" in stewards.errors(moved.text)["owner_org"].lower()
    renamed = editor.post(
        path, save="", title="Trees", owner_org=office.id, identifier="urn:uuid:another"
    )
    assert "Cannot change" in stewards.errors(renamed.text)["identifier"]
    kept = office.show(made["id"])
    assert (kept["identifier"], kept["owner_org"]) == (made["identifier"], office.id)


def test_a_withdrawal_keeps_its_reason_through_an_edit_and_loses_it_when_published_again(
    office: Office, editor: Visitor
) -> None:
    made = office.data_set(private=False, **COMPLETE)
    path = f"/dataset/{made['name']}/withdraw"
    refused = editor.post(path, note="They fell.")
    assert refused.status_code == 422
    assert stewards.errors(refused.text)["reason"] == "Choose why it is withdrawn."
    assert "They fell." in refused.text
    assert office.show(made["id"])["private"] is False
    done = editor.post(path, reason="retired", note="They fell. <b>All</b>\x07", then="private")
    assert "Withdrawn. Only your department sees it now." in done.text
    gone = office.show(made["id"])
    assert gone["private"] is True
    assert gone["withdrawal_note"] == "They fell. <b>All</b>"
    form = {"save": "", "title": "Trees again", "owner_org": office.id, **COMPLETE}
    editor.post(f"/dataset/edit/{made['name']}", **form, private="true")
    edited = office.show(made["id"])
    assert (edited["title"], edited["withdrawal_reason"]) == ("Trees again", "retired")
    done = editor.post(f"/dataset/{made['name']}/publish")
    assert "Published. Anybody can see it now." in done.text
    back = office.show(made["id"])
    assert back["private"] is False
    assert not back.get("withdrawal_reason")


def test_the_page_to_publish_names_what_is_missing_with_a_way_to_each_field(
    office: Office, editor: Visitor
) -> None:
    made = office.data_set()
    path = f"/dataset/{made['name']}/publish"
    page = editor.get(path).text
    assert f'href="/dataset/edit/{made["name"]}#field-tag_string"' in page
    assert 'name="_csrf_token"' in page
    refused = editor.post(path)
    assert refused.status_code == 422
    assert len(stewards.listed(refused.text)) == 9
    assert office.show(made["id"])["private"] is True


def test_a_file_with_protected_numbers_that_a_form_brings_is_published_to_nobody(
    office: Office, editor: Visitor
) -> None:
    made = office.data_set(**COMPLETE)
    editor.post(
        f"/dataset/{made['name']}/resource/new",
        save="go-dataset-complete", id="", url_type="upload", name="People",
        files={"upload": ("people.csv", leaking.csv(), "text/csv")},
    )  # fmt: skip
    file = office.show(made["id"])["resources"][0]["id"]
    asked = editor.post(f"/dataset/{made['name']}/publish")
    assert wait_until_looked_into(office.site, file)["status"] == "held"
    # Asked for before the file was judged it waits, afterwards the page says why.
    assert "looked through" in asked.text or "Social Security numbers" in asked.text
    refused = editor.post(f"/dataset/{made['name']}/publish")
    assert refused.status_code == 422 and "Social Security numbers" in refused.text
    assert office.show(made["id"])["private"] is True
    nobody = Visitor(office.site)
    for address in leaking.ways(made, file, []):
        assert not leaking.holds(nobody.get(address).content)
    for address in (*leaking.ways(made, file, []), *leaking.staff_addresses(made, file)):
        if not address.endswith("/download"):
            assert not leaking.holds(editor.get(address).content), address


def test_strangers_are_turned_away_and_the_unknown_are_led_to_sign_in(
    office: Office, stranger: Visitor
) -> None:
    draft, public = office.data_set(), office.data_set(private=False, **COMPLETE)
    nobody = Visitor(office.site)
    for step in ("publish", "withdraw", "saved"):
        assert stranger.get(f"/dataset/{draft['name']}/{step}").status_code == 404
        assert stranger.get(f"/dataset/{public['name']}/{step}").status_code == 403
        answer = nobody.get(f"/dataset/{public['name']}/{step}", follow=False)
        assert answer.status_code == 302
        assert "/user/login?came_from=" in answer.headers["Location"]
    answer = nobody.post(f"/dataset/{public['name']}/withdraw", token=False, reason="error")
    assert "/user/login" in answer.url
    assert office.show(public["id"])["private"] is False


@pytest.mark.parametrize("step", ["publish", "withdraw", "files/order"])
def test_a_form_without_its_token_changes_nothing(
    office: Office, editor: Visitor, step: str
) -> None:
    made = office.data_set(private=step == "publish", **COMPLETE)
    answer = editor.post(f"/dataset/{made['name']}/{step}", token=False, reason="error")
    assert answer.status_code == 400
    assert office.show(made["id"])["private"] is (step == "publish")


def test_a_file_is_refused_at_its_field_and_stays_when_only_its_words_change(
    office: Office, editor: Visitor
) -> None:
    made = office.data_set(**COMPLETE)
    path = f"/dataset/{made['name']}/resource/new"
    form = {"save": "go-dataset-complete", "id": "", "url_type": "upload", "url": ""}
    page = editor.get(path).text
    assert "At most 500 MB." in page
    nothing = editor.post(path, **form, name="Trees")
    assert stewards.errors(nothing.text)["url"] == "Choose a file, or give a link."
    assert stewards.fields(nothing.text)["name"] == "Trees"
    empty = editor.post(path, **form, files={"upload": ("trees.csv", b"", "text/csv")})
    assert "is empty (0 bytes)" in stewards.errors(empty.text)["url"]
    inside = editor.post(path, **(form | {"url_type": "", "url": "http://10.0.0.1/trees.csv"}))
    assert "not on the public internet" in stewards.errors(inside.text)["url"]
    assert stewards.fields(inside.text)["url"]
    assert office.show(made["id"])["resources"] == []

    editor.post(path, **form, name="Trees", files={"upload": ("../trees.csv", CSV, "text/csv")})
    (file,) = office.show(made["id"])["resources"]
    wait_until_looked_into(office.site, file["id"])
    (file,) = office.show(made["id"])["resources"]
    assert (file["format"], file["size"], file["name"]) == ("CSV", len(CSV), "Trees")
    edit = f"/dataset/{made['name']}/resource/{file['id']}/edit"
    assert "<strong>trees.csv</strong>" in editor.get(edit).text
    editor.post(edit, **(form | {"id": file["id"]}), name="All trees")
    (kept,) = office.show(made["id"])["resources"]
    assert (kept["name"], kept["hash"], kept["url"]) == ("All trees", file["hash"], file["url"])
    assert editor.get(f"/dataset/{made['name']}/resource/{file['id']}/download").content == CSV


def test_files_are_put_in_another_order_without_a_script(office: Office, editor: Visitor) -> None:
    made = office.data_set(
        resources=[
            {"name": f"{year}", "url": f"https://www.example.gov/{year}.csv"}
            for year in (2024, 2025)
        ],
        **COMPLETE,
    )
    second = made["resources"][1]["id"]
    page = editor.get(f"/dataset/resources/{made['name']}")
    assert "Move up" in page.text
    token = stewards.CSRF.search(page.text)
    assert token
    editor.post(
        f"/dataset/{made['name']}/files/order",
        token=False,
        up=second,
        _csrf_token=token[1],
    )
    assert [one["name"] for one in office.show(made["id"])["resources"]] == ["2025", "2024"]


def test_an_inventory_entry_can_be_published_and_takes_no_file(
    office: Office, editor: Visitor
) -> None:
    why = {"access_rationale": "It names victims.", "access_legal_basis": "RSMo 610.100"}
    made = office.data_set(**(COMPLETE | why | {"access_level": "non-public"}))
    done = editor.post(f"/dataset/{made['name']}/publish")
    assert "Published. Anybody can see it now." in done.text
    page = editor.get(f"/dataset/{made['name']}/resource/new").text
    assert "This record says that its data is not public, so it takes no files." in page
    form = {"save": "go-dataset-complete", "id": "", "url_type": "", "url": "https://example.gov/a"}
    refused = editor.post(f"/dataset/{made['name']}/resource/new", **form)
    assert any("it can hold no files" in line for line in stewards.listed(refused.text))
    assert f'href="/dataset/edit/{made["name"]}#field-access_level"' in refused.text


def test_the_form_of_a_department_uses_the_same_fields(office: Office) -> None:
    site = office.site
    site.api(
        "organization_member_create",
        token=site.admin_token,
        id=office.elsewhere,
        username=office.stranger,
        role="admin",
    )
    admin = Visitor(site, office.stranger)
    path = f"/organization/edit/{office.elsewhere}"
    wrong = admin.post(
        path,
        save="",
        title="<b>Harbor</b>",
        name=office.elsewhere,
        coordinator_email="harbor@",
        valid_from="2026-01-01",
        valid_to="2025-01-01",
    )
    assert set(stewards.errors(wrong.text)) == {"title", "coordinator_email", "valid_to"}
    assert stewards.fields(wrong.text)["coordinator_email"] == "harbor@"
    admin.post(path, save="", title="Harbor and river", name=office.elsewhere, code="HR")
    shown = site.api("organization_show", id=office.elsewhere)
    assert (shown["title"], shown["code"]) == ("Harbor and river", "HR")


def test_what_was_deleted_comes_back_as_a_draft_through_the_form(
    office: Office, editor: Visitor, stranger: Visitor
) -> None:
    made = office.data_set(private=False, **COMPLETE)
    editor.post(f"/dataset/{made['name']}/withdraw", reason="error", then="delete")
    assert office.show(made["id"])["state"] == "deleted"
    path = f"/dataset/edit/{made['name']}"
    assert stranger.get(path).status_code == 404
    assert "Bring it back as a draft" in editor.get(path).text
    sent = {"state": "active", "title": "Trees", "owner_org": office.id, "name": made["name"]}
    editor.post(path, save="", private="true", **sent, **COMPLETE)
    back = office.show(made["id"])
    assert (back["state"], back["private"], back["identifier"]) == (
        "active",
        True,
        made["identifier"],
    )


def test_a_form_that_is_too_large_is_answered_with_a_page(site: RunningSite) -> None:
    where = urlsplit(site.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    connection.putrequest("POST", "/dataset/any/resource/new")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", "600000000")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert "The file is too large" in answer.read().decode()
    connection.close()
