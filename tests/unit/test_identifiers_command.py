"""``policy scan`` says what it found in words and as JSON, and ends so that a program can tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ckanext.independence.policy.scan_command import scan_command
from click.testing import CliRunner


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("id,notes\n1,512-33-1234\n2,none\n", 1),
        ("id,contact\n1,jane.roe@mail.com\n2,none\n", 0),
        ("id,size\n1,2\n2,3\n", 0),
        ("PK\x03\x04", 2),
    ],
)
def test_the_command_ends_as_a_program_needs_it(content: str, status: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(content)
    assert CliRunner().invoke(scan_command, [str(tmp_path / "a.csv")]).exit_code == status


def test_the_json_holds_findings_and_no_value(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,notes\n1,512-33-1234\n2,none\n")
    done = CliRunner().invoke(scan_command, [str(tmp_path / "a.csv"), "--json"])
    [finding] = json.loads(done.stdout)["findings"]
    assert {key: finding[key] for key in ("column", "kind", "count", "severity", "shape")} == {
        "column": "notes",
        "kind": "social-security",
        "count": 1,
        "severity": "blocker",
        "shape": "999-99-9999",
    }
    assert "512" not in done.output


def test_in_words_it_says_where_what_and_how_often(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,notes\n1,512-33-1234\n2,none\n")
    done = CliRunner().invoke(scan_command, [str(tmp_path / "a.csv")])
    assert done.stdout == (
        "blocker: column notes: 1 Social Security number in 3 cells, such as 999-99-9999\n"
    )


def test_a_file_that_is_not_there_is_a_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(scan_command, [str(tmp_path / "none.csv")]).exit_code == 2
