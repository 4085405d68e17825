"""Checking and comparing feeds at the command line: what is printed, and how it ends."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ckanext.independence.feed.check_command import check_command
from ckanext.independence.feed.diff_command import diff_command
from click.testing import CliRunner, Result
from embedded_ckan.cli import main
from embedded_ckan.project import ROOT_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
RECORD: dict[str, Any] = {
    "title": "Building permits",
    "description": "Every permit since 2021.",
    "keyword": ["permits"],
    "modified": "2026-01-31",
    "publisher": {"name": "Permits"},
    "contactPoint": {"fn": "Permits desk", "hasEmail": "mailto:permits@example.gov"},
    "identifier": "a",
    "accessLevel": "public",
}


def body(*records: Any) -> str:
    head = {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema"}
    return json.dumps(head | {"dataset": records})


def check(*words: object) -> Result:
    return CliRunner().invoke(check_command, list(map(str, words)))


def diff(*words: object) -> Result:
    return CliRunner().invoke(diff_command, list(map(str, words)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data.json"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *words: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_feed_without_a_fault_ends_with_0(file: Path) -> None:
    file.write_text(body(RECORD, RECORD | {"identifier": "b"}))
    done = check(file)
    assert done.exit_code == 0
    assert done.output == "DCAT-US 1.1. Records: 2, valid: 2, invalid: 0, with warnings: 0\n"


def test_faults_are_counted_by_rule_and_field_and_end_with_1(file: Path) -> None:
    bad = RECORD | {"modified": None, "keyword": []}
    twice = RECORD | {"keyword": ["", ""]}
    file.write_text(body(RECORD, bad | {"identifier": "b"}, bad | {"identifier": "c"}, twice))
    done = check(file)
    assert done.exit_code == 1
    assert "Records: 4, valid: 1, invalid: 3, with warnings: 0" in done.output
    assert "error: dataset[3].identifier: The identifier 'a' was used before" in done.output
    assert "error in 2 of 4: modified\n  null does not match any" in done.output
    assert "  right would be: 2026-01-31\n" in done.output
    assert "  first in: 'Building permits', dataset[1].modified\n" in done.output
    # Two keywords of one record are one record.
    assert "error in 1 of 4: keyword\n" in done.output


def test_json_tells_every_problem_of_every_record(file: Path) -> None:
    file.write_text(body(RECORD, RECORD | {"identifier": "b", "license": "none"}, {"title": "T"}))
    done = check(file, "--json")
    assert done.exit_code == 1
    told = json.loads(done.output)
    assert told["counts"] == {
        "records": 3,
        "valid": 1,
        "invalid": 2,
        "with_warnings": 0,
        "not_taken": 1,
    }
    assert [problem["where"] for problem in told["problems"]] == ["dataset[2].identifier"]
    assert [record["valid"] for record in told["records"]] == [True, False, False]
    assert [problem["where"] for problem in told["records"][1]["problems"]] == ["license"]
    by_field = {(rule["field"], rule["rule"]): rule["records"] for rule in told["rules"]}
    assert by_field["license", "format"] == 1
    assert by_field["keyword", "required"] == 1


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ('{"dataset": [', 2, "line 1, column 14"),
        ("<html><title>Down</title>", 2, "a web page"),
        ("", 2, "is empty"),
        ('{"error": "maintenance"}', 1, "data.gov would delete every record"),
        (body(), 1, "holds no data set: data.gov would delete all"),
        (json.dumps([RECORD]), 1, "Project Open Data 1.0"),
    ],
)
def test_what_is_no_feed_never_ends_with_0(file: Path, content: str, code: int, says: str) -> None:
    file.write_text(content)
    done = check(file)
    assert (done.exit_code, says in done.output) == (code, True)
    other = diff(file, file)
    assert other.exit_code == (2 if code == 2 else 0)


def test_a_file_that_is_not_there_and_a_wrong_option_end_with_2(tmp_path: Path) -> None:
    assert check(tmp_path / "none.json").exit_code == 2
    assert check(tmp_path).exit_code == 2
    assert check("x", "--language", "2.0").exit_code == 2
    assert diff(tmp_path / "none.json", tmp_path / "none.json").exit_code == 2
    assert check("http://[").exit_code == 2


def test_text_of_strangers_cannot_steer_a_terminal(file: Path) -> None:
    evil = RECORD | {"title": "\x1b[2JX\ud800\u202e", "license": "\x1b[2J", "\x1b[2Jn": "\0"}
    file.write_text(body(evil))
    for done in (check(file), diff(file, file)):
        assert "\x1b" not in done.output
        assert "\u202e" not in done.output
    told = json.loads(check(file, "--json").output)
    assert {problem["rule"] for problem in told["records"][0]["problems"]} == {
        "format",
        "stored-text",
    }


def test_the_language_can_be_forced(file: Path) -> None:
    file.write_text(body(RECORD | {"modified": "R/P1D"}))
    assert check(file).exit_code == 0
    done = check(file, "--language", "3.0")
    assert done.output.startswith("DCAT-US 3.0. Records: 1, valid: 0")


def test_the_difference_of_two_feeds(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    long = "x" * 300
    old.write_text(body(RECORD | {"rights": f"{long}a"}, RECORD | {"identifier": "gone"}))
    new.write_text(body(RECORD | {"rights": f"{long}b"}, RECORD | {"identifier": "c"}))
    done = diff(old, new)
    assert done.exit_code == 1
    assert "- Delete 1 data set and add it anew" in done.output
    assert "- Update 1 data set: 'Building permits'. What differs: rights in 1." in done.output
    line = next(line for line in done.output.splitlines() if "rights:" in line)
    assert line == f"  rights: …'{'x' * 30}a' → …'{'x' * 30}b'"
    told = json.loads(diff(old, new, "--json").output)
    assert told["counts"]["moved"] == 1
    assert told["updated"][0]["changes"][0]["new"] == f"{long}b"
    assert told["moved"][0]["old_identifier"] == "gone"
    assert diff(old, old).exit_code == 0


def test_a_new_feed_that_is_none_is_told_before_all_else(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(body(RECORD))
    new.write_text('{"error": "maintenance"}')
    done = diff(old, new)
    assert done.exit_code == 1
    first, *_, last = done.output.splitlines()
    assert first.startswith("error in the new feed: dataset: The body has no `dataset`")
    assert last == "- Delete 1 data set: 'Building permits'."


def test_a_feed_is_fetched_from_the_address_that_was_named(file: Path, address: str) -> None:
    file.write_text(body(RECORD))
    assert check(f"{address}/data.json").exit_code == 0
    assert diff(file, f"{address}/data.json").exit_code == 0
    missing = check(f"{address}/none.json")
    assert (missing.exit_code, "answers 404" in missing.output) == (2, True)


def test_a_redirect_does_not_lead_to_another_host_inside(address: str, tmp_path: Path) -> None:
    class Redirect(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"{address}/data.json")
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    (tmp_path / "data.json").write_text(body(RECORD))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirect) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = check(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    assert done.exit_code == 2
    assert "Records" not in done.output


@pytest.mark.parametrize("command", ["check", "diff"])
def test_it_runs_where_no_portal_does(
    command: str, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(ROOT))
    file.write_text(body(RECORD))
    files = [str(file)] * (2 if command == "diff" else 1)
    words = ["ckan", "--data", str(tmp_path / "none"), "independence", "feed", command, *files]
    assert main(words) == 0
    assert not (tmp_path / "none").exists()
