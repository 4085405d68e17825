"""The published files as clients get them: from the site itself, and from nginx in front of it.

Nothing is behind either but a small site that knows no database: what is asked here is answered
while everything else is down.
"""

from __future__ import annotations

import gzip
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import pytest
import requests
from ckanext.independence.feed.serving import Feeds
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.integration.fronting import found, running

FEED = b'{"dataset":[\n{"identifier":"1"}\n]}\n' * 400
WHEN = 1_700_000_000
PLAIN = {"Accept-Encoding": "identity"}


@dataclass
class Place:
    """A server, and the folder of what it sends."""

    url: str
    folder: Path

    def get(self, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        request = requests.Request("GET", self.url, headers=PLAIN | (headers or {}))
        return self._send(request, path, **more)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None) -> Any:
        return self._send(requests.Request(method, self.url, headers=PLAIN | (headers or {})), path)

    def _send(self, request: requests.Request, path: str, **more: Any) -> Any:
        prepared = requests.Session().prepare_request(request)
        # As it is written, dots and all.
        prepared.url = self.url + path
        return requests.Session().send(prepared, timeout=5, **more)


def lay(
    folder: Path, number: int, content: bytes, when: int = WHEN, *, br: bool = True, gz: bool = True
) -> None:
    """Put a snapshot into its folder, and lead to it."""
    into = folder / "snapshots" / str(number)
    for name in ("data.json", "dcat-us/3.0.json", "data/parks.json", "changes.atom"):
        file = folder / name if name == "changes.atom" else into / name
        file.parent.mkdir(parents=True, exist_ok=True)
        forms = {"": content}
        if gz:
            forms[".gz"] = gzip.compress(content, mtime=0)
        if br:
            forms[".br"] = brotli.compress(content)
        for ending, body in forms.items():
            form = Path(f"{file}{ending}")
            form.write_bytes(body)
            os.utime(form, (when, when))
    aside = folder / "new"
    aside.symlink_to(Path("snapshots") / str(number))
    aside.replace(folder / "current")


def site(_environ: Any, _start: Any) -> Any:
    return Response("the site itself\n", headers={"X-Site": "yes"})(_environ, _start)


@pytest.fixture(scope="module", params=["site", "nginx"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("served")
    folder = root / "storage/feed"
    folder.mkdir(parents=True)
    server = make_server("127.0.0.1", 0, Feeds(site, folder), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        if request.param == "site":
            yield Place(f"http://127.0.0.1:{server.server_port}", folder)
        else:
            with running(found(tmp_path_factory.mktemp("nginx")), root, server.server_port) as url:
                yield Place(url, folder)
    finally:
        server.shutdown()


@pytest.fixture
def served(place: Place) -> Place:
    """A server with one snapshot."""
    (place.folder / "current").unlink(missing_ok=True)
    lay(place.folder, 1, FEED)
    return place


@pytest.fixture
def bare(place: Place) -> Place:
    """A server with nothing to serve."""
    for old in place.folder.glob("changes.atom*"):
        old.unlink()
    (place.folder / "current").unlink(missing_ok=True)
    return place


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data.json", "application/json; charset=utf-8"),
        ("/dcat-us/3.0.json", "application/json; charset=utf-8"),
        ("/data/parks.json", "application/json; charset=utf-8"),
        ("/changes.atom", "application/atom+xml; charset=utf-8"),
    ],
)
def test_what_is_published_comes_whole_and_says_what_it_is(
    served: Place, path: str, kind: str
) -> None:
    answer = served.get(path)
    assert (answer.status_code, answer.content) == (200, FEED)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Length"] == str(len(FEED))
    assert answer.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert answer.headers["Cache-Control"] == "public, max-age=60, stale-if-error=604800"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["ETag"] == f'"{WHEN:x}-{len(FEED):x}"'
    assert "Content-Encoding" not in answer.headers and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("br;q=0.5", "br"),
        ("GZIP", "gzip"),
        ("brotli, xgzip, gzipx", None),
        ("gzip;q=0", None),
        ("gzip;q=0.000", None),
        ("identity", None),
        ("", None),
    ],
)
def test_each_client_gets_the_form_that_it_takes(
    served: Place, accepted: str, sent: str | None
) -> None:
    answer = served.get("/data.json", {"Accept-Encoding": accepted}, stream=True)
    assert answer.headers.get("Content-Encoding") == sent
    body = answer.raw.read()
    assert len(body) == int(answer.headers["Content-Length"])
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[sent](body)
    assert unpacked == FEED


