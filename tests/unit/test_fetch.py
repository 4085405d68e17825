"""Fetching what a person typed: the public web is reached, nothing inside is."""

from __future__ import annotations

import gzip
import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ckanext.independence.catalog import fetch
from ckanext.independence.catalog.addresses import check_address, check_public_url


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/x",
        "http://LOCALHOST./x",
        "http://a.localhost/x",
        "http://127.0.0.1/x",
        "http://127.1/x",
        "http://2130706433/x",
        "http://0x7f.1/x",
        "http://0x7f000001/x",
        "http://017700000001/x",
        "http://0177.0.0.1/x",
        "http://①②⑦.⓪.⓪.①/x",
        "http://0/x",
        "http://10.0.0.1/x",
        "http://172.16.3.4/x",
        "http://192.168.1.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/x",
        "http://224.0.0.1/x",
        "http://[::1]/x",
        "http://[::]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://[::ffff:a9fe:a9fe]/x",
        "http://[64:ff9b::7f00:1]/x",
        "http://[2002:7f00:1::]/x",
        "http://[fe80::1%25eth0]/x",
        "http://[fd00::1]/x",
        "http://printer/x",
        "http://nas.local/x",
        "http://db.internal/x",
        "http://user:secret@example.gov/x",
        "http://user@example.gov/x",
        "http://example.gov:0/x",
        "http://example.gov:99999/x",
        "http://exa mple.gov/x",
        "http://example.gov/a b",
        "http://example.gov/\tx",
        "http://example.gov\\@127.0.0.1/",
        "http://-x-.gov/",
        "http://" + "a" * 64 + ".gov/",
        "http:///x",
        "//example.gov/x",
        "example.gov/x",
        "file:///etc/passwd",
        "gopher://example.gov/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://[::1",
        "",
    ],
)
def test_an_address_that_leads_inside_or_nowhere_is_refused_in_words(url: str) -> None:
    wrong = check_public_url(url)
    assert wrong
    assert wrong.endswith(".")


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example.gov/a.csv",
        "http://example.gov:8080/x?y=z#f",
        "ftp://ftp.example.gov/a.zip",
        "https://8.8.8.8/x",
        "https://[2606:4700::1111]/x",
        "https://bücher.example/x",
        "https://data_portal.example.gov/x",
        "https://3m.com/x",
        "HTTPS://EXAMPLE.GOV",
    ],
)
def test_an_address_of_the_public_web_is_taken(url: str) -> None:
    assert check_public_url(url) is None


def test_an_address_inside_an_address_is_judged_too() -> None:
    assert check_address(ipaddress.ip_address("::ffff:10.0.0.1"))
    assert check_address(ipaddress.ip_address("64:ff9b::a00:1"))
    assert check_address(ipaddress.ip_address("64:ff9b::808:808")) is None


