"""The command that reads a file: what it prints, how it ends, and that it needs no portal."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from embedded_ckan.cli import main
from embedded_ckan.project import ROOT_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
MODULE = "ckanext.independence.content.read_command"
CSV = "Ward,Fee,Day\n1,$5.00,3/14/2026\n2,$6.50,3/15/2026\nTotal,$11.50,\n"


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", MODULE, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_json_says_what_was_found_and_a_printed_reading_gives_the_same(tmp_path: Path) -> None:
    file = tmp_path / "fees.csv"
    file.write_text(CSV)
    done = run(file, "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    (table,) = told["tables"]
    assert told["status"] == "read"
    assert (table["sheet"], table["header_rows"], table["rows"]) == ("", [1], 2)
    assert [column["type"] for column in table["columns"]] == ["integer", "numeric", "date"]
    assert [(one["row"], one["kind"]) for one in table["set_aside"]] == [(4, "total")]
    reading = tmp_path / "reading.json"
    reading.write_text(done.stdout)
    assert json.loads(run(file, "--reading", reading, "--json").stdout)["tables"] == told["tables"]


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (CSV, 0, "Row 4 set aside, total"),
        ("", 1, "refused: The file is empty"),
        ("1,2\n3,4\n5,6\n", 3, "Question: No row could be recognised"),
    ],
)
def test_words_and_the_way_it_ends(tmp_path: Path, content: str, code: int, says: str) -> None:
    file = tmp_path / "fees.csv"
    file.write_text(content)
    done = run(file)
    assert (done.returncode, done.stderr) == (code, "")
    assert says in done.stdout


def test_nothing_is_left_over(tmp_path: Path) -> None:
    file = tmp_path / "fees.csv"
    file.write_text(CSV)
    before = set(Path(tempfile.gettempdir()).glob("reading-*"))
    assert run(file).returncode == 0
    assert set(Path(tempfile.gettempdir()).glob("reading-*")) <= before
    assert list(tmp_path.iterdir()) == [file]


def test_it_runs_where_no_portal_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(ROOT))
    file = tmp_path / "fees.csv"
    file.write_text("")
    words = ["ckan", "--data", str(tmp_path / "none"), "independence", "content", "read", str(file)]
    assert main(words) == 1
    assert not (tmp_path / "none").exists()
