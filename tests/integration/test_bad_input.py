"""What nobody should send is refused in words that name it, and leaves nothing behind.

Beside `test_form_fields`, which tries wrong values of each field: wrong types and sizes,
what cannot be stored, addresses that lead inside, files that are none, and every action of
the API with ids that are no ids.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import requests
from embedded_ckan.site import settings
from embedded_ckan.testing import AnySite, ApiError
from psycopg2 import sql

from tests.integration import doors, planting
from tests.integration.planting import Planted
from tests.loaded import wait_until_looked_into

SCRIPT = "<script>alert(1)</script>"
LONG = "x" * 1_000_000
TABLES = (
    "package",
    "resource",
    "package_tag",
    "tag",
    "independence_catalog_file",
    "independence_catalog_version",
)


@pytest.fixture(scope="module")
def town(site: AnySite) -> Iterator[Planted]:
    """Two departments, their people, and one public data set."""
    with planting.planted(site, kinds=("public",)) as town:
        yield town


@pytest.fixture
def nothing_stays(site: AnySite) -> Iterator[None]:
    """Count the rows of data sets, files and versions before and after."""
    before = _rows(site)
    yield
    assert _rows(site) == before


def _rows(site: AnySite) -> dict[str, int]:
    connection = psycopg2.connect(settings(site.ini)["sqlalchemy.url"])
    try:
        with connection.cursor() as cursor:
            counts = {}
            for table in TABLES:
                cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
                counts[table] = cursor.fetchone()[0]
            return counts
    finally:
        connection.close()


def _refused(town: Planted, action: str, /, **data: Any) -> dict[str, Any]:
    """Call an action as the editor; return the errors of the refusal by their fields."""
    with pytest.raises(ApiError) as refused:
        town.ask("editor", action, **data)
    assert refused.value.status in (400, 409), refused.value
    error: dict[str, Any] = refused.value.error
    return error


# --- data sets ------------------------------------------------------------------------------

TEXTS = (
    "notes",
    "steward_name",
    "access_rationale",
    "collection_method",
    "known_limits",
    "citation",
    "source_system",
    "series",
    "url",
    "author",
    "maintainer",
    "version",
)
OTHERS = (
    "title",
    "steward_email",
    "steward_phone",
    "update_frequency",
    "data_modified",
    "temporal_start",
    "spatial_bbox",
    "license_id",
    "access_level",
    "landing_page",
)


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("field", [*TEXTS, *OTHERS])
def test_a_value_of_another_type_or_size_is_refused_by_its_fields_name(
    town: Planted, field: str
) -> None:
    """Numbers, lists, objects, truth, and a megabyte; the answer stays short."""
    for wrong in (5, 1.5, True, ["x"], [{"a": [1]}], {"a": 1}, LONG):
        data = planting.complete(town.home, "wrong") | {field: wrong}
        error = _refused(town, "package_create", private=False, **data)
        assert field in error, (wrong, error)
        assert len(str(error)) < 3_000


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("field", ["themes", "goals", "spatial_places", "references"])
def test_a_list_holds_texts_of_the_citys_choice(town: Planted, field: str) -> None:
    """And not too many of them."""
    many = [f"https://www.example.gov/{n}" for n in range(5_000)]
    for wrong in (5, True, {"a": 1}, [5], [None], [{"a": 1}], ["unheard of"], many):
        data = planting.complete(town.home, "wrong") | {field: wrong}
        assert field in _refused(town, "package_create", **data), wrong


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("wrong", ["publish", ["x"], {"a": 1}, 5, SCRIPT])
def test_what_is_neither_true_nor_false_never_publishes(town: Planted, wrong: Any) -> None:
    """CKAN takes every word that it does not know for "not private"."""
    data = planting.complete(town.home, "wrong")
    assert "private" in _refused(town, "package_create", private=wrong, **data)


@pytest.mark.usefixtures("nothing_stays")
def test_ten_thousand_keywords_are_too_many(town: Planted) -> None:
    """As a text, and as a list."""
    words = [f"word {n}" for n in range(10_000)]
    data = planting.complete(town.home, "wrong")
    error = _refused(town, "package_create", **data | {"tag_string": ", ".join(words)})
    assert {"tags", "tag_string"} & set(error)
    del data["tag_string"]
    assert "tags" in _refused(town, "package_create", tags=[{"name": w} for w in words], **data)


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("word", [SCRIPT, "a&b", '"quoted"', "{{ 7 * 7 }}", "x;DROP", "../up"])
def test_a_keyword_holds_letters_and_digits(town: Planted, word: str) -> None:
    """By either way in."""
    data = planting.complete(town.home, "wrong")
    assert "tag_string" in _refused(
        town, "package_create", **data | {"tag_string": f"fine, {word}"}
    )
    del data["tag_string"]
    assert "tags" in _refused(town, "package_create", tags=[{"name": word}], **data)


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("part", ["resources", "tags", "extras", "groups"])
def test_a_list_of_records_is_one(town: Planted, part: str) -> None:
    """Whatever else stands there is refused by name."""
    for wrong in (5, None, True, ["x"], [5], "x"):
        data = planting.complete(town.home, "wrong")
        if part == "tags":
            del data["tag_string"]
        with pytest.raises(ApiError) as refused:
            town.ask("editor", "package_create", **data | {part: wrong})
        assert refused.value.status in (400, 404, 409), wrong
        assert part.rstrip("s") in str(refused.value.error).lower()


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("field", ["owner_org", "type", "id", "groups"])
def test_an_id_is_a_text_that_can_be_stored(town: Planted, field: str) -> None:
    """Not a number, a list, or a text with a character that no database takes."""
    for wrong in (5, True, [5], {"a": 1}, "a\x00b", "a\ud800b"):
        data = planting.complete(town.home, "wrong") | {field: wrong}
        assert field in _refused(town, "package_create", **data), wrong


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("field", ["title", "notes", "name", "steward_name", "tag_string"])
@pytest.mark.parametrize("char", ["\x00", "\ud800", "\x1b"])
def test_what_cannot_be_stored_is_refused(town: Planted, field: str, char: str) -> None:
    """U+0000, half a character, and what steers a terminal."""
    data = planting.complete(town.home, "wrong") | {field: f"some{char}thing"}
    assert field in _refused(town, "package_create", **data)


# --- addresses ------------------------------------------------------------------------------

INSIDE = (
    "http://127.0.0.1/x.csv",
    "http://127.1/x.csv",
    "http://0x7f.1/x.csv",
    "http://2130706433/x.csv",
    "http://017700000001/x.csv",
    "http://[::1]/x.csv",
    "http://[::ffff:127.0.0.1]/x.csv",
    "http://[64:ff9b::7f00:1]/x.csv",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.1.2.3/x.csv",
    "http://localhost:8983/solr",
    "http://solr/x.csv",
    "http://portal.internal/x.csv",
    "http://user@www.example.gov/x.csv",
    "http://www.example.gov:0/x.csv",
    "file:///etc/passwd",
    "gopher://www.example.gov/",
    "javascript:alert(1)",
    " java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//www.example.gov/x.csv",
    "http://",
)


@pytest.mark.usefixtures("nothing_stays")
@pytest.mark.parametrize("address", INSIDE)
def test_a_link_leads_outside_and_nowhere_else(town: Planted, address: str) -> None:
    """In the data set, in a file of a new one, and in a file that is added."""
    data = planting.complete(town.home, "wrong")
    for field in ("landing_page", "dictionary_url", "source_catalog"):
        assert field in _refused(town, "package_create", **data | {field: address})
    assert "references" in _refused(town, "package_create", **data | {"references": [address]})
    file = {"url": address, "name": "Trial"}
    assert "resources" in _refused(town, "package_create", resources=[file], **data)
    one = town.sets["public"]
    assert "url" in _refused(town, "resource_create", package_id=one.id, **file)
    assert "url" in _refused(town, "resource_patch", id=one.resource, url_type="", **file)


# --- files ----------------------------------------------------------------------------------


def _upload(town: Planted, name: str, content: Any, **data: Any) -> Any:
    return town.site.api(
        "resource_create",
        token=town.token("editor"),
        files={"upload": (name, content, "text/csv")},
        package_id=town.sets["public"].id,
        **data,
    )


@pytest.mark.usefixtures("nothing_stays")
def test_an_empty_file_is_refused(town: Planted) -> None:
    """With its name, and what to do."""
    with pytest.raises(ApiError) as refused:
        _upload(town, "nothing.csv", b"")
    assert "nothing.csv is empty (0 bytes)" in str(refused.value.error["upload"])


@pytest.mark.usefixtures("nothing_stays")
def test_a_file_over_the_limit_is_refused(town: Planted) -> None:
    """Already when its size is announced: nothing of it needs to be sent."""
    where = urlsplit(town.site.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    connection.putrequest("POST", "/api/3/action/resource_create")
    connection.putheader("Authorization", town.token("editor") or "")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", "600000000")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    connection.close()


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.csv", "..\\..\\boot.csv", "a\x00b.csv", "x" * 300 + ".csv", "…"]
)
def test_a_files_name_leads_nowhere(town: Planted, name: str) -> None:
    """What is kept of it is a plain name, and the file is served under it."""
    made = _upload(town, name, f"a,b\n1,{len(name)}\n".encode())
    try:
        kept = made["url"].rpartition("/download/")[2]
        assert kept and ".." not in kept and "/" not in kept and len(kept) <= 120
        wait_until_looked_into(town.site, made["id"])
        assert requests.get(made["url"], timeout=60).status_code == 200
    finally:
        town.ask("editor", "resource_delete", id=made["id"])


@pytest.mark.usefixtures("nothing_stays")
def test_a_file_that_is_none_is_refused(town: Planted) -> None:
    """Text where a file is due."""
    for wrong in ("text", 5, ["x"], {"a": 1}):
        error = _refused(
            town, "resource_create", package_id=town.sets["public"].id, upload=wrong, url="x"
        )
        assert "upload" in error or "url" in error


# --- the whole API --------------------------------------------------------------------------

NO_IDS = ("a\x00b", 5, ["x"], "../../etc/passwd")
# Of CKAN 2.12.0: they break where arguments are missing, whatever the id.
BREAK_WITHOUT_ARGUMENTS = frozenset(
    """group_member_delete organization_member_delete task_status_update_many
    user_invite""".split()
)


def test_no_action_breaks_on_an_id_that_is_none(town: Planted) -> None:
    """Every action of the site: refused, and never a fault of ours."""
    headers = {"Authorization": town.token("editor") or ""}

    def status(call: tuple[str, Any]) -> str | None:
        action, wrong = call
        data = {"id": wrong, "resource_id": wrong, "q": "x", "query": "name:x"}
        url = f"{town.site.url}/api/3/action/{action}"
        answer = requests.post(url, json=data, headers=headers, timeout=60)
        if answer.status_code < 500:
            return None
        return f"{action} {wrong!r}: {answer.status_code}"

    actions = set(doors.count(town.site).actions) - BREAK_WITHOUT_ARGUMENTS
    with ThreadPoolExecutor(6) as pool:
        broken = list(filter(None, pool.map(status, product(sorted(actions), NO_IDS))))
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("char", ["%00", "%ED%A0%80", "%FF", "..%2f..%2fetc%2fpasswd", "'"])
def test_no_page_breaks_on_an_address_that_is_none(town: Planted, char: str) -> None:
    """Where an id stands in an address, and behind its question mark."""
    for path in (
        f"/dataset/{char}",
        f"/dataset/{char}.ttl",
        f"/dataset/x/resource/{char}",
        f"/dataset/x/resource/x/download/{char}",
        f"/organization/{char}",
        f"/user/{char}",
        f"/feeds/tag/{char}.atom",
        f"/datastore/dump/{char}",
        f"/dataset/?q={char}&page={char}&sort={char}&tags={char}",
        f"/dataset/?ext_bbox={char}&organization={char}",
        f"/catalog.ttl?page={char}",
        f"/api/3/action/package_show?id={char}",
        f"/api/3/action/package_search?q={char}&rows={char}&fq={char}",
        f"/{char}",
    ):
        status = requests.get(town.site.url + path, timeout=60).status_code
        assert status < 500, (path, status)


def test_a_search_that_solr_cannot_read_tells_nothing_of_solr(town: Planted) -> None:
    """Neither its address nor what was asked of it besides."""
    for wrong in ("title:[", "{!join from=id to=id}x", "_query_:x", '"', "a AND", "*:* NOT"):
        try:
            town.ask("nobody", "package_search", q=wrong)
        except ApiError as error:
            assert error.status in (400, 409)
            assert "permission_labels" not in str(error.error)
            assert "site_id" not in str(error.error)
            assert "http" not in str(error.error)