def test_each_form_has_a_strong_tag_of_its_own(served: Place) -> None:
    tags = {
        served.get("/data.json", {"Accept-Encoding": form}).headers["ETag"]
        for form in ("identity", "gzip", "br")
    }
    assert len(tags) == 3
    assert all(tag.startswith('"') for tag in tags)


@pytest.mark.parametrize("form", ["identity", "gzip", "br"])
def test_who_has_it_already_is_told_so_and_who_did_not_ask_is_not(served: Place, form: str) -> None:
    accept = {"Accept-Encoding": form}
    first = served.get("/data.json", accept)
    for held in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", {first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = served.get("/data.json", accept | held)
        assert (again.status_code, again.content) == (304, b""), held
    for other in (
        {},
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]},
        {"If-Modified-Since": "Mon, 13 Nov 2023 22:13:20 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        again = served.get("/data.json", accept | other)
        assert (again.status_code, again.content) == (200, FEED), other


def test_one_who_has_it_packed_does_not_have_it_plain(served: Place) -> None:
    packed = served.get("/data.json", {"Accept-Encoding": "gzip"}).headers["ETag"]
    assert served.get("/data.json", {"If-None-Match": packed}).status_code == 200


def test_the_head_alone_is_the_head_of_the_whole(served: Place) -> None:
    whole = served.get("/data.json")
    head = served.ask("HEAD", "/data.json")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Vary"):
        assert head.headers[name] == whole.headers[name], name


def test_a_part_is_never_sent_as_two_halves_of_two_snapshots_are_no_feed(served: Place) -> None:
    answer = served.get("/data.json", {"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, FEED)


@pytest.mark.parametrize("path", ["/data.json", "/dcat-us/3.0.json", "/data/parks.json"])
def test_there_is_no_second_page(served: Place, path: str) -> None:
    for page in ("2", "0", "x", "2&q=1"):
        answer = served.get(f"{path}?page={page}")
        assert answer.status_code == 404 and "one page" in answer.text
    for rest in ("?page=1", "?page=", "?q=x", "?"):
        assert served.get(f"{path}{rest}").content == FEED, rest


def test_a_department_that_is_none_is_not_found(served: Place) -> None:
    answer = served.get("/data/nobody.json")
    assert answer.status_code == 404 and "no department" in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "../data", "..%2Fdata", "%2e%2e/data", "parks.json/../../data", "../../../../secret",
        "parks%00", "parks%0A", "Parks", "./parks", "parks/", "/parks",
    ],
)  # fmt: skip
def test_no_name_of_a_department_leads_out_of_the_folder(served: Place, name: str) -> None:
    (served.folder.parent / "secret.json").write_text("hush")
    (served.folder / "snapshots/1/secret.json").write_text("hush")
    answer = served.get(f"/data/{name}.json")
    assert "hush" not in answer.text
    # A server may put an address in order first: then it is that of the feed, and that is all.
    assert answer.content == FEED or "X-Site" in answer.headers or answer.status_code in (400, 404)


def test_what_else_lies_in_the_folder_is_not_sent(served: Place) -> None:
    (served.folder / "snapshots/1/manifest.json").write_text("hush")
    for path in (
        "/manifest.json",
        "/data/manifest.json",
        "/data.json.gz",
        "/snapshots/1/data.json",
    ):
        assert "hush" not in served.get(path).text
        assert served.get(path).content not in (FEED, gzip.compress(FEED, mtime=0)), path


def test_where_nothing_is_published_the_answer_is_an_error_and_says_when_to_ask_again(
    bare: Place,
) -> None:
    for path in ("/data.json", "/dcat-us/3.0.json", "/data/parks.json", "/changes.atom"):
        answer = bare.get(path)
        assert answer.status_code == 503, path
        assert answer.headers["Retry-After"] == "60"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


def test_a_link_that_leads_nowhere_is_nothing_published(bare: Place) -> None:
    (bare.folder / "current").symlink_to("snapshots/99")
    assert bare.get("/data.json").status_code == 503


def test_a_file_that_is_not_packed_yet_comes_as_it_is(bare: Place) -> None:
    lay(bare.folder, 3, FEED, br=False)
    every = {"Accept-Encoding": "gzip, br"}
    packed = bare.get("/data.json", every)
    assert packed.content == FEED
    # nginx looks for the one best form; the site goes on to the next.
    assert packed.headers.get("Content-Encoding") in (None, "gzip")
    lay(bare.folder, 4, FEED, br=False, gz=False)
    plain = bare.get("/data.json", every)
    assert plain.content == FEED and "Content-Encoding" not in plain.headers


def test_nobody_writes_to_the_feed(served: Place) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert served.ask(method, "/data.json").status_code == 405
    assert served.get("/data.json").content == FEED


def test_a_page_of_another_site_may_read_it_and_ask_whether_it_changed(served: Place) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = served.ask("OPTIONS", "/data.json", asked)
    assert answer.status_code == 204
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_new_snapshot_is_seen_at_once_and_whoever_is_reading_finishes_the_old(
    bare: Place,
) -> None:
    # More than the connection holds: most of it is still on the disk when the next one comes.
    old, new = b"old " * 4_000_000, b"new " * 1_000
    lay(bare.folder, 5, old, WHEN, br=False, gz=False)
    host, port = bare.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"GET /data.json HTTP/1.0\r\n\r\n")
        got = client.recv(1000)
        lay(bare.folder, 6, new, WHEN + 60, br=False, gz=False)
        assert bare.get("/data.json").content == new
        while more := client.recv(1 << 20):
            got += more
    head, _, body = got.partition(b"\r\n\r\n")
    assert b"200 OK" in head
    assert body == old


