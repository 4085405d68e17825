"""Who may change what: departments keep to themselves, and only sysadmins purge.

Tries every writing action of the API as everybody who must not, on a department's data sets,
and looks afterwards whether anything has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from embedded_ckan.testing import AnySite, ApiError

from tests.integration import doors, planting
from tests.integration.planting import Planted

READERS = ("nobody", "user without a department", "editor elsewhere", "admin elsewhere", "member")
Arguments = dict[str, Any]


@pytest.fixture(scope="module")
def town(site: AnySite) -> Iterator[Planted]:
    """Two departments, their people, a public and a private data set."""
    with planting.planted(site, kinds=("private", "public")) as town:
        yield town


def _state(town: Planted) -> dict[str, Any]:
    """Everything of the department that a write could have changed."""
    ask = town.ask
    state = {kind: ask("sysadmin", "package_show", id=one.id) for kind, one in town.sets.items()}
    for name in (town.home, town.away):
        shown = ask("sysadmin", "organization_show", id=name, include_users=True)
        state[name] = shown | {
            "users": sorted((u["name"], u["capacity"]) for u in shown["users"]),
            "num_followers": 0,
        }
    for kind, one in town.sets.items():
        state[f"{kind} rows"] = ask("sysadmin", "datastore_search", resource_id=one.resource)[
            "records"
        ]
    state["accounts"] = sorted(user["name"] for user in ask("sysadmin", "user_list"))
    state["departments"] = sorted(ask("sysadmin", "organization_list"))
    state["data sets"] = ask("sysadmin", "package_search", include_private=True, rows=0)["count"]
    return state


# What each writing action is tried with on the department's public data set.
WRITES: dict[str, Callable[[Planted], Arguments]] = {
    "activity_create": lambda t: {
        "user_id": t.people["editor"].id,
        "object_id": t.sets["public"].id,
        "activity_type": "changed package",
    },
    "activity_delete": lambda t: {"id": t.sets["public"].id},
    "activity_delete_all": lambda t: {},
    "activity_delete_counts": lambda t: {},
    "api_token_create": lambda t: {"user": t.people["editor"].name, "name": "stolen"},
    "api_token_revoke": lambda t: {"token": t.people["editor"].token},
    "bulk_update_delete": lambda t: _bulk(t),
    "bulk_update_private": lambda t: _bulk(t),
    "bulk_update_public": lambda t: _bulk(t),
    "config_option_update": lambda t: {"ckan.site_title": "Mine"},
    "dataset_purge": lambda t: {"id": t.sets["public"].id},
    "datastore_create": lambda t: {
        "resource_id": t.sets["public"].resource,
        "force": True,
        "records": [{"a": "b"}],
    },
    "datastore_delete": lambda t: {"resource_id": t.sets["public"].resource, "force": True},
    "datastore_function_create": lambda t: {
        "name": "f",
        "definition": "BEGIN RETURN NEW; END;",
        "rettype": "trigger",
    },
    "datastore_function_delete": lambda t: {"name": "f"},
    "datastore_records_delete": lambda t: {
        "resource_id": t.sets["public"].resource,
        "force": True,
        "filters": {},
    },
    "datastore_run_triggers": lambda t: {"resource_id": t.sets["public"].resource},
    "datastore_upsert": lambda t: {
        "resource_id": t.sets["public"].resource,
        "force": True,
        "method": "insert",
        "records": [{"a": "b"}],
    },
    "file_delete": lambda t: {"id": t.sets["public"].resource},
    "file_ownership_transfer": lambda t: {
        "id": t.sets["public"].resource,
        "owner_id": t.sets["public"].id,
        "owner_type": "package",
    },
    "file_pin": lambda t: {"id": t.sets["public"].resource},
    "file_register": lambda t: {"location": "sha256/aa/aa", "storage": "resources"},
    "file_rename": lambda t: {"id": t.sets["public"].resource, "name": "x"},
    "file_unpin": lambda t: {"id": t.sets["public"].resource},
    "group_create": lambda t: {"name": "mine"},
    "group_delete": lambda t: {"id": t.home},
    "group_member_create": lambda t: _role(t),
    "group_member_delete": lambda t: {"id": t.home, "username": t.people["editor"].name},
    "group_patch": lambda t: {"id": t.home, "title": "Mine"},
    "group_purge": lambda t: {"id": t.home},
    "group_update": lambda t: {"id": t.home, "name": t.home, "title": "Mine"},
    "independence_catalog_dataset_withdraw": lambda t: {
        "id": t.sets["public"].id,
        "reason": "retired",
    },
    "independence_feed_publish": lambda t: {},
    "independence_feed_resume": lambda t: {},
    "independence_feed_rollback": lambda t: {"number": 1},
    "independence_feed_withdrawal_release": lambda t: {"all": True},
    "independence_feed_record_redact": lambda t: {"id": t.sets["public"].id},
    "independence_catalog_load": lambda t: {"source": "https://data.example.gov/data.json"},
    "independence_content_chart_update": lambda t: {
        "id": t.sets["public"].resource,
        "chart": {"kind": "bar", "x": "name"},
    },
    "independence_content_dictionary_update": lambda t: {
        "id": t.sets["public"].resource,
        "columns": [{"name": f"column_{t.sets['public'].marker}", "description": "Mine"}],
    },
    "independence_content_map_update": lambda t: {
        "id": t.sets["public"].resource,
        "map": {"colour": "name"},
    },
    "independence_content_reading_preview": lambda t: {"id": t.sets["public"].resource},
    "independence_content_reading_update": lambda t: {
        "id": t.sets["public"].resource,
        "reading": {"delimiter": ";"},
    },
    "independence_content_stream_declare": lambda t: {
        "id": t.sets["public"].resource,
        "fields": [{"id": "a"}],
    },
    "independence_content_version_hold": lambda t: {
        "version_id": t.version("public"),
        "reason": "Mine",
    },
    "independence_content_version_note": lambda t: {
        "version_id": t.version("public"),
        "note": "mine",
    },
    "independence_content_version_serve": lambda t: {
        "version_id": t.version("public"),
        "as_is": True,
    },
    "independence_policy_bulk_fix": lambda t: {
        "ids": [one.id for one in t.sets.values()],
        "license_id": "cc-zero",
    },
    "independence_policy_preview": lambda t: {"rulebook": "rules: []", "limit": 1},
    "independence_policy_publication_cancel": lambda t: {"id": t.sets["public"].id},
    "independence_policy_version_withdraw": lambda t: {"id": t.sets["public"].resource},
    "independence_policy_waiver_decide": lambda t: {"id": "1", "grant": True},
    "independence_policy_waiver_end": lambda t: {"id": "1"},
    "independence_policy_waiver_request": lambda t: {
        "id": t.sets["public"].id,
        "rule": "keywords",
        "field": "themes",
        "grounds": "false-alarm",
        "reason": "Mine",
    },
    "independence_policy_report_give": lambda t: {"year": 2026},
    "independence_policy_report_update": lambda t: {
        "year": 2026,
        "words": {"progress": "Mine"},
    },
    "job_cancel": lambda t: {"id": "x"},
    "job_clear": lambda t: {},
    "member_create": lambda t: {
        "id": t.home,
        "object": t.people["editor elsewhere"].id,
        "object_type": "user",
        "capacity": "admin",
    },
    "member_delete": lambda t: {
        "id": t.home,
        "object": t.people["editor"].id,
        "object_type": "user",
    },
    "organization_create": lambda t: {"name": "mine", "title": "Mine"},
    "organization_delete": lambda t: {"id": t.home},
    "organization_member_create": lambda t: _role(t),
    "organization_member_delete": lambda t: {"id": t.home, "username": t.people["editor"].name},
    "organization_patch": lambda t: {"id": t.home, "title": "Mine"},
    "organization_purge": lambda t: {"id": t.home},
    "organization_update": lambda t: {"id": t.home, "name": t.home, "title": "Mine"},
    "package_collaborator_create": lambda t: {
        "id": t.sets["public"].id,
        "user_id": t.people["editor elsewhere"].id,
        "capacity": "editor",
    },
    "package_collaborator_delete": lambda t: {
        "id": t.sets["public"].id,
        "user_id": t.people["editor"].id,
    },
    "package_create": lambda t: planting.complete(t.home, "intruder"),
    "package_create_default_resource_views": lambda t: {
        "package": {"id": t.sets["public"].id, "resources": []}
    },
    "package_delete": lambda t: {"id": t.sets["public"].id},
    "package_owner_org_update": lambda t: {"id": t.sets["public"].id, "organization_id": t.away},
    "package_patch": lambda t: {"id": t.sets["public"].id, "title": "Mine"},
    "package_relationship_create": lambda t: {
        "subject": t.sets["public"].id,
        "object": t.sets["private"].id,
        "type": "depends_on",
    },
    "package_relationship_delete": lambda t: {
        "subject": t.sets["public"].id,
        "object": t.sets["private"].id,
        "type": "depends_on",
    },
    "package_relationship_update": lambda t: {
        "subject": t.sets["public"].id,
        "object": t.sets["private"].id,
        "type": "depends_on",
    },
    "package_resource_reorder": lambda t: {"id": t.sets["public"].id, "order": []},
    "package_revise": lambda t: {
        "match": {"id": t.sets["public"].id},
        "update": {"title": "Mine"},
    },
    "package_update": lambda t: {
        "id": t.sets["public"].id,
        **planting.complete(t.home, "intruder"),
    },
    "resource_create": lambda t: {
        "package_id": t.sets["public"].id,
        "url": "https://www.example.gov/mine.csv",
    },
    "resource_create_default_resource_views": lambda t: {
        "resource": {"id": t.sets["public"].resource, "package_id": t.sets["public"].id}
    },
    "resource_delete": lambda t: {"id": t.sets["public"].resource},
    "resource_patch": lambda t: {"id": t.sets["public"].resource, "name": "Mine"},
    "resource_update": lambda t: {
        "id": t.sets["public"].resource,
        "url": "https://www.example.gov/mine.csv",
    },
    "resource_view_clear": lambda t: {},
    "resource_view_delete": lambda t: {"id": "none-such"},
    "resource_view_reorder": lambda t: {
        "id": t.sets["public"].resource,
        "resource_id": t.sets["public"].resource,
        "order": ["none-such"],
    },
    "resource_view_update": lambda t: {
        "id": "none-such",
        "resource_id": t.sets["public"].resource,
        "view_type": "none-such",
        "title": "Mine",
    },
    "send_email_notifications": lambda t: {},
    "tag_create": lambda t: {"name": "mine", "vocabulary_id": "none-such"},
    "tag_delete": lambda t: {"id": t.sets["public"].tag},
    "task_status_delete": lambda t: {"id": "x"},
    "task_status_update": lambda t: {
        "entity_id": "x",
        "entity_type": "x",
        "task_type": "x",
        "key": "x",
        "value": "x",
    },
    "task_status_update_many": lambda t: {"data": [WRITES["task_status_update"](t)]},
    "term_translation_update": lambda t: {
        "term": "x",
        "term_translation": "x",
        "lang_code": "en",
    },
    "term_translation_update_many": lambda t: {"data": [WRITES["term_translation_update"](t)]},
    "user_create": lambda t: {
        "name": "stranger",
        "email": "stranger@example.com",
        "password": planting.PASSWORD,
    },
    "user_delete": lambda t: {"id": t.people["editor"].id},
    "user_invite": lambda t: {
        "email": "stranger@example.com",
        "group_id": t.home,
        "role": "admin",
    },
    "user_patch": lambda t: {"id": t.people["editor"].id, "fullname": "Mine"},
    "user_update": lambda t: {
        "id": t.people["editor"].id,
        "name": t.people["editor"].name,
        "email": "stranger@example.com",
    },
    "vocabulary_create": lambda t: {"name": "mine", "tags": []},
    "vocabulary_delete": lambda t: {"id": "none-such"},
    "vocabulary_update": lambda t: {"id": "none-such", "name": "mine"},
}

# What anybody with an account may do for themselves; it changes nothing that others see.
ONE_S_OWN = frozenset(
    """dashboard_mark_activities_old follow_dataset follow_group follow_user unfollow_dataset
    unfollow_group unfollow_user""".split()
)
# Takes a file, and is tried by itself.
WITH_A_FILE = frozenset({"file_create"})
# CKAN's views of files: there is none of any kind, so nobody can make one.
IMPOSSIBLE = frozenset({"resource_view_create"})
# Calls to which CKAN has nothing to refuse: they change nothing with these arguments; and one that
# refuses each data set by itself.
HARMLESS = frozenset(
    {"api_token_revoke", "independence_policy_bulk_fix", "package_resource_reorder"}
)


def _bulk(town: Planted) -> Arguments:
    return {"org_id": town.home, "datasets": [town.sets["public"].id, town.sets["private"].id]}


def _role(town: Planted) -> Arguments:
    return {
        "id": town.home,
        "username": town.people["editor elsewhere"].name,
        "role": "admin",
    }


def test_every_writing_action_is_tried(site: AnySite) -> None:
    """A new one must be given arguments here, or be said to be one's own."""
    writing = {name for name, only_reads in doors.count(site).actions.items() if not only_reads}
    assert not writing - set(WRITES) - ONE_S_OWN - WITH_A_FILE - IMPOSSIBLE - set(doors.OF_A_SET)


