"""`./portal` when things go wrong, on a CKAN project of a few lines with a data folder of its own.

Each test asks for a portal that runs; a test that has killed it leaves the next one to find out.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from embedded_ckan import processes
from embedded_ckan.home import Home
from embedded_ckan.project import OWNER_VARIABLE, ROOT_VARIABLE
from embedded_ckan.testing import AnySite, temporary_folder

PARTS = ["postgres", "valkey", "solr", "web", "worker"]
INI = """
[app:main]
use = egg:ckan
ckan.site_id = small
ckan.plugins = activity datastore
ckan.auth.create_unowned_dataset = true
"""
PROJECT = """
[tool.portal]
name = "Small"
solr = {"words.txt" = "synonyms.txt"}
"""


class Small(AnySite):
    """A portal that tests may treat badly."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        (self.project / "config").mkdir(parents=True)
        (self.project / "config/ckan.ini").write_text(INI)
        (self.project / "pyproject.toml").write_text(PROJECT)
        self.words = self.project / "words.txt"
        self.words.touch()
        self.home = Home(folder / "data")
        self.ini = self.home.ini

    @property
    def url(self) -> str:  # type: ignore[override]
        return f"http://127.0.0.1:{self.home.state['port']}"

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """Begin a command of the portal."""
        command, *rest = words
        return subprocess.Popen(
            [sys.executable, "-m", "embedded_ckan", command, "--data", str(self.home.path), *rest],
            env=os.environ
            | {ROOT_VARIABLE: str(self.project), OWNER_VARIABLE: str(os.getpid())}
            | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def portal(self, *words: str, **environment: str) -> tuple[int, str]:
        """Run a command of the portal; return its exit status and what it said."""
        running = self.start(*words, **environment)
        said, _ = running.communicate(timeout=180)
        return running.returncode, said

    def up(self) -> str:
        """Let it run; return what was said, nothing where it ran already."""
        if self.supervisor() is not None:
            return ""
        status, said = self.portal("up", "--detach", "--port", "0")
        assert status == 0, said
        return said

    def supervisor(self) -> psutil.Process | None:
        found = processes.recorded(self.home, processes.SUPERVISOR)
        return found[0].process() if found else None

    def parts(self) -> dict[str, psutil.Process | None]:
        return {one.name: one.process() for one in processes.recorded(self.home)}

    def everything(self) -> list[psutil.Process]:
        return [p for one in processes.recorded(self.home) for p in processes.family(one)]


@pytest.fixture(scope="module")
def small() -> Iterator[Small]:
    folder = temporary_folder()
    site = Small(folder)
    yield site
    site.portal("reset", "--yes")
    shutil.rmtree(folder)


def until(true: object, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.2)


def test_without_a_network_the_first_run_says_what_it_needs(small: Small, tmp_path: Path) -> None:
    dead = "http://127.0.0.1:9"
    status, said = small.portal(
        "up", EMBEDDED_CKAN_CACHE=str(tmp_path), HTTPS_PROXY=dead, https_proxy=dead
    )
    assert status == 1
    assert "The first run needs a network; later ones do not." in said
    assert not small.everything()


def test_a_first_run_that_was_killed_is_completed_by_the_next(small: Small) -> None:
    first = small.start("up", "--detach", "--port", "0")
    until(lambda: "prepare" in small.parts(), 60, "the databases are being made")
    supervisor = small.supervisor()
    assert supervisor is not None
    supervisor.kill()
    first.communicate(timeout=60)
    assert first.returncode != 0

    assert "did not stop in good order" in small.up()
    assert small.api("status_show")["extensions"] == ["activity", "datastore"]
    # The password that the first run did not come to show opens the site.
    assert small.home.password.read_text().strip() in small.home.logs.joinpath(
        "portal.log"
    ).read_text("utf-8")


def test_a_second_portal_on_the_same_data_is_refused_in_one_sentence(small: Small) -> None:
    small.up()
    supervisor = small.supervisor()
    assert supervisor is not None
    status, said = small.portal("up", "--port", "0")
    assert status == 1
    assert said == (
        f"portal: A portal already runs on {small.home.path} (pid {supervisor.pid}, {small.url}): "
        f"stop it with `./portal down --data {small.home.path}` or choose another place with "
        "--data.\n"
    )


def test_a_port_in_use_is_refused_with_the_name_of_who_has_it(small: Small, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        status, said = small.portal("up", "--port", str(port), "--data", str(tmp_path / "other"))
    assert status == 1
    assert f"portal: Port {port} is in use" in said
    assert f"(pid {os.getpid()})" in said
    assert "choose another port with --port" in said


def test_status_names_each_part_and_logs_shows_what_it_wrote(small: Small) -> None:
    small.up()
    status, said = small.portal("status", "--json")
    shown = json.loads(said)
    assert status == 0
    # One that was started anew stands last.
    assert sorted(part["name"] for part in shown["parts"]) == sorted(["supervisor", *PARTS])
    assert all(part["running"] and part["memory"] for part in shown["parts"])
    assert shown["disk"]["postgres"] > 10_000_000
    assert "Listening at" in small.portal("logs", "web")[1]
    status, said = small.portal("logs", "nothing")
    assert (status, "there are: " in said) == (1, True)


def test_an_edited_word_list_reaches_the_search_without_a_restart(small: Small) -> None:
    small.up()
    small.api("package_create", token=small.admin_token, name="defects", title="Street defects")

    def found() -> bool:
        return bool(small.api("package_search", q="potholes")["count"])

    assert not found()
    small.words.write_text("potholes, defects\n")
    until(found, 60, "`potholes` finds street defects")


def test_a_part_that_is_killed_comes_back_and_nothing_acknowledged_is_lost(small: Small) -> None:
    small.up()
    token = small.admin_token
    small.api("package_create", token=token, name="before", title="Before the fall")
    before = small.parts()
    for process in before.values():
        assert process is not None
        process.kill()

    def healed() -> bool:
        now = small.parts()
        return all(now.get(name) not in (None, before[name]) for name in PARTS) and answers()

    def answers() -> bool:
        try:
            return bool(small.api("package_search", fq="name:before")["count"] == 1)
        except Exception:
            return False

    until(healed, 180, "every part runs again and the data set is found")
    assert small.api("package_show", id="before")["title"] == "Before the fall"
    small.api("package_create", token=token, name="after", title="After it")


def test_all_processes_killed_at_once_and_up_again(small: Small) -> None:
    small.up()
    token = small.admin_token
    small.api("package_create", token=token, name="last", title="The last word")
    supervisor = small.supervisor()
    assert supervisor is not None
    for process in [supervisor, *small.everything()]:
        process.kill()
    until(lambda: small.supervisor() is None, 10, "the supervisor is gone")
    # The pid in PostgreSQL's own files belongs to somebody else by now.
    place = Path(small.home.state["postgres"])
    for file in (place / "cluster/postmaster.pid", place / ".s.PGSQL.5432.lock"):
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    small.up()
    assert small.api("package_show", id="last")["title"] == "The last word"
    assert small.api("package_search", fq="name:last")["count"] == 1


def test_down_leaves_no_process_even_when_the_supervisor_was_killed(small: Small) -> None:
    small.up()
    supervisor = small.supervisor()
    assert supervisor is not None
    all_of_them = small.everything()
    assert len(all_of_them) > len(PARTS)
    # As if it had been killed between starting the last part and writing it down.
    processes.record(small.home, processes.recorded(small.home)[:-1])
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: small.supervisor() is None, 10, "the supervisor is gone")

    assert small.portal("down") == (0, "Stopped.\n")
    until(lambda: not any(map(is_alive, all_of_them)), 5, "no process is left")
    assert small.portal("status")[0] == 3


def test_reset_asks_and_then_removes_all_it_made(small: Small) -> None:
    status, said = small.portal("reset")
    assert status == 1
    assert "Nothing was removed." in said
    place = Path(small.home.state["postgres"])
    assert place.exists()

    assert small.portal("reset", "--yes")[0] == 0
    assert not small.home.path.exists()
    assert not place.exists()


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