class _Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        getattr(self, "do" + self.path.split("?")[0].replace("/", "_"))()

    def _send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_fine(self) -> None:
        self._send(b"here")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_gone(self) -> None:
        self._send(b"", 404)

    def do_host(self) -> None:
        self._send(self.headers["Host"].encode())

    def do_moved(self) -> None:
        self._send(b"", 302, Location="/fine")

    def do_inside(self) -> None:
        self._send(b"", 302, Location="http://127.0.0.2:80/fine")

    def do_file(self) -> None:
        self._send(b"", 302, Location="file:///etc/passwd")

    def do_round(self) -> None:
        self._send(b"", 302, Location="/round")

    def do_large(self) -> None:
        self._send(b"x" * 5000)

    def do_bomb(self) -> None:
        self._send(gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip")

    def do_packed(self) -> None:
        self._send(gzip.compress(b"here"), Content_Encoding="gzip")

    def do_strange(self) -> None:
        self._send(b"here", Content_Encoding="br")

    def do_trickle(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def do_silent(self) -> None:
        time.sleep(3)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A web server on this machine, as ``host:port``."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site) as running:
        running.daemon_threads = True
        running.block_on_close = False
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def get(server: str, path: str, **limits: Any) -> bytes:
    """Fetch from the server as an operator who has allowed it."""
    content, _ = fetch.fetch_bytes(f"http://{server}{path}", allow=[server], **limits)
    return content


def test_an_allowed_server_is_fetched_and_redirects_are_followed(server: str) -> None:
    assert get(server, "/fine") == b"here"
    assert get(server, "/packed") == b"here"
    content, final = fetch.fetch_bytes(f"http://{server}/moved", allow=[server])
    assert (content, final) == (b"here", f"http://{server}/fine")


def test_what_is_not_allowed_is_refused_before_anything_is_sent(server: str) -> None:
    with pytest.raises(fetch.FetchError, match="not on the public internet"):
        fetch.fetch_bytes(f"http://{server}/fine")
    with pytest.raises(fetch.FetchError, match="only 80 and 443"):
        fetch.fetch_bytes("http://example.gov:8080/")
    with pytest.raises(fetch.FetchError, match="must begin with http"):
        fetch.fetch_bytes("ftp://example.gov/x")


@pytest.mark.parametrize("path", ["/inside", "/file"])
def test_a_redirect_is_judged_anew(server: str, path: str) -> None:
    with pytest.raises(fetch.FetchError, match=r"127\.0\.0\.2|must begin with"):
        get(server, path)


@pytest.mark.parametrize(
    ("path", "limits", "said"),
    [
        ("/gone", {}, "answers 404"),
        ("/round", {}, "more than 5 times"),
        ("/large", {"max_bytes": 1000}, "larger than 0.001 MB"),
        ("/bomb", {"max_bytes": 100_000}, "larger than 0.1 MB"),
        ("/strange", {}, "packed as 'br'"),
        ("/trickle", {"seconds": 0.4}, "took longer than 0.4 s"),
        ("/silent", {"seconds": 0.3}, "took longer than 0.3 s"),
    ],
)
def test_a_server_cannot_send_too_much_nor_for_too_long(
    server: str, path: str, limits: dict[str, Any], said: str
) -> None:
    with pytest.raises(fetch.FetchError, match=said.replace(".", r"\.")):
        get(server, path, **limits)


def test_a_name_is_judged_by_every_address_that_it_resolves_to(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.216.34", "10.0.0.7")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(fetch.FetchError, match=r"rebind\.example\.com leads to 10\.0\.0\.7"):
        fetch.fetch_bytes("http://rebind.example.com/")


def test_the_connection_goes_to_the_address_that_was_judged_and_keeps_the_name(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, _, port = server.partition(":")
    asked = []

    def resolve(name: str, port: int, **_: Any) -> list[Any]:
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    content, _ = fetch.fetch_bytes(
        f"http://portal.example.com:{port}/host", allow=[f"portal.example.com:{port}"]
    )
    assert content.decode() == f"portal.example.com:{port}"
    assert asked == ["portal.example.com"]


def test_the_proxies_of_the_environment_are_not_used(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(server, "/fine") == b"here"


def test_a_name_that_nobody_knows_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(fetch.FetchError, match="not known to the name server"):
        fetch.fetch_bytes("https://nowhere.example.com/")


def test_an_address_is_asked_without_taking_what_it_holds(server: str) -> None:
    def ask(path: str, **more: Any) -> fetch.Answer:
        return fetch.ask(f"http://{server}{path}", allow=[server], **more)

    assert (ask("/fine").status, ask("/gone").status) == (200, 404)
    moved = ask("/moved", method="GET")
    assert (moved.status, moved.hops, moved.url) == (200, 1, f"http://{server}/fine")
    with pytest.raises(fetch.NotAllowed):
        ask("/inside")
    with pytest.raises(fetch.NotAllowed, match="not on the public internet"):
        fetch.ask(f"http://{server}/fine")
    with pytest.raises(fetch.FetchError, match="more than 5 times"):
        ask("/round")
    with pytest.raises(fetch.FetchError, match=r"within 0\.3 s"):
        ask("/silent", seconds=0.3)
