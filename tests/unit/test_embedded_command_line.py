"""What `./portal` says and reads before any service is involved."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest
from embedded_ckan import home as home_module
from embedded_ckan.cli import main
from embedded_ckan.home import Home, sentence_for, write_whole
from embedded_ckan.ini import settings, write_settings
from embedded_ckan.jars import locked
from embedded_ckan.processes import Running, end, family, started_at
from embedded_ckan.project import ROOT_VARIABLE, find
from embedded_ckan.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CKAN project of three lines."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/ckan.ini").write_text("[app:main]\nuse = egg:ckan\n")
    (tmp_path / "pyproject.toml").write_text("[tool.portal]\nload-command = ['fill']\n")
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.strip()


def test_a_misspelt_setting_of_the_project_is_named(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.portal]\nlode = 'x'\n")
    with pytest.raises(Trouble, match="unknown keys lode"):
        find()


def test_a_project_is_found_from_a_folder_deep_inside(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = project / "a/b"
    deep.mkdir(parents=True)
    monkeypatch.delenv(ROOT_VARIABLE)
    monkeypatch.chdir(deep)
    assert find().root == project.resolve()


@pytest.mark.parametrize("words", [["ckan", "sysadmin", "list"], ["load", "x.yaml"]])
def test_what_needs_a_running_portal_says_how_to_start_it(
    project: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    assert "start it with `./portal up`" in said(capsys)


def test_down_without_a_portal_is_no_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["down"]) == 0
    assert "No portal runs" in capsys.readouterr().out


def test_reset_leaves_a_folder_alone_that_is_not_a_portals(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "thesis"
    mine.mkdir()
    (mine / "chapter.txt").write_text("one")
    assert main(["reset", "--yes", "--data", str(mine)]) == 1
    assert "left alone" in said(capsys)
    assert (mine / "chapter.txt").exists()


def test_an_unknown_measurement_names_those_there_are(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "nonsense"]) == 1
    assert "There is no measurement `nonsense`" in said(capsys)


def test_data_that_is_a_file_is_refused_in_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "taken"
    file.touch()
    assert main(["up", "--data", str(file)]) == 1
    assert said(capsys) == (f"portal: {file} is not a folder. Choose another place with --data.")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full. Make room"),
        (errno.EROFS, "read-only disk. Choose another place"),
        (errno.EACCES, "may not write to"),
    ],
)
def test_a_disk_that_cannot_be_written_to_is_told_in_words(number: int, words: str) -> None:
    error = OSError(number, os.strerror(number), "/place")
    assert words in sentence_for(error, Path("/elsewhere"))
    assert "/place" in sentence_for(error, Path("/elsewhere"))


def test_a_nearly_full_disk_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(home_module.shutil, "disk_usage", lambda path: usage(1, 1, 5 * 2**20))
    with pytest.raises(Trouble, match="Only 5 MB are free"):
        Home(tmp_path / "data").make()


def test_one_process_at_a_time_has_a_data_folder(tmp_path: Path) -> None:
    first, second = Home(tmp_path), Home(tmp_path)
    first.make()
    assert first.lock()
    assert not second.lock()


def test_a_file_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    write_whole(file, "old")
    with pytest.raises(TypeError):
        write_whole(file, object())  # type: ignore[arg-type]
    assert file.read_text() == "old"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_percent_sign_in_a_path_survives_the_ini(tmp_path: Path) -> None:
    ini = tmp_path / "ckan.ini"
    write_settings(ini, {"ckan.storage_path": "/data/100%/here"})
    assert settings(ini)["ckan.storage_path"] == "/data/100%/here"


def test_every_jar_is_locked_once_by_its_hash() -> None:
    jars = locked()
    assert len({jar.name for jar in jars}) == len(jars)
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)


def test_a_pid_that_is_somebody_elses_now_is_never_signalled() -> None:
    other = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        stale = Running("web", other.pid, "1 an earlier boot")
        assert stale.process() is None
        assert family(stale) == []
        assert end(stale) == 0
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_what_a_part_left_behind_is_found_when_the_part_itself_is_gone() -> None:
    shell = subprocess.Popen(
        ["sh", "-c", "sleep 60 & echo; wait"], stdout=subprocess.PIPE, start_new_session=True
    )
    assert shell.stdout is not None
    shell.stdout.readline()
    part = Running("worker", shell.pid, started_at(shell.pid))
    shell.kill()
    shell.wait()
    assert len(family(part)) == 1
    assert end(part) == 1
    assert family(part) == []


def launcher(tmp_path: Path, **programs: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of `./portal` on a machine that has these programs, given as shell scripts."""
    copy, programs_folder = tmp_path / "copy", tmp_path / "bin"
    (copy / "embedded").mkdir(parents=True)
    programs_folder.mkdir()
    for name in ("portal", "uv.lock", "pyproject.toml", "embedded/pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    for name in ("sh", "dirname", "cat", "cksum", "mkdir", "rm"):
        (programs_folder / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    for name, script in programs.items():
        file = programs_folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
    return subprocess.run(
        [str(copy / "portal"), "status"],
        env={"PATH": str(programs_folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unsupported_python_is_named_with_what_is_needed(tmp_path: Path) -> None:
    old = 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac'
    done = launcher(tmp_path, python3=old)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "portal: Python 3.11 or 3.12 is needed and was not found; this machine has Python 3.9.2. "
        "Install one, or name it in PORTAL_PYTHON."
    )


def test_a_first_run_without_a_network_says_so(tmp_path: Path) -> None:
    offline = 'case "$2" in venv|pip) exit 1;; esac'
    done = launcher(tmp_path, python3=offline)
    assert done.returncode == 1
    assert "The first run needs a network" in done.stderr


def test_packages_that_cannot_be_installed_are_told_in_words(tmp_path: Path) -> None:
    # Suits as a Python, and runs what it is given to run under the lock.
    python = '[ $# -gt 3 ] || exit 0; shift 3; exec "$@"'
    done = launcher(tmp_path, python3=python, uv="echo 'no route to host' >&2; exit 2")
    assert done.returncode == 1
    assert "no route to host" in done.stderr
    assert "The Python packages could not be installed" in done.stderr