@pytest.mark.parametrize("role", READERS)
def test_no_action_lets_an_outsider_or_a_member_change_a_department(
    town: Planted, role: str
) -> None:
    """Refused as not allowed or not there, and nothing has moved."""
    before = _state(town)
    let_in = []
    for action, arguments in WRITES.items():
        try:
            answer: Any = town.ask(role, action, **arguments(town))
        except ApiError as error:
            if error.status not in (403, 404):
                let_in.append(f"{action}: {error.status} {error.error}")
        else:
            if action not in HARMLESS:
                let_in.append(f"{action}: {answer}")
    assert not let_in, "\n".join(let_in)
    assert _state(town) == before


@pytest.mark.parametrize("role", [*READERS, "editor", "admin"])
def test_files_enter_by_data_sets_alone(town: Planted, role: str) -> None:
    """CKAN's other way of keeping files is for sysadmins."""
    with pytest.raises(ApiError) as refused:
        town.site.api(
            "file_create",
            token=town.token(role),
            files={"upload": ("x.txt", b"x", "text/plain")},
            name="x.txt",
        )
    assert refused.value.status == 403


MOVES: dict[str, Callable[[Planted, str], Arguments]] = {
    "package_patch": lambda t, to: {"id": t.sets["public"].id, "owner_org": to},
    "package_update": lambda t, to: {
        **planting.complete(to, t.sets["public"].marker, t.word),
        "id": t.sets["public"].id,
    },
    "package_revise": lambda t, to: {
        "match": {"id": t.sets["public"].id},
        "update": {"owner_org": to},
    },
    "package_owner_org_update": lambda t, to: {
        "id": t.sets["public"].id,
        "organization_id": to,
    },
}


