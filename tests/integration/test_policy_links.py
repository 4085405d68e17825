"""Links of public data sets are asked politely, and what comes of it is a finding in time."""

from __future__ import annotations

import datetime as dt
import http.server
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.inside import Inside

ROBOTS = b"User-agent: *\nDisallow: /closed/\n"


class _Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, str]]

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        known = self.headers.get("If-None-Match", "")
        type(self).asked.append((self.command, self.path, known))
        status, body = 200, b"here"
        if self.path == "/robots.txt":
            body = ROBOTS
        elif self.path == "/gone":
            status = 404
        elif self.path == "/login":
            status = 401
        elif self.path == "/no-head" and self.command == "HEAD":
            status = 405
        elif known:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


HOST = "links.example.gov"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A web server on this machine under a name of the web, as ``host:port``."""
    _Site.asked = []
    known = socket.getaddrinfo

    def found(host: Any, *arguments: Any, **named: Any) -> Any:
        return known("127.0.0.1" if host == HOST else host, *arguments, **named)

    socket.getaddrinfo = found  # type: ignore[assignment]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"{HOST}:{running.server_address[1]}"
        running.shutdown()
    socket.getaddrinfo = known


@pytest.fixture(scope="module")
def linked(inside: Inside, server: str) -> Iterator[dict[str, Any]]:
    """A public data set with a link of each kind, each asked once, without waiting between."""
    from ckanext.independence.policy import links

    base = f"http://{server}"
    spacing, links.SPACING = links.SPACING, 0.0
    with inside.settings({"ckanext.independence.catalog.fetch_allowed": [server]}):
        made = inside.dataset(
            landing_page=f"{base}/fine",
            references=[f"{base}/gone", f"{base}/closed/x", f"http://{HOST}:81/inside"],
            resources=[
                {"name": "By login", "url": f"{base}/login", "format": "CSV"},
                {"name": "Without HEAD", "url": f"{base}/no-head", "format": "CSV"},
            ],
        )
        inside.work()
        yield made
    links.SPACING = spacing


def rows(inside: Inside) -> dict[str, Any]:
    from ckan import model
    from ckanext.independence.policy.model import Link

    found = {row.url.partition("//")[2].partition("/")[2]: row for row in
             model.Session.scalars(sa.select(Link))}  # fmt: skip
    model.Session.expunge_all()
    return found


def test_each_link_is_asked_and_what_cannot_be_told_is_not_held_against_it(
    inside: Inside, linked: dict[str, Any]
) -> None:
    found = rows(inside)
    states = {name: found[name].state for name in ("fine", "gone", "closed/x", "login", "no-head")}
    assert states == {
        "fine": "alive",
        "gone": "failing",
        "closed/x": "unverifiable",
        "login": "unverifiable",
        "no-head": "alive",
    }
    assert found["inside"].state == "unverifiable"
    assert "only 80 and 443" in found["inside"].said
    asked = [(method, path) for method, path, _ in _Site.asked]
    assert ("HEAD", "/fine") in asked
    assert ("GET", "/fine") not in asked
    assert ("GET", "/no-head") in asked
    assert not [path for _, path in asked if path.startswith("/closed")]


def test_what_was_there_is_asked_by_what_it_told_last(
    inside: Inside, linked: dict[str, Any]
) -> None:
    _due(inside)
    _Site.asked.clear()
    inside.work()
    assert ("HEAD", "/fine", '"one"') in _Site.asked
    assert rows(inside)["fine"].status == 304


def test_a_link_is_dead_after_three_failures_over_two_days_and_the_finding_says_where(
    inside: Inside, linked: dict[str, Any]
) -> None:
    from ckan import model
    from ckanext.independence.policy.model import Link

    def finding() -> list[dict[str, Any]]:
        shown = inside.act("independence_policy_dataset_show", id=linked["id"])
        rule = next(one for one in shown["rules"] if one["rule"] == "link-alive")
        return [one for one in rule["findings"] if one["state"] == "fails"]

    assert finding() == []
    for _ in range(2):
        _due(inside)
        inside.work()
    assert finding() == []
    model.Session.execute(
        sa.update(Link)
        .where(Link.url.endswith("/gone"))
        .values(first_failed=dt.datetime.now(dt.UTC) - dt.timedelta(hours=49))
    )
    model.Session.commit()
    _due(inside)
    inside.work()
    dead = finding()
    assert [one["field"] for one in dead] == ["references"]
    assert "Address 1 " in dead[0]["evidence"]
    assert "404" in dead[0]["evidence"]


def test_links_of_what_is_not_public_are_forgotten(inside: Inside, linked: dict[str, Any]) -> None:
    from ckan import model
    from ckanext.independence.catalog import owed
    from ckanext.independence.policy import links

    inside.act("package_patch", id=linked["id"], landing_page="", references=[])
    owed.owe(links.COLLECT, "")
    model.Session.commit()
    inside.work()
    assert not {"fine", "gone", "closed/x"} & set(rows(inside))
    assert "no-head" in rows(inside)


def test_a_file_that_the_portal_serves_asks_for_no_login(inside: Inside) -> None:
    made = inside.dataset()
    inside.upload("lamps.csv", b"lamp,height\n1,4\n2,5\n", package_id=made["id"])
    inside.work()
    shown = inside.act("independence_policy_dataset_show", id=made["id"])
    states = {one["rule"]: one["state"] for one in shown["rules"]}
    assert states["no-login"] == "passes"


def _due(inside: Inside) -> None:
    """Let every link be due now, and the asking be owed."""
    from ckan import model
    from ckanext.independence.catalog import owed
    from ckanext.independence.policy import links
    from ckanext.independence.policy.model import Link

    model.Session.execute(sa.update(Link).values(next_check=sa.func.now()))
    owed.owe(links.CHECK, "")
    model.Session.commit()
