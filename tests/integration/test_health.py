"""Whether the site is alive and whether it can work, as whoever runs it asks."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import requests
import rq
from embedded_ckan import ini
from embedded_ckan.testing import RunningSite

PARTS = {"database", "solr", "redis", "worker", "loader", "clock", "feed"}


@pytest.fixture
def settings(site: RunningSite) -> dict[str, str]:
    """The running site's own settings, and the shared one that names its queue."""
    shared = ini.settings(site.project.ini_path)
    return {"ckan.site_id": shared["ckan.site_id"], **ini.settings(site.ini)}


def answer(settings: dict[str, str], path: str = "/readyz") -> tuple[str, dict[str, str], Any]:
    """Ask a health layer of our own, behind which there is nothing."""
    from ckanext.independence.catalog.health import Health

    def nothing(_environ: Any, _start: Any) -> list[bytes]:
        raise AssertionError("the question was passed on")

    told: list[Any] = []
    body = b"".join(
        Health(nothing, settings)(
            {"PATH_INFO": path, "REQUEST_METHOD": "GET"}, lambda *words: told.extend(words)
        )
    )
    return told[0], dict(told[1]), json.loads(body)


def nobody() -> str:
    """An address of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def mute() -> Iterator[str]:
    """An address at which somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_the_loader_of_a_running_site_makes_tables_of_the_sample_citys_files(
    site: RunningSite, loaded_city: list[dict[str, Any]]
) -> None:
    files = [file["id"] for one in loaded_city for file in one["resources"]
             if file["format"] == "CSV"]  # fmt: skip
    assert len(files) > 20, "the sample city has tables"
    for file in files:
        assert site.api("datastore_search", resource_id=file, limit=1)["total"] > 0


def test_a_running_site_is_alive_and_ready(site: RunningSite) -> None:
    alive = requests.get(f"{site.url}/healthz", timeout=5)
    assert (alive.status_code, alive.json()) == (200, {"process": "ok"})
    ready = requests.get(f"{site.url}/readyz", timeout=10)
    assert (ready.status_code, ready.json()) == (200, dict.fromkeys(PARTS, "ok"))
    assert ready.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in ready.headers
    assert requests.head(f"{site.url}/readyz", timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("setting", "scheme", "broken"),
    [
        ("solr_url", "http://{}/solr/ckan", {"solr"}),
        ("ckan.redis.url", "redis://{}/1", {"redis", "worker", "loader"}),
        ("sqlalchemy.url", "postgresql://ckan:hush@{}/ckan", {"database", "clock"}),
    ],
)
def test_a_part_that_is_down_is_named_and_the_others_are_well(
    settings: dict[str, str], setting: str, scheme: str, broken: set[str]
) -> None:
    where = nobody()
    status, headers, parts = answer(settings | {setting: scheme.format(where)})
    assert status.startswith("503")
    assert headers["Cache-Control"] == "no-store"
    assert {name for name, state in parts.items() if state != "ok"} == broken
    for name in broken:
        assert "; first seen 20" in parts[name]
        assert where not in parts[name] and "hush" not in parts[name]


@pytest.mark.parametrize(
    ("setting", "scheme", "part"),
    [
        ("solr_url", "http://{}/solr/ckan", "solr"),
        ("ckan.redis.url", "redis://{}/1", "redis"),
        ("sqlalchemy.url", "postgresql://ckan:hush@{}/ckan", "database"),
    ],
)
def test_a_part_that_hangs_keeps_nobody_waiting(
    settings: dict[str, str], mute: str, setting: str, scheme: str, part: str
) -> None:
    status, _, parts = answer(settings | {setting: scheme.format(mute)})
    assert status.startswith("503")
    assert "does not answer within 2 s" in parts[part]


def test_a_process_is_alive_while_everything_else_is_down() -> None:
    away = nobody()
    broken = {
        "ckan.site_id": "x",
        "solr_url": f"http://{away}/solr/ckan",
        "ckan.redis.url": f"redis://{away}/1",
        "sqlalchemy.url": f"postgresql://ckan@{away}/ckan",
    }
    status, _, body = answer(broken, "/healthz")
    assert (status, body) == ("200 OK", {"process": "ok"})
    status, _, parts = answer(broken)
    assert status.startswith("503") and "ok" not in parts.values()


def test_a_wrong_password_is_not_repeated_to_whoever_asks(settings: dict[str, str]) -> None:
    wrong = settings["sqlalchemy.url"].replace("ckan:", "ckan:wrong-", 1)
    _, _, parts = answer(settings | {"sqlalchemy.url": wrong})
    assert parts["database"].startswith("does not accept a connection")
    assert "wrong" not in json.dumps(parts)


def test_a_site_without_a_worker_is_not_ready(settings: dict[str, str]) -> None:
    _, _, parts = answer(settings | {"ckan.site_id": "another-site"})
    assert "none has registered for the queue ckan:another-site:default" in parts["worker"]
    assert parts["redis"] == "ok"


def test_a_worker_that_was_killed_is_missed_although_redis_remembers_it(
    settings: dict[str, str],
) -> None:
    with redis.from_url(settings["ckan.redis.url"]) as connection:
        queue = rq.Queue("ckan:killed:default", connection=connection)
        killed = rq.Worker([queue], connection=connection)
        killed.register_birth()
        try:
            _, _, parts = answer(settings | {"ckan.site_id": "killed"})
        finally:
            killed.register_death()
    assert parts["worker"].startswith("is not running: the last was heard of 20")


def test_a_search_core_that_is_missing_is_told_apart_from_a_server_that_is(
    settings: dict[str, str],
) -> None:
    _, _, parts = answer(settings | {"solr_url": settings["solr_url"] + "-gone"})
    assert parts["solr"].startswith("answers a search with status 404")


def test_however_many_ask_the_parts_are_asked_once(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.catalog import health

    asked: list[str] = []
    monkeypatch.setattr(health, "_solr", lambda *_: asked.append("solr"))
    layer = health.Health(lambda *_: [], settings)
    threads = [threading.Thread(target=layer.parts) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == ["solr"]


def test_a_part_that_hangs_is_not_asked_a_second_time_until_it_has_answered(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.independence.catalog import health

    answers = threading.Event()
    asked: list[str] = []

    def hangs(*_: Any) -> None:
        asked.append("solr")
        answers.wait(30)

    monkeypatch.setattr(health, "_solr", hangs)
    monkeypatch.setattr(health, "PATIENCE", 0.1)
    monkeypatch.setattr(health, "KEPT", 0.0)
    layer = health.Health(lambda *_: [], settings)
    try:
        for _ in range(3):
            assert layer.parts()["solr"] != "ok"
        assert asked == ["solr"]
    finally:
        answers.set()
    monkeypatch.setattr(health, "PATIENCE", 5.0)
    assert layer.parts()["solr"] == "ok"