@pytest.mark.parametrize("role", ["editor", "admin"])
@pytest.mark.parametrize("action", MOVES)
def test_nobody_moves_a_data_set_into_a_department_that_is_not_theirs(
    town: Planted, action: str, role: str
) -> None:
    """By none of the ways that CKAN has."""
    before = _state(town)
    with pytest.raises(ApiError) as refused:
        town.ask(role, action, **MOVES[action](town, town.away))
    assert refused.value.status in (403, 409)
    assert _state(town) == before


def test_nobody_publishes_into_a_department_that_is_not_theirs(town: Planted) -> None:
    """Neither a draft nor a public data set, and none without a department."""
    before = _state(town)
    for role in ("editor", "admin"):
        for private in (True, False):
            with pytest.raises(ApiError) as refused:
                data = planting.complete(town.away, "intruder")
                town.ask(role, "package_create", private=private, **data)
            assert refused.value.status == 403
        data = planting.complete(town.home, "intruder")
        del data["owner_org"]
        with pytest.raises(ApiError) as refused:
            town.ask(role, "package_create", **data)
        assert refused.value.status == 409
        assert "owner_org" in refused.value.error
    assert _state(town) == before


def test_a_department_does_not_reach_into_another_by_naming_its_own(town: Planted) -> None:
    """Bulk actions and files that name one's own department or data set with another's."""
    own = town.ask(
        "editor elsewhere",
        "package_create",
        title="Own",
        owner_org=town.away,
        notes="One's own",
    )
    before = _state(town)
    foreign = town.sets["public"]
    for action in ("bulk_update_private", "bulk_update_delete", "bulk_update_public"):
        try:
            town.ask("admin elsewhere", action, org_id=town.away, datasets=[foreign.id])
        except ApiError as error:
            assert error.status in (403, 404, 409)
    for action, data in (
        ("resource_update", {"id": foreign.resource, "package_id": own["id"], "url": "x.csv"}),
        ("resource_patch", {"id": foreign.resource, "package_id": own["id"], "name": "Mine"}),
        (
            "package_update",
            {**own, "resources": [{"id": foreign.resource, "url": "https://example.gov/a.csv"}]},
        ),
        ("datastore_create", {"resource": {"package_id": foreign.id}, "records": [{"a": 1}]}),
        ("datastore_create", {"resource_id": foreign.resource, "aliases": "mine", "force": True}),
    ):
        try:
            town.ask("editor elsewhere", action, **data)
        except ApiError as error:
            assert error.status in (403, 404, 409), action
    assert _state(town) == before


