"""What README, CONTRIBUTING and docs tell people to type exists, and so do the files they name."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from embedded_ckan.cli import parse
from embedded_ckan.project import ROOT_VARIABLE, find

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    path
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md")))
    if path.exists()
]
COMMAND = re.compile(r"(?:`|^|\s)(\./portal [^`\n]+)", re.MULTILINE)
PICTURE = re.compile(r"!\[[^]]*\]\(([^)]+)\)")


def commands() -> list[str]:
    """Every `./portal …` that people are told to type, without remarks behind it."""
    found = {
        match.partition("#")[0].strip()
        for document in DOCUMENTS
        for match in COMMAND.findall(document.read_text("utf-8"))
    }
    return sorted(found)


def test_the_readme_tells_how_to_run_and_test_it() -> None:
    assert {"./portal up", "./portal test"} <= set(commands())


@pytest.mark.parametrize("command", commands())
def test_a_command_that_is_told_exists(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(ROOT))
    options = parse(shlex.split(command)[1:])
    if options.command == "bench":
        assert set(options.words) <= set(find().bench)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_picture_that_is_shown_is_there(document: Path) -> None:
    names = PICTURE.findall(document.read_text("utf-8"))
    assert [name for name in names if not (document.parent / name).exists()] == []
