"""Every way into a site: its routes and its API's actions, as the site itself counts them.

Owns the enumeration and the arguments with which each is tried. A route or an action that
is added later and that nobody has said how to try is an error here, so that somebody looks
at what it tells to whom.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from embedded_ckan.site import environment
from embedded_ckan.testing import AnySite

from tests.integration.planting import Hidden, Planted

_COUNT = """
import json, os
import pylibmagic
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
app = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
with app._wsgi_app.test_request_context():
    from ckan import logic
    logic.get_action("package_show")
    print(json.dumps({
        "actions": {n: bool(getattr(f, "side_effect_free", False))
                    for n, f in logic._actions.items()},
        "routes": sorted({(r.rule, r.endpoint, *sorted(r.methods - {"HEAD", "OPTIONS"}))
                          for r in app._wsgi_app.url_map.iter_rules()}),
    }))
"""

Arguments = list[dict[str, Any]]

VARIABLE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


@dataclass(frozen=True)
class Route:
    """An address of the site: its pattern, its endpoint and its methods."""

    rule: str
    endpoint: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class Doors:
    """All routes, and all actions with whether they only read."""

    routes: tuple[Route, ...]
    actions: dict[str, bool]


@cache
def count(site: AnySite) -> Doors:
    """Ask a site's own code for its routes and actions (4 s, once a run)."""
    done = subprocess.run(
        [sys.executable, "-c", _COUNT],
        env=environment(site.ini),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    routes = tuple(Route(rule, endpoint, tuple(how)) for rule, endpoint, *how in found["routes"])
    return Doors(routes, found["actions"])


# --- pages ----------------------------------------------------------------------------------

# Static files, the API's own door (whose actions are tried one by one), and other languages.
NOT_PAGES = frozenset(
    """static webassets.index api.action api.get_api api.i18n_js_translations
    home.redirect_locale user.logout""".split()
)


def pages(town: Planted, routes: tuple[Route, ...]) -> Iterator[str]:
    """Yield the addresses of the site that show no data set of their own choosing.

    Raises:
        LookupError: a route has a variable of which nobody has said what to put in.
    """
    for route in _readable(routes):
        if "<" not in route.rule:
            yield route.rule
        elif _place(town, route) is not None:
            yield re.sub("<[^>]+>", _place(town, route) or "", route.rule)
    word = town.word
    yield from (
        f"/dataset/?q={word}",
        f"/dataset/?q={word}&include_private=true&include_drafts=true&include_deleted=true",
        f"/dataset/?q={word}&fq=%2Bstate:draft",
        f"/dataset/?q=*:*&sort=metadata_modified+desc&organization={town.home}",
        f"/organization/{town.home}?q={word}",
        f"/organization/?q={town.home}",
        f"/feeds/custom.atom?q={word}",
        f"/feeds/dataset.atom?q={word}",
        f"/catalog.jsonld?q={word}",
        f"/catalog.ttl?fq=organization:{town.home}",
        "/api/2/util/dataset/autocomplete?incomplete=title",
        f"/api/2/util/dataset/autocomplete?incomplete={word}",
        "/api/2/util/tag/autocomplete?incomplete=tag",
        "/api/2/util/resource/format_autocomplete?incomplete=csv",
        "/api/2/util/user/autocomplete?q=acct",
        "/user/?q=acct",
        f"/dataset/?_organization_limit=0&_tags_limit=0&q={word}",
    )


def pages_of(one: Hidden, activities: list[str], routes: tuple[Route, ...]) -> Iterator[str]:
    """Yield the addresses that show a data set, its files, views, feeds and history."""
    values = {
        "id": one.id,
        "_id": one.id,
        "resource_id": one.resource,
        "view_id": "none-such",
        "resource_view_id": "none-such",
        "filename": quote(one.filename),
        "number": "1",
    }
    for route in _readable(routes):
        names = VARIABLE.findall(route.rule)
        if not names or route.endpoint in _ELSEWHERE or _kind(route) != "dataset":
            continue
        fillings = [values]
        if "activity_id" in names:
            fillings = [values | {"activity_id": activity} for activity in activities]
        if "form" in names:
            fillings = [values | {"form": form} for form in ("csv", "xlsx", "json", "parquet")]
        if "_format" in names:
            fillings = [values | {"_format": suffix} for suffix in ("ttl", "xml", "jsonld", "n3")]
        for filling in fillings:
            unknown = set(names) - set(filling)
            if unknown:
                raise LookupError(f"{route.rule}: say in doors.py what to put for {unknown}")
            yield VARIABLE.sub("{\\1}", route.rule).format(**filling)
    yield f"/dataset/{one.name}"
    yield f"/dataset/{one.name}.ttl"
    yield f"/feeds/tag/{one.tag}.atom"
    yield f"/dataset/?tags={one.tag}"
    yield f"/file/download/{one.resource}"
    yield f"/datastore/dump/{one.resource}?format=json"
    for activity in activities:
        yield f"/dataset/changes/{activity}"


# Routes in whose patterns `id` is something else than a data set's.
_ELSEWHERE = frozenset({"activity.package_changes"})


def _readable(routes: tuple[Route, ...]) -> Iterator[Route]:
    for route in routes:
        if "GET" in route.methods and route.endpoint not in NOT_PAGES:
            yield route


def _kind(route: Route) -> str:
    first = route.rule.strip("/").split("/")[0]
    if first in ("dataset", "datastore", "dataset_series"):
        return "dataset"
    return first


def _place(town: Planted, route: Route) -> str | None:
    """Return what to put in a route that shows a department, a person or the catalog."""
    kind, variable = _kind(route), (VARIABLE.findall(route.rule) or [""])[0]
    if kind == "dataset":
        return "none-such" if route.endpoint in _ELSEWHERE else None
    known = {
        "organization": town.home,
        "group": town.home,
        "user": town.people["editor"].id,
        "feeds": town.home,
        "catalog.<_format>": "ttl",
        "file": "none-such",
        "api": "2",
        "assets": "none-such",
        "desk": "contact",
        "policy": {"rule": "open-format", "year": "2026"}.get(variable, town.home),
    }
    if kind not in known:
        raise LookupError(f"{route.rule}: say in doors.py what to put in this route")
    return known[kind]


# --- actions --------------------------------------------------------------------------------

# With what each action is tried that tells of a data set, a file, a table, a view or a change.
OF_A_SET: dict[str, Callable[[Hidden, list[str]], Arguments]] = {
    "activity_data_show": lambda one, acts: [{"id": a} for a in acts],
    "activity_diff": lambda one, acts: [{"id": a, "object_type": "package"} for a in acts],
    "activity_show": lambda one, acts: [{"id": a, "include_data": True} for a in acts],
    "am_following_dataset": lambda one, acts: [{"id": one.id}],
    "dataset_follower_count": lambda one, acts: [{"id": one.id}],
    "dataset_follower_list": lambda one, acts: [{"id": one.id}],
    "datastore_info": lambda one, acts: [{"id": one.resource}],
    "datastore_search": lambda one, acts: [
        {"resource_id": one.resource},
        {"resource_id": one.resource, "q": "value"},
        {"resource_id": "_table_metadata", "limit": 500},
    ],
    "dcat_dataset_show": lambda one, acts: [{"id": one.id, "format": "jsonld"}],
    "independence_content_dictionary_show": lambda one, acts: [{"id": one.resource}],
    "independence_content_state_show": lambda one, acts: [{"id": one.resource}],
    "independence_feed_record_show": lambda one, acts: [{"id": one.id}, {"id": one.name}],
    "independence_policy_dataset_show": lambda one, acts: [{"id": one.id}, {"id": one.name}],
    "independence_policy_draft_check": lambda one, acts: [
        {"id": one.id, "title": "Trees"},
        {"id": one.name},
    ],
    "independence_policy_waiver_list": lambda one, acts: [{"id": one.id}, {}, {"state": "asked"}],
    "package_activity_list": lambda one, acts: [
        {"id": one.id},
        {"id": one.id, "include_hidden_activity": True},
    ],
    "package_collaborator_list": lambda one, acts: [{"id": one.id}],
    "package_relationships_list": lambda one, acts: [{"id": one.id}],
    "package_show": lambda one, acts: [
        {"id": one.id},
        {"id": one.name},
        {"id": one.id, "use_default_schema": True, "include_tracking": True},
        {"id": one.id, "include_plugin_data": True},
    ],
    "resource_show": lambda one, acts: [{"id": one.resource}],
    "resource_view_list": lambda one, acts: [{"id": one.resource}],
    "resource_view_show": lambda one, acts: [{"id": one.resource}],
    "tag_show": lambda one, acts: [
        {"id": one.tag},
        {"id": one.tag, "include_datasets": True},
    ],
}

_EVERYTHING = {"include_private": True, "include_drafts": True, "include_deleted": True}


def _searches(town: Planted) -> Arguments:
    word, rows = town.word, {"rows": 100}
    return [
        rows,
        {**rows, "q": word, **_EVERYTHING},
        {**rows, "q": word, "fq": "+state:draft", **_EVERYTHING},
        {**rows, "q": word, "fq": "+state:(draft OR deleted) +capacity:private"},
        {**rows, "q": word, "fq": "state:* capacity:*", **_EVERYTHING},
        {**rows, "q": word, "fq_list": ["+state:deleted", "+capacity:private"], **_EVERYTHING},
        {**rows, "q": f'permission_labels:"member-{town.home}"', **_EVERYTHING},
        {**rows, "q": f"{{!lucene}}{word}", **_EVERYTHING},
        {**rows, "q": word, "fl": "*", **_EVERYTHING},
        {**rows, "q": word, "fl": "id,title,data_dict,creator_user_id", **_EVERYTHING},
        {**rows, "q": word, "use_default_schema": True, **_EVERYTHING},
        {**rows, "q": f"organization:{town.home}", "sort": "title_string asc", **_EVERYTHING},
        {
            "facet.field": [
                "tags", "title_string", "title", "name", "text", "extras_steward_name",
                "res_name", "res_format", "extras_source_system", "creator_user_id", "notes",
            ],
            "facet.mincount": 0,
            "facet.limit": -1,
            "rows": 0,
        },
        {"facet.field": '["tags", "res_format", "text"]', "facet.mincount": 0, "facet.limit": 9999},
    ]  # fmt: skip


# With what each other action that only reads is tried.
OF_THE_SITE: dict[str, Callable[[Planted], Arguments]] = {
    "am_following_group": lambda t: [{"id": t.home}],
    "am_following_user": lambda t: [{"id": t.people["editor"].id}],
    "api_token_list": lambda t: [{"user_id": t.people["editor"].id}],
    "config_option_list": lambda t: [{}],
    "config_option_show": lambda t: [{"key": "ckan.site_title"}],
    "current_package_list_with_resources": lambda t: [{"limit": 1000}],
    "dashboard_activity_list": lambda t: [{}],
    "dashboard_new_activities_count": lambda t: [{}],
    "dataset_followee_count": lambda t: [{"id": t.people["editor"].id}],
    "dataset_followee_list": lambda t: [{"id": t.people["editor"].id}],
    "dcat_catalog_search": lambda t: [{"q": t.word, "format": "ttl"}],
    "dcat_catalog_show": lambda t: [{"format": "ttl"}, {"format": "xml", "fq": "+state:draft"}],
    "file_owner_scan": lambda t: [
        {"owner_id": t.sets["private"].id, "owner_type": "package"},
        {"owner_id": t.people["editor"].id, "owner_type": "user"},
    ],
    "file_show": lambda t: [{"id": t.sets["private"].resource}],
    "followee_count": lambda t: [{"id": t.people["editor"].id}],
    "followee_list": lambda t: [{"id": t.people["editor"].id}],
    "format_autocomplete": lambda t: [{"q": "csv", "limit": 1000}],
    "get_site_user": lambda t: [{}],
    "group_activity_list": lambda t: [{"id": t.home}],
    "group_autocomplete": lambda t: [{"q": "walk"}],
    "group_followee_count": lambda t: [{"id": t.people["editor"].id}],
    "group_followee_list": lambda t: [{"id": t.people["editor"].id}],
    "group_follower_count": lambda t: [{"id": t.home}],
    "group_follower_list": lambda t: [{"id": t.home}],
    "group_list": lambda t: [{"all_fields": True, "include_users": True, "type": "organization"}],
    "group_list_authz": lambda t: [{}],
    "group_package_show": lambda t: [{"id": t.home, "limit": 100}],
    "group_show": lambda t: [{"id": t.home, "include_users": True, "include_datasets": True}],
    "help_show": lambda t: [{"name": "package_show"}],
    "independence_feed_status_show": lambda t: [{}],
    "independence_feed_withdrawal_list": lambda t: [{}],
    "independence_feed_diff_show": lambda t: [{}, {"language": "1.1"}, {"department": t.home}],
    "independence_feed_problem_list": lambda t: [{}, {"department": t.home, "limit": 500}],
    "independence_policy_desk_list": lambda t: [{}, {"department": t.home, "limit": 100}],
    "independence_policy_waiver_show": lambda t: [{"id": 1}],
    "independence_feed_problem_places": lambda t: [{"ids": [one.id for one in t.sets.values()]}],
    "independence_policy_status_show": lambda t: [{}],
    "independence_policy_inventory_list": lambda t: [
        {"limit": 1000},
        {"q": t.word, "limit": 1000},
        {"status": "draft", "department": t.home, "sort": "title", "limit": 1000},
    ],
    "independence_policy_report_show": lambda t: [{}, {"year": 2026}, {"year": 2027}],
    "independence_policy_scorecard_show": lambda t: [{}, {"department": t.home}],
    "job_list": lambda t: [{}],
    "job_show": lambda t: [{"id": "none-such"}],
    "license_list": lambda t: [{}],
    "member_list": lambda t: [
        {"id": t.home},
        {"id": t.home, "object_type": "user"},
        {"id": t.home, "object_type": "package"},
        {"id": t.home, "capacity": "editor"},
    ],
    "member_roles_list": lambda t: [{}],
    "organization_activity_list": lambda t: [{"id": t.home}],
    "organization_autocomplete": lambda t: [{"q": t.home}],
    "organization_followee_count": lambda t: [{"id": t.people["editor"].id}],
    "organization_followee_list": lambda t: [{"id": t.people["editor"].id}],
    "organization_follower_count": lambda t: [{"id": t.home}],
    "organization_follower_list": lambda t: [{"id": t.home}],
    "organization_list": lambda t: [
        {"all_fields": True, "organizations": t.home, "include_extras": True},
        {"all_fields": True, "organizations": [t.home], "include_users": True},
        {"organizations": [t.home], "include_dataset_count": True, "sort": "package_count"},
    ],
    "organization_list_for_user": lambda t: [
        {},
        {"id": t.people["editor"].name},
        {"id": t.people["admin"].id, "permission": "read", "include_dataset_count": True},
    ],
    "organization_show": lambda t: [
        {"id": t.home, "include_datasets": True},
        {"id": t.home, "include_users": True},
        {"id": t.home, "include_users": "yes", "include_followers": True},
    ],
    "package_autocomplete": lambda t: [{"q": "title", "limit": 1000}, {"q": t.word}],
    "package_collaborator_list_for_user": lambda t: [{"id": t.people["editor"].id}],
    "package_list": lambda t: [{}],
    "package_search": _searches,
    "recently_changed_packages_activity_list": lambda t: [{"limit": 100}],
    "resource_search": lambda t: [
        {"query": "name:File"},
        {"query": "description:holds", "limit": 1000},
        {"query": "url:zq"},
        {"query": "hash:", "limit": 1000},
    ],
    "scheming_dataset_schema_list": lambda t: [{}],
    "scheming_dataset_schema_show": lambda t: [{"type": "dataset"}],
    "scheming_organization_schema_list": lambda t: [{}],
    "scheming_organization_schema_show": lambda t: [{"type": "organization"}],
    "status_show": lambda t: [{}],
    "tag_autocomplete": lambda t: [{"q": "tag", "limit": 1000}, {"q": "tag-zq"}],
    "tag_list": lambda t: [{}, {"all_fields": True}, {"query": "tag-zq"}],
    "tag_search": lambda t: [{"query": "zq", "limit": 1000}],
    "task_status_show": lambda t: [{"entity_id": "x", "task_type": "x", "key": "x"}],
    "term_translation_show": lambda t: [{"terms": ["x"]}],
    "user_activity_list": lambda t: [{"id": t.people["editor"].id}],
    "user_autocomplete": lambda t: [{"q": "acct"}, {"q": "Fullname"}],
    "user_followee_count": lambda t: [{"id": t.people["editor"].id}],
    "user_followee_list": lambda t: [{"id": t.people["editor"].id}],
    "user_follower_count": lambda t: [{"id": t.people["editor"].id}],
    "user_follower_list": lambda t: [{"id": t.people["editor"].id}],
    "user_list": lambda t: [{}, {"q": "acct"}, {"all_fields": False}],
    "user_show": lambda t: [
        {"id": t.people["editor"].name},
        {"id": t.people["admin"].id, "include_datasets": True, "include_num_followers": True},
    ],
    "vocabulary_list": lambda t: [{}],
    "vocabulary_show": lambda t: [{"id": "none-such"}],
}