def test_an_editor_gives_no_roles_and_an_admin_only_at_home(town: Planted) -> None:
    """And nobody but a sysadmin makes a sysadmin, or a department."""
    before = _state(town)
    for role, department in (("editor", town.home), ("editor", town.away), ("admin", town.away)):
        for action in ("organization_member_create", "organization_member_delete"):
            with pytest.raises(ApiError) as refused:
                town.ask(
                    role,
                    action,
                    id=department,
                    username=town.people["user without a department"].name,
                    role="editor",
                )
            assert refused.value.status == 403
        with pytest.raises(ApiError) as refused:
            town.ask(
                role,
                "member_create",
                id=department,
                object=town.people["user without a department"].id,
                object_type="user",
                capacity="admin",
            )
        assert refused.value.status == 403
    person = town.people["admin"]
    town.ask("admin", "user_patch", id=person.id, sysadmin=True)
    assert not town.ask("sysadmin", "user_show", id=person.id)["sysadmin"]
    with pytest.raises(ApiError) as refused:
        town.ask("admin", "organization_create", name="mine", title="Mine")
    assert refused.value.status == 403
    assert _state(town) == before


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_only_a_sysadmin_purges(town: Planted, role: str) -> None:
    """Staff of the department itself put things into the trash and no further."""
    before = _state(town)
    for action, id_ in (
        ("dataset_purge", town.sets["public"].id),
        ("organization_purge", town.home),
        ("group_purge", town.home),
    ):
        with pytest.raises(ApiError) as refused:
            town.ask(role, action, id=id_)
        assert refused.value.status in (403, 404), action
    assert _state(town) == before