def test_rdf_comes_from_the_disk_whole_and_from_the_site_in_parts(served: Place) -> None:
    for name in ("catalog.ttl", "catalog.jsonld"):
        assert "X-Site" in served.get(f"/{name}").headers, "not published yet"
    rdf = served.folder / "rdf/7"
    rdf.mkdir(parents=True)
    (rdf / "catalog.ttl").write_text("# turtle")
    (rdf / "catalog.jsonld").write_text("[]")
    (served.folder / "rdf/current").symlink_to("7")
    turtle, jsonld = served.get("/catalog.ttl"), served.get("/catalog.jsonld")
    assert (turtle.text, jsonld.text) == ("# turtle", "[]")
    assert turtle.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert jsonld.headers["Content-Type"] == "application/ld+json; charset=utf-8"
    for part in ("?page=2", "?q=parks", "?profiles=x"):
        assert "X-Site" in served.get(f"/catalog.ttl{part}").headers
    assert "X-Site" in served.get("/catalog.xml").headers


def test_everything_else_is_the_sites(served: Place) -> None:
    for path in ("/", "/dataset/data.json", "/data", "/data/", "/dcat-us/", "/dcat-us/2.0.json"):
        assert "X-Site" in served.get(path).headers, path


def test_nginx_sends_the_feed_while_the_site_is_down(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path / "storage/feed"
    folder.mkdir(parents=True)
    lay(folder, 1, FEED)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with running(
            found(tmp_path_factory.mktemp("nginx")), tmp_path, probe.getsockname()[1]
        ) as url:
            alone = Place(url, folder)
            assert alone.get("/dataset/").status_code == 503
            for form in ("identity", "gzip", "br"):
                answer = alone.get("/data.json", {"Accept-Encoding": form})
                assert (answer.status_code, answer.content) == (200, FEED)
            assert alone.get("/data.json?page=2").status_code == 404
            (folder / "current").unlink()
            answer = alone.get("/data.json")
            assert answer.status_code == 503 and answer.headers["Retry-After"]
