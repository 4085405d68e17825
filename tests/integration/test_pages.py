"""The public's pages, as a visitor and a search engine get them from the site."""

from __future__ import annotations

import json
import re
import subprocess
from xml.etree import ElementTree

import pytest
import requests
from embedded_ckan.testing import RunningSite

from tests.loaded import loaded_table
from tests.words import words_of


def get(site: RunningSite, path: str, **options: object) -> requests.Response:
    return requests.get(site.url + path, timeout=30, **options)  # type: ignore[arg-type]


def hits(site: RunningSite, question: str) -> list[str]:
    """The names of the data sets that a question finds, in their order."""
    page = get(site, "/dataset/", params={"q": question}).text
    return re.findall(r'<h3><a href="/dataset/([^"/]+)">', page)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("potholes", "street-defects"),
        ("where are the potholes on my street", "street-defects"),
        ("restaurants", "restaurant-inspections"),
        ("cops", "crime-incidents"),
        ("blackouts", "power-outages"),
        ("how much do city employees earn", "salaries-by-position-2025-26"),
        ("foia", "public-records-requests"),
    ],
)
def test_a_residents_words_find_what_the_city_calls_otherwise(
    site: RunningSite, question: str, name: str
) -> None:
    assert name in hits(site, question)[:5]


def test_the_words_that_were_asked_for_are_marked(site: RunningSite) -> None:
    page = get(site, "/dataset/?q=potholes").text
    assert re.search(r"<mark>street defects?</mark>", page, re.I)


@pytest.mark.parametrize(
    "question",
    ["{!func}x", "((", '"', "a:b", "_query_:x", "-", "AND", "<script>", "\\", "*", "é" * 150],
)
def test_anything_can_be_typed_into_the_search(site: RunningSite, question: str) -> None:
    answer = get(site, "/dataset/", params={"q": question, "organization": question})
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_narrowing_down_and_taking_it_back(site: RunningSite) -> None:
    page = get(site, "/dataset/").text
    theme = re.search(r'href="(/dataset/\?vocab_themes=[^"]+)"[^>]*><span>([^<]+)', page)
    assert theme
    narrowed = get(site, theme[1].replace("&amp;", "&")).text
    assert f"Remove Theme: </span>{theme[2]}" in narrowed
    assert 'class="chips"' in narrowed
    assert re.search(r'<li><a href="/dataset/" rel="nofollow"><span>.*?Remove Theme', narrowed)
    assert "vocab_" not in words_of(narrowed)


def test_a_search_that_finds_nothing_says_what_to_do(site: RunningSite) -> None:
    page = words_of(get(site, "/dataset/?q=zeppelins").text)
    assert "No data set was found for these words." in page
    assert "Try fewer or simpler words" in page


def test_nothing_empty_is_shown_of_a_data_set(site: RunningSite) -> None:
    page = get(site, "/dataset/street-defects").text
    assert re.findall(r"<(?:dd|dt|h2|h3|li|p|td)[^>]*>\s*</(?:dd|dt|h2|h3|li|p)>", page) == []
    assert not re.search(r">\s*(?:None|\[\]|null)\s*<", page)


def test_a_data_set_shows_its_promise_its_first_rows_its_files_and_whom_to_ask(
    site: RunningSite,
) -> None:
    loaded_table(site, "street-defects")
    page = get(site, "/dataset/street-defects").text
    text = words_of(page)
    for expected in (
        "Data updated", "Is it current?", "A first look", "The first 10 of", "Files",
        "Columns explained", "Cite it", "Who to ask", "City goals it serves",
    ):  # fmt: skip
        assert expected in text, expected
    assert len(re.findall(r"<tr><td", page)) == 10
    assert "mailto:" in page


def test_search_engines_are_told_what_a_data_set_is(site: RunningSite) -> None:
    page = get(site, "/dataset/street-defects").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    record = json.loads(found[1])
    assert record["@type"] == "Dataset"
    assert record["url"] == f"{site.url}/dataset/street-defects"
    assert record["license"].startswith("http")
    assert {"description", "creator", "dateModified", "distribution", "identifier"} <= set(record)
    assert f'<link rel="canonical" href="{site.url}/dataset/street-defects">' in page
    assert '<meta property="og:title" content="' in page