def test_a_stranger_makes_no_account(town: Planted) -> None:
    """Neither on the page nor through the API."""
    page = requests.get(f"{town.site.url}/user/register", timeout=60)
    assert page.status_code in (403, 404)
    form = {
        "name": "stranger",
        "fullname": "Stranger",
        "email": "stranger@example.com",
        "password1": planting.PASSWORD,
        "password2": planting.PASSWORD,
        "save": "",
    }
    answer = requests.post(f"{town.site.url}/user/register", data=form, timeout=60)
    assert answer.status_code in (400, 403, 404)
    assert "stranger" not in town.ask("sysadmin", "user_list", all_fields=False)


def test_the_department_itself_may_do_what_others_are_refused(town: Planted) -> None:
    """Otherwise the refusals would prove nothing."""
    one = town.sets["private"]
    shown = town.ask("editor", "package_patch", id=one.id, citation="Changed by its editor")
    assert shown["citation"] == "Changed by its editor"
    town.ask("editor", "resource_patch", id=one.resource, description="Changed, too")
    role = {"id": town.home, "username": town.people["member"].name}
    town.ask("admin", "organization_member_create", **role, role="editor")
    town.ask("admin", "organization_member_create", **role, role="member")
    answer = town.ask(
        "editor", "independence_catalog_dataset_withdraw", id=one.id, reason="retired"
    )
    assert answer["reason"] == "retired"
