"""The web server in front, as a server has it, before a small site that answers as ours does."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from embedded_ckan.solr import free_port

from tests.integration.fronting import Program, found, render, running

ROOT = Path(__file__).resolve().parents[2]
TABLE = b"case,zip\n" + b"1,01056\n" * 500


class Site(BaseHTTPRequestHandler):
    """Answers with what it was asked, and hands a stored file over to nginx."""

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path == "/download":
            self.send_header("X-Accel-Redirect", "/stored/sha256/ab/ab%20cd")
            self.send_header("Content-Type", "text/csv; charset=utf-8")
            self.send_header("Content-Disposition", "attachment; filename=cases.csv")
            self.send_header("Cache-Control", "private, no-cache")
            body = b""
        else:
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Cache-Control", "public, max-age=60")
            self.send_header("X-Seen", ";".join(f"{k}={v}" for k, v in self.headers.items()))
            body = b"<p>page</p>" * 200
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return found(tmp_path_factory.mktemp("nginx"))


@pytest.fixture(scope="module")
def front(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an nginx that stands before the small site."""
    folder = tmp_path_factory.mktemp("front")
    stored = folder / "storage/resources/sha256/ab/ab cd"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(TABLE)
    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    with running(program, folder, site.server_port) as address:
        yield address
    site.shutdown()


def test_nginx_accepts_the_configuration(program: Program, tmp_path: Path) -> None:
    file = render(tmp_path, program[1], free_port(), 5000)
    done = subprocess.run(
        [program[0], "-t", "-c", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_a_page_comes_as_the_site_sent_it_and_smaller(front: str) -> None:
    answer = requests.get(front, timeout=5)
    assert answer.status_code == 200 and answer.text == "<p>page</p>" * 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "/" not in answer.headers["Server"], "nobody needs to know the version"


def test_a_stored_file_is_sent_from_disk_as_the_site_described_it(front: str) -> None:
    answer = requests.get(f"{front}/download", headers={"Accept-Encoding": "identity"}, timeout=5)
    assert answer.content == TABLE
    assert answer.headers["Content-Disposition"] == "attachment; filename=cases.csv"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_download_that_broke_off_can_be_taken_up_again(front: str) -> None:
    answer = requests.get(
        f"{front}/download",
        headers={"Range": "bytes=5-9", "Accept-Encoding": "identity"},
        timeout=5,
    )
    assert answer.status_code == 206 and answer.content == TABLE[5:10]


def test_a_reader_who_has_the_file_is_told_so(front: str) -> None:
    tag = requests.get(f"{front}/download", timeout=5).headers["ETag"]
    again = requests.get(f"{front}/download", headers={"If-None-Match": tag}, timeout=5)
    assert again.status_code == 304 and not again.content


@pytest.mark.parametrize(
    "path", ["/stored/sha256/ab/ab%20cd", "/stored/", "/stored/../nginx.conf", "/restarting.html"]
)
def test_nobody_gets_a_stored_file_without_the_sites_word(front: str, path: str) -> None:
    session = requests.Session()
    request = requests.Request("GET", front).prepare()
    request.url = front + path
    answer = session.send(request, timeout=5)
    assert answer.status_code == 404 or "page" in answer.text


def test_the_site_learns_who_asks_from_a_balancer_nearby(front: str) -> None:
    told = {
        "X-Forwarded-For": "203.0.113.7, 10.1.2.3",
        "X-Forwarded-Proto": "https",
        "Host": "data.example.gov",
    }
    seen = requests.get(front, headers=told, timeout=5).headers["X-Seen"].split(";")
    assert "Host=data.example.gov" in seen
    # The small site and nginx are on the loopback, which is no private network: nothing is taken.
    assert "X-Forwarded-For=127.0.0.1" in seen
    assert "X-Forwarded-Proto=https" in seen


def test_an_upload_over_the_limit_is_refused_in_words(front: str) -> None:
    answer = requests.post(f"{front}/dataset/new", data=b"x" * (2 << 20), timeout=10)
    assert answer.status_code == 413
    assert "The file is too large" in answer.text and "nothing was changed" in answer.text


def test_a_site_that_is_being_restarted_says_so_and_when_to_come_back(
    program: Program, tmp_path: Path
) -> None:
    with running(program, tmp_path, free_port()) as address:
        answer = requests.get(f"{address}/dataset/", timeout=5)
        assert answer.status_code == 503
        assert "being restarted" in answer.text
        assert answer.headers["Retry-After"] == "30"
        assert answer.headers["Cache-Control"] == "no-store"


def test_nginx_takes_more_than_the_site_so_that_the_site_can_refuse_in_its_form() -> None:
    from ckanext.independence.catalog.views.intake import BESIDE
    from embedded_ckan import ini

    text = (ROOT / "config/nginx/nginx.conf").read_text()
    taken = int(text.split("client_max_body_size ")[1].split("m;")[0])
    largest = int(ini.settings(ROOT / "config/ckan.ini")["ckan.max_resource_size"])
    assert taken > largest + BESIDE
