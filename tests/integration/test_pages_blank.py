"""The public's pages of a site that has little to show, or no search."""

from __future__ import annotations

import re

from tests.integration.inside import Inside
from tests.words import words_of


def test_without_solr_pages_that_need_no_search_work_and_others_say_so(inside: Inside) -> None:
    made = inside.dataset(name="lamps-without-solr")
    with inside.settings({"solr_url": "http://127.0.0.1:9/solr/none"}):
        for path in ("/", "/dataset/?q=lamps", f"/organization/{made['organization']['name']}"):
            answer = inside.client.get(path)
            assert answer.status_code == 503, path
            assert "Search is unavailable" in answer.text
            assert answer.headers["Retry-After"]
        assert inside.client.get("/dataset/lamps-without-solr").status_code == 200
        assert inside.client.get("/organization/").status_code == 200


def test_the_public_learns_what_changed_but_not_who_did_it(inside: Inside) -> None:
    made = inside.dataset(name="lamps-with-history")
    inside.act("package_patch", id=made["id"], known_limits="Lamps on private land are missing.")
    text = words_of(inside.client.get("/dataset/lamps-with-history").text)
    assert "Changed: what to be careful about" in text
    assert "Published" in words_of(inside.client.get("/dataset/activity/lamps-with-history").text)
    assert "admin" not in text.replace("administration", "")


def test_a_site_with_nothing_in_it_says_so(inside: Inside) -> None:
    found = words_of(inside.client.get("/dataset/?vocab_themes=none").text)
    assert "No data set fits all of this." in found
    empty = words_of(inside.client.get("/organization/public-works?page=9").text)
    assert "Public Works" in empty


def test_a_table_that_nobody_has_explained_is_shown_without_empty_cells(inside: Inside) -> None:
    made = inside.dataset(name="lamps-unexplained")
    file = inside.act(
        "resource_create", package_id=made["id"], url="https://data.example.gov/lamps.csv"
    )
    fields = [{"id": "lamp", "type": "text"}, {"id": "height", "type": "numeric"}]
    inside.make_table(file["id"], fields=fields, records=[])
    for path in ("/dataset/lamps-unexplained", f"/dataset/lamps-unexplained/resource/{file['id']}"):
        page = inside.client.get(path).text
        assert "height" in page
        assert "What it means" not in page
        assert re.findall(r"<t[dh][^>]*>\s*</t[dh]>", page) == []
    assert "This table has no rows at present." in page
