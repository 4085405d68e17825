"""Tables of linked files: fetched where a steward asks for it, and never otherwise."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.inside import Inside

FIRST = b"case,opened\nA-1,2026-02-28\n"
SECOND = b"case,opened\nA-2,2026-03-01\n"


class Elsewhere:
    """A server that is not the portal's: what it answers, and how often it was asked."""

    def __init__(self) -> None:
        """Serve the first file."""
        self.content = FIRST
        self.status = 200
        self.length: int | None = None
        self.asked = 0
        self.address = ""


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two names lead to this machine, as a stranger's could."""
    known = socket.getaddrinfo

    def found(host: Any, *arguments: Any, **named: Any) -> Any:
        mine = str(host).endswith(".example.org")
        return known("127.0.0.1" if mine else host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture
def elsewhere(inside: Inside, names: None) -> Iterator[Elsewhere]:
    """A server on this machine, which the portal is let to fetch from."""
    one = Elsewhere()

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            # Whether the link is alive is another question than what it holds.
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                self.send_error(404)
                return
            one.asked += 1
            self.send_response(one.status)
            if one.status == 302:
                self.send_header("Location", "http://127.0.0.1:9/secret.csv")
            self.send_header("Content-Length", str(one.length or len(one.content)))
            self.end_headers()
            self.wfile.write(one.content)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        host = f"data.example.org:{server.server_address[1]}"
        one.address = f"http://{host}/cases.csv"
        with inside.settings({"ckanext.independence.catalog.fetch_allowed": [host]}):
            yield one
        server.shutdown()
        thread.join()


def link(inside: Inside, address: str, **values: Any) -> dict[str, Any]:
    made = inside.act(
        "resource_create", package_id=inside.dataset()["id"], url=address, name="Cases", **values
    )
    inside.work()
    shown: dict[str, Any] = inside.act("resource_show", id=made["id"])
    return shown


def daily(inside: Inside) -> None:
    """Let the night come, and the workers with it."""
    from ckan import model
    from ckanext.independence.catalog import owed

    owed.owe("content-links", "")
    model.Session.commit()
    inside.work()


def cases(inside: Inside, resource_id: str) -> list[str]:
    found = inside.act("datastore_search", resource_id=resource_id)
    return [record["case"] for record in found["records"]]


def state(inside: Inside, resource_id: str) -> dict[str, Any]:
    found: dict[str, Any] = inside.act("independence_content_state_show", id=resource_id)
    return found


def test_a_link_becomes_a_table_where_it_was_asked_for_and_stays_a_link(
    inside: Inside, elsewhere: Elsewhere
) -> None:
    plain = link(inside, elsewhere.address)
    assert elsewhere.asked == 0 and not plain["datastore_active"]
    resource = link(inside, elsewhere.address, table_from_link="yes")
    assert cases(inside, resource["id"]) == ["A-1"]
    assert resource["url"] == elsewhere.address and resource["datastore_active"]
    download = f"/dataset/{resource['package_id']}/resource/{resource['id']}/download"
    answer = inside.client.get(download)
    assert (answer.status_code, answer.headers["Location"]) == (302, elsewhere.address)
    # The same bytes are no new version; others are.
    version = state(inside, resource["id"])["version"]
    daily(inside)
    assert elsewhere.asked == 2 and state(inside, resource["id"])["version"] == version
    elsewhere.content = SECOND
    daily(inside)
    assert cases(inside, resource["id"]) == ["A-2"]
    assert state(inside, resource["id"])["version"] > version
    inside.act("resource_patch", id=resource["id"], table_from_link="no")
    inside.work()
    assert not inside.act("resource_show", id=resource["id"])["datastore_active"]


@pytest.mark.parametrize(
    ("status", "length", "said"),
    [(404, None, "answers 404"), (200, 10_000, "connection failed"), (302, None, "127.0.0.1")],
)
def test_a_fetch_that_fails_leaves_the_last_table_and_says_when_and_why(
    inside: Inside, elsewhere: Elsewhere, status: int, length: int | None, said: str
) -> None:
    resource = link(inside, elsewhere.address, table_from_link="yes")
    elsewhere.content, elsewhere.status, elsewhere.length = SECOND, status, length
    daily(inside)
    assert cases(inside, resource["id"]) == ["A-1"]
    told = state(inside, resource["id"])["link"]
    assert said in told["error"] and told["at"].startswith("20")
    elsewhere.status, elsewhere.length = 200, None
    daily(inside)
    assert cases(inside, resource["id"]) == ["A-2"]
    assert state(inside, resource["id"])["link"]["error"] == ""


def test_an_address_inside_is_not_fetched(inside: Inside, names: None) -> None:
    resource = link(inside, "http://inside.example.org/cases.csv", table_from_link="yes")
    assert not resource["datastore_active"]
    assert "inside.example.org" in state(inside, resource["id"])["link"]["error"]