def test_what_is_not_public_is_listed_with_its_reason(site: RunningSite) -> None:
    found = site.api("package_search", fq='access_level:("non-public" OR "restricted public")')
    assert found["count"]
    for entry in found["results"]:
        page = words_of(get(site, f"/dataset/{entry['name']}").text)
        for name in ("withheld_reason", "access_rationale", "access_legal_basis"):
            assert " ".join((entry.get(name) or "").split())[:60].replace("'", "&#39;") in page
        assert "Download" not in page


def test_the_commands_of_a_file_work_as_they_stand(site: RunningSite) -> None:
    file = loaded_table(site, "street-defects")
    page = get(site, f"/dataset/street-defects/resource/{file['id']}").text
    codes = [
        code.replace("&#34;", '"').replace("&amp;", "&")
        for code in re.findall(r"<code>(curl [^<]+)</code>", page)
    ]
    assert len(codes) == 2
    download = codes[0].replace("--output", "--silent --output").split('"')
    done = subprocess.run(
        ["curl", "--silent", "--location", download[3]], capture_output=True, check=True
    )
    assert len(done.stdout) == file["size"]
    rows = subprocess.run(
        ["curl", "--silent", codes[1].split('"')[1]], capture_output=True, check=True
    )
    assert len(json.loads(rows.stdout)["result"]["records"]) == 100


def test_the_sitemap_lists_what_is_public_and_robots_leave_combinations_alone(
    site: RunningSite,
) -> None:
    robots = get(site, "/robots.txt")
    assert robots.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /dataset/*?" in robots.text
    assert f"Sitemap: {site.url}/sitemap.xml" in robots.text
    tree = ElementTree.fromstring(get(site, "/sitemap.xml").content)  # noqa: S314 - our own
    listed = {node.text for node in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    public = set(site.api("package_list"))
    assert {f"{site.url}/dataset/{name}" for name in public} <= listed
    assert {a for a in listed if a and "/dataset/" in a} - {f"{site.url}/dataset/"} == {
        f"{site.url}/dataset/{name}" for name in public
    }
    assert all("?" not in (address or "") for address in listed)


def test_files_that_never_change_may_be_kept_for_ever_and_come_compressed(
    site: RunningSite,
) -> None:
    home = get(site, "/").text
    staff = get(site, "/user/reset/00000000-0000-0000-0000-000000000000?key=x").text
    addresses = set(re.findall(r'(?:href|src)="(/(?:assets|webassets)/[^"]+)"', home + staff))
    assert any(a.startswith("/assets/site.") for a in addresses)
    for address in addresses:
        answer = get(site, address, headers={"Accept-Encoding": "br, gzip"}, stream=True)
        assert answer.headers["Content-Encoding"] == "br", address
        assert "immutable" in answer.headers["Cache-Control"], address
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        zipped = get(site, address, headers={"Accept-Encoding": "gzip"}, stream=True)
        assert zipped.headers["Content-Encoding"] == "gzip"


def test_nothing_of_ckans_own_style_or_scripts_comes_with_a_public_page(site: RunningSite) -> None:
    for path in ("/", "/dataset/", "/dataset/street-defects", "/organization/", "/user/login"):
        page = get(site, path).text
        assert "/webassets/" not in page, path
        assert "jquery" not in page.lower(), path


def test_every_error_says_what_happened_and_what_to_do(site: RunningSite) -> None:
    for path, status, said in (
        ("/nothing-here", 404, "There is nothing at this address"),
        ("/dataset/nothing-here", 404, "There is nothing at this address"),
        ("/organization/nothing-here", 404, "There is nothing at this address"),
        ("/dataset/new", 403, "You may not see this page"),
        ("/ckan-admin/", 403, "You may not see this page"),
    ):
        answer = get(site, path)
        assert (answer.status_code, said in answer.text) == (status, True), path
        assert "Go to the home page" in answer.text


def test_a_data_set_and_a_department_keep_one_address(site: RunningSite) -> None:
    data = site.api("package_show", id="street-defects")
    assert get(site, f"/dataset/{data['id']}").url == f"{site.url}/dataset/street-defects"
    department = data["organization"]
    assert get(site, f"/organization/{department['id']}").url.endswith(department["name"])
