"""The examples on a table's API page work as they stand: each is run as a reader would run it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from embedded_ckan.testing import RunningSite
from playwright.sync_api import Page

from tests.loaded import loaded_table

# Of a data set whose texts have commas and quotes in them, and many columns of each kind.
DATA_SET = "street-defects"


def _run(words: list[str], folder: Path, code: str) -> str:
    done = subprocess.run(
        words, input=code, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    saved = folder / "table.csv"
    return done.stdout + (saved.read_text("utf-8") if saved.exists() else "")


def test_every_example_of_a_tables_api_page_runs_and_finds_rows(
    site: RunningSite, page: Page, tmp_path: Path
) -> None:
    table = loaded_table(site, DATA_SET)
    page.goto(f"/dataset/{DATA_SET}/resource/{table['id']}/api")
    blocks = page.locator("pre[data-language]").all()
    codes = [(block.get_attribute("data-language"), block.text_content() or "") for block in blocks]
    assert [language for language, _ in codes[:4]] == ["curl", "Python", "R", "JavaScript"]
    assert len(codes) >= 4 * 5
    programs = {"Python": [sys.executable, "-"], "curl": ["sh", "-s"], "R": ["Rscript", "-"]}
    unavailable = {name for name, (program, *_) in programs.items() if not shutil.which(program)}
    if not shutil.which("curl"):
        unavailable.add("curl")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for language, code in codes:
        assert language
        if language == "JavaScript":
            said.clear()
            page.evaluate(f"async () => {{ {code} }}")
            assert said and "rows" in said[0] and not said[0].startswith("0 "), code
        elif language not in unavailable:
            answer = _run(programs[language], tmp_path, code)
            assert "request_number" in answer and not answer.startswith("0 "), code
        (tmp_path / "table.csv").unlink(missing_ok=True)
    if not unavailable <= {"R"}:
        pytest.skip(f"everything ran but {unavailable}, which this machine does not have")
